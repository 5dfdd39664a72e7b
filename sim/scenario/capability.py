"""What the lift and the crews of a scenario can do by planning factors, place by place, in the order of handover.

The formulas are in `sim.scenario.factors`. Aircraft and trucks that serve several places are shared: what a place has
used before is not there again for a later one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import floor, inf
from typing import Any, Literal, NamedTuple

from sim.scenario import factors
from sim.scenario.calendar import DAY_S, Calendar
from sim.scenario.lift import Aircraft, TruckPool, Vessel
from sim.scenario.lots import broken_down
from sim.scenario.materiel import Carries, LotClass
from sim.scenario.network import AirLeg, Network, Option, RoadLeg, payload_at
from sim.scenario.places import Place, Release
from sim.scenario.scenario import Scenario
from sim.sums import sum_in_order

Means = Literal["trucks", "aircraft", "vessel", "vehicles", "loads"]
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Capability:
    """What one lift can bring away from a place by planning factors.

    `count` are its trucks, tails, sailings or vehicles (`loads`: vehicles that take lots along); `rounds` what each
    makes in the time; `cycle_s` the time of a round (0 for vehicles and vessels); `load_kg` the mean load; `moves_kg`
    what it brings away, of `asked_kg` that it could take and that no lift before it has taken.
    """

    means: Means
    name: str
    count: float
    rounds: float
    cycle_s: float
    load_kg: float
    asked_kg: float
    moves_kg: float


@dataclass(frozen=True, slots=True)
class PlaceCapability:
    """A place: what it holds for lift, what crews can prepare of it, and what each lift can bring away.

    From `from_s`, its release, to `until_s`, its handover or the deadline. `moves_kg` is the lesser of what lift brings
    away and what crews prepare. All by planning factors: a formula, and no maximum.
    """

    place: str
    from_s: int
    until_s: int
    holds_kg: float
    crews: int
    prepares_kg: float
    lift: tuple[Capability, ...]

    @property
    def lifts_kg(self) -> float:
        """What all lift brings away."""
        return sum_in_order(each.moves_kg for each in self.lift)

    @property
    def moves_kg(self) -> float:
        """What comes away: lifted, and prepared."""
        return min(self.lifts_kg, self.prepares_kg)

    def plain(self, time: Calendar) -> dict[str, Any]:
        """As plain data for JSON: tonnes, hours, and the first and the last day."""
        return {
            "place": self.place,
            "from": time.local(self.from_s).date().isoformat(),
            "until": time.local(max(self.until_s - 1, self.from_s)).date().isoformat(),
            "holds_t": _tonnes(self.holds_kg),
            "moves_t": _tonnes(self.moves_kg),
            "lifts_t": _tonnes(self.lifts_kg),
            "crews": self.crews,
            "prepares_t": _tonnes(self.prepares_kg),
            "lift": [
                {
                    "means": each.means,
                    "name": each.name,
                    "count": each.count,
                    "rounds": round(each.rounds, 2),
                    "cycle_h": round(each.cycle_s / 3600, 2),
                    "load_t": _tonnes(each.load_kg),
                    "asked_t": _tonnes(each.asked_kg),
                    "moves_t": _tonnes(each.moves_kg),
                }
                for each in self.lift
            ],
        }


def _tonnes(kg: float) -> float:
    return round(kg / 1000, 1)


class Held(NamedTuple):
    """Lots of one kind at a place: their class by name, how many, and the mean of each in kilograms and seconds."""

    name: str
    kind: LotClass
    number: float
    kg: float
    prepare_s: float


def holdings(scenario: Scenario, place: Place) -> list[Held]:
    """The lots of a place that are for lift, containers that are broken down as shells and pieces."""
    stays = (place.handover_s is None or place.takes_out) and place.release == Release()
    if stays or not place.evacuate:
        return []
    found: list[Held] = []
    for name, lots in place.lots.items():
        kind = scenario.classes[name]
        for owner, count in lots.owners().items():
            if kind.is_transferred(owner):
                continue
            apart = broken_down(lots, count) if kind.breaks_into is not None else 0
            kg = kind.mass.mean
            found.append(Held(name, kind, count - apart, kg, kind.prepare.mean))
            if kind.breaks_into is not None and apart:
                into = kind.breaks_into
                piece, shell = scenario.classes[into.lot_class], min(kg, into.shell)
                found.append(Held(name, kind, apart, shell, into.work.mean))
                each = (kg - shell) / into.pieces
                found.append(Held(into.lot_class, piece, apart * into.pieces, each, piece.prepare.mean))
    return [held for held in found if held.number]


class _Ask(NamedTuple):
    """What a lift could take of the lots that are left: which, their mass, and the loads that they make."""

    fits: list[bool]
    kg: float
    loads: float


@dataclass(slots=True)
class _Left:
    """Lots that no lift has taken yet, in the order of `holdings`."""

    held: list[Held]
    count: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.count = [held.number for held in self.held]

    def ask(self, fits: list[bool], load: list[float]) -> _Ask:
        """What a lift could take; `load` is the part of a load that one lot makes."""
        rows = [(self.count[i], self.held[i].kg, load[i]) for i in range(len(self.held)) if fits[i]]
        kg = sum_in_order(count * kg for count, kg, _ in rows)
        return _Ask(fits, kg, sum_in_order(count * of for count, _, of in rows))

    def take(self, ask: _Ask, share: float) -> None:
        """A lift takes this share of all that it could take."""
        for i, taken in enumerate(ask.fits):
            if taken:
                self.count[i] *= 1 - share


class _Fleets:
    """The scenario's lift, and what earlier places have used of it: truck seconds and tail seconds by name."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.network = scenario, Network(scenario)
        self.used_s: dict[tuple[str, str], float] = {}
        self._carriers: list[tuple[str, Carries, float]] = []

    def place(self, name: str) -> PlaceCapability | None:
        """The capability for a place, `None` if it has no lots for lift."""
        place = self.scenario.places[name]
        held = holdings(self.scenario, place)
        if not held:
            return None
        from_s, until_s = self._window(place)
        left = _Left(held)
        lift = tuple(self._lift(name, place, left, from_s, until_s))
        holds_kg = sum_in_order(each.number * each.kg for each in held)
        crews = _crews(place)
        work_s = sum_in_order(each.number * each.prepare_s for each in held)
        working_s = max(until_s - from_s, 0) / DAY_S * place.working_hours.seconds
        share = factors.prepared_share(crews, working_s, work_s)
        return PlaceCapability(name, from_s, until_s, holds_kg, crews, share * holds_kg, lift)

    def _window(self, place: Place) -> tuple[int, int]:
        phases = self.scenario.phases
        begins = [0, place.release.start_s or 0]
        if place.phase is not None:
            phase = phases[place.phase]
            before = [other.handover_s or 0 for other in self.scenario.places.values() if other.phase in phase.after]
            begins += [phase.start_s, *before]
        deadline_s = self.scenario.time.deadline_s
        ends = deadline_s if place.handover_s is None else min(place.handover_s, deadline_s)
        return max(begins), ends

    def _lift(self, name: str, place: Place, left: _Left, from_s: int, until_s: int) -> Iterator[Capability]:
        window = from_s, until_s
        options = self.network.options[name]
        self._carriers = []
        if any(option.mode == "road" for option in options):
            yield from self._vehicles(place, left)
        served: set[tuple[str, str]] = set()
        for option in options:
            if option.road is not None:
                yield from self._trucks(name, option.road, left, window, served)
            yield from self._aircraft(name, option, left, window, served)
        yield from self._loads(left)
        yield from self._vessels(name, place, left, window)

    def _vehicles(self, place: Place, left: _Left) -> Iterator[Capability]:
        """Vehicles that drive themselves, as many as the people of the place can drive."""
        fits = ["self" in held.kind.moves for held in left.held]
        count = sum_in_order(left.count[i] for i, taken in enumerate(fits) if taken)
        if not count:
            return
        ask = left.ask(fits, [float(held.kind.crew) for held in left.held])
        share = 1.0 if place.people is None or ask.loads <= 0 else min(1.0, place.headcount / ask.loads)
        left.take(ask, share)
        self._carriers = [
            (held.name, held.kind.carries, held.number * share)
            for held, drives in zip(left.held, fits, strict=True) if drives and held.kind.carries is not None
        ]  # fmt: skip
        driven = floor(count * share + _ROUNDING)
        yield Capability("vehicles", "", driven, 1, 0, ask.kg / count, ask.kg, share * ask.kg)

    def _loads(self, left: _Left) -> Iterator[Capability]:
        """Lots that vehicles take along which drive out, one load each."""
        for name, hold, count in self._carriers:
            fits = [held.kind.rides_in(hold) and held.kg <= hold.payload for held in left.held]
            load = [
                max(held.kg / (hold.payload or 1), held.kind.floor_on_truck / (hold.floor or 1)) for held in left.held
            ]
            ask = left.ask(fits, load)
            if ask.loads:
                trips = min(count, ask.loads)
                yield _moved(left, Capability("loads", name, floor(count + _ROUNDING), 1, 0, 0, ask.kg, trips), ask)

    def _trucks(
        self, place: str, leg: RoadLeg, left: _Left, window: tuple[int, int], served: set[tuple[str, str]]
    ) -> Iterator[Capability]:
        for name, pool in self.scenario.lift.trucks.items():
            if ("trucks", name) in served or not pool.count or not pool.payload:
                continue
            way_s = self._march_s(leg)
            out, back = (self._out_s(pool.base, end) for end in (place, leg.dest))
            if out is None or back is None:
                continue
            served.add(("trucks", name))
            fits = [_fits_truck(held, pool) for held in left.held]
            load = [max(held.kg / pool.payload, held.kind.floor_on_truck / (pool.floor or 1)) for held in left.held]
            ask = left.ask(fits, load)
            if not ask.loads:
                continue
            load_s = max(self.scenario.lift.convoys.load_at_least_s, pool.load.mean if pool.load else 0)
            unload_s = pool.unload.mean if pool.unload else 0
            cycle_s = factors.turnaround_s(out, load_s, way_s, unload_s, back)
            begins_s = max(window[0], pool.from_s or 0)
            until_s = min(window[1], self.scenario.time.deadline_s - way_s - unload_s)
            each = factors.rounds(until_s - begins_s, out + load_s, cycle_s)
            most = min(pool.count * each, self._escorted(place, leg, window, out + way_s + back))
            trips = self._free(("trucks", name), pool.count, pool.from_s, window[1], cycle_s, most, ask.loads)
            yield _moved(left, Capability("trucks", name, pool.count, each, cycle_s, 0, ask.kg, trips), ask)

    def _escorted(self, place: str, leg: RoadLeg, window: tuple[int, int], round_s: float) -> float:
        """Trucks that escorts bring away in the time: convoys on the road at once, each of the most vehicles."""
        convoys = self.scenario.lift.convoys
        if convoys.at_once is None or round_s <= 0:
            return inf
        return convoys.at_once * convoys.vehicles.most * max(window[1] - window[0], 0) / round_s

    def _aircraft(
        self, place: str, option: Option, left: _Left, window: tuple[int, int], served: set[tuple[str, str]]
    ) -> Iterator[Capability]:
        fill = self.scenario.policy.disposal.planning_fill
        for name, leg in option.air.items():
            fleet = self.scenario.lift.aircraft[name]
            payload = payload_at(fleet, leg, window[0])
            if ("aircraft", name) in served or not fleet.count or not payload or not fill:
                continue
            served.add(("aircraft", name))
            fits = [held.kind.fits_in(name, fleet) and held.kg <= payload for held in left.held]
            load = [max(held.kg / payload, held.kind.floor / (fleet.positions or 1)) / fill for held in left.held]
            ask = left.ask(fits, load)
            a_day, station = self._sorties_a_day(place, fleet, leg)
            if not ask.loads or a_day <= 0:
                continue
            begins_s = max(window[0], fleet.from_s or 0)
            days = self._days(fleet, begins_s, window[1])
            most = factors.fleet_sorties(fleet.count, fleet.available, a_day, days, station)
            day_s = DAY_S / a_day / (fleet.available or 1)  # of a tail, for one sortie
            key = ("aircraft", name)
            trips = self._free(key, fleet.count, fleet.from_s, window[1], day_s, floor(most + _ROUNDING), ask.loads)
            cycle_s = factors.air_cycle_s(leg.flight_s, fleet.ground_time_s)
            each = most / fleet.count
            yield _moved(left, Capability("aircraft", name, fleet.count, each, cycle_s, 0, ask.kg, trips), ask)

    def _days(self, fleet: Aircraft, begins_s: int, ends_s: int) -> float:
        """Days of a window on which a type flies: until its charter ends, and on the days of its schedule."""
        time = self.scenario.time
        ends_s = ends_s if fleet.until_s is None else min(ends_s, fleet.until_s)
        if ends_s <= begins_s or not (fleet.weekdays or fleet.dates):
            return max(ends_s - begins_s, 0) / DAY_S
        return float(sum(map(fleet.flies(time), range(time.day_of(begins_s), time.day_of(ends_s - 1) + 1))))

    def _sorties_a_day(self, place: str, fleet: Aircraft, leg: AirLeg) -> tuple[float, float | None]:
        strip = self.scenario.places[place].strip
        open_s = DAY_S if strip is None else strip.flying_hours.seconds
        a_day = factors.sorties_a_day(leg.flight_s, fleet.ground_time_s, open_s, fleet.hours_a_day_s, fleet.crew_day_s)
        station = None if strip is None else factors.station_sorties_a_day(strip.mog, open_s, fleet.ground_time_s)
        return a_day, station

    def _vessels(self, place: str, spot: Place, left: _Left, window: tuple[int, int]) -> Iterator[Capability]:
        by_sea = {dest for dest, modes in spot.evacuate if "sea" in modes}
        for name, vessel in self.scenario.lift.vessels.items():
            if vessel.at != place or vessel.to not in by_sea or not vessel.payload:
                continue
            last_s = min(window[1], self.scenario.time.deadline_s - vessel.at_sea_s)
            sailings = [at_s for at_s in vessel.sails(self.scenario.time.horizon_s) if window[0] <= at_s <= last_s]
            fits = [_fits_vessel(held, vessel) for held in left.held]
            load = [max(held.kg / vessel.payload, held.kind.floor / (vessel.positions or 1)) for held in left.held]
            ask = left.ask(fits, load)
            if ask.loads:
                trips = min(float(len(sailings)), ask.loads)
                yield _moved(left, Capability("vessel", name, 1, len(sailings), 0, 0, ask.kg, trips), ask)

    def _free(
        self, key: tuple[str, str], count: int, from_s: int | None, until_s: int, cycle_s: float, most: float,
        loads: float,
    ) -> float:  # fmt: skip
        """Rounds that a lift makes for a place, beside what it did for earlier ones; they are booked."""
        free_s = count * max(until_s - (from_s or 0), 0) - self.used_s.get(key, 0.0)
        # the last round ends after the window: its way back is not needed, so as many are free as there are vehicles
        trips = min(most, loads, max(free_s / cycle_s + count, 0.0) if cycle_s > 0 else most)
        self.used_s[key] = self.used_s.get(key, 0.0) + trips * cycle_s
        return trips

    def _out_s(self, base: str, place: str) -> float | None:
        if base == place:
            return 0.0
        leg = self.network.road(base, place)
        return None if leg is None else self._march_s(leg)

    def _march_s(self, leg: RoadLeg) -> float:
        route = self.scenario.routes[leg.route]
        return factors.march_s(leg.km, route.a_day[route.pace], route.marching_hours.seconds)


def _moved(left: _Left, one: Capability, ask: _Ask) -> Capability:
    """A lift that has taken what it can: `one` has the rounds that it makes as `moves_kg`."""
    load_kg = factors.load_kg(ask.kg, ask.loads)
    left.take(ask, one.moves_kg / ask.loads)
    return replace(one, load_kg=load_kg, moves_kg=one.moves_kg * load_kg)


def _crews(place: Place) -> int:
    plan = place.crews
    if place.people is None:
        return plan.count
    return min(plan.count, floor(place.headcount * plan.labour_share / plan.size + _ROUNDING))


def _fits_truck(held: Held, pool: TruckPool) -> bool:
    return "truck" in held.kind.moves and held.kind.floor_on_truck <= pool.floor and held.kg <= pool.payload


def _fits_vessel(held: Held, vessel: Vessel) -> bool:
    taken = vessel.takes is None or held.name in vessel.takes
    return taken and held.kind.floor <= vessel.positions and held.kg <= vessel.payload


def capabilities(scenario: Scenario) -> tuple[PlaceCapability, ...]:
    """What lift and crews can do for each place with lots for lift, in the order of handover, then of stream name."""
    time, places = scenario.time, scenario.places
    latest_s = time.horizon_s + 1

    def turn(name: str) -> tuple[int, str, str]:
        handover_s = places[name].handover_s
        return latest_s if handover_s is None else handover_s, scenario.stream_of("places", name), name

    fleets = _Fleets(scenario)
    found = (fleets.place(name) for name in sorted(places, key=turn))
    return tuple(each for each in found if each is not None)
