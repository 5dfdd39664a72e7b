"""What movement control foresees on roads: the pace of the departure in marching hours, no closures, no attacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.network import RoadLeg
from sim.scenario.openings import Openings, daily

if TYPE_CHECKING:
    from benchmarks.twin.world import Twin


class Planning:
    """Marching hours by the plan."""

    def __init__(self, world: Twin) -> None:
        self.world = world
        time, routes = world.scenario.time, world.scenario.routes
        self.hours: dict[str, Openings] = {
            name: daily(time, route.marching_hours, world.frame.end_s) for name, route in routes.items()
        }

    def arrival(self, road: RoadLeg, at_s: int, km: float | None = None) -> int | None:
        """When a convoy that leaves at an instant is there, or one that has so much of its way left."""
        route = self.world.scenario.routes[road.route]
        paces = [route.a_day[period.pace] for period in route.periods.values() if period.pace and period.covers(at_s)]
        km_a_day = min(paces) if paces else route.a_day[route.pace]
        return self.hours[road.route].finish(
            at_s, round((road.km if km is None else km) / km_a_day * route.marching_hours.seconds)
        )

    def way_s(self, origin: str, dest: str) -> int | None:
        """How long a convoy takes that leaves at the next marching hour; nothing to the place itself."""
        if origin == dest:
            return 0
        road = self.world.network.road(origin, dest)
        leaves = None if road is None else self.hours[road.route].next_open(self.world.clock.now_s)
        if road is None or leaves is None:
            return None
        arrives = self.arrival(road, leaves)
        return None if arrives is None else arrives - leaves

    def last_convoy_s(self, road: RoadLeg, handover_s: int) -> int:
        """When the last convoy leaves: at handover, or in the last second of marching hours before it."""
        hours = self.hours[road.route]
        if hours.is_open(handover_s):
            return handover_s
        ends = [end for end in hours.ends if end <= handover_s]
        return ends[-1] - 1 if ends else handover_s
