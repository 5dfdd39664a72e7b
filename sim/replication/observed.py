"""Values that the record counts, from a history: days and order of closing, people and lots out, columns, trucks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from sim.ledger.kinds import Did, LiftId, Of, Passage
from sim.ledger.ledger import LiftStep
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.simulator import FateRow, Simulator
from sim.scenario.calendar import DAY_S
from sim.scenario.record import Target
from sim.scenario.scenario import Scenario

LATEST_S = 2 * DAY_S
"""A last column leaves at most this long before its camp closes."""
_GONE = frozenset({State.MOVING, State.TRANSFERRED, State.DESTROYED, State.DISABLED, State.LOST})


@dataclass(slots=True)
class ObservedColumn:
    """One convoy from departure to arrival."""

    left_s: int
    place: str
    route: str
    vehicles: float
    days: float = 0.0
    people: float = 0.0
    attacks: float = 0.0
    hurt: float = 0.0


def columns(history: History) -> list[ObservedColumn]:
    """All convoys that arrived, in order of departure."""
    found: dict[LiftId, ObservedColumn] = {}
    for step in history.ledger.lift:
        if step.what is Did.DEPARTS and step.lift.of is Of.ROUTE:
            found[step.lift] = ObservedColumn(step.at_s, step.place, step.lift.name, float(step.count))
        column = found.get(step.lift)
        if column is None:
            continue
        if step.what is Did.ATTACKED:
            column.attacks, column.hurt = column.attacks + 1, column.hurt + step.number
        elif step.what is Did.ARRIVES:
            column.days = (step.at_s - column.left_s) / DAY_S
            column.people = float(step.people)
    return sorted((each for each in found.values() if each.days), key=lambda each: each.left_s)


def last_column(history: History, place: str) -> ObservedColumn | None:
    """Of the convoys with people that leave a place in its last two days, the one with most; `None` without any."""
    end_s = history.ends_s(place)
    late = [
        each for each in columns(history)
        if each.place == place and each.people and end_s - LATEST_S <= each.left_s
    ]  # fmt: skip
    return max(late, key=lambda each: each.people, default=None)


def _until_s(history: History, day: date) -> int:
    return history.scenario.time.last_instant(day)


def _closed(history: History, target: Target) -> float | None:
    """The local day of closing, counted from the start; a midnight ends its day. Not closed: the last day looked at."""
    at_s = history.closings_s.get(str(target.at), history.horizon_s)
    return float(history.scenario.time.day_of(at_s - 1))


def _rank(history: History, target: Target) -> float | None:
    """The position in the order of closing, from 1: one more than the places that closed before."""
    at_s = history.closings_s.get(str(target.at), history.horizon_s)
    return 1.0 + sum(when < at_s for when in history.closings_s.values())


def _lots_of(history: History, target: Target) -> list[int]:
    """Lots of the class at the place, else of all classes, and of all places in scope."""
    stock = history.stock
    places = history.in_scope if target.at is None else (target.at,)
    return [
        lot for lot in range(len(stock.place))
        if stock.place[lot] in places and target.of in (None, stock.class_name[lot])
    ]  # fmt: skip


def _out_share(history: History, target: Target) -> float | None:
    """By number; out are those unloaded at an exit, or a custody hub other than their own place, by the day."""
    counted, until_s = set(_lots_of(history, target)), _until_s(history, target.on)
    out = {one.lot for one in history.ledger.lots if one.state == State.EXTRACTED and one.at_s <= until_s} & counted
    return len(out) / len(counted) if counted else None


def _emptied(history: History, target: Target) -> float | None:
    """The local day on which the last of the lots left its place, or met its fate there; the last day if any stays."""
    stock, counted = history.stock, set(_lots_of(history, target))
    gone: dict[int, int] = {}
    for step in history.ledger.lots:
        if step.lot in counted and step.place == stock.place[step.lot] and step.state in _GONE:
            gone[step.lot] = step.at_s
    at_s = max((gone.get(lot, history.horizon_s) for lot in counted), default=0)
    return float(history.scenario.time.day_of(max(at_s - 1, 0)))


def _round(history: History, target: Target) -> float | None:
    """From the first departure of trucks for the place until the first convoy that left it after them is back."""
    first: LiftStep | None = None
    there, back = False, set[LiftId]()
    for step in history.ledger.lift:
        if step.lift.of is not Of.ROUTE:
            continue
        if first is None:
            first = step if step.what is Did.DEPARTS and step.to == target.at else None
        elif step.what is Did.ARRIVES and step.lift == first.lift:
            there = True
        elif step.what is Did.DEPARTS and there and (step.place, step.to) == (target.at, first.place):
            back.add(step.lift)
        elif step.what is Did.ARRIVES and step.lift in back:
            return (step.at_s - first.at_s) / DAY_S
    return None


def _home(history: History, target: Target) -> float | None:
    until_s = _until_s(history, target.on)
    return float(sum(one.count for one in history.ledger.people if one.what is Passage.HOME and one.at_s <= until_s))


def _days(history: History, target: Target) -> float | None:
    column = last_column(history, str(target.at))
    return None if column is None else column.days


def _attacks(history: History, target: Target) -> float | None:
    column = last_column(history, str(target.at))
    return 0.0 if column is None else column.attacks


def _hurt(history: History, target: Target) -> float | None:
    column = last_column(history, str(target.at))
    return 0.0 if column is None else column.hurt


def _through(history: History, target: Target) -> float | None:
    """Vehicles sent out from the first place of a route that are through by the day: a truck counts at each round."""
    first, until_s = history.scenario.routes[str(target.at)].through[0], _until_s(history, target.on)
    sent = {
        (step.lift, step.to): float(step.count) for step in history.ledger.lift
        if step.what is Did.DEPARTS and step.place == first and step.lift[:2] == (Of.ROUTE, target.at)
    }  # fmt: skip
    arrived = (step for step in history.ledger.lift if step.what is Did.ARRIVES and step.at_s <= until_s)
    there = {(step.lift, step.place) for step in arrived}  # not where a recalled column has turned
    return sum(number for sent_to, number in sent.items() if sent_to in there)


_READ: dict[str, Callable[[History, Target], float | None]] = {
    "closed": _closed, "rank": _rank, "emptied": _emptied, "home": _home, "out_share": _out_share,
    "round_days": _round, "column_days": _days, "column_attacks": _attacks, "column_hurt": _hurt,
    "trucks_through": _through,
}  # fmt: skip


def observed(history: History, targets: dict[str, Target]) -> dict[str, float | int | None]:
    """Returns the value of each target in one history; `None` if it needs a column or lots and there were none."""
    return {name: _READ[target.measure](history, target) for name, target in targets.items()}


@dataclass(frozen=True, slots=True)
class Observed:
    """One replication as a backtest keeps it: only its values."""

    replication: int
    tape_hash: str
    responses: dict[str, float | int | None]
    fates: list[FateRow] = field(default_factory=list)
    causes: list[tuple[str, str, str, int, int, int, float]] = field(default_factory=list)
    tape: list[tuple[str, str, str, str]] = field(default_factory=list)
    timeline: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0), dtype=np.int32))


class Observer:
    """Simulates replications of one scenario and observes what its record counts."""

    def __init__(self, scenario: Scenario) -> None:
        self._simulator = Simulator(scenario)
        self._targets = scenario.record.targets

    def run(self, seed: int, replication: int) -> Observed:
        """Returns the values of one replication. Raises `ReplicationError`."""
        history = self._simulator.history(seed, replication)
        return Observed(replication, history.tape.hash(), observed(history, self._targets))
