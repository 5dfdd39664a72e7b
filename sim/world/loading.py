"""Loading: waiting trucks get their lots, and vehicles are loaded until they are ready to go."""

from __future__ import annotations

from sim.ledger.kinds import Hold, LiftId, Of, Why
from sim.ledger.states import State
from sim.world.agenda import Agenda
from sim.world.backlog import Backlog
from sim.world.chalk import Room, share_filled
from sim.world.handling import Handling
from sim.world.loaders import LoadJob
from sim.world.marshal import Marshal, Vehicle
from sim.world.motorpool import Motorpool
from sim.world.setting import Setting
from sim.world.site import Site

_TINY = 1e-9


class Loading:
    """The loading of vehicles at all marshalling yards."""

    def __init__(
        self, setting: Setting, motorpool: Motorpool, backlog: Backlog, handling: Handling, agenda: Agenda
    ) -> None:
        self.setting, self.motorpool, self.backlog = setting, motorpool, backlog
        self.handling, self.agenda = handling, agenda
        self.clock, self.stock = setting.clock, setting.stock
        self.rules = setting.scenario.lift.convoys

    def offer(self, order: list[Site]) -> None:
        """Give waiting trucks their lots."""
        for site in order:
            for marshal in self.motorpool.marshals[site.name]:
                for pool in self.motorpool.pools_at(marshal):
                    while self.motorpool.at_hand(pool, marshal) and self._load_one(pool, marshal):
                        pass
                    if marshal.waiting.get(pool, 0) and not self._awaits_load(pool, marshal):
                        self.motorpool.give_back(pool, marshal)

    def _awaits_load(self, pool: str, marshal: Marshal) -> bool:
        """Whether empty trucks at a place have a reason to wait: lots there, or people to carry."""
        site, carried = marshal.site, self.motorpool.carried(pool)
        if not site.open:
            return False
        if self.motorpool.kinds[pool].seats and site.people.anyone and "road" in site.people.preference:
            return True
        if site.handover_s is not None and self.clock.now_s >= site.handover_s:
            return False
        if any(carried[lot] and site.awaits_lift(lot) for lot in site.here):
            return True
        return bool(site.inside) and any(map(carried.__getitem__, site.expected()))

    def _load_one(self, pool: str, marshal: Marshal) -> bool:
        """One truck begins to load, if a load is worth it."""
        site, kind, now = marshal.site, self.motorpool.kinds[pool], self.clock.now_s
        past = site.handover_s is not None and now >= site.handover_s
        if not site.ready or past or not (site.open or site.guards_transit):
            return False
        room = Room(kind.payload, kind.floor, "road")
        load, kg, milli = self.backlog.for_truck(site, marshal.option, pool, room)
        if not load:
            return False
        full = share_filled(kg, milli, room)
        rule = self.setting.scenario.policy.least_fill
        waived = site.waives_least(rule.waived_s, now)
        if full < rule.share - _TINY and not waived:
            self.backlog.held(site, "road", Hold.BELOW_LEAST, now)
            return False
        if not marshal.waiting.get(pool, 0) and not self._own_truck_worth(marshal, now):
            return False
        self.motorpool.take(pool, marshal)
        vehicle = Vehicle(pool, load)
        by = LiftId(Of.POOL, pool)
        for lot in load:
            self.setting.ledger.lot(now, lot, State.LOADING, site.name, by)
            self.handling.take(site, lot)
        self.handling.receiving.bind(load, marshal.option.dest)
        self.handling.left_yard(site)
        load_s = self.motorpool.vehicle_time(pool, "load") + sum(self.stock.load_s[i] for i in load)
        self.begin_loading(marshal, vehicle, load_s)
        return True

    def _own_truck_worth(self, marshal: Marshal, now: int) -> bool:
        """Whether loading of trucks based here can end by the handover; otherwise they are not loaded."""
        handover_s = marshal.site.handover_s
        return handover_s is None or now + self.rules.load_at_least_s <= handover_s

    def begin_loading(self, marshal: Marshal, vehicle: Vehicle, work_s: int) -> None:
        """A vehicle asks for a loader."""
        vehicle.began_s = self.clock.now_s
        if vehicle.own is None and marshal.since_s is None:  # columns with own vehicles: when they are long enough
            marshal.since_s = self.clock.now_s
        marshal.loading.append(vehicle)
        handover_s = marshal.site.handover_s
        # trucks stop loading at handover; vehicles of the rear party are loaded until it goes
        not_after_s = handover_s if vehicle.own is None and handover_s is not None else None
        job = vehicle.job = marshal.site.loaders.ask(work_s, not_after_s)
        job.done.callbacks.append(lambda _: self._loading_done(marshal, vehicle, finished=job.finished))

    def _waiting(self, site: Site) -> list[tuple[Marshal, Vehicle, LoadJob]]:
        """Trucks at a place that wait for a loader."""
        return [
            (marshal, vehicle, vehicle.job)
            for marshal in self.motorpool.marshals[site.name]
            for vehicle in marshal.loading
            if vehicle.own is None and vehicle.job is not None and vehicle.job.began_s is None
        ]

    def without_loader(self, site: Site) -> list[int]:
        """Lots on trucks, or for vehicles of the place, that wait for a loader: nobody has touched them yet."""
        state = self.setting.ledger.state
        lots = [lot for _, vehicle, _ in self._waiting(site) for lot in vehicle.lots if state[lot] == State.LOADING]
        return [*lots, *site.cargo.without_loader()]

    def give_up_loaders(self, site: Site) -> None:
        """Trucks, and vehicles of the place, that wait for a loader wait no longer."""
        if site.cargo.give_up_loaders(self.clock.now_s):
            self.agenda.at(self.clock.now_s, site)
        for marshal, vehicle, job in self._waiting(site):
            site.loaders.give_up(job)
            self._loading_done(marshal, vehicle, finished=False)

    def stop_loading(self, site: Site) -> None:
        """At handover, trucks that are not loaded stop loading, also if an order brought handover forward."""
        for marshal in self.motorpool.marshals[site.name]:
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
                self.motorpool.free(vehicle.pool, site)
        else:
            vehicle.loaded_s = self.clock.now_s
            marshal.loaded.append(vehicle)
        self.agenda.at(self.clock.now_s, site)

    def drop_driverless(self, site: Site, now: int) -> None:
        """A place closes: loaded and loading vehicles without drivers are left."""
        for marshal in self.motorpool.marshals[site.name]:
            for vehicle in [*marshal.loading, *marshal.loaded]:
                if vehicle.own is not None and self.setting.ledger.state[vehicle.own] == State.LOADING:
                    site.make_ready(vehicle.own, now, Why.NO_DRIVER)
            marshal.loaded = [vehicle for vehicle in marshal.loaded if vehicle.own is None]
