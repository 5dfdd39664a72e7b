"""The airlift: which idle tail flies where, and with what; aprons, clearance and the limits of the day."""

from __future__ import annotations

from sim.ledger.kinds import Hold
from sim.world.agenda import Agenda
from sim.world.air import Air, Fleet, Sortie, Tail
from sim.world.backlog import Backlog
from sim.world.flightplan import FlightPlan, Service
from sim.world.flights import Flights
from sim.world.setting import Setting
from sim.world.site import Site

_NEITHER = (False, False)
_NO_LIMIT = (None, None)


class Airlift:
    """Decisions on sorties, for all fleets."""

    def __init__(
        self, setting: Setting, sites: dict[str, Site], air: Air, backlog: Backlog, flights: Flights, agenda: Agenda
    ) -> None:
        self.air, self.backlog, self.flights, self.agenda = air, backlog, flights, agenda
        self.clock = setting.clock
        self.plan = FlightPlan(setting, sites, air, backlog, agenda)
        self._services: list[tuple[Fleet, dict[str, Service]]] = []
        for fleet in self._in_order(setting, air.fleets):
            services = [
                Service(fleet, site, setting.network.options[name], air.under_way[name]) for name, site in sites.items()
            ]
            if fleet.tails:
                self._services.append((fleet, {each.site.name: each for each in services if each.ways}))

    @staticmethod
    def _in_order(setting: Setting, fleets: list[Fleet]) -> list[Fleet]:
        """Types in the order in which they are tried; those that cost the same are in order of stream name."""
        if setting.scenario.policy.aircraft == "name":
            return fleets
        return sorted(fleets, key=lambda fleet: fleet.kind.cost_a_seat)

    # decisions

    def dispatch(self, order: list[Site]) -> None:
        """Send idle tails to places in the given order, while a load there is worth the trip."""
        now = self.clock.now_s
        day = self.agenda.today()
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
        """Send idle tails to one site, and remove them from the list; tails differ only in the rest of their day."""
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
        self.agenda.at(repaired if repaired > now else self.agenda.tomorrow_s())

    def _send(
        self, service: Service, tail: Tail, left: tuple[int | None, int | None], day: int, now: int
    ) -> bool | None:
        """Send a tail to a site if it may fly and the load is worth it; `None` if no tail of its type could go."""
        refused, any_tail = True, False
        for way in service.ways:
            if way.clears_day != day:
                self.plan.clear(way, day)
            if way.clears == _NEITHER:
                continue
            refused = False
            quiet = now < way.quiet_until_s and way.quiet_since == self.air.accidents
            if not quiet and not self.plan.quiet(service, way, now):
                continue
            if len(service.coming.sorties) >= service.mog and self.plan.apron_full(service, way, now):
                continue
            any_tail = True
            planned = self.plan.plan(service, way, left, now)
            if planned is not None:
                self._begin(Sortie(service.fleet, tail, way.leg, way.clears, planned), service.site)
                return True
        if refused:
            self.backlog.held(service.site, "air", Hold.CLEARANCE, now)
            self.plan.wait(service, self.agenda.tomorrow_s())
        return False if any_tail else None

    def _begin(self, sortie: Sortie, site: Site) -> None:
        now = self.clock.now_s
        sortie.tail.begin_day(self.agenda.today(), now)
        sortie.fleet.send(sortie.tail)
        self.air.under_way[site.name].add(sortie)
        site.changes += 1
        self.agenda.begin(self.flights.fly(sortie), *sortie.turn)

    def any_for(self, site: Site, now: int) -> bool:
        """Whether any tail could be sent to a site now, as far as is known."""
        for fleet, services in self._services:
            service = services.get(site.name)
            if service is None or service.not_before_s > now:
                continue
            if any(tail.out_until_s <= now for tail in fleet.resting):
                return True
        return False
