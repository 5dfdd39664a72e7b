"""Airfields: when one can land and take off at a place, and how many aircraft its apron can handle."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import simpy

from sim.scenario.lift import ANY_SURFACE
from sim.scenario.network import NO_STRIP
from sim.tape.openings import Openings
from sim.world.clock import Kind
from sim.world.setting import Setting
from sim.world.site import Site

if TYPE_CHECKING:
    from sim.world.control import Control
    from sim.world.sortie import Sortie


class Airfields:
    """The strips of all sites in one replication."""

    def __init__(self, setting: Setting, sites: dict[str, Site], control: Control) -> None:
        self.setting, self.control, self.clock = setting, control, setting.clock
        self._on_apron: dict[str, int] = dict.fromkeys(sites, 0)
        self._queue: dict[str, deque[tuple[simpy.Event, Sortie]]] = {name: deque() for name in sites}
        self._calm: dict[str, Openings] = {}

    def calm(self, site: Site) -> Openings:
        """When no one shelters at a place."""
        if site.name not in self._calm:
            time = self.setting.time
            always = Openings.always(0, time.day_starts_s[-1])
            self._calm[site.name] = always.minus(site.tape.shelter[site.name])
        return self._calm[site.name]

    def landing_from(self, site: Site, now: int) -> int | None:
        """First instant at which a landing is possible, the apron apart."""
        flying, no_alarm = self.setting.tape.flying[site.name], self.calm(site)
        when: int | None = max(now, site.accident_closed_until_s)
        while when is not None:
            calm = no_alarm.next_open(when)
            if calm is None:
                return None
            opened = flying.next_open(calm)
            if opened == when:
                return when
            when = opened
        return None

    def departure_from(self, sortie: Sortie, site: Site, now: int) -> int | None:
        """First instant at which a take-off is possible, so that the next landing is in flying hours.

        Not in a day on which the crew could no longer come home in its hours.
        """
        when = self._departure_from(sortie, site, max(now, sortie.ready_s))
        if when is None or not sortie.breaks_crew_day(site, when):
            return when
        time = self.setting.time  # it stays the night, exposed
        return self._departure_from(sortie, site, time.day_starts_s[time.day_of(when) + 1])

    def _departure_from(self, sortie: Sortie, site: Site, from_s: int) -> int | None:
        leg = sortie.leg
        carry_s, onward = (leg.carry_s, leg.dest) if site.name == leg.origin else (leg.back_s, sortie.fleet.kind.base)
        flying = self.setting.tape.flying[onward]
        when = self.landing_from(site, from_s)
        while when is not None:
            arrives = flying.next_open(when + carry_s)
            if arrives is None or arrives == when + carry_s:
                return when if arrives is not None else None
            when = self.landing_from(site, arrives - carry_s)
        return None

    def return_from(self, base: Site, now: int) -> int:
        """First instant at which a tail that comes home empty can land."""
        when = base.strip_usable_from(now)
        return base.tape.shelter[base.name].closes_after(when) if base.sheltering(when) else when

    def latest_departure(self, sortie: Sortie, site: Site, lots: list[int]) -> int | None:
        """Last second at which a sortie that loads these lots can leave; `None` where it never can.

        From when it can leave: the flying hours here and at the destination, whose ends are closed, and the crew day
        with all lots aboard, unless that is past whatever it does.
        """
        goes_s = self.departure_from(sortie, site, sortie.free_s(site))
        if goes_s is None:
            return None
        leg, flying = sortie.leg, self.setting.tape.flying
        here_s, there_s = flying[site.name].closes_after(goes_s), flying[leg.dest].closes_after(goes_s + leg.carry_s)
        latest_s = min(here_s, there_s - leg.carry_s) - 1
        home_s = sortie.home_by_s(site, goes_s, lots)
        return latest_s if home_s is None or home_s < goes_s else min(latest_s, home_s)

    def accident_chance(self, site: Site) -> float:
        """Chance of an accident at a landing, by surface."""
        rules = self.setting.scenario.accidents.landing
        assert rules is not None
        surface = site.place.strip.surface if site.place.strip is not None else NO_STRIP
        return rules.chance.get(surface, rules.chance.get(ANY_SURFACE, 0.0))

    # aprons

    def apron_free(self, site: Site) -> bool:
        """Whether one more aircraft can be handled."""
        strip = site.place.strip
        return strip is None or self._on_apron[site.name] < strip.mog

    def take_apron(self, site: Site) -> None:
        """An aircraft is on the ground."""
        self._on_apron[site.name] += 1

    def leave_apron(self, site: Site) -> None:
        """An aircraft has left the ground, or is no more."""
        self._on_apron[site.name] -= 1
        queue = self._queue[site.name]
        while queue:
            wake, sortie = queue.popleft()
            if not wake.triggered:
                self.clock.trigger(wake, self.clock.now_s, Kind.FLOWN, *sortie.turn)
                break
        self.control.at(self.clock.now_s, site)

    def await_apron(self, site: Site, sortie: Sortie, wake: simpy.Event, give_up_s: int | None) -> None:
        """Wait for a place on the apron, or until it is time to give up."""
        self._queue[site.name].append((wake, sortie))
        if give_up_s is not None:

            def give_up() -> None:
                if not wake.triggered:
                    self.clock.trigger(wake, self.clock.now_s, Kind.FLOWN, *sortie.turn)

            self.clock.call(give_up_s, Kind.FLOWN, give_up, *sortie.turn)
