"""Roads: how trucks are loaded and go home, and how convoys leave."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.carriers import Carriers
from benchmarks.twin.column import Column
from benchmarks.twin.loads import chalk, lift_order
from benchmarks.twin.march import March
from benchmarks.twin.sending import Sending
from benchmarks.twin.things import LOADING, READY, WAITING_STATES, Forming, Lot, Truck, Vehicle
from benchmarks.twin.trucks import Trucks

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin

TINY = 1e-9


class Road(Trucks):
    """All that movement control decides on roads."""

    def __init__(self, world: Twin) -> None:
        super().__init__(world)
        self.column, self.sending, self.carriers = Column(self), Sending(self), Carriers(self)

    # loading

    def load(self, order: list[Site]) -> None:
        """Waiting trucks with a load worth the trip begin to load; those with nothing to wait for go home."""
        for site in order:
            for forming in self.forming[site.name]:
                for name in self.trucks:
                    while self._load_one(forming, name):
                        pass
                    waiting = self.bound(name, forming, "waiting")
                    if waiting and not self._worth_waiting(site, name):
                        self._release(waiting)

    def _worth_waiting(self, site: Site, name: str) -> bool:
        if site.closed:
            return False
        people = site.people
        if self.world.scenario.lift.trucks[name].seats and people.present and "road" in people.leave_by:
            return True
        if site.handed_over:
            return False
        return any(
            self.fits(name, part) and not lot.condemned and not site.held(lot) and lot.state in WAITING_STATES
            for lot in site.here.values()
            for part in lot.parts
        )

    def _load_one(self, forming: Forming, name: str) -> bool:
        site, now = forming.site, self.world.clock.now_s
        trucks = self.bound(name, forming, "waiting")
        own = [] if self.world.scenario.lift.trucks[name].base != site.name else self.idle(name)
        stays_over = site.handover_s is not None and now + self.rules.load_at_least_s > site.handover_s
        if not site.ready or site.handed_over or not (trucks or (own and not stays_over)):
            return False
        room = self.room(name)
        lots = self.for_trucks(site, forming.road, name, now)
        load = chalk(self.world, lift_order(self.world, lots, room), room)
        load = load[: self.world.sites[forming.road.dest].receiving.room]
        fill = self.world.scenario.policy.least_fill
        if not load or (room.fill(load) < fill.share - TINY and not self.waived(site)):
            return False
        truck = (trucks or own)[0]
        truck.state, truck.dest = "in use", forming.road.dest
        for lot in load:
            self.world.load(lot, forming.road.dest)
        site.labour.yard_left()
        self.begin(forming, Vehicle(truck, load), self.own_time(name, "load") + sum(lot.load for lot in load))
        return True

    def waived(self, site: Site) -> bool:
        """Whether loads below the least go too."""
        before = self.world.scenario.policy.least_fill.waived_s
        return site.handover_s is not None and self.world.clock.now_s >= site.handover_s - before

    def begin(self, forming: Forming, vehicle: Vehicle, work: int) -> None:
        """A vehicle asks for a loader."""
        vehicle.began_s = self.world.clock.now_s
        if forming.since_s is None and vehicle.truck is not None:
            forming.since_s = vehicle.began_s
        forming.loading.append(vehicle)
        not_after = None if vehicle.truck is None else forming.site.handover_s
        vehicle.job = forming.site.loaders.ask(work, not_after)
        self.world.clock.process(self._loading(forming, vehicle))

    def _loading(self, forming: Forming, vehicle: Vehicle) -> Generator[Event, object, None]:
        assert vehicle.job is not None
        yield vehicle.job.done
        if vehicle in forming.loading:
            self._loaded(forming, vehicle, vehicle.job.finished)

    def _loaded(self, forming: Forming, vehicle: Vehicle, finished: bool) -> None:
        forming.loading.remove(vehicle)
        vehicle.lots = [lot for lot in vehicle.lots if lot.state == LOADING]
        if vehicle.truck is None and not vehicle.lots:
            return
        if finished:
            vehicle.loaded_s = self.world.clock.now_s
            forming.loaded.append(vehicle)
        else:
            for lot in vehicle.lots:
                self.world.enter(lot, READY)
            if vehicle.truck is not None:
                self.empty(vehicle.truck, forming.site)
        self.world.ask(forming.site)

    def last_convoys_s(self, site: Site) -> list[int]:
        """When the last convoys of a place may leave."""
        if site.handover_s is None:
            return []
        return [self.plan.last_convoy_s(forming.road, site.handover_s) for forming in self.forming[site.name]]

    def seats_on(self, site: Site, day: int) -> int:
        """Seats by road that people of a place can count on: the road open now, and cleared for people then."""
        now, drawdown = self.world.clock.now_s, site.place.drawdown
        begins = self.world.scenario.time.day_starts_s[day]
        asks = not site.people.last_day(begins) or (drawdown is not None and drawdown.last_convoy_needs_clearance)
        tape = self.world.tape
        ways = [
            forming.road.route for forming in self.forming[site.name] if not tape.way_closed(forming.road).is_open(now)
        ]
        usable = any(not asks or tape.road_cleared(route, "people", day) for route in ways)
        return self.column.seats_now(site) if usable else 0

    def stop_loading(self, site: Site) -> None:
        """Handover: what is not loaded on trucks stays ready."""
        for forming in self.forming[site.name]:
            for vehicle in [each for each in forming.loading if each.truck is not None]:
                if vehicle.job is not None:
                    site.loaders.drop(vehicle.job)
                self._loaded(forming, vehicle, False)

    def without_loader(self, site: Site) -> list[Lot]:
        """Lots that trucks and vehicles of a place wait for a loader to load."""
        found = [lot for _, vehicle in self._waiting(site) for lot in vehicle.lots if lot.state == LOADING]
        return [*found, *self.carriers.without_loader(site)]

    def _waiting(self, site: Site) -> list[tuple[Forming, Vehicle]]:
        return [
            (forming, vehicle)
            for forming in self.forming[site.name]
            for vehicle in forming.loading
            if vehicle.truck is not None and vehicle.job is not None and vehicle.job.began_s is None
        ]

    def give_up(self, site: Site) -> None:
        """Trucks and vehicles of a place that wait for a loader wait no longer."""
        self.carriers.give_up(site)
        for forming, vehicle in self._waiting(site):
            if vehicle.job is not None:
                site.loaders.drop(vehicle.job)
            self._loaded(forming, vehicle, False)

    def closes(self, site: Site) -> None:
        """A place closes: vehicles without anyone to drive them are left, waiting trucks go home."""
        for forming in self.forming[site.name]:
            for vehicle in [*forming.loading, *forming.loaded]:
                if vehicle.own is not None and vehicle.own.state == LOADING:
                    self.world.enter(vehicle.own, READY)
            forming.loading = [vehicle for vehicle in forming.loading if vehicle.truck is not None]
            forming.loaded = [vehicle for vehicle in forming.loaded if vehicle.truck is not None]
            for name in self.trucks:
                self._release(self.bound(name, forming, "waiting"))

    def recall(self, site: Site) -> None:
        """Columns of empty trucks on their way to a place that is left turn back."""
        for march in list(self.under_way):
            march.recall(site)

    def leave(self, order: list[Site]) -> None:
        """Convoys that are formed and may march leave."""
        for site in order:
            for forming in self.forming[site.name]:
                while self.column.leave(forming):
                    pass

    def send(self, order: list[Site]) -> None:
        """Idle trucks are sent to places."""
        self.sending.send(order)

    # going home

    @staticmethod
    def _release(trucks: list[Truck]) -> None:
        for truck in trucks:
            truck.state, truck.dest = "empty", ""

    def empty(self, truck: Truck, site: Site) -> None:
        """A truck is empty: idle at its base, else it waits to go back there."""
        truck.where, truck.dest = site.name, ""
        truck.state = "idle" if truck.pool.base == site.name else "empty"
        self.world.ask()

    def go_back(self) -> None:
        """Empty trucks of a pool go back to their base together."""
        for site in self.world.sites.values():
            for name, trucks in self.trucks.items():
                gone = [truck for truck in trucks if truck.state == "empty" and truck.where == site.name]
                base = self.world.scenario.lift.trucks[name].base
                road = self.world.network.road(site.name, base)
                if not gone or road is None or self.world.sites[base].closed:
                    continue
                if self.cleared(road.route, "trucks") and self.free(road, empty=True):
                    for truck in gone:
                        truck.state = "in use"
                    self.set_off(March(self, road, [Vehicle(truck, []) for truck in gone], {}, "rest"))
                elif self.cleared(road.route, "trucks"):
                    self.ask_when_open(road, None)

    def set_off(self, march: March) -> None:
        """A convoy leaves."""
        self.under_way.append(march)
        self.world.clock.process(march.go())
