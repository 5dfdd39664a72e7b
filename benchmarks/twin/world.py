"""The twin: places, lots and lift, run against one tape."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.air import Air
from benchmarks.twin.clock import DISPATCH, FIRES, PHASES, RELEASES, WINDOWS, Clock
from benchmarks.twin.disposal import Disposal
from benchmarks.twin.fleets import flies
from benchmarks.twin.road import Road
from benchmarks.twin.sea import Sea
from benchmarks.twin.site import FOREVER, Site
from benchmarks.twin.things import FATES as FATE_NAMES
from benchmarks.twin.things import LEFT, LOADING, MOVING, READY, Answer, Lot, Tail
from sim.ledger.kinds import By, Did, LiftId, Passage
from sim.ledger.ledger import Ledger, LiftStep, PeopleStep
from sim.ledger.states import State
from sim.scenario.network import AirLeg, Network

if TYPE_CHECKING:
    from sim.tape.tape import Frame, Tape


class Twin:
    """One replication of one scenario."""

    def __init__(self, frame: Frame, tape: Tape) -> None:
        self.frame, self.tape, self.scenario = frame, tape, frame.scenario
        self.clock = Clock()
        self.horizon_s = frame.horizon_s
        self.deadline_s = frame.scenario.time.deadline_s
        self.network = Network(self.scenario)
        self.lots = [self._lot(i) for i in range(len(frame.lots))]
        for shell, pieces in frame.lots.broken.items():
            self._pack(self.lots[shell], [self.lots[i] for i in pieces])
        self.answer = Answer(self.lots)
        self.ledger = Ledger(frame.lots.place)
        self.tail_days_used: dict[str, float] = {}
        self.trucks_used: dict[str, int] = {}
        self._asked: dict[int, set[str] | None] = {}
        fleet = self.scenario.lift.aircraft
        self.tails = {
            name: [Tail(name, i, fleet[name], free_s=fleet[name].from_s or 0) for i in range(fleet[name].count)]
            for name in sorted(fleet, key=frame.aircraft_rank.__getitem__)
        }
        self.sites = {name: Site(self, name) for name in sorted(self.scenario.places, key=frame.place_rank.__getitem__)}
        self.air, self.road, self.sea, self.disposal = Air(self), Road(self), Sea(self), Disposal(self)
        self.unliftable = frozenset(lot.index for lot in self.lots if not self._liftable(lot))

    def _lot(self, i: int) -> Lot:
        lots, tape = self.frame.lots, self.tape
        name = lots.kind[i]
        kind, of = self.scenario.classes[name], self.scenario.classes[lots.lot_class[i]]
        agreed = not of.sensitive and of.transfer.get(lots.owner[i]) == "agreed"  # type: ignore[call-overload]
        worth = (of.value, of.sensitive, of.denial)
        crews_destroy_s = tape.disable_s[i] if kind.destroyed_by == "eod" else tape.destroy_s[i]
        work = (tape.mass_kg[i], tape.prepare_s[i], tape.load_s[i], tape.unload_s[i], crews_destroy_s)
        place = lots.place[i]
        return Lot(i, lots.id(i), kind, name, place, agreed, *work, tape.disable_s[i], place, *worth)

    def _pack(self, shell: Lot, pieces: list[Lot]) -> None:
        """A container that is broken down later: its value is shared out."""
        rule = shell.kind.breaks_into
        assert rule is not None
        shell.whole, shell.whole_value, shell.pieces = True, shell.value, pieces
        shell.value = min(shell.whole_value, rule.shell_value)
        rest = shell.whole_value - shell.value
        for piece in pieces:
            piece.shell, piece.value = shell, rest // len(pieces)
        pieces[-1].value = rest - rest // len(pieces) * (len(pieces) - 1)

    def simulate(self) -> Answer:
        """Run to the horizon, the last instant included, and set the fates of what is left."""
        self.disposal.condemn_unliftable()
        for site in self.sites.values():
            site.begin()
        for phase in self.scenario.phases.values():
            self.clock.process(self.phases_look(max(phase.start_s, 0)))
        self.disposal.begin()
        for lot in self.lots:
            self._expose(lot, self.tape.fire_at[lot.index])
        for at in self.scenario.time.day_starts_s:
            if 0 < at <= self.horizon_s:
                self.clock.process(self._new_day(at))
                self.ask(at_s=at)
        self.ask()
        self.clock.simulate(self.horizon_s)
        self._end()
        return self.answer

    def _new_day(self, at_s: int) -> Generator[Event, None, None]:
        """Clearance and the curve of people are new: what was found too small is looked at again."""
        yield self.clock.moment(at_s, WINDOWS)
        for site in self.sites.values():
            site.changes += 1

    def phases_look(self, at_s: int | None = None) -> Generator[Event, None, None]:
        """Begin the phases whose date has come and whose forerunners have closed."""
        yield self.clock.moment(self.clock.now_s if at_s is None else at_s, PHASES)
        for site in self.sites.values():
            phase = self.scenario.phases.get(site.place.phase or "")
            if phase is None or phase.start_s > self.clock.now:
                continue
            waits = [other for other in self.sites.values() if other.place.phase in phase.after]
            if not any(other.handover_s is not None and not other.closed for other in waits):
                site.start_phase()

    def _liftable(self, lot: Lot) -> bool:
        for option in self.network.options[lot.origin]:
            if option.mode == "air" and any(
                self.fits(lot, name, leg) and self.tails[name] for name, leg in option.air.items()
            ):
                return True
            if option.mode == "road" and (
                lot.drives or self.road.carries(lot, lot.origin) or self.road.carriers.carries(lot, lot.origin)
            ):
                return True
        return any(ship.takes(lot) for ship in self.sea.of(self.sites[lot.origin]))

    def fits(self, lot: Lot, name: str, leg: AirLeg) -> bool:
        """Whether a type could carry a lot on a leg."""
        fleet = self.scenario.lift.aircraft[name]
        return lot.mass <= leg.payload_kg and flies(lot.kind, name, fleet)

    def by_handover(self) -> list[Site]:
        """Places in order of handover, those without one last."""
        return sorted(self.sites.values(), key=lambda s: (FOREVER if s.handover_s is None else s.handover_s, s.rank))

    def _in_order(self, names: set[str] | None) -> list[Site]:
        """Places asked for (all where it is `None`) in the order in which movement control looks at them."""
        asked = [site for site in self.by_handover() if names is None or site.name in names]
        if self.scenario.policy.dispatch == "largest_backlog":
            asked.sort(key=lambda site: (-len(site.ready), site.rank))
        return asked

    def ask(self, site: Site | None = None, at_s: int | None = None) -> None:
        """Ask movement control to decide on a place, or on all, now or later; a wish joins one for that second."""
        at = self.clock.now_s if at_s is None else at_s
        if at not in self._asked:
            self._asked[at] = set()
            self.clock.process(self._dispatch(at))
        names = self._asked[at]
        if site is None:
            self._asked[at] = None
        elif names is not None:
            names.add(site.name)

    def _dispatch(self, at_s: int) -> Generator[Event, None, None]:
        yield self.clock.moment(at_s, DISPATCH)
        order = self._in_order(self._asked.pop(at_s))
        self.sea.load(order)
        self.road.load(order)
        self.road.carriers.fill(order)
        self.road.leave(order)
        self.air.send(order)
        self.road.send(order)
        self.road.go_back()
        for site in self.sites.values():
            site.room.after_dispatch()

    def report(
        self, lift: LiftId, what: Did, place: str = "", number: float = 0.0, count: int = 0, to: str = ""
    ) -> None:
        """Write down what a tail or convoy does."""
        self.ledger.lift.append(LiftStep(self.clock.now_s, lift, what, place, float(number), count, to=to))

    def all_changes(self) -> None:
        """What was found too small is looked at again, everywhere."""
        for site in self.sites.values():
            site.changes += 1
        self.ask()

    def load(self, lot: Lot, dest: str) -> None:
        """A lot begins to be loaded on a truck, aircraft or vessel: it counts where it is bound for."""
        here, there = self.sites[lot.where].receiving, self.sites[dest].receiving
        full = lot in here.counted and not here.room
        here.counted.discard(lot)
        there.counted.add(lot)
        lot.bound = dest
        self.enter(lot, LOADING)
        if self.road.carriers.put_down(lot):
            self.ask(self.sites[lot.where])
        if full:
            self.all_changes()

    def enter(self, lot: Lot, state: str, by: By = None) -> None:
        """A lot enters a state, at the place where it is."""
        given_up = state == READY and lot.bound not in (None, lot.where)
        if lot.bound is not None and (given_up or state in ("lost", "destroyed", "disabled", "abandoned")):
            self.sites[lot.bound].receiving.counted.discard(lot)
            lot.bound = None
        if lot.state != MOVING or state == READY:
            self.sites[lot.where].note(lot, state)
        lot.state = state
        lot.history.append((self.clock.now_s, state, lot.where))
        self.ledger.lot(self.clock.now_s, lot.index, State[state.upper()], lot.where, by)

    def strike(self, lot: Lot, fate: str, by: By = None) -> None:
        """A lot meets its fate."""
        if lot.state in FATE_NAMES and lot.state != "disabled":
            return
        for part in lot.parts:
            part.fate_s = self.clock.now_s
            self.enter(part, fate, by)

    def depart(self, lot: Lot, by: By = None, dest: str | None = None) -> None:
        """A lot begins to move, with a convoy to a place."""
        lot.stood.append((lot.where, lot.came_s, self.clock.now_s))
        lot.burning += 1
        lot.staged = False
        room = self.sites[lot.where].receiving  # it came on a truck or aircraft, and goes on by itself
        if lot not in room.counted and dest is not None and lot.bound not in (None, dest):
            room = self.sites[lot.bound or ""].receiving  # its vehicle goes elsewhere
        if lot in room.counted:
            full = not room.room
            room.counted.discard(lot)
            lot.bound = None
            if full:
                self.all_changes()
        self.enter(lot, MOVING, by)

    def unload(self, lot: Lot, place: str, by: By = None) -> None:
        """A lot is unloaded at a place, and taken in there."""
        site, now = self.sites[place], self.clock.now_s
        lot.where, lot.came_s = place, now
        if site.place.takes_out and lot.origin != place:
            self.strike(lot, "extracted" if now <= self.deadline_s else "late", by)
        at = site.receiving.taken_in_at(lot)
        if at == now:
            self._take_in(lot, site, by)
        else:
            goes_on = lot.state != "late"
            self.clock.process(self._takes_in(lot, site, at, by, goes_on=goes_on))

    def _takes_in(self, lot: Lot, site: Site, at_s: int, by: By, *, goes_on: bool) -> Generator[Event, None, None]:
        yield self.clock.moment(at_s, RELEASES, site.rank, lot.index)
        self._take_in(lot, site, by)
        if lot.state == READY and goes_on:
            self.ask(site)

    def _take_in(self, lot: Lot, site: Site, by: By) -> None:
        now, lot.came_s = self.clock.now_s, self.clock.now_s
        if site.place.takes_out and lot.origin != site.name:
            if site.place.forwards and lot.state == "extracted":
                self._forward(lot, by)
            elif site.place.role == "exit" and lot in site.receiving.counted:
                site.receiving.counted.discard(lot)
                if site.receiving.rule is not None and site.receiving.rule.holding is not None:
                    self.all_changes()
        elif site.closed:
            self.enter(lot, READY, by)
            self.strike(lot, "abandoned")
        else:
            site.make_ready(lot, by)
            self._expose(lot, self.tape.fire_after(lot.index, site.name, now, lot.stood))

    def _forward(self, lot: Lot, by: By) -> None:
        """A custody hub sends a lot on: its fate is struck, and it is ready to go on."""
        now = self.clock.now_s
        lot.forwarded, lot.state = True, READY
        lot.history.append((now, READY, lot.where))
        self.ledger.forward(now, lot.index, lot.where, by)
        self.sites[lot.where].note(lot, READY)
        self._expose(lot, self.tape.fire_after(lot.index, lot.where, now, lot.stood))

    def _expose(self, lot: Lot, at_s: int | None) -> None:
        lot.burning += 1
        if at_s is not None and at_s <= self.horizon_s:
            self.clock.process(self._burn(lot, at_s, lot.burning))

    def _burn(self, lot: Lot, at_s: int, stay: int) -> Generator[Event, None, None]:
        yield self.clock.moment(at_s, FIRES, self.sites[lot.where].rank, lot.index)
        if lot.burning == stay and lot.state in LEFT and not lot.inside:
            site = self.sites[lot.where]
            self.strike(lot, "lost")
            self.road.carriers.burns(lot)
            site.labour.drop(lot)
            site.teams.drop(lot)
            site.teams.share_out()
            site.labour.staff()

    def moved_people(self, site: Site) -> None:
        """People have left: fewer crews, and perhaps an empty place."""
        self.disposal.watch(site)
        site.check_closing()

    def _end(self) -> None:
        for march in self.road.under_way:
            march.is_cut_short()
        for site in self.sites.values():
            site.release_due()
            self.road.carriers.stay(site)
            if site.people.own:
                still = PeopleStep(self.horizon_s, Passage.STILL, site.name, site.name, site.people.own, None)
                self.ledger.people.append(still)
        for lot in self.lots:
            if lot.state in FATE_NAMES or lot.forwarded:
                continue
            site = self.sites[lot.where]
            if lot.state in (MOVING, LOADING) or lot.where != lot.origin:
                fate = "late"
            elif site.place.keeps_custody:
                fate = "retained"
            else:
                fate = "abandoned"
            self.strike(lot, fate)
