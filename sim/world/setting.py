"""The setting of one replication: what all parts of the world share, and the network for planning."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from sim.ledger.ledger import Ledger
from sim.scenario.calendar import Calendar
from sim.scenario.lift import Route
from sim.scenario.network import Network, RoadLeg
from sim.scenario.openings import daily
from sim.scenario.scenario import Scenario
from sim.tape.tape import Frame, Tape
from sim.world.clock import Clock
from sim.world.stock import Stock

_NEVER = 1 << 60


def _changes_of_pace(route: Route) -> list[int]:
    """Instants at which the pace of a route may change, sorted."""
    return sorted({at_s for each in route.periods.values() for at_s in (each.from_s, each.until_s)})


def _a_day_km(route: Route, at_s: int) -> float:
    """Kilometres per day at an instant: the slowest of overlapping periods."""
    paces = [route.a_day[period.pace] for period in route.periods.values() if period.pace and period.covers(at_s)]
    return min(paces, default=route.a_day[route.pace])


class PlannedNetwork(Network):
    """The network, with marching hours for planning, without closures and attacks."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        time = scenario.time
        self._marching = {
            name: daily(time, route.marching_hours, time.day_starts_s[-1]) for name, route in scenario.routes.items()
        }
        self._changes = {name: _changes_of_pace(route) for name, route in scenario.routes.items()}
        self._paces = {  # before the first change, and from each on
            name: [_a_day_km(route, at_s) for at_s in (min(changes, default=0) - 1, *changes)]
            for (name, route), changes in zip(scenario.routes.items(), self._changes.values(), strict=True)
        }

    def planned_arrival(self, leg: RoadLeg, now: int) -> int | None:
        """When a convoy that leaves now would arrive at today's pace."""
        return self.planned_march(leg.route, leg.km, now)

    def planned_march(self, route: str, km: float, now: int) -> int | None:
        """When a convoy on a road would be through with some kilometres at today's pace."""
        a_day_km = self._paces[route][bisect_right(self._changes[route], now)]
        if a_day_km <= 0:
            return None
        hours_s = self.scenario.routes[route].marching_hours.seconds
        return self._marching[route].finish(now, round(km / a_day_km * hours_s))

    def steady_until(self, leg: RoadLeg, now: int) -> int:
        """When the pace of a road may next change; later than any instant if never."""
        changes = self._changes[leg.route]
        i = bisect_right(changes, now)
        return changes[i] if i < len(changes) else _NEVER

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


@dataclass(frozen=True, slots=True)
class Setting:
    """Scenario, tape, stock, clock and ledger of one replication.

    `remembers` is whether rules cache their answers (see `sim.world.memory`); tests turn it off.
    """

    scenario: Scenario
    time: Calendar
    frame: Frame
    network: PlannedNetwork
    tape: Tape
    stock: Stock
    clock: Clock
    ledger: Ledger
    remembers: bool
