"""The way back: empty trucks away from their base, and when they return to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.world.marshal import Marshal, Vehicle
from sim.world.site import Site

if TYPE_CHECKING:
    from sim.world.roadlift import RoadLift


class WaysBack:
    """Empty trucks by place and pool that have nothing more to wait for there."""

    def __init__(self, road: RoadLift) -> None:
        self.road = road
        self._freed: dict[tuple[str, str], int] = {}

    def free(self, pool: str, site: Site) -> None:
        """A truck is empty: idle at its base, or it waits to go back there."""
        road = self.road
        if road.kinds[pool].base == site.name:
            road.idle[pool] += 1
            road.changes += 1
        else:
            self._freed[site.name, pool] = self._freed.get((site.name, pool), 0) + 1
        road.control.at(road.clock.now_s)

    def give_back(self, pool: str, marshal: Marshal) -> None:
        """Trucks that wait at a place wait to go back."""
        key = (marshal.site.name, pool)
        self._freed[key] = self._freed.get(key, 0) + marshal.waiting[pool]
        marshal.waiting[pool] = 0
        self.road.changes += 1

    def give_all_back(self, marshal: Marshal) -> None:
        """Trucks of all pools that wait at a place have nothing more to wait for."""
        for pool, count in marshal.waiting.items():
            if count:
                self.give_back(pool, marshal)

    def go(self) -> None:
        """Empty trucks go back to their base in one convoy, as soon as the road lets them."""
        if not any(self._freed.values()):
            return
        road = self.road
        now, rank = road.clock.now_s, road.setting.frame.pool_rank
        for place, pool in sorted(self._freed, key=lambda key: (road.sites[key[0]].rank, rank[key[1]])):
            count, base = self._freed[place, pool], road.kinds[pool].base
            leg = road.setting.network.road(place, base)
            if not count or leg is None or not road.sites[base].open:
                continue  # trucks of a camp that has closed stay where they are
            if not road.cleared(leg.route, "trucks", now):
                road.control.tomorrow()
            elif not road.moves_now(leg, now):
                road.wake_when_open(leg, None, now)
            else:
                del self._freed[place, pool]
                road.set_off(leg, [Vehicle(pool) for _ in range(count)], {}, "rest")
