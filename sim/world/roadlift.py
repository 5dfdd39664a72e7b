"""The lift by road: pools of trucks, the forming of convoys, and who joins them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from sim.ledger.kinds import Hold, Lift, Of, Why
from sim.ledger.states import State
from sim.scenario.lift import TruckPool
from sim.scenario.network import RoadLeg
from sim.world.backlog import Backlog
from sim.world.chalk import Room, share_filled
from sim.world.clock import Kind
from sim.world.convoy import Convoy
from sim.world.joining import join
from sim.world.marshal import Marshal, Vehicle
from sim.world.returning import WaysBack
from sim.world.setting import Setting
from sim.world.site import Site
from sim.world.takes import RoadTakes

if TYPE_CHECKING:
    from sim.world.control import Control

_TINY = 1e-9


class RoadLift:
    """Trucks and convoys of one replication."""

    def __init__(self, setting: Setting, sites: dict[str, Site], backlog: Backlog, control: Control) -> None:
        self.setting, self.sites, self.backlog, self.control = setting, sites, backlog, control
        self.clock, self.stock = setting.clock, setting.stock
        self.rules = setting.scenario.lift.convoys
        kinds = setting.scenario.lift.trucks
        self.kinds: dict[str, TruckPool] = {
            name: kinds[name] for name in sorted(kinds, key=setting.frame.pool_rank.__getitem__)
        }
        self.idle = dict.fromkeys(self.kinds, 0)
        self.total = dict.fromkeys(self.kinds, 0)
        for name, pool in self.kinds.items():
            if (pool.from_s or 0) <= 0:
                self.idle[name] = self.total[name] = pool.count
            else:
                self.clock.call(
                    pool.from_s or 0, Kind.WINDOW, partial(self._arrive, name), setting.frame.pool_rank[name]
                )
        self.changes = 0  # of what stands idle, waits, or is on its way
        self.on_road = 0
        self._marching: dict[Convoy, None] = {}
        self._day = self._day_until_s = 0
        self._numbers: dict[str, int] = {}
        self.marshals: dict[str, list[Marshal]] = {
            name: [Marshal(site, o) for o in setting.network.options[name] if o.mode == "road"]
            for name, site in sites.items()
        }
        self._based = {name: [pool for pool, kind in self.kinds.items() if kind.base == name] for name in sites}
        self.back = WaysBack(self)
        self.takes = RoadTakes(self)

    def _arrive(self, pool: str) -> None:
        """The trucks of a pool are there."""
        self.idle[pool] += self.kinds[pool].count
        self.total[pool] += self.kinds[pool].count
        self.changes += 1
        self.control.at(self.clock.now_s)

    # small questions

    def rank(self, route: str) -> int:
        """Rank of a route by luck."""
        return self.setting.frame.route_rank[route]

    def next_number(self, route: str) -> int:
        """Ordinal of the next convoy to depart on a route, either direction."""
        self._numbers[route] = self._numbers.get(route, -1) + 1
        return self._numbers[route]

    def carried(self, pool: str) -> bytes:
        """By lot, 1 where a truck of a pool could carry it."""
        return self.stock.carried(self.stock.rides[pool], self.kinds[pool].payload)

    def vehicle_time(self, pool: str, what: str) -> int:
        """A loader's time for the vehicle itself."""
        law = getattr(self.kinds[pool], what)
        return round(law.mean) if law is not None else 0

    def cleared(self, route: str, movement: Literal["people", "trucks"], now: int) -> bool:
        """Whether a class of movement may leave on a route today."""
        if now >= self._day_until_s:  # time never runs back
            self._day = self.setting.time.day_of(now)
            self._day_until_s = self.setting.time.day_starts_s[self._day + 1]
        return self.setting.tape.road_cleared(route, movement, self._day)

    def moves_now(self, leg: RoadLeg, now: int) -> bool:
        """Whether a convoy could march off now: hours, closures, escorts."""
        escorts = self.rules.at_once is None or self.on_road < self.rules.at_once
        return escorts and self.setting.tape.march[leg.route].is_open(now)

    def any_for(self, site: Site) -> bool:
        """Whether any truck could have to do with a site now."""
        if not self.marshals[site.name]:
            return False
        return any(self.idle.values()) or any(any(m.waiting.values()) for m in self.marshals[site.name])

    def wake_when_open(self, leg: RoadLeg, site: Site | None, now: int) -> None:
        """Decide again when the road next lets convoys march."""
        opens = self.setting.tape.march[leg.route].next_open(now)
        if opens is not None and opens > now:
            self.control.at(opens, site)

    # loading

    def offer(self, order: list[Site]) -> None:
        """Give waiting trucks their lots."""
        for site in order:
            for marshal in self.marshals[site.name]:
                for pool in self.pools_at(marshal):
                    while self.at_hand(pool, marshal) and self._load_one(pool, marshal):
                        pass
                    if marshal.waiting.get(pool, 0) and not self._awaits_load(pool, marshal):
                        self.back.give_back(pool, marshal)

    def _awaits_load(self, pool: str, marshal: Marshal) -> bool:
        """Whether empty trucks at a place have anything to wait for: lots there, or people to fetch."""
        site, carried = marshal.site, self.carried(pool)
        if not site.open:
            return False
        if self.kinds[pool].seats and site.people.anyone and "road" in site.people.preference:
            return True
        if site.handover_s is not None and self.clock.now_s >= site.handover_s:
            return False
        return any(carried[lot] and site.awaits_lift(lot) for lot in site.here)

    def pools_at(self, marshal: Marshal) -> list[str]:
        """Pools of which empty trucks are at a place."""
        waiting, idle, based = marshal.waiting, self.idle, self._based[marshal.site.name]
        kinds = self.kinds if waiting or based else ()
        return [pool for pool in kinds if waiting.get(pool) or (pool in based and idle[pool])]

    def at_hand(self, pool: str, marshal: Marshal) -> int:
        """Empty trucks that could load at a place now."""
        own = self.idle[pool] if self.kinds[pool].base == marshal.site.name else 0
        return marshal.waiting.get(pool, 0) + own

    def _load_one(self, pool: str, marshal: Marshal) -> bool:
        """One truck begins to load, if a load is worth it."""
        site, kind, now = marshal.site, self.kinds[pool], self.clock.now_s
        past = site.handover_s is not None and now >= site.handover_s
        if not site.ready or past or not (site.open or site.guards_transit):
            return False
        room = Room(kind.payload, kind.floor)
        load, kg, milli = self.backlog.for_truck(site, marshal.option, pool, room)
        if not load:
            return False
        full = share_filled(kg, milli, room)
        rule = self.setting.scenario.policy.least_fill
        waived = site.waives_least(rule.waived_s, now)
        if full < rule.share - _TINY and not waived:
            self.backlog.held(site, "road", Hold.BELOW_LEAST, now)
            return False
        if marshal.waiting.get(pool, 0):
            marshal.waiting[pool] -= 1
        else:
            if not self._own_truck_worth(marshal, now):
                return False
            self.idle[pool] -= 1
        self.changes += 1
        vehicle = Vehicle(pool, load)
        by = Lift(Of.POOL, pool)
        for lot in load:
            self.setting.ledger.lot(now, lot, State.LOADING, site.name, by)
            site.take(lot)
        self.control.left_yard(site)
        self.begin_loading(marshal, vehicle, self.vehicle_time(pool, "load") + sum(self.stock.load_s[i] for i in load))
        return True

    def _own_truck_worth(self, marshal: Marshal, now: int) -> bool:
        """Trucks based here are loaded only when loading can end by the handover."""
        handover_s = marshal.site.handover_s
        return handover_s is None or now + self.rules.load_at_least_s <= handover_s

    def begin_loading(self, marshal: Marshal, vehicle: Vehicle, work_s: int) -> None:
        """A vehicle asks for a loader."""
        vehicle.began_s = self.clock.now_s
        if vehicle.own is None and marshal.since_s is None:  # with what drives itself it is when it is long enough
            marshal.since_s = self.clock.now_s
        marshal.loading.append(vehicle)
        handover_s = marshal.site.handover_s
        # trucks stop loading at handover; what the rear party drives is loaded until it goes
        not_after_s = handover_s if vehicle.own is None and handover_s is not None else None
        job = vehicle.job = marshal.site.loaders.ask(work_s, not_after_s)
        job.done.callbacks.append(lambda _: self._loading_done(marshal, vehicle, finished=job.finished))

    def stop_loading(self, site: Site) -> None:
        """At handover trucks that are not loaded give it up, also where an order brought handover forward."""
        for marshal in self.marshals[site.name]:
            for vehicle in [vehicle for vehicle in marshal.loading if vehicle.own is None]:
                if vehicle.job is not None:
                    site.loaders.drop(vehicle.job)
                self._loading_done(marshal, vehicle, finished=False)

    def _loading_done(self, marshal: Marshal, vehicle: Vehicle, *, finished: bool) -> None:
        if vehicle not in marshal.loading:
            return  # stopped before
        marshal.loading.remove(vehicle)
        site, state = marshal.site, self.setting.ledger.state
        if vehicle.own is not None and state[vehicle.own] != State.LOADING:
            return  # burnt, or left at closing
        vehicle.lots = [lot for lot in vehicle.lots if state[lot] == State.LOADING]
        if not finished:
            for lot in [*vehicle.lots, *([vehicle.own] if vehicle.own is not None else [])]:
                site.make_ready(lot, self.clock.now_s, Why.NOT_LOADED_IN_TIME)
            if vehicle.pool is not None:
                self.back.free(vehicle.pool, site)
        else:
            marshal.loaded.append(vehicle)
        self.control.at(self.clock.now_s, site)

    # convoys

    def depart(self, order: list[Site]) -> None:
        """Let convoys go that are formed, loaded, cleared, and on an open road."""
        for site in order:
            for marshal in self.marshals[site.name]:
                while self.control.columns.try_depart(marshal):
                    pass

    def set_off(
        self, leg: RoadLeg, vehicles: list[Vehicle], people: dict[str, int], then: str, marshal: Marshal | None = None
    ) -> None:
        """A convoy leaves; `then` says what follows at the end of its way."""
        convoy = Convoy(self, leg, vehicles, people, then)
        convoy.marshal = marshal
        self.on_road += 1
        self._marching[convoy] = None
        self.control.begin(convoy.march(), self.rank(leg.route), convoy.number)

    def launch(self, marshal: Marshal, vehicles: list[Vehicle], people: dict[str, int]) -> None:
        """A formed convoy leaves a site with its lots."""
        now, site = self.clock.now_s, marshal.site
        assert marshal.option.road is not None
        leg = marshal.option.road
        ledger, by = self.setting.ledger, Lift(Of.ROUTE, leg.route)
        for vehicle in vehicles:
            vehicle.lots = [lot for lot in vehicle.lots if ledger.state[lot] == State.LOADING]
            own = [vehicle.own] if vehicle.own is not None else []
            for lot in own:
                if ledger.state[lot] == State.READY:
                    ledger.lot(now, lot, State.LOADING, site.name, by)
            for lot in [*vehicle.lots, *own]:
                ledger.lot(now, lot, State.MOVING, site.name, by)
                site.forget(lot)
        self.set_off(leg, vehicles, people, "unload")
        self.control.left_yard(site)

    def passes(self, convoy: Convoy, place: str) -> None:
        """A convoy passes a place that may join it."""
        route = self.setting.scenario.routes[convoy.leg.route]
        if place in route.joins and convoy.then == "unload":
            join(self.control.columns, convoy, self.sites[place])

    def arrived(self, convoy: Convoy) -> None:
        """The end of the way: load, unload, or rest at the base."""
        self._leaves_road(convoy)
        site, now = self.sites[convoy.leg.dest], self.clock.now_s
        if convoy.people:
            custody = self.sites[convoy.leg.origin].place.takes_out
            site.receive(now, convoy.people, convoy.id, from_custody=custody)
        if convoy.then == "load":
            marshal = convoy.marshal
            assert marshal is not None
            for vehicle in convoy.vehicles:
                pool = vehicle.pool or ""
                marshal.coming[pool] -= 1
                marshal.waiting[pool] = marshal.waiting.get(pool, 0) + 1
        elif convoy.then == "unload":
            convoy.unload(site)
        else:
            for vehicle in convoy.vehicles:
                self.idle[vehicle.pool or ""] += 1
        self.control.at(now)

    def dissolved(self, convoy: Convoy) -> None:
        """A convoy has lost all its vehicles, and nobody was aboard: its escort is free."""
        self._leaves_road(convoy)
        self.control.at(self.clock.now_s)

    def _leaves_road(self, convoy: Convoy) -> None:
        self.on_road -= 1
        self.changes += 1
        del self._marching[convoy]

    def at_horizon(self) -> None:
        """The replication ends: convoys are where they are."""
        for convoy in self._marching:
            convoy.at_horizon()

    def lose_truck(self, pool: str, expected: Marshal | None) -> None:
        """A truck leaves the pool, and is no longer expected where it was to load."""
        self.total[pool] -= 1
        if expected is not None:
            expected.coming[pool] -= 1
            self.changes += 1

    def drop_driverless(self, site: Site, now: int) -> None:
        """A place closes: vehicles that stand loaded or loading without anyone to drive them are left."""
        for marshal in self.marshals[site.name]:
            for vehicle in [*marshal.loading, *marshal.loaded]:
                if vehicle.own is not None and self.setting.ledger.state[vehicle.own] == State.LOADING:
                    site.make_ready(vehicle.own, now, Why.NO_DRIVER)
            marshal.loaded = [vehicle for vehicle in marshal.loaded if vehicle.own is None]
