"""Planning capacity: what lift can still bring out by a handover, by planning factors, the future unseen."""

from __future__ import annotations

from typing import Literal

from sim.scenario.calendar import DAY_S
from sim.scenario.network import AirLeg, Option, payload_at
from sim.world.chalk import Room
from sim.world.control import Control
from sim.world.marshal import Marshal
from sim.world.site import Site
from sim.world.tails import Fleet

_MEMORY_DAYS = 14
_CLEARED_AT_FIRST = 0.9  # share of days cleared that planning counts on before any has passed
_TINY = 1e-9
_MANY = 1 << 30


class Capacity:
    """Lift set against backlogs in one review: places in order of handover, a later one getting what is left."""

    def __init__(self, control: Control, now: int) -> None:
        self.control, self.now = control, now
        self.setting, self.stock = control.setting, control.setting.stock
        self._tail_days = dict.fromkeys(self.setting.scenario.lift.aircraft, 0.0)
        self._trucks = dict.fromkeys(self.setting.scenario.lift.trucks, 0.0)

    def lifted(self, site: Site, lots: list[int]) -> set[int]:
        """Lots of a site, given in the order of lift, that lift can still bring out by its handover."""
        assert site.handover_s is not None
        out: set[int] = set()
        drivers = site.people.present if site.people.known else _MANY
        for option in self.setting.network.options[site.name]:
            left = [lot for lot in lots if lot not in out]
            if not left:
                break
            if option.mode == "air":
                for name, leg in option.air.items():
                    out |= self._by_air(site, name, leg, [lot for lot in left if lot not in out], site.handover_s)
            else:
                out |= self._by_truck(site, option, left, site.handover_s)
                driven = self._by_itself(site, option, [lot for lot in left if lot not in out], drivers)
                drivers -= sum(self.stock.drivers[lot] for lot in driven)
                out |= driven
        return out

    # by air

    def _by_air(self, site: Site, name: str, leg: AirLeg, lots: list[int], handover_s: int) -> set[int]:
        fleet = next(fleet for fleet in self.control.airlift.fleets if fleet.name == name)
        classes, name_of = self.stock.flies[name], self.stock.class_name
        lots = [lot for lot in lots if name_of[lot] in classes]
        if not lots:
            return set()
        per_day = self._legs_a_day(fleet, leg, site)
        tails = sum(1 for tail in fleet.tails if not tail.lost)
        from_s = max(self.now, fleet.kind.from_s or 0)  # a charter is known beforehand
        days = tails * max(0, handover_s - from_s) / DAY_S - self._tail_days[name]
        each = self.setting.scenario.policy.disposal.planning_fill * self._cleared_share(leg)
        legs = int(days * per_day + _TINY)
        if legs <= 0 or each <= 0 or per_day <= 0:
            return set()
        room = Room(payload_at(fleet.kind, leg, self.now), fleet.kind.positions)
        taken, used = self._fill(lots, room, legs * each)
        self._tail_days[name] += used / each / per_day
        return taken

    def _fill(self, lots: list[int], room: Room, loads: float) -> tuple[set[int], float]:
        """Lots in order as far as so many loads go, and the loads used."""
        taken: set[int] = set()
        used = 0.0
        needs, most = self.stock.needs(room.kg, room.floor_milli), loads + _TINY
        for lot in lots:
            need = needs[lot]
            if need <= 1 and used + need <= most:
                used += need
                taken.add(lot)
        return taken, used

    def _legs_a_day(self, fleet: Fleet, leg: AirLeg, site: Site) -> float:
        kind = fleet.kind
        cycle_s = leg.flight_s + 2 * kind.ground_time_s
        strip = site.place.strip
        hours = strip.flying_hours if strip is not None else None
        if (hours is None or hours.whole_day) and kind.hours_a_day_s is None and kind.crew_day_s is None:
            return DAY_S / cycle_s if cycle_s else float(_MANY)
        return float(fleet.sorties_a_day(leg, DAY_S if hours is None else hours.seconds))

    def _cleared_share(self, leg: AirLeg) -> float:
        today = self.setting.time.day_of(self.now)
        days = range(max(0, today - _MEMORY_DAYS), today)
        if not days:
            return _CLEARED_AT_FIRST
        tape = self.setting.tape
        return sum(all(tape.air_cleared(end, "cargo", day) for end in (leg.origin, leg.dest)) for day in days) / len(
            days
        )

    # by road

    def _closed_today(self, route: str) -> bool:
        closures = self.setting.scenario.routes[route].closures.values()
        return any(window.covers(self.now) for window in closures) and "closures" not in self.setting.tape.without

    def _closed_by_plan(self, route: str, movement: Literal["people", "trucks"]) -> bool:
        return self._closed_today(route) or self.setting.tape.refused_outright(route, "road", movement, self.now)

    def _by_truck(self, site: Site, option: Option, lots: list[int], handover_s: int) -> set[int]:
        assert option.road is not None
        if self._closed_by_plan(option.road.route, "trucks"):
            return set()
        out: set[int] = set()
        for pool, kind in self.control.road.kinds.items():
            classes, name_of = self.stock.rides[pool], self.stock.class_name
            mine = [lot for lot in lots if lot not in out and name_of[lot] in classes]
            if not mine or self._way_to_base_closed(pool, site):
                continue
            marshal = self._marshal(site, option)
            trucks = self.control.trucks.trucks_in_time(marshal, pool, self.now, handover_s) - self._trucks[pool]
            taken, used = self._fill(mine, Room(kind.payload, kind.floor), max(0.0, trucks))
            self._trucks[pool] += used
            out |= taken
        return out

    def _way_to_base_closed(self, pool: str, site: Site) -> bool:
        base = self.control.road.kinds[pool].base
        leg = None if base == site.name else self.setting.network.road(base, site.name)
        return leg is not None and self._closed_by_plan(leg.route, "trucks")

    def _marshal(self, site: Site, option: Option) -> Marshal:
        return next(marshal for marshal in self.control.road.marshals[site.name] if marshal.option is option)

    def _by_itself(self, site: Site, option: Option, lots: list[int], drivers: int) -> set[int]:
        """Vehicles that drive themselves, as far as people go; with the rear party they may go without clearance."""
        assert option.road is not None
        people, route = site.people, option.road.route
        rear = people.known and "road" in people.preference
        free = rear and not (people.plan is not None and people.plan.last_convoy_needs_clearance)
        if self._closed_today(route) or (not free and self._closed_by_plan(route, "people")):
            return set()
        out: set[int] = set()
        for lot in lots:
            if self.stock.drives[lot] and self.stock.drivers[lot] <= drivers:
                drivers -= self.stock.drivers[lot]
                out.add(lot)
        return out
