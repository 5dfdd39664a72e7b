"""Vessels: at their berths they load what is ready, and sail by date."""

from __future__ import annotations

from functools import partial

import simpy

from sim.ledger.kinds import Did, LiftId, Of, Why
from sim.ledger.ledger import LiftStep
from sim.ledger.states import State
from sim.scenario.lift import Vessel
from sim.world.agenda import Agenda
from sim.world.clock import Kind
from sim.world.handling import Handling
from sim.world.setting import Setting
from sim.world.site import Site

_BEHIND_CONVOYS = 1 << 12  # vessels put in behind the convoys of the same second


class Sailing:
    """One sailing: what is aboard, what is being loaded, and what room is left."""

    def __init__(self, name: str, vessel: Vessel, rank: int, number: int, sails_s: int) -> None:
        self.vessel, self.rank, self.sails_s = vessel, rank, sails_s
        self.id = LiftId(Of.VESSEL, name, number)
        self.aboard: list[int] = []
        self.loading: dict[int, None] = {}
        self.kg_left, self.milli_left = vessel.payload, vessel.positions

    @property
    def turn(self) -> tuple[int, int, int]:
        """Its place among the vessels at one port: the next to sail first."""
        return self.sails_s, self.rank, self.id.number


class Vessels:
    """All vessels of one replication; `berthed` are the sailings that load now, by place."""

    def __init__(self, setting: Setting, sites: dict[str, Site], handling: Handling, agenda: Agenda) -> None:
        self.setting, self.sites, self.handling, self.agenda = setting, sites, handling, agenda
        self.clock, self.ledger, self.stock = setting.clock, setting.ledger, setting.stock
        self.berthed: dict[str, list[Sailing]] = {}

    def begin(self) -> None:
        """Set all sailings, before the clock starts."""
        known, horizon_s = self.setting.scenario.lift.vessels, self.setting.time.horizon_s
        for rank, name in enumerate(sorted(known, key=lambda name: (known[name].stream or name, name))):
            vessel = known[name]
            for number, sails_s in enumerate(vessel.sails(horizon_s), 1):
                sailing = Sailing(name, vessel, rank, number, sails_s)
                berths_s = max(0, sails_s - vessel.at_berth_s)
                self.clock.call(berths_s, Kind.WINDOW, partial(self._berth, sailing), rank, number)
                self.clock.call(sails_s, Kind.RELEASE, partial(self._sail, sailing), rank, number)

    def any_for(self, site: Site) -> bool:
        """Whether a vessel loads at a place."""
        return bool(self.berthed.get(site.name))

    def _step(self, sailing: Sailing, what: Did, place: str, kg: float = 0.0, count: int = 0, to: str = "") -> None:
        self.ledger.lift.append(LiftStep(self.clock.now_s, sailing.id, what, place, kg, count, 0, to))

    def _berth(self, sailing: Sailing) -> None:
        port = sailing.vessel.at
        self.berthed[port] = sorted([*self.berthed.get(port, ()), sailing], key=lambda each: each.turn)
        self._step(sailing, Did.BERTHS, port)
        self.agenda.at(self.clock.now_s, self.sites[port])

    def load(self, asked: set[str] | None) -> None:
        """Free loaders of the vessels at the berths of some places take lots."""
        for port, sailings in self.berthed.items():
            for sailing in sailings if asked is None or port in asked else ():
                self._load(sailing, self.sites[port])

    def _load(self, sailing: Sailing, site: Site) -> None:
        vessel = sailing.vessel
        if not site.before_handover(self.clock.now_s):
            return
        while len(sailing.loading) < vessel.loaders and self.handling.receiving.room(vessel.to) > 0:
            lot = self._next(sailing, site)
            if lot is None:
                return
            self._take(sailing, site, lot)
            self.handling.left_yard(site)

    def _next(self, sailing: Sailing, site: Site) -> int | None:
        """The first lot in the order of lift that is ready and fits."""
        stock, takes = self.stock, sailing.vessel.takes
        fits = (
            lot for lot in site.ready
            if stock.mass_kg[lot] <= sailing.kg_left and stock.floor_milli[lot] <= sailing.milli_left
            and (takes is None or stock.class_name[lot] in takes)
        )  # fmt: skip
        return min(fits, key=stock.by_mass.__getitem__, default=None)

    def _take(self, sailing: Sailing, site: Site, lot: int) -> None:
        """A loader takes a lot; it has its room aboard from now on."""
        now = self.clock.now_s
        self.ledger.lot(now, lot, State.LOADING, site.name, sailing.id)
        self.handling.take(site, lot)
        self.handling.receiving.bind([lot], sailing.vessel.to)
        sailing.loading[lot] = None
        sailing.kg_left -= self.stock.mass_kg[lot]
        sailing.milli_left -= self.stock.floor_milli[lot]
        done_s = self.setting.tape.working[site.name].finish(now, self.stock.load_s[lot])
        if done_s is not None and done_s <= sailing.sails_s:
            self.clock.call(done_s, Kind.LOADED, partial(self._loaded, sailing, site, lot), site.rank, lot)

    def _loaded(self, sailing: Sailing, site: Site, lot: int) -> None:
        """A lot is aboard, unless the vessel has sailed: its loader is free."""
        if lot in sailing.loading:
            del sailing.loading[lot]
            sailing.aboard.append(lot)
            self.agenda.at(self.clock.now_s, site)

    def _sail(self, sailing: Sailing) -> None:
        """It sails with what is aboard; what is not stays."""
        vessel, now, state = sailing.vessel, self.clock.now_s, self.ledger.state
        site = self.sites[vessel.at]
        self.berthed[vessel.at].remove(sailing)
        for lot in sorted(sailing.loading):
            if state[lot] == State.LOADING:
                site.make_ready(lot, now, Why.NOT_LOADED_IN_TIME)
        sailing.loading.clear()
        sailing.aboard = sorted(
            lot for lot in sailing.aboard if state[lot] == State.LOADING
        )  # fire may have taken some
        for lot in sailing.aboard:
            self.ledger.lot(now, lot, State.MOVING, site.name, sailing.id)
            site.forget(lot)
        kg = sum(map(self.stock.mass_kg.__getitem__, sailing.aboard))
        self._step(sailing, Did.SAILS, site.name, float(kg), len(sailing.aboard), vessel.to)
        turn = _BEHIND_CONVOYS + sailing.rank, sailing.id.number
        self.clock.call(now + vessel.at_sea_s, Kind.MARCHED, partial(self._put_in, sailing), *turn)
        self.agenda.at(now, site)

    def _put_in(self, sailing: Sailing) -> None:
        """Each lot holds a loader of the port for its unloading, in the order of the table."""
        site = self.sites[sailing.vessel.to]
        self._step(sailing, Did.PUTS_IN, site.name)
        for lot in sailing.aboard:
            job = site.loaders.ask(self.stock.unload_s[lot])
            job.done.callbacks.append(partial(self._unloaded, sailing, site, lot))

    def _unloaded(self, sailing: Sailing, site: Site, lot: int, _: simpy.Event) -> None:
        self.handling.unloaded([lot], site, sailing.id)
