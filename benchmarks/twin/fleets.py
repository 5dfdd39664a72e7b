"""Fleets: what is known of the tails of each type, and what planning makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.twin.things import Tail
from sim.scenario.lift import Aircraft
from sim.scenario.materiel import LotClass
from sim.scenario.network import AirLeg, Option

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin

DAY_S = 86_400


def person_milli(fleet: Aircraft) -> int:
    """Floor that a person takes."""
    return fleet.positions // fleet.seats if fleet.seats else 0


def flies(kind: LotClass, name: str, fleet: Aircraft) -> bool:
    """Whether a type could carry a class, masses apart."""
    if kind.flies_in is not None and name not in kind.flies_in:
        return False
    return "aircraft" in kind.moves and kind.floor <= fleet.positions and (fleet.containers or not kind.container)


class Fleets:
    """The tails of all types, asked by planning; types whose tails stand down until an instant."""

    def __init__(self, world: Twin) -> None:
        self.world = world
        self.stand_down: dict[str, int] = {}
        self.flies = {
            name: {kind for kind, rules in world.scenario.classes.items() if flies(rules, name, fleet)}
            for name, fleet in world.scenario.lift.aircraft.items()
        }

    def sorties_a_day(self, fleet: Aircraft, leg: AirLeg, open_s: int | None = None) -> int:
        """Planned sorties of a tail per day, in the strip's flying hours or a given part of them in seconds."""
        cycle = leg.flight_s + 2 * fleet.ground_time_s
        if open_s is None:
            strip = self.world.scenario.places[leg.origin].strip
            open_s = strip.flying_hours.seconds if strip else DAY_S
        least = [open_s // cycle] if cycle else []
        if fleet.hours_a_day_s is not None and leg.flight_s:
            least.append(fleet.hours_a_day_s // leg.flight_s)
        if fleet.crew_day_s is not None and cycle:
            least.append(fleet.crew_day_s // cycle)
        return min(least, default=0)

    def seats_on(self, site: Site, day: int) -> int:
        """Seats that cleared flights can give people of a place on a day."""
        tape, seats, now = self.world.tape, 0, self.world.clock.now_s
        midnight, next_midnight = self.world.scenario.time.day_starts_s[day : day + 2]
        open_s = tape.flying[site.name].open_between(midnight, next_midnight)
        for name, tails in self.world.tails.items():
            legs = [option.air[name] for option in self.world.network.options[site.name] if name in option.air]
            if not legs or not tails or not self.cleared(legs[0], "people", day):
                continue
            free = [
                tail for tail in tails
                if not tail.lost and tail.free_s <= max(midnight, now) and self._fit(tail, day, midnight)
            ]  # fmt: skip
            seats += len(free) * self.sorties_a_day(tails[0].fleet, legs[0], open_s) * tails[0].fleet.seats
        return seats

    def flies_on(self, name: str, day: int) -> bool:
        """Whether the schedule of a type has a local day."""
        fleet, time = self.world.scenario.lift.aircraft[name], self.world.scenario.time
        if not (fleet.weekdays or fleet.dates):
            return True
        weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[time.date_of_day(day).weekday()]
        return weekday in fleet.weekdays or any(time.day_of(date) == day for date in fleet.dates)

    def _fit(self, tail: Tail, day: int, at_s: int) -> bool:
        """Whether a tail is fit on a day, and flies then by its schedule."""
        ends = tail.fleet.until_s
        if (ends is not None and at_s >= ends) or not self.flies_on(tail.type, day):
            return False
        return self.world.tape.fit(tail.type, tail.number, day)

    def cleared(self, leg: AirLeg, movement: str, day: int) -> bool:
        """Whether people or cargo may fly on a day at both ends."""
        return all(self.world.tape.air_cleared(end, movement, day) for end in (leg.origin, leg.dest))  # type: ignore[arg-type]

    def idle(self, name: str) -> list[Tail]:
        """Tails that could begin a sortie now."""
        now = self.world.clock.now_s
        if self.stand_down.get(name, 0) > now:
            return []
        day = self.world.scenario.time.day_of(now)
        return [
            tail for tail in self.world.tails[name]
            if tail.idle and not tail.lost and tail.free_s <= now and self._fit(tail, day, now)
        ]  # fmt: skip

    def serves(self, name: str, site: Site) -> bool:
        """Whether a type can fly from a place at all."""
        return any(name in option.air for option in self.world.network.options[site.name])

    def next_day(self) -> int:
        """When the next day begins."""
        time = self.world.scenario.time
        return time.day_starts_s[min(time.day_of(self.world.clock.now_s) + 1, len(time.day_starts_s) - 1)]

    def takes_now(self, site: Site, option: Option) -> set[str]:
        """Classes that could fly from a place by this option now."""
        if not site.strip_open():
            return set()
        day = self.world.scenario.time.day_of(self.world.clock.now_s)
        found: set[str] = set()
        for name, leg in option.air.items():
            if self.cleared(leg, "cargo", day) and self.idle(name):
                found |= self.flies[name]
        return found
