"""Causes: the binding cause of each lot that was not extracted, and the hours of its life in each wait."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np

from sim.ledger.kinds import By, Verdict, Why
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.lift_over_time import LiftOverTime
from sim.replication.waits import CAUSES, CODE, NO_WAYS, PlaceWaits, Ways
from sim.scenario.calendar import HOUR_S

CauseRow = tuple[str, str, str, int, int, int, float]
_WAITING = (State.IN_USE, State.RELEASED, State.PREPARING, State.READY, State.LOADING)
_WAITS = np.isin(np.arange(len(State)), _WAITING)
_LOSSES: dict[By, str] = {
    Why.ACCIDENT: "lost to an accident",
    Why.ATTACK: "lost to an attack",
    Why.FIRE: "lost to fire",
}
_Asked = tuple[str, int, Ways]
_BY_AGREEMENT = (State.RETAINED, State.TRANSFERRED)


def causes(history: History) -> list[CauseRow]:
    """Rows of place, class, cause, lots, kilograms, dollars, and hours waited, sorted.

    Lots, kilograms and dollars are of lots not extracted, at their binding cause; hours are of all lots of the place
    and class in that wait.
    """
    lives, stock = _Lives(history), history.stock
    binding = _binding(history, lives)
    bound = np.flatnonzero(binding >= 0)
    many = len(lives.groups) * len(CAUSES)
    key = lives.group_of[bound] * len(CAUSES) + binding[bound]
    measures = (stock.counted, np.array(stock.mass_kg, dtype=float), stock.values)
    sums = [np.bincount(key, None if each is None else each[bound], many) for each in measures]  # far below 2^53
    hours = _hours(lives, many)
    rows: dict[tuple[str, str, str], CauseRow] = {}
    for code in np.flatnonzero((sums[0] > 0) | (sums[1] > 0) | (hours > 0)).tolist():
        group, cause = divmod(code, len(CAUSES))
        key = (*lives.groups[group][:2], CAUSES[cause])
        *_, lots, kg, usd, hour = rows.get(key, (*key, 0, 0, 0, 0.0))  # shells and pieces have one row
        more = [int(each[code]) for each in sums]
        rows[key] = (*key, lots + more[0], kg + more[1], usd + more[2], hour + round(float(hours[code]), 3))
    return sorted(rows.values())


class _Lives:
    """Reasons for the waits of lots: at each place, by state and by ways of moving."""

    def __init__(self, history: History) -> None:
        self.history = history
        shared = LiftOverTime(history)
        self.waits = {name: PlaceWaits(history, name, shared) for name in history.scenario.places}
        self.codes: dict[_Asked, np.ndarray] = {}
        self.ways = _ways(history)
        self.groups, self.group_of = history.stock.groups, history.stock.group_of

    @cached_property
    def names(self) -> list[str]:
        """Places, and last the empty name for no place."""
        return [*self.history.scenario.places, ""]

    @cached_property
    def where(self) -> np.ndarray:
        """Number of the place where each lot stood before each step, in the order of `History.steps`."""
        steps, number = self.history.steps, {name: number for number, name in enumerate(self.names)}
        entered = self.history.columns.place
        where = np.empty(len(steps.lot), dtype=np.int64)
        where[1:] = np.fromiter(map(number.__getitem__, entered), np.int64, len(entered))[self.history.order[:-1]]
        origin = np.array([number[place] for place, _, _ in self.groups], dtype=np.int64)
        where[steps.begins] = origin[self.group_of[steps.lot[steps.begins]]]
        return where

    def asked(self, place: str, state: int, lot_class: str) -> _Asked:
        """What the reasons for a wait depend on: place, state, and ways of moving if the state is ready."""
        return place, state, self.ways[lot_class] if state == State.READY else NO_WAYS

    def reasons(self, asked: _Asked) -> np.ndarray:
        """Codes on the grid of a place for lots in a state that move in some ways."""
        if asked not in self.codes:
            place, state, ways = asked
            self.codes[asked] = self.waits[place].reasons(state, ways)
        return self.codes[asked]


def _ways(history: History) -> dict[str, Ways]:
    """How lots of each class move, and which pools have trucks that can carry some of them."""
    stock, pools, none = history.stock, history.scenario.lift.trucks, frozenset[str]()
    carried = {
        pool: set(compress(stock.class_name, stock.carried(classes, pools[pool].payload)))
        for pool, classes in stock.rides.items()
    }
    return {
        name: (
            none if "self" in kind.moves else None,
            frozenset(pool for pool in carried if name in carried[pool]) if "truck" in kind.moves else None,
            none if "aircraft" in kind.moves else None,
        )
        for name, kind in history.scenario.classes.items()
    }


def _binding(history: History, lives: _Lives) -> np.ndarray:
    """Code of the binding cause by lot, -1 if it is out: what it waited for, or what took or kept it."""
    fated = history.fated
    found = np.full(len(fated), -1, dtype=np.int64)
    found[list(history.unliftable)] = CODE["too large for any lift"]
    found[np.isin(fated, _BY_AGREEMENT)] = CODE["retained or transferred"]
    found[fated == State.EXTRACTED] = -1
    lost = np.flatnonzero(fated == State.LOST)
    if len(lost):
        by, last = history.columns.by, np.zeros(len(fated), dtype=np.int64)
        last[history.columns.lot] = np.arange(len(by))  # with several steps of a lot, the last write wins
        found[lost] = [CODE[_LOSSES[by[step]]] for step in last[lost].tolist()]
    waited = (found < 0) & (fated != State.EXTRACTED)
    if waited.any():
        _bind_waits(history, lives, waited, found)
    return found


def _bind_waits(history: History, lives: _Lives, waited: np.ndarray, found: np.ndarray) -> None:
    """Set the cause of the given lots: their wait when condemned and not reinstated, else at their fate."""
    lots = np.flatnonzero(waited)
    steps, asked_s, condemned = history.steps, *_asked_s(history)
    first = _first_after(history, waited, asked_s)
    state, place = steps.before[first], lives.where[first]
    # what crews and closings end at an instant still counts there; what windows begin there does too, save alarms
    begins = condemned[lots] & (state == State.READY)
    waits = _WAITS[state] & (place < len(lives.names) - 1) & (first >= 0)
    found[lots[~waits]] = CODE["work under way"]
    group = lives.group_of[lots]
    key = np.where(waits, (group * len(lives.names) + place) * len(State) + state, -1)
    for one in np.unique(key[waits]).tolist():
        mine = np.flatnonzero(key == one)
        some = mine[0]
        asked = lives.asked(lives.names[place[some]], int(state[some]), lives.groups[group[some]][2])
        grid, reasons, asked_here_s = lives.waits[asked[0]].grid, lives.reasons(asked), asked_s[lots[mine]]
        at = _not_as_the_alarm_begins(reasons, grid.before(asked_here_s + begins[mine]), grid.before(asked_here_s))
        since = grid.before(steps.since_s[first[mine]] + 1)
        found[lots[mine]] = reasons[_in_hours(reasons, at, since)]


def _not_as_the_alarm_begins(reasons: np.ndarray, at: np.ndarray, before: np.ndarray) -> np.ndarray:
    """The stretches `at`; if an alarm begins with one, the stretch before it: no lot has waited for the alarm yet."""
    begun = (reasons[at] == CODE["shelter"]) & (reasons[before] != CODE["shelter"])
    return np.where(begun, before, at)


def _in_hours(reasons: np.ndarray, at: np.ndarray, since: np.ndarray) -> np.ndarray:
    """The stretches `at`; if one is out of hours, the last one of the same wait that is not, if there is one.

    Reviews, handovers and the deadline are at midnight: the binding cause is what the lot waited for by day.
    """
    known = np.where(reasons == CODE["out of hours"], -1, np.arange(len(reasons)))
    last = np.maximum.accumulate(known)[at]
    return np.where(last >= since, last, at)


def _asked_s(history: History) -> tuple[np.ndarray, np.ndarray]:
    """By lot the instant whose wait binds it, and whether it was condemned then and not reinstated."""
    steps, many = history.steps, len(history.fated)
    asked_s, condemned = np.zeros(many, dtype=np.int64), np.zeros(many, dtype=bool)
    asked_s[steps.lot] = steps.at_s  # with several steps of a lot, the last write wins
    asked_s[history.fated == State.LATE] = history.scenario.time.deadline_s
    last = {mark.lot: mark for mark in history.ledger.marks}
    marks = {lot: mark.at_s for lot, mark in last.items() if mark.what is Verdict.CONDEMNED}
    asked_s[list(marks)], condemned[list(marks)] = list(marks.values()), True
    return asked_s, condemned


def _first_after(history: History, waited: np.ndarray, asked_s: np.ndarray) -> np.ndarray:
    """Index in `History.steps` of the step that ended the state of each given lot at an instant, else -1."""
    steps = history.steps
    until_s = asked_s[steps.lot]
    ends = (steps.at_s > until_s) | (
        (steps.at_s == until_s) & ((steps.state >= State.EXTRACTED) | (steps.state == State.RELEASED))
    )
    at = np.flatnonzero(ends & waited[steps.lot])[::-1]
    first = np.full(len(waited), -1, dtype=np.int64)
    first[steps.lot[at]] = at  # the first one is written last
    return np.asarray(first[waited])


def _hours(lives: _Lives, many: int) -> np.ndarray:
    """Hours that the lots of each place of origin and class spent in each wait until their fate; by group and cause."""
    spans = _spans(lives)
    together: dict[_Asked, list[_Span]] = defaultdict(list)
    for span in spans:
        together[span.asked].append(span)
    by_code = {asked: _by_code(lives, asked, mine) for asked, mine in together.items()}
    found = [0.0] * many
    for span in spans:
        for code, seconds in by_code[span.asked][span.number]:
            found[span.group * len(CAUSES) + code] += seconds / HOUR_S
    return np.array(found)


@dataclass(frozen=True, slots=True)
class _Span:
    """All waits of the lots of a group at a place in a state: begin and end, by lot."""

    number: int
    group: int
    asked: _Asked
    since_s: np.ndarray
    until_s: np.ndarray


def _spans(lives: _Lives) -> list[_Span]:
    """Groups of waits in the order of their first steps in the ledger."""
    history, steps = lives.history, lives.history.steps
    if not len(steps.lot):
        return []
    inside = np.array([place in history.in_scope for place, _, _ in lives.groups], dtype=bool)
    group = lives.group_of[steps.lot]
    lots = history.stock.counted
    waited = _WAITS[steps.before] & (steps.at_s > steps.since_s) & inside[group]
    counted = np.flatnonzero(waited if lots is None else waited & (lots[steps.lot] > 0))
    group, where, state = group[counted], lives.where[counted], steps.before[counted]
    since, until = steps.since_s[counted], steps.at_s[counted]
    key = (group * len(lives.names) + where) * len(State) + state
    order = np.argsort(key, kind="stable")
    begins = np.flatnonzero(np.diff(key[order], prepend=-1))
    ends = np.append(begins[1:], len(order))
    since, until = since[order], until[order]
    found: list[_Span] = []
    for number in np.argsort(order[begins]).tolist():
        at, mine = order[begins[number]], slice(begins[number], ends[number])
        asked = lives.asked(lives.names[where[at]], int(state[at]), lives.groups[group[at]][2])
        found.append(_Span(len(found), int(group[at]), asked, since[mine], until[mine]))
    return found


def _by_code(lives: _Lives, asked: _Asked, mine: list[_Span]) -> dict[int, list[tuple[int, int]]]:
    """Seconds under each cause, for each group of waits that share their reasons."""
    begins = np.cumsum([0, *(len(span.since_s) for span in mine[:-1])])
    since, until = np.concatenate([s.since_s for s in mine]), np.concatenate([s.until_s for s in mine])
    codes, seconds = lives.waits[asked[0]].grid.seconds_by_code(lives.reasons(asked), since, until)
    sums = np.add.reduceat(seconds, begins, axis=1).T.tolist()
    return {
        span.number: [(code, each) for code, each in zip(codes, row, strict=True) if each > 0]
        for span, row in zip(mine, sums, strict=True)
    }


def waits_of(history: History, lot: int) -> tuple[list[dict[str, float]], str | None]:
    """Of one lot: hours by cause before each of its steps, in order; and its binding cause, `None` where it is out."""
    lives, stock = _Lives(history), history.stock
    waited: list[dict[str, float]] = []
    place, state, since_s = stock.place[lot], int(State.IN_USE), 0
    for step in history.ledger.lots:
        if step.lot != lot:
            continue
        hours: dict[str, float] = {}
        if state in _WAITING and place and step.at_s > since_s:
            reasons = lives.reasons(lives.asked(place, state, stock.class_name[lot]))
            grid = lives.waits[place].grid
            codes, seconds = grid.seconds_by_code(reasons, np.array([since_s]), np.array([step.at_s]))
            reported = zip(codes, seconds[:, 0].tolist(), strict=True)
            hours = {CAUSES[code]: each / HOUR_S for code, each in reported if each > 0}
        waited.append(hours)
        place, state, since_s = step.place, step.state, step.at_s
    cause = int(_binding(history, lives)[lot])
    return waited, CAUSES[cause] if cause >= 0 else None
