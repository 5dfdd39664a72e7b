"""Aircraft: which idle tail is sent where, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.twin.loads import chalk, lift_order
from benchmarks.twin.preference import allowed
from benchmarks.twin.sortie import Sortie
from benchmarks.twin.things import PERSON_KG, Lot, Room, Tail
from sim.scenario.lift import Aircraft
from sim.scenario.materiel import LotClass
from sim.scenario.network import AirLeg, Option, payload_at

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin

DAY_S = 86_400
HOUR_S = 3_600
_LOOK_AHEAD_S = 6 * HOUR_S


def person_milli(fleet: Aircraft) -> int:
    """Floor that a person takes."""
    return fleet.positions // fleet.seats if fleet.seats else 0


def _flies(kind: LotClass, fleet: Aircraft) -> bool:
    return "aircraft" in kind.moves and kind.floor <= fleet.positions and (fleet.containers or not kind.container)


class Air:
    """Movement control by air."""

    def __init__(self, world: Twin) -> None:
        self.world = world
        self.under_way: list[Sortie] = []
        self.stand_down: dict[str, int] = {}
        self.not_before: dict[tuple[str, str], int] = {}
        self.too_small: dict[tuple[str, str, str], tuple[int, int]] = {}
        self.flies = {
            name: {kind for kind, rules in world.scenario.classes.items() if _flies(rules, fleet)}
            for name, fleet in world.scenario.lift.aircraft.items()
        }

    # what planning knows

    def sorties_a_day(self, fleet: Aircraft, leg: AirLeg, open_s: int | None = None) -> int:
        """Planned sorties a day of a tail, in the strip's flying hours or so many seconds of them."""
        cycle = leg.flight_s + 2 * fleet.ground_time_s
        if open_s is None:
            strip = self.world.scenario.places[leg.origin].strip
            open_s = strip.flying_hours.seconds if strip else DAY_S
        least = [open_s // cycle] if cycle else []
        if fleet.hours_a_day_s is not None and leg.flight_s:
            least.append(fleet.hours_a_day_s // leg.flight_s)
        if fleet.crew_day_s is not None and cycle:
            least.append(fleet.crew_day_s // cycle)
        return min(least, default=0)

    def legs_a_day(self, fleet: Aircraft, leg: AirLeg) -> float:
        """Planned sorties a day for a review of disposal: not cut where the day is limited by nothing."""
        strip = self.world.scenario.places[leg.origin].strip
        cycle = leg.flight_s + 2 * fleet.ground_time_s
        free = (strip is None or strip.flying_hours.whole_day) and fleet.hours_a_day_s is None
        if free and fleet.crew_day_s is None:
            return DAY_S / cycle if cycle else float(1 << 30)
        return float(self.sorties_a_day(fleet, leg))

    def seats_on(self, site: Site, day: int) -> int:
        """Seats that cleared flights can give people of a place on a day."""
        tape, seats, now = self.world.tape, 0, self.world.clock.now_s
        midnight = self.world.scenario.time.day_starts_s[day]
        open_s = tape.flying[site.name].open_between(midnight, midnight + DAY_S)
        for name, tails in self.world.tails.items():
            legs = [option.air[name] for option in self.world.network.options[site.name] if name in option.air]
            if not legs or not tails or not self.cleared(legs[0], "people", day):
                continue
            free = [
                tail for tail in tails
                if not tail.lost and tail.free_s <= max(midnight, now) and tape.fit(name, tail.number, day)
            ]  # fmt: skip
            seats += len(free) * self.sorties_a_day(tails[0].fleet, legs[0], open_s) * tails[0].fleet.seats
        return seats

    def cleared(self, leg: AirLeg, movement: str, day: int) -> bool:
        """Whether people or cargo may fly on a day at both ends."""
        return all(self.world.tape.air_cleared(end, movement, day) for end in (leg.origin, leg.dest))  # type: ignore[arg-type]

    def idle(self, name: str) -> list[Tail]:
        """Tails that could begin a sortie now."""
        now = self.world.clock.now_s
        if self.stand_down.get(name, 0) > now:
            return []
        day = self.world.scenario.time.day_of(now)
        return [
            tail for tail in self.world.tails[name]
            if tail.idle and not tail.lost and tail.free_s <= now and self.world.tape.fit(name, tail.number, day)
        ]  # fmt: skip

    def serves(self, name: str, site: Site) -> bool:
        """Whether a type can fly from a place at all."""
        return any(name in option.air for option in self.world.network.options[site.name])

    def waits(self, name: str, site: Site) -> bool:
        """Whether it is known that the type can't be sent there yet, for the hour or a refusal."""
        return self.not_before.get((name, site.name), 0) > self.world.clock.now_s

    def any_for(self, site: Site) -> bool:
        """Whether a lot that becomes ready is worth a decision on flights."""
        now = self.world.clock.now_s
        return any(
            self.serves(name, site)
            and not self.waits(name, site)
            and any(tail.idle and not tail.lost and tail.free_s <= now for tail in tails)
            for name, tails in self.world.tails.items()
        )

    def next_day(self) -> int:
        """When the next day begins."""
        time = self.world.scenario.time
        return time.day_starts_s[min(time.day_of(self.world.clock.now_s) + 1, len(time.day_starts_s) - 1)]

    def takes_now(self, site: Site, option: Option) -> set[str]:
        """Classes that could fly from a place by this option now."""
        if not site.strip_open():
            return set()
        day = self.world.scenario.time.day_of(self.world.clock.now_s)
        found: set[str] = set()
        for name, leg in option.air.items():
            if self.cleared(leg, "cargo", day) and self.idle(name):
                found |= self.flies[name]
        return found

    # decisions

    def send(self, order: list[Site]) -> None:
        """Send idle aircraft, type by type, to the places asked for, as long as a load is worth one more."""
        for name in self.world.tails:
            sites = [
                site for site in order
                if self.serves(name, site) and not self.waits(name, site) and self._anything(site)
            ]  # fmt: skip
            if not sites:
                continue
            idle = self.idle(name)
            if not idle:
                self._ask_when_fit(name)
            for site in sites:
                for tail in list(idle):
                    if self._send(tail, site):
                        idle.remove(tail)
                if not idle:
                    break

    def _anything(self, site: Site) -> bool:
        if site.ready or site.people.guests:
            return True
        now = self.world.clock.now_s
        if not site.closed and site.handover_s is not None and now < site.handover_s:
            if site.labour.jobs or site.pending() or site.labour.waiting():
                return True
        return site.people.own > 0 and site.people.for_seats(now + _LOOK_AHEAD_S) > 0

    def _ask_when_fit(self, name: str) -> None:
        now = self.world.clock.now_s
        resting = [tail for tail in self.world.tails[name] if tail.idle and not tail.lost]
        if resting:
            at = min(max(tail.free_s, self.stand_down.get(name, 0)) for tail in resting)
            self.world.ask(at_s=at if at > now else self.next_day())

    def _send(self, tail: Tail, site: Site) -> bool:
        now, refused = self.world.clock.now_s, True
        day = self.world.scenario.time.day_of(now)
        for option in self.world.network.options[site.name]:
            leg = option.air.get(tail.type)
            if leg is None:
                continue
            people, cargo = self.cleared(leg, "people", day), self.cleared(leg, "cargo", day)
            if not people and not cargo:
                continue
            refused = False
            if self._out_of_hours(tail, leg, site):
                continue
            sortie = Sortie(self.world, tail, option, leg, people=people, cargo=cargo)
            if self._could_go(sortie, site) and self._load_worth_it(sortie, site) and self._may_fly(sortie, site):
                tail.begin_day(day, now)
                tail.idle = False
                self.under_way.append(sortie)
                site.changes += 1
                self.world.clock.process(sortie.fly())
                return True
        if refused:
            self._wait(tail.type, site, self.next_day())
        return False

    def _wait(self, name: str, site: Site, until_s: int) -> None:
        self.not_before[name, site.name] = until_s
        self.world.ask(site, until_s)

    def _out_of_hours(self, tail: Tail, leg: AirLeg, site: Site) -> bool:
        now, flying = self.world.clock.now_s, self.world.tape.flying
        off = flying[tail.fleet.base].next_open(now)
        lands = flying[site.name].next_open(now + leg.out_s)
        if off == now and lands == now + leg.out_s:
            return False
        if off is not None and lands is not None:
            self._wait(tail.type, site, max(off, lands - leg.out_s))
        return True

    def _could_go(self, sortie: Sortie, site: Site) -> bool:
        """Strips, alarm at the base, apron and the tail's day, with the least stay."""
        world, leg = self.world, sortie.leg
        now, ground = world.clock.now_s, sortie.fleet.ground_time_s
        sortie.lands_s, sortie.loaded_s, sortie.unload_s = now + leg.out_s, now + leg.out_s + ground, ground
        base = world.sites[sortie.fleet.base]
        for stop in (base, site, world.sites[leg.dest]):
            if not stop.strip_open():
                world.ask(site, stop.strip_open_from())
                return False
        if base.sheltered():
            world.ask(site, base.shelter.closes_after(now))
            return False
        return self._fits(sortie, site)

    def _may_fly(self, sortie: Sortie, site: Site) -> bool:
        """Flying hours at base, origin and destination by the planned times, then apron and day once more."""
        now = self.world.clock.now_s
        at = self._first_in_hours(sortie)
        if at == now:
            return self._fits(sortie, site)
        if at is not None:
            self.world.ask(site, at)
        return False

    def _first_in_hours(self, sortie: Sortie) -> int | None:
        flying, leg, at = self.world.tape.flying, sortie.leg, self.world.clock.now_s
        lands_after = sortie.loaded_s - at + leg.carry_s
        after = {sortie.fleet.base: [0], leg.origin: [], leg.dest: []}
        after[leg.origin].append(leg.out_s)
        after[leg.dest].append(lands_after)
        while True:
            first = at
            for place, offsets in after.items():
                for offset in offsets:
                    opens = flying[place].next_open(at + offset)
                    if opens is None:
                        return None
                    at = opens - offset
            if at == first:
                return at

    def _fits(self, sortie: Sortie, site: Site) -> bool:
        """Whether the apron and the tail's day have room for the sortie, by what is planned."""
        world, leg = self.world, sortie.leg
        now = world.clock.now_s
        free = self._apron_free_from(sortie, site)
        if free > sortie.lands_s:
            world.ask(site, now + free - sortie.lands_s)
            return False
        hours, crew_until = sortie.tail.left_of(world.scenario.time.day_of(now), now)
        back = sortie.loaded_s + leg.carry_s + sortie.unload_s + leg.back_s
        if (hours is not None and leg.flight_s > hours) or (crew_until is not None and back > crew_until):
            world.ask(site, self.next_day())
            return False
        return True

    def _apron_free_from(self, sortie: Sortie, site: Site) -> int:
        lands, until = sortie.lands_s, max(sortie.loaded_s, sortie.lands_s + 1)
        leave: list[int] = []
        for other in self.under_way:
            if other.leg.origin == site.name:
                leaves = max(other.loaded_s, other.repaired_s if other.landed else 0, other.lands_s + 1)
                if other.lands_s < until and lands < leaves:
                    leave.append(leaves)
        mog = site.place.strip.mog if site.place.strip else len(leave) + 1
        return lands if len(leave) < mog else sorted(leave)[len(leave) - mog]

    def _load_worth_it(self, sortie: Sortie, site: Site) -> bool:
        """Whether seats and lots that the sortie would find are worth it; they are what it was sent for."""
        now, fleet, leg = self.world.clock.now_s, sortie.fleet, sortie.leg
        looked = (sortie.tail.type, leg.origin, leg.dest)
        changes, at = self.too_small.get(looked, (-1, 0))
        if changes == site.changes and now - at < HOUR_S:
            return False
        room = Room(payload_at(fleet, leg, now), fleet.positions)
        seats = self._seats(sortie, site, room)
        beside = Room(room.kg - seats * PERSON_KG, room.milli - seats * person_milli(fleet))
        before_handover = site.handover_s is None or now < site.handover_s
        lots = self._lots(sortie, site, beside) if sortie.cargo and (before_handover or seats) else []
        full = room.fill(lots, seats * PERSON_KG, seats * person_milli(fleet))
        if not self._worth(site, fleet, full, seats):
            self.too_small[looked] = (site.changes, now)
            return False
        loaded = sortie.lands_s + max(sum(lot.load for lot in lots), fleet.ground_time_s)
        if site.handover_s is not None and loaded > site.handover_s and not seats:
            return False
        sortie.for_kg, sortie.for_milli = sum(lot.mass for lot in lots), sum(lot.kind.floor for lot in lots)
        sortie.for_seats, sortie.loaded_s = seats, loaded
        sortie.unload_s = max(sum(lot.unload for lot in lots), fleet.ground_time_s)
        return True

    def _worth(self, site: Site, fleet: Aircraft, full: float, seats: int) -> bool:
        least = self.world.scenario.policy.least_fill
        if full <= 0 and not seats:
            return False
        if full >= least.share - 1e-12 or (fleet.seats and seats >= least.share * fleet.seats):
            return True
        return site.handover_s is not None and self.world.clock.now_s >= site.handover_s - least.waived_s

    def _seats(self, sortie: Sortie, site: Site, room: Room) -> int:
        if not sortie.people:
            return 0
        wanted = site.people.for_seats(sortie.lands_s) + site.people.guests.total()
        wanted -= sum(other.for_seats for other in self.under_way if other.leg.origin == site.name)
        return max(min(wanted, sortie.fleet.seats, room.kg // PERSON_KG), 0)

    def _lots(self, sortie: Sortie, site: Site, room: Room) -> list[Lot]:
        """What it would find: what is ready, and if that leaves room what will be, less what others were sent for."""
        now = self.world.clock.now_s
        ready = lift_order(self.world, self.flyable(sortie, site, site.shipping()), room)
        rest = self._less_claims(site, ready)
        load = chalk(self.world, rest, room)
        if len(load) == len(rest) and sortie.lands_s > now:
            coming = site.labour.foreseen(sortie.lands_s)
            coming = self.flyable(sortie, site, coming)
            if coming:
                load = chalk(self.world, self._less_claims(site, ready + coming), room)
        return load

    def flyable(self, sortie: Sortie, site: Site, lots: list[Lot]) -> list[Lot]:
        """Of some lots those that the sortie could carry and that have no earlier way now."""
        kg = payload_at(sortie.fleet, sortie.leg, self.world.clock.now_s)
        fit = [lot for lot in lots if lot.class_name in self.flies[sortie.tail.type] and lot.mass <= kg]
        classes = allowed(self.world, site, sortie.option, {lot.class_name for lot in fit})
        return [lot for lot in fit if lot.class_name in classes]

    def _less_claims(self, site: Site, lots: list[Lot]) -> list[Lot]:
        others = [other for other in self.under_way if other.leg.origin == site.name]
        kg, milli = sum(other.for_kg for other in others), sum(other.for_milli for other in others)
        rest = list(lots)
        while rest and (kg > 0 or milli > 0):
            first = rest.pop(0)
            kg -= first.mass
            milli -= first.kind.floor
        return rest


__all__ = ["Air", "person_milli"]
