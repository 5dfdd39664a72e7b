"""A convoy: vehicles that move together along a route, in its marching hours, attacked and delayed on the way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import simpy

from sim.errors import ModelFault
from sim.ledger.kinds import Did, Lift, Of, Why
from sim.ledger.ledger import LiftStep
from sim.ledger.states import State
from sim.scenario.network import RoadLeg
from sim.world.clock import Kind, Steps
from sim.world.marshal import Marshal, Vehicle
from sim.world.site import Site

if TYPE_CHECKING:
    from sim.world.roadlift import RoadLift


class Convoy:
    """Vehicles and people on one way; `then` is what follows on arrival: `load`, `unload` or `rest`."""

    def __init__(
        self, road: RoadLift, leg: RoadLeg, vehicles: list[Vehicle], people: dict[str, int], then: str
    ) -> None:
        self.road, self.leg, self.vehicles, self.then = road, leg, vehicles, then
        self.people = people
        self.clock = road.clock
        self.ledger = road.setting.ledger
        self.number = road.next_number(leg.route)
        self.id = Lift(Of.ROUTE, leg.route, self.number + 1)
        self.marshal: Marshal | None = None
        self.to_unload = 0
        self.at_km = 0.0  # where it was last known to be
        self._told = False
        self.vehicle_km = 0.0  # driven by its vehicles as far as `_counted_km`
        self._counted_km = 0.0
        self._bound: tuple[int, float] | None = None  # since when it advances, and how far

    def _step(
        self, what: Did, place: str, number: float = 0.0, count: int = 0, people: int = 0, to: str = ""
    ) -> None:
        self.ledger.lift.append(LiftStep(self.clock.now_s, self.id, what, place, number, count, people, to))

    def march(self) -> Steps:
        """The whole way as a process: from mishap to place to mishap, then arrival."""
        tape, now = self.road.setting.tape, self.clock.now_s
        self._keep_limits()
        luck = tape.convoy(self.leg.route, self.number, self.leg.km, now)
        self._step(
            Did.DEPARTS,
            self.leg.origin,
            count=len(self.vehicles),
            people=sum(self.people.values()),
            to=self.leg.dest,
        )
        stops: list[tuple[float, int, object]] = [(km, 0, (km, repair)) for km, repair in luck.stops]
        stops += [(mishap.at_km, 1, mishap) for mishap in luck.mishaps]
        stops += [(km, 2, name) for name, km in self.leg.path[1:]]
        stops.sort(key=lambda stop: stop[:2])
        for at_km, kind, what in stops:
            yield from self._advance(at_km - self.at_km)
            self.at_km = at_km
            if kind == 0:
                yield from self._stand(Did.BREAKS_DOWN, int(what[1]))  # type: ignore[index]
            elif kind == 1:
                yield from self._attacked(what)
            elif what != self.leg.dest:
                self.road.passes(self, str(what))
            if not self.vehicles:
                break  # nothing is left to be stopped or joined
        self._tell_driven()
        if not self.vehicles and not self.people:
            self._step(Did.COLUMN_LOST, "")
            self.road.dissolved(self)
            return
        yield from self._advance(self.leg.km - self.at_km)  # who has no vehicle any more is brought on
        self._step(Did.ARRIVES, self.leg.dest, self.leg.km, len(self.vehicles), sum(self.people.values()))
        self.road.arrived(self)

    def _keep_limits(self) -> None:
        """Raise `ModelFault` where a vehicle leaves over its payload or floor, or people have no seat."""
        stock, kinds, seats = self.road.stock, self.road.kinds, 0
        for vehicle in self.vehicles:
            if vehicle.own is not None:
                seats += stock.seats[vehicle.own] + stock.drivers[vehicle.own]
            elif vehicle.pool is not None:
                kind = kinds[vehicle.pool]
                seats += kind.seats
                kg = sum(stock.mass_kg[lot] for lot in vehicle.lots)
                if kg > kind.payload or sum(stock.floor_milli[lot] for lot in vehicle.lots) > kind.floor:
                    raise ModelFault(f"a truck of convoy {self.id} left over its payload or floor")
        if sum(self.people.values()) > seats:
            raise ModelFault(f"convoy {self.id} left with more people than seats")

    def _advance(self, km: float) -> Steps:
        if km <= 0:
            return
        arrival = self.road.setting.tape.march[self.leg.route].arrival(self.clock.now_s, km)
        self._bound = self.clock.now_s, km
        if arrival is None:
            yield simpy.Event(self.clock)  # still on the way when the calendar ends
            return
        yield self.clock.at(arrival, Kind.MARCHED, self.road.rank(self.leg.route), self.number)
        self._bound = None

    def at_horizon(self) -> None:
        """It is still under way when the replication ends: what was driven until then counts."""
        if self.vehicles and self._bound is not None:
            since_s, km = self._bound
            march = self.road.setting.tape.march[self.leg.route]
            self.at_km += min(km, march.moving_between(since_s, self.clock.now_s))
        self._tell_driven()

    def _count_driven(self) -> None:
        """Its vehicles are about to be others, or it ends: count what they drove."""
        self.vehicle_km += (self.at_km - self._counted_km) * len(self.vehicles)
        self._counted_km = self.at_km

    def _tell_driven(self) -> None:
        """Once: where it ends, or where it is at the horizon, be it without vehicles and held up by what took them."""
        self._count_driven()
        if self.vehicle_km and not self._told:
            self._step(Did.DROVE, "", self.vehicle_km)
        self._told = True

    def _stand(self, what: Did, delay_s: int) -> Steps:
        self._step(what, "", float(delay_s))
        if delay_s:
            yield self.clock.at(self.clock.now_s + delay_s, Kind.MARCHED, self.road.rank(self.leg.route), self.number)

    def _attacked(self, mishap: object) -> Steps:
        delay_s: int = mishap.delay_s  # type: ignore[attr-defined]
        self._step(Did.ATTACKED, "", float(mishap.hurt), mishap.vehicles)  # type: ignore[attr-defined]
        self._count_driven()
        for u in mishap.victims[: len(self.vehicles)]:  # type: ignore[attr-defined]
            self._lose(self.vehicles.pop(int(u * len(self.vehicles))))
        if self.vehicles or self.people:
            yield from self._stand(Did.STANDS, delay_s)

    def _lose(self, vehicle: Vehicle) -> None:
        now = self.clock.now_s
        lots = [*vehicle.lots, *([vehicle.own] if vehicle.own is not None else [])]
        for lot in lots:
            self.ledger.lot(now, lot, State.LOST, "", Why.ATTACK)
        if vehicle.pool is not None:
            self.road.lose_truck(vehicle.pool, self.marshal if self.then == "load" else None)
        self._step(Did.VEHICLE_LOST, "", count=len(lots))

    def take_along(self, place: str, vehicles: list[Vehicle], people: dict[str, int]) -> None:
        """Vehicles and people of a place that is passed join."""
        self._count_driven()
        self.vehicles += vehicles
        for origin, count in people.items():
            self.people[origin] = self.people.get(origin, 0) + count
        self._step(Did.JOINED, place, count=len(vehicles), people=sum(people.values()))

    # arrival

    def unload(self, site: Site) -> None:
        """Each vehicle holds one loader for its own unloading plus that of its lots; trucks go back together."""
        self.to_unload = len(self.vehicles)
        for vehicle in self.vehicles:
            lots = vehicle.lots if vehicle.own is None else [vehicle.own]
            work_s = sum(map(site.stock.unload_s.__getitem__, lots))
            if vehicle.pool is not None:
                work_s += self.road.vehicle_time(vehicle.pool, "unload")
            if not lots and not work_s:
                self._unloaded(lots, site)
                continue
            job = site.loaders.ask(work_s)
            job.done.callbacks.append(partial(self._after_job, lots, site))

    def _after_job(self, lots: list[int], site: Site, _: simpy.Event) -> None:
        self._unloaded(lots, site)

    def _unloaded(self, lots: list[int], site: Site) -> None:
        self.road.control.unloaded(lots, site, self.id)
        self.to_unload -= 1
        if not self.to_unload:
            for vehicle in self.vehicles:
                if vehicle.pool is not None:
                    self.road.back.free(vehicle.pool, site)
