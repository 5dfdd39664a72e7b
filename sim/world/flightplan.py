"""Flight plans: whether a sortie may fly, and whether the load that it would find is worth the trip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.calendar import HOUR_S
from sim.scenario.network import PERSON_KG, AirLeg, Option
from sim.world.chalk import Room, share_filled
from sim.world.site import Site
from sim.world.sortie import Sortie
from sim.world.tails import Fleet, Tail

if TYPE_CHECKING:
    from sim.world.airlift import Airlift

_NEVER = 1 << 60
_LOOK_AGAIN_S = HOUR_S  # a load found too small is looked at anew when something changes there, or after this


class FlightPlan:
    """Planning for all fleets, with what is known when a sortie is decided on."""

    def __init__(self, airlift: Airlift) -> None:
        self.airlift = airlift
        self.setting, self.control, self.backlog = airlift.setting, airlift.control, airlift.backlog
        self._not_before: dict[tuple[str, str], int] = {}
        self._too_small: dict[tuple[str, str, str], tuple[int, int]] = {}

    def waits(self, fleet: Fleet, site: Site, now: int) -> bool:
        """Whether it is known that nothing can fly there yet."""
        return self._not_before.get((fleet.name, site.name), 0) > now

    def next_day(self, now: int) -> int:
        """When the next local day begins."""
        time = self.setting.time
        return time.day_starts_s[min(time.day_of(now) + 1, len(time.day_starts_s) - 1)]

    def out_of_hours(self, fleet: Fleet, leg: AirLeg, site: Site, now: int) -> bool:
        """Whether a sortie begun now could not land; no load need then be looked at before it could."""
        flying = self.setting.tape.flying
        start = flying[fleet.kind.base].next_open(now)
        landing = flying[site.name].next_open(now + leg.out_s)
        if start == now and landing == now + leg.out_s:
            return False
        self.backlog.held_for_hours(site, "air", now)
        if start is not None and landing is not None:
            self.wait(fleet, site, max(start, landing - leg.out_s))
        return True

    def wait(self, fleet: Fleet, site: Site, until_s: int) -> None:
        """Nothing can change for this fleet and site before an instant."""
        self._not_before[fleet.name, site.name] = until_s
        self.control.at(until_s, site)

    def cleared(self, leg: AirLeg, now: int) -> tuple[bool, bool]:
        """Whether people, and cargo, may fly today at both ends."""
        tape, day = self.setting.tape, self.setting.time.day_of(now)
        ends = (leg.origin, leg.dest)
        return (
            all(tape.air_cleared(place, "people", day) for place in ends),
            all(tape.air_cleared(place, "cargo", day) for place in ends),
        )

    def plan_load(self, sortie: Sortie, site: Site, option: Option, now: int) -> bool:
        """Whether the load that the sortie would find is worth the trip; the sortie then claims it."""
        fleet, leg = sortie.fleet, sortie.leg
        looked = (fleet.name, leg.origin, leg.dest)
        if self._too_small.get(looked, (-1, 0))[0] == site.changes and now - self._too_small[looked][1] < _LOOK_AGAIN_S:
            return False
        arrival_s = now + leg.out_s
        kg, milli = fleet.room(leg, now)
        seats = 0
        if sortie.people_cleared:
            coming = sum(other.claim_seats for other in self.airlift.under_way[site.name])
            seats = min(max(0, self.backlog.seats_wanted(site, arrival_s) - coming), fleet.seats_within(kg))
        lots_kg = lots_milli = load_s = unload_s = 0
        if sortie.cargo_cleared and (site.handover_s is None or now < site.handover_s or seats):
            room_left = fleet.room_beside(leg, now, seats)
            waiting = self.backlog.for_air(site, option, fleet.name, arrival_s, self._claims(site), Room(*room_left))
            lots_kg, lots_milli, load_s, unload_s = waiting
        person_milli = fleet.person_milli
        full = share_filled(lots_kg + seats * PERSON_KG, lots_milli + seats * person_milli, Room(kg, milli))
        if not self._worth(site, full, seats, fleet, now):
            if full > 0:
                self.backlog.held(site, "air", "below least", now)
            self._too_small[looked] = (site.changes, now)
            return False
        done_s = arrival_s + max(load_s, fleet.kind.ground_time_s)
        if site.handover_s is not None and done_s > site.handover_s and not seats:
            return False
        sortie.claim_kg, sortie.claim_milli, sortie.claim_seats = lots_kg, lots_milli, seats
        sortie.on_ground_s = (arrival_s, done_s)
        sortie.unload_s = max(unload_s, fleet.kind.ground_time_s)
        return True

    def _worth(self, site: Site, full: float, seats: int, fleet: Fleet, now: int) -> bool:
        rule = self.setting.scenario.policy.least_fill
        if full <= 0 and not seats:
            return False
        if full >= rule.share - 1e-12 or (fleet.kind.seats and seats >= rule.share * fleet.kind.seats > 0):
            return True
        return site.waives_least(rule.waived_s, now)

    def _claims(self, site: Site) -> tuple[int, int]:
        coming = self.airlift.under_way[site.name]
        return sum(other.claim_kg for other in coming), sum(other.claim_milli for other in coming)

    def could_go(self, sortie: Sortie, tail: Tail, site: Site, now: int) -> bool:
        """Strips, MOG and day with the shortest stay; where it may not go now, a wake for when it may."""
        fleet, leg = sortie.fleet, sortie.leg
        arrival_s = now + leg.out_s
        sortie.unload_s = fleet.kind.ground_time_s
        sortie.on_ground_s = (arrival_s, arrival_s + fleet.kind.ground_time_s)
        base = self.airlift.sites[fleet.kind.base]
        for stop in (base, site, self.airlift.sites[leg.dest]):
            if not stop.strip_usable(now):
                self.backlog.held(site, "air", "closed", now)
                self.control.at(stop.strip_usable_from(now), site)
                return False
        if base.sheltering(now):
            self.control.at(base.tape.shelter[base.name].closes_after(now), site)
            return False
        return self._fits(sortie, tail, site, now)

    def may_fly(self, sortie: Sortie, tail: Tail, site: Site, now: int) -> bool:
        """Hours, MOG and day with the stay that the load takes; where it may not now, a wake for when it may."""
        fleet, leg = sortie.fleet, sortie.leg
        arrival_s, done_s = sortie.on_ground_s
        start_s = self._first_start(fleet, leg, done_s - arrival_s, now)
        if start_s != now:
            self.backlog.held(site, "air", "out of hours", now)
            if start_s is not None:
                self.control.at(start_s, site)
            return False
        return self._fits(sortie, tail, site, now)

    def _fits(self, sortie: Sortie, tail: Tail, site: Site, now: int) -> bool:
        """Whether apron and the tail's day have room for the sortie."""
        fleet, leg = sortie.fleet, sortie.leg
        arrival_s, done_s = sortie.on_ground_s
        free_s = self._mog_free_from(site, arrival_s, done_s)
        if free_s > arrival_s:
            self.backlog.held(site, "air", "apron full", now)
            self.control.at(now + free_s - arrival_s, site)
            return False
        hours, crew_end_s = tail.day_left_s(fleet.kind, self.setting.time.day_of(now), now)
        back_s = done_s + leg.carry_s + sortie.unload_s + leg.back_s
        if (hours is not None and leg.flight_s > hours) or (crew_end_s is not None and back_s > crew_end_s):
            self.backlog.held(site, "air", "out of hours", now)
            self.control.at(self.next_day(now), site)
            return False
        return True

    def _first_start(self, fleet: Fleet, leg: AirLeg, stay_s: int, now: int) -> int | None:
        """First instant from which a sortie meets the flying hours of base, origin and destination."""
        flying = self.setting.tape.flying
        stops = ((fleet.kind.base, 0), (leg.origin, leg.out_s), (leg.dest, leg.out_s + stay_s + leg.carry_s))
        start_s, fits = now, 0
        while fits < len(stops):
            place, after_s = stops[fits]
            opens_s = flying[place].next_open(start_s + after_s)
            if opens_s is None:
                return None
            fits = fits + 1 if opens_s == start_s + after_s else 0
            start_s = opens_s - after_s
        return start_s

    def _mog_free_from(self, site: Site, from_s: int, until_s: int) -> int:
        """Instant from which the place has room for one more that would come then, by what is planned."""
        strip = site.place.strip
        mog = strip.mog if strip is not None else _NEVER
        ends: list[int] = []
        for other in self.airlift.under_way[site.name]:
            lands_s, leaves_s = other.on_ground_s
            if other.landed:  # it stands there now, perhaps in repair
                leaves_s = max(leaves_s, other.ready_s)
            leaves_s = max(leaves_s, lands_s + 1)
            if lands_s < max(until_s, from_s + 1) and from_s < leaves_s:
                ends.append(leaves_s)
        return from_s if len(ends) < mog else sorted(ends)[len(ends) - mog]
