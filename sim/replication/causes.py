"""Causes: the binding cause of each lot that was not extracted, and the hours of its life in each wait."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.ledger.ledger import LotStep
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.lift_over_time import LiftOverTime
from sim.replication.waits import CAUSES, PlaceWaits
from sim.scenario.calendar import HOUR_S

CauseRow = tuple[str, str, str, int, int, int, float]
_WAITING = (State.IN_USE, State.RELEASED, State.PREPARING, State.READY, State.LOADING)
_LOSSES = {"accident": "lost to an accident", "attack": "lost to an attack", "fire": "lost to fire"}
_Asked = tuple[str, int, tuple[bool, bool, bool]]
_BY_AGREEMENT = (State.RETAINED, State.TRANSFERRED)


def causes(history: History) -> list[CauseRow]:
    """Rows of place, class, cause, lots, kilograms, dollars, and hours waited, sorted.

    Lots, kilograms and dollars are of lots not extracted, at their binding cause; hours are of all lots of the place
    and class in that wait.
    """
    lives = _Lives(history)
    binding = _binding(history, lives)
    sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0, 0, 0, 0.0])
    stock = history.stock
    for lot, cause in binding.items():
        row = sums[stock.place[lot], stock.class_name[lot], cause]
        row[0] += 1
        row[1] += stock.mass_kg[lot]
        row[2] += stock.value_usd[lot]
    for key, hours in _hours(lives).items():
        sums[key][3] += hours
    return [(*key, int(r[0]), int(r[1]), int(r[2]), round(r[3], 3)) for key, r in sorted(sums.items())]


class _Lives:
    """For each lot, the steps of its life; and the reasons for waiting at each place."""

    def __init__(self, history: History) -> None:
        self.history = history
        shared = LiftOverTime(history)
        self.waits = {name: PlaceWaits(history, name, shared) for name in history.scenario.places}
        self.codes: dict[_Asked, np.ndarray] = {}
        classes = history.scenario.classes
        self.ways = {
            name: ("self" in kind.moves, "truck" in kind.moves, "aircraft" in kind.moves)
            for name, kind in classes.items()
        }
        self.groups = tuple(history.frame.lots.groups)
        many = [end - first for first, end in history.frame.lots.groups.values()]
        self.group_of = np.repeat(np.arange(len(many)), many)

    @cached_property
    def steps(self) -> dict[int, list[LotStep]]:
        """By lot the steps of its life, of lots that are not out."""
        state, found = self.history.ledger.state, defaultdict[int, list[LotStep]](list)
        for step in self.history.ledger.lots:
            if state[step.lot] != State.EXTRACTED:
                found[step.lot].append(step)
        return found

    def asked(self, place: str, state: int, lot_class: str) -> _Asked:
        """What the reasons of a lot's wait hang on: its place, its state, and how it moves where that matters."""
        return place, state, self.ways[lot_class] if state == State.READY else (False, False, False)

    def reasons(self, place: str, state: int, lot_class: str) -> np.ndarray:
        """Codes on the grid of a place for lots of a class in a state."""
        return self.codes_of(*self.asked(place, state, lot_class))

    def codes_of(self, place: str, state: int, ways: tuple[bool, bool, bool]) -> np.ndarray:
        """Codes on the grid of a place for lots in a state that move in some ways."""
        key = (place, state, ways)
        if key not in self.codes:
            self.codes[key] = self.waits[place].reasons(state, ways)
        return self.codes[key]


_Question = tuple[str, int, str]


def _binding(history: History, lives: _Lives) -> dict[int, str]:
    """Binding cause by lot: the wait when it was condemned (for the last time), else at its fate."""
    stock, ledger = history.stock, history.ledger
    condemned = {mark.lot: mark.at_s for mark in ledger.marks if mark.what == "condemned"}
    found: dict[int, str] = {}
    asked: dict[_Question, list[tuple[int, int]]] = defaultdict(list)
    for lot in range(stock.count):
        if ledger.state[lot] == State.EXTRACTED:
            continue
        known = _known_cause(lot, history, lives)
        if known is not None:
            found[lot] = known
            continue
        state, place, at_s = _stood(lot, condemned.get(lot), history, lives)
        # what crews and closings end at an instant still counts there; what windows begin there does too
        look_back = lot not in condemned or state != State.READY
        asked[place, state, stock.class_name[lot]].append((lot, at_s if look_back else at_s + 1))
    for (place, state, name), lots in asked.items():
        if state == State.MOVING or not place or state not in _WAITING:
            found.update((lot, "work under way") for lot, _ in lots)
            continue
        codes = lives.reasons(place, state, name)
        index = lives.waits[place].grid.before(np.array([at_s for _, at_s in lots]))
        for (lot, _), code in zip(lots, codes[index].tolist(), strict=True):
            found[lot] = CAUSES[code]
    return found


def _known_cause(lot: int, history: History, lives: _Lives) -> str | None:
    """The cause of a lot that waited for nothing: kept, lost, or never to be lifted."""
    fate = history.ledger.state[lot]
    if fate in _BY_AGREEMENT:
        return "kept or transferred by agreement"
    if fate == State.LOST:
        return _LOSSES[lives.steps[lot][-1].by]
    return "no lift can carry it" if lot in history.unliftable else None


def _stood(lot: int, condemned_s: int | None, history: History, lives: _Lives) -> tuple[int, str, int]:
    """State and place of a lot just before it was condemned or met its fate, and the instant."""
    steps = lives.steps[lot]
    at_s = condemned_s
    if at_s is None:
        late = history.ledger.state[lot] == State.LATE
        at_s = history.scenario.time.deadline_s if late else steps[-1].at_s
    before, place = int(State.IN_USE), history.stock.place[lot]
    for step in steps:
        ends = step.state >= State.EXTRACTED or step.at_s > at_s or step.state == State.RELEASED
        if step.at_s >= at_s and ends:
            break
        before, place = step.state, step.place
    return before, place, at_s


def _hours(lives: _Lives) -> dict[tuple[str, str, str], float]:
    """Hours that lots of a place of origin and class spent in each wait, until their fate."""
    spans = _spans(lives)
    together: dict[_Asked, list[_Span]] = defaultdict(list)
    for span in spans:
        together[span.asked].append(span)
    by_code = {asked: _by_code(lives, asked, mine) for asked, mine in together.items()}
    found: dict[tuple[str, str, str], float] = defaultdict(float)
    for span in spans:
        for code, seconds in by_code[span.asked][span.group]:
            found[span.origin, span.name, CAUSES[code]] += seconds / HOUR_S
    return found


@dataclass(frozen=True, slots=True)
class _Span:
    """All waiting of lots of a place of origin and class, at a place, in a state: from when until when, by lot."""

    group: int
    origin: str
    name: str
    asked: _Asked
    since_s: np.ndarray
    until_s: np.ndarray


def _spans(lives: _Lives) -> list[_Span]:
    """Groups of waits in the order in which the ledger comes to them."""
    history, steps = lives.history, lives.history.steps
    scope = history.in_scope
    if not len(steps.lot):
        return []
    names = list(history.scenario.places)
    places = {name: number for number, name in enumerate(names)} | {"": len(names)}
    lot, since, until, state = steps.lot, steps.since_s, steps.at_s, steps.before
    stood = np.array([places[name] for name in history.columns.place], dtype=np.int64)[history.order]
    group_of = lives.group_of
    origin = np.array([places[place] for place, _ in lives.groups], dtype=np.int64)[group_of[lot]]
    where = np.where(steps.begins, origin, np.concatenate(([0], stood[:-1])))
    inside = np.array([place in scope for place, _ in lives.groups], dtype=bool)[group_of[lot]]
    counted = inside & np.isin(state, _WAITING) & (until > since)
    key = (group_of[lot] * (len(names) + 1) + where) * len(State) + state
    _, at, inverse = np.unique(key[counted], return_index=True, return_inverse=True)
    since, until, where, state, lot = since[counted], until[counted], where[counted], state[counted], lot[counted]
    sorted_ = np.argsort(inverse, kind="stable")
    bounds = np.cumsum(np.bincount(inverse, minlength=len(at)))
    found: list[_Span] = []
    for group in np.argsort(at).tolist():
        mine = sorted_[bounds[group - 1] if group else 0 : bounds[group]]
        place, name = lives.groups[group_of[lot[at[group]]]]
        asked = lives.asked(names[where[at[group]]], int(state[at[group]]), name)
        found.append(_Span(len(found), place, name, asked, since[mine], until[mine]))
    return found


def _by_code(lives: _Lives, asked: _Asked, mine: list[_Span]) -> dict[int, list[tuple[int, float]]]:
    """Of each group of waits whose reasons hang on the same, seconds under each cause."""
    codes, grid = lives.codes_of(*asked), lives.waits[asked[0]].grid
    begins = np.cumsum([0, *(len(span.since_s) for span in mine[:-1])])
    since, until = np.concatenate([s.since_s for s in mine]), np.concatenate([s.until_s for s in mine])
    found: dict[int, list[tuple[int, float]]] = {span.group: [] for span in mine}
    for code in np.flatnonzero(np.bincount(codes)).tolist():
        flags = codes == code
        seconds = np.add.reduceat(grid.seconds_until(flags, until) - grid.seconds_until(flags, since), begins)
        for span, many in zip(mine, seconds.tolist(), strict=True):
            if many > 0:
                found[span.group].append((code, many))
    return found


def told_of(history: History, lot: int) -> tuple[list[dict[str, float]], str | None]:
    """Of one lot: hours by cause before each of its steps, in order; and its binding cause, `None` where it is out."""
    lives, stock = _Lives(history), history.stock
    waited: list[dict[str, float]] = []
    place, state, since_s = stock.place[lot], int(State.IN_USE), 0
    for step in history.ledger.lots:
        if step.lot != lot:
            continue
        hours: dict[str, float] = {}
        if state in _WAITING and place and step.at_s > since_s:
            codes, grid = lives.reasons(place, state, stock.class_name[lot]), lives.waits[place].grid
            for code in np.flatnonzero(np.bincount(codes)).tolist():
                until = grid.seconds_until(codes == code, np.array([since_s, step.at_s]))
                if until[1] > until[0]:
                    hours[CAUSES[code]] = float(until[1] - until[0]) / HOUR_S
        waited.append(hours)
        place, state, since_s = step.place, step.state, step.at_s
    return waited, _binding(history, lives).get(lot)
