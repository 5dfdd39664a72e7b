"""What limits trucks and aircraft: rounds of trucks, hours of tails, aprons, and the load of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import floor

from sim.bound.periods import Periods
from sim.bound.programme import Programme
from sim.bound.ways import Clockwork, Flow, Flown, Trucks
from sim.scenario.calendar import HOUR_S
from sim.scenario.lift import UNLIMITED_MILLI, Aircraft
from sim.scenario.network import RoadLeg, payload_at

Loads = Callable[[Flow, int], Iterator[tuple[int, float, float]]]
_MANY = 1e4
"""A number of trucks or sorties that no period needs more of, so that all columns have a limit."""
_ROUNDING = 1e-9
_LONG = 8
"""Periods of the ranges in which short rounds are limited beside single groups: what is rounded up counts less."""


@dataclass(frozen=True)
class TruckLimits:
    """Trucks of a pool begin to load as often as they can be back, and carry their payload and floor."""

    programme: Programme
    spans: Periods
    clockwork: Clockwork

    def limit(self, flows: list[Flow], loads: Loads) -> None:
        """Add the rows of all pools."""
        pools: dict[str, list[tuple[Trucks, dict[int, int]]]] = defaultdict(list)
        for flow in flows:
            assert isinstance(flow.way, Trucks)
            trucks: dict[int, int] = {}
            pool = flow.way.pool
            first_s = flow.way.comes(self.clockwork, max(pool.from_s or 0, 0))
            for period in flow.arrives:
                some = list(loads(flow, period))
                comes = first_s is not None and first_s < self.spans.edges[period + 1]
                trucks[period] = column = self.programme.column(10.0 * pool.count + _MANY if comes else 0.0)
                _fill(self.programme, some, column, pool.payload, pool.floor)
            pools[flow.way.name].append((flow.way, trucks))
        for ways in pools.values():
            self._rounds(ways)
            self._short_rounds(ways)

    def _rounds(self, ways: list[tuple[Trucks, dict[int, int]]]) -> None:
        """Trucks sent by the end of a period are those of the pool, and those that have come back by then.

        Sent by then are all that begin to load before the first that is sent later could; back are only those that
        began to load early enough. In the same way, no more begin to load than could be at a place again.
        """
        pool, edges = ways[0][0].pool, self.spans.edges
        tables = [(way, trucks, self._back(way, trucks)) for way, trucks in ways]
        again = [(trucks, self._again(ways, back_s)) for _, trucks, back_s in tables]
        for period in range(len(self.spans)):
            loads = [
                (column, 1.0)
                for trucks, again_s in again
                for each, column in trucks.items()
                if each <= period and (again_s[each] is None or (again_s[each] or 0) >= edges[period + 1])
            ]
            self.programme.row(loads, pool.count)
            terms: list[tuple[int, float]] = []
            for way, trucks, back_s in tables:
                comes_s = way.comes(self.clockwork, edges[period + 1])
                sent = len(self.spans) - 1 if comes_s is None else self.spans.over_by(comes_s)
                for each, column in trucks.items():
                    returned = back_s[each] is not None and (back_s[each] or 0) < edges[period + 1]
                    if each <= sent and not returned:
                        terms.append((column, 1.0))
                    elif each > sent and returned:
                        terms.append((column, -1.0))
            there = pool.count if (pool.from_s or 0) < edges[period + 1] else 0
            self.programme.row(terms, there)

    def _back(self, way: Trucks, trucks: dict[int, int]) -> dict[int, int | None]:
        """By period of the begin of loading, the earliest second at which such a truck is idle again."""
        found: dict[int, int | None] = {}
        first_s = way.comes(self.clockwork, max(way.pool.from_s or 0, 0)) or 0
        for period in trucks:
            unloaded_s = way.delivers(self.clockwork, max(self.spans.edges[period], first_s), 0, 0)
            found[period] = None if unloaded_s is None else way.returns(self.clockwork, unloaded_s)
        return found

    def _again(self, ways: list[tuple[Trucks, dict[int, int]]], back_s: dict[int, int | None]) -> dict[int, int | None]:
        """By period of the begin of loading, the earliest second at which such a truck is at a place again."""
        found: dict[int, int | None] = {}
        for period, at_s in back_s.items():
            comes = [way.comes(self.clockwork, at_s) for way, _ in ways] if at_s is not None else []
            found[period] = min((each for each in comes if each is not None), default=None)
        return found

    def _short_rounds(self, ways: list[tuple[Trucks, dict[int, int]]]) -> None:
        """In a range of periods a truck makes rounds of some length for as long as the range, and begins one more."""
        count = ways[0][0].pool.count
        for clock in (True, False):
            costs = [self._round_s(way, clock=clock) for way, _ in ways]
            if min(costs) <= 0:
                continue
            for first, end in _ranges(self.spans):
                terms = [
                    (column, cost / HOUR_S)
                    for (_, trucks), cost in zip(ways, costs, strict=True)
                    for period, column in trucks.items()
                    if first <= period < end
                ]
                spent_s = self._open_s(ways, first, end, clock=clock)
                self.programme.row(terms, count * _spent(spent_s, costs) / HOUR_S)

    def _round_s(self, way: Trucks, *, clock: bool) -> float:
        """Least seconds from one begin of loading to the next, with the work on the truck; or of marching alone."""
        km = way.leg.km + sum(leg.km for leg in (way.out, way.back) if leg is not None)
        march_s = sum(self._least_s(leg) for leg in (way.leg, way.out, way.back) if leg is not None and km)
        own = sum(each.mean for each in (way.pool.load, way.pool.unload) if each is not None)
        return march_s + own * clock

    def _least_s(self, leg: RoadLeg) -> float:
        route = self.clockwork.scenario.routes[leg.route]
        return max(leg.km / max(route.a_day.values()) * route.marching_hours.seconds - len(leg.path), 0.0)

    def _open_s(self, ways: list[tuple[Trucks, dict[int, int]]], first: int, end: int, *, clock: bool) -> int:
        from_s, until_s = self.spans.edges[first], self.spans.edges[end]
        if clock:
            return until_s - from_s - 1
        routes = {leg.route for way, _ in ways for leg in (way.leg, way.out, way.back) if leg is not None}
        opened = None
        for route in sorted(routes):
            marching = self.clockwork.tape.marching[route]
            opened = marching if opened is None else opened.either(marching)
        return until_s - from_s if opened is None else opened.open_between(from_s, until_s)


def _fill(programme: Programme, loads: list[tuple[int, float, float]], lifts: int, payload: int, milli: int) -> None:
    """All that is loaded in a period goes into the payloads and the floors of as many trucks or aircraft."""
    programme.row([*((column, kg) for column, kg, _ in loads), (lifts, -float(payload))], 0.0)
    if milli < UNLIMITED_MILLI:
        programme.row([*((column, floor) for column, _, floor in loads), (lifts, -float(milli))], 0.0)


def _spent(span_s: float, costs: Sequence[float]) -> float:
    """Seconds that rounds take which begin in a span: all but the last one end in it; whole rounds if all are alike."""
    longest = max(costs)
    if min(costs) == longest > 0:
        return (floor(span_s / longest + _ROUNDING) + 1) * longest
    return span_s + longest


def _ranges(spans: Periods) -> Iterator[tuple[int, int]]:
    """Ranges of periods: the groups, some groups together, and all up to each of these."""
    groups = spans.groups
    yield from groups
    for start in range(0, len(groups), _LONG):
        end = groups[min(start + _LONG, len(groups)) - 1][1]
        yield groups[start][0], end
        yield 0, end


@dataclass(frozen=True)
class AirLimits:
    """Sorties of a type: as many as its tails can fly by hours, crew day and cycle, and as aprons take."""

    programme: Programme
    spans: Periods
    clockwork: Clockwork

    def limit(self, flows: list[Flow], loads: Loads) -> None:
        """Add the rows of all types."""
        types: dict[str, list[tuple[Flown, dict[int, int]]]] = defaultdict(list)
        landings: dict[str, list[tuple[Flown, dict[int, int]]]] = defaultdict(list)
        for flow in flows:
            way = flow.way
            assert isinstance(way, Flown)
            lands = self._loaded(flow, way, loads)
            landings[way.leg.origin].append((way, lands))
            types[way.name].append((way, self._sent(way, lands)))
        for ways in types.values():
            self._tails(ways)
        for place, ways in landings.items():
            self._apron(place, ways)

    def _loaded(self, flow: Flow, way: Flown, loads: Loads) -> dict[int, int]:
        """Columns of the sorties that land at the place, by period; each takes its payload and floor."""
        found: dict[int, int] = {}
        for period in flow.arrives:
            some = list(loads(flow, period))
            found[period] = column = self.programme.column(_MANY)
            _fill(self.programme, some, column, self._payload(way, period), way.fleet.positions)
        return found

    def _payload(self, way: Flown, period: int) -> int:
        """The greatest payload at any instant of a period."""
        first_s, end_s = self.spans.edges[period : period + 2]
        turns = [at_s for season in way.fleet.seasons.values() for at_s in (season.from_s, season.until_s)]
        return max(payload_at(way.fleet, way.leg, at_s) for at_s in (first_s, *turns) if first_s <= at_s < end_s)

    def _sent(self, way: Flown, lands: dict[int, int]) -> dict[int, int]:
        """Columns of the sorties that are sent, by period: no more land than were sent in time."""
        found: dict[int, int] = {}
        before: int | None = None
        for period in range(len(self.spans)):
            last_s = self.spans.edges[period + 1] - way.leg.out_s
            sent: list[int] = []
            while len(found) <= self.spans.before(last_s):
                number = len(found)
                found[number] = self.programme.column(self._most(way, number))
                sent.append(found[number])
            waits = self.programme.column(1000 * _MANY)
            earlier = [] if before is None else [(before, -1.0)]
            lands_now = [(lands[period], 1.0)] if period in lands else []
            self.programme.row([(waits, 1.0), *earlier, *lands_now, *((column, -1.0) for column in sent)], 0.0)
            before = waits
        return found

    def _most(self, way: Flown, period: int) -> float:
        """Sorties that are sent in a period: on days on which cargo is cleared at both ends, by tails that are fit."""
        tape, most = self.clockwork.tape, 0.0
        for day, begins_s, ends_s in self.spans.days(period, period + 1):
            cleared = all(tape.air_cleared(end, "cargo", day) for end in (way.leg.origin, way.leg.dest))
            first_last = self._span(way, begins_s, ends_s) if cleared else None
            if first_last is None:
                continue
            limits = [_MANY]
            if way.fleet.hours_a_day_s is not None and way.leg.flight_s:
                limits.append(way.fleet.hours_a_day_s / way.leg.flight_s)
            if way.cycle_s:
                limits.append((first_last[1] - first_last[0]) / way.cycle_s + 1)
                if way.fleet.crew_day_s is not None:
                    limits.append(way.fleet.crew_day_s / way.cycle_s)
            most += self._fit(way.name, way.fleet, day, ends_s) * min(limits)
        return most

    def _fit(self, name: str, fleet: Aircraft, day: int, ends_s: int) -> int:
        """Tails that are fit on a day, once they are there, while they are, and where their schedule has the day."""
        time = self.clockwork.scenario.time
        over = fleet.until_s is not None and fleet.until_s <= time.day_starts_s[day]
        if over or not fleet.flies(time)(day) or (fleet.from_s or 0) >= ends_s:
            return 0
        return sum(self.clockwork.tape.fit(name, tail, day) for tail in range(fleet.count))

    def _span(self, way: Flown, begins_s: int, ends_s: int) -> tuple[int, int] | None:
        """The first and the last instant in [begins, ends) at which a sortie may be sent: base and landing open."""
        flying, out_s = self.clockwork.tape.flying, way.leg.out_s
        base, origin = flying[way.fleet.base], flying[way.leg.origin]
        first_s: int | None = max(begins_s, way.fleet.from_s or 0)
        while first_s is not None and first_s < ends_s:
            opens_s = base.next_open(first_s)
            lands_s = None if opens_s is None else origin.next_open(opens_s + out_s)
            if opens_s is None or lands_s is None:
                return None
            if lands_s == opens_s + out_s:
                last_s = base.last_end_by(ends_s - 1)
                return (opens_s, max(opens_s, last_s or opens_s)) if opens_s < ends_s else None
            first_s = lands_s - out_s
        return None

    def _tails(self, ways: list[tuple[Flown, dict[int, int]]]) -> None:
        """Flying hours, crew days and cycles of the tails of a type, by groups of periods."""
        name, fleet = ways[0][0].name, ways[0][0].fleet
        cycles = [way.cycle_s for way, _ in ways]
        for first, end in self.spans.groups:
            rows = [(way, column) for way, sent in ways for period, column in sent.items() if first <= period < end]
            days = [(day, *span) for day, *span in self.spans.days(first, end)]
            fit = {day: self._fit(name, fleet, day, ends_s) for day, _, ends_s in days}
            if fleet.hours_a_day_s is not None:
                flown = [(column, way.leg.flight_s / HOUR_S) for way, column in rows]
                self.programme.row(flown, sum(fit.values()) * fleet.hours_a_day_s / HOUR_S)
            spent = [(column, way.cycle_s / HOUR_S) for way, column in rows]
            if fleet.crew_day_s is not None:
                self.programme.row(spent, sum(fit.values()) * fleet.crew_day_s / HOUR_S)
            open_s = sum(fit[day] * _spent(self._hull(ways, *span), cycles) for day, *span in days)
            self.programme.row(spent, open_s / HOUR_S)
        self._long_cycles(ways, cycles)

    def _hull(self, ways: list[tuple[Flown, dict[int, int]]], begins_s: int, ends_s: int) -> int:
        """Seconds from the first to the last instant of a day at which a sortie of a type may be sent."""
        spans = [span for way, _ in ways if (span := self._span(way, begins_s, ends_s)) is not None]
        return max(last for _, last in spans) - min(first for first, _ in spans) if spans else 0

    def _long_cycles(self, ways: list[tuple[Flown, dict[int, int]]], cycles: list[int]) -> None:
        """In a range of periods a tail flies cycles for as long as the range, and begins one more."""
        fleet = ways[0][0].fleet
        for first, end in _ranges(self.spans):
            terms = [
                (column, way.cycle_s / HOUR_S)
                for way, sent in ways
                for period, column in sent.items()
                if first <= period < end
            ]
            there_s = self.spans.edges[end] - 1 - max(self.spans.edges[first], fleet.from_s or 0)
            self.programme.row(terms, fleet.count * max(_spent(there_s, cycles), 0) / HOUR_S)

    def _apron(self, place: str, ways: list[tuple[Flown, dict[int, int]]]) -> None:
        """Aircraft on the ground at once: in the hours of a day each stands its ground time, and one more begins."""
        strip = self.clockwork.scenario.places[place].strip
        stays = [way.fleet.ground_time_s for way, _ in ways]
        if strip is None or not max(stays):
            return
        flying = self.clockwork.tape.flying[place]
        for first, end in self.spans.groups:
            terms = [
                (column, way.fleet.ground_time_s / HOUR_S)
                for way, lands in ways
                for period, column in lands.items()
                if first <= period < end
            ]
            open_s = 0.0
            for _, begins_s, ends_s in self.spans.days(first, end):
                opens_s, last_s = flying.next_open(begins_s), flying.last_end_by(ends_s - 1)
                if opens_s is not None and last_s is not None and opens_s < ends_s:
                    open_s += _spent(max(last_s - opens_s, 0), stays)
            self.programme.row(terms, strip.mog * open_s / HOUR_S)
