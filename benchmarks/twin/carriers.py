"""Vehicles that drive out with other lots: what they are filled with, and what becomes of their loads."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.loads import chalk, lift_order
from benchmarks.twin.preference import allowed
from benchmarks.twin.things import LOADING, READY, Lot, Room, Vehicle, floor_of

if TYPE_CHECKING:
    from benchmarks.twin.loading import LoadJob
    from benchmarks.twin.road import Road
    from benchmarks.twin.site import Site


class Carriers:
    """The loads of vehicles that drive themselves, at all places."""

    def __init__(self, road: Road) -> None:
        self.road, self.world = road, road.world
        classes = self.world.scenario.classes
        holds = {name: kind.carries for name, kind in classes.items() if kind.carries is not None}
        names = sorted(holds, key=lambda name: (self.world.scenario.stream_of("classes", name), name))
        self.rooms = {name: Room(holds[name].payload, holds[name].floor, on_truck=True) for name in names}
        self.rides = {
            name: {
                other
                for other, kind in classes.items()
                if "truck" in kind.moves and "self" not in kind.moves and floor_of(kind, on_truck=True) <= room.milli
            }
            for name, room in self.rooms.items()
        }

    def fits(self, name: str, lot: Lot) -> bool:
        """Whether an empty vehicle of a class could carry a lot."""
        return lot.class_name in self.rides[name] and lot.mass <= self.rooms[name].kg

    def carries(self, lot: Lot, place: str) -> bool:
        """Whether own vehicles of a place could carry a lot."""
        own = {one.class_name for one in self.world.lots if one.origin == place and one.class_name in self.rooms}
        return any(self.fits(name, lot) for name in own)

    def waits_for_lots(self, site: Site) -> bool:
        """Whether a ready vehicle that carries loads is not being filled."""
        return any(lot.class_name in self.rooms and lot.filler is None for lot in site.ready.values())

    # filling

    def fill(self, order: list[Site]) -> None:
        """Fill the ready vehicles of places, after loads are put down for people without a seat."""
        for site in order if self.rooms else ():
            self._seat_people(site)
            if not site.handed_over and self.road.forming[site.name]:
                cars = [lot for lot in site.ready.values() if lot.class_name in self.rooms]
                for vehicle in lift_order(self.world, cars, None):
                    self._fill(site, vehicle)

    def _last_by_road(self, site: Site) -> bool:
        return site.people.last_day(self.world.clock.now_s) and "road" in site.people.modes

    def _seat_people(self, site: Site) -> None:
        while self._last_by_road(site) and self.road.column.seats_now(site) < site.people.own:
            loaded = [lot for lot in site.here.values() if lot.laden and lot.kind.seats]
            if not loaded:
                return
            self.put_down(min(loaded, key=lambda lot: (-lot.kind.seats, lot.index)))

    def _spares_seats(self, site: Site, vehicle: Lot) -> bool:
        if vehicle.laden or not vehicle.kind.seats or not self._last_by_road(site):
            return True
        return self.road.column.seats_now(site, but=vehicle) >= site.people.own

    def _fill(self, site: Site, vehicle: Lot) -> None:
        load = self._load(site, vehicle) if vehicle.filler is None else []
        if not load or vehicle in self.road.column.kept_back(site) or not self._spares_seats(site, vehicle):
            return
        dest = self.road.forming[site.name][0].road.dest
        vehicle.filling = load
        for lot in load:
            self.world.load(lot, dest)
        site.labour.yard_left()
        vehicle.filler = site.loaders.ask(sum(lot.load for lot in load), site.handover_s)
        self.world.clock.process(self._loading(site, vehicle, vehicle.filler))

    def _load(self, site: Site, vehicle: Lot) -> list[Lot]:
        """What a vehicle takes now for the room that it has left."""
        name, road = vehicle.class_name, self.road.forming[site.name][0].road
        option = next(option for option in self.world.network.options[site.name] if option.road is road)
        end = self.world.sites[road.dest].receiving
        classes = allowed(self.world, site, option, self.rides[name] - end.shut())
        whole, aboard = self.rooms[name], self._still(vehicle.aboard)
        room = Room(
            whole.kg - sum(lot.mass for lot in aboard), whole.milli - sum(map(whole.floor, aboard)), on_truck=True
        )
        lots = [lot for lot in site.ready.values() if lot.class_name in classes and lot.mass <= whole.kg]
        return chalk(self.world, lift_order(self.world, lots, room), room)[: end.room]

    def _loading(self, site: Site, vehicle: Lot, job: LoadJob) -> Generator[Event, object, None]:
        yield job.done
        if vehicle.filler is job:
            self._end(site, vehicle, aboard=job.finished)
            self.world.ask(site)

    def _end(self, site: Site, vehicle: Lot, *, aboard: bool) -> None:
        lots, vehicle.filling, vehicle.filler = self._still(vehicle.filling), [], None
        if aboard:
            vehicle.aboard += lots
        else:
            for lot in lots:
                self.world.enter(lot, READY)
        site.changes += 1

    def _stop(self, site: Site, vehicle: Lot) -> None:
        if vehicle.filler is not None:
            site.loaders.drop(vehicle.filler)
            self._end(site, vehicle, aboard=False)

    def stop(self, site: Site) -> None:
        """Handover: what is not aboard stays ready."""
        for vehicle in list(site.here.values()):
            if vehicle.filler is not None:
                self._stop(site, vehicle)
                self.world.ask(site)

    @staticmethod
    def _waiting(site: Site) -> list[Lot]:
        return [lot for lot in site.here.values() if lot.filler is not None and lot.filler.began_s is None]

    def without_loader(self, site: Site) -> list[Lot]:
        """Lots for vehicles that wait for a loader."""
        return [lot for vehicle in self._waiting(site) for lot in self._still(vehicle.filling)]

    def give_up(self, site: Site) -> None:
        """Vehicles that wait for a loader wait no longer."""
        for vehicle in self._waiting(site):
            self._stop(site, vehicle)
            self.world.ask(site)

    # what becomes of a load

    @staticmethod
    def _still(lots: list[Lot]) -> list[Lot]:
        """Those that fire has not taken."""
        return [lot for lot in lots if lot.state == LOADING]

    def leaves(self, vehicle: Vehicle) -> None:
        """A vehicle leaves with what is aboard."""
        own = vehicle.own
        if own is not None:
            self._stop(self.world.sites[own.where], own)
            vehicle.lots, own.aboard = [own, *self._still(own.aboard)], []

    def _take_off(self, vehicle: Lot) -> list[Lot]:
        site = self.world.sites[vehicle.where]
        if vehicle.filler is not None:
            site.loaders.drop(vehicle.filler)
        lots = self._still([*vehicle.aboard, *vehicle.filling])
        if vehicle.laden:
            site.changes += 1
        vehicle.aboard, vehicle.filling, vehicle.filler = [], [], None
        return lots

    def put_down(self, vehicle: Lot) -> list[Lot]:
        """What is on a vehicle, or being loaded, is ready; returns it."""
        lots = self._take_off(vehicle)
        for lot in lots:
            self.world.enter(lot, READY)
        return lots

    def burns(self, vehicle: Lot) -> None:
        """A vehicle has burnt, and its load with it."""
        for lot in self._take_off(vehicle):
            self.world.strike(lot, "lost")

    def stay(self, site: Site) -> None:
        """The place closes, or the horizon has come: vehicles that do not load for a convoy stay."""
        for vehicle in list(site.here.values()):
            if vehicle.state != LOADING:
                self.put_down(vehicle)
