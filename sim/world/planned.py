"""Planning on the network: marches by today's pace and the plan's hours, without the tape."""

from __future__ import annotations

from sim.scenario.network import Network, RoadLeg
from sim.scenario.scenario import Scenario
from sim.tape.openings import daily

_NEVER = 1 << 60


class PlannedNetwork(Network):
    """The network, with marching hours for planning: closures and attacks are not foreseen."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        time = scenario.time
        self._marching = {
            name: daily(time, route.marching_hours, time.day_starts_s[-1]) for name, route in scenario.routes.items()
        }

    def planned_arrival(self, leg: RoadLeg, now: int) -> int | None:
        """When a convoy that leaves now would arrive at today's pace."""
        route = self.scenario.routes[leg.route]
        paces = [route.a_day[period.pace] for period in route.periods.values() if period.pace and period.covers(now)]
        a_day_km = min(paces, default=route.a_day[route.pace])
        if a_day_km <= 0:
            return None
        return self._marching[leg.route].finish(now, round(leg.km / a_day_km * route.marching_hours.seconds))

    def steady_until(self, leg: RoadLeg, now: int) -> int:
        """When the pace of a road may next be another; later than any instant if never."""
        periods = self.scenario.routes[leg.route].periods.values()
        return min((at_s for each in periods for at_s in (each.from_s, each.until_s) if at_s > now), default=_NEVER)

    def last_marching(self, route: str, by_s: int) -> int | None:
        """Latest instant of marching hours, or their end, up to an instant."""
        return self._marching[route].last_end_by(by_s)

    def marches_at(self, route: str, at_s: int) -> bool:
        """Whether an instant lies in marching hours."""
        return self._marching[route].is_open(at_s)

    def planned_march_s(self, origin: str, dest: str, now: int) -> int | None:
        """Planned time of a convoy from place to place, from the next marching hours on."""
        leg = self.road(origin, dest)
        if leg is None:
            return None
        begins = self._marching[leg.route].next_open(now)
        arrives = None if begins is None else self.planned_arrival(leg, begins)
        return None if arrives is None or begins is None else arrives - begins
