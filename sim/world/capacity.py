"""Planning capacity: what lift can still bring out by a handover, by planning factors, without knowing the future."""

from __future__ import annotations

from typing import Literal

import numpy as np

from sim.ledger.kinds import Reason
from sim.scenario.calendar import DAY_S
from sim.scenario.network import AirLeg, Option, RoadLeg, payload_at
from sim.world.air import Air, Fleet
from sim.world.chalk import Room
from sim.world.marshal import Marshal
from sim.world.memory import memory
from sim.world.receiving import Receiving
from sim.world.setting import Setting
from sim.world.site import Site
from sim.world.trucks import Trucks

_MEMORY_DAYS = 14
_CLEARED_AT_FIRST = 0.9  # share of days cleared that planning counts on before any has passed
_TINY = 1e-9
_MANY = 1 << 30


def in_turn(each: np.ndarray, most: float) -> tuple[np.ndarray, float]:
    """Greedy fit in the given order: a mask of the amounts that fit within the limit, and their sum.

    The sum is computed in that order, as if amounts were added one by one.
    """
    gone = each.cumsum()
    whole = int(gone.searchsorted(most, side="right"))
    taken = np.zeros(len(each), dtype=bool)
    taken[:whole] = True
    used = gone[whole - 1].item() if whole else 0
    if whole < len(each):
        rest = each[whole:]
        for i in (used + rest <= most).nonzero()[0].tolist():  # the others fit even less
            need = rest[i].item()
            if used + need <= most:
                used += need
                taken[whole + i] = True
    return taken, used


class Capacity:
    """Compares lift with backlogs in one review: places in order of handover, each later one gets what is left.

    Lots are arrays in the order of lift; the result is a flag for each.
    """

    def __init__(self, setting: Setting, air: Air, trucks: Trucks, receiving: Receiving) -> None:
        self.receiving = receiving
        self.setting, self.stock, self.trucks = setting, setting.stock, trucks
        self.motorpool = trucks.motorpool
        self._fleets = {fleet.name: fleet for fleet in air.fleets}
        self._cleared: dict[tuple[str, str], list[int]] = memory(remembers=setting.remembers)
        self._closed: dict[tuple[str, str, str, str], bool] = memory(remembers=setting.remembers)
        classes = setting.scenario.classes
        self._self_driven = frozenset(name for name, kind in classes.items() if "self" in kind.moves)
        self.begin(0)

    def begin(self, now: int) -> None:
        """A review begins: no lift is used yet."""
        self.now = now
        self._tail_days = dict.fromkeys(self.setting.scenario.lift.aircraft, 0.0)
        self._trucks = dict.fromkeys(self.setting.scenario.lift.trucks, 0.0)
        self._closed.clear()
        self._open: list[tuple[Reason, frozenset[str]]] = []

    def lifted(self, site: Site, lots: np.ndarray) -> np.ndarray:
        """By lot of a site, given in the order of lift, whether lift can still bring it out by its handover."""
        assert site.handover_s is not None
        self._open.clear()
        left = np.ones(len(lots), dtype=bool)
        drivers = site.people.present if site.people.known else _MANY
        for option in self.setting.network.options[site.name]:
            if not left.any():
                break
            if option.mode == "air":
                for name, leg in option.air.items():
                    self._by_air(site, name, leg, lots, left, site.handover_s)
            else:
                self._by_truck(site, option, lots, left, site.handover_s)
                driven = self._by_itself(site, option, lots, left, drivers)
                drivers -= int(self.stock.crew_of[driven].sum())
                if self.stock.beds:
                    self._on_vehicles(site, option, lots, left, driven.tolist())
        self._by_sea(site, lots, left, site.handover_s)
        return ~left

    def why_not(self, lot_class: str) -> Reason:
        """Why lift does not reach a lot of a class at the site looked at last: by the ways that are open to it."""
        ways = {way for way, classes in self._open if lot_class in classes}
        if not ways:
            return Reason.NO_WAY_OPEN
        return ways.pop() if len(ways) == 1 else Reason.IN_TIME

    def _by_sea(self, site: Site, lots: np.ndarray, left: np.ndarray, handover_s: int) -> None:
        """Take lots by the sailings that are still to come, each a share of a full load."""
        vessels = self.setting.scenario.lift.vessels
        for name in sorted(vessels, key=lambda name: (vessels[name].stream or name, name)):
            vessel = vessels[name]
            if vessel.at != site.name or not left.any():
                continue
            takes = frozenset(self.setting.scenario.classes if vessel.takes is None else vessel.takes)
            sailings = sum(1 for at_s in vessel.sails(handover_s) if at_s > self.now)
            some = self._carried(lots, left, takes)
            self._open.append((Reason.BY_SEA, takes))
            loads = sailings * self.setting.scenario.policy.disposal.planning_fill
            self._fill(lots, left, some, Room(vessel.payload, vessel.positions), loads)

    def _carried(self, lots: np.ndarray, left: np.ndarray, classes: frozenset[str]) -> np.ndarray:
        """Positions of lots that are left and of some classes."""
        carried = np.frombuffer(self.stock.carried(classes, _MANY), dtype=bool)
        found: np.ndarray = (left & carried[lots]).nonzero()[0]
        return found

    # by air

    def _by_air(self, site: Site, name: str, leg: AirLeg, lots: np.ndarray, left: np.ndarray, handover_s: int) -> None:
        fleet, some = self._fleets[name], self._carried(lots, left, self.stock.flies[name])
        if not some.size:
            return
        per_day = self._legs_a_day(fleet, leg, site)
        tails = sum(1 for tail in fleet.tails if not tail.lost)
        from_s = max(self.now, fleet.kind.from_s or 0)  # a charter is known beforehand
        until_s = handover_s if fleet.kind.until_s is None else min(handover_s, fleet.kind.until_s)
        scheduled_s = self._scheduled_s(fleet, from_s, until_s)
        days = tails * scheduled_s / DAY_S - self._tail_days[name]
        each = self.setting.scenario.policy.disposal.planning_fill * self._cleared_share(leg)
        gone = fleet.kind.until_s is not None and fleet.kind.until_s <= self.now
        if tails and not gone and each > 0 and per_day > 0:
            self._open.append((Reason.BY_AIR, self.stock.flies[name]))
        legs = int(days * per_day + _TINY)
        if legs <= 0 or each <= 0 or per_day <= 0:
            return
        room = Room(payload_at(fleet.kind, leg, self.now), fleet.kind.positions)
        self._tail_days[name] += self._fill(lots, left, some, room, legs * each) / each / per_day

    def _scheduled_s(self, fleet: Fleet, from_s: int, until_s: int) -> int:
        """Seconds between two instants on days on which tails of a type begin sorties."""
        if fleet.days is None:
            return max(0, until_s - from_s)
        starts_s = self.setting.time.day_starts_s
        return sum(
            max(0, min(until_s, starts_s[day + 1]) - max(from_s, starts_s[day]))
            for day in range(len(starts_s) - 1) if fleet.days[day]
        )  # fmt: skip

    def _fill(self, lots: np.ndarray, left: np.ndarray, some: np.ndarray, room: Room, loads: float) -> float:
        """Take lots in order as far as the loads go; returns the loads used."""
        shares = self.stock.shares(room)[lots[some]]
        fits = shares <= 1
        if not fits.all():
            some, shares = some[fits], shares[fits]
        taken, used = in_turn(shares, loads + _TINY)
        left[some[taken]] = False
        return used

    def _legs_a_day(self, fleet: Fleet, leg: AirLeg, site: Site) -> float:
        kind = fleet.kind
        cycle_s = leg.flight_s + 2 * kind.ground_time_s
        strip = site.place.strip
        hours = strip.flying_hours if strip is not None else None
        if (hours is None or hours.whole_day) and kind.hours_a_day_s is None and kind.crew_day_s is None:
            return DAY_S / cycle_s if cycle_s else float(_MANY)
        return float(fleet.sorties_a_day(leg, DAY_S if hours is None else hours.seconds))

    def _cleared_share(self, leg: AirLeg) -> float:
        """The share of the last days that were cleared for cargo at both ends."""
        today, ends = self.setting.time.day_of(self.now), (leg.origin, leg.dest)
        first = max(0, today - _MEMORY_DAYS)
        if first == today:
            return _CLEARED_AT_FIRST
        cleared = self._cleared.get(ends)
        if cleared is None:
            cleared = self._cleared[ends] = [0]  # how many of the days before each were
        for day in range(len(cleared) - 1, today):
            cleared.append(cleared[-1] + all(self.setting.tape.air_cleared(end, "cargo", day) for end in ends))
        return (cleared[today] - cleared[first]) / (today - first)

    # by road

    def _closed_today(self, way: RoadLeg) -> bool:
        """Whether a listed closure of the route, or of a leg on the way, holds now."""
        route, passed = self.setting.scenario.routes[way.route], {name for name, _ in way.path}
        listed = any(window.covers(self.now) for window in route.closures.values()) or any(
            window.covers(self.now) and passed.issuperset(window.leg) for window in route.leg_closures.values()
        )
        return listed and "closures" not in self.setting.tape.without

    def _closed_by_plan(self, way: RoadLeg, movement: Literal["people", "trucks"]) -> bool:
        """Whether planning takes a way as closed; cached in a review, since it holds for all places."""
        asked = (way.route, way.origin, way.dest, movement)
        closed = self._closed.get(asked)
        if closed is None:
            refused = self.setting.tape.refused_outright(way.route, "road", movement, self.now)
            closed = self._closed[asked] = refused or self._closed_today(way)
        return closed

    def _by_truck(self, site: Site, option: Option, lots: np.ndarray, left: np.ndarray, handover_s: int) -> None:
        assert option.road is not None
        if self._closed_by_plan(option.road, "trucks"):
            return
        marshal = self._marshal(site, option)
        for pool, kind in self.motorpool.kinds.items():
            rides = self.stock.rides[pool] - self.receiving.stopped_by_plan(option.dest)
            some = self._carried(lots, left, rides)
            if not some.size or self._way_to_base_closed(pool, site):
                continue
            in_time = self.trucks.trucks_in_time(marshal, pool, self.now, handover_s)
            left_s = site.hours.open_between(max(self.now, kind.from_s or 0), handover_s)
            mine = lots[some]
            longest_s = int(self.stock.loads[mine[self.stock.masses[mine] <= kind.payload]].max(initial=0))
            loaded = self.trucks.loaded_in(pool, site, left_s, longest_s, _MANY)
            if self.trucks.can_come(pool, site):
                self._open.append((Reason.BY_ROAD, rides))
            trucks = min(in_time - self._trucks[pool], loaded)
            room = Room(kind.payload, kind.floor, "road")
            self._trucks[pool] += self._fill(lots, left, some, room, max(0.0, trucks))

    def _way_to_base_closed(self, pool: str, site: Site) -> bool:
        base = self.motorpool.kinds[pool].base
        leg = None if base == site.name else self.setting.network.road(base, site.name)
        return leg is not None and self._closed_by_plan(leg, "trucks")

    def _marshal(self, site: Site, option: Option) -> Marshal:
        return next(marshal for marshal in self.motorpool.marshals[site.name] if marshal.option is option)

    def _on_vehicles(self, site: Site, option: Option, lots: np.ndarray, left: np.ndarray, driven: list[int]) -> None:
        """Take loads of the vehicles that drive: of those that have none, and whose seats are not kept back now."""
        kept = self.trucks.driving.kept_for_rear_party(site)
        for name, bed in self.stock.beds.items():
            mine = [lot for lot in driven if self.stock.class_name[lot] == name]
            loads = sum(lot not in site.cargo and lot not in kept for lot in mine)
            classes = bed.classes - self.receiving.stopped_by_plan(option.dest)
            if loads:
                self._open.append((Reason.BY_ROAD, classes))
            self._fill(lots, left, self._carried(lots, left, classes), bed.room, float(loads))

    def _by_itself(self, site: Site, option: Option, lots: np.ndarray, left: np.ndarray, drivers: int) -> np.ndarray:
        """Take vehicles that drive themselves, as far as there are people; returns those.

        With the rear party they may go without clearance.
        """
        assert option.road is not None
        people, way = site.people, option.road
        rear = people.known and "road" in people.preference
        free = rear and not (people.plan is not None and people.plan.last_convoy_needs_clearance)
        if self._closed_today(way) or (not free and self._closed_by_plan(way, "people")):
            return lots[:0]
        if drivers:
            self._open.append((Reason.BY_ROAD, self._self_driven))
        some = (left & self.stock.self_driven[lots]).nonzero()[0]
        taken, _ = in_turn(self.stock.crew_of[lots[some]], drivers)
        left[some[taken]] = False
        driven: np.ndarray = lots[some[taken]]
        return driven
