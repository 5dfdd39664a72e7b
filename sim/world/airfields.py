"""Airfields: when aircraft can land and take off at a place, and how many its apron can handle."""

from __future__ import annotations

from collections import deque

import simpy

from sim.scenario.lift import ANY_SURFACE
from sim.scenario.network import NO_STRIP
from sim.scenario.openings import Openings
from sim.world.agenda import Agenda
from sim.world.air import Sortie
from sim.world.clock import Kind
from sim.world.memory import memory
from sim.world.setting import Setting
from sim.world.site import Site


class Airfields:
    """The strips of all sites in one replication."""

    def __init__(self, setting: Setting, sites: dict[str, Site], agenda: Agenda) -> None:
        self.setting, self.agenda, self.clock = setting, agenda, setting.clock
        self._on_apron: dict[str, int] = dict.fromkeys(sites, 0)
        self._queue: dict[str, deque[tuple[simpy.Event, Sortie]]] = {name: deque() for name in sites}
        self._calm: dict[str, Openings] = memory(remembers=setting.remembers)

    def calm(self, site: Site) -> Openings:
        """When no one shelters at a place."""
        calm = self._calm.get(site.name)
        if calm is None:
            always = Openings.always(0, self.setting.time.day_starts_s[-1])
            calm = self._calm[site.name] = always.minus(site.tape.shelter[site.name])
        return calm

    def landing_from(self, site: Site, now: int) -> int | None:
        """First instant at which a landing is possible, apart from the apron."""
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

    # under fire

    def commits(self, sortie: Sortie, site: Site, now: int) -> bool:
        """Whether the alarm at a place began so late on the flight of a sortie that it lands all the same."""
        commit_s = sortie.fleet.kind.commit_s
        began_s = site.tape.shelter[site.name].opened_at(now) if commit_s else None
        return began_s is not None and began_s > sortie.left_s and now - began_s < commit_s

    def lands_under_fire(self, sortie: Sortie, site: Site, now: int) -> bool:
        """Whether a sortie that has just arrived lands in an alarm, apart from the apron."""
        return self.commits(sortie, site, now) and self._open(site, now)

    def leaves_under_fire(self, sortie: Sortie, site: Site, now: int) -> bool:
        """Whether a sortie that landed in an alarm can take off in this second; it needs no all-clear."""
        onward, carry_s = _onward(sortie, site)
        arrives = self.setting.tape.flying[onward].is_open(now + carry_s)
        return self._open(site, now) and arrives and not self._breaks_crew_day(sortie, site, now)

    def _open(self, site: Site, now: int) -> bool:
        return now >= site.accident_closed_until_s and self.setting.tape.flying[site.name].is_open(now)

    # departures

    def departure_from(self, sortie: Sortie, site: Site, now: int) -> int | None:
        """First instant at which a take-off is possible, so that the next landing is in flying hours.

        Days on which the crew could not get home within its hours are excluded.
        """
        when = self._departure_from(sortie, site, max(now, sortie.ready_s))
        if when is None or not self._breaks_crew_day(sortie, site, when):
            return when
        time = self.setting.time  # it stays the night, exposed
        return self._departure_from(sortie, site, time.day_starts_s[time.day_of(when) + 1])

    def _departure_from(self, sortie: Sortie, site: Site, from_s: int) -> int | None:
        onward, carry_s = _onward(sortie, site)
        flying = self.setting.tape.flying[onward]
        when = self.landing_from(site, from_s)
        while when is not None:
            arrives = flying.next_open(when + carry_s)
            if arrives is None or arrives == when + carry_s:
                return when if arrives is not None else None
            when = self.landing_from(site, arrives - carry_s)
        return None

    def return_from(self, sortie: Sortie, base: Site, now: int) -> int:
        """First instant at which a tail that comes home empty can land."""
        when = base.strip_usable_from(now)
        if when == now and self.commits(sortie, base, now):
            return now
        return base.tape.shelter[base.name].closes_after(when) if base.sheltering(when) else when

    def latest_departure(self, sortie: Sortie, site: Site, lots: list[int]) -> int | None:
        """Last second at which a sortie that loads these lots can leave; `None` if it never can.

        It depends on the flying hours here and at the destination, whose ends are excluded, and on the crew day with
        all lots aboard, unless the crew day is exceeded in any case.
        """
        goes_s = self.departure_from(sortie, site, self.free_s(sortie, site))
        if goes_s is None:
            return None
        leg, flying = sortie.leg, self.setting.tape.flying
        here_s, there_s = flying[site.name].closes_after(goes_s), flying[leg.dest].closes_after(goes_s + leg.carry_s)
        latest_s = min(here_s, there_s - leg.carry_s) - 1
        home_s = self._home_by_s(sortie, site, goes_s, lots)
        return latest_s if home_s is None or home_s < goes_s else min(latest_s, home_s)

    def free_s(self, sortie: Sortie, site: Site) -> int:
        """When repair and ground time of a sortie at a place will be over, without further alarms."""
        now, ground_s = self.clock.now_s, sortie.fleet.kind.ground_time_s
        stood_s = self.calm(site).open_between(sortie.ready_s, now)
        return max(now, sortie.ready_s) + max(0, ground_s - stood_s)

    # the crew's day

    def _breaks_crew_day(self, sortie: Sortie, site: Site, when_s: int) -> bool:
        """Whether a departure from a place at an instant brings the crew home beyond its day."""
        kind = sortie.fleet.kind
        if kind.crew_day_s is None:
            return False
        left_s = _left_s(sortie, site, [])
        return sortie.tail.breaks_crew_day(kind, self.setting.time.day_of(when_s), when_s, left_s)

    def _home_by_s(self, sortie: Sortie, site: Site, when_s: int, lots: list[int]) -> int | None:
        """Latest departure of a sortie that could leave at an instant, so that its crew is home in its day.

        This counts more lots aboard; `None` if no crew day limits it.
        """
        _, ends_s = sortie.tail.day_left_s(sortie.fleet.kind, self.setting.time.day_of(when_s), when_s)
        return None if ends_s is None else ends_s - _left_s(sortie, site, lots)

    # accidents

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
        site.on_apron(1)

    def leave_apron(self, site: Site) -> None:
        """An aircraft has left the ground, or is lost."""
        self._on_apron[site.name] -= 1
        site.on_apron(-1)
        queue = self._queue[site.name]
        while queue:
            wake, sortie = queue.popleft()
            if not wake.triggered:
                self.clock.trigger(wake, self.clock.now_s, Kind.FLOWN, *sortie.turn)
                break
        self.agenda.at(self.clock.now_s, site)

    def await_apron(self, site: Site, sortie: Sortie, wake: simpy.Event, give_up_s: int | None) -> None:
        """Wait for a place on the apron, or until it is time to give up."""
        self._queue[site.name].append((wake, sortie))
        if give_up_s is not None:

            def give_up() -> None:
                if not wake.triggered:
                    self.clock.trigger(wake, self.clock.now_s, Kind.FLOWN, *sortie.turn)

            self.clock.call(give_up_s, Kind.FLOWN, give_up, *sortie.turn)


def _onward(sortie: Sortie, site: Site) -> tuple[str, int]:
    """The place that a sortie flies to from here, and the time of the flight."""
    leg = sortie.leg
    return (leg.dest, leg.carry_s) if site.name == leg.origin else (sortie.fleet.kind.base, leg.back_s)


def _left_s(sortie: Sortie, site: Site, lots: list[int]) -> int:
    """What is left to do when a sortie leaves a place with what is aboard and more lots: flights, and unloading."""
    leg, unload_s = sortie.leg, site.stock.unload_s
    if site.name != leg.origin or leg.dest == site.name:
        return leg.back_s
    unloading_s = sum(map(unload_s.__getitem__, sortie.load)) + sum(map(unload_s.__getitem__, lots))
    return leg.carry_s + max(sortie.fleet.kind.ground_time_s, unloading_s) + leg.back_s
