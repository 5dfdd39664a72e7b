"""A site: the state of a place in a replication: its lots by their next step, its people and its apron."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import filterfalse

import numpy as np

from sim.ledger.kinds import Bound, By, LiftId, Moment, Passage, Reason, Verdict, Why
from sim.ledger.ledger import Mark, PeopleStep, PlaceStep
from sim.ledger.states import State
from sim.scenario.places import Mode
from sim.tape.tape import Order
from sim.world.cargo import Cargo
from sim.world.drivers import Drivers
from sim.world.loaders import Loaders
from sim.world.memory import memory
from sim.world.people import Dates, Headcount
from sim.world.setting import Setting
from sim.world.standing import Standing

_NEVER = 1 << 60
_HERE = bytes(state in (State.IN_USE, State.RELEASED, State.PREPARING, State.READY) for state in range(256))


class Site:
    """One place in one replication.

    Lots at this place: `pending` (not yet released, soonest last), `released` (a heap for crews), `ready` (lot ->
    since when), `condemned` (lot -> since when). A lot is in one of them, or is being worked on.

    `passed_through`: whether lots of other places come here on their way.
    `hours` are the working hours as known now; `hours_change_s` is when an order will change them. `prepare_s` (and
    `prepares`, as an array) is the work to prepare each lot: none for vehicles if an order has waived it.
    """

    def __init__(self, setting: Setting, name: str) -> None:
        place = setting.scenario.places[name]
        self.place, self.name, self.rank = place, name, setting.frame.place_rank[name]
        others = setting.scenario.places.values()
        self.passed_through = any(dest == name for other in others for dest, _ in other.evacuate)
        self.setting = setting
        self.clock, self.tape, self.stock, self.ledger = setting.clock, setting.tape, setting.stock, setting.ledger
        self.dates = Dates(place.handover_s)
        self.hours = setting.frame.hours[name]
        order = self.tape.orders.get(name) if place.under_order is not None else None
        self.hours_change_s = _NEVER if order is None else order.at_s
        self.prepare_s, self.prepares = self.stock.prepare_s, self.stock.prepares
        self.waives_preparing = False
        self.open = True
        self.handed_over = False
        self.here: dict[int, None] = dict.fromkeys(self.stock.of_place.get(name, ()))
        self.inside = {lot: self.stock.broken[lot] for lot in self.here if lot in self.stock.broken}
        self.disposal_turns = self.stock.disposal_turns(self.inside)
        self.staying = self._not_for_lift()
        self.pending: list[tuple[int, int]] = []
        self.awaits_release = False
        self.released: list[tuple[bool, int, int, int]] = []
        self.released_s: dict[int, int] = {}
        self.ready: dict[int, int] = {}
        self.come_and_gone: list[int] = []  # lots that became ready or no longer are, in order of when
        self._standing = self._memories()
        self.driving: dict[int, None] = {}
        self._in_order: dict[str, Drivers] = memory(remembers=setting.remembers)
        self.changes = 0
        self.cargo = Cargo(self, setting.frame.lots.id)
        self.condemned: dict[int, int] = {}
        self._to_dispose: list[int] | None = None
        self.worked: set[int] = set()
        self.preparing = 0
        self.people = Headcount(
            place, self.dates, setting.time.deadline_s, setting.frame.place_rank, remembers=setting.remembers
        )
        waits = self.ledger.loader_waits.setdefault(name, [])
        work = self.ledger.loader_work.setdefault(name, [])
        self.loaders = Loaders(self.clock, place.loaders, self.tape.working[name], self.rank, waits, work)
        self.landings = 0
        self.accident_closed_until_s = 0
        self.on_ready: Callable[[int], None] = lambda _lot: None  # set by movement control
        self.on_guests: Callable[[], None] = lambda: None  # likewise
        self.lots_without_loader: Callable[[], list[int]] = list  # likewise: lots on trucks that wait for one
        self.give_up_loaders: Callable[[], None] = lambda: None  # likewise: these trucks give up
        self.on_unstaged: Callable[[int], None] = lambda _lot: None  # set by crews
        self.on_apron: Callable[[int], None] = lambda _change: None  # set by crews
        self.on_broken: Callable[[int], None] = lambda _shell: None  # set by reviews

    @property
    def handover_s(self) -> int | None:
        """When the place is to be handed over, as known now."""
        return self.dates.handover_s

    @property
    def order(self) -> Order | None:
        """The order to leave, once it has come."""
        return self.dates.order

    @property
    def started_s(self) -> int | None:
        """Since when the place draws down."""
        return self.dates.started_s

    # lots: from in use to ready

    def before_handover(self, now: int) -> bool:
        """Whether lots may still be prepared: not from handover on."""
        return self.handover_s is None or now < self.handover_s

    def _set_pending(self, plan: list[tuple[int, int]]) -> None:
        """Times of release, soonest last; some lots may then be ready at once, without crews."""
        self.pending = sorted(plan, reverse=True)
        self.awaits_release = any(self.needs_no_crew(lot) for _, lot in plan)

    @property
    def guards_transit(self) -> bool:
        """Whether lots that pass through continue when the place has closed."""
        return self.place.role == "hub"

    @property
    def in_charge(self) -> bool:
        """Whether lots here must be gone by a handover."""
        return self.handover_s is not None

    def start(self, now: int) -> None:
        """The phase of the place begins, or an order to leave begins it early: set the times of release."""
        if self.started_s is not None:
            return
        self.dates.started_s = now
        if self.place.role == "camp" or self.place.evacuate:
            self._plan_release(now)
        self.ledger.places.append(PlaceStep(now, self.name, Moment.STARTED))

    def _plan_release(self, now: int) -> None:
        release = self.place.release
        start = max(now, release.start_s or 0)
        by_class: dict[str, list[int]] = {}
        for lot in self.stock.of_place.get(self.name, ()):
            if lot not in self.staying:
                by_class.setdefault(self.stock.class_name[lot], []).append(lot)
        plan: list[tuple[int, int]] = []
        for lots in by_class.values():
            for i, lot in enumerate(lots, start=1):
                plan.append((self._release_s(lot, start + i * release.over_s // len(lots)), lot))
        self._set_pending(plan)

    @property
    def keeps_transfers(self) -> bool:
        """Whether lots whose transfer is agreed are transferred, as known now."""
        if self.order is None:
            return True
        own = self.place.transfer_under_order
        return self.setting.scenario.policy.transfer_under_order if own is None else own

    def _not_for_lift(self) -> frozenset[int]:
        """Own lots that are not to be prepared: agreed transfers, while no order has come.

        Without a handover, own lots stay unless a release is given.
        """
        own = self.stock.of_place.get(self.name, ())
        if self.handover_s is None and not self.place.gives_release:
            return frozenset(own)
        if not self.keeps_transfers:
            return frozenset()
        return frozenset(lot for lot in own if self.stock.agreed[lot])

    def _release_s(self, lot: int, planned_s: int) -> int:
        needed_s = self.stock.needed_until_s[lot]
        if needed_s is None or self.handover_s is None:
            return planned_s
        return max(self.clock.now_s, self.handover_s - needed_s)

    def take_order(self, order: Order) -> None:
        """An order to leave comes: the dates that hold, and how the place works from now on."""
        self.dates.order, self.dates.handover_s = order, order.handover_s
        rules = self.place.under_order
        if rules is None:
            return
        self.hours, self.hours_change_s = self.tape.hours[self.name], _NEVER
        self.people.form(self.place.crews_under_order)
        if not rules.prepare_vehicles:
            self.waives_preparing = True
            self.prepares = np.where(self.stock.self_driven, 0, self.stock.prepares)
            self.prepare_s = self.prepares.tolist()

    def release_all(self, now: int) -> None:
        """An order to leave: all the rest is released at once, lots still needed at their own time."""
        self.changes += 1
        self.pull(now)  # lots due before keep their time of release
        self.staying = self._not_for_lift()
        pulled = {lot for lot in self.here if self.ledger.state[lot] != State.IN_USE}
        rest = [lot for lot in self.stock.of_place.get(self.name, ()) if lot in self.here and lot not in pulled]
        self._set_pending([(self._release_s(lot, now), lot) for lot in rest if lot not in self.staying])

    def pull(self, now: int) -> None:
        """Release the lots that are due."""
        pending = self.pending
        while pending and pending[-1][0] <= now:
            release_s, lot = pending.pop()
            if lot in self.here and self.ledger.state[lot] == State.IN_USE:
                self.ledger.lot(release_s, lot, State.RELEASED, self.name)
                for piece in self.inside.get(lot, ()):
                    self.ledger.lot(release_s, piece, State.RELEASED, self.name)
                self.released_s[lot] = release_s
                if lot not in self.condemned:
                    self._offer(lot, release_s, now)

    def _offer(self, lot: int, release_s: int, now: int) -> None:
        """A released lot waits for a crew; one that needs no preparation is ready at once, with or without crews.

        After handover, that is so only for the pieces of a container that was being broken down.
        """
        if self.needs_no_crew(lot) and (lot in self.stock.container or self.before_handover(now)):
            self.ledger.lot(now, lot, State.PREPARING, self.name)
            self.skip_preparing(lot, now)
            return
        heappush(self.released, (not self.stock.sensitive[lot], release_s, self.stock.prepare_rank[lot], lot))

    def needs_no_crew(self, lot: int) -> bool:
        """Whether a lot is ready as soon as it is released: nothing to prepare and no yard, or waived by an order."""
        waived = self.waives_preparing and self.stock.drives[lot]
        return waived or (self.place.yard is None and not self.prepare_s[lot])

    def skip_preparing(self, lot: int, now: int) -> None:
        """A lot in preparation is ready without more work."""
        self.make_ready(lot, now, Why.PREPARING_WAIVED if self.stock.prepare_s[lot] else Why.NOTHING_TO_PREPARE)
        self.on_ready(lot)

    def waive_preparing(self, now: int) -> None:
        """An order waives the preparing of vehicles: those that wait for a crew are ready."""
        state = self.ledger.state
        for _, release_s, _, lot in list(self.released):
            if self.stock.drives[lot] and state[lot] == State.RELEASED and lot not in self.condemned:
                self._offer(lot, release_s, now)

    def _in_yard(self) -> int:
        """Number of lots that take room in the yard; a vehicle that needs no preparing takes none."""
        return self.preparing + len(self.ready) - (len(self.driving) if self.waives_preparing else 0)

    def take_released(self) -> int | None:
        """The next lot for a free crew, or `None`."""
        while self.released:
            lot = self.released[0][3]
            if lot in self.here and self.ledger.state[lot] == State.RELEASED and lot not in self.condemned:
                yard = self.place.yard
                if yard is not None and self._in_yard() >= yard:
                    return None
                heappop(self.released)
                return lot
            heappop(self.released)
        return None

    def make_ready(self, lot: int, now: int, by: By) -> None:
        """A lot is prepared, or has come in at a hub."""
        self.ledger.lot(now, lot, State.READY, self.name, by)
        self.here[lot] = None
        self._now_ready(lot, now)
        if lot in self.inside:
            self._break_down(lot, now)

    def _break_down(self, shell: int, now: int) -> None:
        """A container is broken down: from now on its pieces are lots like any other."""
        self.disposal_turns[shell] = self.stock.disposal_rank[shell]
        for piece in self.inside.pop(shell):
            self.here[piece] = None
            self.released_s[piece] = self.released_s[shell]
            self._offer(piece, self.released_s[piece], now)
        self._to_dispose = None  # the shell has the rank of a whole container no more
        self.on_broken(shell)

    def send_on(self, lot: int, now: int, by: By) -> None:
        """A lot that is out, unloaded at a custody hub that forwards, waits for lift again."""
        self.ledger.forward(now, lot, self.name, by)
        self.here[lot] = None
        self._now_ready(lot, now)

    def _now_ready(self, lot: int, now: int) -> None:
        self.changes += 1
        self.ready[lot] = now
        self.come_and_gone.append(lot)
        if self.stock.drives[lot]:
            self.driving[lot] = None
            self._in_order.clear()

    def driving_in_order(self) -> Drivers:
        """Ready vehicles that drive themselves, put in order when they have changed."""
        found = self._in_order.get(self.name)
        if found is None:
            found = self._in_order[self.name] = Drivers.of(self.driving, self.stock, self.cargo)
        return found

    def _memories(self) -> dict[Mode, dict[bytes, Standing]]:
        """Standing lots by mode of lift and carried lots; one memory if all lots take the same floor by both modes."""
        by_air: dict[bytes, Standing] = memory(remembers=self.setting.remembers)
        floors = self.stock.floors
        alike = floors["air"] is floors["road"]
        return {"air": by_air, "road": by_air if alike else memory(remembers=self.setting.remembers)}

    def standing(self, carried: bytes, mode: Mode) -> Standing:
        """Ready lots for which `carried` is 1, in their present order for a mode of lift."""
        known = self._standing[mode]
        found = known.get(carried)
        if found is None:
            floors = self.stock.floors[mode]
            found = known[carried] = Standing(self.stock, floors, self.ready, self.come_and_gone, carried)
        elif found.seen != len(self.come_and_gone):
            found.catch_up()
        return found

    def seats_change(self) -> None:
        """A vehicle has been loaded, or is no longer."""
        self.changes += 1
        self._in_order.clear()

    def take(self, lot: int) -> None:
        """A lot is no longer ready: it is being loaded, is condemned, or is gone."""
        self.changes += 1
        if self.ready.pop(lot, None) is not None:
            self.come_and_gone.append(lot)
        if lot in self.driving:
            del self.driving[lot]
            self._in_order.clear()

    # lots: condemned, reinstated, gone

    def condemn(self, lot: int, now: int, reason: Reason) -> None:
        """A lot will not be lifted; a crew that prepares it is to be stopped by the caller."""
        self.condemned[lot] = now
        self._to_dispose = None
        self.take(lot)
        self._mark(now, lot, Verdict.CONDEMNED, reason)

    def _mark(self, now: int, lot: int, verdict: Verdict, reason: Reason = Reason.NONE) -> None:
        for each in (lot, *self.inside.get(lot, ())):
            self.ledger.marks.append(Mark(now, each, verdict, self.name, reason))

    def reinstate(self, lot: int, now: int) -> None:
        """A condemned lot on which no work was done is for lift again."""
        del self.condemned[lot]
        self._to_dispose = None
        self._mark(now, lot, Verdict.REINSTATED)
        if self.ledger.state[lot] == State.READY:
            self._now_ready(lot, now)
        elif self.ledger.state[lot] == State.RELEASED:
            self._offer(lot, self.released_s[lot], now)

    def strike(self, lot: int, now: int, fate: State, by: By) -> None:
        """A lot meets its fate here, or is disabled and may yet be destroyed; what is inside it shares that."""
        for each in (lot, *self.inside.get(lot, ())):
            self.ledger.lot(now, each, fate, self.name, by)
        self._to_dispose = None
        self.take(lot)
        if fate != State.DISABLED:
            self.inside.pop(lot, None)
            self.forget(lot)

    def forget(self, lot: int) -> None:
        """A lot is no longer here."""
        self.on_unstaged(lot)
        self.here.pop(lot, None)
        self.take(lot)
        if self.condemned.pop(lot, None) is not None:
            self._to_dispose = None

    def waives_least(self, waived_s: int, now: int) -> bool:
        """Whether loads below the minimum go too: in the last days before handover."""
        return self.handover_s is not None and now >= self.handover_s - waived_s

    def awaits_lift(self, lot: int) -> bool:
        """Whether lift or crews may still take a lot here: not condemned, not loading, not to be transferred."""
        return bool(_HERE[self.ledger.state[lot]]) and lot not in self.condemned and lot not in self.staying

    def backlog(self) -> list[int]:
        """Lots here that await lift: without a fate, not condemned, no agreed transfers."""
        here = filter(self.ledger.state.translate(_HERE).__getitem__, self.here)
        return list(filterfalse(self.condemned.__contains__, filterfalse(self.staying.__contains__, here)))

    def expected(self) -> list[int]:
        """Lots here that await lift, and the pieces inside of those that are not broken down yet."""
        lots = self.backlog()
        return [*lots, *(piece for lot in lots for piece in self.inside.get(lot, ()))] if self.inside else lots

    def holds(self, lot: int) -> bool:
        """Whether a lot is here, by itself or inside a container."""
        return lot in self.here or self.stock.container.get(lot) in self.inside

    def to_dispose(self) -> list[int]:
        """Condemned lots that are not disabled, in the order of disposal, put in order when they have changed."""
        if self._to_dispose is None or not self.setting.remembers:
            state = self.ledger.state
            self._to_dispose = self.by_disposal(lot for lot in self.condemned if state[lot] != State.DISABLED)
        return self._to_dispose

    def by_disposal(self, lots: Iterable[int]) -> list[int]:
        """Lots in the order of disposal: a container that is not broken down yet goes by all that is inside."""
        return sorted(lots, key=self.disposal_turns.__getitem__)

    def more_to_come(self) -> bool:
        """Whether a lot here that is not condemned is still to be released or prepared."""
        state = self.ledger.state
        return any(state[lot] < State.READY and self.awaits_lift(lot) for lot in self.here)

    # people

    def leave(self, now: int, own: int, guests: int, by: LiftId | Bound) -> dict[str, int]:
        """People leave the place; returns their number by origin."""
        self.changes += 1
        gone = self.people.leave(self.name, own, guests)
        for origin, count in gone.items():
            self.ledger.people.append(PeopleStep(now, Passage.LEFT, origin, self.name, count, by))
        return gone

    def receive(self, now: int, people: dict[str, int], by: LiftId, *, from_custody: bool) -> None:
        """People from elsewhere come in: out at an exit or custody hub, guests at a hub that sends them on.

        People from a custody hub were out before, and are home.
        """
        self.changes += 1
        what = Passage.HOME if from_custody else Passage.OUT if self.place.takes_out else Passage.ARRIVED
        for origin, count in people.items():
            self.ledger.people.append(PeopleStep(now, what, origin, self.name, count, by))
        self.people.arrive(people)
        if self.people.guests:
            self.on_guests()

    # the apron

    def strip_usable(self, now: int) -> bool:
        """Whether the strip is not closed by window, washout or accident."""
        return now >= self.accident_closed_until_s and not self.tape.strip_closed[self.name].is_open(now)

    def strip_usable_from(self, now: int) -> int:
        """First instant at which the strip is open again, as far as is known now."""
        when = max(now, self.accident_closed_until_s)
        closed = self.tape.strip_closed[self.name]
        return closed.closes_after(when) if closed.is_open(when) else when

    def sheltering(self, now: int) -> bool:
        """Whether an alarm is on."""
        return self.tape.shelter[self.name].is_open(now)
