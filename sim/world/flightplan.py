"""Flight plans: whether a sortie may fly, and whether the load that it would find is worth the trip."""

from __future__ import annotations

from sim.ledger.kinds import Hold
from sim.scenario.calendar import HOUR_S
from sim.scenario.network import PERSON_KG, AirLeg, Option
from sim.world.agenda import Agenda
from sim.world.air import Air, Fleet, Planned, UnderWay
from sim.world.backlog import NOTHING_FOUND, Backlog
from sim.world.chalk import share_filled
from sim.world.setting import Setting
from sim.world.site import Site

_NEVER = 1 << 60
_LOOK_AGAIN_S = HOUR_S  # after this, the next dispatch looks again at a load found too small; sooner if `changes` moved


class Way:
    """One option of a place for one aircraft type.

    A load found too small is not checked again until the place changes, or for an hour. `clears`: whether people, and
    cargo, may fly at both ends on the day `clears_day`. Before `quiet_until_s` no known hours, closures or alarms
    prevent a sortie, unless there were accidents since `quiet_since`.
    """

    __slots__ = (
        "clears",
        "clears_day",
        "flight_s",
        "leg",
        "option",
        "quiet_since",
        "quiet_until_s",
        "small_at_change",
        "small_at_s",
    )

    def __init__(self, option: Option, leg: AirLeg) -> None:
        self.option, self.leg, self.flight_s = option, leg, leg.flight_s
        self.clears, self.clears_day = (False, False), -1
        self.quiet_until_s = self.quiet_since = 0
        self.small_at_change, self.small_at_s = -1, 0


class Service:
    """The options of one type from one place, in the order of the place's preference.

    Nothing can fly before `not_before_s`. The apron of the place has room for `mog` aircraft at once.
    """

    __slots__ = ("coming", "fleet", "mog", "not_before_s", "site", "ways")

    def __init__(self, fleet: Fleet, site: Site, options: tuple[Option, ...], coming: UnderWay) -> None:
        self.fleet, self.site = fleet, site
        self.ways = [Way(option, option.air[fleet.name]) for option in options if fleet.name in option.air]
        self.coming = coming
        self.not_before_s = 0
        self.mog = _NEVER if site.place.strip is None else site.place.strip.mog


class FlightPlan:
    """Planning for all fleets, from what is known when a sortie is decided on."""

    def __init__(self, setting: Setting, sites: dict[str, Site], air: Air, backlog: Backlog, agenda: Agenda) -> None:
        self.setting, self.sites, self.air, self.backlog, self.agenda = setting, sites, air, backlog, agenda

    def wait(self, service: Service, until_s: int) -> None:
        """Note that nothing can change for this type and place before an instant."""
        service.not_before_s = until_s
        self.agenda.at(until_s, service.site)

    def clear(self, way: Way, day: int) -> None:
        """Note whether people, and cargo, may fly on a day."""
        way.clears_day = day if self.setting.remembers else -1
        way.clears = self.air.cleared(way.leg, "people", day), self.air.cleared(way.leg, "cargo", day)

    # whether a sortie may begin, whatever it carries

    def quiet(self, service: Service, way: Way, now: int) -> bool:
        """Whether hours, strips and the base let a sortie begin now, and until when; if not, sets a wake-up."""
        if self._out_of_hours(service, way.leg, now) or self._shut(service, way.leg, now):
            return False
        if self.setting.remembers:
            way.quiet_until_s, way.quiet_since = self._quiet_until(service, way.leg, now), self.air.accidents
        return True

    def _out_of_hours(self, service: Service, leg: AirLeg, now: int) -> bool:
        """Whether a sortie begun now could not land; then no load need be checked before it could."""
        flying = self.setting.tape.flying
        start = flying[service.fleet.kind.base].next_open(now)
        landing = flying[leg.origin].next_open(now + leg.out_s)
        if start == now and landing == now + leg.out_s:
            return False
        self.backlog.held_meanwhile(service.site, "air", Hold.OUT_OF_HOURS, now)
        if start is not None and landing is not None:
            self.wait(service, max(start, landing - leg.out_s))
        return True

    def _stops(self, service: Service, leg: AirLeg) -> tuple[Site, Site, Site]:
        return self.sites[service.fleet.kind.base], service.site, self.sites[leg.dest]

    def _shut(self, service: Service, leg: AirLeg, now: int) -> bool:
        """Whether a strip is closed, or the base shelters."""
        stops, site = self._stops(service, leg), service.site
        for stop in stops:
            if not stop.strip_usable(now):
                self.backlog.held(site, "air", Hold.CLOSED, now)
                self.agenda.at(stop.strip_usable_from(now), site)
                return True
        base = stops[0]
        if base.sheltering(now):
            self.agenda.at(base.tape.shelter[base.name].closes_after(now), site)
            return True
        return False

    def _quiet_until(self, service: Service, leg: AirLeg, now: int) -> int:
        """When hours end, or a closure or an alarm begins, apart from accidents."""
        tape = self.setting.tape
        stops = self._stops(service, leg)
        return min(
            tape.flying[stops[0].name].closes_after(now),
            tape.flying[leg.origin].closes_after(now + leg.out_s) - leg.out_s,
            tape.shelter[stops[0].name].next_start(now),
            *(tape.strip_closed[stop.name].next_start(now) for stop in stops),
        )

    # with its load

    def plan(self, service: Service, way: Way, left: tuple[int | None, int | None], now: int) -> Planned | None:
        """What a sortie would be sent for, if its load is worth it and apron and day have room; else `None`.

        Requires that the apron has room for the shortest stay. `left`: the tail's hours left, and when its crew day
        ends. If the sortie may not go now, sets a wake-up for when it may.
        """
        ground_s, leg, site = service.fleet.kind.ground_time_s, way.leg, service.site
        arrival_s = now + leg.out_s
        if not self._day_holds(site, way, left, arrival_s + ground_s, ground_s, now):
            return None  # cheap to check with the shortest stay, and so checked before any load
        if way.small_at_change == site.changes and now - way.small_at_s < _LOOK_AGAIN_S:
            return None
        planned = self._load(service, way, now)
        if planned is None:
            return None
        start_s = self._first_start(service.fleet, leg, planned.on_ground_s[1] - arrival_s, now)
        if start_s != now:
            self.backlog.held(site, "air", Hold.OUT_OF_HOURS, now)
            if start_s is not None:
                self.agenda.at(start_s, site)
            return None
        if self._full(site, *planned.on_ground_s, now):
            return None
        return planned if self._day_holds(site, way, left, planned.on_ground_s[1], planned.unload_s, now) else None

    def _load(self, service: Service, way: Way, now: int) -> Planned | None:
        """The load that a sortie would find, if it is worth the trip and loaded by the handover."""
        fleet, leg, site = service.fleet, way.leg, service.site
        people_ok, cargo_ok = way.clears
        arrival_s = now + leg.out_s
        room = fleet.room(leg, now)
        coming, seats = service.coming, 0
        if people_ok and fleet.kind.seats:
            wanted = self.backlog.seats_wanted(site, arrival_s)
            if wanted:
                seats = min(max(0, wanted - coming.seats), fleet.seats_within(room.kg))
        found = NOTHING_FOUND
        if cargo_ok and (site.handover_s is None or now < site.handover_s or seats):
            found = self.backlog.for_air(site, way.option, fleet, arrival_s, fleet.beside(room, seats))
        load, kg, milli = found
        if not (kg or milli or seats):
            way.small_at_change, way.small_at_s = site.changes, now
            return None
        full = share_filled(kg + seats * PERSON_KG, milli + seats * fleet.person_milli, room)
        if not self._worth(site, full, seats, fleet, now):
            if full > 0:
                self.backlog.held(site, "air", Hold.BELOW_LEAST, now)
            way.small_at_change, way.small_at_s = site.changes, now
            return None
        ground_s, stock = fleet.kind.ground_time_s, site.stock
        done_s = arrival_s + max(sum(map(stock.load_s.__getitem__, load)), ground_s)
        if site.handover_s is not None and done_s > site.handover_s and not seats:
            return None
        return Planned(kg, milli, seats, (arrival_s, done_s), max(sum(map(stock.unload_s.__getitem__, load)), ground_s))

    def _worth(self, site: Site, full: float, seats: int, fleet: Fleet, now: int) -> bool:
        rule = self.setting.scenario.policy.least_fill
        if full <= 0 and not seats:
            return False
        if full >= rule.share - 1e-12 or (fleet.kind.seats and seats >= rule.share * fleet.kind.seats > 0):
            return True
        return site.waives_least(rule.waived_s, now)

    def apron_full(self, service: Service, way: Way, now: int) -> bool:
        """Whether the planned apron has no room even for the shortest stay; sets a wake-up for when it has."""
        arrival_s = now + way.leg.out_s
        return self._full(service.site, arrival_s, arrival_s + service.fleet.kind.ground_time_s, now)

    def _full(self, site: Site, arrival_s: int, done_s: int, now: int) -> bool:
        free_s = self._mog_free_from(site, arrival_s, done_s)
        if free_s <= arrival_s:
            return False
        self.backlog.held(site, "air", Hold.APRON_FULL, now)
        self.agenda.at(now + free_s - arrival_s, site)
        return True

    def _day_holds(
        self, site: Site, way: Way, left: tuple[int | None, int | None], done_s: int, unload_s: int, now: int
    ) -> bool:
        """Whether the tail's day has room for a sortie that leaves the origin then, with its unloading time."""
        hours, crew_end_s = left
        back_s = done_s + way.leg.carry_s + unload_s + way.leg.back_s
        if (hours is not None and way.flight_s > hours) or (crew_end_s is not None and back_s > crew_end_s):
            self.backlog.held(site, "air", Hold.OUT_OF_HOURS, now)
            self.agenda.at(self.agenda.tomorrow_s(), site)
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
        """Instant from which the place has room, by plan, for one more aircraft that would come then."""
        strip, coming = site.place.strip, self.air.under_way[site.name].sorties
        mog = strip.mog if strip is not None else _NEVER
        if len(coming) < mog:
            return from_s
        ends: list[int] = []
        for other in coming:
            lands_s, leaves_s = other.on_ground_s
            if other.landed:  # it is there now, perhaps in repair
                leaves_s = max(leaves_s, other.ready_s)
            leaves_s = max(leaves_s, lands_s + 1)
            if lands_s < max(until_s, from_s + 1) and from_s < leaves_s:
                ends.append(leaves_s)
        return from_s if len(ends) < mog else sorted(ends)[len(ends) - mog]
