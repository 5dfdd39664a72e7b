"""People of a place: the curve by which they leave, who is due, and by which mode."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

from sim.ledger.kinds import Bound, Lift, Passage
from sim.ledger.ledger import PeopleStep
from sim.scenario.calendar import DAY_S
from sim.scenario.places import Mode
from sim.tape.tape import Order

if TYPE_CHECKING:
    from sim.world.site import Site


_NEVER = 1 << 60


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

    def __init__(self, site: Site) -> None:
        self.site = site
        place = site.place
        self.known = place.people is not None
        self.at_start = place.headcount
        self.present = place.headcount
        self.guests: dict[str, int] = {}
        self.plan = plan = place.drawdown
        self.preference: tuple[Mode, ...] = plan.leave_by if plan is not None else ("air", "road")
        self.rear_party = self.at_start if plan is None else min(plan.rear_party, self.at_start)
        self.modes = self.preference
        self.reserved_drivers = 0
        self._curve_of: tuple[int | None, int | None, Order | None] | None = None
        self._curve = Curve(0, 0, 0)
        self._crews = self._crews_of = -1
        self.told_guests: Callable[[], None] = lambda: None  # set by movement control

    @property
    def anyone(self) -> bool:
        """Whether anyone is still here, guests included."""
        return self.present > 0 or bool(self.guests)

    @property
    def leaves(self) -> bool:
        """Whether people of this place leave at all."""
        return self.site.handover_s is not None or self.plan is not None

    @property
    def chooses(self) -> bool:
        """Whether modes are to be chosen of an evening: someone is here who may leave."""
        return self.known and self.anyone and self.leaves

    def last_day(self, now: int) -> bool:
        """Whether the last day before handover has come: the rear party is due."""
        handover_s = self.site.handover_s
        return handover_s is not None and now >= handover_s - DAY_S

    def last_convoy_is_free(self, now: int) -> bool:
        """Whether the last day has come, and the last convoy takes people who need no clearance."""
        asks = self.plan is not None and self.plan.last_convoy_needs_clearance
        return self.present > 0 and self.last_day(now) and "road" in self.preference and not asks

    @property
    def crews_until_s(self) -> int | None:
        """Until when crews can be counted on: the handover, or the last day where that may be flown out of."""
        handover_s = self.site.handover_s
        if handover_s is None or not self.known or "air" not in self.preference:
            return handover_s
        return handover_s - DAY_S

    def allowed(self, at_s: int) -> int:
        """How many may still be here by the curve."""
        site = self.site
        if (site.handover_s, site.started_s, site.order) != self._curve_of:  # all that the curve hangs on
            self._curve_of = site.handover_s, site.started_s, site.order
            self._curve = self._draw_curve()
        start_s, end_s, none_from_s = self._curve
        if at_s >= none_from_s:
            return 0
        if at_s <= start_s:
            return self.at_start if self.leaves else self.present
        rear = self.rear_party
        left = max(0.0, (end_s - at_s) / (end_s - start_s)) if end_s > start_s else 0.0
        return ceil(rear + (self.at_start - rear) * left - 1e-9)

    def _draw_curve(self) -> Curve:
        """The curve by what is known of phase, order and handover now."""
        site, plan = self.site, self.plan
        end_s = site.handover_s if site.handover_s is not None else site.setting.time.deadline_s
        none_from_s = _NEVER if site.handover_s is None else site.handover_s - DAY_S
        if plan is None or site.started_s is None:
            return Curve(_NEVER, end_s, none_from_s)
        start_s = max(plan.start_s, site.started_s)
        return Curve(start_s if site.order is None else min(start_s, site.order.at_s), end_s, none_from_s)

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
        if self.present != self._crews_of:
            self._crews_of = self.present
            crews = self.site.place.crews
            manned = floor(self.present * crews.labour_share / crews.size + 1e-9)
            self._crews = min(crews.count, manned) if self.known else crews.count
        return self._crews

    def leave(self, now: int, own: int, guests: int, by: Lift | Bound) -> dict[str, int]:
        """People leave the place: how many of each origin."""
        self.site.changes += 1
        gone: dict[str, int] = {}
        if own:
            self.present -= own
            gone[self.site.name] = own
        for origin in sorted(self.guests, key=self.site.setting.frame.place_rank.__getitem__):
            take = min(guests, self.guests[origin])
            if take:
                gone[origin] = gone.get(origin, 0) + take
                self.guests[origin] -= take
                guests -= take
        self.guests = {origin: count for origin, count in self.guests.items() if count}
        for origin, count in gone.items():
            self.site.ledger.people.append(PeopleStep(now, Passage.LEFT, origin, self.site.name, count, by))
        return gone

    def arrive(self, now: int, people: dict[str, int], by: Lift, *, from_custody: bool) -> None:
        """People from elsewhere come in: out at an exit or custody hub, guests at a hub that sends them on.

        Who comes from a custody hub was out before, and is home.
        """
        self.site.changes += 1
        what = Passage.HOME if from_custody else Passage.OUT if self.site.place.takes_out else Passage.ARRIVED
        for origin, count in people.items():
            self.site.ledger.people.append(PeopleStep(now, what, origin, self.site.name, count, by))
            if self.site.place.evacuate:
                self.guests[origin] = self.guests.get(origin, 0) + count
        if self.guests:
            self.told_guests()
