"""Invariants: rules that always hold, asserted at the end of every replication because that is cheap."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import accumulate, pairwise

import numpy as np

from sim.errors import ModelFault
from sim.ledger.kinds import ACCIDENTS, By, Did, LiftId, Of, Passage, Task
from sim.ledger.ledger import LiftStep, Work
from sim.ledger.states import State
from sim.replication.history import History
from sim.scenario.openings import Openings
from sim.world.stock import Stock


def assert_invariants(history: History) -> None:
    """Raise `ModelFault` if a replication breaks an invariant of the model."""
    _each_lot_one_fate(history)
    _pieces_make_the_container(history)
    _people_in_equals_people_out(history)
    _no_crew_in_two_places(history)
    _demolition_has_room(history)
    _no_tail_in_two_places(history)
    _no_truck_is_made_or_vanishes(history)
    _no_lift_over_its_limits(history)
    _nothing_moves_through_what_is_closed(history)
    _time_never_runs_back(history)


_ENDS = frozenset({Did.IS_BACK, Did.ARRIVES, Did.HULL_LOST, Did.COLUMN_LOST})
"""Steps after which a sortie or convoy does nothing more."""


def _fault(sentence: str, history: History) -> ModelFault:
    return ModelFault(f"replication {history.tape.replication}, seed {history.tape.seed}: {sentence}")


def _each_lot_one_fate(history: History) -> None:
    open_lots = np.flatnonzero(history.fated < State.EXTRACTED)
    if len(open_lots):
        first = history.frame.lots.id(int(open_lots[0]))
        raise _fault(f"{len(open_lots)} lots have no fate, the first {first}", history)
    columns = history.columns
    fates = np.bincount(columns.lot[columns.state >= State.EXTRACTED], minlength=len(history.ledger.state))
    twice = np.flatnonzero((fates > 1) & (history.fated != State.DESTROYED))
    if len(twice):
        raise _fault(f"a lot has two fates: {history.frame.lots.id(int(twice[0]))}", history)
    for lot in history.ledger.forwarded:
        if not fates[lot]:
            raise _fault(f"a lot goes on without a fate: {history.frame.lots.id(lot)}", history)
    last = np.full(len(history.ledger.state), -1, dtype=np.int64)
    last[columns.lot] = columns.state  # of several steps of a lot the last one stays
    if np.any(last != history.fated):
        raise _fault("a lot's fate is not where its last step led", history)


def _pieces_make_the_container(history: History) -> None:
    """Shell and pieces add up to the container, and none is handled by itself before that is broken down."""
    stock, names, state = history.stock, history.frame.lots, history.ledger.state
    broken_s = _first_s(history, State.READY) if stock.broken else {}
    handled_s = _first_s(history, State.PREPARING) if stock.broken else {}
    for shell, pieces in stock.broken.items():
        parts, never = [shell, *pieces], history.horizon_s + 1
        value, since_s = history.scenario.classes[names.lot_class[shell]].value, broken_s.get(shell, never)
        if sum(stock.mass_kg[lot] for lot in parts) != history.tape.container_kg[shell]:
            raise _fault(f"shell and pieces of {names.id(shell)} have not the mass of the container", history)
        if sum(stock.value_usd[lot] for lot in parts) != value:
            raise _fault(f"shell and pieces of {names.id(shell)} have not the value of the container", history)
        if any(handled_s.get(piece, never) < since_s for piece in pieces):
            raise _fault(f"a piece of {names.id(shell)} was handled before that was broken down", history)
        if since_s == never and len({state[lot] for lot in parts}) > 1:
            raise _fault(f"{names.id(shell)} was never broken down, and a piece has a fate of its own", history)


def _first_s(history: History, least: State) -> dict[int, int]:
    """When each lot was first in a state from `least` on, up to moving."""
    steps = history.steps
    some = np.flatnonzero((steps.state >= least) & (steps.state <= State.MOVING))[::-1]  # the first is written last
    return dict(zip(steps.lot[some].tolist(), steps.at_s[some].tolist(), strict=True))


def _people_in_equals_people_out(history: History) -> None:
    present = {name: place.headcount for name, place in history.scenario.places.items()}
    under_way: Counter[str] = Counter()
    for step in history.ledger.people:
        if step.what is Passage.LEFT:
            present[step.place] -= step.count
            under_way[step.origin] += step.count
        elif step.what is not Passage.STILL:
            present[step.place] += step.count
            under_way[step.origin] -= step.count
        if present[step.place] < 0:
            raise _fault(f"more people left {step.place} than were there", history)
        if under_way[step.origin] < 0:
            raise _fault(f"more people of {step.origin} came in than were on the way", history)
    if under_way.total() and not _lift_under_way(history):
        raise _fault("people are on the way with no lift", history)
    _who_is_still_there(history)


def _who_is_still_there(history: History) -> None:
    """At each place, the people who never left are those who are there at the horizon."""
    own = {name: place.headcount for name, place in history.scenario.places.items()}
    for step in history.ledger.people:
        if step.what is Passage.STILL or (step.what is Passage.LEFT and step.origin == step.place):
            own[step.place] -= step.count
    odd = [name for name, count in own.items() if count]
    if odd:
        raise _fault(f"people of {odd[0]} neither left nor are still there", history)


def _lift_under_way(history: History) -> bool:
    """Whether a sortie or convoy was still under way at the horizon."""
    gone = {step.lift for step in history.ledger.lift if step.what is Did.DEPARTS}
    return bool(gone - {step.lift for step in history.ledger.lift if step.what in _ENDS})


def _overlaps(spans: list[tuple[int, int]]) -> bool:
    spans.sort()
    return any(first[1] > second[0] for first, second in pairwise(spans))


def _no_crew_in_two_places(history: History) -> None:
    by_whom: dict[tuple[str, bool], list[Work]] = defaultdict(list)
    for work in history.ledger.work:
        by_whom[work.place, work.task is Task.DEMOLISH].append(work)
    stock = history.stock
    takes_s = {Task.PREPARE: stock.prepare_s, Task.DESTROY: stock.destroy_s, Task.DISABLE: stock.disable_s}
    takes_s[Task.STAGE] = [stock.stages[lot].work_s if lot in stock.stages else 0 for lot in range(stock.count)]
    for (place, explosives), works in by_whom.items():
        _, crew, lots, tasks, begun, ended, done = zip(*works, strict=True)
        crews, from_s, until_s = np.array(crew), np.array(begun), np.array(ended)
        if explosives:
            hours, wanted = history.tape.daylight[place], np.array(_demolition_s(history, place, lots))
        else:
            hours = history.tape.working[place]
            wanted = np.array([takes_s[task][lot] for task, lot in zip(tasks, lots, strict=True)])
            if stock.any_stages:
                wanted = _as_staged(stock, works, wanted)
        calm = _opened(hours, until_s) - _opened(hours, from_s)
        rule = history.scenario.places[place].demolition
        if rule is not None:
            destroying = np.array([task in (Task.DESTROY, Task.DEMOLISH) for task in tasks])
            light = hours.both(history.tape.daylight[place])
            calm = np.where(destroying, _opened(light, until_s) - _opened(light, from_s), calm)
            if rule.halts_for:
                calm = np.where(destroying, np.minimum(calm, wanted), calm)  # it may have been halted besides
        if np.any(np.array(done) & (np.where(until_s > from_s, calm, 0) != wanted)):
            raise _fault(f"a crew of {place} worked in shelter or out of hours", history)
        order = np.lexsort((until_s, from_s, crews))
        crews, from_s, until_s = crews[order], from_s[order], until_s[order]
        twice = np.flatnonzero((crews[1:] == crews[:-1]) & (until_s[:-1] > from_s[1:]))
        if len(twice):
            raise _fault(f"crew {crews[twice[0]] + 1} of {place} worked on two lots at once", history)


def _demolition_has_room(history: History) -> None:
    """At no instant more lots are destroyed at a place than it has room for."""
    for name, place in history.scenario.places.items():
        if place.demolition is None:
            continue
        changes: Counter[int] = Counter()
        for work in history.ledger.work:
            if work.place == name and work.task in (Task.DESTROY, Task.DEMOLISH):
                changes[work.from_s] += 1
                changes[work.until_s] -= 1
        if any(many > place.demolition.sites for many in accumulate(changes[at_s] for at_s in sorted(changes))):
            raise _fault(f"more lots were destroyed at once at {name} than it has room for", history)


def _as_staged(stock: Stock, works: list[Work], wanted: np.ndarray) -> np.ndarray:
    """The work that is wanted of each job, where lots are destroyed and disabled faster once they are staged."""
    found, staged = wanted.copy(), set[int]()
    by_time = [
        (work.until_s, work.from_s, work.done or work.task is not Task.PREPARE, at) for at, work in enumerate(works)
    ]
    for *_, at in sorted(by_time):  # of one second, preparing that was stopped comes first
        work, stage = works[at], stock.stages.get(works[at].lot)
        if work.task is Task.STAGE and work.done:
            staged.add(work.lot)
        elif work.task is Task.PREPARE:
            staged.discard(work.lot)
        elif stage is not None and work.lot in staged and work.task in (Task.DESTROY, Task.DISABLE):
            found[at] = stage.staged_s
    return found


def _demolition_s(history: History, place: str, lots: tuple[int, ...]) -> list[int]:
    """The daylight that an explosives team of a place takes for each of some lots."""
    here = history.scenario.places[place]
    if here.eod is None:
        raise _fault(f"{place} has no explosives teams, and one worked there", history)
    return [here.eod.work_s(history.stock.mass_kg[lot], here.daylight.seconds) for lot in lots]


def _opened(openings: Openings, at_s: np.ndarray) -> np.ndarray:
    """Open seconds before each instant: `Openings` for an array of instants."""
    if not openings.starts:
        return np.zeros_like(at_s)
    starts, ends, before = np.array(openings.starts), np.array(openings.ends), np.array(openings.before)
    at = np.searchsorted(starts, at_s, side="right") - 1
    return np.where(at < 0, 0, before[at] + np.minimum(at_s, ends[at]) - starts[at])


def _no_tail_in_two_places(history: History) -> None:
    begun: dict[LiftId, int] = {}
    spans: dict[LiftId, list[tuple[int, int]]] = defaultdict(list)
    for step in history.ledger.lift:
        if step.what is Did.DEPARTS and step.lift.of is Of.AIRCRAFT:
            begun[step.lift] = step.at_s
        elif step.what is Did.IS_BACK:
            spans[_tail(step.lift)].append((begun.get(step.lift, step.at_s), step.at_s))
    lost = {step.lift: step.at_s for step in history.ledger.lift if step.what is Did.HULL_LOST}
    back = {step.lift for step in history.ledger.lift if step.what is Did.IS_BACK}
    for sortie, from_s in begun.items():
        if sortie not in back:  # lost, or still under way at the horizon
            spans[_tail(sortie)].append((from_s, lost.get(sortie, history.horizon_s + 1)))
    for tail, times in spans.items():
        if _overlaps(times):
            raise _fault(f"tail {tail} flew two sorties at once", history)


def _tail(sortie: LiftId) -> LiftId:
    return sortie._replace(sortie=0)


def _no_truck_is_made_or_vanishes(history: History) -> None:
    """Every truck is in one count, and where the counts have trucks at work or under way there are as many vehicles."""
    noted: dict[tuple[str, Did], dict[tuple[str, str], int]] = defaultdict(dict)
    for step in history.ledger.lift:
        if step.what in (Did.IDLE, Did.WAITING):
            noted[step.lift.name, step.what][step.place, step.to] = step.count
    for pool, kind in history.scenario.lift.trucks.items():
        counted, at_work, empty = history.trucks[pool]
        awaited = kind.count if (kind.from_s or 0) > history.horizon_s else 0
        if sum(counted) != kind.count or min(counted) < 0 or counted.awaited != awaited:
            raise _fault(f"of the {kind.count} trucks of {pool} {sum(counted)} are counted: {counted}", history)
        if counted.at_work != at_work or counted.coming + counted.going_back != empty:
            raise _fault(f"trucks of {pool} are counted where none is, or not where they are", history)
        for what, count in ((Did.IDLE, counted.idle), (Did.WAITING, counted.waiting)):
            if sum(noted[pool, what].values()) != count:
                raise _fault(f"the ledger has not as many trucks of {pool} {what.name.lower()} as there are", history)


def _no_lift_over_its_limits(history: History) -> None:
    for step in history.ledger.lift:
        if step.what is Did.FILL and step.number > 1 + 1e-9:
            raise _fault(f"sortie {step.lift} left {step.place} over its payload or floor", history)
    aboard: Counter[By] = Counter()
    for person in history.ledger.people:
        if person.what is Passage.LEFT:
            aboard[person.by] += person.count
    flown: Counter[tuple[LiftId, int]] = Counter()
    aircraft = history.scenario.lift.aircraft
    for step in history.ledger.lift:
        if step.lift.of is not Of.AIRCRAFT:
            continue
        kind = aircraft[step.lift.name]
        if step.what is Did.TAKES_OFF and aboard[step.lift] > kind.seats:
            raise _fault(f"sortie {step.lift} left {step.place} with more people than seats", history)
        if step.what is Did.FLIES and kind.hours_a_day_s is not None:
            day = _tail(step.lift), history.scenario.time.day_of(step.at_s)
            flown[day] += int(step.number)
            if flown[day] > kind.hours_a_day_s:
                raise _fault(f"tail {day[0]} flew more than its hours in a day", history)


_AT_STRIPS = {Did.LANDS: "lands at", Did.TAKES_OFF: "takes off at", Did.RETURNS: "returns at"}


def _nothing_moves_through_what_is_closed(history: History) -> None:
    """No landing or take-off at a closed strip or in an alarm; no convoy leaves out of hours or on a closed road.

    In an alarm a sortie lands only if it is committed, and leaves again as it came when its time is up.
    """
    tape, accidents, fire = history.tape, _closed_by_accident(history), _UnderFire(history)
    for step in history.ledger.lift:
        excepted = fire.allows(step)
        if step.what in _AT_STRIPS:
            closed = any(from_s < step.at_s < until_s for from_s, until_s in accidents.get(step.place, ()))
            said = f"sortie {step.lift} {_AT_STRIPS[step.what]} {step.place}"
            if closed or tape.strip_closed[step.place].is_open(step.at_s):
                raise _fault(f"{said}, where the strip is closed", history)
            if not excepted and tape.shelter[step.place].is_open(step.at_s):
                raise _fault(f"{said} in an alarm", history)
        convoy = step.what is Did.DEPARTS and step.lift.of is Of.ROUTE
        if convoy and not _may_set_out(history, step):
            raise _fault(f"convoy {step.lift} left {step.place} out of hours or on a closed road", history)


def _may_set_out(history: History, step: LiftStep) -> bool:
    way = history.network.road(step.place, step.to)
    march = history.tape.march[step.lift.name] if way is None else history.tape.way_march(way)
    return march.is_open(step.at_s)


class _UnderFire:
    """What sorties may do in an alarm, from their steps one after the other."""

    def __init__(self, history: History) -> None:
        self.shelter, self.aircraft = history.tape.shelter, history.scenario.lift.aircraft
        self.flew_s: dict[LiftId, int] = {}
        self.landed_s: dict[LiftId, int] = {}

    def allows(self, step: LiftStep) -> bool:
        """Whether an alarm that is on does not forbid this step."""
        if step.what is Did.FLIES:
            self.flew_s[step.lift] = step.at_s
        elif step.what in ACCIDENTS:
            self.landed_s.pop(step.lift, None)
        elif step.what is Did.LANDS:
            return self._lands(step)
        elif step.what in _AT_STRIPS and step.lift in self.landed_s:
            turned_s = self.landed_s.pop(step.lift) + self.aircraft[step.lift.name].under_fire_s
            return step.at_s == turned_s and not step.count
        return False

    def _lands(self, step: LiftStep) -> bool:
        self.landed_s.pop(step.lift, None)
        commit_s, began_s = self.aircraft[step.lift.name].commit_s, self.shelter[step.place].opened_at(step.at_s)
        if began_s is None or self.flew_s.get(step.lift, step.at_s) >= began_s or step.at_s - began_s >= commit_s:
            return False
        self.landed_s[step.lift] = step.at_s
        return True


def _closed_by_accident(history: History) -> dict[str, list[tuple[int, int]]]:
    rules = history.scenario.accidents.landing
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for step in history.ledger.lift:
        if step.what in ACCIDENTS and rules is not None:
            found[step.place].append((step.at_s, step.at_s + rules.strip_closed_s))
    return found


def _time_never_runs_back(history: History) -> None:
    ledger, steps = history.ledger, history.steps
    back = np.flatnonzero(steps.at_s < steps.since_s)
    if len(back):
        first = back[0]
        lot, at_s, since_s = history.frame.lots.id(int(steps.lot[first])), steps.at_s[first], steps.since_s[first]
        raise _fault(f"lot {lot} went back in time from {since_s} s to {at_s} s", history)
    for times in (
        [step.at_s for step in ledger.people], [step.at_s for step in ledger.lift],
        [step.at_s for step in ledger.places], [mark.at_s for mark in ledger.marks],
        [step.at_s for step in ledger.onward],
    ):  # fmt: skip
        if any(one > other for one, other in pairwise(times)):
            raise _fault("time ran back", history)
