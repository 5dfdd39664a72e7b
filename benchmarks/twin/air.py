"""Aircraft: which idle tail is sent where, and with what."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from benchmarks.twin.fleets import Fleets, person_milli
from benchmarks.twin.loads import chalk, lift_order
from benchmarks.twin.preference import allowed
from benchmarks.twin.sortie import Sortie
from benchmarks.twin.things import PERSON_KG, Lot, Room, Tail
from sim.scenario.lift import Aircraft
from sim.scenario.network import AirLeg, payload_at

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin

HOUR_S = 3_600
_LOOK_AHEAD_S = 6 * HOUR_S


class Air(Fleets):
    """Movement control by air."""

    def __init__(self, world: Twin) -> None:
        super().__init__(world)
        self.under_way: list[Sortie] = []
        self.not_before: dict[tuple[str, str], int] = {}
        self.too_small: dict[tuple[str, str, str], tuple[int, int]] = {}

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

    # decisions

    def send(self, order: list[Site]) -> None:
        """Send idle aircraft, type by type, to the places asked for, as long as a load is worth one more."""
        for name in self._types_in_turn():
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

    def _types_in_turn(self) -> list[str]:
        """Types in order of stream names, or of the cost of a seat and kilometre."""
        kinds = self.world.scenario.lift.aircraft
        if self.world.scenario.policy.aircraft == "name":
            return list(self.world.tails)

        def dear(name: str) -> float:
            kind = kinds[name]
            return kind.cost / (kind.seats * kind.block_speed) if kind.seats else inf

        return sorted(self.world.tails, key=dear)

    def _anything(self, site: Site) -> bool:
        if site.ready or site.people.guests:
            return True
        now, labour = self.world.clock.now_s, site.labour
        before_handover = not site.closed and site.handover_s is not None and now < site.handover_s
        if before_handover and (labour.jobs or site.pending() or labour.waiting()):
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
        after = [(sortie.fleet.base, 0), (leg.origin, leg.out_s), (leg.dest, lands_after)]
        while True:
            first = at
            for place, offset in after:
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
        claimed = self.claimed(site)
        rest = [lot for lot in ready if lot not in claimed]
        load = chalk(self.world, rest, room)
        if len(load) == len(rest) and sortie.lands_s > now:
            coming = site.labour.foreseen(sortie.lands_s)
            coming = self.flyable(sortie, site, coming)
            if coming:
                load = chalk(self.world, [lot for lot in ready + coming if lot not in claimed], room)
        return load[: self.world.sites[sortie.leg.dest].receiving.room]

    def flyable(self, sortie: Sortie, site: Site, lots: list[Lot]) -> list[Lot]:
        """Of some lots those that the sortie could carry and that have no earlier way now."""
        kg = payload_at(sortie.fleet, sortie.leg, self.world.clock.now_s)
        fit = [lot for lot in lots if lot.class_name in self.flies[sortie.tail.type] and lot.mass <= kg]
        classes = allowed(self.world, site, sortie.option, {lot.class_name for lot in fit})
        return [lot for lot in fit if lot.class_name in classes]

    def claimed(self, site: Site) -> set[Lot]:
        """Lots that sorties under way will take: each the first that it could carry, up to what it was sent for."""
        claimed: set[Lot] = set()
        for other in self.under_way:
            if other.leg.origin == site.name:
                kg, milli = other.for_kg, other.for_milli
                for lot in self._could_take(other, site) if kg or milli else []:
                    if lot not in claimed and (kg > 0 or milli > 0):
                        claimed.add(lot)
                        kg -= lot.mass
                        milli -= lot.kind.floor
        return claimed

    def _could_take(self, sortie: Sortie, site: Site) -> list[Lot]:
        """Lots that a sortie under way could carry: ready ones in order of lift, then those ready by its landing."""
        now, fleet, seats = self.world.clock.now_s, sortie.fleet, sortie.for_seats
        kg = payload_at(fleet, sortie.leg, now)
        coming = site.labour.foreseen(sortie.lands_s) if sortie.lands_s > now else []
        ready, coming = (
            [lot for lot in lots if lot.class_name in self.flies[sortie.tail.type] and lot.mass <= kg]
            for lots in (site.shipping(), coming)
        )
        room = Room(kg - seats * PERSON_KG, fleet.positions - seats * person_milli(fleet))
        return lift_order(self.world, ready, room) + coming


__all__ = ["Air"]
