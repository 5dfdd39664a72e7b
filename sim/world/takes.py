"""What the road takes: which classes trucks could take at a place now, and until when that holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.network import Option
from sim.world.marshal import Marshal, Takes
from sim.world.site import Site

if TYPE_CHECKING:
    from sim.world.roadlift import RoadLift


class RoadTakes:
    """What the trucks of all pools could do, remembered until trucks, a handover, a road, a pace or the day change."""

    def __init__(self, road: RoadLift) -> None:
        self.road, self.setting = road, road.setting
        self._marshal_of = {id(m.option): m for marshals in road.marshals.values() for m in marshals}

    def takes_now(self, site: Site, option: Option) -> frozenset[str]:
        """Classes that trucks could take here now: way open and cleared, trucks there, coming, or idle and in time."""
        marshal, now = self._marshal_of[id(option)], self.setting.clock.now_s
        asked = (self.road.changes, site.handover_s)
        takes = marshal.takes
        if takes.asked != asked or now >= takes.until_s:
            takes = marshal.takes = self._takes(marshal, now)
        return takes.classes

    def _takes(self, marshal: Marshal, now: int) -> Takes:
        assert marshal.option.road is not None
        site, route = marshal.site, marshal.option.road.route
        asked, closed = (self.road.changes, site.handover_s), self.setting.tape.road_closed[route]
        until_s = self.setting.time.day_starts_s[self.setting.time.day_of(now) + 1]
        if not self.road.cleared(route, "trucks", now):
            return Takes(asked, until_s)
        if closed.is_open(now):
            return Takes(asked, min(until_s, closed.closes_after(now)))
        until_s = min(until_s, closed.next_start(now))
        classes = frozenset[str]()
        for pool in self.road.kinds:
            in_time = bool(marshal.trucks(pool))
            if not in_time and self.road.idle[pool]:
                in_time, until_s = self._in_time_until(pool, site, now, until_s)
            if in_time:
                classes |= self.setting.stock.rides[pool]
        return Takes(asked, until_s, classes)

    def _in_time_until(self, pool: str, site: Site, now: int, until_s: int) -> tuple[bool, int]:
        """Whether trucks sent from their base could load in time, and until when, up to an instant, that is so."""
        leg = self.setting.network.road(self.road.kinds[pool].base, site.name)
        if leg is not None:
            until_s = min(until_s, self.setting.network.steady_until(leg, now))
        if not self._comes_in_time(pool, site, now):  # at one pace who leaves later comes no sooner
            return False, until_s
        return True, until_s if self._comes_in_time(pool, site, until_s - 1) else now + 1

    def _comes_in_time(self, pool: str, site: Site, now: int) -> bool:
        """Whether trucks sent from their base now, or standing there, could load before the handover."""
        base, network = self.road.kinds[pool].base, self.setting.network
        leg = None if base == site.name else network.road(base, site.name)
        if leg is None and base != site.name:
            return False
        arrival_s = now if leg is None else network.planned_arrival(leg, now)
        if arrival_s is None:
            return False
        return site.handover_s is None or arrival_s + self.road.rules.load_at_least_s <= site.handover_s
