"""Flights: sorties from base to place, to the destination of the load, and back, as processes of the clock."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from sim.ledger.kinds import Did, Why
from sim.ledger.ledger import LiftStep
from sim.ledger.states import State
from sim.scenario.calendar import HOUR_S
from sim.scenario.network import PERSON_KG
from sim.world.agenda import Agenda
from sim.world.air import Air, Sortie
from sim.world.airfields import Airfields
from sim.world.backlog import Backlog
from sim.world.chalk import Room, share_filled
from sim.world.clock import Kind, Steps
from sim.world.handling import Handling
from sim.world.setting import Setting
from sim.world.site import Site


class Flights:
    """How sorties fly, load and unload."""

    def __init__(
        self, setting: Setting, sites: dict[str, Site], air: Air, backlog: Backlog, handling: Handling, agenda: Agenda
    ) -> None:
        self.setting, self.sites, self.air, self.backlog = setting, sites, air, backlog
        self.handling, self.agenda = handling, agenda
        self.clock, self.ledger = setting.clock, setting.ledger
        self.fields = Airfields(setting, sites, agenda)

    def _step(
        self, sortie: Sortie, what: Did, place: str, number: float = 0.0, count: int = 0, people: int = 0, to: str = ""
    ) -> None:
        self.ledger.lift.append(LiftStep(self.clock.now_s, sortie.id, what, place, number, count, people, to))

    def fly(self, sortie: Sortie) -> Steps:
        """The whole sortie as a process."""
        base, origin = self.sites[sortie.fleet.kind.base], self.sites[sortie.leg.origin]
        self._step(sortie, Did.DEPARTS, base.name, sortie.leg.out_km)
        if sortie.leg.out_s or base is not origin:
            yield from self._go(sortie, origin, sortie.leg.out_s)
            landed = yield from self._land(sortie, origin, sortie.fleet.kind.hold_s)
            if not landed:
                self._step(sortie, Did.WASTED, origin.name, sortie.leg.out_km)
                yield from self._return(sortie, base, sortie.leg.out_s, wasted=True)
                return
            if self._mishap(sortie, origin, on_apron=True):
                return
        else:
            self.fields.take_apron(origin)
            sortie.ready_s = self.clock.now_s
        sortie.landed = True
        yield from self._load(sortie, origin)
        yield from self._take_off(sortie, origin)
        if sortie.leg.dest != origin.name:
            dest = self.sites[sortie.leg.dest]
            yield from self._go(sortie, dest, sortie.leg.carry_s)
            yield from self._deliver(sortie, dest)
            if sortie.tail.lost:
                return
        if sortie.leg.back_s or sortie.leg.dest != base.name:
            self._step(sortie, Did.RETURNS, sortie.leg.dest, sortie.leg.back_km)
            yield from self._return(sortie, base, sortie.leg.back_s, wasted=False)
        else:
            self._home(sortie, wasted=False)

    def _return(self, sortie: Sortie, base: Site, flight_s: int, *, wasted: bool) -> Steps:
        """Fly home empty; the base parks its own without a place under the MOG, but not in an alarm."""
        yield from self._go(sortie, base, flight_s)
        when = self.fields.return_from(sortie, base, self.clock.now_s)
        while when > self.clock.now_s:
            yield self.clock.at(when, Kind.FLOWN, *sortie.turn)
            sortie.left_s = self.clock.now_s  # it has waited, and is not on its way any more
            when = self.fields.return_from(sortie, base, self.clock.now_s)
        if not self._mishap(sortie, base, on_apron=False):
            self._home(sortie, wasted=wasted)

    def _go(self, sortie: Sortie, to: Site, flight_s: int) -> Steps:
        now = sortie.left_s = self.clock.now_s
        sortie.tail.fly(self.agenda.today(), flight_s)
        self._step(sortie, Did.FLIES, "", float(flight_s), to=to.name)
        yield self.clock.at(now + flight_s, Kind.FLOWN, *sortie.turn)

    # landing

    def _land(self, sortie: Sortie, site: Site, hold_s: int | None) -> Generator[simpy.Event, object, bool]:
        """Land, or give up after `hold_s` (`None`: never)."""
        arrived_s = self.clock.now_s
        give_up_s = None if hold_s is None else arrived_s + hold_s
        once_more = True  # an aircraft that leaves in this second makes room
        while True:
            now = self.clock.now_s
            when = self.fields.landing_from(site, now)
            if now == arrived_s and self.fields.lands_under_fire(sortie, site, now):
                when = now
            if when == now and self.fields.apron_free(site):
                break
            if give_up_s is not None and now >= give_up_s and not once_more:
                self._step(sortie, Did.HELD, site.name, float(now - arrived_s))
                return False
            wake = simpy.Event(self.clock)
            if give_up_s is not None and now >= give_up_s:
                once_more = False
                self.clock.trigger(wake, now, Kind.FLOWN, *sortie.turn)
            elif when is not None and when > now:
                until = when if give_up_s is None else min(when, give_up_s)
                self.clock.trigger(wake, until, Kind.FLOWN, *sortie.turn)
            else:
                self.fields.await_apron(site, sortie, wake, give_up_s)
            yield wake
        if self.clock.now_s > arrived_s:
            self._step(sortie, Did.HELD, site.name, float(self.clock.now_s - arrived_s))
        self.fields.take_apron(site)
        return True

    def _mishap(self, sortie: Sortie, site: Site, *, on_apron: bool) -> bool:
        """Random events at a landing; returns whether the hull is lost, and the sortie over."""
        now = self.clock.now_s
        stream = site.tape.landing(site.name, site.landings)
        site.landings += 1
        sortie.under_fire = site.sheltering(now)
        self._step(sortie, Did.LANDS, site.name, float(sortie.under_fire))
        sortie.ready_s = now
        rules = self.setting.scenario
        hits = rules.hits.landing
        if hits is not None:
            fired_on = self._under_fire(site, now)
            if stream.hit_u < (hits.under_fire if fired_on else hits.quiet):
                self._step(sortie, Did.HIT_UNDER_FIRE if fired_on else Did.HIT, site.name)
                sortie.hit_out_s = max(sortie.hit_out_s, stream.out_s)
        accident = rules.accidents.landing
        if accident is None or stream.accident_u >= self.fields.accident_chance(site):
            return False
        sortie.under_fire = False  # it stays
        self._close_strip(site, now + accident.strip_closed_s)
        sortie.fleet.stand_down_until_s = max(sortie.fleet.stand_down_until_s, now + accident.stand_down_s)
        self.agenda.at(sortie.fleet.stand_down_until_s)
        self.agenda.at(site.accident_closed_until_s)
        if stream.hull_u >= accident.hull_lost:
            self._step(sortie, Did.ACCIDENT, site.name)
            sortie.ready_s = now + stream.repair_s
            return False
        self._step(sortie, Did.HULL_LOST, site.name)
        sortie.tail.lost = True
        for lot in sortie.load:
            self.ledger.lot(now, lot, State.LOST, site.name, Why.ACCIDENT)
        sortie.load = []
        if on_apron:
            self.fields.leave_apron(site)
        self._finish(sortie)
        return True

    @staticmethod
    def _under_fire(site: Site, now: int) -> bool:
        """Less than an hour since the last all-clear (or not yet all clear)."""
        last_s = site.tape.shelter[site.name].last_end_by(now)
        return last_s is not None and now - last_s < HOUR_S

    # loading and leaving

    def _load(self, sortie: Sortie, site: Site) -> Steps:
        """People board, a loader loads the chalk; both stop in an alarm. Under fire people board, and that is all."""
        now = self.clock.now_s
        sortie.room = room = sortie.fleet.room(sortie.leg, now)
        self._board(sortie, site, room)
        room_left = sortie.fleet.beside(room, sum(sortie.aboard.values()))
        lots = self._choose(sortie, site, room_left) if sortie.cargo_cleared and not sortie.under_fire else []
        self.air.under_way[site.name].settle(sortie)
        site.changes += 1
        stay_s = self._stay_until(sortie, site)
        while lots:
            lots = yield from self._load_lots(sortie, site, lots, self.fields.latest_departure(sortie, site, lots))
            goes_s = self.fields.departure_from(sortie, site, self.fields.free_s(sortie, site))
            if goes_s is None or goes_s == self.clock.now_s:
                break
            lots = [lot for lot in lots if lot in site.ready]  # it stays, and so does the loader
        leaves = max(self.clock.now_s, stay_s if stay_s is not None else now, sortie.ready_s)
        if leaves > self.clock.now_s:
            yield self.clock.at(leaves, Kind.FLOWN, *sortie.turn)

    def _stay_until(self, sortie: Sortie, site: Site) -> int | None:
        """When the ground time is over: by the clock on the wall under fire, else outside shelter."""
        kind = sortie.fleet.kind
        if sortie.under_fire:
            return sortie.ready_s + kind.under_fire_s
        return self.fields.calm(site).finish(sortie.ready_s, kind.ground_time_s)

    def _board(self, sortie: Sortie, site: Site, room: Room) -> None:
        """People take seats first; they leave the place with the aircraft."""
        seats = self._seats_for(sortie, site, room)
        if seats:
            sortie.aboard = self._go_aboard(sortie, site, seats)

    def _load_lots(
        self, sortie: Sortie, site: Site, lots: list[int], latest: int | None
    ) -> Generator[simpy.Event, object, list[int]]:
        """A loader loads lots until it is done or time is up; returns what was left."""
        stock, now = site.stock, self.clock.now_s
        for lot in lots:
            self.ledger.lot(now, lot, State.LOADING, site.name, sortie.id)
            self.handling.take(site, lot)
        self.handling.receiving.bind(lots, sortie.leg.dest)
        self.handling.left_yard(site)
        job = site.loaders.ask(sum(map(stock.load_s.__getitem__, lots)), latest)
        yield job.done
        if job.finished:
            sortie.load += lots
            return []
        left = self._not_aboard(site, lots, job.began_s)
        sortie.load += [lot for lot in lots if lot not in left]
        for lot in left:  # time is up: what is not aboard stays ready
            if self.ledger.state[lot] == State.LOADING:
                site.make_ready(lot, self.clock.now_s, sortie.id)
        if left:
            self.agenda.at(self.clock.now_s, site)
        return left

    def _not_aboard(self, site: Site, lots: list[int], began_s: int | None) -> list[int]:
        """The lots that are not yet aboard, of those being loaded in order."""
        left, gone_s = [], 0
        for lot in lots:
            gone_s += site.stock.load_s[lot]
            done_s = None if began_s is None else site.loaders.finish_s(began_s, gone_s)
            if done_s is None or done_s > self.clock.now_s:
                left.append(lot)
        return left

    def _take_off(self, sortie: Sortie, site: Site) -> Steps:
        """Leave when the strip is open, no one shelters and the day allows; else stay the night."""
        yield from self._await_departure(sortie, site)
        now = self.clock.now_s
        state, loading = self.ledger.state, int(State.LOADING)
        sortie.load = [lot for lot in sortie.load if state[lot] == loading]  # fire may have taken some
        for lot in sortie.load:
            self.ledger.lot(now, lot, State.MOVING, site.name, sortie.id)
            site.forget(lot)
        kg = sum(map(site.stock.mass_kg.__getitem__, sortie.load))
        self._step(sortie, Did.TAKES_OFF, site.name, float(kg), len(sortie.load), sum(sortie.aboard.values()))
        self._loaded(sortie, site, kg)
        self.fields.leave_apron(site)

    def _await_departure(self, sortie: Sortie, site: Site) -> Steps:
        turns, sortie.under_fire = sortie.under_fire, False
        while True:
            now = self.clock.now_s
            if turns and self.fields.leaves_under_fire(sortie, site, now):
                break
            turns, when = False, self.fields.departure_from(sortie, site, now)
            if when == now:
                break
            if when is None:
                yield simpy.Event(self.clock)  # never again within the calendar
            else:
                yield self.clock.at(when, Kind.FLOWN, *sortie.turn)
        sortie.tail.begin_day(self.agenda.today(), now)

    # arrival

    def _deliver(self, sortie: Sortie, site: Site) -> Steps:
        """Land at the destination, however long it takes, and unload."""
        yield from self._land(sortie, site, None)
        over = self._mishap(sortie, site, on_apron=True)
        self._step_out(sortie, site)
        if over:
            return
        stay_s = self._stay_until(sortie, site)
        if sortie.load and not sortie.under_fire:
            job = site.loaders.ask(sum(map(site.stock.unload_s.__getitem__, sortie.load)))
            yield job.done
            self._put_off(sortie, site)
        leaves = max(self.clock.now_s, stay_s if stay_s is not None else self.clock.now_s, sortie.ready_s)
        if leaves > self.clock.now_s:
            yield self.clock.at(leaves, Kind.FLOWN, *sortie.turn)
        self._put_off(sortie, site)  # what the crew has put off under fire
        if site.name != sortie.fleet.kind.base:
            yield from self._await_departure(sortie, site)
        self.fields.leave_apron(site)

    def _put_off(self, sortie: Sortie, site: Site) -> None:
        """What is aboard is unloaded."""
        if sortie.load:
            self.handling.unloaded(sortie.load, site, sortie.id)
            sortie.load = []

    def _home(self, sortie: Sortie, *, wasted: bool) -> None:
        """Back at the base: breakdowns and hits are repaired."""
        now = self.clock.now_s
        tail = sortie.tail
        repair_s = self.setting.tape.breakdown(tail.name, tail.number, tail.sorties)
        out_s = max(repair_s, sortie.hit_out_s)
        self._step(sortie, Did.IS_BACK, sortie.fleet.kind.base, float(out_s))
        tail.out_until_s = max(now + out_s, sortie.ready_s)
        self._finish(sortie)

    # people and lots

    def _seats_for(self, sortie: Sortie, site: Site, room: Room) -> int:
        """Seats that people take now."""
        if not sortie.people_cleared:
            return 0
        return min(self.backlog.seats_wanted(site, self.clock.now_s), sortie.fleet.seats_within(room.kg))

    def _go_aboard(self, sortie: Sortie, site: Site, seats: int) -> dict[str, int]:
        """People of the site go aboard."""
        own = min(seats, self.backlog.own_seats_wanted(site, self.clock.now_s))
        gone = site.leave(self.clock.now_s, own, seats - own, sortie.id)
        self.handling.people_left(site)
        return gone

    def _choose(self, sortie: Sortie, site: Site, room: Room) -> list[int]:
        """The chalk: lots ready here, filled by the policy of the scenario."""
        option = next(o for o in self.setting.network.options[site.name] if o.air.get(sortie.fleet.name) is sortie.leg)
        return self.backlog.chalk(site, option, sortie.fleet, room)

    def _loaded(self, sortie: Sortie, site: Site, kg: int) -> None:
        """A sortie has left with its load: its claim is settled."""
        self.air.under_way[site.name].remove(sortie)
        site.changes += 1
        milli = sum(site.stock.floor_milli[lot] for lot in sortie.load)
        people = sum(sortie.aboard.values())
        filled_kg, filled_milli = kg + people * PERSON_KG, milli + people * sortie.fleet.person_milli
        full = share_filled(filled_kg, filled_milli, sortie.room)
        self.ledger.lift.append(LiftStep(self.clock.now_s, sortie.id, Did.FILL, site.name, full))

    def _step_out(self, sortie: Sortie, site: Site) -> None:
        """People get off."""
        if sortie.aboard:
            custody = self.sites[sortie.leg.origin].place.takes_out
            site.receive(self.clock.now_s, sortie.aboard, sortie.id, from_custody=custody)
            sortie.aboard = {}
            self.agenda.at(self.clock.now_s, site)

    # ends

    def _close_strip(self, site: Site, until_s: int) -> None:
        """An accident closes a strip."""
        site.accident_closed_until_s = max(site.accident_closed_until_s, until_s)
        self.air.accidents += 1

    def _finish(self, sortie: Sortie) -> None:
        """The tail is back, or lost."""
        tail = sortie.tail
        sortie.fleet.take_back(tail)
        coming = self.air.under_way[sortie.leg.origin]
        if sortie in coming.sorties:
            coming.remove(sortie)
            self.sites[sortie.leg.origin].changes += 1
        self.agenda.at(max(self.clock.now_s, tail.out_until_s))
