"""The network: legs by air and road, and their distances."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

from sim.scenario.lift import ANY_SURFACE, Aircraft, Route
from sim.scenario.places import Mode, Place, Position
from sim.scenario.scenario import Scenario

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG
PERSON_KG = 100  # a person with kit
NO_STRIP = "none"


def great_circle_km(one: Position, other: Position) -> float:
    """Distance on the mean sphere by the haversine formula."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    rise = sin((lat2 - lat1) / 2) ** 2
    turn = sin(radians(other.lon - one.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, rise + cos(lat1) * cos(lat2) * turn)))


@dataclass(frozen=True, slots=True)
class AirLeg:
    """A sortie of one aircraft type from its base to `origin`, with a load to `dest`, and back to base."""

    aircraft: str
    origin: str
    dest: str
    out_s: int
    carry_s: int
    back_s: int
    out_km: float
    carry_km: float
    back_km: float
    payload_kg: int

    @property
    def flight_s(self) -> int:
        """Flying time of the whole sortie."""
        return self.out_s + self.carry_s + self.back_s


@dataclass(frozen=True, slots=True)
class RoadLeg:
    """A leg by road: the route, and the places on it with their kilometres from the origin, ends included."""

    route: str
    origin: str
    dest: str
    path: tuple[tuple[str, float], ...]

    @property
    def km(self) -> float:
        """Length of the leg."""
        return self.path[-1][1]


@dataclass(frozen=True, slots=True)
class Option:
    """A way out for lots of a place: a mode and a destination, in the order of the file."""

    mode: Mode
    dest: str
    road: RoadLeg | None = None
    air: dict[str, AirLeg] = field(default_factory=dict)


class Network:
    """Legs by air and road of a scenario, and their payloads."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.places = scenario.places
        self._roads: dict[tuple[str, str], RoadLeg | None] = {}

    @cached_property
    def options(self) -> dict[str, tuple[Option, ...]]:
        """The ways out for lots, by place, in order of preference."""
        return {name: self._options(name) for name in self.places}

    def _options(self, origin: str) -> tuple[Option, ...]:
        options: list[Option] = []
        for dest, modes in self.places[origin].evacuate:
            for mode in modes:
                if mode == "road":
                    leg = self.road(origin, dest)
                    if leg is not None:
                        options.append(Option("road", dest, road=leg))
                elif mode == "air":
                    legs = self._air_legs(origin, dest)
                    if legs:
                        options.append(Option("air", dest, air=legs))
        return tuple(options)

    def _air_legs(self, origin: str, dest: str) -> dict[str, AirLeg]:
        fleet = self.scenario.lift.aircraft
        names = sorted(fleet, key=lambda name: (fleet[name].stream or name, name))
        legs = {name: self.air(name, origin, dest) for name in names}
        return {name: leg for name, leg in legs.items() if leg is not None}

    def air_km(self, one: str, other: str) -> float | None:
        """Distance by air: given, or the great circle; `None` where positions are missing."""
        if one == other:
            return 0.0
        given = self.scenario.lift.distances
        for a, b in ((one, other), (other, one)):
            if b in given.get(a, {}):
                return given[a][b]
        first, second = self.places[one].position, self.places[other].position
        return None if first is None or second is None else great_circle_km(first, second)

    def air(self, name: str, origin: str, dest: str) -> AirLeg | None:
        """The leg of an aircraft type, or `None` where a strip does not take it or a distance is beyond range."""
        fleet = self.scenario.lift.aircraft[name]
        if not (self.lands(name, origin) and self.lands(name, dest)):
            return None
        hops = [self.air_km(*pair) for pair in self.hops(name, origin, dest)]
        if any(km is None or (fleet.range is not None and km > fleet.range) for km in hops):
            return None
        out_km, carry_km, back_km = (float(km or 0.0) for km in hops)
        out_s, carry_s, back_s = (
            round(km / fleet.block_speed * 3600) if km else 0 for km in (out_km, carry_km, back_km)
        )
        payload = min(payload_on(fleet, surface_of(self.places[end])) for end in (origin, dest))
        return AirLeg(name, origin, dest, out_s, carry_s, back_s, out_km, carry_km, back_km, payload)

    def lands(self, name: str, place: str) -> bool:
        """Whether a type may land at a place: on its strip, or without one if it is a helicopter."""
        strip = self.places[place].strip
        if strip is None:
            return self.scenario.lift.aircraft[name].helicopter
        return strip.takes is None or name in strip.takes

    def hops(self, name: str, origin: str, dest: str) -> tuple[tuple[str, str], ...]:
        """The flights of one sortie: from the base, with the load, back to the base."""
        base = self.scenario.lift.aircraft[name].base
        return ((base, origin), (origin, dest), (dest, base))

    def road(self, origin: str, dest: str) -> RoadLeg | None:
        """The shortest leg along one route, ties broken by stream name; `None` if no route has both places."""
        if (origin, dest) not in self._roads:
            self._roads[origin, dest] = self._shortest(origin, dest)
        return self._roads[origin, dest]

    def _shortest(self, origin: str, dest: str) -> RoadLeg | None:
        legs: list[tuple[float, str, RoadLeg]] = []
        for name, route in self.scenario.routes.items():
            leg = along(name, route, origin, dest)
            if leg is not None:
                legs.append((leg.km, f"{route.stream or name}\0{name}", leg))
        return min(legs, key=lambda item: item[:2])[2] if legs else None


def surface_of(place: Place) -> str:
    """The surface that aircraft land on at a place."""
    return NO_STRIP if place.strip is None else place.strip.surface


def payload_on(fleet: Aircraft, surface: str) -> int:
    """Payload of a type on a surface; its smallest payload if the file gives none for it."""
    return fleet.payload.get(surface, fleet.payload.get(ANY_SURFACE, min(fleet.payload.values())))


def along(name: str, route: Route, origin: str, dest: str) -> RoadLeg | None:
    """The leg along one route, in either direction; `None` if the route lacks a place or a leg's kilometres."""
    if origin not in route.through or dest not in route.through or origin == dest:
        return None
    if len(route.km) != len(route.through) - 1:
        return None
    first, last = route.through.index(origin), route.through.index(dest)
    if first < last:
        stops, legs = route.through[first : last + 1], route.km[first:last]
    else:
        stops, legs = route.through[last : first + 1][::-1], route.km[last:first][::-1]
    path, gone = [(stops[0], 0.0)], 0.0
    for stop, km in zip(stops[1:], legs, strict=True):
        gone += km
        path.append((stop, gone))
    return RoadLeg(name, origin, dest, tuple(path))


def payload_at(fleet: Aircraft, leg: AirLeg, at_s: int) -> int:
    """Payload of a leg on a date, after the factor of the season."""
    if not fleet.seasons:
        return leg.payload_kg
    factor = min((season.payload for season in fleet.seasons.values() if season.covers(at_s)), default=1.0)
    return int(leg.payload_kg * factor)
