"""Vessels: they load at one port, sail by date, and unload at another."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import LOADED, MARCHED, RELEASES, WINDOWS
from benchmarks.twin.loads import lift_order
from benchmarks.twin.things import LOADING, READY, Lot, Room
from sim.ledger.kinds import LiftId, Of

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin

_BEHIND = 1 << 15


class Ship:
    """One vessel; `until_s` is its next sailing while it is at its berth."""

    def __init__(self, world: Twin, name: str, rank: int) -> None:
        self.world, self.name, self.rank = world, name, rank
        self.rule = world.scenario.lift.vessels[name]
        self.room = Room(self.rule.payload, self.rule.positions)
        self.sailings = self.rule.sails(world.horizon_s)
        self.until_s: int | None = None
        self._fresh()

    def _fresh(self) -> None:
        self.kg, self.milli = self.rule.payload, self.rule.positions
        self.loading: list[Lot] = []
        self.aboard: list[Lot] = []

    def takes(self, lot: Lot) -> bool:
        """Whether it could carry a lot."""
        named = self.rule.takes is None or lot.class_name in self.rule.takes
        return named and lot.mass <= self.rule.payload and lot.kind.floor <= self.rule.positions

    def sail(self) -> Generator[Event, None, None]:
        """All its sailings."""
        clock = self.world.clock
        port = self.world.sites[self.rule.at]
        for number, at in enumerate(self.sailings):
            berths = max(at - self.rule.at_berth_s, 0)
            if berths > clock.now_s:
                yield clock.moment(berths, WINDOWS, port.rank, self.rank)
            self.until_s = at
            self.world.ask(port)
            yield clock.moment(at, RELEASES, port.rank, self.rank)
            by = LiftId(Of.VESSEL, self.name, number + 1)
            for lot in self.loading:
                if lot.state == LOADING:
                    port.make_ready(lot)
            lots = sorted((lot for lot in self.aboard if lot.state == LOADING), key=lambda lot: lot.index)
            for lot in lots:
                self.world.depart(lot, by)
            self.until_s = None
            self._fresh()
            self.world.ask(port)
            clock.process(self._at_sea(lots, at + self.rule.at_sea_s, by))

    def _at_sea(self, lots: list[Lot], at_s: int, by: LiftId) -> Generator[Event, None, None]:
        yield self.world.clock.moment(at_s, MARCHED, _BEHIND, self.rank)
        port = self.world.sites[self.rule.to]
        for lot in lots:
            self.world.clock.process(self._unload(lot, port, by))

    def _unload(self, lot: Lot, port: Site, by: LiftId) -> Generator[Event, object, None]:
        yield port.loaders.ask(lot.unload).done
        self.world.unload(lot, port.name, by)
        if lot.state == READY:
            self.world.ask(port)

    def load(self, port: Site) -> None:
        """Each free loader takes a lot."""
        there = self.world.sites[self.rule.to].receiving
        while len(self.loading) < self.rule.loaders and there.room:
            fits = [lot for lot in port.shipping() if self._has_room(lot)]
            if not fits:
                return
            lot = lift_order(self.world, fits, None)[0]
            self.kg -= lot.mass
            self.milli -= lot.kind.floor
            self.loading.append(lot)
            self.world.load(lot, self.rule.to)
            port.labour.yard_left()
            self.world.clock.process(self._loads(lot, port, self.until_s))

    def _has_room(self, lot: Lot) -> bool:
        return self.takes(lot) and lot.mass <= self.kg and lot.kind.floor <= self.milli

    def _loads(self, lot: Lot, port: Site, sailing: int | None) -> Generator[Event, None, None]:
        clock = self.world.clock
        done = port.working.finish(clock.now_s, lot.load)
        port.loaders.asked += 1
        yield clock.event() if done is None else clock.moment(done, LOADED, port.rank, port.loaders.asked)
        if self.until_s == sailing and lot in self.loading:
            self.loading.remove(lot)
            self.aboard.append(lot)
            self.world.ask(port)


class Sea:
    """All vessels."""

    def __init__(self, world: Twin) -> None:
        vessels = world.scenario.lift.vessels
        names = sorted(vessels, key=lambda name: (vessels[name].stream or name, name))
        self.ships = [Ship(world, name, rank) for rank, name in enumerate(names)]
        self.world = world
        for ship in self.ships:
            world.clock.process(ship.sail())

    def of(self, site: Site) -> list[Ship]:
        """Vessels that load at a place."""
        return [ship for ship in self.ships if ship.rule.at == site.name]

    def at_berth(self, site: Site) -> list[Ship]:
        """Those that are at their berth, the next to sail first."""
        here = [ship for ship in self.of(site) if ship.until_s is not None]
        return sorted(here, key=lambda ship: (ship.until_s or 0, ship.rank))

    def load(self, order: list[Site]) -> None:
        """Free loaders of vessels take lots."""
        for site in order:
            if not site.handed_over:
                for ship in self.at_berth(site):
                    ship.load(site)
