"""Trucks: the pools, what waits where, and what trucks could take from a place now."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Literal

from simpy.events import Event

from benchmarks.twin.clock import WINDOWS
from benchmarks.twin.planning import Planning
from benchmarks.twin.preference import allowed
from benchmarks.twin.things import Forming, Lot, Room, Truck, floor_of
from sim.scenario.network import Option, RoadLeg

if TYPE_CHECKING:
    from benchmarks.twin.march import March
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin


class Trucks:
    """Trucks by pool in order of stream names, and the convoys that are formed at each place."""

    def __init__(self, world: Twin) -> None:
        self.world = world
        self.rules = world.scenario.lift.convoys
        self.plan = Planning(world)
        pools = world.scenario.lift.trucks
        self.trucks = {
            name: [Truck(name, i, pools[name], pools[name].base) for i in range(pools[name].count)]
            for name in sorted(pools, key=world.frame.pool_rank.__getitem__)
        }
        for name, trucks in self.trucks.items():
            if (pools[name].from_s or 0) > 0:
                world.clock.process(self._contract(name, trucks, pools[name].from_s or 0))
        classes = world.scenario.classes.items()
        loaded = {name: floor_of(kind, on_truck=True) for name, kind in classes if "truck" in kind.moves}
        self._rides = {
            name: {each for each, floor in loaded.items() if floor <= pool.floor} for name, pool in pools.items()
        }
        self.forming = {
            name: [Forming(site, o.road) for o in world.network.options[name] if o.road is not None]
            for name, site in world.sites.items()
        }
        self.numbers: dict[str, int] = {}
        self.under_way: list[March] = []

    def _contract(self, name: str, trucks: list[Truck], from_s: int) -> Generator[Event, None, None]:
        for truck in trucks:
            truck.state = "not there yet"
        yield self.world.clock.moment(from_s, WINDOWS, self.world.frame.pool_rank[name])
        for truck in trucks:
            truck.state = "idle"
        self.world.ask()

    # questions

    def idle(self, name: str) -> list[Truck]:
        """Trucks of a pool that stand idle at their base."""
        return [truck for truck in self.trucks[name] if truck.state == "idle"]

    def bound(self, name: str, forming: Forming, *states: str) -> list[Truck]:
        """Trucks of a pool that wait, or are coming, to load for one way."""
        here, dest = forming.site.name, forming.road.dest
        return [t for t in self.trucks[name] if t.state in states and t.where == here and t.dest == dest]

    def room(self, name: str) -> Room:
        """What a truck of a pool can carry."""
        pool = self.world.scenario.lift.trucks[name]
        return Room(pool.payload, pool.floor, on_truck=True)

    def rides(self, name: str) -> set[str]:
        """Classes that trucks of a pool take, masses apart."""
        return self._rides[name]

    def fits(self, name: str, lot: Lot) -> bool:
        """Whether a truck of a pool could carry a lot."""
        return lot.mass <= self.world.scenario.lift.trucks[name].payload and lot.class_name in self.rides(name)

    def carries(self, lot: Lot, place: str) -> bool:
        """Whether trucks of any pool that can come here could carry a lot."""
        return any(
            pool.count and (pool.base == place or self.world.network.road(pool.base, place)) and self.fits(name, lot)
            for name, pool in self.world.scenario.lift.trucks.items()
        )

    def cleared(self, route: str, movement: Literal["people", "trucks"]) -> bool:
        """Whether a class of movement may leave on a route today."""
        day = self.world.scenario.time.day_of(self.world.clock.now_s)
        return self.world.tape.road_cleared(route, movement, day)

    def free(self, way: RoadLeg, *, empty: bool = False) -> bool:
        """Whether a convoy could march off now: hours, an open road, an escort (the last is kept from empty trucks)."""
        most = self.rules.at_once
        kept = empty and most is not None and most >= 2 and any(f.waits for fs in self.forming.values() for f in fs)
        escorts = most is None or len(self.under_way) < most - int(kept)
        return escorts and self.world.tape.way_march(way).is_open(self.world.clock.now_s)

    def ask_when_open(self, way: RoadLeg, site: Site | None) -> None:
        """Ask for a decision when the road can next be marched."""
        now = self.world.clock.now_s
        opens = self.world.tape.way_march(way).next_open(now)
        if opens is not None and opens > now:
            self.world.ask(site, opens)

    def takes_now(self, site: Site, option: Option) -> set[str]:
        """Classes that trucks could take from a place by an option now."""
        assert option.road is not None
        now, route = self.world.clock.now_s, option.road.route
        if self.world.tape.way_closed(option.road).is_open(now) or not self.cleared(route, "trucks"):
            return set()
        forming = self.form(site, option.road)
        found: set[str] = set()
        for name in self.trucks:
            if self.bound(name, forming, "waiting", "coming") or (self.idle(name) and self._in_time(name, site)):
                found |= self.rides(name)
        return found - self.world.sites[option.dest].receiving.shut()

    def _in_time(self, name: str, site: Site) -> bool:
        """Whether idle trucks of a pool could be there and complete the least stay before the handover."""
        base: str = self.world.scenario.lift.trucks[name].base
        at: int | None = self.world.clock.now_s
        if base != site.name:
            road = self.world.network.road(base, site.name)
            at = None if road is None else self.plan.arrival(road, self.world.clock.now_s)
        return at is not None and (site.handover_s is None or at + self.rules.load_at_least_s <= site.handover_s)

    def form(self, site: Site, road: RoadLeg) -> Forming:
        """The convoy that is formed at a place for one way."""
        return next(forming for forming in self.forming[site.name] if forming.road.dest == road.dest)

    def for_trucks(self, site: Site, road: RoadLeg, name: str, until_s: int) -> list[Lot]:
        """Lots for trucks of a pool: ready, or made so by an instant, and with no better way now."""
        option = next(o for o in self.world.network.options[site.name] if o.road is road)
        rides = self.rides(name) - self.world.sites[road.dest].receiving.shut()
        classes = allowed(self.world, site, option, rides)
        most = self.world.scenario.lift.trucks[name].payload
        lots = list(site.ready.values())
        if until_s > self.world.clock.now_s:
            lots += site.labour.foreseen(until_s)
        return [lot for lot in lots if lot.class_name in classes and lot.mass <= most]

    def any_for(self, site: Site) -> bool:
        """Whether any truck could have to do with a place now: idle somewhere, or waiting here."""
        return bool(self.forming[site.name]) and any(
            truck.state == "idle" or (truck.state == "waiting" and truck.where == site.name)
            for trucks in self.trucks.values()
            for truck in trucks
        )

    def own_time(self, name: str, task: Literal["load", "unload"]) -> int:
        """A loader's time for the truck itself."""
        pool = self.world.scenario.lift.trucks[name]
        distribution = pool.load if task == "load" else pool.unload
        return round(distribution.mean) if distribution is not None else 0
