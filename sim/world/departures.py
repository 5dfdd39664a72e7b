"""Departures by road: when a convoy leaves a place, and who leaves with it. `forming` says which vehicles could."""

from __future__ import annotations

from sim.ledger.kinds import Bound, Hold, LiftId, Of
from sim.ledger.states import State
from sim.scenario.calendar import HOUR_S
from sim.world.backlog import Backlog
from sim.world.convoy import Marches
from sim.world.driving import Driving
from sim.world.forming import Candidates, Forming
from sim.world.loading import Loading
from sim.world.marshal import Marshal, Vehicle
from sim.world.memory import memory
from sim.world.setting import Setting
from sim.world.site import Site

_NEVER_SHORT = (-1, -1, 0)
_LOOK_AGAIN_S = HOUR_S  # after this, the next dispatch looks again at a convoy found too short


class Departures:
    """Departures of convoys from all sites: each condition of "A convoy leaves" in docs/model.md, in that order."""

    def __init__(
        self, setting: Setting, backlog: Backlog, loading: Loading, driving: Driving, marches: Marches
    ) -> None:
        self.setting, self.backlog, self.driving, self.marches = setting, backlog, driving, marches
        self.motorpool, self.handling, self.agenda = marches.motorpool, marches.handling, marches.agenda
        self.clock, self.stock = setting.clock, setting.stock
        self.rules = setting.scenario.lift.convoys
        self.forming = Forming(setting, self.motorpool, driving, loading)
        self._leaves: dict[tuple[str, int], int] = memory(remembers=setting.remembers)
        self._short: dict[Marshal, tuple[int, int, int]] = {}

    # may it leave?

    def depart(self, order: list[Site]) -> None:
        """Let convoys go that are formed, loaded, cleared, and on an open road."""
        for site in order:
            for marshal in self.motorpool.marshals[site.name]:
                while self._try_depart(marshal):
                    pass

    def _try_depart(self, marshal: Marshal) -> bool:
        """Let one convoy go if it is formed and may leave; returns whether it went."""
        site, now = marshal.site, self.clock.now_s
        marshal.waits_until_s = 0
        rear = self._rear_party(marshal, now)
        if not (marshal.loaded or site.driving or (rear and any(marshal.waiting.values()))):
            return False
        changes, loaded, short_s = self._short.get(marshal, _NEVER_SHORT)
        seen = changes == site.changes and loaded == len(marshal.loaded)
        if seen and now - short_s < _LOOK_AGAIN_S and not rear:
            return False
        looked = site.changes, len(marshal.loaded), now
        trucks_ok, people_ok = self._cleared(marshal, now, rear=rear)
        found = self.forming.candidates(marshal, now, rear=rear, trucks_ok=trucks_ok, people_ok=people_ok)
        if rear and not self._takes_people(site, found):  # no one can leave with it: a convoy like any other
            rear = False
            trucks_ok, people_ok = self._cleared(marshal, now, rear=rear)
            found = self.forming.candidates(marshal, now, rear=rear, trucks_ok=trucks_ok, people_ok=people_ok)
        formed = self._long_enough(marshal, found, [], now, rear=rear)
        if marshal.since_s is None and (formed or self._will_be_long_enough(marshal, found, now, rear=rear)):
            marshal.since_s = now
        if not formed:
            self._record_hold(marshal, now, trucks_ok=trucks_ok, people_ok=people_ok)
            self._short[marshal] = looked
            return False
        if marshal.formed_s is None:
            marshal.formed_s = now
        stays = not rear and (self._stays(marshal, now) or self._waits(marshal, found, now, trucks_ok=trucks_ok))
        if stays or not self._may_march(marshal, now, rear=rear):
            return False
        self._go(marshal, found.vehicles + [Vehicle(None, own=lot) for lot in found.driven], now, rear=rear)
        return True

    def _stays(self, marshal: Marshal, now: int) -> bool:
        """Whether the least stay is not over."""
        until_s = (marshal.since_s or 0) + self.rules.load_at_least_s
        if now < until_s:
            self.agenda.at(until_s, marshal.site)
        return now < until_s

    def _waits(self, marshal: Marshal, found: Candidates, now: int, *, trucks_ok: bool) -> bool:
        """Whether a convoy that could leave waits for vehicles that are being loaded here, or will be."""
        site, within_s = marshal.site, self.rules.form_within_s
        first_s = min([vehicle.loaded_s for vehicle in found.vehicles], default=now)
        until_s = min(first_s, marshal.formed_s or 0) + within_s
        if not within_s or now >= until_s:
            return False
        full = len(found.vehicles) + len(found.driven) >= self.rules.vehicles.most
        if full or site.waives_least(self.setting.scenario.policy.least_fill.waived_s, now):
            return False
        if not (found.loading or (trucks_ok and self._trucks_will_load(marshal))):
            return False
        marshal.waits_until_s = until_s
        self.backlog.held(site, "road", Hold.BELOW_LEAST, now)
        self.agenda.at(marshal.waits_until_s)
        return True

    def _trucks_will_load(self, marshal: Marshal) -> bool:
        """Whether trucks are being loaded here for this way, or wait here and a lot that they carry awaits lift."""
        if any(vehicle.own is None for vehicle in marshal.loading):
            return True
        site, pools = marshal.site, self.motorpool.pools_at(marshal)
        return any(self.motorpool.carried(pool)[lot] and site.awaits_lift(lot) for pool in pools for lot in site.here)

    def _rear_party(self, marshal: Marshal, now: int) -> bool:
        """Whether this is the last convoy, with the rear party: by road, and not before the last marching hour."""
        site = marshal.site
        if site.handover_s is None or not site.people.present or "road" not in site.people.modes:
            return False
        return now >= self.leaves_at(site, marshal)

    def leaves_at(self, site: Site, marshal: Marshal) -> int:
        """When the last convoy leaves: at handover, or at the end of the last marching hours before it."""
        assert site.handover_s is not None
        asked = (marshal.leg.route, site.handover_s)
        found = self._leaves.get(asked)
        if found is None:
            found = self._leaves[asked] = self._last_marching(*asked)
        return found

    def _last_marching(self, route: str, handover_s: int) -> int:
        network = self.setting.network
        march_s = network.last_marching(route, handover_s)
        return handover_s if march_s is None else march_s - (not network.marches_at(route, march_s))

    def _long_enough(self, marshal: Marshal, found: Candidates, loading: list[int], now: int, *, rear: bool) -> bool:
        """Whether a convoy, with the vehicles in `loading`, has its least number, or one if no other can come."""
        count = len(found.vehicles) + len(found.driven) + len(loading)
        if count >= self.rules.vehicles.least:
            return True
        return count > 0 and (rear or self._nothing_else_comes(marshal, found, loading, now))

    def _will_be_long_enough(self, marshal: Marshal, found: Candidates, now: int, *, rear: bool) -> bool:
        """Whether a convoy is long enough once vehicles that drive themselves are loaded."""
        return bool(found.loading) and self._long_enough(marshal, found, found.loading, now, rear=rear)

    def _nothing_else_comes(self, marshal: Marshal, found: Candidates, loading: list[int], now: int) -> bool:
        """Whether it is handover, or no other vehicle can join: none stands or is loaded here, no lot will be ready."""
        site, state = marshal.site, self.setting.ledger.state
        if site.handover_s is not None and now >= site.handover_s:
            return True
        own = {vehicle.own for vehicle in found.vehicles} | {*found.driven, *loading}
        for vehicle in [*marshal.loading, *marshal.loaded]:
            burnt = vehicle.own is not None and state[vehicle.own] != State.LOADING
            if not burnt and vehicle not in found.vehicles and vehicle.own not in loading:
                return False
        if any(self._moves_by_road(lot) for lot in site.ready if lot not in own):
            return False
        return not site.more_to_come()

    def _moves_by_road(self, lot: int) -> bool:
        rides = self.stock.rides.values()
        return self.stock.drives[lot] or any(self.stock.class_name[lot] in classes for classes in rides)

    def _cleared(self, marshal: Marshal, now: int, *, rear: bool) -> tuple[bool, bool]:
        """Whether trucks, and vehicles with people, may go today."""
        plan = marshal.site.people.plan
        if rear and not (plan is not None and plan.last_convoy_needs_clearance):
            return True, True
        route = marshal.leg.route
        return self.motorpool.cleared(route, "trucks"), self.motorpool.cleared(route, "people")

    def _record_hold(self, marshal: Marshal, now: int, *, trucks_ok: bool, people_ok: bool) -> None:
        """Records why a convoy is not long enough; where that is clearance, asks for a decision tomorrow."""
        site = marshal.site
        loaded_trucks = any(vehicle.pool is not None for vehicle in marshal.loaded)
        driving = bool(site.driving)
        if not loaded_trucks and not driving:
            return
        if (loaded_trucks and not trucks_ok) or (driving and not people_ok):
            self.backlog.held(site, "road", Hold.CLEARANCE, now)
            self.agenda.tomorrow()
        elif driving and self.driving.lacks_drivers(site, now):
            self.backlog.held(site, "road", Hold.NO_DRIVER, now)
        else:
            self.backlog.held(site, "road", Hold.BELOW_LEAST, now)

    def _may_march(self, marshal: Marshal, now: int, *, rear: bool) -> bool:
        """Whether shelter, road, hours and escort let it go now; if not, records why, and asks again when that ends."""
        site, march = marshal.site, self.setting.tape.way_march(marshal.leg)
        if site.sheltering(now):
            self.agenda.at(site.tape.shelter[site.name].closes_after(now), site)
            return False
        # the last convoy does not wait for an escort: it has the camp's own
        free = march.is_open(now) if rear else self.motorpool.moves_now(marshal.leg, now)
        if not free:
            closed = self.setting.tape.way_closed(marshal.leg).is_open(now)
            hours = march.is_open(now)
            self.backlog.held(
                site, "road", Hold.CLOSED if closed else Hold.ELSEWHERE if hours else Hold.OUT_OF_HOURS, now
            )
            opens = march.next_open(now)
            if opens is not None and opens > now:
                self.agenda.at(opens, site)
            return False
        return True

    # leaving

    def _go(self, marshal: Marshal, vehicles: list[Vehicle], now: int, *, rear: bool) -> None:
        site, people = marshal.site, marshal.site.people
        for vehicle in vehicles:
            if vehicle.own is not None and site.cargo:
                vehicle.lots = site.cargo.leaves(vehicle.own, now)
        own = [vehicle.own for vehicle in vehicles if vehicle.own is not None]
        for vehicle in vehicles:
            if vehicle.own is not None and people.known:
                vehicle.crew = self.stock.drivers[vehicle.own]
        drivers = sum(vehicle.crew for vehicle in vehicles)
        seats = self.driving.seats_in(vehicles)
        passengers = 0
        if rear or "road" in people.modes:
            free = (
                self.driving.drivers(site, now, rear=rear) - drivers - self._kept_drivers(site, own, drivers, rear=rear)
            )
            passengers = min(seats, max(0, free)) if people.known else 0
        guests = min(seats - passengers, sum(people.guests.values()))
        aboard = (
            site.leave(now, drivers + passengers, guests, Bound(marshal.option.dest))
            if drivers + passengers + guests
            else {}
        )
        for vehicle in vehicles:  # with the last convoy trucks that waited
            if vehicle.pool is not None and vehicle not in marshal.loaded:
                self.motorpool.take(vehicle.pool, marshal)
        marshal.loaded = [vehicle for vehicle in marshal.loaded if vehicle not in vehicles]
        marshal.since_s, marshal.formed_s = marshal.began_s(), None
        self._launch(marshal, vehicles, aboard)
        if aboard:
            self.handling.people_left(site)

    def _kept_drivers(self, site: Site, own: list[int], drivers: int, *, rear: bool) -> int:
        """Drivers of vehicles for which this convoy has no room: with the rear party they form the next convoy."""
        if not rear:
            return 0
        marshals = self.motorpool.marshals[site.name]
        loaded = [lot for marshal in marshals for lot in self.driving.standing_own(marshal.loaded)]
        others = [lot for lot in [*loaded, *site.driving] if lot not in own]
        room = site.people.present - drivers
        return room - self.driving.driven(others, room)[1]

    def _launch(self, marshal: Marshal, vehicles: list[Vehicle], people: dict[str, int]) -> None:
        """A formed convoy leaves a site with its lots."""
        now, site, leg = self.clock.now_s, marshal.site, marshal.leg
        ledger, by = self.setting.ledger, LiftId(Of.ROUTE, leg.route)
        for vehicle in vehicles:
            vehicle.lots = [lot for lot in vehicle.lots if ledger.state[lot] == State.LOADING]
            own = [vehicle.own] if vehicle.own is not None else []
            for lot in own:
                if ledger.state[lot] == State.READY:
                    ledger.lot(now, lot, State.LOADING, site.name, by)
            self.handling.receiving.bind(own, None)
            if own and marshal is not self.motorpool.marshals[site.name][0]:
                self.handling.receiving.bind(vehicle.lots, None)
            for lot in [*vehicle.lots, *own]:
                ledger.lot(now, lot, State.MOVING, site.name, by)
                site.forget(lot)
        self.marches.set_off(leg, vehicles, people, "unload")
        self.handling.left_yard(site)

    def _takes_people(self, site: Site, found: Candidates) -> bool:
        """Whether anyone would leave with the last convoy: drivers, or passengers who drive nothing themselves."""
        if found.driven or any(vehicle.own is not None for vehicle in found.vehicles):
            return True
        seats = self.driving.seats_in(found.vehicles)
        return seats > 0 and site.people.present > self._kept_drivers(site, [], 0, rear=True)
