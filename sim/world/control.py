"""Movement control: decides what goes next, and holds all that it decides on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sim.ledger.states import State
from sim.world.agenda import Agenda
from sim.world.air import Air
from sim.world.airlift import Airlift
from sim.world.backlog import Backlog
from sim.world.capacity import Capacity
from sim.world.carriers import Carriers
from sim.world.convoy import Marches
from sim.world.crews import SiteCrews
from sim.world.departures import Departures
from sim.world.driving import Driving
from sim.world.evenings import Evenings
from sim.world.flights import Flights
from sim.world.handling import Handling
from sim.world.loading import Loading
from sim.world.marshal import Marshal
from sim.world.motorpool import Motorpool
from sim.world.projection import LiftOutlook
from sim.world.receiving import Receiving
from sim.world.setting import Setting
from sim.world.site import Site
from sim.world.takes import Takes
from sim.world.trucks import Trucks
from sim.world.vessels import Vessels

_NEVER = 1 << 60


class Control:
    """Decisions on lift for all sites, taken at one dispatch in an instant."""

    def __init__(
        self,
        setting: Setting,
        sites: dict[str, Site],
        crews: dict[str, SiteCrews],
        on_people_left: Callable[[Site], None],
    ) -> None:
        self.setting, self.sites, self.clock = setting, sites, setting.clock
        self.agenda = agenda = Agenda(setting)
        outlook = LiftOutlook(setting, crews)
        self.receiving = receiving = Receiving(setting, sites, agenda)
        self.handling = handling = Handling(setting, crews, agenda, outlook, receiving, on_people_left)
        air = Air(setting, sites)
        self.motorpool = motorpool = Motorpool(setting, sites, agenda)
        self.takes = Takes(setting, air, motorpool, receiving, agenda)
        self.backlog = backlog = Backlog(setting, crews, outlook, self.takes, air, receiving)
        driving = Driving(setting, motorpool)
        self.marches = marches = Marches(setting, sites, motorpool, driving, handling, agenda)
        self.loading = Loading(setting, motorpool, backlog, handling, agenda)
        self.carriers = Carriers(setting, motorpool, backlog, driving, handling, agenda)
        self.departures = Departures(setting, backlog, self.loading, driving, marches)
        self.trucks = Trucks(setting, backlog, driving, marches)
        self.vessels = Vessels(setting, sites, handling, agenda)
        flights = Flights(setting, sites, air, backlog, handling, agenda)
        self.airlift = Airlift(setting, sites, air, backlog, flights, agenda)
        self.evenings = Evenings(setting, sites, air, motorpool, driving)
        self.capacity = Capacity(setting, air, self.trucks, receiving)
        self._by_road = bool(motorpool.kinds) or any(motorpool.marshals.values())
        self._halted_by_columns = [site for site in sites.values() if crews[site.name].ground.watches]
        self._crews = crews
        self._new_days: set[int] = set()
        agenda.on_dispatch(self._decide)
        for site in sites.values():
            site.on_ready = partial(self.ready, site)
            site.on_guests = self._guests_came
            site.lots_without_loader = partial(self.loading.without_loader, site)
            site.give_up_loaders = partial(self.loading.give_up_loaders, site)

    def _decide(self, asked: set[str] | None) -> None:
        now = self.clock.now_s
        if now in self._new_days:
            self._new_days.discard(now)
            self.await_new_day()
            for site in self.sites.values():
                site.changes += 1
        self.backlog.begin()
        self.vessels.load(asked)
        order = self.in_order(asked)
        if self._by_road:
            self.loading.offer(order)
            self.carriers.offer(order)
            self.departures.depart(order)
        self.airlift.dispatch(order)
        if self._by_road:
            self.trucks.send_trucks(order)
            self.trucks.send_back()
            self.trucks.note_trucks()
        for site in self._halted_by_columns:
            forms = any(map(self._forms, self.motorpool.marshals[site.name]))
            self._crews[site.name].ground.column(forms=forms)

    def _forms(self, marshal: Marshal) -> bool:
        """Whether a vehicle is being loaded or stands loaded for a convoy, those aside that have burnt."""
        state = self.setting.ledger.state
        vehicles = (*marshal.loading, *marshal.loaded)
        return any(vehicle.own is None or state[vehicle.own] == State.LOADING for vehicle in vehicles)

    def in_order(self, asked: set[str] | None) -> list[Site]:
        """The given sites (`None`: all) in the order in which lift goes to them."""
        options = self.setting.network.options
        names = self.sites if asked is None else asked
        going = [self.sites[name] for name in names if options[name]]
        if len(going) < 2:  # noqa: PLR2004 - nothing to put in order
            return going
        if self.setting.scenario.policy.dispatch == "largest_backlog":
            return sorted(going, key=lambda site: (-len(site.ready), site.rank))
        return sorted(going, key=lambda site: (_NEVER if site.handover_s is None else site.handover_s, site.rank))

    def ready(self, site: Site, lot: int) -> None:
        """A lot has become ready: decide, if there is lift to decide on."""
        now = self.clock.now_s
        if (
            self.vessels.any_for(site)
            or self.setting.stock.drives[lot]
            or site.cargo.takes_more()
            or self.motorpool.any_for(site)
            or self.airlift.any_for(site, now)
        ):
            self.agenda.at(now, site)

    def _guests_came(self) -> None:
        self.evenings.await_next()
        self.await_new_day()

    # days

    def await_new_day(self) -> None:
        """A day begins with new clearance and people due: loads found too small are checked again everywhere.

        Once nothing is left to be lifted, new days are skipped; guests who come in later restart them.
        """
        time = self.setting.time
        day = self.agenda.today() + 1
        if day < len(time.day_starts_s) - 1 and time.day_starts_s[day] <= time.horizon_s and not self._all_over():
            self._new_days.add(time.day_starts_s[day])
            self.agenda.at(time.day_starts_s[day])

    def _all_over(self) -> bool:
        """Whether lift has nothing left to do, apart from guests who are on their way to a hub.

        Every place that must close has closed, no lot waits for lift, is loaded or moves, no one leaves a place, and no
        trucks wait. Trucks that go back request the next day themselves.
        """
        sites, state = self.sites.values(), self.setting.ledger.state
        if any(site.open and (site.in_charge or site.started_s is None or site.people.chooses) for site in sites):
            return False
        if State.LOADING in state or State.MOVING in state or self.receiving.processed:
            return False
        marshals = [marshal for each in self.motorpool.marshals.values() for marshal in each]
        if any(marshal.trucks(pool) for marshal in marshals for pool in self.motorpool.kinds):
            return False
        return not any(site.awaits_lift(lot) for site in sites if site.open for lot in site.here)
