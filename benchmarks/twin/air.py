"""Aircraft: when a sortie is sent, and how it goes."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import ENDS
from benchmarks.twin.loads import chalk, lift_order
from benchmarks.twin.things import LOADING, READY, Lot, Room, Sortie, Tail
from sim.scenario.lift import Aircraft
from sim.scenario.network import AirLeg, payload_at, surface_of

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin

DAY_S = 86_400
HOUR_S = 3_600


class Air:
    """All flights."""

    def __init__(self, world: Twin) -> None:
        self.world = world
        self.under_way: list[Sortie] = []
        self.stand_down: dict[str, int] = {}

    def sorties_a_day(self, fleet: Aircraft, leg: AirLeg) -> int:
        """Planned sorties a day of a tail."""
        cycle = leg.flight_s + 2 * fleet.ground_time_s
        strip = self.world.scenario.places[leg.origin].strip
        hours = strip.flying_hours.seconds if strip else DAY_S
        least = [min(hours, DAY_S) // max(cycle, 1)]
        if fleet.hours_a_day_s is not None:
            least.append(fleet.hours_a_day_s // max(leg.flight_s, 1))
        if fleet.crew_day_s is not None:
            least.append(fleet.crew_day_s // max(cycle, 1))
        return min(least)

    def seats_on(self, site: Site, day: int) -> int:
        """Seats that cleared flights can give people of a place on a day."""
        tape, seats = self.world.tape, 0
        for name, tails in self.world.tails.items():
            legs = [option.air[name] for option in self.world.network.options[site.name] if name in option.air]
            if not legs or not tails or not tape.air_cleared(site.name, "people", day):
                continue
            if tape.air_cleared(legs[0].dest, "people", day):
                fit = [tail for tail in tails if not tail.lost and tape.fit(name, tail.number, day)]
                seats += len(fit) * self.sorties_a_day(tails[0].fleet, legs[0]) * tails[0].fleet.seats
        return seats

    def send(self, order: list[Site]) -> None:
        """Send idle aircraft, type by type, a place getting tails as long as its load is worth one more."""
        for name in self.world.tails:
            for site in order:
                for option in self.world.network.options[site.name]:
                    leg = option.air.get(name) if option.mode == "air" else None
                    while leg is not None and not site.closed and self._send_one(name, site, leg):
                        pass

    def _send_one(self, name: str, site: Site, leg: AirLeg) -> bool:
        world, now = self.world, self.world.clock.now_s
        day = world.scenario.time.day_of(now)
        tails = [
            tail for tail in world.tails[name]
            if tail.idle and not tail.lost and tail.free_s <= now and world.tape.fit(name, tail.number, day)
        ]  # fmt: skip
        if not tails or self.stand_down.get(name, 0) > now:
            return False
        fleet = tails[0].fleet
        base, dest = world.sites[fleet.base], world.sites[leg.dest]
        if not (base.strip_open() and site.strip_open() and dest.strip_open()) or base.sheltered():
            return False
        cleared = world.tape.air_cleared(site.name, "cargo", day) and world.tape.air_cleared(leg.dest, "cargo", day)
        room = Room(payload_at(fleet, leg, now), fleet.positions)
        load = self.load(site, leg, name, room, now + leg.out_s) if cleared else []
        fill = world.scenario.policy.least_fill
        waived = site.handover_s is not None and now >= site.handover_s - fill.waived_s
        if not load or (room.fill(load) < fill.share and not waived):
            return False
        sortie = self._plan(tails[0], site, leg, load, room)
        if sortie is None:
            return False
        self._start(sortie, leg)
        return True

    def load(self, site: Site, leg: AirLeg, name: str, room: Room, arrival_s: int) -> list[Lot]:
        """What a further sortie would take: ready, or made ready by its arrival, less what others take."""
        lots = [lot for lot in site.shipping() if self.world.fits(lot, name, leg) and lot.mass <= room.kg]
        lots = lift_order(self.world, lots, room)
        coming = [lot for _, lot in site.labour.foreseen(arrival_s) if self.world.fits(lot, name, leg)]
        lots += [lot for lot in coming if lot not in lots and not lot.condemned]
        for sortie in self.under_way:
            if sortie.origin == site.name and not sortie.loaded:
                taken = chalk(self.world, lots, sortie.room)
                lots = [lot for lot in lots if lot not in taken]
        return chalk(self.world, lots, room)

    def _plan(self, tail: Tail, site: Site, leg: AirLeg, load: list[Lot], room: Room) -> Sortie | None:
        world, now, fleet = self.world, self.world.clock.now_s, tail.fleet
        land = now + leg.out_s
        loaded = site.hours.finish(land, sum(lot.load for lot in load))
        if loaded is None:
            return None
        off = max(land + fleet.ground_time_s, loaded)
        at_dest = off + leg.carry_s
        flying = world.tape.flying
        if site.handover_s is not None and loaded > site.handover_s:
            return None
        base_open = flying[fleet.base].is_open(now)
        if not (base_open and flying[site.name].is_open(land) and flying[leg.dest].is_open(at_dest)):
            return None
        mog = site.place.strip.mog if site.place.strip else None
        there = [
            s for s in self.under_way if s.origin == site.name and not s.loaded and s.land_s < off and land < s.off_s
        ]
        if mog is not None and len(there) >= mog:
            return None
        return Sortie(tail, site.name, leg.dest, room, land, off, True, False)

    def _start(self, sortie: Sortie, leg: AirLeg) -> None:
        sortie.tail.idle = False
        self.under_way.append(sortie)
        self.world.answer.add("sorties_planned")
        self.world.clock.process(self._fly(sortie, leg))

    def _fly(self, sortie: Sortie, leg: AirLeg) -> Generator[Event, None, None]:
        world, clock, tail = self.world, self.world.clock, sortie.tail
        rank = world.frame.aircraft_rank[tail.type]
        origin, dest = world.sites[leg.origin], world.sites[leg.dest]
        yield clock.moment(clock.now_s + leg.out_s, ENDS, rank, tail.number)
        if leg.out_s and not (yield from self._land(sortie, origin)):
            return
        yield from self._take_on(sortie, leg, origin)
        yield clock.moment(clock.now_s + leg.carry_s, ENDS, rank, tail.number)
        if not (yield from self._land(sortie, dest)):
            return
        begun = clock.now_s
        end = dest.working.finish(begun, sum(lot.unload for lot in sortie.lots))
        if end is None:
            return
        yield clock.moment(end, ENDS, rank, tail.number)
        for lot in sortie.lots:
            world.unload(lot, leg.dest)
        off = max(clock.now_s, begun + tail.fleet.ground_time_s)
        yield clock.moment(off, ENDS, rank, tail.number)
        if leg.back_s:
            yield clock.moment(clock.now_s + leg.back_s, ENDS, rank, tail.number)
            if not (yield from self._land(sortie, world.sites[tail.fleet.base])):
                return
        self.under_way.remove(sortie)
        world.answer.add("sorties_flown")
        tail.free_s = clock.now_s + world.tape.breakdown(tail.type, tail.number, tail.sorties)
        tail.sorties += 1
        tail.idle = True
        if tail.free_s > clock.now_s:
            yield clock.moment(tail.free_s, ENDS, rank, tail.number)
        world.ask()

    def _take_on(self, sortie: Sortie, leg: AirLeg, origin: Site) -> Generator[Event, None, None]:
        world, clock, tail = self.world, self.world.clock, sortie.tail
        rank = world.frame.aircraft_rank[tail.type]
        landed = clock.now_s
        lots = [lot for lot in origin.shipping() if world.fits(lot, tail.type, leg) and lot.mass <= sortie.room.kg]
        sortie.lots = chalk(world, lift_order(world, lots, sortie.room), sortie.room)
        for lot in sortie.lots:
            world.enter(lot, LOADING)
        sortie.loaded = True
        end = origin.working.finish(landed, sum(lot.load for lot in sortie.lots)) if sortie.lots else landed
        quiet = origin.quiet.finish(landed, tail.fleet.ground_time_s)
        yield clock.moment(max(end or 0, quiet or 0, landed), ENDS, rank, tail.number)
        off = origin.next_flying(clock.now_s, quiet=True, hours=False)
        while off is not None and off > clock.now:
            yield clock.moment(off, ENDS, rank, tail.number)
            off = origin.next_flying(clock.now_s, quiet=True, hours=False)
        for lot in sortie.lots:
            world.depart(lot)

    def _land(self, sortie: Sortie, site: Site) -> Generator[Event, None, bool]:
        world, clock, tail = self.world, self.world.clock, sortie.tail
        rank = world.frame.aircraft_rank[tail.type]
        at = site.next_flying(clock.now_s, quiet=True, hours=site.name != tail.fleet.base)
        while at is not None and at > clock.now:
            yield clock.moment(at, ENDS, rank, tail.number)
            at = site.next_flying(clock.now_s, quiet=True)
        luck = world.tape.landing(site.name, site.landings)
        site.landings += 1
        rules = world.scenario.accidents.landing
        chance = rules.chance if rules else {}
        if rules is None or luck.accident_u >= chance.get(surface_of(site.place), chance.get("any", 0.0)):
            return True
        world.answer.add("accidents")
        site.strip_shut_until = max(site.strip_shut_until, clock.now_s + rules.strip_closed_s)
        self.stand_down[tail.type] = clock.now_s + rules.stand_down_s
        if luck.hull_u < rules.hull_lost:
            tail.lost = True
            self.under_way.remove(sortie)
            for lot in sortie.lots:
                if lot.state == "moving":
                    world.strike(lot, "lost")
            return False
        yield clock.moment(clock.now_s + luck.repair_s, ENDS, rank, tail.number)
        return True


__all__ = ["HOUR_S", "READY", "Air"]
