"""Handling: what follows when lift or fire reaches a lot, or people leave: yards, crews, hubs and exits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sim.ledger.kinds import LiftId, Why
from sim.ledger.states import State
from sim.world.agenda import Agenda
from sim.world.clock import Kind
from sim.world.crews import SiteCrews
from sim.world.projection import LiftOutlook
from sim.world.receiving import Receiving
from sim.world.setting import Setting
from sim.world.site import Site


class Handling:
    """Follow-up at any site; `on_people_left` is the reaction of the world."""

    def __init__(
        self,
        setting: Setting,
        crews: dict[str, SiteCrews],
        agenda: Agenda,
        outlook: LiftOutlook,
        receiving: Receiving,
        on_people_left: Callable[[Site], None],
    ) -> None:
        self.setting, self.crews, self.agenda, self.outlook = setting, crews, agenda, outlook
        self.receiving = receiving
        self.clock = setting.clock
        self.on_people_left = on_people_left
        self._stays: dict[int, list[tuple[str, int, int]]] = {}

    def take(self, site: Site, lot: int) -> None:
        """Lift begins to load a lot: if it is a vehicle with a load, that is put down."""
        site.take(lot)
        if site.cargo and site.cargo.unload(lot, self.clock.now_s, Why.VEHICLE_TAKEN):
            self.agenda.at(self.clock.now_s, site)

    def left_yard(self, site: Site) -> None:
        """Lots have left the yard: crews may go on."""
        self.outlook.changed(site)
        if site.place.yard is not None:
            self.crews[site.name].wake()

    def people_left(self, site: Site) -> None:
        """People have left a site."""
        self.outlook.changed(site)
        self.crews[site.name].plan_disposal(self.clock.now_s)
        self.on_people_left(site)

    def unloaded(self, lots: list[int], site: Site, by: LiftId) -> None:
        """Lots are unloaded at a site: out, late, or ready to go on."""
        now, ledger = self.clock.now_s, self.setting.ledger
        deadline_s = self.setting.time.deadline_s
        for lot in lots:
            if ledger.state[lot] != State.MOVING:
                continue
            if site.place.takes_out:
                ledger.lot(now, lot, State.EXTRACTED if now <= deadline_s else State.LATE, site.name, by)
            self.receiving.process(lot, site, partial(self._taken_in, lot, site, by))
        if not site.place.takes_out or site.place.forwards:
            self.agenda.at(now, site)

    def _taken_in(self, lot: int, site: Site, by: LiftId) -> None:
        """A lot is unloaded and processed: it is ready to go on, if it goes on from here."""
        now, out = self.clock.now_s, site.place.takes_out
        if out and not (site.place.forwards and self.setting.ledger.state[lot] == State.EXTRACTED):
            return
        if out:
            site.send_on(lot, now, by)
        else:
            site.make_ready(lot, now, by)
            if not site.open:
                site.strike(lot, now, State.ABANDONED, Why.CAME_TO_CLOSED)
                return
        self._fire_at_hub(lot, site, now)
        self.agenda.at(now, site)

    def _fire_at_hub(self, lot: int, site: Site, now: int) -> None:
        stays = self._stays.setdefault(lot, [(self.setting.stock.place[lot], 0, 0)])
        place, since_s, _ = stays[-1]
        stays[-1] = (place, since_s, self.setting.ledger.left_s[lot])
        when = self.setting.tape.fire_after(lot, site.name, now, stays)
        stays.append((site.name, now, now))
        if when is not None:
            self.clock.call(when, Kind.FIRE, lambda: self.burn(lot, site), site.rank, lot)

    def burn(self, lot: int, site: Site) -> None:
        """Indirect fire destroys a lot at a site; nothing happens if the lot is gone."""
        state = self.setting.ledger.state[lot]
        if lot not in site.here or state not in (
            State.IN_USE,
            State.RELEASED,
            State.PREPARING,
            State.READY,
            State.LOADING,
        ):
            return
        site.pull(self.clock.now_s)
        site.strike(lot, self.clock.now_s, State.LOST, Why.FIRE)
        site.cargo.burn(lot, self.clock.now_s)
        self.crews[site.name].lost(lot)
        self.left_yard(site)
