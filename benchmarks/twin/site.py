"""A place as a working site: its phase, people, stock, loaders and apron, and how it closes."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.airfield import Airfield
from benchmarks.twin.clock import FATES, ORDERS, RELEASES, WINDOWS
from benchmarks.twin.labour import Labour
from benchmarks.twin.loading import Loaders
from benchmarks.twin.people import People
from benchmarks.twin.receiving import Receiving
from benchmarks.twin.room import RoomToDestroy
from benchmarks.twin.teams import Teams
from benchmarks.twin.things import DISABLED, IN_USE, MOVING, PREPARING, READY, RELEASED, WAITING_STATES, Lot
from benchmarks.twin.things import FATES as FATE_NAMES
from sim.ledger.kinds import By, Moment
from sim.ledger.ledger import PlaceStep
from sim.scenario.openings import Openings, daily
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from benchmarks.twin.world import Twin

DAY_S = 86_400
FOREVER = 1 << 60


class Site(Airfield):
    """One place; what happens there by itself are processes, the rest is called by others."""

    def __init__(self, world: Twin, name: str) -> None:
        super().__init__(world, name)
        self.begun_s: int | None = None
        self.handover_s = self.place.handover_s
        self.ordered = False
        self.order_s: int | None = None
        self.closed_s: int | None = None
        self.handover_done = False
        self.working, self.hours = self._calendars()
        self.loaders = Loaders(self.clock, self.place.loaders, self.working, self.rank)
        self.to_release: list[tuple[int, int]] = []
        self.people = People(self)
        self.labour = Labour(self)
        self.receiving = Receiving(self)
        self.teams = Teams(self)
        self.room = RoomToDestroy(self)
        self.here = {lot.index: lot for lot in world.lots if lot.where == name and not lot.inside}
        self.ready: dict[int, Lot] = {}
        self.changes = 0

    def _calendars(self) -> tuple[Openings, Openings]:
        """When crews and loaders work, alarms known, and when planning thinks so: until an order by the old hours."""
        tape, rules = self.world.tape, self.place.under_order
        if rules is None or self.name not in tape.orders:
            self.worked = tape.hours[self.name]
            return tape.working[self.name], tape.hours[self.name]
        at, time, end = tape.orders[self.name].at_s, self.scenario.time, self.world.frame.end_s
        planned = daily(time, self.place.working_hours, end)
        old = [(a, min(b, at)) for a, b in planned.pairs()]
        new = [(max(a, at), b) for a, b in daily(time, rules.working_hours, end).pairs()]
        self.worked = Openings.from_pairs([*old, *new])
        return self.worked.minus(self.shelter), planned

    @property
    def scenario(self) -> Scenario:
        """The description."""
        return self.world.scenario

    def apron_changes(self) -> None:
        """An aircraft has come to the apron or left it."""
        self.room.look()

    @property
    def closed(self) -> bool:
        """Whether the last has left."""
        return self.closed_s is not None

    @property
    def begun(self) -> bool:
        """Whether the phase of the place has begun."""
        return self.begun_s is not None

    @property
    def handed_over(self) -> bool:
        """Whether handover has come."""
        return self.handover_s is not None and self.clock.now_s >= self.handover_s

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
                self._for_lift(lot)
        elif state in (MOVING, *FATE_NAMES) and state != DISABLED:
            self.here.pop(lot.index, None)

    def condemn(self, lot: Lot) -> None:
        """A lot here is not for lift any more."""
        for part in lot.parts:
            part.condemned = True
        self.changes += 1
        self.ready.pop(lot.index, None)

    def reinstate(self, lot: Lot) -> None:
        """A condemned lot is for lift again."""
        for part in lot.parts:
            part.condemned = False
        if lot.state == READY:
            self.changes += 1
            self._for_lift(lot)

    def _for_lift(self, lot: Lot) -> None:
        lot.ready_s = self.clock.now_s
        self.ready[lot.index] = lot

    def begin(self) -> None:
        """Start the processes of the place."""
        if self.place.phase is None:
            self.start_phase()
        if self.name in self.world.tape.orders:
            self.clock.process(self._order())
        self._expect_handover()
        self.clock.process(self.people.evenings())

    def start_phase(self) -> None:
        """The phase of the place begins (or an order begins it)."""
        if self.begun or self.closed:
            return
        self.begun_s = self.clock.now_s
        self._plan_releases({lot: self._release_at(lot) for lot in self.standing(IN_USE)})
        self.labour.staff()
        self.world.ask(self)

    # releases

    def _plan_releases(self, plan: dict[Lot, int | None]) -> None:
        self.to_release = sorted((max(at, self.clock.now_s), lot.index) for lot, at in plan.items() if at is not None)
        self.clock.process(self._releases(self.to_release))

    def _releases(self, plan: list[tuple[int, int]]) -> Generator[Event, None, None]:
        for at in sorted({at for at, _ in plan}):
            if at > self.clock.now_s:
                yield self.clock.moment(at, RELEASES, self.rank)
            if self.to_release is not plan:
                return
            self.labour.staff()
        yield self.clock.event().succeed()

    def _release_at(self, lot: Lot) -> int | None:
        rule, begin = self.place.release, self.begun_s or 0
        if lot.origin != self.name or self.held(lot):
            return None
        if self.place.handover_s is None and not self.place.gives_release:
            return None
        if lot.kind.needed_until_s is not None and self.handover_s is not None:
            return max(self.handover_s - lot.kind.needed_until_s, begin)
        start = max(rule.start_s or 0, begin)
        mates = [
            one for one in self.world.lots
            if one.origin == self.name and one.class_name == lot.class_name and not one.shell and not self.held(one)
        ]  # fmt: skip
        return start + (mates.index(lot) + 1) * rule.over_s // len(mates)

    def pending(self) -> list[tuple[int, Lot]]:
        """Lots that are still to be released, with the instants, soonest first."""
        lots = ((at, self.world.lots[index]) for at, index in self.to_release)
        return [(at, lot) for at, lot in lots if lot.state == IN_USE]

    def held(self, lot: Lot) -> bool:
        """Whether a lot stays here: for its transfer, or because the place keeps its own."""
        if lot.origin != self.name or lot.where != self.name:
            return False
        if self.place.handover_s is None and not self.place.gives_release:
            return True
        here = self.place.transfer_under_order
        still = self.scenario.policy.transfer_under_order if here is None else here
        return lot.agreed and (not self.ordered or still)

    def release_due(self) -> None:
        """Releases the lots that are due; those that need no preparation are ready at once."""
        while self.to_release and self.to_release[0][0] <= self.clock.now_s:
            lot = self.world.lots[self.to_release.pop(0)[1]]
            if lot.state == IN_USE and lot.where == self.name:
                for part in lot.parts:
                    part.released_s = self.clock.now_s
                    self.world.enter(part, RELEASED)
                self.offer(lot)

    def offer(self, lot: Lot) -> None:
        """A released lot waits for a crew, unless there is nothing to prepare."""
        if lot.condemned or self.handed_over:
            return
        if self.drives_as_it_is(lot) or (not lot.prepare and self.place.yard is None):
            self.prepared(lot)

    def drives_as_it_is(self, lot: Lot) -> bool:
        """Whether a vehicle needs no preparing, because an order has come."""
        rules = self.place.under_order
        return self.ordered and rules is not None and lot.drives and not rules.prepare_vehicles

    def preparing(self, lot: Lot) -> int:
        """The time that a crew takes to prepare a lot, as things are."""
        return 0 if self.drives_as_it_is(lot) else lot.prepare

    def in_yard(self) -> int:
        """Lots that take room in the yard."""
        lots = [*self.ready.values(), *(job.lot for job in self.labour.jobs if job.task == "prepare")]
        return sum(not self.drives_as_it_is(lot) for lot in lots)

    def prepared(self, lot: Lot) -> None:
        """A lot is prepared: movement control decides on the place, if there is lift to decide on."""
        self.make_ready(lot)
        if lot.whole:
            self._break_down(lot)
        world = self.world
        carried = world.road.carriers.waits_for_lots(self)
        if lot.drives or carried or world.road.any_for(self) or world.air.any_for(self) or world.sea.at_berth(self):
            self.world.ask(self)

    def _break_down(self, container: Lot) -> None:
        """Pieces come out of a container; those that need no preparing are ready at once."""
        container.whole = False
        for piece in container.pieces:
            self.here[piece.index] = piece
        for piece in container.pieces:
            if not (piece.prepare or piece.condemned) and self.place.yard is None:
                self.prepared(piece)
        self.world.disposal.broken_down(self, container)

    def make_ready(self, lot: Lot, by: By = None) -> None:
        """A lot stands ready."""
        if lot.state == RELEASED:
            self.world.enter(lot, PREPARING)
        self.world.enter(lot, READY, by)

    # order, handover, closing

    def say(self, what: Moment, number: int = 0) -> None:
        """Write down what happens to the place."""
        self.world.ledger.places.append(PlaceStep(self.clock.now_s, self.name, what, number))

    def _order(self) -> Generator[Event, None, None]:
        order = self.world.tape.orders[self.name]
        yield self.clock.moment(order.at_s, ORDERS, self.rank)
        if self.closed:
            return
        self.ordered, self.order_s, self.handover_s = True, order.at_s, order.handover_s
        self.say(Moment.ORDER, order.handover_s)
        self.world.disposal.stays(self)
        now = self.clock.now_s
        if not self.begun:
            self.begun_s = now
        needed = {lot: lot.kind.needed_until_s for lot in self.standing(IN_USE) if not self.held(lot)}
        plan = {lot: now if s is None else max(now, order.handover_s - s) for lot, s in needed.items()}
        self.changes += 1
        self._plan_releases(dict(plan))
        if self.place.under_order is not None:
            self._works_otherwise()
        self._expect_handover()
        self.world.road.recall(self)
        self.world.disposal.order(self)
        self.labour.go_on()
        self.world.ask(self)

    def _works_otherwise(self) -> None:
        """From the order on: other hours, and vehicles that drive as they are."""
        assert self.place.under_order is not None
        self.hours = daily(self.scenario.time, self.place.under_order.working_hours, self.world.frame.end_s)
        for lot in self.standing(RELEASED, PREPARING):
            if self.drives_as_it_is(lot) and not lot.condemned and not self.handed_over:
                self.prepared(lot)
                self.labour.drop(lot)

    def _expect_handover(self) -> None:
        if self.handover_s is None:
            return
        now, waived = self.clock.now_s, self.scenario.policy.least_fill.waived_s
        self.clock.process(self._handover(max(self.handover_s, now)))
        moments = {self.handover_s - DAY_S, self.handover_s - waived, *self.world.road.last_convoys_s(self)}
        for at in sorted(moments):
            if at >= now:
                self.clock.process(self._other_rules(at))

    def _other_rules(self, at_s: int) -> Generator[Event, None, None]:
        """From now on the last day's rules hold, or loads below the least go, or the last convoy may leave."""
        yield self.clock.moment(at_s, WINDOWS, self.rank)
        self.changes += 1
        self.world.ask(self)

    def _handover(self, at_s: int) -> Generator[Event, None, None]:
        yield self.clock.moment(at_s, FATES, self.rank)
        if not self.handed_over or self.closed or self.handover_done:
            return
        self.handover_done = True
        self.release_due()
        self.world.road.stop_loading(self)
        self.world.road.carriers.stop(self)
        self.say(Moment.HANDOVER)
        self.world.disposal.handover(self)
        self.labour.go_on()
        self.world.ask(self)
        self.check_closing()

    def check_closing(self) -> None:
        """Close if handover has come and everyone has left."""
        if self.handed_over and not self.closed and not self.people.present:
            self.clock.process(self._close())

    def _close(self) -> Generator[Event, None, None]:
        yield self.clock.moment(self.clock.now_s, FATES, self.rank)
        if self.closed or self.people.present:
            return
        self.release_due()
        self.labour.stop()
        self.teams.stop()
        self.closed_s = self.clock.now_s
        self.world.road.closes(self)
        self.world.road.carriers.stay(self)
        self.world.road.recall(self)
        for lot in self.standing(*WAITING_STATES):
            self.world.strike(lot, "transferred" if self.held(lot) else "abandoned")
        self.say(Moment.CLOSED)
        self.clock.process(self.world.phases_look())
        self.world.ask(self)
