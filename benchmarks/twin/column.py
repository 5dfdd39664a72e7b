"""Convoys at their place: which vehicles and people form one, and when it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from benchmarks.twin.loads import lift_order
from benchmarks.twin.march import March
from benchmarks.twin.things import IN_USE, LOADING, PREPARING, READY, RELEASED, Forming, Lot, Vehicle
from sim.ledger.kinds import Bound

if TYPE_CHECKING:
    from benchmarks.twin.road import Road
    from benchmarks.twin.site import Site

ENOUGH = 1 << 30
HOUR_S = 3_600


class Column:
    """The rules by which convoys are formed and leave."""

    def __init__(self, road: Road) -> None:
        self.road, self.world, self.rules = road, road.world, road.rules

    def leave(self, forming: Forming) -> bool:
        """Let one convoy go if it is formed and may; whether it went."""
        site, now = forming.site, self.world.clock.now_s
        forming.waits = False
        last = self.last_convoy(forming)
        empties = self._empties(forming) if last else []
        if not (forming.loaded or empties or self._cars(site)):
            return False
        looked = (site.changes, len(forming.loaded))
        if not last and forming.short is not None and forming.short[:2] == looked and now < forming.short[2] + HOUR_S:
            return False
        vehicles = self._vehicles(forming, last)
        if last and not self._takes_people(site, vehicles):
            last = False
            vehicles = self._vehicles(forming, last)
        will_go = [*vehicles, *self._still_loading(forming, vehicles, last)]
        if forming.since_s is None and self._long_enough(forming, will_go, last):
            forming.since_s = now
        if not self._long_enough(forming, vehicles, last) or forming.since_s is None:
            forming.short = (*looked, now)
            return False
        stays_until = forming.since_s + self.rules.load_at_least_s
        if forming.long_s is None:
            forming.long_s = now
        if not last and now < stays_until:
            self.world.ask(site, stays_until)
            return False
        forming.waits = not last and self._waits_for_more(forming, vehicles)
        if forming.waits or not self._may_march(forming, last):
            return False
        self._go(forming, vehicles, last)
        return True

    def last_convoy(self, forming: Forming) -> bool:
        """Whether the time of the last convoy has come, and there are people to go with it by road."""
        site = forming.site
        if site.handover_s is None or not site.people.own or "road" not in site.people.modes:
            return False
        return self.world.clock.now_s >= self.road.plan.last_convoy_s(forming.road, site.handover_s)

    def _cars(self, site: Site) -> list[Lot]:
        return lift_order(self.world, [lot for lot in site.ready.values() if lot.drives], None)

    def _empties(self, forming: Forming) -> list[Vehicle]:
        waiting = [truck for name in self.road.trucks for truck in self.road.bound(name, forming, "waiting")]
        return [Vehicle(truck, []) for truck in waiting]

    def _long_enough(self, forming: Forming, going: list[Vehicle], last: bool) -> bool:
        """Whether a number of vehicles is a convoy: the least number, or one if nothing else can come."""
        least = self.rules.vehicles.least
        return len(going) >= least or (bool(going) and (last or self._nothing_else(forming, going)))

    def _nothing_else(self, forming: Forming, going: list[Vehicle]) -> bool:
        site = forming.site
        if site.handed_over:
            return True
        mine = {lot for vehicle in going for lot in vehicle.lots}
        on_trucks = set[str]().union(*(self.road.rides(name) for name in self.road.trucks))
        for lot in site.here.values():
            if lot in mine or lot.condemned or site.held(lot):
                continue
            if lot.state in (IN_USE, RELEASED, PREPARING):
                return False
            if lot.state == READY and (lot.drives or lot.class_name in on_trucks):
                return False
        staying = [vehicle for vehicle in (*forming.loading, *forming.loaded) if vehicle not in going]
        return not any(vehicle.truck is not None or vehicle.lots[0].state == LOADING for vehicle in staying)

    def _still_loading(self, forming: Forming, going: list[Vehicle], last: bool) -> list[Vehicle]:
        """Vehicles that drive themselves and would go with those that go, were they loaded."""
        drawdown, site = forming.site.place.drawdown, forming.site
        free = last and not (drawdown is not None and drawdown.last_convoy_needs_clearance)
        if not free and not self.road.cleared(forming.road.route, "people"):
            return []
        kept = set() if last else self.kept_back(site)
        cars = [v for v in forming.loading if v.truck is None and v.lots[0].state == LOADING]
        if not last and self._may_take_cars(forming):
            cars += [Vehicle(None, [lot]) for lot in self._cars(site) if lot.filler is not None and not lot.load]
        cars = [vehicle for vehicle in cars if vehicle.own not in kept]
        people = self.may_drive(site, last) - sum(vehicle.crew for vehicle in going)
        return self.driven(cars, people)

    def _waits_for_more(self, forming: Forming, going: list[Vehicle]) -> bool:
        """Whether a convoy that is formed waits while more is to be loaded here."""
        site, now, road = forming.site, self.world.clock.now_s, self.road
        if not self.rules.form_within_s or len(going) >= self.rules.vehicles.most or road.waived(site):
            return False
        since = [vehicle.loaded_s for vehicle in going if vehicle.loaded_s is not None]
        if forming.long_s is not None:
            since.append(forming.long_s)
        until = min(since) + self.rules.form_within_s
        if now >= until:
            return False
        if not (self._still_loading(forming, going, False) or self._trucks_load_on(forming)):
            return False
        self.world.ask(at_s=until)
        return True

    def _trucks_load_on(self, forming: Forming) -> bool:
        site, road = forming.site, self.road
        if not road.cleared(forming.road.route, "trucks"):
            return False
        if any(vehicle.truck is not None for vehicle in forming.loading):
            return True
        lots = [
            part
            for lot in site.here.values()
            if lot.state in (IN_USE, RELEASED, PREPARING, READY) and not lot.condemned and not site.held(lot)
            for part in lot.parts
        ]
        return any(
            any(road.fits(name, lot) for lot in lots)
            for name, trucks in road.trucks.items()
            if road.bound(name, forming, "waiting") or (trucks and trucks[0].pool.base == site.name and road.idle(name))
        )

    # vehicles

    def _vehicles(self, forming: Forming, last: bool) -> list[Vehicle]:
        """Vehicles that could go now: loaded trucks, empty ones with the last convoy, vehicles that are driven."""
        site, route = forming.site, forming.road.route
        drawdown = site.place.drawdown
        free = last and not (drawdown is not None and drawdown.last_convoy_needs_clearance)
        found: list[Vehicle] = []
        if free or self.road.cleared(route, "trucks"):
            found += [vehicle for vehicle in forming.loaded if vehicle.truck is not None]
            found += self._empties(forming) if last else []
        if free or self.road.cleared(route, "people"):
            kept = set() if last else self.kept_back(site)
            cars = [v for v in forming.loaded if v.own is not None and v.own.state == LOADING]
            cars += [v for v in self._unloaded_cars(forming) if last or (v.own is not None and v.own.filler is None)]
            cars = [vehicle for vehicle in cars if vehicle.own not in kept]
            found += self.driven(cars, self.may_drive(site, last))
        elif self._loads_for_the_last(site):
            self._unloaded_cars(forming)
        most = self.rules.vehicles.most
        return self._with_people(site, found, most) if last and len(found) > most else found[:most]

    def _loads_for_the_last(self, site: Site) -> bool:
        """Whether vehicles load without clearance: in the last day, for a last convoy that needs none."""
        drawdown, people = site.place.drawdown, site.people
        if drawdown is not None and drawdown.last_convoy_needs_clearance:
            return False
        return bool(people.own) and "road" in people.leave_by and people.last_day(self.world.clock.now_s)

    @staticmethod
    def _with_people(site: Site, found: list[Vehicle], most: int) -> list[Vehicle]:
        """Those of the last convoy for whom there is room: first vehicles that people leave in."""
        chosen = [vehicle for vehicle in found if vehicle.truck is None][:most]
        seats = sum(vehicle.crew + vehicle.seats for vehicle in chosen)
        trucks = [vehicle for vehicle in found if vehicle.truck is not None]
        for truck in trucks:
            if truck.seats and seats < site.people.own and len(chosen) < most:
                chosen.append(truck)
                seats += truck.seats
        others = [truck for truck in trucks if truck not in chosen]
        chosen += others[: most - len(chosen)]
        return [vehicle for vehicle in found if vehicle in chosen]

    def _unloaded_cars(self, forming: Forming) -> list[Vehicle]:
        """Ready vehicles; those that take loading ask for a loader and come later."""
        site = forming.site
        found: list[Vehicle] = []
        for lot in self._cars(site) if self._may_take_cars(forming) else ():
            if lot.load and lot.filler is not None:
                continue
            if lot.load:
                self.world.enter(lot, LOADING)
                self.road.begin(forming, Vehicle(None, [lot]), lot.load)
                site.labour.yard_left()
            else:
                found.append(Vehicle(None, [lot]))
        return found

    def _may_take_cars(self, forming: Forming) -> bool:
        first = self.road.forming[forming.site.name][0]
        return not (forming.site.closed or (forming is not first and self.road.free(first.road)))

    @staticmethod
    def driven(cars: Iterable[Vehicle], people: int) -> list[Vehicle]:
        """Vehicles in order, as many as the given people can drive."""
        found: list[Vehicle] = []
        for vehicle in cars:
            if vehicle.crew <= people:
                people -= vehicle.crew
                found.append(vehicle)
        return found

    def may_drive(self, site: Site, last: bool) -> int:
        """People who may leave by road: with the last convoy all, else those above the curve."""
        people = site.people
        if not site.people.known:
            return ENOUGH
        if last:
            return people.own
        above = people.due()
        keeps = site.handover_s is not None and "road" in people.leave_by
        return min(above, people.own - self._stay(site)) if keeps else above

    def _stay(self, site: Site) -> int:
        """People for whom vehicles are kept back."""
        people = site.people
        if people.last_day(self.world.clock.now_s):
            return people.own
        return min(people.own, max(people.rear_party, people.allowed(self.world.clock.now_s)))

    def kept_back(self, site: Site) -> set[Lot]:
        """Vehicles, ready, loading or loaded, that wait for those who stay, those with most seats first."""
        if site.handover_s is None or not site.people.known or "road" not in site.people.leave_by:
            return set()
        cars = [*self._cars(site), *(vehicle.lots[0] for vehicle in self._marshalled(site))]
        kept: set[Lot] = set()
        without = self._stay(site)
        for lot in sorted(cars, key=lambda lot: (-lot.kind.crew - lot.seats, lot.index)):
            if without > 0:
                kept.add(lot)
                without -= lot.kind.crew + lot.seats
        return kept

    def _marshalled(self, site: Site, *, loaded: bool = False) -> list[Vehicle]:
        """Vehicles that drive themselves and load or are loaded here, or are loaded alone."""
        ways = self.road.forming[site.name]
        some = [vehicle for way in ways for vehicle in (way.loaded if loaded else (*way.loaded, *way.loading))]
        return [vehicle for vehicle in some if vehicle.own is not None and vehicle.own.state == LOADING]

    def _later(self, site: Site, gone: list[Vehicle]) -> int:
        """People who can drive the vehicles, loaded or ready, that a last convoy has no room for."""
        going = {vehicle.own for vehicle in gone}
        lots = [vehicle.lots[0] for vehicle in self._marshalled(site, loaded=True)]
        lots += [lot for lot in site.ready.values() if lot.drives]
        left = [Vehicle(None, [lot]) for lot in lots if lot not in going]
        people = site.people.own - sum(vehicle.crew for vehicle in gone)
        return sum(vehicle.crew for vehicle in self.driven(left, people))

    def _takes_people(self, site: Site, vehicles: list[Vehicle]) -> bool:
        if any(vehicle.own is not None for vehicle in vehicles):
            return True
        return sum(v.seats for v in vehicles) > 0 and site.people.own > self._later(site, [])

    def seats_now(self, site: Site, but: Lot | None = None) -> int:
        """People who could leave by road: in vehicles that those present can drive, and in trucks there or coming.

        The seats for passengers of one vehicle may be left out.
        """
        cars = [*self._marshalled(site), *(Vehicle(None, [lot]) for lot in site.ready.values() if lot.drives)]
        driven = self.driven(cars, site.people.own)
        seats = sum(vehicle.crew + (vehicle.seats if vehicle.own is not but else 0) for vehicle in driven)
        for forming in self.road.forming[site.name]:
            seats += sum(v.seats for v in (*forming.loaded, *forming.loading) if v.truck is not None)
            for name in self.road.trucks:
                seats += sum(truck.pool.seats for truck in self.road.bound(name, forming, "waiting", "coming"))
        return seats

    # leaving

    def _may_march(self, forming: Forming, last: bool) -> bool:
        site, now, way = forming.site, self.world.clock.now_s, forming.road
        if site.sheltered():
            self.world.ask(site, site.shelter.closes_after(now))
            return False
        if not (self.world.tape.way_march(way).is_open(now) if last else self.road.free(way)):
            self.road.ask_when_open(way, site)
            return False
        return True

    def _go(self, forming: Forming, vehicles: list[Vehicle], last: bool) -> None:
        site, people = forming.site, forming.site.people
        for vehicle in vehicles:
            vehicle.manned = site.people.known
            self.road.carriers.leaves(vehicle)
        crew = sum(vehicle.crew for vehicle in vehicles if vehicle.manned)
        seats, passengers = sum(vehicle.seats for vehicle in vehicles), 0
        if site.people.known and (last or "road" in people.modes):
            free = self.may_drive(site, last) - crew - (self._later(site, vehicles) if last else 0)
            passengers = min(seats, max(free, 0))
        guests = min(seats - passengers, people.guests.total())
        aboard = people.leave(crew + passengers, guests, Bound(forming.road.dest)) if crew + passengers + guests else {}
        forming.loaded = [vehicle for vehicle in forming.loaded if vehicle not in vehicles]
        began = [truck.began_s for truck in (*forming.loading, *forming.loaded) if truck.truck is not None]
        forming.since_s = min(began) if began else None
        forming.long_s = None
        for vehicle in vehicles:
            if vehicle.truck is not None:
                vehicle.truck.state = "in use"
            vehicle.lots = [lot for lot in vehicle.lots if vehicle.truck is None or lot.state == LOADING]
        self.road.set_off(March(self.road, forming.road, vehicles, aboard, "unload"))
        site.labour.yard_left()
