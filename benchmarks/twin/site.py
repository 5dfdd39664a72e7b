"""A place as a working site: its phase, people, stock, loaders and apron, and how it closes."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy import Resource
from simpy.events import Event

from benchmarks.twin.clock import ENDS, FATES, THREATS, WINDOWS
from benchmarks.twin.labour import Labour
from benchmarks.twin.people import People
from benchmarks.twin.things import DISABLED, IN_USE, MOVING, PREPARING, READY, RELEASED, WAITING_STATES, Lot
from benchmarks.twin.things import FATES as FATE_NAMES
from sim.scenario.scenario import Scenario
from sim.tape.openings import Openings

if TYPE_CHECKING:
    from benchmarks.twin.world import Twin

DAY_S = 86_400
FOREVER = 1 << 60


class Site:
    """One place; what happens there by itself are processes, the rest is called by others."""

    def __init__(self, world: Twin, name: str) -> None:
        self.world, self.name = world, name
        self.clock = world.clock
        self.place = world.scenario.places[name]
        self.rank = world.frame.place_rank[name]
        self.begun = self.place.phase is None
        self.begun_s: int | None = 0 if self.begun else None
        self.handover_s = self.place.handover_s
        self.ordered = False
        self.order_s: int | None = None
        self.handed_over = False
        self.closed_s: int | None = None
        self.first_s: int | None = None
        self.strip_shut_until = 0
        self.landings = 0
        many = self.place.loaders
        self.loaders = Resource(self.clock, many) if many else None
        self.no_loaders = many == 0
        self.apron = Resource(self.clock, self.place.strip.mog) if self.place.strip else None
        self.shelter: Openings = world.tape.shelter[name]
        self.quiet = Openings.always(0, world.frame.end_s).minus(self.shelter)
        self.working: Openings = world.tape.working[name]
        self.hours: Openings = world.tape.hours[name]
        self.people = People(self)
        self.labour = Labour(self)
        self.here = {lot.index: lot for lot in world.lots if lot.where == name}
        self.ready: dict[int, Lot] = {}
        self.changes = 0

    @property
    def scenario(self) -> Scenario:
        """The description."""
        return self.world.scenario

    @property
    def closed(self) -> bool:
        """Whether the last has left."""
        return self.closed_s is not None

    def standing(self, *states: str) -> list[Lot]:
        """Lots that stand here in one of these states, in the table's order."""
        return sorted((lot for lot in self.here.values() if lot.state in states), key=lambda lot: lot.index)

    def shipping(self) -> list[Lot]:
        """Ready lots that are not condemned, in the table's order."""
        return sorted(self.ready.values(), key=lambda lot: lot.index)

    def note(self, lot: Lot, state: str) -> None:
        """A lot here enters a state: what was found too small is looked at again when lots become ready or go."""
        if state in (RELEASED, PREPARING):
            return
        self.changes += 1
        self.ready.pop(lot.index, None)
        if state == READY:
            self.here[lot.index] = lot
            if not lot.condemned:
                self.ready[lot.index] = lot
        elif state in (MOVING, *FATE_NAMES) and state != DISABLED:
            self.here.pop(lot.index, None)

    def condemn(self, lot: Lot) -> None:
        """A lot here is not for lift any more."""
        lot.condemned = True
        self.changes += 1
        self.ready.pop(lot.index, None)

    def pardon(self, lot: Lot) -> None:
        """A condemned lot is for lift again."""
        lot.condemned = False
        if lot.state == READY:
            self.changes += 1
            self.ready[lot.index] = lot

    def begin(self) -> None:
        """Start the processes of the place."""
        if self.closed:
            return
        if self.begun:
            self.clock.process(self._releases())
        if self.name in self.world.tape.orders:
            self.clock.process(self._order())
        if self.handover_s is not None:
            self.clock.process(self._handover(self.handover_s))
        self.clock.process(self._all_clears())
        self.clock.process(self.people.evenings())

    def start_phase(self) -> None:
        """The phase of the place begins (or an order begins it)."""
        if self.begun:
            return
        self.begun, self.begun_s = True, self.clock.now_s
        self.clock.process(self._releases())
        self.world.disposal.review(self)
        self.labour.staff()
        self.world.ask(self)

    def _releases(self) -> Generator[Event, None, None]:
        due: list[tuple[int, int]] = []
        for lot in self.world.lots:
            if lot.origin == self.name and lot.state == IN_USE and lot.where == self.name:
                at = self._release_at(lot)
                if at is not None:
                    due.append((max(at, self.clock.now_s), lot.index))
        due.sort()
        for at, index in due:
            if at > self.clock.now:
                yield self.clock.moment(at, ENDS, self.rank, index)
            self.release(self.world.lots[index])
            self.labour.staff()
        if not due:
            yield self.clock.event().succeed()

    def _release_at(self, lot: Lot) -> int | None:
        rule = self.place.release
        begin = self.begun_s or 0
        if self.held(lot):
            return None
        if self.place.handover_s is None and "release" not in self.place.model_fields_set:
            return None
        if lot.kind.needed_until_s is not None and self.handover_s is not None:
            return max(self.handover_s - lot.kind.needed_until_s, begin)
        start = max(rule.start_s or 0, begin) if rule.start_s is not None else begin
        mates = [
            one for one in self.world.lots
            if one.origin == self.name and one.class_name == lot.class_name and not one.agreed
        ]  # fmt: skip
        if not lot.agreed:
            return start + (mates.index(lot) + 1) * rule.over_s // len(mates)
        return begin

    def held(self, lot: Lot) -> bool:
        """Whether a lot waits here for its transfer."""
        if not lot.agreed or lot.origin != self.name or lot.where != self.name:
            return False
        return not self.ordered or self.scenario.policy.transfer_under_order

    def release(self, lot: Lot) -> None:
        """A lot leaves use; what takes no preparing is ready at once."""
        if lot.state != IN_USE or lot.where != self.name or self.closed or lot.condemned:
            return
        lot.released_s = self.clock.now_s
        self.world.enter(lot, RELEASED)
        if lot.prepare == 0 and self.place.yard is None and not self.handed_over:
            self.make_ready(lot)
        self.world.ask(self)

    def make_ready(self, lot: Lot) -> None:
        """A lot is prepared."""
        lot.ready_s = self.clock.now_s
        if lot.state == RELEASED:
            self.world.enter(lot, PREPARING)
        self.world.enter(lot, READY)
        self.world.disposal.watch(self)
        self.world.ask(self)

    def _order(self) -> Generator[Event, None, None]:
        order = self.world.tape.orders[self.name]
        yield self.clock.moment(order.at_s, THREATS, self.rank)
        if self.closed or self.handed_over:
            return
        self.ordered, self.order_s, self.handover_s = True, order.at_s, order.handover_s
        self.world.answer.add("orders")
        was = self.begun
        self.start_phase()
        self.clock.process(self._handover(order.handover_s))
        if was:
            self.clock.process(self._ordered_releases())
        self.people.look()
        self.world.disposal.order(self)
        self.world.ask(self)

    def _ordered_releases(self) -> Generator[Event, None, None]:
        later: list[tuple[int, int]] = []
        for lot in self.standing(IN_USE):
            if lot.origin != self.name or self.held(lot):
                continue
            needed = lot.kind.needed_until_s
            at = self.clock.now_s if needed is None else max(self.clock.now_s, (self.handover_s or 0) - needed)
            if at <= self.clock.now_s:
                self.release(lot)
            else:
                later.append((at, lot.index))
        self.labour.staff()
        for at, index in sorted(later):
            yield self.clock.moment(at, ENDS, self.rank, index)
            self.release(self.world.lots[index])
            self.labour.staff()
        if not later:
            yield self.clock.event().succeed()

    def _handover(self, at_s: int) -> Generator[Event, None, None]:
        yield self.clock.moment(at_s, FATES, self.rank)
        if self.handover_s != at_s or self.closed or self.handed_over:
            return
        self.handed_over = True
        if self.scenario.policy.disposal.kind != "none":
            for lot in self.standing(IN_USE, RELEASED):
                if not self.held(lot):
                    self.world.disposal.condemn(lot)
        self.world.road.stop_loading(self)
        self.labour.staff()
        self.check_closing()
        self.world.ask(self)

    def check_closing(self) -> None:
        """Close where handover has come and nobody is left."""
        if self.handed_over and not self.closed and self.people.present == 0:
            self.clock.process(self._close())

    def _close(self) -> Generator[Event, None, None]:
        yield self.clock.moment(self.clock.now_s, FATES, self.rank)
        if self.closed or self.people.present:
            return
        self.closed_s = self.clock.now_s
        self.world.answer.closed[self.name] = self.closed_s
        self.labour.stop()
        for lot in self.standing(*WAITING_STATES):
            self.world.strike(lot, "transferred" if self.held(lot) else "abandoned")
        self.world.phases_look()
        self.world.ask(self)

    def _all_clears(self) -> Generator[Event, None, None]:
        for start, end in self.shelter.pairs():
            if start > self.clock.now:
                yield self.clock.moment(start, THREATS, self.rank)
            yield self.clock.moment(max(end, self.clock.now_s), WINDOWS, self.rank)
            self.world.ask()

    def sheltered(self) -> bool:
        """Whether an alarm is on."""
        return self.shelter.is_open(self.clock.now_s)

    def strip_open(self) -> bool:
        """Whether the strip is open, whatever the hour."""
        now = self.clock.now_s
        return not self.world.tape.strip_closed[self.name].is_open(now) and now >= self.strip_shut_until

    def next_flying(self, at_s: int, quiet: bool, hours: bool = True) -> int | None:
        """First instant at or after one at which the strip can be used."""
        at: int | None = at_s
        closed = self.world.tape.strip_closed[self.name]
        while at is not None:
            first = at
            at = max(at, self.strip_shut_until)
            if hours:
                at = self.world.tape.flying[self.name].next_open(at)
            elif closed.is_open(at):
                at = closed.closes_after(at)
            if at is not None and quiet and self.shelter.is_open(at):
                at = self.shelter.closes_after(at)
            if at == first:
                return at
        return None
