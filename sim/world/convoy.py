"""Convoys: vehicles that move together along a route in its marching hours, attacked, delayed, joined on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Literal, NamedTuple

import simpy

from sim.errors import ModelFault
from sim.ledger.kinds import Did, LiftId, Of, Why
from sim.ledger.ledger import LiftStep
from sim.ledger.states import State
from sim.scenario.network import RoadLeg, along
from sim.world.agenda import Agenda
from sim.world.chalk import Room
from sim.world.clock import Kind, Steps, follow
from sim.world.driving import Driving
from sim.world.handling import Handling
from sim.world.marshal import Marshal, Vehicle
from sim.world.motorpool import Motorpool, Tally
from sim.world.setting import Setting
from sim.world.site import Site

Then = Literal["load", "unload", "rest"]


def _carried(vehicle: Vehicle) -> list[int]:
    """The lots that a vehicle carries, and the one that it is."""
    return vehicle.lots if vehicle.own is None else [vehicle.own, *vehicle.lots]


@dataclass(slots=True, eq=False)
class Convoy:
    """Vehicles and people on one way; `then` is what follows on arrival, and `marshal` the yard where it will load.

    `at_km` is its last known position; `bound` is since when it advances from there, and how far. Its vehicles drove
    `vehicle_km` up to `counted_km`; `reported` is whether the ledger has that. Empty trucks were sent `for_people` or
    for lots, and turn at the next place if they are `recalled`.
    """

    id: LiftId
    leg: RoadLeg
    number: int
    vehicles: list[Vehicle]
    people: dict[str, int]
    then: Then
    marshal: Marshal | None
    to_unload: int = 0
    at_km: float = 0.0
    bound: tuple[int, float] | None = None
    vehicle_km: float = 0.0
    counted_km: float = 0.0
    reported: bool = False
    for_people: bool = False
    recalled: bool = False

    def passengers(self) -> int:
        """People aboard, drivers apart."""
        return sum(self.people.values()) - sum(vehicle.crew for vehicle in self.vehicles)


class PoolCount(NamedTuple):
    """Trucks of a pool as they are counted, and how many vehicles are found at work and under way empty."""

    counted: Tally
    at_work: int
    empty: int


class Marches:
    """All convoys of one replication: `marching` are on the road, `unloading` are at the end of their way."""

    def __init__(
        self,
        setting: Setting,
        sites: dict[str, Site],
        motorpool: Motorpool,
        driving: Driving,
        handling: Handling,
        agenda: Agenda,
    ) -> None:
        self.setting, self.sites, self.motorpool = setting, sites, motorpool
        self.driving, self.handling, self.agenda = driving, handling, agenda
        self.clock, self.stock, self.ledger = setting.clock, setting.stock, setting.ledger
        self.rules = setting.scenario.lift.convoys
        self._rank = setting.frame.route_rank
        self._numbers: dict[str, int] = {}
        self.marching: dict[Convoy, None] = {}
        self.unloading: dict[Convoy, None] = {}

    def trucks(self) -> dict[str, PoolCount]:
        """By pool, the counts of the motorpool, and the vehicles that are at yards and in convoys."""
        yards = [marshal for marshals in self.motorpool.marshals.values() for marshal in marshals]
        at_work = Counter(vehicle.pool for yard in yards for vehicle in (*yard.loading, *yard.loaded))
        empty: Counter[str | None] = Counter()
        for convoy in (*self.marching, *self.unloading):
            (at_work if convoy.then == "unload" else empty).update(vehicle.pool for vehicle in convoy.vehicles)
        tally = self.motorpool.tally
        return {pool: PoolCount(tally(pool), at_work[pool], empty[pool]) for pool in self.motorpool.kinds}

    def set_off(self, leg: RoadLeg, vehicles: list[Vehicle], people: dict[str, int], then: Then) -> None:
        """A convoy leaves; `then` says what follows at the end of its way."""
        self._begin(self._form(leg, vehicles, people, then))

    def fetch(self, leg: RoadLeg, vehicles: list[Vehicle], marshal: Marshal, *, for_people: bool) -> None:
        """Empty trucks leave to load at a place, lots or also people."""
        convoy = self._form(leg, vehicles, {}, "load", marshal)
        convoy.for_people = for_people
        self._begin(convoy)

    def _form(
        self, leg: RoadLeg, vehicles: list[Vehicle], people: dict[str, int], then: Then, marshal: Marshal | None = None
    ) -> Convoy:
        number = self._numbers[leg.route] = self._numbers.get(leg.route, -1) + 1  # on the route, either direction
        convoy = Convoy(LiftId(Of.ROUTE, leg.route, number + 1), leg, number, vehicles, people, then, marshal)
        self.motorpool.on_road += 1
        self.marching[convoy] = None
        return convoy

    def _begin(self, convoy: Convoy) -> None:
        self.agenda.begin(self._march(convoy), self._rank[convoy.leg.route], convoy.number)

    def _step(
        self, convoy: Convoy, what: Did, place: str, number: float = 0.0, count: int = 0, people: int = 0, to: str = ""
    ) -> None:
        self.ledger.lift.append(LiftStep(self.clock.now_s, convoy.id, what, place, number, count, people, to))

    def _march(self, convoy: Convoy) -> Steps:
        """The whole way as a process: from mishap to place to mishap, then arrival."""
        tape, now = self.setting.tape, self.clock.now_s
        self._keep_limits(convoy)
        stream = tape.convoy(convoy.leg.route, convoy.number, convoy.leg.km, now, len(convoy.vehicles))
        leg, count, people = convoy.leg, len(convoy.vehicles), sum(convoy.people.values())
        self._step(convoy, Did.DEPARTS, leg.origin, count=count, people=people, to=leg.dest)
        stops: list[tuple[float, int, object]] = [(km, 0, (km, repair)) for km, repair in stream.stops]
        stops += [(mishap.at_km, 1, mishap) for mishap in stream.mishaps]
        stops += [(km, 2, name) for name, km in convoy.leg.path[1:]]
        stops.sort(key=lambda stop: stop[:2])
        for at_km, kind, what in stops:
            yield from self._advance(convoy, at_km - convoy.at_km)
            convoy.at_km = at_km
            if kind == 0:
                yield from self._stand(convoy, Did.BREAKS_DOWN, int(what[1]))  # type: ignore[index]
            elif kind == 1:
                yield from self._attacked(convoy, what)
            elif convoy.recalled:
                yield from self._turn(convoy, str(what))
                return
            elif what != convoy.leg.dest:
                self._passes(convoy, str(what))
                yield from self._await_leg(convoy, str(what))
            if not convoy.vehicles:
                break  # nothing is left to be stopped or joined
        self._report_driven(convoy)
        if not convoy.vehicles and not convoy.people:
            self._step(convoy, Did.COLUMN_LOST, "")
            self._dissolved(convoy)
            return
        yield from self._advance(convoy, convoy.leg.km - convoy.at_km)  # people without a vehicle are taken along
        people = sum(convoy.people.values())
        self._step(convoy, Did.ARRIVES, convoy.leg.dest, convoy.leg.km, len(convoy.vehicles), people)
        self._arrived(convoy)

    def _await_leg(self, convoy: Convoy, place: str) -> Steps:
        """A convoy stands at a place while the leg behind it is closed."""
        stops, route = [name for name, _ in convoy.leg.path], convoy.leg.route
        beyond, now = stops[stops.index(place) + 1], self.clock.now_s
        opens = self.setting.tape.leg_opens(route, place, beyond, now)
        if convoy.vehicles and opens > now:
            yield self.clock.at(opens, Kind.MARCHED, self._rank[route], convoy.number)

    def _keep_limits(self, convoy: Convoy) -> None:
        """Raise `ModelFault` if a vehicle leaves over its payload or floor, or people have no seat."""
        stock, kinds, seats = self.stock, self.motorpool.kinds, 0
        floor_milli = stock.floors["road"].milli
        for vehicle in convoy.vehicles:
            if vehicle.own is not None:
                seats += stock.drivers[vehicle.own] + (0 if vehicle.lots else stock.seats[vehicle.own])
                bed = stock.beds.get(stock.class_name[vehicle.own])
                room = Room(0, 0) if bed is None else bed.room
            else:
                kind = kinds[vehicle.pool or ""]
                seats += kind.seats
                room = Room(kind.payload, kind.floor)
            kg = sum(stock.mass_kg[lot] for lot in vehicle.lots)
            if kg > room.kg or sum(floor_milli[lot] for lot in vehicle.lots) > room.floor_milli:
                raise ModelFault(f"a vehicle of convoy {convoy.id} left over its payload or floor")
        if sum(convoy.people.values()) > seats:
            raise ModelFault(f"convoy {convoy.id} left with more people than seats")

    def _advance(self, convoy: Convoy, km: float) -> Steps:
        if km <= 0:
            return
        arrival = self.setting.tape.march[convoy.leg.route].arrival(self.clock.now_s, km)
        convoy.bound = self.clock.now_s, km
        if arrival is None:
            yield simpy.Event(self.clock)  # still on the way when the calendar ends
            return
        yield self.clock.at(arrival, Kind.MARCHED, self._rank[convoy.leg.route], convoy.number)
        convoy.bound = None

    def at_horizon(self) -> None:
        """The replication ends with convoys under way: what they drove until then counts."""
        for convoy in self.marching:
            if convoy.vehicles:
                convoy.at_km = self._km_by_now(convoy)
            self._report_driven(convoy)

    def _km_by_now(self, convoy: Convoy) -> float:
        """How far a convoy has come."""
        if convoy.bound is None:
            return convoy.at_km
        since_s, km = convoy.bound
        march = self.setting.tape.march[convoy.leg.route]
        return convoy.at_km + min(km, march.moving_between(since_s, self.clock.now_s))

    def _count_driven(self, convoy: Convoy) -> None:
        """Count what the vehicles drove, before they change or the convoy ends."""
        convoy.vehicle_km += (convoy.at_km - convoy.counted_km) * len(convoy.vehicles)
        convoy.counted_km = convoy.at_km

    def _report_driven(self, convoy: Convoy) -> None:
        """Report the distance once: at the end, or at the horizon, even if it has lost its vehicles and is stopped."""
        self._count_driven(convoy)
        if convoy.vehicle_km and not convoy.reported:
            self._step(convoy, Did.DROVE, "", convoy.vehicle_km)
        convoy.reported = True

    def _stand(self, convoy: Convoy, what: Did, delay_s: int) -> Steps:
        self._step(convoy, what, "", float(delay_s))
        if delay_s:
            yield self.clock.at(self.clock.now_s + delay_s, Kind.MARCHED, self._rank[convoy.leg.route], convoy.number)

    def _attacked(self, convoy: Convoy, mishap: object) -> Steps:
        delay_s: int = mishap.delay_s  # type: ignore[attr-defined]
        self._step(convoy, Did.ATTACKED, "", float(mishap.hurt), mishap.vehicles)  # type: ignore[attr-defined]
        self._count_driven(convoy)
        for u in mishap.victims[: len(convoy.vehicles)]:  # type: ignore[attr-defined]
            self._lose(convoy, convoy.vehicles.pop(int(u * len(convoy.vehicles))))
        if convoy.vehicles or convoy.people:
            yield from self._stand(convoy, Did.STANDS, delay_s)

    def _lose(self, convoy: Convoy, vehicle: Vehicle) -> None:
        now = self.clock.now_s
        lots = [*vehicle.lots, *([vehicle.own] if vehicle.own is not None else [])]
        for lot in lots:
            self.ledger.lot(now, lot, State.LOST, "", Why.ATTACK)
        if vehicle.pool is not None:
            self.motorpool.lose(vehicle.pool, convoy.then, convoy.marshal)
        self._step(convoy, Did.VEHICLE_LOST, "", count=len(lots))

    # on the way: empty trucks that are recalled

    def recall(self, site: Site) -> None:
        """A place is to be left, or has closed: empty trucks on their way there that have no use turn back."""
        for convoy in self.marching:
            marshal = convoy.marshal  # where it will load; none for any other convoy
            if marshal is None or marshal.site is not site:
                continue
            if self._may_turn(convoy) and self._comes_in_vain(convoy, site):
                self._recall(convoy, marshal)

    def _may_turn(self, convoy: Convoy) -> bool:
        """Whether a convoy comes through another place before the one that it is bound for."""
        return bool(convoy.vehicles) and self._km_by_now(convoy) < convoy.leg.path[-2][1]

    def _comes_in_vain(self, convoy: Convoy, site: Site) -> bool:
        """Whether the place has closed, or would be handed over before a convoy that was sent for lots arrives."""
        if not site.open:
            return True
        if convoy.for_people or site.handover_s is None:
            return False
        km = convoy.leg.km - self._km_by_now(convoy)
        arrival_s = self.setting.network.planned_march(convoy.leg.route, km, self.clock.now_s)
        return arrival_s is None or arrival_s > site.handover_s

    def _recall(self, convoy: Convoy, marshal: Marshal) -> None:
        for pool, count in Counter(vehicle.pool or "" for vehicle in convoy.vehicles).items():
            self.motorpool.recall(pool, count, marshal)
        convoy.then, convoy.marshal, convoy.recalled = "rest", None, True
        self._step(convoy, Did.RECALLED, "", count=len(convoy.vehicles), to=marshal.site.name)

    def _turn(self, convoy: Convoy, place: str) -> Steps:
        """A recalled convoy ends at a place when the way back is open, and a new one goes back from there at once."""
        leg, now = convoy.leg, self.clock.now_s
        back = along(leg.route, self.setting.scenario.routes[leg.route], place, leg.origin)
        assert back is not None
        opens = self.setting.tape.way_march(back).next_open(now)
        if opens is None:
            yield simpy.Event(self.clock)  # the road stays closed
            return
        if opens > now:
            yield self.clock.at(opens, Kind.MARCHED, self._rank[leg.route], convoy.number)
        self._report_driven(convoy)
        self._step(convoy, Did.ARRIVES, place, convoy.at_km, len(convoy.vehicles))
        self._leaves_road(convoy)
        if not self.sites[leg.origin].open:
            for vehicle in convoy.vehicles:
                self.motorpool.stay(vehicle.pool or "", self.sites[place])
            self.agenda.at(self.clock.now_s)
            return
        follow(self._march(self._form(back, convoy.vehicles, {}, "rest")))

    # on the way: who joins

    def _passes(self, convoy: Convoy, place: str) -> None:
        """A convoy passes a place that may join it."""
        route = self.setting.scenario.routes[convoy.leg.route]
        if place in route.joins and convoy.then == "unload":
            self._pick_up(convoy, self.sites[place])

    def _pick_up(self, convoy: Convoy, site: Site) -> None:
        """A convoy takes along the people due and the ready vehicles of a place it passes.

        Free seats go to people who are not needed as drivers of the remaining vehicles.
        """
        now, people, stock = self.clock.now_s, site.people, self.stock
        if not site.open or site.started_s is None or not people.known or not people.present:
            return
        lots, left, behind = self._who_drives(convoy, site)
        vehicles = [Vehicle(None, site.cargo.leaves(lot, now), lot, crew=stock.drivers[lot]) for lot in lots]
        taken = sum(vehicle.crew for vehicle in vehicles)
        free = self.driving.seats_in([*convoy.vehicles, *vehicles]) - convoy.passengers()
        drive_later = left - self.driving.driven(behind, left)[1]
        passengers = min(max(0, free), left - drive_later)
        if not vehicles and not passengers:
            return
        aboard = site.leave(now, taken + passengers, 0, convoy.id)
        self._join(convoy, site, vehicles)
        self._take_along(convoy, site.name, vehicles, aboard)
        self.handling.left_yard(site)
        self.handling.people_left(site)

    def _who_drives(self, convoy: Convoy, site: Site) -> tuple[list[int], int, list[int]]:
        """Vehicles that join, people who may still leave, and vehicles for which there is no room."""
        now = self.clock.now_s
        rear = site.people.last_day(now)
        room = max(0, self.rules.vehicles.most - len(convoy.vehicles))
        kept = set() if rear else self.driving.kept_for_rear_party(site)
        loaded = [vehicle.own for marshal in self.motorpool.marshals[site.name] for vehicle in marshal.loaded]
        state = self.ledger.state  # fire may have destroyed loaded vehicles
        driving = [lot for lot in loaded if lot is not None and state[lot] == State.LOADING]
        driving = [lot for lot in [*driving, *site.driving_in_order().by_value] if lot not in kept]
        driving = [lot for lot in driving if rear or not site.cargo.being_filled(lot)]
        lots, left = self.driving.driven(driving[:room], self.driving.drivers(site, now, rear=rear))
        taken = set(lots)
        return lots, left, [lot for lot in driving if lot not in taken]

    def _join(self, convoy: Convoy, site: Site, vehicles: list[Vehicle]) -> None:
        now, ledger = self.clock.now_s, self.ledger
        lots = [lot for vehicle in vehicles for lot in (vehicle.own, *vehicle.lots) if lot is not None]
        for marshal in self.motorpool.marshals[site.name]:
            marshal.loaded = [vehicle for vehicle in marshal.loaded if vehicle.own not in lots]
        elsewhere = any(marshal.option.dest != convoy.leg.dest for marshal in self.motorpool.marshals[site.name][:1])
        own = [vehicle.own for vehicle in vehicles if vehicle.own is not None]
        self.handling.receiving.bind(lots if elsewhere else own, None)
        for lot in lots:
            if ledger.state[lot] == State.READY:
                ledger.lot(now, lot, State.LOADING, site.name, convoy.id)
            ledger.lot(now, lot, State.MOVING, site.name, convoy.id)
            site.forget(lot)

    def _take_along(self, convoy: Convoy, place: str, vehicles: list[Vehicle], people: dict[str, int]) -> None:
        """Vehicles and people of a place that is passed join."""
        self._count_driven(convoy)
        convoy.vehicles += vehicles
        for origin, count in people.items():
            convoy.people[origin] = convoy.people.get(origin, 0) + count
        self._step(convoy, Did.JOINED, place, count=len(vehicles), people=sum(people.values()))

    # arrival

    def _arrived(self, convoy: Convoy) -> None:
        """The end of the way: load, unload, or rest at the base."""
        self._leaves_road(convoy)
        site, now = self.sites[convoy.leg.dest], self.clock.now_s
        if convoy.people:
            custody = self.sites[convoy.leg.origin].place.takes_out
            site.receive(now, convoy.people, convoy.id, from_custody=custody)
        if convoy.then == "load":
            assert convoy.marshal is not None
            for vehicle in convoy.vehicles:
                self.motorpool.receive(vehicle.pool or "", convoy.marshal)
        elif convoy.then == "unload":
            self._unload(convoy, site)
        else:
            for vehicle in convoy.vehicles:
                self.motorpool.rest(vehicle.pool or "")
        self.agenda.at(now)

    def _dissolved(self, convoy: Convoy) -> None:
        """A convoy has lost all its vehicles, and no one was aboard: its escort is free."""
        self._leaves_road(convoy)
        self.agenda.at(self.clock.now_s)

    def _leaves_road(self, convoy: Convoy) -> None:
        self.motorpool.on_road -= 1
        del self.marching[convoy]

    def _unload(self, convoy: Convoy, site: Site) -> None:
        """Each vehicle holds one loader for its own unloading plus that of its lots; trucks go back together."""
        convoy.to_unload = len(convoy.vehicles)
        self.unloading[convoy] = None
        waiting: dict[int, list[Vehicle]] = {}
        for vehicle in convoy.vehicles:
            crosses_s = self.handling.receiving.crosses_from(site.name, _carried(vehicle))
            waiting.setdefault(crosses_s, []).append(vehicle)
        now = self.clock.now_s
        for crosses_s, vehicles in sorted(waiting.items(), key=itemgetter(0)):
            go_on = partial(self._unload_these, convoy, vehicles, site)
            if crosses_s > now:
                self.clock.call(crosses_s, Kind.MARCHED, go_on, self._rank[convoy.leg.route], convoy.number)
            else:
                go_on()

    def _unload_these(self, convoy: Convoy, vehicles: list[Vehicle], site: Site) -> None:
        for vehicle in vehicles:
            lots = _carried(vehicle)
            work_s = sum(map(site.stock.unload_s.__getitem__, lots))
            if vehicle.pool is not None:
                work_s += self.motorpool.vehicle_time(vehicle.pool, "unload")
            if not lots and not work_s:
                self._unloaded(convoy, lots, site)
                continue
            job = site.loaders.ask(work_s)
            job.done.callbacks.append(partial(self._after_job, convoy, lots, site))

    def _after_job(self, convoy: Convoy, lots: list[int], site: Site, _: simpy.Event) -> None:
        self._unloaded(convoy, lots, site)

    def _unloaded(self, convoy: Convoy, lots: list[int], site: Site) -> None:
        self.handling.unloaded(lots, site, convoy.id)
        convoy.to_unload -= 1
        if not convoy.to_unload:
            del self.unloading[convoy]
            for vehicle in convoy.vehicles:
                if vehicle.pool is not None:
                    self.motorpool.free(vehicle.pool, site)
