"""The flow over time on a tape as a linear programme: tonnes of lots, by period, from their places to an exit.

Everything that the rules could allow is allowed: phases at their earliest, the last convoy without clearance, joining,
loads in vehicles that drive, preparing that an order may waive. Left out are accidents, hits, attacks, fires and
breakdowns, people, escorts, least and most vehicles, least fill, yards, borders and processing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from sim.bound.lift import AirLimits, TruckLimits
from sim.bound.periods import Periods
from sim.bound.programme import Programme
from sim.bound.supply import Bin, Dates, crews_at
from sim.bound.ways import Carried, Clockwork, Driven, Flow, Flown, Sailed, Trucks, Way, ends_of
from sim.scenario.calendar import HOUR_S
from sim.scenario.lift import UNLIMITED_MILLI
from sim.scenario.materiel import Carries, LotClass
from sim.tape.tape import Frame, Tape

T = 1000
"""Kilograms of a tonne: flows are in tonnes and work is in hours, so that numbers are of one size."""


class FlowOverTime:
    """Builds the programme of one tape."""

    def __init__(
        self, frame: Frame, tape: Tape, dates: dict[str, Dates], bins: list[Bin], spans: Periods,
        scope: frozenset[str] | None = None,
    ) -> None:  # fmt: skip
        self.scope = frozenset(frame.scenario.places) if scope is None else scope
        self.frame, self.tape, self.dates, self.bins, self.spans = frame, tape, dates, bins, spans
        self.scenario = frame.scenario
        self.clockwork = Clockwork(frame, tape, dates)
        self.programme = Programme()
        self.flows: list[Flow] = []
        self._leaves: dict[tuple[int, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._comes: dict[tuple[int, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._packs: dict[int, dict[int, int]] = {}
        self._passed = {dest for place in self.scenario.places.values() for dest, _ in place.evacuate}

    def build(self, ways: Iterable[Way]) -> Programme:
        """The programme over some ways; its gain is in tonnes that are out by the deadline."""
        reached = self._reached(ways := list(ways))
        for way in ways:
            users = [b for b in range(len(self.bins)) if ends_of(way)[0] in reached[b] and self._takes(way, b)]
            if users:
                self._add(way, users)
        for number in range(len(self.bins)):
            self._supply(number)
            self._pass_on(number, reached[number])
        self._crews()
        self._loaders()
        self._drivers()
        self._rooms()
        self._carriages()
        TruckLimits(self.programme, self.spans, self.clockwork).limit(self._of(Trucks), self._loads)
        AirLimits(self.programme, self.spans, self.clockwork).limit(self._of(Flown), self._loads)
        for flow in self.flows:
            if isinstance(flow.way, Sailed):
                self._berth(flow, flow.way)
        return self.programme

    def _of(self, kind: type[Way]) -> list[Flow]:
        return [flow for flow in self.flows if isinstance(flow.way, kind)]

    # ways

    def _reached(self, ways: list[Way]) -> list[set[str]]:
        """By bin, the places from which it may have to go on: where it is, and where it may pass through."""
        found: list[set[str]] = []
        for number, each in enumerate(self.bins):
            seen, waiting = {each.place}, [each.place]
            while waiting:
                here = waiting.pop()
                for way in ways:
                    origin, dest = ends_of(way)
                    goes_on = dest not in seen and not self.scenario.places[dest].takes_out
                    if origin == here and goes_on and self._takes(way, number):
                        seen.add(dest)
                        waiting.append(dest)
            found.append(seen)
        return found

    def _takes(self, way: Way, number: int) -> bool:
        """Whether a way takes the lightest lot of a bin."""
        kind, name = self.bins[number].kind, self.bins[number].name
        lightest = min(lot.kg for lot in self.bins[number].lots)
        match way:
            case Driven():
                return "self" in kind.moves
            case Carried():
                return any(kind.rides_in(hold) and lightest <= hold.payload for hold in way.holds)
            case Trucks():
                fits = "truck" in kind.moves and kind.floor_on_truck <= way.pool.floor
                return fits and lightest <= way.pool.payload
            case Flown():
                return kind.fits_in(way.name, way.fleet) and lightest <= way.leg.payload_kg
            case Sailed():
                taken = way.vessel.takes is None or name in way.vessel.takes
                return taken and kind.floor <= way.vessel.positions and lightest <= way.vessel.payload

    def _add(self, way: Way, users: list[int]) -> None:
        """Columns for the flows on a way, in the periods from which it delivers in time."""
        flow, (origin, dest) = Flow(way), ends_of(way)
        lots = [lot.index for number in users for lot in self.bins[number].lots]
        load_s, unload_s = (min(each[i] for i in lots) for each in (self.tape.load_s, self.tape.unload_s))
        first_s = min(lot.ready_s for number in users for lot in self.bins[number].lots)
        out = self.scenario.places[dest].takes_out
        for period in self._periods_of(way, origin, first_s):
            begins_s = first_s if isinstance(way, Sailed) else max(self.spans.edges[period], first_s)
            done_s = way.delivers(self.clockwork, begins_s, load_s, unload_s)
            if done_s is None or done_s > self.scenario.time.deadline_s:
                break
            flow.arrives[period] = done_s
            flow.tonnes[period] = []
            for number in users:
                home = self.bins[number].place
                gain = 1.0 if out and dest != home and home in self.scope else 0.0
                column = self.programme.column(self.bins[number].kg / T, gain)
                flow.tonnes[period].append((number, column))
                self._leaves[number, origin][period].append(column)
                self._comes[number, dest][self.spans.at(done_s)].append(column)
        if flow.tonnes:
            self.flows.append(flow)

    def _periods_of(self, way: Way, origin: str, first_s: int) -> Iterable[int]:
        """The periods in which loading may begin: trucks and vessels load before the handover."""
        handover_s = self.dates[origin].handover_s
        first, end = self.spans.at(first_s), len(self.spans)
        if isinstance(way, Sailed):
            last_s = way.sails_s if handover_s is None else min(way.sails_s, handover_s)
            return [max(first, self.spans.at(last_s))] if last_s >= first_s else []
        if handover_s is not None and isinstance(way, Trucks | Carried):
            end = self.spans.before(handover_s) + 1
        elif handover_s is not None and self._closes(origin):
            end = self.spans.before(handover_s + 1) + 1
        return range(first, end)

    def _closes(self, name: str) -> bool:
        """Whether a place closes at its handover, because nobody is there who could stay."""
        return not (self.scenario.places[name].headcount or name in self._passed)

    # lots

    def _supply(self, number: int) -> None:
        """What is packed, and what leaves its place, is there: by period, no more than is released, and is ready."""
        each, spans, programme = self.bins[number], self.spans, self.programme
        leaves = self._leaves[number, each.place]
        crews = any(lot.packing_s for lot in each.lots)
        packed = self._packs[number] = self._packing(number) if crews else {}
        before: int | None = None
        for period in range(len(spans)):
            goes = [(column, 1.0) for column in leaves.get(period, ())]
            comes = [(packed[period], -1.0)] if period in packed else []
            limit = 0.0 if crews else self._kg(each, period, ready=True) / T
            stock = programme.column(each.kg / T)
            left = [] if before is None else [(before, -1.0)]
            programme.row([(stock, 1.0), *left, *goes, *comes], limit)
            before = stock

    def _kg(self, each: Bin, period: int, *, ready: bool) -> int:
        """Kilograms of a bin that become ready, or are released, in a period."""
        first_s, end_s = self.spans.edges[period : period + 2]
        at_s = [(lot.ready_s if ready else lot.released_s, lot.kg) for lot in each.lots]
        return sum(kg for when, kg in at_s if first_s <= when < end_s)

    def _packing(self, number: int) -> dict[int, int]:
        """Columns of the tonnes that crews pack of a bin in a period, no more than is released."""
        each, programme = self.bins[number], self.programme
        found: dict[int, int] = {}
        before: int | None = None
        for period in range(self.spans.at(min(lot.released_s for lot in each.lots)), len(self.spans)):
            packs = found[period] = programme.column(each.kg / T)
            stock = programme.column(each.kg / T)
            left = [] if before is None else [(before, -1.0)]
            limit = self._kg(each, period, ready=False) / T
            programme.row([(stock, 1.0), *left, (packs, 1.0)], limit)
            before = stock
        return found

    def _pass_on(self, number: int, places: set[str]) -> None:
        """What goes on from a place has come there before."""
        for place in sorted(places - {self.bins[number].place}):
            leaves, comes = self._leaves[number, place], self._comes[number, place]
            before: int | None = None
            for period in range(len(self.spans)):
                stock = self.programme.column(self.bins[number].kg / T)
                terms = [(stock, 1.0), *((column, 1.0) for column in leaves.get(period, ()))]
                terms += [(column, -1.0) for column in comes.get(period, ())]
                terms += [] if before is None else [(before, -1.0)]
                self.programme.row(terms, 0.0)
                before = stock

    # work

    def _crews(self) -> None:
        """Crews pack no more than their hours: outside shelter, in working hours, and what had begun by handover."""
        by_place: dict[str, list[int]] = defaultdict(list)
        for number, packs in self._packs.items():
            if packs:
                by_place[self.bins[number].place].append(number)
        for place, numbers in by_place.items():
            self._crews_at(place, numbers)

    def _crews_at(self, place: str, numbers: list[int]) -> None:
        packs = self._packs
        longest_s = max(self.tape.prepare_s[lot.index] for number in numbers for lot in self.bins[number].lots)
        for period, (first_s, end_s) in enumerate(pairwise(self.spans.edges)):
            terms = [
                (packs[number][period], self.bins[number].packing_s_per_kg * T / HOUR_S)
                for number in numbers
                if period in packs[number]
            ]
            self.programme.row(terms, self._crew_s(place, first_s, end_s, longest_s) / HOUR_S)

    def _crew_s(self, place: str, first_s: int, end_s: int, longest_s: int) -> int:
        """Seconds of all crews in [first, end); after handover only jobs that had begun go on, all told of at once."""
        spot, dates, working = self.scenario.places[place], self.dates[place], self.tape.working[place]
        usual, most = (
            crews_at(spot, spot.crews),
            max(crews_at(spot, spot.crews), crews_at(spot, spot.crews_under_order)),
        )
        begins_s = max(first_s, dates.begins_s)
        until_s = end_s if dates.handover_s is None else min(end_s, dates.handover_s)
        ordered_s = end_s if dates.order is None else min(max(dates.order.at_s, begins_s), until_s)
        found = usual * working.open_between(begins_s, min(ordered_s, until_s))
        found += most * working.open_between(max(ordered_s, begins_s), until_s)
        if dates.handover_s is not None and first_s <= dates.handover_s < end_s and not self._closes(place):
            found += most * longest_s
        return found

    def _loaders(self) -> None:
        """Loaders of a place: what begins to be loaded, or comes, from a period on has to be done by the deadline."""
        for place, spot in self.scenario.places.items():
            if spot.loaders is None:
                continue
            self._work_by(place, spot.loaders, self._work_at(place, trucks=False), self.spans.edges[-1])
            handover_s = self.dates[place].handover_s
            if handover_s is not None:  # by then trucks are loaded
                self._work_by(place, spot.loaders, self._work_at(place, trucks=True), handover_s)

    def _work_by(self, place: str, loaders: int, work: dict[int, list[tuple[int, float]]], until_s: int) -> None:
        """The work of loaders from each period on is done by an instant."""
        after: int | None = None
        for period in reversed(range(max(work, default=-1) + 1)):
            open_s = self.tape.working[place].open_between(self.spans.edges[period], until_s)
            spent = self.programme.column(loaders * open_s / HOUR_S)
            later = [] if after is None else [(after, 1.0)]
            self.programme.row([(spent, -1.0), *later, *work.get(period, ())], 0.0)
            after = spent

    def _work_at(self, place: str, *, trucks: bool) -> dict[int, list[tuple[int, float]]]:
        """Hours of loaders at a place a tonne, by period: of the begin of loading, and of the earliest arrival.

        With `trucks`, only what is loaded on trucks there.
        """
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for flow in self.flows:
            origin, dest = ends_of(flow.way)
            if trucks and (origin != place or not isinstance(flow.way, Trucks)):
                continue
            for number, period, column in flow.columns():
                lots = self.bins[number].lots
                if origin == place and not isinstance(flow.way, Sailed):
                    hours = min(self.tape.load_s[lot.index] / lot.kg for lot in lots) * T / HOUR_S
                    found[period].append((column, hours))
                fire = isinstance(flow.way, Flown) and flow.way.fleet.commit_s
                if dest == place and not fire and not trucks:
                    hours = min(self.tape.unload_s[lot.index] / lot.kg for lot in lots) * T / HOUR_S
                    found[self._lands(flow, number, period)].append((column, hours))
        return found

    def _lands(self, flow: Flow, number: int, period: int) -> int:
        """A period by whose begin unloading has not begun; that of the earliest end less the work itself, or before."""
        longest_s = max(self.tape.unload_s[lot.index] for lot in self.bins[number].lots)
        own_s = flow.way.pool.unload.mean if isinstance(flow.way, Trucks) and flow.way.pool.unload else 0
        place = ends_of(flow.way)[1]
        starts_s = self.tape.working[place].latest_start(flow.arrives[period], round(longest_s + own_s))
        return 0 if starts_s is None else self.spans.at(starts_s)

    def _drivers(self) -> None:
        """Who drives leaves for good: no more than the people of the place."""
        for place, spot in self.scenario.places.items():
            if spot.people is None:
                continue
            terms = [
                (column, self.bins[number].per_kg(self.bins[number].kind.crew) * T)
                for flow in self.flows
                if isinstance(flow.way, Driven) and ends_of(flow.way)[0] == place
                for number, _, column in flow.columns()
            ]
            self.programme.row(terms, spot.headcount)

    def _rooms(self) -> None:
        """Lots at an exit, or at a hub that keeps them: those that can stand there, and those that were processed."""
        for place, spot in self.scenario.places.items():
            rules = spot.receiving
            if rules is None or rules.holding is None or not spot.takes_out:
                continue
            keeps = spot.role != "exit" and not spot.forwards
            if not keeps and rules.capacity is None:
                continue
            comes: dict[int, list[tuple[int, float]]] = defaultdict(list)
            for flow in self.flows:
                if ends_of(flow.way)[1] == place and not isinstance(flow.way, Driven | Carried):
                    for number, period, column in flow.columns():
                        comes[period].append((column, self.bins[number].per_kg(T)))
            before: int | None = None
            for period in range(len(self.spans)) if comes else ():
                days = self.scenario.time.day_of(self.spans.edges[period + 1] - 1) + 1
                room = rules.holding + (0 if keeps else (rules.capacity or 0) * days)
                stands = self.programme.column(room)
                earlier = [] if before is None else [(before, 1.0)]
                self.programme.row([(stands, -1.0), *earlier, *comes.get(period, ())], 0.0)
                before = stands

    def _carriages(self) -> None:
        """Vehicles that drive from place to place take along no more than their payload and floor, once each."""
        legs: dict[tuple[str, str], list[Flow]] = defaultdict(list)
        for flow in self.flows:
            if isinstance(flow.way, Driven | Carried):
                legs[ends_of(flow.way)].append(flow)
        if self._weightless_carriers():
            return
        for flows in legs.values():
            taken: list[tuple[int, float, float]] = []
            for flow in flows:
                if isinstance(flow.way, Carried):
                    taken += [load for period in flow.tonnes for load in self._loads(flow, period)]
            room = [each for flow in flows if isinstance(flow.way, Driven) for each in self._room_of(flow)]
            self.programme.row([*((c, kg) for c, kg, _ in taken), *((c, -kg) for c, kg, _ in room)], 0.0)
            if all(hold.floor < UNLIMITED_MILLI for hold in self._holds()):
                self.programme.row(
                    [*((c, milli) for c, _, milli in taken), *((c, -milli) for c, _, milli in room)], 0.0
                )

    def _holds(self) -> list[Carries]:
        return [kind.carries for kind in self.scenario.classes.values() if kind.carries is not None]

    def _room_of(self, flow: Flow) -> Iterator[tuple[int, float, float]]:
        """By flow of vehicles, the kilograms and thousandths of floor for others, a tonne of vehicles at the most."""
        for number, _, column in flow.columns():
            each = self.bins[number]
            if each.kind.carries is not None:
                lightest = min(lot.kg for lot in each.lots)
                yield column, each.kind.carries.payload * T / lightest, each.kind.carries.floor * T / lightest

    def _weightless_carriers(self) -> bool:
        """Whether a vehicle that carries others weighs nothing, so that no flow of tonnes has it."""
        kinds = self.scenario.classes
        return any(
            not self.tape.mass_kg[i] and kinds[name].carries is not None for i, name in enumerate(self.frame.lots.kind)
        )

    # loads

    def _loads(self, flow: Flow, period: int) -> Iterator[tuple[int, float, float]]:
        """Flows that begin to load in a period: column, and kilograms and thousandths of floor a tonne."""
        for number, column in flow.tonnes[period]:
            yield column, T, self.bins[number].per_kg(_floor(flow.way, self.bins[number].kind)) * T

    def _berth(self, flow: Flow, way: Sailed) -> None:
        """A sailing takes its payload and floor, and what its loaders have brought aboard before."""
        [period] = flow.arrives
        loads = list(self._loads(flow, period))
        self.programme.row([(column, kg) for column, kg, _ in loads], way.vessel.payload)
        if way.vessel.positions < UNLIMITED_MILLI:
            self.programme.row([(column, milli) for column, _, milli in loads], way.vessel.positions)
        working = self.tape.working[way.vessel.at]
        open_s = working.open_between(max(0, way.sails_s - way.vessel.at_berth_s), way.sails_s)
        hours = [
            (column, min(self.tape.load_s[lot.index] / lot.kg for lot in self.bins[number].lots) * T / HOUR_S)
            for number, column in flow.tonnes[period]
        ]
        self.programme.row(hours, way.vessel.loaders * open_s / HOUR_S)


def _floor(way: Way, kind: LotClass) -> int:
    return kind.floor_on_truck if isinstance(way, Trucks | Carried) else kind.floor
