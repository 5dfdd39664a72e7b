"""Convoys on the road: attacks and breakdowns, places passed, and what follows at the end of the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import MARCHED
from benchmarks.twin.loads import lift_order
from benchmarks.twin.things import LOADING, READY, Forming, Vehicle
from sim.ledger.kinds import Did, LiftId, Of, Why
from sim.scenario.network import RoadLeg, along
from sim.tape.convoys import Mishap

if TYPE_CHECKING:
    from benchmarks.twin.road import Road
    from benchmarks.twin.site import Site

Steps = Generator[Event, object, None]


class March:
    """One convoy; `then` is what follows at the end of its way: load, unload or rest."""

    def __init__(
        self,
        road: Road,
        way: RoadLeg,
        vehicles: list[Vehicle],
        people: dict[str, int],
        then: str,
        forming: Forming | None = None,
    ) -> None:
        self.road, self.world, self.clock = road, road.world, road.world.clock
        self.way, self.vehicles, self.then, self.forming = way, vehicles, then, forming
        self.people = dict(people)
        self.gone_km = self.lost_km = 0.0
        self.going: tuple[int, float] | None = None
        self.for_people = self.recalled = False
        self.ahead = [place for place, _ in way.path[1:-1]]
        self.stops = [place for place, _ in way.path]
        for vehicle in vehicles:
            vehicle.driven_km = 0.0
        self.number = road.numbers.get(way.route, 0)
        road.numbers[way.route] = self.number + 1
        self.name = LiftId(Of.ROUTE, way.route, self.number + 1)
        for vehicle in vehicles:
            for lot in vehicle.lots:
                if lot.state == READY:
                    self.world.enter(lot, LOADING, by=LiftId(Of.ROUTE, way.route))
                self.world.depart(lot, by=LiftId(Of.ROUTE, way.route), dest=way.dest)

    def go(self) -> Steps:
        """The whole way."""
        stream = self.world.tape.convoy(self.way.route, self.number, self.way.km, self.clock.now_s, len(self.vehicles))
        self.world.report(self.name, Did.DEPARTS, self.way.origin, count=len(self.vehicles))
        halts: list[tuple[float, int, Mishap | int | str]] = [(km, 0, stands) for km, stands in stream.stops]
        halts += [(mishap.at_km, 1, mishap) for mishap in stream.mishaps]
        halts += [(km, 2, place) for place, km in self.way.path[1:]]
        for km, _, halt in sorted(halts, key=lambda each: each[:2]):
            if not self.vehicles and halt != self.way.dest:
                continue  # people without a vehicle are brought to the end
            yield from self._march_to(km)
            if isinstance(halt, Mishap):
                self._attacked(halt)
                if not self.vehicles and not self.people:
                    self._perish()
                    return
                yield from self._stand(halt.delay_s)
            elif isinstance(halt, int):
                yield from self._stand(halt)
            elif halt != self.way.dest:
                if self.recalled:
                    back = self._back(self.world.sites[halt])
                    if back is not None:
                        yield from self._until(self.world.tape.way_march(back).next_open(self.clock.now_s))
                    self._turn(self.world.sites[halt], km)
                    return
                self.ahead.remove(halt)
                self._pass(self.world.sites[halt])
                then = self.stops[self.stops.index(halt) + 1]
                opens = self.world.tape.leg_opens(self.way.route, halt, then, self.clock.now_s)
                yield from self._stand(opens - self.clock.now_s)
        self._arrive(self.world.sites[self.way.dest])

    def _march_to(self, km: float) -> Steps:
        if km > self.gone_km:
            self.going = (self.clock.now_s, km - self.gone_km)
            yield from self._until(self.world.tape.march[self.way.route].arrival(*self.going))
            self.going = None
        for vehicle in self.vehicles:
            vehicle.driven_km += km - self.gone_km
        self.gone_km = km

    def is_cut_short(self) -> None:
        """The horizon finds it on the road: its vehicles have driven as far as it has come."""
        if self.going is not None:
            since, km = self.going
            came = self.world.tape.march[self.way.route].moving_between(since, self.clock.now_s)
            for vehicle in self.vehicles:
                vehicle.driven_km += min(came, km)
        self._report_driven()

    def recall(self, site: Site) -> None:
        """The place it is bound for is ordered to leave, or closes: it turns at the next place on its way."""
        if self.then != "load" or self.way.dest != site.name or self.recalled or not self.ahead:
            return
        if not site.closed:
            there = self.road.plan.arrival(self.way, self.clock.now_s, self.way.km - self._position())
            if self.for_people or (there is not None and there <= (site.handover_s or 0)):
                return
        self.recalled = True
        for vehicle in self.vehicles:
            if vehicle.truck is not None:
                vehicle.truck.state, vehicle.truck.dest = "in use", ""

    def _position(self) -> float:
        if self.going is None:
            return self.gone_km
        since, km = self.going
        return self.gone_km + min(self.world.tape.march[self.way.route].moving_between(since, self.clock.now_s), km)

    def _back(self, site: Site) -> RoadLeg | None:
        return along(self.way.route, self.world.scenario.routes[self.way.route], site.name, self.way.origin)

    def _turn(self, site: Site, km: float) -> None:
        """The recalled trucks set out for their base, as a new convoy."""
        self.road.under_way.remove(self)
        self._report_driven()
        self.world.report(self.name, Did.ARRIVES, site.name, km)
        self.world.ask()
        trucks = [vehicle.truck for vehicle in self.vehicles if vehicle.truck is not None]
        base = trucks[0].pool.base
        for truck in trucks:
            truck.where = site.name
        back = self._back(site)
        if back is None or self.world.sites[base].closed:
            for truck in trucks:
                truck.state = "empty"
            return
        self.road.set_off(March(self.road, back, [Vehicle(truck, []) for truck in trucks], {}, "rest"))

    def _report_driven(self) -> None:
        self.lost_km += sum(vehicle.driven_km for vehicle in self.vehicles)
        self.world.report(self.name, Did.DROVE, number=self.lost_km)

    def _perish(self) -> None:
        self.road.under_way.remove(self)
        self.world.report(self.name, Did.DROVE, number=self.lost_km)
        self.world.ask()

    def _until(self, at_s: int | None) -> Steps:
        if at_s is None:
            yield self.clock.event()  # on the way for good
        else:
            yield self.clock.moment(at_s, MARCHED, self.world.frame.route_rank[self.way.route], self.number)

    def _stand(self, seconds: int) -> Steps:
        if seconds:
            yield from self._until(self.clock.now_s + seconds)

    def _attacked(self, mishap: Mishap) -> None:
        self.world.report(self.name, Did.ATTACKED, "", float(mishap.hurt))
        for u in mishap.victims:
            if not self.vehicles:
                return
            vehicle = self.vehicles.pop(int(u * len(self.vehicles)))
            self.lost_km += vehicle.driven_km
            for lot in vehicle.lots:
                self.world.strike(lot, "lost", by=Why.ATTACK)
            if vehicle.truck is not None:
                vehicle.truck.state = "lost"
            self.world.report(self.name, Did.VEHICLE_LOST, count=len(vehicle.lots))

    # joins

    def _pass(self, site: Site) -> None:
        joins = self.world.scenario.routes[self.way.route].joins
        people, column = site.people, self.road.column
        if self.then != "unload" or site.name not in joins or site.closed or not site.begun or not people.own:
            return
        everyone = people.last_day(self.clock.now_s)
        kept = set() if everyone else column.kept_back(site)
        loaded = [v for forming in self.road.forming[site.name] for v in forming.loaded if v.own is not None]
        ready = lift_order(self.world, [lot for lot in site.ready.values() if lot.drives], None)
        cars = [v for v in loaded if v.own is not None and v.own.state == LOADING]
        cars = [v for v in [*cars, *(Vehicle(None, [lot]) for lot in ready)] if v.own not in kept]
        cars = [v for v in cars if everyone or (v.own is not None and v.own.filler is None)]
        room = max(self.road.rules.vehicles.most - len(self.vehicles), 0)
        may = column.may_drive(site, everyone)
        joining = column.driven(cars[:room], may)
        for vehicle in joining:
            self.road.carriers.leaves(vehicle)
        may -= sum(vehicle.crew for vehicle in joining)
        later = sum(v.crew for v in column.driven([v for v in cars if v not in joining], may))
        free = sum(v.seats for v in [*self.vehicles, *joining]) - self._passengers()
        passengers = min(max(free, 0), may - later)
        if not joining and not passengers:
            return
        aboard = people.leave(sum(v.crew for v in joining) + passengers, 0, self.name)
        self._take_along(site, joining, aboard)
        site.labour.yard_left()

    def _passengers(self) -> int:
        return sum(self.people.values()) - sum(vehicle.crew for vehicle in self.vehicles if vehicle.manned)

    def _take_along(self, site: Site, joining: list[Vehicle], aboard: dict[str, int]) -> None:
        for forming in self.road.forming[site.name]:
            forming.loaded = [vehicle for vehicle in forming.loaded if vehicle not in joining]
        for vehicle in joining:
            vehicle.manned = True
            if vehicle.lots[0].state == READY:
                self.world.enter(vehicle.lots[0], LOADING, by=self.name)
            for lot in vehicle.lots:
                self.world.depart(lot, by=self.name, dest=self.way.dest)
        self.vehicles += joining
        for origin, many in aboard.items():
            self.people[origin] = self.people.get(origin, 0) + many

    # the end of the way

    def _arrive(self, site: Site) -> None:
        self.road.under_way.remove(self)
        self._report_driven()
        self.world.report(self.name, Did.ARRIVES, self.way.dest, self.way.km)
        if self.people:
            custody = self.world.scenario.places[self.way.origin].takes_out
            site.people.arrive(Counter(self.people), self.name, from_custody=custody)
        for vehicle in self.vehicles:
            if vehicle.truck is not None:
                vehicle.truck.where = site.name
                if self.then == "load":
                    vehicle.truck.state = "waiting"
                elif self.then == "rest":
                    vehicle.truck.state = "idle"
        if self.then == "unload":
            self.clock.process(self._unload(site))
        self.world.ask()

    def _unload(self, site: Site) -> Steps:
        jobs = [self.clock.process(self._unload_one(site, vehicle)) for vehicle in self.vehicles]
        yield self.clock.all_of(jobs)
        for vehicle in self.vehicles:
            if vehicle.truck is not None:
                self.road.empty(vehicle.truck, site)

    def _unload_one(self, site: Site, vehicle: Vehicle) -> Steps:
        work = sum(lot.unload for lot in vehicle.lots)
        if vehicle.truck is not None:
            work += self.road.own_time(vehicle.truck.pool_name, "unload")
        crosses = site.receiving.crosses_from(vehicle.lots)
        if crosses > self.clock.now_s:
            yield from self._until(crosses)
        if work or vehicle.lots:
            yield site.loaders.ask(work).done
        for lot in vehicle.lots:
            self.world.unload(lot, site.name, by=self.name)
        if not site.place.takes_out or any(lot.state == READY for lot in vehicle.lots):
            self.world.ask(site)
