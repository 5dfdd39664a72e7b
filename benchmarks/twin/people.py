"""People of a place: who is due to leave, by which modes, and who has left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import EVENINGS
from benchmarks.twin.things import LOADING, WAITING_STATES
from sim.ledger.kinds import Bound, LiftId, Passage
from sim.ledger.ledger import PeopleStep
from sim.scenario.places import Mode

if TYPE_CHECKING:
    from benchmarks.twin.site import Site

DAY_S = 86_400
_EVENING_S = 18 * 3600


class People:
    """The people at one place: `own` of its own who are present, and guests by where they are from."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.known = site.place.people is not None
        self.own = self.at_start = site.place.headcount
        self.guests: Counter[str] = Counter()
        self.modes: tuple[Mode, ...] = self.leave_by
        self.last_drivers = 0

    @property
    def present(self) -> int:
        """Everyone who is here."""
        return self.own + self.guests.total()

    @property
    def leave_by(self) -> tuple[Mode, ...]:
        """Modes in order of preference."""
        drawdown = self.site.place.drawdown
        return drawdown.leave_by if drawdown is not None else ("air", "road")

    @property
    def rear_party(self) -> int:
        """Who stays until the last day."""
        drawdown = self.site.place.drawdown
        return self.at_start if drawdown is None else min(drawdown.rear_party, self.at_start)

    def last_day(self, at_s: int) -> bool:
        """Whether the last day before handover has begun at an instant."""
        handover = self.site.handover_s
        return handover is not None and at_s >= handover - DAY_S

    def allowed(self, at_s: int) -> int:
        """How many of the own people may still be there by the curve."""
        site, drawdown = self.site, self.site.place.drawdown
        if self.last_day(at_s):
            return 0
        if drawdown is None or site.begun_s is None:
            return self.at_start
        end = site.world.deadline_s if site.handover_s is None else site.handover_s
        start = max(drawdown.start_s, site.begun_s)
        if site.order_s is not None:
            start = min(start, site.order_s)
        if at_s <= start:
            return self.at_start
        if at_s >= end:
            return self.rear_party
        return self.rear_party - (self.at_start - self.rear_party) * (end - at_s) // (start - end)

    def due(self, at_s: int | None = None) -> int:
        """Own people above the curve."""
        at = self.site.clock.now_s if at_s is None else at_s
        return max(self.own - self.allowed(at), 0)

    def for_seats(self, at_s: int) -> int:
        """Own people who would take seats by air at an instant: those due, but not the last drivers."""
        if "air" not in self.modes or self.site.begun_s is None:
            return 0
        drive = 0 if self.last_day(at_s) and "road" not in self.modes else self.last_drivers
        return min(self.due(at_s), max(self.own - drive, 0))

    def evenings(self) -> Generator[Event, None, None]:
        """At 18:00 the modes of the next day are chosen."""
        self.choose_modes(0)
        clock = self.site.clock
        for day, midnight in enumerate(self.site.scenario.time.day_starts_s[:-1]):
            if midnight + _EVENING_S >= 0:
                yield clock.moment(midnight + _EVENING_S, EVENINGS, self.site.rank)
                self.choose_modes(day + 1)

    def choose_modes(self, day: int) -> None:
        """Choose the modes of a day."""
        site = self.site
        leaves = site.handover_s is not None or site.place.drawdown is not None
        if not (self.known and self.present and leaves):
            return
        midnights = site.scenario.time.day_starts_s
        ends = midnights[min(day + 1, len(midnights) - 1)]
        self.last_drivers = self._drivers_of_what_is_left()
        due = self.due(ends) + self.guests.total()
        seats = {"air": site.world.air.seats_on, "road": site.world.road.seats_on}
        enough = (mode for mode in self.leave_by if seats[mode](site, day) >= due)
        first = next(enough, None)
        self.modes = self.leave_by if first is None else (first,)
        if self.modes == ("air",) and self.last_drivers and self.last_day(ends - 1):
            self.modes = self.leave_by

    def _drivers_of_what_is_left(self) -> int:
        site = self.site
        roads = any(option.mode == "road" for option in site.world.network.options[site.name])
        if site.handover_s is None or not roads:
            return 0
        cars = [lot for lot in site.standing(*WAITING_STATES, LOADING) if lot.drives and lot.origin == site.name]
        return min(sum(lot.kind.crew for lot in cars if not lot.condemned), self.own)

    def leave(self, own: int, guests: int, by: LiftId | Bound) -> Counter[str]:
        """Own people and guests leave; returns their number by origin."""
        gone: Counter[str] = Counter()
        site, ledger = self.site, self.site.world.ledger
        if own:
            gone[site.name] = own
            self.own -= own
        for origin in sorted(self.guests, key=site.world.frame.place_rank.__getitem__):
            took = min(self.guests[origin], guests)
            if took:
                gone[origin] += took
                self.guests[origin] -= took
                guests -= took
        self.guests = +self.guests
        site.changes += 1
        for origin, many in gone.items():
            ledger.people.append(PeopleStep(site.clock.now_s, Passage.LEFT, origin, site.name, many, by))
        site.world.moved_people(site)
        return gone

    def arrive(self, who: Counter[str], by: LiftId, *, from_custody: bool) -> None:
        """People come in: home from a custody hub, out at an exit or custody hub, else guests who go on from here."""
        site = self.site
        what = Passage.HOME if from_custody else Passage.OUT if site.place.takes_out else Passage.ARRIVED
        site.changes += 1
        for origin, many in who.items():
            site.world.ledger.people.append(PeopleStep(site.clock.now_s, what, origin, site.name, many, by))
            if site.place.evacuate:
                self.guests[origin] += many


__all__ = ["People"]
