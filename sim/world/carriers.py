"""Carriers: vehicles of a place that drive out with other lots are filled by loaders, after the trucks."""

from __future__ import annotations

from functools import partial

from sim.ledger.kinds import Why
from sim.world.agenda import Agenda
from sim.world.backlog import Backlog
from sim.world.chalk import Room
from sim.world.drivers import Drivers
from sim.world.driving import Driving
from sim.world.handling import Handling
from sim.world.memory import memory
from sim.world.motorpool import Motorpool
from sim.world.setting import Setting
from sim.world.site import Site


class Carriers:
    """The filling of vehicles that drive themselves, at all sites."""

    def __init__(
        self,
        setting: Setting,
        motorpool: Motorpool,
        backlog: Backlog,
        driving: Driving,
        handling: Handling,
        agenda: Agenda,
    ) -> None:
        self.setting, self.motorpool, self.backlog, self.driving = setting, motorpool, backlog, driving
        self.handling, self.agenda = handling, agenda
        self.clock, self.beds = setting.clock, setting.stock.beds
        self._without_room: dict[str, tuple[Drivers, set[int]]] = memory(remembers=setting.remembers)

    def offer(self, order: list[Site]) -> None:
        """Give ready vehicles that carry loads what they have room for, unless their seats are kept back."""
        for site in order if self.beds else ():
            self._seat_people(site)
            if site.driving and self.motorpool.marshals[site.name] and site.before_handover(self.clock.now_s):
                self._fill(site)

    def _seat_people(self, site: Site) -> None:
        """In the last day loads are put down, the roomiest vehicle's first, while people have no seat by road."""
        people, seats = site.people, self.setting.stock.seats
        while site.cargo and people.last_day(self.clock.now_s) and "road" in people.modes:
            lacking = people.present - self.driving.seats_by_road(site)
            roomy = [vehicle for vehicle in site.cargo.vehicles() if seats[vehicle]]
            if lacking <= 0 or not roomy:
                return
            vehicle = min(roomy, key=lambda lot: (-seats[lot], lot))
            site.cargo.unload(vehicle, self.clock.now_s, Why.PEOPLE_NEED_SEATS)

    def _spares_seats(self, site: Site, vehicle: int) -> bool:
        """Whether a vehicle can be loaded without people lacking a seat by road in the last day."""
        people, seats = site.people, 0 if vehicle in site.cargo else self.setting.stock.seats[vehicle]
        if not seats or not people.last_day(self.clock.now_s) or "road" not in people.modes:
            return True
        return self.driving.seats_by_road(site, but=vehicle) >= people.present

    def _fill(self, site: Site) -> None:
        if not site.ready or not (site.open or site.guards_transit):
            return
        kept, driving = self.driving.kept_for_rear_party(site), site.driving_in_order()
        before = self._without_room.get(site.name)
        if before is not None and before[0] is driving and before[1] is kept:
            return
        alike: dict[tuple[str, Room], list[int]] = {}  # what vehicles with this room would take now
        have_room = False
        for vehicle in driving.with_beds:
            room = None if vehicle in kept else site.cargo.room(vehicle)
            if room is None:
                continue
            have_room = True
            key = site.stock.class_name[vehicle], room
            if key not in alike:
                alike[key] = self._load(site, *key)
            load = alike[key]
            if load and self._spares_seats(site, vehicle):
                site.cargo.fill(vehicle, load, self.clock.now_s, partial(self._filled, site))
                self.handling.receiving.bind(load, self.motorpool.marshals[site.name][0].option.dest)
                self.handling.left_yard(site)
                alike.clear()
                kept = self.driving.kept_for_rear_party(site)  # it depends on who still has seats
        if not have_room:
            self._without_room[site.name] = driving, kept

    def _load(self, site: Site, name: str, room: Room) -> list[int]:
        """The lots that a vehicle of a class would take now, on the first road of its place; empty if it takes none."""
        option = self.motorpool.marshals[site.name][0].option
        return self.backlog.for_vehicle(site, option, self.beds[name], room)

    def _filled(self, site: Site) -> None:
        self.agenda.at(self.clock.now_s, site)

    def stop(self, site: Site) -> None:
        """At handover nothing more is loaded, also if an order brought handover forward."""
        for vehicle in site.cargo.filled():
            site.cargo.stop(vehicle, self.clock.now_s)
            self.agenda.at(self.clock.now_s, site)
