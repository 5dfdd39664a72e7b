"""Causes: the binding cause of each lot that was not extracted, and the hours of its life in each wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from sim.ledger.ledger import LotStep
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.waits import CAUSES, LiftOverTime, PlaceWaits
from sim.scenario.calendar import HOUR_S

CauseRow = tuple[str, str, str, int, int, int, float]
_WAITING = (State.IN_USE, State.RELEASED, State.PREPARING, State.READY, State.LOADING)
_LOSSES = {"accident": "lost to an accident", "attack": "lost to an attack", "fire": "lost to fire"}
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
        self.codes: dict[tuple[str, int, tuple[bool, bool, bool]], np.ndarray] = {}
        classes = history.scenario.classes
        self.ways = {
            name: ("self" in kind.moves, "truck" in kind.moves, "aircraft" in kind.moves)
            for name, kind in classes.items()
        }
        self.steps: dict[int, list[LotStep]] = defaultdict(list)
        for step in history.ledger.lots:
            self.steps[step.lot].append(step)

    def reasons(self, place: str, state: int, lot_class: str) -> np.ndarray:
        """Codes on the grid of a place for lots of a class in a state."""
        ways = self.ways[lot_class] if state == State.READY else (False, False, False)
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
    history = lives.history
    stock, scope = history.stock, history.in_scope
    spans: dict[tuple[str, str, str, int], list[tuple[int, int]]] = defaultdict(list)
    for lot, steps in lives.steps.items():
        origin = stock.place[lot]
        if origin not in scope:
            continue
        name, place, state, since_s = stock.class_name[lot], origin, int(State.IN_USE), 0
        for step in steps:
            if state in _WAITING and step.at_s > since_s:
                spans[origin, name, place, state].append((since_s, step.at_s))
            place, state, since_s = step.place, step.state, step.at_s
    found: dict[tuple[str, str, str], float] = defaultdict(float)
    for (origin, name, place, state), pairs in spans.items():
        for code, seconds in _seconds(lives, place, state, name, pairs):
            found[origin, name, CAUSES[code]] += seconds / HOUR_S
    return found


def _seconds(
    lives: _Lives, place: str, state: int, name: str, pairs: list[tuple[int, int]]
) -> Iterator[tuple[int, float]]:
    """Seconds under each cause over all of the spans."""
    codes = lives.reasons(place, state, name)
    grid = lives.waits[place].grid
    ends = np.array(pairs, dtype=np.int64)
    for code in np.unique(codes).tolist():
        flags = codes == code
        seconds = float((grid.seconds_until(flags, ends[:, 1]) - grid.seconds_until(flags, ends[:, 0])).sum())
        if seconds > 0:
            yield code, seconds


def told_of(history: History, lot: int) -> tuple[list[dict[str, float]], str | None]:
    """Of one lot: hours by cause before each of its steps, in order; and its binding cause, `None` where it is out."""
    lives, stock = _Lives(history), history.stock
    waited: list[dict[str, float]] = []
    place, state, since_s = stock.place[lot], int(State.IN_USE), 0
    for step in lives.steps[lot]:
        hours: dict[str, float] = {}
        if state in _WAITING and place and step.at_s > since_s:
            codes, grid = lives.reasons(place, state, stock.class_name[lot]), lives.waits[place].grid
            for code in np.unique(codes).tolist():
                until = grid.seconds_until(codes == code, np.array([since_s, step.at_s]))
                if until[1] > until[0]:
                    hours[CAUSES[code]] = float(until[1] - until[0]) / HOUR_S
        waited.append(hours)
        place, state, since_s = step.place, step.state, step.at_s
    return waited, _binding(history, lives).get(lot)
