"""When a sortie can take off, and when it has to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.twin.things import Lot, Tail
from sim.scenario.network import AirLeg

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin


class Departures:
    """What decides on take-offs: the tail and its day, the leg, what is aboard, and until when it is repaired."""

    def __init__(self, world: Twin, tail: Tail, leg: AirLeg) -> None:
        self.world, self.clock, self.tail, self.fleet, self.leg = world, world.clock, tail, tail.fleet, leg
        self.lots: list[Lot] = []
        self.repaired_s = 0

    def departure_from(self, site: Site, at_s: int, *, alarms: bool = True) -> int | None:
        """First instant at which it can take off; on the next day where the crew has to rest."""
        off = self._off_from(site, max(at_s, self.repaired_s), alarms=alarms)
        if off is None or not self._beyond_crew_day(site, off):
            return off
        time = self.world.scenario.time
        return self._off_from(site, time.day_starts_s[time.day_of(off) + 1])

    def _onward(self, site: Site) -> tuple[int, str]:
        return (self.leg.carry_s, self.leg.dest) if site.name == self.leg.origin else (self.leg.back_s, self.fleet.base)

    def _off_from(self, site: Site, at_s: int, *, alarms: bool = True) -> int | None:
        flight, onward = self._onward(site)
        off = site.can_land_from(at_s, alarms=alarms)
        while off is not None:
            lands = self.world.tape.flying[onward].next_open(off + flight)
            if lands is None or lands == off + flight:
                return off if lands is not None else None
            off = site.can_land_from(lands - flight, alarms=alarms)
        return None

    def _beyond_crew_day(self, site: Site, off_s: int) -> bool:
        left = self._left(site, self.lots)
        day = self.world.scenario.time.day_of(off_s)
        crew_day = self.fleet.crew_day_s
        if crew_day is None or day != self.tail.crew_day or left > crew_day:
            return False
        return off_s + left > self.tail.crew_from + crew_day

    def _left(self, site: Site, lots: list[Lot]) -> int:
        """Flights that are left from a place, and at the destination the longer of ground time and unloading."""
        if site.name != self.leg.origin:
            return self.leg.back_s
        stay = max(self.fleet.ground_time_s, sum(lot.unload for lot in lots))
        return self.leg.carry_s + stay + self.leg.back_s

    def done_here(self, site: Site) -> int:
        """When repair and ground time are over, if no further alarm comes."""
        now = self.clock.now_s
        if self.repaired_s > now:
            return self.repaired_s + self.fleet.ground_time_s
        return now + max(self.fleet.ground_time_s - site.quiet.open_between(self.repaired_s, now), 0)

    def must_leave_by(self, site: Site, lots: list[Lot]) -> int | None:
        """The last second at which it can leave with these lots too, once it can; `None` where it never can."""
        off = self.departure_from(site, self.done_here(site))
        if off is None:
            return None
        flying, leg = self.world.tape.flying, self.leg
        last = flying[site.name].closes_after(off) - 1
        last = min(last, flying[leg.dest].closes_after(off + leg.carry_s) - 1 - leg.carry_s)
        _, crew_until = self.tail.left_of(self.world.scenario.time.day_of(off), off)
        if crew_until is not None:
            home = crew_until - self._left(site, self.lots + lots)
            last = min(last, home) if home >= off else last
        return last
