"""Roads: whether a convoy may leave, cleared and in marching hours, with an escort to go along."""

from __future__ import annotations

from typing import Literal

from sim.scenario.network import RoadLeg
from sim.world.agenda import Agenda
from sim.world.setting import Setting
from sim.world.site import Site


class Roads:
    """All roads of one replication; `on_road` counts the convoys on them."""

    def __init__(self, setting: Setting, agenda: Agenda) -> None:
        self.setting, self.agenda = setting, agenda
        self.rules = setting.scenario.lift.convoys
        self.on_road = 0

    def cleared(self, route: str, movement: Literal["people", "trucks"]) -> bool:
        """Whether a class of movement may leave on a route today."""
        return self.setting.tape.road_cleared(route, movement, self.agenda.today())

    def moves_now(self, leg: RoadLeg, now: int) -> bool:
        """Whether a convoy could march off now: hours, closures, escorts."""
        escorts = self.rules.at_once is None or self.on_road < self.rules.at_once
        return escorts and self.setting.tape.march[leg.route].is_open(now)

    def wake_when_open(self, leg: RoadLeg, site: Site | None, now: int) -> None:
        """Decide again when the road next lets convoys march."""
        opens = self.setting.tape.march[leg.route].next_open(now)
        if opens is not None and opens > now:
            self.agenda.at(opens, site)
