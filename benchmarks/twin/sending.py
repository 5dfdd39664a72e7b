"""Sending trucks: how many empty trucks go to a place, and whether they can load there in time."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from benchmarks.twin.loads import chalk, lift_order
from benchmarks.twin.march import March
from benchmarks.twin.things import READY, WAITING_STATES, Forming, Lot, Vehicle
from sim.scenario.network import RoadLeg

if TYPE_CHECKING:
    from benchmarks.twin.road import Road
    from benchmarks.twin.site import Site

HOUR_S = 3_600
TINY = 1e-9


class Sending:
    """The sending of idle trucks of all pools."""

    def __init__(self, road: Road) -> None:
        self.road, self.world, self.rules = road, road.world, road.rules
        self._small: dict[tuple[str, str, str], tuple[int, int]] = {}

    def send(self, order: list[Site]) -> None:
        """Send trucks to places in order, as many as their loads are worth."""
        for site in order:
            for forming in self.road.forming[site.name]:
                for name in self.road.trucks:
                    base = self.world.scenario.lift.trucks[name].base
                    way = None if base == site.name else self.world.network.road(base, site.name)
                    if way is not None and self.road.idle(name):
                        self._send(forming, name, way)

    def _send(self, forming: Forming, name: str, way: RoadLeg) -> None:
        site, idle, vehicles = forming.site, self.road.idle(name), self.rules.vehicles
        if not site.begun or site.closed or not self.road.cleared(way.route, "trucks") or len(idle) < vehicles.least:
            return
        if not self.road.free(way, empty=True):
            self.road.ask_when_open(way, site)
            return
        arrival = self.road.plan.arrival(way, self.world.clock.now_s)
        if arrival is None:
            return
        seats = self._for_people(forming, name)
        many = max(self._for_lots(forming, name, arrival), seats)
        if not many:
            return
        trucks = idle[: min(max(many, vehicles.least), vehicles.most)]
        for truck in trucks:
            truck.state, truck.where, truck.dest = "coming", site.name, forming.road.dest
        march = March(self.road, way, [Vehicle(truck, []) for truck in trucks], {}, "load", forming)
        march.for_people = seats > 0
        self.road.set_off(march)

    def _for_lots(self, forming: Forming, name: str, arrival: int) -> int:
        site, now = forming.site, self.world.clock.now_s
        if site.handed_over or not self._anything(site):
            return 0
        key = (name, site.name, forming.road.dest)
        changes, at = self._small.get(key, (-1, 0))
        if changes == site.changes and now < at + HOUR_S:
            return 0
        many = self._in_time(site, name, arrival, self._worth(forming, name, arrival))
        if not many:
            self._small[key] = (site.changes, now)
        return many

    @staticmethod
    def _anything(site: Site) -> bool:
        return bool(site.ready or site.labour.in_preparation or site.labour.waiting() or site.pending())

    def _worth(self, forming: Forming, name: str, arrival: int) -> int:
        """Further trucks that the load of a place is worth."""
        site, room, share = forming.site, self.road.room(name), self.world.scenario.policy.least_fill.share
        gone = self.world.air.claimed(site)
        for other in self.road.trucks:
            if other != name:
                gone |= self._others_take(forming, other, arrival, gone)
        lots = [lot for lot in self.road.for_trucks(site, forming.road, name, arrival) if lot not in gone]
        left = self.world.sites[forming.road.dest].receiving.room
        if left < len(lots):
            lots.sort(key=lambda lot: (0, lot.ready_s, lot.index) if lot.state == READY else (1, 0, 0))
            lots = lots[:left]
        loads = sum(room.fill([lot]) for lot in lots)
        loads -= len(self.road.bound(name, forming, "waiting", "coming"))
        waived = self.road.waived(site)
        if loads <= TINY or (loads < self.rules.vehicles.least * share - TINY and not waived):
            return 0
        whole = int(loads + TINY)
        part = loads - whole
        return whole + int(part > TINY and (waived or part >= share - TINY))

    def _others_take(self, forming: Forming, name: str, arrival: int, gone: set[Lot]) -> set[Lot]:
        """What trucks of another pool, there or coming for the same way, will take: a chalk for each."""
        room, mine = self.road.room(name), set[Lot]()
        lots = self.road.for_trucks(forming.site, forming.road, name, arrival)
        ready = lift_order(self.world, [lot for lot in lots if lot.state == READY], room)
        lots = ready + [lot for lot in lots if lot.state != READY]
        for _ in self.road.bound(name, forming, "waiting", "coming"):
            mine |= set(chalk(self.world, [lot for lot in lots if lot not in gone and lot not in mine], room))
        return mine

    def _in_time(self, site: Site, name: str, arrival: int, many: int) -> int:
        """The number of the given trucks that loaders can load by the handover."""
        if site.handover_s is None or not many:
            return many
        if arrival + self.rules.load_at_least_s > site.handover_s:
            return 0
        lots = [lot for lot in site.ready.values() if self.road.fits(name, lot)] or [
            part
            for lot in site.here.values()
            for part in lot.parts
            if lot.state in WAITING_STATES and not lot.condemned and not site.held(lot) and self.road.fits(name, part)
        ]
        longest = max((lot.load for lot in lots), default=0)
        each = self.road.own_time(name, "load") + longest
        if not each:
            return many
        a_loader = site.hours.open_between(arrival, site.handover_s) // each
        if site.place.loaders is None:
            return many if a_loader else 0
        return min(many, site.place.loaders * a_loader)

    def _for_people(self, forming: Forming, name: str) -> int:
        """Trucks for people who are to leave by road in the last day and have no seat."""
        site, seats = forming.site, self.world.scenario.lift.trucks[name].seats
        if not seats or "road" not in site.people.modes or not site.people.last_day(self.world.clock.now_s):
            return 0
        without = site.people.own - self.road.column.seats_now(site)
        return max(ceil(without / seats), 0)
