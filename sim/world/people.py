"""People of a place: the curve by which they leave, how many are due, and by which mode."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import NamedTuple

from sim.scenario.calendar import DAY_S
from sim.scenario.places import Crews, Mode, Place
from sim.tape.tape import Order
from sim.world.memory import memory

_NEVER = 1 << 60


@dataclass(slots=True)
class Dates:
    """The dates of one place as known now: its handover, the start of its drawdown, and an order to leave."""

    handover_s: int | None
    started_s: int | None = None
    order: Order | None = None


class Curve(NamedTuple):
    """The curve of a place: all may be there up to `start_s`, the rear party at `end_s`, no one from `none_from_s`."""

    start_s: int
    end_s: int
    none_from_s: int


class Headcount:
    """The people of one site: its own, and guests on their way from elsewhere.

    Between the start of the drawdown and the handover (the deadline, where custody is kept) the curve falls evenly
    to the rear party, which stays until the last day; from a day before handover on everyone is due. `preference` is
    the order of modes in which they leave, and `modes` those of today.
    """

    def __init__(self, place: Place, dates: Dates, deadline_s: int, rank: dict[str, int], *, remembers: bool) -> None:
        self.place, self.dates = place, dates
        self._deadline_s, self._rank = deadline_s, rank
        self.known = place.people is not None
        self.crews = place.crews
        self.at_start = place.headcount
        self.present = place.headcount
        self.guests: dict[str, int] = {}
        self.plan = plan = place.drawdown
        self.preference: tuple[Mode, ...] = plan.leave_by if plan is not None else ("air", "road")
        self.rear_party = self.at_start if plan is None else min(plan.rear_party, self.at_start)
        self.modes = self.preference
        self.reserved_drivers = 0
        self._curves: dict[tuple[int | None, int | None, Order | None], Curve] = memory(remembers=remembers)
        self._crews: dict[int, int] = memory(remembers=remembers)

    @property
    def anyone(self) -> bool:
        """Whether anyone is still here, guests included."""
        return self.present > 0 or bool(self.guests)

    @property
    def leaves(self) -> bool:
        """Whether people of this place leave at all."""
        return self.dates.handover_s is not None or self.plan is not None

    @property
    def chooses(self) -> bool:
        """Whether modes are to be chosen in the evening: someone is here who may leave."""
        return self.known and self.anyone and self.leaves

    def last_day(self, now: int) -> bool:
        """Whether the last day before handover has come: the rear party is due."""
        handover_s = self.dates.handover_s
        return handover_s is not None and now >= handover_s - DAY_S

    def last_convoy_is_free(self, now: int) -> bool:
        """Whether the last day has come, and the last convoy takes people who need no clearance."""
        asks = self.plan is not None and self.plan.last_convoy_needs_clearance
        return self.present > 0 and self.last_day(now) and "road" in self.preference and not asks

    @property
    def crews_until_s(self) -> int | None:
        """Until when crews are available: the handover, or the last day if people may fly out on it."""
        handover_s = self.dates.handover_s
        if handover_s is None or not self.known or "air" not in self.preference:
            return handover_s
        return handover_s - DAY_S

    def allowed(self, at_s: int) -> int:
        """Number of people who may still be here, by the curve."""
        dates = self.dates
        drawn = dates.handover_s, dates.started_s, dates.order  # all that the curve depends on
        curve = self._curves.get(drawn)
        if curve is None:
            curve = self._curves[drawn] = self._curve()
        start_s, end_s, none_from_s = curve
        if at_s >= none_from_s:
            return 0
        if at_s <= start_s:
            return self.at_start if self.leaves else self.present
        rear = self.rear_party
        left = max(0.0, (end_s - at_s) / (end_s - start_s)) if end_s > start_s else 0.0
        return ceil(rear + (self.at_start - rear) * left - 1e-9)

    def _curve(self) -> Curve:
        """The curve for phase, order and handover as known now."""
        dates, plan = self.dates, self.plan
        end_s = dates.handover_s if dates.handover_s is not None else self._deadline_s
        none_from_s = _NEVER if dates.handover_s is None else dates.handover_s - DAY_S
        if plan is None or dates.started_s is None:
            return Curve(_NEVER, end_s, none_from_s)
        start_s = max(plan.start_s, dates.started_s)
        return Curve(start_s if dates.order is None else min(start_s, dates.order.at_s), end_s, none_from_s)

    def due(self, at_s: int) -> int:
        """Own people above the curve at an instant."""
        return max(0, self.present - self.allowed(at_s))

    def seats_wanted(self, at_s: int) -> int:
        """People who would take a seat by air: those due but the last drivers, and guests."""
        drivers_kept = 0 if self.last_day(at_s) and "road" not in self.modes else self.reserved_drivers
        own = min(self.due(at_s), max(0, self.present - drivers_kept))
        return own + sum(self.guests.values())

    def crews_allowed(self) -> int:
        """Crews that the people present can man."""
        allowed = self._crews.get(self.present)
        if allowed is None:
            allowed = self._crews[self.present] = self._manned()
        return allowed

    def _manned(self) -> int:
        crews = self.crews
        manned = floor(self.present * crews.labour_share / crews.size + 1e-9)
        return min(crews.count, manned) if self.known else crews.count

    def form(self, crews: Crews) -> None:
        """From now on people form these crews."""
        self.crews = crews
        self._crews.clear()

    def leave(self, name: str, own: int, guests: int) -> dict[str, int]:
        """People leave the place of this name; returns their number by origin."""
        gone: dict[str, int] = {}
        if own:
            self.present -= own
            gone[name] = own
        for origin in sorted(self.guests, key=self._rank.__getitem__):
            take = min(guests, self.guests[origin])
            if take:
                gone[origin] = gone.get(origin, 0) + take
                self.guests[origin] -= take
                guests -= take
        self.guests = {origin: count for origin, count in self.guests.items() if count}
        return gone

    def arrive(self, people: dict[str, int]) -> None:
        """People from elsewhere come in; they are guests if the place sends them on."""
        if self.place.sends_people_on:
            for origin, count in people.items():
                self.guests[origin] = self.guests.get(origin, 0) + count
