"""A sortie: from the base to a place, to the destination of its load, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import FLOWN
from benchmarks.twin.departures import Departures
from benchmarks.twin.fleets import person_milli
from benchmarks.twin.loads import chalk, lift_order
from benchmarks.twin.things import LOADING, PERSON_KG, READY, Lot, Room, Tail
from sim.ledger.kinds import Did, LiftId, Of
from sim.scenario.network import AirLeg, Option, payload_at, surface_of

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin

HOUR_S = 3_600
Flight = Generator[Event, object, None]


class Sortie(Departures):
    """One sortie; `for_kg`, `for_milli` and `for_seats` is what it was sent for and has not yet taken on."""

    def __init__(self, world: Twin, tail: Tail, option: Option, leg: AirLeg, *, people: bool, cargo: bool) -> None:
        super().__init__(world, tail, leg)
        self.option, self.people, self.cargo = option, people, cargo
        self.rank = world.frame.aircraft_rank[tail.type]
        self.name = LiftId(Of.AIRCRAFT, tail.type, tail.number + 1, tail.sorties + 1)
        self.lands_s = self.loaded_s = self.unload_s = self.hit_s = self.flew_s = 0
        self.for_kg = self.for_milli = self.for_seats = 0
        self.landed = False
        self.turns_at: int | None = None
        self.room = Room(0, 0)
        self.aboard: Counter[str] = Counter()

    def fly(self) -> Flight:
        """The whole sortie."""
        base, origin, dest = (self.world.sites[name] for name in (self.fleet.base, self.leg.origin, self.leg.dest))
        self._report(Did.DEPARTS, base.name)
        if base is not origin:
            yield from self._flight(origin, self.leg.out_s)
            if not (yield from self._comes_in(origin, self.fleet.hold_s)):
                self._report(Did.WASTED, origin.name)
                yield from self._home(base, self.leg.out_s)
                return
            if self._lost_in_landing(origin):
                origin.apron_left()
                return
        else:
            origin.on_apron += 1
            origin.apron_changes()
            self.repaired_s = self.clock.now_s
        self.landed = True
        yield from self._take_on(origin)
        yield from self._wait_for_departure(origin)
        self._take_off(origin)
        yield from self._flight(dest, self.leg.carry_s)
        yield from self._comes_in(dest, None)
        lost = self._lost_in_landing(dest)
        self._step_out(dest)
        if lost:
            dest.apron_left()
            return
        yield from self._take_off_load(dest)
        if dest is not base:
            yield from self._wait_for_departure(dest)
        dest.apron_left()
        if dest is base:
            self._back(base)
        else:
            yield from self._home(base, self.leg.back_s)

    def _report(self, what: Did, place: str = "", number: float = 0.0, to: str = "") -> None:
        self.world.report(self.name, what, place, number, to=to)

    def _at(self, at_s: int) -> Event:
        return self.clock.moment(at_s, FLOWN, self.rank, self.tail.number)

    @property
    def _today(self) -> int:
        return self.world.scenario.time.day_of(self.clock.now_s)

    def _flight(self, to: Site, flight_s: int) -> Flight:
        self.tail.fly(self._today, flight_s)
        self.flew_s = self.clock.now_s
        self._report(Did.FLIES, number=flight_s, to=to.name)
        yield self._at(self.clock.now_s + flight_s)

    # landing

    def _comes_in(self, site: Site, hold_s: int | None) -> Generator[Event, object, bool]:
        """Wait for an open strip, hours, the all-clear and the apron; false where it waited as long as it may."""
        came = self.clock.now_s
        gives_up = None if hold_s is None else came + hold_s
        last_look = False
        if self._committed(site) and site.can_land_from(came, alarms=False) == came and site.apron_free:
            site.on_apron += 1
            site.apron_changes()
            return True
        while True:
            now = self.clock.now_s
            opens = site.can_land_from(now)
            if opens == now and site.apron_free:
                break
            if gives_up is not None and now >= gives_up:
                if last_look:
                    self._report(Did.HELD, site.name, now - came)
                    return False
                last_look = True
                yield self._at(now)
            elif opens is not None and opens > now:
                yield self._at(opens if gives_up is None else min(opens, gives_up))
            else:
                called = site.wait_for_apron(self.rank, self.tail.number)
                yield called if gives_up is None else called | self._at(gives_up)
                site.waits_no_more(called)
        if self.clock.now_s > came:
            self._report(Did.HELD, site.name, self.clock.now_s - came)
        site.on_apron += 1
        site.apron_changes()
        return True

    def _committed(self, site: Site) -> bool:
        """Whether an alarm that began so lately on the way here does not keep it from landing in this second."""
        now = self.clock.now_s
        if not site.sheltered():
            return False
        began = max(start for start in site.shelter.starts if start <= now)
        return began > self.flew_s and now - began < self.fleet.commit_s

    def _lost_in_landing(self, site: Site) -> bool:
        """Chance at a landing; whether the hull is lost."""
        world, now = self.world, self.clock.now_s
        self.turns_at = now + self._under_fire_s if site.sheltered() else None
        stream = world.tape.landing(site.name, site.landings)
        site.landings += 1
        self.repaired_s = now
        hits, accidents = world.scenario.hits.landing, world.scenario.accidents.landing
        if hits is not None and stream.hit_u < (hits.under_fire if site.under_fire() else hits.quiet):
            self._report(Did.HIT, site.name)
            self.hit_s = max(self.hit_s, stream.out_s)
        if accidents is None:
            return False
        chance = accidents.chance.get(surface_of(site.place), accidents.chance.get("any", 0.0))
        if stream.accident_u >= chance:
            return False
        self._report(Did.ACCIDENT, site.name)
        self.turns_at = None
        site.strip_shut_until = max(site.strip_shut_until, now + accidents.strip_closed_s)
        stands = world.air.stand_down
        stands[self.tail.type] = max(stands.get(self.tail.type, 0), now + accidents.stand_down_s)
        world.ask(at_s=stands[self.tail.type])
        world.ask(at_s=site.strip_shut_until)
        if stream.hull_u >= accidents.hull_lost:
            self.repaired_s = now + stream.repair_s
            return False
        self.tail.lost = True
        for lot in self.lots:
            world.strike(lot, "lost")
        self.lots = []
        self._over()
        return True

    # on the ground at the origin

    def _take_on(self, site: Site) -> Flight:
        """People board, then a loader loads the chalk; what is not aboard when time is up stays ready."""
        now = self.clock.now_s
        self.room = Room(payload_at(self.fleet, self.leg, now), self.fleet.positions)
        many = self._board(site)
        if self.turns_at is not None:
            self.for_kg = self.for_milli = self.for_seats = 0
            site.changes += 1
            yield from self._turn_round()
            return
        beside = Room(self.room.kg - many * PERSON_KG, self.room.milli - many * person_milli(self.fleet))
        lots = self._chalk(site, beside) if self.cargo else []
        self.for_kg = self.for_milli = self.for_seats = 0
        site.changes += 1
        stay = site.quiet.finish(self.repaired_s, self.fleet.ground_time_s)
        while lots:
            lots = yield from self._load(site, lots, self.must_leave_by(site, lots))
            off = self.departure_from(site, self.done_here(site))
            if off is None or off == self.clock.now_s:
                break
            lots = [lot for lot in lots if lot.index in site.ready]
        leaves = max(self.clock.now_s, stay or now, self.repaired_s)
        if leaves > self.clock.now_s:
            yield self._at(leaves)

    def _board(self, site: Site) -> int:
        if not self.people:
            return 0
        own, guests = site.people.for_seats(self.clock.now_s), site.people.guests.total()
        seats = min(own + guests, self.fleet.seats, self.room.kg // PERSON_KG)
        if seats:
            own = min(own, seats)
            self.aboard = site.people.leave(own, seats - own, self.name)
        return seats

    def _chalk(self, site: Site, room: Room) -> list[Lot]:
        lots = self.world.air.flyable(self, site, site.shipping())
        return chalk(self.world, lift_order(self.world, lots, room), room)

    def _load(self, site: Site, lots: list[Lot], until_s: int | None) -> Generator[Event, object, list[Lot]]:
        """Load lots one after the other; returns those that are not aboard."""
        for lot in lots:
            self.world.enter(lot, LOADING)
        site.labour.yard_left()
        work = site.loaders.ask(sum(lot.load for lot in lots), until_s)
        yield work.done
        left: list[Lot] = []
        if not work.finished:
            took = 0
            for lot in lots:
                took += lot.load
                aboard = None if work.began_s is None else site.working.finish(work.began_s, took)
                if aboard is None or aboard > self.clock.now_s:
                    left.append(lot)
        self.lots += [lot for lot in lots if lot not in left]
        for lot in left:
            if lot.state == LOADING:
                site.make_ready(lot)
        if left:
            self.world.ask(site)
        return left

    # leaving

    @property
    def _under_fire_s(self) -> int:
        short = self.fleet.ground_time_under_fire_s
        return self.fleet.ground_time_s if short is None else short

    def _turn_round(self) -> Flight:
        """On the ground after a landing in an alarm, by the clock on the wall."""
        if self.turns_at is not None and self.turns_at > self.clock.now_s:
            yield self._at(self.turns_at)

    def _wait_for_departure(self, site: Site) -> Flight:
        now = self.clock.now_s
        off = self.departure_from(site, now, alarms=False) if self.turns_at == now else None
        if off != now:
            off = self.departure_from(site, now)
        while off != self.clock.now_s:
            yield self._at(off) if off is not None else self.clock.event()
            off = self.departure_from(site, self.clock.now_s)
        self.tail.begin_day(self._today, self.clock.now_s)

    def _take_off(self, site: Site) -> None:
        self.lots = [lot for lot in self.lots if lot.state == LOADING]
        for lot in self.lots:
            self.world.depart(lot)
        many = self.aboard.total()
        self._report(Did.FILL, site.name, self.room.fill(self.lots, many * PERSON_KG, many * person_milli(self.fleet)))
        self.world.air.under_way.remove(self)
        site.changes += 1
        site.apron_left()

    # at the destination and home

    def _step_out(self, site: Site) -> None:
        if self.aboard:
            custody = self.world.sites[self.leg.origin].place.takes_out
            site.people.arrive(self.aboard, self.name, from_custody=custody)
            self.aboard = Counter()
            self.world.ask(site)

    def _take_off_load(self, site: Site) -> Flight:
        now = self.clock.now_s
        if self.turns_at is not None:
            yield from self._turn_round()
            self._unload(site)
            return
        stay = site.quiet.finish(self.repaired_s, self.fleet.ground_time_s)
        if self.lots:
            work = site.loaders.ask(sum(lot.unload for lot in self.lots))
            yield work.done
            self._unload(site)
        leaves = max(self.clock.now_s, stay or now, self.repaired_s)
        if leaves > self.clock.now_s:
            yield self._at(leaves)

    def _unload(self, site: Site) -> None:
        for lot in self.lots:
            self.world.unload(lot, site.name, self.name)
        if self.lots and (not site.place.takes_out or any(lot.state == READY for lot in self.lots)):
            self.world.ask(site)
        self.lots = []

    def _home(self, base: Site, flight_s: int) -> Flight:
        """Fly home empty: an open strip and no alarm are all that it needs."""
        yield from self._flight(base, flight_s)
        at = base.can_park_from(self.clock.now_s)
        if self._committed(base) and base.strip_open():
            at = self.clock.now_s
        while at > self.clock.now_s:
            yield self._at(at)
            at = base.can_park_from(self.clock.now_s)
        if not self._lost_in_landing(base):
            self._back(base)

    def _back(self, base: Site) -> None:
        """At the base breakdowns and hits are seen to."""
        tail, now = self.tail, self.clock.now_s
        out = max(self.world.tape.breakdown(tail.type, tail.number, tail.sorties), self.hit_s)
        self._report(Did.IS_BACK, base.name, out)
        tail.free_s = max(now + out, self.repaired_s)
        self._over()

    def _over(self) -> None:
        self.tail.idle = True
        self.tail.sorties += 1
        if self in self.world.air.under_way:
            self.world.air.under_way.remove(self)
            self.world.sites[self.leg.origin].changes += 1
        self.world.ask(at_s=max(self.clock.now_s, self.tail.free_s))


__all__ = ["Sortie"]
