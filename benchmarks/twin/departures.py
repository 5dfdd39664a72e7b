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

    def departure_from(self, site: Site, at_s: int) -> int | None:
        """First instant at which it can take off; on the next day where the crew has to rest."""
        off = self._off_from(site, max(at_s, self.repaired_s))
        if off is None or not self._beyond_crew_day(site, off):
            return off
        time = self.world.scenario.time
        return self._off_from(site, time.day_starts_s[time.day_of(off) + 1])

    def _onward(self, site: Site) -> tuple[int, str]:
        return (self.leg.carry_s, self.leg.dest) if site.name == self.leg.origin else (self.leg.back_s, self.fleet.base)

    def _off_from(self, site: Site, at_s: int) -> int | None:
        flight, onward = self._onward(site)
        off = site.can_land_from(at_s)
        while off is not None:
            lands = self.world.tape.flying[onward].next_open(off + flight)
            if lands is None or lands == off + flight:
                return off if lands is not None else None
            off = site.can_land_from(lands - flight)
        return None

    def _beyond_crew_day(self, site: Site, off_s: int) -> bool:
        left = self.leg.back_s
        if site.name == self.leg.origin:
            left += self.leg.carry_s + max(self.fleet.ground_time_s, sum(lot.unload for lot in self.lots))
        day = self.world.scenario.time.day_of(off_s)
        crew_day = self.fleet.crew_day_s
        if crew_day is None or day != self.tail.crew_day or left > crew_day:
            return False
        return off_s + left > self.tail.crew_from + crew_day

    def must_leave_by(self, site: Site, now: int) -> int | None:
        """When loading ends so that flying hours at both ends and the crew day hold."""
        flying, leg = self.world.tape.flying, self.leg
        ends = [flying[site.name].closes_after(now), flying[leg.dest].closes_after(now + leg.carry_s) - leg.carry_s]
        _, crew_until = self.tail.left_of(self.world.scenario.time.day_of(now), now)
        if crew_until is not None:
            ends.append(crew_until - leg.carry_s - leg.back_s - self.fleet.ground_time_s)
        return min(ends) if min(ends) > now else None
