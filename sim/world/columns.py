"""Columns: which vehicles and people form a convoy at a place, and when it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.ledger.kinds import Bound, Hold
from sim.ledger.states import State
from sim.scenario.calendar import HOUR_S
from sim.world.driving import Driving
from sim.world.forming import Column, Forming
from sim.world.marshal import Marshal, Vehicle
from sim.world.site import Site

if TYPE_CHECKING:
    from sim.world.control import Control
    from sim.world.roadlift import RoadLift

_LOOK_AGAIN_S = HOUR_S  # a column found too short is looked at anew when something changes there, or after this


class Columns:
    """The forming of convoys, for all sites."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.setting = control.setting
        self.clock, self.stock = control.setting.clock, control.setting.stock
        self.rules = control.setting.scenario.lift.convoys
        self.driving = Driving(control.setting, control.road.marshals)
        self.forming = Forming(control, self.driving)
        self._leaves: dict[tuple[str, int], int] = {}

    @property
    def road(self) -> RoadLift:
        """The lift by road."""
        return self.control.road

    # forming

    def try_depart(self, marshal: Marshal) -> bool:
        """Let one convoy go if it is formed and may; whether it went."""
        site, now = marshal.site, self.clock.now_s
        rear = self._rear_party(marshal, now)
        if not (marshal.loaded or site.driving or (rear and any(marshal.waiting.values()))):
            return False
        looked = (site.changes, len(marshal.loaded))
        if looked == marshal.short_at and now - marshal.short_s < _LOOK_AGAIN_S and not rear:
            return False
        trucks_ok, people_ok = self._cleared(marshal, now, rear=rear)
        column = self.forming.column(marshal, now, rear=rear, trucks_ok=trucks_ok, people_ok=people_ok)
        if rear and not self._takes_people(site, column):  # nobody can leave with it: one like any other
            rear = False
            trucks_ok, people_ok = self._cleared(marshal, now, rear=rear)
            column = self.forming.column(marshal, now, rear=rear, trucks_ok=trucks_ok, people_ok=people_ok)
        formed = self._long_enough(marshal, column, [], now, rear=rear)
        if marshal.since_s is None and (formed or self._will_be_long_enough(marshal, column, now, rear=rear)):
            marshal.since_s = now
        if not formed:
            self._held(marshal, now, trucks_ok=trucks_ok, people_ok=people_ok)
            marshal.short_at, marshal.short_s = looked, now
            return False
        stays_until_s = (marshal.since_s or 0) + self.rules.load_at_least_s
        if not rear and now < stays_until_s:
            self.control.at(stays_until_s, site)
            return False
        if not self._may_march(marshal, now, rear=rear):
            return False
        self._go(marshal, column.vehicles + [Vehicle(None, own=lot) for lot in column.driven], now, rear=rear)
        return True

    def _rear_party(self, marshal: Marshal, now: int) -> bool:
        """Whether this is the last convoy, with the rear party: by road, and not before the last marching hour."""
        site = marshal.site
        if site.handover_s is None or not site.people.present or "road" not in site.people.modes:
            return False
        return now >= self.leaves_at(site, marshal)

    def leaves_at(self, site: Site, marshal: Marshal) -> int:
        """When the last convoy leaves: at handover, or at the end of the last marching hours before it."""
        assert marshal.option.road is not None
        assert site.handover_s is not None
        asked = (marshal.option.road.route, site.handover_s)
        if asked not in self._leaves:
            self._leaves[asked] = self._last_marching(*asked)
        return self._leaves[asked]

    def _last_marching(self, route: str, handover_s: int) -> int:
        network = self.setting.network
        march_s = network.last_marching(route, handover_s)
        return handover_s if march_s is None else march_s - (not network.marches_at(route, march_s))

    def _long_enough(self, marshal: Marshal, column: Column, loading: list[int], now: int, *, rear: bool) -> bool:
        """Whether a convoy, some that are being loaded counted, has its least number: one where no other can come."""
        count = len(column.vehicles) + len(column.driven) + len(loading)
        if count >= self.rules.vehicles.least:
            return True
        return count > 0 and (rear or self._exhausted(marshal, column, loading, now))

    def _will_be_long_enough(self, marshal: Marshal, column: Column, now: int, *, rear: bool) -> bool:
        """Whether a convoy is long enough once what drives itself is loaded."""
        return bool(column.loading) and self._long_enough(marshal, column, column.loading, now, rear=rear)

    def _exhausted(self, marshal: Marshal, column: Column, loading: list[int], now: int) -> bool:
        """Whether nothing can come to this convoy but its own vehicles: it is the place's last."""
        site, state = marshal.site, self.setting.ledger.state
        if site.handover_s is not None and now >= site.handover_s:
            return True
        own = {vehicle.own for vehicle in column.vehicles} | {*column.driven, *loading}
        for vehicle in [*marshal.loading, *marshal.loaded]:
            burnt = vehicle.own is not None and state[vehicle.own] != State.LOADING
            if not burnt and vehicle not in column.vehicles and vehicle.own not in loading:
                return False
        if any(self._moves_by_road(lot) for lot in site.ready if lot not in own):
            return False
        return not site.more_to_come()

    def _moves_by_road(self, lot: int) -> bool:
        rides = self.stock.rides.values()
        return self.stock.drives[lot] or any(self.stock.class_name[lot] in classes for classes in rides)

    def _cleared(self, marshal: Marshal, now: int, *, rear: bool) -> tuple[bool, bool]:
        """Whether trucks, and vehicles with people, may go today."""
        assert marshal.option.road is not None
        plan = marshal.site.people.plan
        if rear and not (plan is not None and plan.last_convoy_needs_clearance):
            return True, True
        route = marshal.option.road.route
        return self.road.cleared(route, "trucks", now), self.road.cleared(route, "people", now)

    def _held(self, marshal: Marshal, now: int, *, trucks_ok: bool, people_ok: bool) -> None:
        site = marshal.site
        loaded_trucks = any(vehicle.pool is not None for vehicle in marshal.loaded)
        driving = bool(site.driving)
        if not loaded_trucks and not driving:
            return
        if (loaded_trucks and not trucks_ok) or (driving and not people_ok):
            self.control.backlog.held(site, "road", Hold.CLEARANCE, now)
            self.control.tomorrow()
        elif driving and self.driving.lacks_drivers(site, now):
            self.control.backlog.held(site, "road", Hold.NO_DRIVER, now)
        else:
            self.control.backlog.held(site, "road", Hold.BELOW_LEAST, now)

    # leaving

    def _may_march(self, marshal: Marshal, now: int, *, rear: bool) -> bool:
        site = marshal.site
        assert marshal.option.road is not None
        route = marshal.option.road.route
        if site.sheltering(now):
            self.control.at(site.tape.shelter[site.name].closes_after(now), site)
            return False
        # the last convoy does not stay behind for want of an escort: it has the camp's own
        free = self.setting.tape.march[route].is_open(now) if rear else self.road.moves_now(marshal.option.road, now)
        if not free:
            closed = self.setting.tape.road_closed[route].is_open(now)
            hours = self.setting.tape.march[route].is_open(now)
            self.control.backlog.held(
                site, "road", Hold.CLOSED if closed else Hold.ELSEWHERE if hours else Hold.OUT_OF_HOURS, now
            )
            opens = self.setting.tape.march[route].next_open(now)
            if opens is not None and opens > now:
                self.control.at(opens, site)
            return False
        return True

    def _go(self, marshal: Marshal, vehicles: list[Vehicle], now: int, *, rear: bool) -> None:
        site, people = marshal.site, marshal.site.people
        own = [vehicle.own for vehicle in vehicles if vehicle.own is not None]
        for vehicle in vehicles:
            if vehicle.own is not None and people.known:
                vehicle.crew = self.stock.drivers[vehicle.own]
        drivers = sum(vehicle.crew for vehicle in vehicles)
        seats = self.seats_in(vehicles)
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
        marshal.loaded = [vehicle for vehicle in marshal.loaded if vehicle not in vehicles]
        if rear:
            self._take_waiting(marshal, vehicles)
            self.road.changes += 1
        marshal.since_s = marshal.began_s()
        self.road.launch(marshal, vehicles, aboard)
        if aboard:
            self.control.people_left(site)

    def _kept_drivers(self, site: Site, own: list[int], drivers: int, *, rear: bool) -> int:
        """Drivers of vehicles for which this convoy has no room: with the rear party they form the next."""
        if not rear:
            return 0
        loaded = [lot for marshal in self.road.marshals[site.name] for lot in self.forming.standing_own(marshal.loaded)]
        others = [lot for lot in [*loaded, *site.driving] if lot not in own]
        room = site.people.present - drivers
        return room - self.driving.driven(others, room)[1]

    @staticmethod
    def _take_waiting(marshal: Marshal, vehicles: list[Vehicle]) -> None:
        for vehicle in vehicles:
            if vehicle.pool is not None and not vehicle.lots and marshal.waiting.get(vehicle.pool, 0):
                marshal.waiting[vehicle.pool] -= 1

    def _takes_people(self, site: Site, column: Column) -> bool:
        """Whether anyone would leave with the last convoy: drivers, or passengers who drive nothing themselves."""
        if column.driven or any(vehicle.own is not None for vehicle in column.vehicles):
            return True
        seats = self.seats_in(column.vehicles)
        return seats > 0 and site.people.present > self._kept_drivers(site, [], 0, rear=True)

    def seats_in(self, vehicles: list[Vehicle]) -> int:
        """Passengers that vehicles take, their drivers apart."""
        own = sum(self.stock.seats[vehicle.own] for vehicle in vehicles if vehicle.own is not None)
        return own + sum(self.road.kinds[vehicle.pool].seats for vehicle in vehicles if vehicle.pool is not None)

    def seats_by_road(self, site: Site) -> int:
        """People who could leave in vehicles that drive themselves and in trucks there or coming, drivers included.

        Vehicles are ready, loaded or being loaded, and count as far as the people present can drive them.
        """
        marshals = self.road.marshals[site.name]
        standing = [vehicle for marshal in marshals for vehicle in (*marshal.loaded, *marshal.loading)]
        own = [*self.forming.standing_own(standing), *site.driving]
        chosen, _ = self.driving.driven(own, site.people.present)
        seats = sum(self.stock.drivers[lot] + self.stock.seats[lot] for lot in chosen)
        seats += self.seats_in([vehicle for vehicle in standing if vehicle.pool is not None])
        for marshal in marshals:
            seats += sum(kind.seats * marshal.trucks(pool) for pool, kind in self.road.kinds.items())
        return seats
