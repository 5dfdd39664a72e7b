"""Trucks and convoys: loading, leaving, the way, and the way back."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy import Interrupt
from simpy.events import Event

from benchmarks.twin.clock import ENDS
from benchmarks.twin.loads import chalk, lift_order
from benchmarks.twin.things import LOADING, READY, Lot, Room, Truck
from sim.scenario.network import Option, RoadLeg

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin


class Road:
    """All trucks and convoys."""

    def __init__(self, world: Twin) -> None:
        self.world = world
        self.convoys: dict[str, int] = {}
        pools = world.scenario.lift.trucks
        self.trucks = [
            Truck(name, i, pools[name], pools[name].base) for name in world.pools() for i in range(pools[name].count)
        ]

    def room(self, name: str) -> Room:
        """What a truck of a pool can carry."""
        pool = self.world.scenario.lift.trucks[name]
        return Room(pool.payload, pool.floor)

    def carries(self, lot: Lot, place: str) -> bool:
        """Whether trucks of any pool that can come here could carry a lot."""
        return "truck" in lot.kind.moves and any(
            pool.count
            and (pool.base == place or self.world.network.road(pool.base, place))
            and lot.mass <= pool.payload and lot.kind.floor <= pool.floor
            for pool in self.world.scenario.lift.trucks.values()
        )  # fmt: skip

    def seats_on(self, site: Site, day: int) -> int:
        """Seats by road on a day (people by road are not part of the twin yet)."""
        return 0

    def drives_out(self, site: Site, lot: Lot) -> bool:
        """Whether a ready lot can drive out with the rear party."""
        return lot.drives and lot.state == READY and site.people.present >= lot.kind.crew

    def rounds_left(self, site: Site, name: str, option: Option) -> int:
        """Trucks of a pool that can still complete loading by handover (planning of rounds is not part of it yet)."""
        return self.world.scenario.lift.trucks[name].count

    def self_counted_on(self, site: Site, route: str) -> bool:
        """Whether planning counts on vehicles that drive."""
        return not self.world.tape.refused_outright(route, "road", "people", self.world.clock.now_s)

    def load(self, order: list[Site]) -> None:
        """Waiting trucks with a load worth the trip begin to load."""
        now, fill = self.world.clock.now_s, self.world.scenario.policy.least_fill
        for site in order:
            if site.closed or site.handed_over:
                continue
            roads = [option for option in self.world.network.options[site.name] if option.mode == "road"]
            for truck in self.trucks:
                if truck.where != site.name or truck.state not in ("idle", "waiting") or (truck.pool.from_s or 0) > now:
                    continue
                for option in roads[:1]:
                    room = self.room(truck.pool_name)
                    lots = [lot for lot in site.shipping() if "truck" in lot.kind.moves]
                    load = chalk(self.world, lift_order(self.world, lots, room), room)
                    waived = site.handover_s is not None and now >= site.handover_s - fill.waived_s
                    if load and (room.fill(load) >= fill.share or waived):
                        self._load(site, truck, load, option.dest)

    def _load(self, site: Site, truck: Truck, load: list[Lot], dest: str) -> None:
        truck.state, truck.dest, truck.lots, truck.began_s = "loading", dest, load, self.world.clock.now_s
        for lot in load:
            self.world.enter(lot, LOADING)
        work = self._own(truck, "load") + sum(lot.load for lot in load)
        now = self.world.clock.now_s
        if (
            not work
            and site.working.is_open(now)
            and (site.loaders is None or site.loaders.count < site.loaders.capacity)
        ):
            truck.state = "loaded"
        else:
            truck.process = self.world.clock.process(self._loading(site, truck, work))

    @staticmethod
    def _own(truck: Truck, task: str) -> int:
        law = truck.pool.load if task == "load" else truck.pool.unload
        return round(law.mean) if law is not None else 0

    def _loading(self, site: Site, truck: Truck, work: int) -> Generator[Event, None, None]:
        try:
            yield from self._with_loader(site, truck, work)
        except Interrupt:
            return
        truck.state, truck.process = "loaded", None
        self.world.ask(site)

    def _with_loader(self, site: Site, truck: Truck | None, work: int) -> Generator[Event, None, None]:
        clock = self.world.clock
        rank = self.world.frame.pool_rank[truck.pool_name] if truck is not None else 0
        number = truck.number if truck is not None else 0
        if site.loaders is None:
            end = site.working.finish(clock.now_s, work)
            yield clock.moment(end, ENDS, rank, number) if end is not None else clock.event()
            return
        with site.loaders.request() as request:
            yield request
            end = site.working.finish(clock.now_s, work)
            yield clock.moment(end, ENDS, rank, number) if end is not None else clock.event()

    def stop_loading(self, site: Site) -> None:
        """Handover: what is not loaded stays ready."""
        for truck in self.trucks:
            if truck.where == site.name and truck.state == "loading":
                if truck.process is not None:
                    truck.process.interrupt()
                for lot in truck.lots:
                    self.world.enter(lot, READY)
                truck.lots, truck.process = [], None
                truck.state = "idle" if truck.pool.base == site.name else "waiting"

    def leave(self, order: list[Site]) -> None:
        """Convoys that are formed and may march leave."""
        for site in order:
            for option in self.world.network.options[site.name]:
                if option.road is not None:
                    self._leave(site, option.road)

    def _leave(self, site: Site, road: RoadLeg) -> None:
        world, now = self.world, self.world.clock.now_s
        day, rules = world.scenario.time.day_of(now), world.scenario.lift.convoys
        if not world.tape.march[road.route].is_open(now) or site.sheltered():
            return
        trucks = [t for t in self.trucks if t.where == site.name and t.state == "loaded" and t.dest == road.dest]
        if not world.tape.road_cleared(road.route, "trucks", day):
            trucks = []
        cleared = world.tape.road_cleared(road.route, "people", day)
        cars = [lot for lot in site.shipping() if lot.drives] if cleared and not site.closed else []
        cars = self._driven(site, lift_order(world, cars, None))
        trucks = trucks[: rules.vehicles.most]
        cars = cars[: rules.vehicles.most - len(trucks)]
        many = len(trucks) + len(cars)
        more = site.standing("in_use", "released", "preparing") or any(
            t.where == site.name and t.state == "loading" for t in self.trucks
        )
        if not many or (many < rules.vehicles.least and more and not site.handed_over):
            return
        if trucks and now < min(truck.began_s for truck in trucks) + rules.load_at_least_s and not site.handed_over:
            return
        for lot in cars:
            world.enter(lot, LOADING)
        for truck in trucks:
            truck.state = "moving"
        world.clock.process(self._march(road, trucks, cars))
        self._drive_off(site, cars)

    @staticmethod
    def _driven(site: Site, cars: list[Lot]) -> list[Lot]:
        if site.place.people is None:
            return cars
        people = site.people.present if site.handed_over else site.people.due()
        chosen: list[Lot] = []
        for lot in cars:
            if lot.kind.crew <= people:
                people -= lot.kind.crew
                chosen.append(lot)
        return chosen

    def _drive_off(self, site: Site, cars: list[Lot]) -> None:
        if site.place.people is not None and cars:
            people = site.people.present if site.handed_over else site.people.due()
            site.people.leave(min(people, sum(lot.kind.crew + lot.kind.seats for lot in cars)))

    def _march(
        self, road: RoadLeg, trucks: list[Truck], cars: list[Lot], empty: bool = False
    ) -> Generator[Event, None, None]:
        world, clock = self.world, self.world.clock
        rank = world.frame.route_rank[road.route]
        n = self.convoys.get(road.route, 0)
        self.convoys[road.route] = n + 1
        world.answer.add("convoys")
        for lot in [*(lot for truck in trucks for lot in truck.lots), *cars]:
            world.depart(lot)
        luck = world.tape.convoy(road.route, n, road.km, clock.now_s)
        halts = sorted(
            [(m.at_km, m.delay_s, m) for m in luck.mishaps] + [(km, s, None) for km, s in luck.stops],
            key=lambda h: h[0],
        )
        gone = 0.0
        for at_km, delay, mishap in halts:
            at = world.tape.march[road.route].arrival(clock.now_s, at_km - gone)
            if at is None:
                return
            yield clock.moment(at, ENDS, rank, n)
            gone = at_km
            if mishap is not None:
                world.answer.add("attacks")
                self._hit(mishap.victims, trucks, cars)
            yield clock.moment(at + delay, ENDS, rank, n)
        at = world.tape.march[road.route].arrival(clock.now_s, road.km - gone)
        if at is None:
            return
        yield clock.moment(at, ENDS, rank, n)
        if not empty:
            yield from self._arrive(road, trucks, cars)

    def _hit(self, victims: tuple[float, ...], trucks: list[Truck], cars: list[Lot]) -> None:
        for u in victims:
            v = len(trucks) + len(cars)
            if not v:
                return
            k = int(u * v)
            lots = trucks.pop(k).lots if k < len(trucks) else [cars.pop(k - len(trucks))]
            for lot in lots:
                self.world.strike(lot, "lost")

    def _arrive(self, road: RoadLeg, trucks: list[Truck], cars: list[Lot]) -> Generator[Event, None, None]:
        world, site = self.world, self.world.sites[road.dest]
        jobs = [world.clock.process(self._unload(site, truck, truck.lots)) for truck in trucks]
        jobs += [world.clock.process(self._unload(site, None, [lot])) for lot in cars]
        yield world.clock.all_of(jobs)
        if trucks:
            for truck in trucks:
                truck.where, truck.state, truck.lots = site.name, "empty", []
            world.ask(site)

    def _unload(self, site: Site, truck: Truck | None, lots: list[Lot]) -> Generator[Event, None, None]:
        own = self._own(truck, "unload") if truck is not None else 0
        yield from self._with_loader(site, truck, own + sum(lot.unload for lot in lots))
        for lot in lots:
            self.world.unload(lot, site.name)

    def send(self, order: list[Site]) -> None:
        """Idle trucks are sent (not part of the twin yet: only trucks whose base is the place are used)."""

    def go_back(self) -> None:
        """Empty trucks go back to their base together."""
        world, now = self.world, self.world.clock.now_s
        day = world.scenario.time.day_of(now)
        for name, base in sorted({(t.where, t.pool.base) for t in self.trucks if t.state == "empty"}):
            road = world.network.road(name, base)
            trucks = [t for t in self.trucks if t.state == "empty" and (t.where, t.pool.base) == (name, base)]
            if road is None or not world.tape.march[road.route].is_open(now):
                continue
            if world.tape.road_cleared(road.route, "trucks", day) and not world.sites[base].closed:
                for truck in trucks:
                    truck.state = "moving"
                world.clock.process(self._return(road, trucks))

    def _return(self, road: RoadLeg, trucks: list[Truck]) -> Generator[Event, None, None]:
        yield from self._march(road, trucks, [], empty=True)
        for truck in trucks:
            truck.where, truck.state = road.dest, "idle"
        self.world.ask()
