"""What lift takes: which classes aircraft and trucks could take at a place now, and until when that holds."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.network import Option
from sim.world.agenda import Agenda
from sim.world.air import Air
from sim.world.marshal import Marshal
from sim.world.memory import memory
from sim.world.motorpool import Motorpool
from sim.world.receiving import Receiving
from sim.world.setting import Setting
from sim.world.site import Site


class Taken(NamedTuple):
    """Classes that trucks could take at a place: until an instant, while trucks and handover are unchanged."""

    asked: tuple[int, int | None]
    until_s: int
    classes: frozenset[str] = frozenset()


class Takes:
    """What lift could do for a place now.

    The answer for trucks is cached until trucks, a handover, a road, a pace or the day change.
    """

    def __init__(self, setting: Setting, air: Air, motorpool: Motorpool, receiving: Receiving, agenda: Agenda) -> None:
        self.receiving = receiving
        self.setting, self.air, self.motorpool, self.agenda = setting, air, motorpool, agenda
        self.rules = setting.scenario.lift.convoys
        self._marshal_of = {id(m.option): m for marshals in motorpool.marshals.values() for m in marshals}
        self._taken: dict[int, Taken] = memory(remembers=setting.remembers)

    def takes_now(self, site: Site, option: Option) -> frozenset[str]:
        """Classes that could leave a site by an option now."""
        if not self.receiving.room(option.dest):
            return frozenset()
        if option.mode == "air":
            return self._by_air(site, option)
        classes = self.by_road(site, option)
        return classes - self.receiving.stopped(option.dest, classes)

    def _by_air(self, site: Site, option: Option) -> frozenset[str]:
        """Classes that could fly from a site now: cleared, the strip open, a tail of a type that takes them fit."""
        now = self.setting.clock.now_s
        classes = frozenset[str]()
        if not site.strip_usable(now):
            return classes
        day = self.agenda.today()
        for fleet in self.air.fleets:
            leg = option.air.get(fleet.name)
            if leg is not None and self.air.cleared(leg, "cargo", day) and fleet.idle(now):
                classes |= site.stock.flies[fleet.name]
        return classes

    def by_road(self, site: Site, option: Option) -> frozenset[str]:
        """Classes that trucks could take here now: way open and cleared, trucks there, coming, or idle and in time."""
        now, key = self.setting.clock.now_s, id(option)
        taken = self._taken.get(key)
        if taken is None or now >= taken.until_s or taken.asked != (self.motorpool.changes, site.handover_s):
            taken = self._taken[key] = self._by_road(self._marshal_of[key], now)
        return taken.classes

    def _by_road(self, marshal: Marshal, now: int) -> Taken:
        site, route = marshal.site, marshal.leg.route
        asked, closed = (self.motorpool.changes, site.handover_s), self.setting.tape.way_closed(marshal.leg)
        until_s = self.setting.time.day_starts_s[self.setting.time.day_of(now) + 1]
        if not self.motorpool.cleared(route, "trucks"):
            return Taken(asked, until_s)
        if closed.is_open(now):
            return Taken(asked, min(until_s, closed.closes_after(now)))
        until_s = min(until_s, closed.next_start(now))
        classes = frozenset[str]()
        for pool in self.motorpool.kinds:
            in_time = bool(marshal.trucks(pool))
            if not in_time and self.motorpool.idle[pool]:
                in_time, until_s = self._in_time_until(pool, site, now, until_s)
            if in_time:
                classes |= self.setting.stock.rides[pool]
        return Taken(asked, until_s, classes)

    def _in_time_until(self, pool: str, site: Site, now: int, until_s: int) -> tuple[bool, int]:
        """Whether trucks sent from their base could load in time, and until when, up to an instant, that is so."""
        leg = self.setting.network.road(self.motorpool.kinds[pool].base, site.name)
        if leg is not None:
            until_s = min(until_s, self.setting.network.steady_until(leg, now))
        if not self._comes_in_time(pool, site, now):  # at one pace a later departure is no earlier arrival
            return False, until_s
        return True, until_s if self._comes_in_time(pool, site, until_s - 1) else now + 1

    def _comes_in_time(self, pool: str, site: Site, now: int) -> bool:
        """Whether trucks sent from their base now, or based here, could load before the handover."""
        base, network = self.motorpool.kinds[pool].base, self.setting.network
        leg = None if base == site.name else network.road(base, site.name)
        if leg is None and base != site.name:
            return False
        arrival_s = now if leg is None else network.planned_arrival(leg, now)
        if arrival_s is None:
            return False
        return site.handover_s is None or arrival_s + self.rules.load_at_least_s <= site.handover_s
