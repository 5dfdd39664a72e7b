"""People of a place: who is due to leave, by which modes, and who has left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from math import ceil
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import WINDOWS
from sim.scenario.places import Mode

if TYPE_CHECKING:
    from benchmarks.twin.site import Site

DAY_S = 86_400
_EVENING_S = 18 * 3600


class People:
    """The people present at one place: its own, and guests by where they are from."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.own = site.place.headcount
        self.guests: Counter[str] = Counter()
        self.modes: tuple[Mode, ...] = self.leave_by

    @property
    def present(self) -> int:
        """Everyone who is here."""
        return self.own + self.guests.total()

    @property
    def leave_by(self) -> tuple[Mode, ...]:
        """Modes in order of preference."""
        drawdown = self.site.place.drawdown
        return drawdown.leave_by if drawdown is not None else ("air", "road")

    def allowed(self, at_s: int) -> int:
        """How many of the own people may still be there by the curve."""
        site, drawdown = self.site, self.site.place.drawdown
        many = site.place.headcount
        if not site.begun:
            return many
        until = site.handover_s
        if until is not None and at_s >= until - DAY_S:
            return 0
        if drawdown is None:
            return many
        end = site.world.deadline_s if until is None else until
        start = max(drawdown.start_s, site.begun_s or 0)
        if site.order_s is not None:
            start = min(start, site.order_s)
        if at_s < start:
            return many
        if at_s >= end:
            return drawdown.rear_party
        rear = drawdown.rear_party
        return rear + -((many - rear) * (end - at_s) // -(end - start))

    def due(self, at_s: int | None = None) -> int:
        """Who is due to leave: own people above the curve, and guests where they can go on."""
        at = self.site.clock.now_s if at_s is None else at_s
        return max(self.own - self.allowed(at), 0) + self.onward

    @property
    def onward(self) -> int:
        """Guests who go on from here."""
        return self.guests.total() if self.site.place.evacuate else 0

    def last_day(self) -> bool:
        """Whether the last day before handover has begun."""
        handover = self.site.handover_s
        return handover is not None and self.site.clock.now_s >= handover - DAY_S

    def evenings(self) -> Generator[Event, None, None]:
        """At 18:00 the modes of the next day are chosen."""
        self.look(0)
        site, time = self.site, self.site.scenario.time
        for midnight in time.day_starts_s:
            at = midnight + _EVENING_S
            if at < site.clock.now_s:
                continue
            yield site.clock.moment(at, WINDOWS, site.rank)
            if site.closed:
                return
            self.look(1)
            site.world.ask(site)

    def look(self, ahead: int = 0) -> None:
        """Choose the modes of today or tomorrow."""
        if not self.present:
            return
        site, days = self.site, self.site.scenario.time.day_starts_s
        day = site.scenario.time.day_of(site.clock.now_s) + ahead
        end = days[min(day + 1, len(days) - 1)]
        due = self.due(end)
        for mode in self.leave_by:
            seats = site.world.air.seats_on(site, day) if mode == "air" else site.world.road.seats_on(site, day)
            if seats >= due:
                self.modes = (mode,)
                return
        self.modes = self.leave_by

    def leave(self, many: int) -> Counter[str]:
        """So many leave; guests first."""
        gone: Counter[str] = Counter()
        site = self.site
        for origin in sorted(self.guests):
            took = min(self.guests[origin], many)
            if took and site.place.evacuate:
                gone[origin] += took
                self.guests[origin] -= took
                many -= took
        took = min(self.own, many)
        if took:
            gone[site.name] += took
            self.own -= took
        if site.handover_s is not None and site.clock.now_s > site.handover_s:
            site.world.answer.add("people_late", took)
            site.world.answer.add("person_s_late", took * (site.clock.now_s - site.handover_s))
        site.world.moved_people(site)
        return gone

    def arrive(self, who: Counter[str]) -> None:
        """People come to the place."""
        world, site = self.site.world, self.site
        for origin, many in who.items():
            if site.place.takes_out and world.scenario.places[origin].handover_s is not None and origin != site.name:
                world.out(origin, many)
            self.guests[origin] += many
        world.moved_people(site)


__all__ = ["People", "ceil"]
