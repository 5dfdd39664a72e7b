"""A sortie: one flight of one tail from its base to a place, to the destination of the load, and back."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from sim.ledger.kinds import Did, Lift, Of, Why
from sim.ledger.ledger import LiftStep
from sim.ledger.states import State
from sim.scenario.calendar import HOUR_S
from sim.scenario.network import AirLeg
from sim.world.chalk import Room
from sim.world.clock import Kind, Steps
from sim.world.services import Planned
from sim.world.site import Site
from sim.world.tails import Fleet, Tail

if TYPE_CHECKING:
    from sim.world.airlift import Airlift



class Sortie:
    """What one sortie carries and where it is; `claim_kg` and `claim_milli` is what it was sent to take."""

    def __init__(
        self, airlift: Airlift, fleet: Fleet, tail: Tail, leg: AirLeg, clears: tuple[bool, bool], planned: Planned
    ) -> None:
        self.airlift, self.fleet, self.tail, self.leg = airlift, fleet, tail, leg
        self.people_cleared, self.cargo_cleared = clears
        self.turn = fleet.rank, tail.number  # its place in the order of one instant
        self.clock = airlift.clock
        self.ledger = airlift.setting.ledger
        self.load: list[int] = []
        self.aboard: dict[str, int] = {}
        self.claim_kg, self.claim_milli, self.claim_seats, self.on_ground_s, _ = planned
        self.landed = False
        self.room = Room(0, 0)
        self.hit_out_s = 0
        self.ready_s = 0
        self.id = Lift(Of.AIRCRAFT, tail.name, tail.number + 1, tail.sorties + 1)

    def _step(self, what: Did, place: str, number: float = 0.0, count: int = 0, people: int = 0, to: str = "") -> None:
        self.ledger.lift.append(LiftStep(self.clock.now_s, self.id, what, place, number, count, people, to))

    def fly(self) -> Steps:
        """The whole sortie as a process."""
        base, origin = self.airlift.sites[self.fleet.kind.base], self.airlift.sites[self.leg.origin]
        self._step(Did.DEPARTS, base.name, self.leg.out_km)
        if self.leg.out_s or base is not origin:
            yield from self._go(origin, self.leg.out_s)
            landed = yield from self._land(origin, self.fleet.kind.hold_s)
            if not landed:
                self._step(Did.WASTED, origin.name, self.leg.out_km)
                yield from self._return(base, self.leg.out_s, wasted=True)
                return
            if self._mishap(origin, on_apron=True):
                return
        else:
            self.airlift.fields.take_apron(origin)
            self.ready_s = self.clock.now_s
        self.landed = True
        yield from self._load(origin)
        yield from self._take_off(origin)
        if self.leg.dest != origin.name:
            dest = self.airlift.sites[self.leg.dest]
            yield from self._go(dest, self.leg.carry_s)
            yield from self._deliver(dest)
            if self.tail.lost:
                return
        if self.leg.back_s or self.leg.dest != base.name:
            self._step(Did.RETURNS, self.leg.dest, self.leg.back_km)
            yield from self._return(base, self.leg.back_s, wasted=False)
        else:
            self._home(wasted=False)

    def _return(self, base: Site, flight_s: int, *, wasted: bool) -> Steps:
        """Fly home empty; the base parks its own without a place under the MOG, but not in an alarm."""
        yield from self._go(base, flight_s)
        when = self.airlift.fields.return_from(base, self.clock.now_s)
        while when > self.clock.now_s:
            yield self.clock.at(when, Kind.FLOWN, *self.turn)
            when = self.airlift.fields.return_from(base, self.clock.now_s)
        if not self._mishap(base, on_apron=False):
            self._home(wasted=wasted)

    def _go(self, to: Site, flight_s: int) -> Steps:
        now = self.clock.now_s
        self.tail.fly(self.airlift.day_of(now), flight_s)
        self._step(Did.FLIES, "", float(flight_s), to=to.name)
        yield self.clock.at(now + flight_s, Kind.FLOWN, *self.turn)

    # landing

    def _land(self, site: Site, hold_s: int | None) -> Generator[simpy.Event, object, bool]:
        """Land, or give up after `hold_s` (never where it is `None`)."""
        arrived_s = self.clock.now_s
        give_up_s = None if hold_s is None else arrived_s + hold_s
        once_more = True  # who leaves at this very second makes room
        while True:
            now = self.clock.now_s
            when = self.airlift.fields.landing_from(site, now)
            if when == now and self.airlift.fields.apron_free(site):
                break
            if give_up_s is not None and now >= give_up_s and not once_more:
                self._step(Did.HELD, site.name, float(now - arrived_s))
                return False
            wake = simpy.Event(self.clock)
            if give_up_s is not None and now >= give_up_s:
                once_more = False
                self.clock.trigger(wake, now, Kind.FLOWN, *self.turn)
            elif when is not None and when > now:
                until = when if give_up_s is None else min(when, give_up_s)
                self.clock.trigger(wake, until, Kind.FLOWN, *self.turn)
            else:
                self.airlift.fields.await_apron(site, self, wake, give_up_s)
            yield wake
        if self.clock.now_s > arrived_s:
            self._step(Did.HELD, site.name, float(self.clock.now_s - arrived_s))
        self.airlift.fields.take_apron(site)
        return True

    def _mishap(self, site: Site, *, on_apron: bool) -> bool:
        """Chance at a landing; whether the hull is lost, and the sortie over."""
        now = self.clock.now_s
        luck = site.tape.landing(site.name, site.landings)
        site.landings += 1
        self._step(Did.LANDS, site.name)
        self.ready_s = now
        rules = self.airlift.setting.scenario
        hits = rules.hits.landing
        if hits is not None:
            fired_on = self._under_fire(site, now)
            if luck.hit_u < (hits.under_fire if fired_on else hits.quiet):
                self._step(Did.HIT_UNDER_FIRE if fired_on else Did.HIT, site.name)
                self.hit_out_s = max(self.hit_out_s, luck.out_s)
        accident = rules.accidents.landing
        if accident is None or luck.accident_u >= self.airlift.fields.accident_chance(site):
            return False
        self.airlift.accident(site, now + accident.strip_closed_s)
        self.fleet.stand_down_until_s = max(self.fleet.stand_down_until_s, now + accident.stand_down_s)
        self.airlift.wake_at(self.fleet.stand_down_until_s)
        self.airlift.wake_at(site.accident_closed_until_s)
        if luck.hull_u >= accident.hull_lost:
            self._step(Did.ACCIDENT, site.name)
            self.ready_s = now + luck.repair_s
            return False
        self._step(Did.HULL_LOST, site.name)
        self.tail.lost = True
        for lot in self.load:
            self.ledger.lot(now, lot, State.LOST, site.name, Why.ACCIDENT)
        self.load = []
        if on_apron:
            self.airlift.fields.leave_apron(site)
        self.airlift.finish(self)
        return True

    @staticmethod
    def _under_fire(site: Site, now: int) -> bool:
        """Less than an hour since the last all-clear (or not yet all clear)."""
        last_s = site.tape.shelter[site.name].last_end_by(now)
        return last_s is not None and now - last_s < HOUR_S

    # loading and leaving

    def _load(self, site: Site) -> Steps:
        """People board, a loader loads the chalk; both stop in an alarm."""
        now = self.clock.now_s
        self.room = room = self.fleet.room(self.leg, now)
        self._board(site, room)
        room_left = self.fleet.beside(room, sum(self.aboard.values()))
        lots = self.airlift.choose(self, site, room_left) if self.cargo_cleared else []
        self.airlift.under_way[site.name].settle(self)
        site.changes += 1
        stay_s = self.airlift.fields.calm(site).finish(self.ready_s, self.fleet.kind.ground_time_s)
        while lots:
            lots = yield from self._load_lots(site, lots, self.airlift.fields.latest_departure(self, site, lots))
            goes_s = self.airlift.fields.departure_from(self, site, self.airlift.fields.free_s(self, site))
            if goes_s is None or goes_s == self.clock.now_s:
                break
            lots = [lot for lot in lots if lot in site.ready]  # it stays, and so does the loader
        leaves = max(self.clock.now_s, stay_s if stay_s is not None else now, self.ready_s)
        if leaves > self.clock.now_s:
            yield self.clock.at(leaves, Kind.FLOWN, *self.turn)

    def _board(self, site: Site, room: Room) -> None:
        """People take seats first; they leave the place with the aircraft."""
        seats = self.airlift.seats_for(self, site, room)
        if seats:
            self.aboard = self.airlift.board(self, site, seats)

    def _load_lots(self, site: Site, lots: list[int], latest: int | None) -> Generator[simpy.Event, object, list[int]]:
        """A loader loads lots until it is done or time is up; returns what was left."""
        stock, now = site.stock, self.clock.now_s
        for lot in lots:
            self.ledger.lot(now, lot, State.LOADING, site.name, self.id)
            site.take(lot)
        self.airlift.left_yard(site)
        job = site.loaders.ask(sum(map(stock.load_s.__getitem__, lots)), latest)
        yield job.done
        if job.finished:
            self.load += lots
            return []
        left = self._not_aboard(site, lots, job.began_s)
        self.load += [lot for lot in lots if lot not in left]
        for lot in left:  # time is up: what is not aboard stays ready
            if self.ledger.state[lot] == State.LOADING:
                site.make_ready(lot, self.clock.now_s, self.id)
        if left:
            self.airlift.dirty(site)
        return left

    def _not_aboard(self, site: Site, lots: list[int], began_s: int | None) -> list[int]:
        """Of lots that were being loaded in order, those that are not yet aboard."""
        left, gone_s = [], 0
        for lot in lots:
            gone_s += site.stock.load_s[lot]
            done_s = None if began_s is None else site.loaders.finish_s(began_s, gone_s)
            if done_s is None or done_s > self.clock.now_s:
                left.append(lot)
        return left

    def _take_off(self, site: Site) -> Steps:
        """Leave when the strip is open, no one shelters and the day allows; else stay the night."""
        yield from self._await_departure(site)
        now = self.clock.now_s
        state, loading = self.ledger.state, int(State.LOADING)
        self.load = [lot for lot in self.load if state[lot] == loading]  # fire may have taken some
        for lot in self.load:
            self.ledger.lot(now, lot, State.MOVING, site.name, self.id)
            site.forget(lot)
        kg = sum(map(site.stock.mass_kg.__getitem__, self.load))
        self._step(Did.TAKES_OFF, site.name, float(kg), len(self.load), sum(self.aboard.values()))
        self.airlift.loaded(self, site, kg)
        self.airlift.fields.leave_apron(site)

    def _await_departure(self, site: Site) -> Steps:
        while True:
            now = self.clock.now_s
            when = self.airlift.fields.departure_from(self, site, now)
            if when == now:
                break
            if when is None:
                yield simpy.Event(self.clock)  # never again within the calendar
            else:
                yield self.clock.at(when, Kind.FLOWN, *self.turn)
        self.tail.begin_day(self.airlift.day_of(now), now)

    # arrival

    def _deliver(self, site: Site) -> Steps:
        """Land at the destination however long it takes, and unload."""
        yield from self._land(site, None)
        over = self._mishap(site, on_apron=True)
        self.airlift.deliver_people(self, site)
        if over:
            return
        stock = site.stock
        stay_s = self.airlift.fields.calm(site).finish(self.ready_s, self.fleet.kind.ground_time_s)
        if self.load:
            job = site.loaders.ask(sum(map(stock.unload_s.__getitem__, self.load)))
            yield job.done
            self.airlift.unload(self.load, site, self.id)
            self.load = []
        leaves = max(self.clock.now_s, stay_s if stay_s is not None else self.clock.now_s, self.ready_s)
        if leaves > self.clock.now_s:
            yield self.clock.at(leaves, Kind.FLOWN, *self.turn)
        if site.name != self.fleet.kind.base:
            yield from self._await_departure(site)
        self.airlift.fields.leave_apron(site)

    def _home(self, *, wasted: bool) -> None:
        """Back at the base: breakdowns and hits are seen to."""
        now = self.clock.now_s
        tail = self.tail
        repair_s = self.airlift.setting.tape.breakdown(tail.name, tail.number, tail.sorties)
        out_s = max(repair_s, self.hit_out_s)
        self._step(Did.IS_BACK, self.fleet.kind.base, float(out_s))
        tail.out_until_s = max(now + out_s, self.ready_s)
        self.airlift.finish(self)
