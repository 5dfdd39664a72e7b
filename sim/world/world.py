"""The world: one replication, run against its tape. This is the only layer with a notion of the present time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.ledger.kinds import Moment, Passage, Why
from sim.ledger.ledger import Ledger, PeopleStep, PlaceStep
from sim.ledger.states import State
from sim.scenario.calendar import DAY_S
from sim.tape.tape import Frame, Order, Tape
from sim.world.clock import Clock, Kind
from sim.world.control import Control
from sim.world.crews import SiteCrews
from sim.world.reviews import Reviews
from sim.world.setting import PlannedNetwork, Setting
from sim.world.site import Site
from sim.world.stock import Stock, StockFrame, liftable_kg


@dataclass(frozen=True)
class WorldFrame:
    """The part shared by all replications: network, classes of lots, and the mass of each that lift could carry."""

    frame: Frame
    network: PlannedNetwork
    stock: StockFrame
    liftable_kg: np.ndarray

    @classmethod
    def build(cls, frame: Frame) -> WorldFrame:
        """Builds it from the frame of the tape."""
        network, stock = PlannedNetwork(frame.scenario), StockFrame(frame)
        return cls(frame, network, stock, liftable_kg(frame.scenario, network, stock))


class World:
    """One replication: build it with a tape, `run` it, and read its ledger."""

    def __init__(self, static: WorldFrame, tape: Tape, clock: Clock | None = None, *, remembers: bool = True) -> None:
        frame = static.frame
        self.scenario = frame.scenario
        clock = clock or Clock()
        stock = Stock(static.stock, tape, remembers=remembers)
        self.ledger = Ledger(static.stock.place)
        self.setting = Setting(
            self.scenario, self.scenario.time, frame, static.network, tape, stock, clock, self.ledger, remembers
        )
        names = sorted(self.scenario.places, key=frame.place_rank.__getitem__)
        self.sites = {name: Site(self.setting, name) for name in names}
        self.crews = {name: SiteCrews(site) for name, site in self.sites.items()}
        self.control = Control(self.setting, self.sites, self.crews, self._look_at_closing)
        self.agenda, self.loading = self.control.agenda, self.control.loading
        self.motorpool, self.handling = self.control.motorpool, self.control.handling
        too_heavy = np.flatnonzero(stock.masses > static.liftable_kg)  # known before the clock starts
        unliftable = frozenset[int](too_heavy.tolist())
        self.reviews = Reviews(self.setting, self.sites, self.crews, self.control.capacity, self.agenda, unliftable)
        self.clock = clock

    def run(self) -> Ledger:
        """Run from the start through the horizon, and set every fate."""
        time = self.setting.time
        self.reviews.begin()
        self._set_phases()
        self.control.await_new_day()
        self.control.receiving.await_borders()
        self.control.vessels.begin()
        for site in self.sites.values():
            if site.handover_s is not None:
                self._set_handover(site)
            order = self.setting.tape.orders.get(site.name)
            if order is not None:
                self.clock.call(order.at_s, Kind.ALARM, partial(self._order, site, order), site.rank)
        self._set_fires(time.horizon_s)
        self.control.evenings.choose(0)
        self.control.evenings.begin(0)
        self.agenda.at(0)
        self.clock.run_through(time.horizon_s)
        self._end(time.horizon_s)
        return self.ledger

    # what is set before the clock starts

    def _set_phases(self) -> None:
        for site in self.sites.values():
            if site.place.phase is None:
                self._start(site)
        for start_s in sorted({max(0, phase.start_s) for phase in self.scenario.phases.values()}):
            self.clock.call(start_s, Kind.PHASE, self._begin_phases)

    def _begin_phases(self) -> None:
        """Places begin whose phase does: at its date, or at the closing of the last place that it waits for."""
        begin = {name for name in self.scenario.phases if self._phase_begins(name)}
        for site in self.sites.values():
            if site.place.phase in begin and site.started_s is None and site.open:
                self._start(site)

    def _phase_begins(self, name: str) -> bool:
        phase = self.scenario.phases[name]
        if self.clock.now_s < phase.start_s:
            return False
        waited = [site for site in self.sites.values() if site.place.phase in phase.after and site.place.role != "exit"]
        return not any(site.open and site.handover_s is not None for site in waited)

    def _start(self, site: Site) -> None:
        site.start(self.clock.now_s)
        self.crews[site.name].wake()
        self.agenda.at(self.clock.now_s, site)

    def _set_handover(self, site: Site) -> None:
        assert site.handover_s is not None
        handover_s, now = site.handover_s, self.clock.now_s
        self.clock.call(max(now, handover_s), Kind.FATE, lambda: self._handover(site), site.rank)
        waived_s = self.scenario.policy.least_fill.waived_s
        moments = {handover_s - DAY_S, handover_s - waived_s}
        moments |= {self.control.departures.leaves_at(site, m) for m in self.motorpool.marshals[site.name]}
        for moment in moments:
            if moment >= now:
                self.clock.call(moment, Kind.WINDOW, partial(self._look_again, site), site.rank)

    def _look_again(self, site: Site) -> None:
        """Other rules hold for a place from now on: the last day, loads below the minimum, the last convoy."""
        site.changes += 1
        self.agenda.at(self.clock.now_s, site)

    def _set_fires(self, horizon_s: int) -> None:
        place = self.setting.stock.place
        for lot, at_s in enumerate(self.setting.tape.fire_at):
            if at_s is not None and at_s <= horizon_s:
                site = self.sites[place[lot]]
                self.clock.call(at_s, Kind.FIRE, partial(self.handling.burn, lot, site), site.rank, lot)

    # orders, handover, closing

    def _order(self, site: Site, order: Order) -> None:
        """An order to leave: all other lots are released at once, and the new handover holds everywhere."""
        now = self.clock.now_s
        if not site.open:
            return
        site.take_order(order)
        self.ledger.places.append(PlaceStep(now, site.name, Moment.ORDER, order.handover_s))
        self.reviews.condemn_unliftable(site)
        if site.started_s is None:
            site.start(now)
        site.release_all(now)
        self.crews[site.name].work_under_order(now)
        self.control.marches.recall(site)
        self._set_handover(site)
        self.reviews.set_leads(site)
        self.clock.call(now, Kind.REVIEW, self.reviews.look)
        self.crews[site.name].plan_disposal(now)
        self.crews[site.name].wake()
        self.agenda.at(now, site)

    def _handover(self, site: Site) -> None:
        if not site.open or site.handed_over or site.handover_s is None or self.clock.now_s < site.handover_s:
            return
        site.handed_over = True
        site.pull(self.clock.now_s)
        self.loading.stop_loading(site)
        self.control.carriers.stop(site)
        self.ledger.places.append(PlaceStep(self.clock.now_s, site.name, Moment.HANDOVER))
        self.reviews.handover(site)
        self.crews[site.name].wake()
        self.agenda.at(self.clock.now_s, site)
        self._look_at_closing(site)

    def _look_at_closing(self, site: Site) -> None:
        """A place closes when the last person has left, at handover or later."""
        if site.open and site.handover_s is not None and self.clock.now_s >= site.handover_s and not site.people.anyone:
            self.clock.call(self.clock.now_s, Kind.FATE, lambda: self._close(site), site.rank, 1)

    def _close(self, site: Site) -> None:
        if not site.open or site.people.anyone:
            return
        now = self.clock.now_s
        site.pull(now)
        self.crews[site.name].close()
        site.open = False
        self.loading.drop_driverless(site, now)
        site.cargo.unload_all(now, Why.NO_DRIVER)
        self._strike_left(site, now)
        self.ledger.places.append(PlaceStep(now, site.name, Moment.CLOSED))
        self.control.marches.recall(site)
        for marshal in self.motorpool.marshals[site.name]:
            self.motorpool.give_all_back(marshal)
        if self.scenario.phases:
            self.clock.call(now, Kind.PHASE, self._begin_phases)
        self.agenda.at(now, site)

    def _strike_left(self, site: Site, now: int) -> None:
        """Lots left at closing are transferred if agreed, else abandoned; disabled lots keep their fate."""
        state, stock = self.ledger.state, self.setting.stock
        for lot in list(site.here):
            if state[lot] in (State.LOADING, State.DISABLED):
                continue
            agreed = stock.agreed[lot] and site.keeps_transfers and stock.place[lot] == site.name
            site.strike(lot, now, State.TRANSFERRED if agreed else State.ABANDONED, Why.CLOSING)

    # the end

    def _end(self, horizon_s: int) -> None:
        """At the horizon custody hubs keep their own lots, lots on the way are late, and others are left."""
        state, stock = self.ledger.state, self.setting.stock
        self.control.marches.at_horizon()
        for site in self.sites.values():
            site.pull(horizon_s)
            site.cargo.unload_all(horizon_s, Why.HORIZON)
        for lot in range(stock.count):
            now_in = state[lot]
            if now_in >= State.EXTRACTED or lot in self.ledger.forwarded:
                continue
            origin = self.sites[stock.place[lot]]
            if now_in in (State.LOADING, State.MOVING) or not origin.holds(lot):
                self.ledger.lot(horizon_s, lot, State.LATE, "", Why.HORIZON)
            elif origin.place.takes_out:
                self.ledger.lot(horizon_s, lot, State.RETAINED, origin.name, Why.HORIZON)
            else:
                self.ledger.lot(horizon_s, lot, State.ABANDONED, origin.name, Why.HORIZON)
        for name, site in self.sites.items():
            if site.people.present:
                self.ledger.people.append(PeopleStep(horizon_s, Passage.STILL, name, name, site.people.present, None))
