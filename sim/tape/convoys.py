"""The n-th convoy on a route: its attacks and breakdowns, where they happen, and their consequences."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from sim.scenario.distributions import Distribution
from sim.scenario.lift import Attacks, RoadBreakdown, RoutePeriod
from sim.scenario.scenario import Scenario
from sim.tape.inversion import Floats, whole
from sim.tape.rates import stretches
from sim.tape.records import DrawRecord, Records
from sim.tape.streams import Streams

_PER_ATTACK = 4  # where, delay, vehicles lost, people hurt
_PER_STOP = 2  # where, repair
_SIZE = 100  # vehicles of a convoy for which the rate of attacks is given
_NOTED = 8  # rows of the first convoy that represent all in the hash


@dataclass(frozen=True, slots=True)
class Mishap:
    """One attack, `at_km` from the convoy's own start.

    `victims` are uniforms that select the vehicles lost, one per vehicle.
    """

    at_km: float
    delay_s: int
    vehicles: int
    hurt: int
    victims: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ConvoyEvents:
    """Attacks on one convoy and its breakdowns (at_km, repair_s), each in order along the road."""

    mishaps: tuple[Mishap, ...]
    stops: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class RoadDanger:
    """Parameters of the convoys of one route; `times` multiplies attacks from each of `from_s` on."""

    route: str
    events: str
    attacks: Attacks | None
    breakdown: RoadBreakdown | None
    from_s: tuple[int, ...]
    times: tuple[float, ...]


_SAFE = ConvoyEvents((), ())


def road_dangers(scenario: Scenario, end_s: int) -> dict[str, RoadDanger]:
    """The dangers of all routes, by route."""
    breakdown = scenario.lift.convoys.breakdown
    breakdown = breakdown if breakdown and breakdown.per_km > 0 else None
    found: dict[str, RoadDanger] = {}
    for name, route in scenario.routes.items():
        steps = stretches(route.periods.values(), end_s, _largest_times)
        attacks = route.attacks if route.attacks and route.attacks.rate > 0 else None
        found[name] = RoadDanger(
            name,
            scenario.stream_of("routes", name),
            attacks,
            breakdown,
            tuple(start for start, _, _ in steps),
            tuple(times for _, _, times in steps),
        )
    return found


def _largest_times(periods: list[RoutePeriod]) -> float:
    return max((period.times for period in periods), default=1.0)


class ConvoyDraws:
    """Random events of the convoys of one replication, each on its own streams, drawn when it leaves."""

    __slots__ = ("_dangers", "_no_attacks", "_no_stops", "_streams")

    def __init__(self, dangers: dict[str, RoadDanger], streams: Streams, no_attacks: bool, no_stops: bool) -> None:
        self._dangers = dangers
        self._streams = streams
        self._no_attacks = no_attacks
        self._no_stops = no_stops

    def events(self, route: str, n: int, km: float, at_s: int, vehicles: int) -> ConvoyEvents:
        """Random events of the n-th convoy of a route (from 0, either direction) over `km`, leaving at `at_s`."""
        danger = self._dangers[route]
        mishaps: tuple[Mishap, ...] = ()
        stops: tuple[tuple[float, int], ...] = ()
        if danger.attacks is not None and not self._no_attacks:
            times = danger.times[max(bisect_right(danger.from_s, at_s) - 1, 0)]
            times *= (vehicles / _SIZE) ** danger.attacks.size_power
            mishaps = self._attacks(danger, danger.attacks, n, km, times)
        if danger.breakdown is not None and not self._no_stops:
            stops = self._stops(danger, danger.breakdown, n, km)
        return ConvoyEvents(mishaps, stops) if mishaps or stops else _SAFE

    def _number(self, source: str, danger: RoadDanger, n: int, mean: float) -> int:
        uniform = self._streams.uniforms(1, source, "number", danger.events, n)
        return int(whole(Distribution("poisson", (mean,)), uniform)[0])

    def _rows(self, source: str, danger: RoadDanger, n: int, rows: int, width: int) -> Floats:
        return self._streams.uniforms(rows * width, source, "convoy", danger.events, n).reshape(rows, width)

    def _attacks(
        self, danger: RoadDanger, distributions: Attacks, n: int, km: float, times: float
    ) -> tuple[Mishap, ...]:
        many = self._number("attacks", danger, n, distributions.rate * km * times)
        if not many:
            return ()
        rows = self._rows("attacks", danger, n, many, _PER_ATTACK)
        where: list[float] = (rows[:, 0] * km).tolist()
        delays: list[int] = whole(distributions.delay, rows[:, 1]).tolist()
        lost: list[int] = whole(distributions.vehicles_lost, rows[:, 2]).tolist()
        hurt: list[int] = whole(distributions.hurt, rows[:, 3]).tolist()
        victims = [self._victims(danger, n, k, lost[k]) for k in range(many)]
        found = [Mishap(*each) for each in zip(where, delays, lost, hurt, victims, strict=True)]
        return tuple(sorted(found, key=lambda mishap: mishap.at_km))

    def _victims(self, danger: RoadDanger, n: int, k: int, lost: int) -> tuple[float, ...]:
        if not lost:
            return ()
        return tuple(self._streams.uniforms(lost, "attacks", "victims", danger.events, n, block=k).tolist())

    def _stops(
        self, danger: RoadDanger, distributions: RoadBreakdown, n: int, km: float
    ) -> tuple[tuple[float, int], ...]:
        many = self._number("stops", danger, n, distributions.per_km * km)
        if not many:
            return ()
        rows = self._rows("stops", danger, n, many, _PER_STOP)
        where, repairs = (rows[:, 0] * km).tolist(), whole(distributions.repair, rows[:, 1]).tolist()
        return tuple(sorted(zip(where, repairs, strict=True)))

    def record(self, records: Records) -> None:
        """Record the first convoy's draws and the distributions, which represent all convoys in the hash.

        Convoys have no values before they leave; draws and distributions determine these.
        """
        for danger in self._dangers.values():
            if danger.attacks is not None:
                distributions: object = (danger.attacks.model_dump(mode="json"), danger.from_s, danger.times)
                record = records.of("attacks", danger.route)
                self._note(record, "attacks", danger, _PER_ATTACK, None if self._no_attacks else distributions)
            if danger.breakdown is not None:
                distributions = danger.breakdown.model_dump(mode="json")
                record = records.of("availability", danger.route)
                self._note(record, "stops", danger, _PER_STOP, None if self._no_stops else distributions)

    def _note(self, record: DrawRecord, stream: str, danger: RoadDanger, width: int, distributions: object) -> None:
        number = self._streams.uniforms(1, stream, "number", danger.events, 0)
        drawn = [number, self._rows(stream, danger, 0, _NOTED, width).ravel()]
        record.draws += drawn
        if distributions is not None:
            record.values += drawn
            record.value(distributions)
