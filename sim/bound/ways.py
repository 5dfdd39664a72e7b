"""Ways that lots may take, and the earliest times on them: what is later at one end is never earlier at the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

from sim.bound.supply import Dates
from sim.scenario.calendar import DAY_S, HOUR_S
from sim.scenario.lift import Aircraft, TruckPool, Vessel
from sim.scenario.materiel import Carries
from sim.scenario.network import AirLeg, Network, RoadLeg, along
from sim.scenario.scenario import Scenario
from sim.tape.tape import Frame, Tape

Movement = Literal["people", "trucks"]
_NEVER = 1 << 60
_LAST_CONVOY_S = DAY_S + HOUR_S  # the last marching hours before a handover end within a day, clocks changed or not
_STOPS = 30  # places, attacks and breakdowns at which a time on the road may be rounded down by half a second


@dataclass(frozen=True)
class Clockwork:
    """Earliest times on one tape; `None` is never."""

    frame: Frame
    tape: Tape
    dates: dict[str, Dates]

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.frame.scenario

    def work(self, place: str, from_s: int, work_s: int) -> int | None:
        """When a loader is done that begins at an instant."""
        return self.tape.working[place].finish(from_s, work_s) if work_s else from_s

    def sets_off(self, leg: RoadLeg, movement: Movement, from_s: int, *, joins: bool = False) -> int | None:
        """When a convoy of this movement may set out: open way, cleared unless it is the last or joins one."""
        march, time = self.tape.march[leg.route] if joins else self.tape.way_march(leg), self.scenario.time
        free_s = 0 if joins else self._free_from(leg.origin)
        now: int | None = from_s
        while now is not None and (now := march.next_open(now)) is not None:
            day = time.day_of(now)
            if now >= free_s or self.tape.road_cleared(leg.route, movement, day):
                return now
            if day + 1 >= len(time.day_starts_s) - 1:
                return None
            now = min(time.day_starts_s[day + 1], max(free_s, now + 1))
        return None

    def _free_from(self, place: str) -> int:
        """From when the last convoy of a place may leave, which needs no clearance."""
        spot, handover_s = self.scenario.places[place], self.dates[place].handover_s
        asks = spot.drawdown is not None and spot.drawdown.last_convoy_needs_clearance
        if handover_s is None or not spot.headcount or asks:
            return _NEVER
        return handover_s - _LAST_CONVOY_S

    def marches(self, leg: RoadLeg, from_s: int, km: float | None = None) -> int | None:
        """When a convoy that leaves at an instant has done the leg."""
        at_s = self.tape.march[leg.route].arrival(from_s, leg.km if km is None else km)
        route = self.scenario.routes[leg.route]
        stopped = route.attacks is not None or self.scenario.lift.convoys.breakdown is not None
        segments = len(leg.path) - 2 + _STOPS * stopped
        return None if at_s is None else max(at_s - ceil(segments / 2), from_s)

    def drives(self, leg: RoadLeg, movement: Movement, from_s: int, *, joins: bool = False) -> int | None:
        """When a convoy that is formed at an instant arrives."""
        leaves_s = self.sets_off(leg, movement, from_s, joins=joins)
        return None if leaves_s is None else self.marches(leg, leaves_s)


@dataclass(frozen=True)
class Trucks:
    """Trucks of a pool that load at a place for a destination."""

    name: str
    pool: TruckPool
    leg: RoadLeg
    out: RoadLeg | None
    back: RoadLeg | None

    def comes(self, clockwork: Clockwork, from_s: int) -> int | None:
        """When a truck that is sent at an instant is at the place."""
        return from_s if self.out is None else clockwork.drives(self.out, "trucks", from_s)

    def delivers(self, clockwork: Clockwork, from_s: int, load_s: int, unload_s: int) -> int | None:
        """When a truck that begins to load at an instant is unloaded."""
        own_load, own_unload = (round(each.mean) if each else 0 for each in (self.pool.load, self.pool.unload))
        loaded_s = clockwork.work(self.leg.origin, from_s, load_s + own_load)
        there_s = None if loaded_s is None else clockwork.drives(self.leg, "trucks", loaded_s)
        return None if there_s is None else clockwork.work(self.leg.dest, there_s, unload_s + own_unload)

    def returns(self, clockwork: Clockwork, unloaded_s: int) -> int | None:
        """When a truck that is unloaded at an instant is idle at its base."""
        if self.leg.dest == self.pool.base:
            return unloaded_s
        return None if self.back is None else clockwork.drives(self.back, "trucks", unloaded_s)


@dataclass(frozen=True)
class Driven:
    """Vehicles that drive themselves; `joins` in a convoy that passes."""

    leg: RoadLeg
    joins: bool

    def delivers(self, clockwork: Clockwork, from_s: int, load_s: int, unload_s: int) -> int | None:
        """When a vehicle that is ready at an instant is unloaded."""
        loaded_s = clockwork.work(self.leg.origin, from_s, load_s)
        there_s = None if loaded_s is None else clockwork.drives(self.leg, "people", loaded_s, joins=self.joins)
        return None if there_s is None else clockwork.work(self.leg.dest, there_s, unload_s)


@dataclass(frozen=True)
class Carried:
    """Loads of vehicles that drive themselves: `holds` are what the classes of vehicles take; they join as these do."""

    leg: RoadLeg
    joins: bool
    holds: tuple[Carries, ...]

    def delivers(self, clockwork: Clockwork, from_s: int, load_s: int, unload_s: int) -> int | None:
        """When a lot that begins to be loaded at an instant is unloaded."""
        return Driven(self.leg, self.joins).delivers(clockwork, from_s, load_s, unload_s)


@dataclass(frozen=True)
class Flown:
    """Sorties of a type of aircraft from a place."""

    name: str
    fleet: Aircraft
    leg: AirLeg

    @property
    def cycle_s(self) -> int:
        """Least time from one departure from the base to the next."""
        ground_s = self.fleet.ground_time_s
        if self.fleet.commit_s:
            ground_s = min(ground_s, self.fleet.under_fire_s)
        return self.leg.flight_s + self.fleet.ground_time_s + ground_s  # under fire nothing is loaded

    def delivers(self, clockwork: Clockwork, from_s: int, load_s: int, unload_s: int) -> int | None:
        """When a sortie that lands at the place at an instant is unloaded."""
        flying, (origin, dest) = clockwork.tape.flying, (self.leg.origin, self.leg.dest)
        loaded_s = clockwork.work(origin, from_s, load_s)
        if loaded_s is None:
            return None
        off_s = flying[origin].next_open(max(loaded_s, from_s + self.fleet.ground_time_s))
        lands_s = None if off_s is None else flying[dest].next_open(off_s + self.leg.carry_s)
        if lands_s is None or self.fleet.commit_s:
            return lands_s  # under fire the crew puts it off
        return clockwork.work(dest, lands_s, unload_s)


@dataclass(frozen=True)
class Sailed:
    """One sailing of a vessel."""

    name: str
    vessel: Vessel
    sails_s: int

    def delivers(self, clockwork: Clockwork, from_s: int, load_s: int, unload_s: int) -> int | None:
        """When a lot that is ready at an instant is unloaded; `None` if the vessel has sailed."""
        if from_s + load_s > self.sails_s:
            return None
        return clockwork.work(self.vessel.to, self.sails_s + self.vessel.at_sea_s, unload_s)


Way = Trucks | Driven | Carried | Flown | Sailed
Ends = tuple[str, str]


@dataclass(slots=True)
class Flow:
    """A way with the flows on it."""

    way: Way
    tonnes: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """By period of the begin of loading, bins and the columns of their tonnes."""
    arrives: dict[int, int] = field(default_factory=dict)
    """By period of the begin of loading, the earliest second at which all is unloaded."""

    def columns(self) -> Iterator[tuple[int, int, int]]:
        """Bin, period and column of all flows."""
        for period, some in self.tonnes.items():
            for number, column in some:
                yield number, period, column


def ends_of(way: Way) -> Ends:
    """Origin and destination of a way."""
    return (way.vessel.at, way.vessel.to) if isinstance(way, Sailed) else (way.leg.origin, way.leg.dest)


def ways_of(scenario: Scenario) -> list[Way]:
    """All ways of a scenario, of whatever lift there is."""
    network = Network(scenario)
    return [*_by_road(scenario, network), *_by_air(scenario, network), *_by_sea(scenario)]


def _by_road(scenario: Scenario, network: Network) -> Iterator[Way]:
    legs = {
        (name, option.dest): option.road
        for name in scenario.places for option in network.options[name] if option.road is not None
    }  # fmt: skip
    holds = tuple(kind.carries for kind in scenario.classes.values() if kind.carries is not None)
    for (origin, dest), leg in legs.items():
        yield Driven(leg, joins=False)
        if holds:
            yield Carried(leg, False, holds)
        for name, pool in scenario.lift.trucks.items():
            out = None if pool.base == origin else network.road(pool.base, origin)
            if pool.count and (pool.base == origin or out is not None):
                back = None if pool.base == dest else network.road(dest, pool.base)
                yield Trucks(name, pool, leg, out, back)
    for way in _joining(scenario, list(legs.values())):
        yield way
        if holds:
            yield Carried(way.leg, True, holds)


def _joining(scenario: Scenario, legs: list[RoadLeg]) -> Iterator[Driven]:
    """Vehicles that join a convoy that passes go where it goes."""
    known: set[tuple[str, str, str]] = set()
    for leg in legs:
        route = scenario.routes[leg.route]
        for stop, _ in leg.path[1:-1]:
            key = (leg.route, stop, leg.dest)
            rest = along(leg.route, route, stop, leg.dest) if stop in route.joins and key not in known else None
            if rest is not None:
                known.add(key)
                yield Driven(rest, joins=True)


def _by_air(scenario: Scenario, network: Network) -> Iterator[Way]:
    for name in scenario.places:
        for option in network.options[name]:
            for kind, leg in option.air.items():
                fleet = scenario.lift.aircraft[kind]
                if fleet.count:
                    yield Flown(kind, fleet, leg)


def _by_sea(scenario: Scenario) -> Iterator[Way]:
    for name, vessel in scenario.lift.vessels.items():
        for sails_s in vessel.sails(scenario.time.horizon_s):
            yield Sailed(name, vessel, sails_s)
