"""The airlift: which idle tail flies where, with what; aprons, clearance and the day's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.ledger.kinds import Did, Hold, Lift
from sim.ledger.ledger import LiftStep
from sim.scenario.network import PERSON_KG, Option
from sim.world.airfields import Airfields
from sim.world.backlog import Backlog
from sim.world.chalk import Room, share_filled
from sim.world.flightplan import FlightPlan
from sim.world.services import Service
from sim.world.setting import Setting
from sim.world.site import Site
from sim.world.sortie import Sortie
from sim.world.tails import Fleet, Tail
from sim.world.underway import UnderWay

if TYPE_CHECKING:
    from sim.world.control import Control

_NEITHER = (False, False)
_NO_LIMIT = (None, None)


class Airlift:
    """All fleets of one replication."""

    def __init__(self, setting: Setting, sites: dict[str, Site], backlog: Backlog, control: Control) -> None:
        self.setting, self.sites, self.backlog, self.control = setting, sites, backlog, control
        self.clock = setting.clock
        names = sorted(setting.scenario.lift.aircraft, key=setting.frame.aircraft_rank.__getitem__)
        self.fleets = [Fleet(setting, name) for name in names]
        self.under_way = backlog.under_way = {name: UnderWay() for name in sites}
        self.fields = Airfields(setting, sites, control)
        self.plan = FlightPlan(self)
        self._services: list[tuple[Fleet, dict[str, Service]]] = []
        for fleet in self.fleets:
            services = [
                Service(fleet, site, setting.network.options[name], self.under_way[name])
                for name, site in sites.items()
            ]
            if fleet.tails:
                self._services.append((fleet, {each.site.name: each for each in services if each.ways}))

    # decisions

    def dispatch(self, order: list[Site]) -> None:
        """Send idle tails to places in the given order, while a load there is worth the trip."""
        now = self.clock.now_s
        day = self.day_of(now)
        waiting = [site.name for site in order if self.backlog.anything_by_air(site, now)]  # sorties begin later
        if not waiting:
            return
        for fleet, services in self._services:
            asking = [
                service
                for name in waiting
                if (service := services.get(name)) is not None and service.not_before_s <= now
            ]
            if not asking:
                continue
            idle = fleet.idle(now)
            if not idle:
                self._wake_when_fit(fleet, now)
                continue
            for service in asking:
                self._send_some(idle, service, day, now)
                if not idle:
                    break

    def _send_some(self, idle: list[Tail], service: Service, day: int, now: int) -> None:
        """Send idle tails to one site, and strike them off; tails differ only in what is left of their day."""
        kind = service.fleet.kind
        in_vain: set[tuple[int | None, int | None]] = set()
        for tail in tuple(idle):
            left = tail.day_left_s(kind, day, now)
            if left in in_vain:
                continue
            sent = self._send(service, tail, left, day, now)
            if sent:
                idle.remove(tail)
            elif sent is None or left == _NO_LIMIT:
                break
            else:
                in_vain.add(left)

    def _wake_when_fit(self, fleet: Fleet, now: int) -> None:
        """The next time at which a tail that is neither busy nor lost may be fit: repaired, or the next day."""
        if not fleet.resting:
            return
        repaired = min(max(tail.out_until_s, fleet.stand_down_until_s) for tail in fleet.resting)
        self.control.at(repaired if repaired > now else self.plan.next_day(now))

    def _send(
        self, service: Service, tail: Tail, left: tuple[int | None, int | None], day: int, now: int
    ) -> bool | None:
        """Send a tail to a site if it may fly and the load is worth it; `None` where no tail of its type could."""
        refused, any_tail = True, False
        for way in service.ways:
            if way.clears_day != day:
                self.plan.clear(way, day)
            if way.clears == _NEITHER:
                continue
            refused = False
            if now >= way.quiet_until_s and not self.plan.quiet(service, way, now):
                continue
            if len(service.coming.sorties) >= service.mog and self.plan.apron_full(service, way, now):
                continue
            any_tail = True
            planned = self.plan.plan(service, way, left, now)
            if planned is not None:
                self._begin(Sortie(self, service.fleet, tail, way.leg, way.clears, planned), service.site)
                return True
        if refused:
            self.backlog.held(service.site, "air", Hold.CLEARANCE, now)
            self.plan.wait(service, self.plan.next_day(now))
        return False if any_tail else None

    def _begin(self, sortie: Sortie, site: Site) -> None:
        now = self.clock.now_s
        sortie.tail.begin_day(self.day_of(now), now)
        sortie.fleet.send(sortie.tail)
        self.under_way[site.name].add(sortie)
        site.changes += 1
        self.control.begin(sortie.fly(), *sortie.turn)

    def any_for(self, site: Site, now: int) -> bool:
        """Whether any tail could be sent to a site now, as far as is known."""
        for fleet, services in self._services:
            service = services.get(site.name)
            if service is None or service.not_before_s > now:
                continue
            if any(tail.out_until_s <= now for tail in fleet.resting):
                return True
        return False

    def takes_now(self, site: Site, option: Option) -> frozenset[str]:
        """Classes that could fly from a site now: cleared, the strip open, a tail of a type that takes them fit."""
        now = self.clock.now_s
        classes = frozenset[str]()
        if not site.strip_usable(now):
            return classes
        day = self.day_of(now)
        for fleet in self.fleets:
            leg = option.air.get(fleet.name)
            if leg is not None and self.plan.cleared(leg, "cargo", day) and fleet.idle(now):
                classes |= site.stock.flies[fleet.name]
        return classes

    def accident(self, site: Site, closed_until_s: int) -> None:
        """An accident has closed a strip: what was known of quiet ways holds no more."""
        site.accident_closed_until_s = max(site.accident_closed_until_s, closed_until_s)
        for _, services in self._services:
            for service in services.values():
                for way in service.ways:
                    way.quiet_until_s = 0

    # what a sortie asks

    def day_of(self, now: int) -> int:
        """Local day of an instant."""
        return self.setting.time.day_of(now)

    def seats_for(self, sortie: Sortie, site: Site, room: Room) -> int:
        """Seats that people take now."""
        if not sortie.people_cleared:
            return 0
        return min(self.backlog.seats_wanted(site, self.clock.now_s), sortie.fleet.seats_within(room.kg))

    def board(self, sortie: Sortie, site: Site, seats: int) -> dict[str, int]:
        """People of the site go aboard."""
        own = min(seats, self.backlog.own_seats_wanted(site, self.clock.now_s))
        gone = site.leave(self.clock.now_s, own, seats - own, sortie.id)
        self.control.people_left(site)
        return gone

    def choose(self, sortie: Sortie, site: Site, room: Room) -> list[int]:
        """The chalk: lots ready here, filled by the policy of the scenario."""
        option = next(o for o in self.setting.network.options[site.name] if o.air.get(sortie.fleet.name) is sortie.leg)
        return self.backlog.chalk(site, option, sortie.fleet, room)

    # ends

    def wake_at(self, when_s: int) -> None:
        """Decide again at an instant."""
        self.control.at(when_s)

    def dirty(self, site: Site) -> None:
        """Something is ready that was not."""
        self.control.at(self.clock.now_s, site)

    def left_yard(self, site: Site) -> None:
        """Lots have left the yard: crews may go on."""
        self.control.left_yard(site)

    def loaded(self, sortie: Sortie, site: Site, kg: int) -> None:
        """A sortie has left with its load: its claim is settled."""
        self.under_way[site.name].remove(sortie)
        site.changes += 1
        milli = sum(site.stock.floor_milli[lot] for lot in sortie.load)
        people = sum(sortie.aboard.values())
        filled_kg, filled_milli = kg + people * PERSON_KG, milli + people * sortie.fleet.person_milli
        full = share_filled(filled_kg, filled_milli, sortie.room)
        self.setting.ledger.lift.append(LiftStep(self.clock.now_s, sortie.id, Did.FILL, site.name, full))

    def deliver_people(self, sortie: Sortie, site: Site) -> None:
        """People step out."""
        if sortie.aboard:
            custody = self.sites[sortie.leg.origin].place.takes_out
            site.receive(self.clock.now_s, sortie.aboard, sortie.id, from_custody=custody)
            sortie.aboard = {}
            self.control.at(self.clock.now_s, site)

    def unload(self, lots: list[int], site: Site, by: Lift) -> None:
        """Lots are unloaded: out, or ready at a hub."""
        self.control.unloaded(lots, site, by)

    def finish(self, sortie: Sortie) -> None:
        """The tail is back, or lost."""
        tail = sortie.tail
        sortie.fleet.take_back(tail)
        coming = self.under_way[sortie.leg.origin]
        if sortie in coming.sorties:
            coming.remove(sortie)
            self.sites[sortie.leg.origin].changes += 1
        self.control.at(max(self.clock.now_s, tail.out_until_s))

    def seats_tomorrow(self, site: Site, day: int) -> int:
        """Seats by air that a day brings to a place, as known and cleared the evening before."""
        seats = 0
        for fleet in self.fleets:
            for option in self.setting.network.options[site.name]:
                leg = option.air.get(fleet.name)
                if leg is None or not fleet.kind.seats:
                    continue
                if self.plan.cleared(leg, "people", day):
                    begins_s, ends_s = self.setting.time.span_of_day(day)
                    open_s = self.setting.tape.flying[site.name].open_between(begins_s, ends_s)
                    seats += fleet.seats_on(day, leg, open_s)
                break
        return seats
