"""What a file implies for each place without simulation: when it begins and ends, which lots leave, and how."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from sim.scenario.calendar import ALWAYS, DAY_S, DailyHours
from sim.scenario.distributions import Distribution
from sim.scenario.look import Look
from sim.scenario.materiel import LotClass
from sim.scenario.network import RoadLeg
from sim.scenario.openings import Openings, daily
from sim.scenario.parts import Window
from sim.scenario.places import Place, Release

_SURE_S = 3 * DAY_S
"""An interval sure to contain the hours of one whole day, even if the clocks change in it."""


@dataclass(frozen=True)
class Outlook:
    """Bounds that hold for any random draws: nothing begins before `begins_s` or ends after `ends_s`."""

    look: Look

    @cached_property
    def horizon_s(self) -> int:
        """The horizon."""
        return self.look.scenario.time.horizon_s

    @property
    def places(self) -> dict[str, Place]:
        """Places by name."""
        return self.look.scenario.places

    # time

    def begins_s(self, place: Place) -> int:
        """The earliest instant at which a place can begin. An order to leave may begin it at once."""
        if place.escalation is not None or place.phase is None:
            return 0
        return max(0, self.look.scenario.phases[place.phase].start_s, *self.waits_for(place).values())

    def waits_for(self, place: Place) -> dict[str, int]:
        """Places that the phase of a place waits for, with their handovers, before which they do not close."""
        phase = self.look.scenario.phases.get(place.phase or "")
        return {
            name: other.handover_s
            for name, other in self.places.items()
            if phase is not None and other.phase in phase.after and other.handover_s is not None
            and other.escalation is None and not other.takes_out
        }  # fmt: skip

    def ends_s(self, name: str) -> int:
        """The latest instant at which a place can close. With people, that may be long after its handover."""
        place = self.places[name]
        if place.handover_s is None or place.takes_out or place.headcount or self.passing(name):
            return self.horizon_s
        return min(place.handover_s, self.horizon_s)

    def ever_open(self, hours: DailyHours, closed: Collection[Window], from_s: int, until_s: int) -> bool:
        """Whether daily hours have a second in [from, until) that no window closes."""
        shut_s = sum(max(0, min(window.until_s, until_s) - max(window.from_s, from_s)) for window in closed)
        if until_s - from_s - shut_s > _SURE_S * (len(closed) + 1):
            return True  # windows leave at least one interval that contains the hours of some day
        opened = daily(self.look.scenario.time, hours, max(until_s, 1))
        shut = Openings.from_pairs((window.from_s, window.until_s) for window in closed)
        return opened.minus(shut).open_between(from_s, until_s) > 0

    def throughout(self, closed: Collection[Window]) -> bool:
        """Whether windows cover the whole time from the start to the horizon."""
        return self.horizon_s > 0 and not self.ever_open(ALWAYS, closed, 0, self.horizon_s)

    def day(self, at_s: int) -> str:
        """An instant as messages show it."""
        return self.look.scenario.time.local(at_s).isoformat(" ", "minutes").removesuffix(" 00:00")

    # lots

    def leaving(self, place: Place) -> Iterator[tuple[str, LotClass]]:
        """A place's own classes that are released for lift: not those that stay, or whose transfer is agreed."""
        kept = (place.handover_s is None or place.takes_out) and place.release == Release()
        if kept or not place.evacuate:
            return
        for name, held in place.lots.items():
            kind = self.look.scenario.classes[name]
            if any(count and not kind.is_transferred(owner) for owner, count in held.owners().items()):
                yield name, kind

    def passing(self, name: str) -> bool:
        """Whether other places send lots to a place."""
        return any(dest == name for other in self.places.values() for dest, _ in other.evacuate)

    def carried(self, name: str) -> list[LotClass]:
        """Classes that may leave a place: its own, and at a hub that others send to, any."""
        place = self.places[name]
        if self.passing(name) and place.evacuate and not place.takes_out:
            return list(self.look.scenario.classes.values())
        return [kind for _, kind in self.leaving(place)]

    # roads

    @cached_property
    def ways(self) -> tuple[RoadLeg, ...]:
        """The leg by road that convoys take from each place to each of its destinations."""
        network = self.look.reach.network
        legs = (
            network.road(origin, dest)
            for origin, place in self.places.items()
            for dest, modes in place.evacuate
            if "road" in modes and dest in self.places
        )
        return tuple(leg for leg in legs if leg is not None)

    def by_road(self, name: str) -> bool:
        """Whether lots or people may leave a place by road."""
        return any(leg.origin == name for leg in self.ways)


def takes_time(distribution: Distribution) -> bool:
    """Whether the work can take more than no time."""
    return not (distribution.fixed and distribution.numbers[0] == 0)
