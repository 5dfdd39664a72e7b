"""The projected policy: what planning says will not come out of a place by its handover."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from benchmarks.twin.loads import lift_order
from benchmarks.twin.things import IN_USE, PREPARING, RELEASED, Lot, Room
from sim.scenario.network import Option, payload_at

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin

DAY_S = 86_400
_CLEARED = 0.9
_LOOKED_BACK = 14


def hopeless(world: Twin, site: Site, lots: list[Lot]) -> set[Lot]:
    """Lots that no lift will reach, or that crews will not have prepared in time."""
    order = lift_order(world, lots, None)
    reached: set[int] = set()
    for option in world.network.options[site.name]:
        left = [lot for lot in order if lot.index not in reached]
        found = by_air(world, site, option, left) if option.mode == "air" else by_road(world, site, option, left)
        reached |= {lot.index for lot in found}
    kept = [lot for lot in order if lot.index in reached]
    return {lot for lot in lots if lot.index not in reached} | unprepared(world, site, kept)


def unprepared(world: Twin, site: Site, order: list[Lot]) -> set[Lot]:
    """Lots for which the crews' hours left to handover do not do."""
    now = world.clock.now_s
    hours = site.labour.crews * site.hours.open_between(now, site.handover_s or 0)
    over: set[Lot] = set()
    for lot in order:
        if lot.state not in (IN_USE, RELEASED, PREPARING):
            continue
        job = next((job for job in site.labour.jobs if job.lot is lot), None)
        work = lot.prepare if job is None else job.work - site.working.open_between(job.from_s, now)
        if work > hours:
            over.add(lot)
        else:
            hours -= work
    return over


def by_air(world: Twin, site: Site, option: Option, lots: list[Lot]) -> list[Lot]:
    """Lots that flights can still take: legs of each type, each so much of a full load."""
    now, found = world.clock.now_s, []
    left = list(lots)
    for name, leg in option.air.items():
        fleet = world.scenario.lift.aircraft[name]
        tails = [tail for tail in world.tails[name] if not tail.lost]
        days = max((site.handover_s or 0) - max(now, fleet.from_s or 0), 0) / DAY_S
        free = len(tails) * days - world.tail_days_used.get(name, 0.0)
        a_day = world.air.sorties_a_day(fleet, leg)
        legs = floor(max(free, 0.0) * a_day)
        share = world.scenario.policy.disposal.planning_fill * cleared_lately(world, leg.origin, leg.dest)
        room = Room(payload_at(fleet, leg, now), fleet.positions)
        kg, milli = legs * share * room.kg, legs * share * room.milli
        used = 0.0
        for lot in list(left):
            if not world.fits(lot, name, leg) or lot.mass > kg or lot.kind.floor > milli:
                continue
            kg -= lot.mass
            milli -= lot.kind.floor
            used += Room(room.kg, room.milli).fill([lot])
            found.append(lot)
            left.remove(lot)
        if a_day and share:
            world.tail_days_used[name] = world.tail_days_used.get(name, 0.0) + used / share / a_day
    return found


def cleared_lately(world: Twin, origin: str, dest: str) -> float:
    """Share of the last days on which cargo was cleared at both ends."""
    today = world.scenario.time.day_of(world.clock.now_s)
    days = range(max(today - _LOOKED_BACK, 0), today)
    if not days:
        return _CLEARED
    tape = world.tape
    return sum(tape.air_cleared(origin, "cargo", d) and tape.air_cleared(dest, "cargo", d) for d in days) / len(days)


def by_road(world: Twin, site: Site, option: Option, lots: list[Lot]) -> list[Lot]:
    """Lots that trucks can still take, or that drive out themselves."""
    assert option.road is not None
    road, now, found = option.road, world.clock.now_s, []
    left = list(lots)
    rules = world.scenario.routes[road.route]
    listed = any(window.covers(now) for window in rules.closures.values())
    tape = world.tape
    if not listed and not tape.refused_outright(road.route, "road", "trucks", now):
        for name in world.pools():
            trucks = world.road.rounds_left(site, name, option)
            room = world.road.room(name)
            chalks: list[list[Lot]] = []
            for lot in list(left):
                if "truck" not in lot.kind.moves or Room(room.kg, room.milli).fill([lot]) > 1:
                    continue
                for chalk in chalks:
                    if room.fill([*chalk, lot]) <= 1:
                        chalk.append(lot)
                        break
                else:
                    if len(chalks) >= trucks:
                        continue
                    chalks.append([lot])
                found.append(lot)
                left.remove(lot)
            world.trucks_used[name] = world.trucks_used.get(name, 0) + len(chalks)
    people = site.people.present if site.place.people is not None else 1 << 30
    if not listed and world.road.self_counted_on(site, road.route):
        for lot in list(left):
            if lot.drives and lot.kind.crew <= people:
                people -= lot.kind.crew
                found.append(lot)
                left.remove(lot)
    return found
