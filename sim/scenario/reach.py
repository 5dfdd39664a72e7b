"""Reachability: the legs by air and road in a file, and the lots that can leave by them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from sim.scenario.distributions import Distribution
from sim.scenario.lift import TruckPool, Vessel
from sim.scenario.materiel import Carries, LotClass
from sim.scenario.network import AirLeg, Network, RoadLeg, along
from sim.scenario.scenario import Scenario


class Reach:
    """Legs of a scenario whose references are valid."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.places = scenario.places
        self.network = Network(scenario)

    @cached_property
    def air(self) -> tuple[AirLeg, ...]:
        """Legs by air that a type of the fleet can fly within its range."""
        return tuple(
            leg
            for origin, dest in self._asked("air")
            for name in self.flying(origin, dest)
            if (leg := self.network.air(name, origin, dest)) is not None
        )

    def flying(self, origin: str, dest: str) -> Iterator[str]:
        """Types with tails that may land at both ends."""
        for name, fleet in self.scenario.lift.aircraft.items():
            if fleet.count and self.network.lands(name, origin) and self.network.lands(name, dest):
                yield name

    @cached_property
    def road(self) -> tuple[RoadLeg, ...]:
        """Legs by road that one route covers, in either direction."""
        return tuple(
            leg
            for origin, dest in self._asked("road")
            for name, route in self.scenario.routes.items()
            if (leg := along(name, route, origin, dest)) is not None
        )

    def serves(self, pool: str, place: str) -> bool:
        """Whether trucks of a pool can reach a place: it is their base, or one route passes both."""
        base = self.scenario.lift.trucks[pool].base
        return base == place or self.network.road(base, place) is not None

    def _asked(self, mode: str) -> Iterator[tuple[str, str]]:
        for origin, place in self.places.items():
            for dest, modes in place.evacuate:
                if mode in modes and dest in self.places and dest != origin:
                    yield origin, dest

    def next_for(self, kind: LotClass, origin: str) -> set[str]:
        """Destinations to which the lightest lot of a class can be carried from a place in one leg."""
        return (
            {leg.dest for leg in self.air if leg.origin == origin and self._flies(kind, leg)}
            | {leg.dest for leg in self.road if leg.origin == origin and self._rolls(kind, origin)}
            | {vessel.to for vessel in self.sailing(origin) if self._sails(kind, vessel)}
        )

    def sailing(self, origin: str) -> Iterator[Vessel]:
        """Vessels that sail from a place by sea to one of its destinations."""
        by_sea = {dest for dest, modes in self.places[origin].evacuate if "sea" in modes}
        for vessel in self.scenario.lift.vessels.values():
            if vessel.at == origin and vessel.to in by_sea and vessel.sails(self.scenario.time.horizon_s):
                yield vessel

    def _sails(self, kind: LotClass, vessel: Vessel) -> bool:
        names = {id(each): known for known, each in self.scenario.classes.items()}
        taken = vessel.takes is None or names.get(id(kind)) in vessel.takes
        return taken and kind.floor <= vessel.positions and least(kind.mass) <= vessel.payload

    def _flies(self, kind: LotClass, leg: AirLeg) -> bool:
        fleet = self.scenario.lift.aircraft[leg.aircraft]
        return kind.fits_in(leg.aircraft, fleet) and least(kind.mass) <= leg.payload_kg

    def _rolls(self, kind: LotClass, origin: str) -> bool:
        if "self" in kind.moves:
            return True
        carriers = (self.scenario.classes[name] for name, held in self.places[origin].lots.items() if held.count)
        if any(each.carries is not None and _fits_vehicle(kind, each.carries) for each in carriers):
            return True
        return "truck" in kind.moves and any(
            pool.count and _fits_truck(kind, pool) and self.serves(name, origin)
            for name, pool in self.scenario.lift.trucks.items()
        )

    def gets_out(self, kind: LotClass, origin: str) -> bool:
        """Whether the lightest lot of a class can reach an exit or a custody hub, in any number of legs."""
        seen, waiting = {origin}, [origin]
        while waiting:
            for dest in self.next_for(kind, waiting.pop()) - seen:
                if self.places[dest].takes_out:
                    return True
                seen.add(dest)
                waiting.append(dest)
        return False


def _fits_vehicle(kind: LotClass, hold: Carries) -> bool:
    return kind.rides_in(hold) and least(kind.mass) <= hold.payload


def _fits_truck(kind: LotClass, pool: TruckPool) -> bool:
    return kind.floor_on_truck <= pool.floor and least(kind.mass) <= pool.payload


def least(distribution: Distribution) -> float:
    """The smallest value of a distribution."""
    if distribution.kind == "mixture":
        return min(least(part) for _, part in distribution.parts)
    return (
        min(distribution.numbers)
        if distribution.kind in ("fixed", "uniform", "triangular", "pert", "empirical")
        else 0.0
    )
