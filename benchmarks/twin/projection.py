"""The projected policy: what planning says will come out of a place by its handover."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from benchmarks.twin.loads import lift_order
from benchmarks.twin.things import IN_USE, RELEASED, Lot, Room
from sim.scenario.lift import Aircraft
from sim.scenario.network import AirLeg, Option, RoadLeg, payload_at

if TYPE_CHECKING:
    from benchmarks.twin.sea import Ship
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin

DAY_S = 86_400
TINY = 1e-9
ENOUGH = 1 << 30
_CLEARED = 0.9
_LOOKED_BACK = 14


class Projection:
    """One review: places in order of handover, each set against the lift that earlier ones leave."""

    def __init__(self, world: Twin) -> None:
        self.world = world
        self.now = world.clock.now_s
        self._tail_days = dict.fromkeys(world.scenario.lift.aircraft, 0.0)
        self._truck_loads = dict.fromkeys(world.scenario.lift.trucks, 0.0)

    def kept(self, site: Site, lots: list[Lot]) -> set[Lot]:
        """Of some lots those that lift can still take, and crews prepare, by the handover."""
        order = lift_order(self.world, lots, None)
        taken: set[Lot] = set()
        drivers = site.people.own if site.place.people is not None else ENOUGH
        for option in self.world.network.options[site.name]:
            if option.road is None:
                for name, leg in option.air.items():
                    taken |= self._by_air(site, name, leg, [lot for lot in order if lot not in taken])
            else:
                taken |= self._by_trucks(site, option.road, [lot for lot in order if lot not in taken])
                driven = self._by_themselves(site, option, [lot for lot in order if lot not in taken], drivers)
                drivers -= sum(lot.kind.crew for lot in driven)
                taken |= driven
                taken |= self._on_vehicles(site, option, [lot for lot in order if lot not in taken], driven)
        for vessel in self.world.sea.of(site):
            taken |= self._by_sea(site, vessel, [lot for lot in order if lot not in taken])
        return self._prepared(site, [lot for lot in order if lot in taken])

    def _by_sea(self, site: Site, vessel: Ship, lots: list[Lot]) -> set[Lot]:
        many = sum(self.now < at <= (site.handover_s or 0) for at in vessel.sailings)
        lots = [lot for lot in lots if vessel.takes(lot)]
        return self._fit(lots, vessel.room, many * self.world.scenario.policy.disposal.planning_fill)[0]

    def _prepared(self, site: Site, lots: list[Lot]) -> set[Lot]:
        """Lots, in order, for which the crews' hours left to handover do."""
        labour, handover = site.labour, site.handover_s or 0
        under_way = sum(labour.left(job) for job in labour.jobs)
        hours = max(labour.crews * site.hours.open_between(self.now, handover) - under_way, 0)
        kept: set[Lot] = set()
        seen: set[Lot] = set()
        for lot in lots:
            whole = lot.shell if lot.inside else lot
            assert whole is not None
            if whole in seen:
                continue
            seen.add(whole)
            together = [part for part in whole.parts if part in lots]
            waits = [whole, *together] if whole.state in (IN_USE, RELEASED) else together
            work = sum(site.preparing(part) for part in set(waits) if part.state in (IN_USE, RELEASED))
            if work <= hours:
                hours -= work
                kept |= set(together)
        return kept

    @staticmethod
    def _fit(lots: list[Lot], room: Room, loads: float) -> tuple[set[Lot], float]:
        """Lots in order as far as a number of full loads goes, and the loads that they take."""
        taken: set[Lot] = set()
        used = 0.0
        for lot in lots:
            share = room.fill([lot]) if room.kg else float(ENOUGH)
            if share <= 1 and used + share <= loads + TINY:
                used += share
                taken.add(lot)
        return taken, used

    # by air

    def _by_air(self, site: Site, name: str, leg: AirLeg, lots: list[Lot]) -> set[Lot]:
        world, fleet = self.world, self.world.scenario.lift.aircraft[name]
        a_day = self._legs_a_day(fleet, leg)
        tails = sum(not tail.lost for tail in world.tails[name])
        days = self._days(name, fleet, site.handover_s or 0) / DAY_S
        legs = int((tails * days - self._tail_days[name]) * a_day + TINY)
        each = world.scenario.policy.disposal.planning_fill * self._cleared_lately(leg)
        if legs <= 0 or not each or not a_day:
            return set()
        room = Room(payload_at(fleet, leg, self.now), fleet.positions)
        lots = [lot for lot in lots if lot.class_name in world.air.flies[name]]
        taken, used = self._fit(lots, room, legs * each)
        self._tail_days[name] += used / each / a_day
        return taken

    def _days(self, name: str, fleet: Aircraft, handover_s: int) -> int:
        """Seconds of the days to handover on which the type is there and flies."""
        begins, ends = max(self.now, fleet.from_s or 0), handover_s
        if fleet.until_s is not None:
            ends = min(ends, fleet.until_s)
        if not (fleet.weekdays or fleet.dates):
            return max(ends - begins, 0)
        days = pairwise(self.world.scenario.time.day_starts_s)
        flown = [span for day, span in enumerate(days) if self.world.air.flies_on(name, day)]
        return sum(max(min(ends, b) - max(begins, a), 0) for a, b in flown)

    def _legs_a_day(self, fleet: Aircraft, leg: AirLeg) -> float:
        """Sorties a day of a tail; one after the other where nothing bounds a day."""
        strip = self.world.scenario.places[leg.origin].strip
        round_the_clock = strip is None or strip.flying_hours.whole_day
        if round_the_clock and fleet.hours_a_day_s is None and fleet.crew_day_s is None:
            cycle = leg.flight_s + 2 * fleet.ground_time_s
            return DAY_S / cycle if cycle else float(ENOUGH)
        return float(self.world.air.sorties_a_day(fleet, leg))

    def _cleared_lately(self, leg: AirLeg) -> float:
        """Share of the last days on which cargo was cleared at both ends."""
        today = self.world.scenario.time.day_of(self.now)
        days = range(max(today - _LOOKED_BACK, 0), today)
        if not days:
            return _CLEARED
        tape, ends = self.world.tape, (leg.origin, leg.dest)
        return sum(all(tape.air_cleared(end, "cargo", day) for end in ends) for day in days) / len(days)

    # by road

    def _listed(self, way: RoadLeg) -> bool:
        """Whether a way is closed today by plan."""
        route = self.world.scenario.routes[way.route]
        legs = {frozenset(pair) for pair in pairwise(place for place, _ in way.path)}
        windows = [*route.closures.values(), *(w for w in route.leg_closures.values() if frozenset(w.leg) in legs)]
        return "closures" not in self.world.tape.without and any(window.covers(self.now) for window in windows)

    def _barred(self, way: RoadLeg, movement: Literal["people", "trucks"]) -> bool:
        """Whether no such movement on a way is counted on."""
        return self._listed(way) or self.world.tape.refused_outright(way.route, "road", movement, self.now)

    def _by_trucks(self, site: Site, road: RoadLeg, lots: list[Lot]) -> set[Lot]:
        taken: set[Lot] = set()
        if self._barred(road, "trucks"):
            return taken
        for name in self.world.road.trucks:
            base = self.world.scenario.lift.trucks[name].base
            way = None if base == site.name else self.world.network.road(base, site.name)
            if way is not None and self._barred(way, "trucks"):
                continue
            classes = self.world.road.rides(name) - self.world.sites[road.dest].receiving.listed()
            mine = [lot for lot in lots if lot not in taken and lot.class_name in classes]
            trucks = max(self._trucks(site, road, name) - self._truck_loads[name], 0.0) if mine else 0.0
            trucks = min(trucks, self._loaded(site, name, mine))
            found, used = self._fit(mine, self.world.road.room(name), trucks)
            self._truck_loads[name] += used
            taken |= found
        return taken

    def _loaded(self, site: Site, name: str, lots: list[Lot]) -> float:
        """Trucks of a pool that the loaders can load until handover."""
        roads, pool = self.world.road, self.world.scenario.lift.trucks[name]
        longest = max((lot.load for lot in lots if roads.fits(name, lot)), default=0)
        each = roads.own_time(name, "load") + longest
        if not each:
            return float(ENOUGH)
        a_loader = site.hours.open_between(max(self.now, pool.from_s or 0), site.handover_s or 0) // each
        if site.place.loaders is None:
            return float(ENOUGH) if a_loader else 0.0
        return float(site.place.loaders * a_loader)

    def _trucks(self, site: Site, road: RoadLeg, name: str) -> int:
        """Trucks of a pool that can still complete loading by handover, round by round."""
        roads, pool = self.world.road, self.world.scenario.lift.trucks[name]
        handover = site.handover_s or 0
        stay = max(roads.rules.load_at_least_s, roads.own_time(name, "load"))
        here = len(roads.bound(name, roads.form(site, road), "waiting", "coming"))
        here += len(roads.idle(name)) if pool.base == site.name else 0
        ends = ((pool.base, site.name), (site.name, road.dest), (road.dest, pool.base))
        legs = [roads.plan.way_s(*pair) for pair in ends]
        if any(leg is None for leg in legs):
            return 0
        out, way, back = (leg or 0 for leg in legs)
        there = here if self.now + stay <= handover else 0
        left = handover - max(self.now, pool.from_s or 0) - out - stay
        if left < 0:
            return there
        cycle = out + stay + way + back + roads.own_time(name, "unload")
        rounds = 1 + (left // cycle if cycle else len(self.world.lots))
        many = sum(truck.state != "lost" for truck in roads.trucks[name])
        if roads.rules.at_once is not None:
            many = min(many, roads.rules.at_once * roads.rules.vehicles.most)
        return max(there, rounds * many)

    def _by_themselves(self, site: Site, option: Option, lots: list[Lot], drivers: int) -> set[Lot]:
        assert option.road is not None
        way, drawdown = option.road, site.place.drawdown
        leaves = site.place.people is not None and "road" in site.people.leave_by
        asks = not leaves or (drawdown is not None and drawdown.last_convoy_needs_clearance)
        taken: set[Lot] = set()
        if self._listed(way) or (asks and self._barred(way, "people")):
            return taken
        for lot in lots:
            if lot.drives and lot.kind.crew <= drivers:
                drivers -= lot.kind.crew
                taken.add(lot)
        return taken

    def _on_vehicles(self, site: Site, option: Option, lots: list[Lot], driven: set[Lot]) -> set[Lot]:
        """One load for each vehicle that drives, has none, and is not kept back."""
        roads, taken = self.world.road, set[Lot]()
        for name, room in roads.carriers.rooms.items():
            mine = {lot for lot in driven if lot.class_name == name and not lot.laden} - roads.column.kept_back(site)
            classes = roads.carriers.rides[name] - self.world.sites[option.dest].receiving.listed()
            some = [lot for lot in lots if lot not in taken and lot.class_name in classes]
            taken |= self._fit(some, room, float(len(mine)))[0]
        return taken
