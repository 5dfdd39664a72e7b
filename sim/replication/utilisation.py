"""Utilisation: how much of each means was in use while there was something for it to do.

A means is a pool of trucks, a type of aircraft, the crews or loaders of a place, or escorts. It has something to do
while a lot that it can serve waits for it and is not condemned, and while it is in use. A lot waits for crews when it
is released, for loaders and lift when it is ready. Crews and loaders count in working hours outside shelter, aircraft
in the flying hours of places that they serve, while the strip is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np

from sim.ledger.kinds import Did, LiftId, Of, Verdict
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.lift_over_time import LiftOverTime, clip
from sim.replication.spans import DayGrid, Pairs
from sim.replication.waits import PlaceWaits
from sim.scenario.calendar import HOUR_S

UseRow = tuple[str, str, float, float, float]
"""Kind of means, its name, unit-hours in use, unit-hours there were, clock hours with something to do."""
MEANS = ("trucks", "aircraft", "crews", "loaders", "escorts")
"""Kinds of means; crews and loaders have the names of their places."""


def utilisation(history: History) -> list[UseRow]:
    """Returns rows of all means that the scenario limits, by kind and name; hours are of the whole replication."""
    waits = _Waiting(history)
    shared = LiftOverTime(history)
    found = [*_trucks(history, waits), *_aircraft(history, waits, shared)]
    for name, place in sorted(history.scenario.places.items()):
        if place.crews.count or place.crews_under_order.count:
            found.append(_crews(history, waits, shared, name))
        if place.loaders:
            found.append(_loaders(history, waits, name, place.loaders))
    found += _escorts(history, waits)
    return sorted(found, key=lambda row: (MEANS.index(row[0]), row[1]))


class _Waiting:
    """Periods in which lots stood released or ready, not condemned, as arrays: lot, place, begin and end."""

    def __init__(self, history: History) -> None:
        self.history = history
        steps, stock = history.steps, history.stock
        self.places = [*history.scenario.places, ""]
        self._number = {name: number for number, name in enumerate(self.places)}
        entered = np.fromiter(map(self._number.__getitem__, history.columns.place), np.int64, len(steps.lot))
        where = np.empty(len(steps.lot), dtype=np.int64)
        where[1:] = entered[history.order[:-1]]
        origin = np.array([self._number[place] for place, _, _ in stock.groups], dtype=np.int64)[stock.group_of]
        where[steps.begins] = origin[steps.lot[steps.begins]]
        some = np.isin(steps.before, (State.RELEASED, State.READY)) & (steps.at_s > steps.since_s)
        kept = np.flatnonzero(some)
        self.state, self.place, self.lot = steps.before[kept], where[kept], steps.lot[kept]
        self.since_s, self.until_s = steps.since_s[kept], steps.at_s[kept]
        self._take_off_condemned()

    def _take_off_condemned(self) -> None:
        """Cut off the parts of periods in which a lot was condemned."""
        spans = condemned_spans(self.history)
        mine = np.isin(self.lot, np.fromiter(spans, np.int64, len(spans)))
        kept = [(self.state[~mine], self.place[~mine], self.lot[~mine], self.since_s[~mine], self.until_s[~mine])]
        cut: list[tuple[int, int, int, int, int]] = []
        columns = (self.state, self.place, self.lot, self.since_s, self.until_s)
        for state, place, lot, since_s, until_s in zip(*(each[mine].tolist() for each in columns), strict=True):
            at_s = since_s
            for from_s, to_s in spans[lot]:
                if at_s < min(from_s, until_s):
                    cut.append((state, place, lot, at_s, min(from_s, until_s)))
                at_s = max(at_s, to_s)
            if at_s < until_s:
                cut.append((state, place, lot, at_s, until_s))
        if cut:
            kept.append(tuple(np.array(column, dtype=np.int64) for column in zip(*cut, strict=True)))  # type: ignore[arg-type]
        self.state, self.place, self.lot, self.since_s, self.until_s = map(np.concatenate, zip(*kept, strict=True))

    def pairs(self, state: State, places: Iterable[str], classes: frozenset[str] | None = None) -> np.ndarray:
        """Begins and ends of the waits of a state at some places, of lots of some classes."""
        at = np.zeros(len(self.places), dtype=bool)
        at[[self._number[name] for name in places]] = True
        mine = (self.state == state) & at[self.place]
        if classes is not None:
            stock = self.history.stock
            taken = np.array([name in classes for name in stock.class_names], dtype=bool)
            mine &= taken[stock.class_code[self.lot]]
        return np.stack((self.since_s[mine], self.until_s[mine]), axis=1)


def condemned_spans(history: History) -> dict[int, list[tuple[int, int]]]:
    """By lot that was ever condemned, from when to when it was; to the horizon if it was not reinstated."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    since: dict[int, int] = {}
    for mark in history.ledger.marks:
        if mark.what is Verdict.CONDEMNED:
            since.setdefault(mark.lot, mark.at_s)
        elif mark.what is Verdict.REINSTATED and mark.lot in since:
            found[mark.lot].append((since.pop(mark.lot), mark.at_s))
    for lot, at_s in since.items():
        found[lot].append((at_s, history.horizon_s))
    return found


def _row(
    kind: str, name: str, grid: DayGrid, busy: np.ndarray, there: np.ndarray, asked: np.ndarray, open_: np.ndarray
) -> UseRow:
    """Adds up the hours of a means on a grid: units busy and there, while any is asked for or busy, in open hours."""
    seconds = np.diff(grid.edges)
    some = (asked | (busy > 0)) & open_ & (there > 0)
    used = float(np.dot(np.minimum(busy, there)[some], seconds[some]))
    had = float(np.dot(there[some], seconds[some]))
    return kind, name, round(used / HOUR_S, 3), round(had / HOUR_S, 3), round(int(seconds[some].sum()) / HOUR_S, 3)


def _always(grid: DayGrid) -> np.ndarray:
    return np.ones(len(grid.edges) - 1, dtype=bool)


def _by_mode(history: History, mode: str) -> list[str]:
    """Places with a way out by this mode."""
    return [name for name, options in history.network.options.items() if any(one.mode == mode for one in options)]


def _trucks(history: History, waits: _Waiting) -> Iterable[UseRow]:
    stands: dict[str, dict[tuple[Did, str, str], list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
    for step in history.ledger.lift:
        if step.what in (Did.IDLE, Did.WAITING):
            stands[step.lift.name][step.what, step.place, step.to].append((step.at_s, float(step.count)))
    places = _by_mode(history, "road")
    for pool, kind in history.scenario.lift.trucks.items():
        asked = waits.pairs(State.READY, places, history.stock.rides[pool])
        instants = [at for settings in stands[pool].values() for at, _ in settings]
        first_s = _first_move_s(history, pool, instants)
        grid = DayGrid(history.horizon_s, [asked], [*instants, first_s, min(kind.from_s or 0, history.horizon_s)])
        there = kind.count - history.trucks[pool].counted.lost
        came = grid.edges[:-1] >= (kind.from_s or 0)
        standing = np.zeros(len(grid.edges) - 1)
        for settings in stands[pool].values():
            standing += grid.held(settings)
        standing[grid.edges[:-1] < first_s] = kind.count
        busy = np.maximum(there - standing, 0) * came
        yield _row("trucks", pool, grid, busy, there * came, grid.flags(asked), _always(grid))


def _first_move_s(history: History, pool: str, noted_s: list[int]) -> int:
    """Until when all trucks of a pool stood at their base: the ledger notes them only when that changes."""
    columns, own = history.columns, LiftId(Of.POOL, pool)
    loads = [int(columns.at_s[at]) for at, by in enumerate(columns.by) if by == own][:1]
    convoys = [step.at_s for step in history.convoys[0].values()]
    return min([*noted_s, *loads, *convoys], default=history.horizon_s)


def _aircraft(history: History, waits: _Waiting, shared: LiftOverTime) -> Iterable[UseRow]:
    end_s = history.horizon_s
    for name, kind in history.scenario.lift.aircraft.items():
        places = [
            place for place, options in history.network.options.items() if any(name in one.air for one in options)
        ]
        flying = history.tape.flying
        asked = {place: waits.pairs(State.READY, [place], history.stock.flies[name]) for place in places}
        hours: dict[str, Pairs] = {
            place: clip(flying[place].pairs(), end_s) if place in flying else [(0, end_s)] for place in places
        }
        busy_pairs = shared.busy_of(name)
        fit = shared.fit_of(name)
        grid = DayGrid(end_s, [*asked.values(), *hours.values(), busy_pairs], [at for at, _ in fit])
        open_, wanted = ~_always(grid), ~_always(grid)
        for place in places:
            mine = grid.flags(hours[place])
            open_ |= mine
            wanted |= mine & grid.flags(asked[place])
        came = grid.edges[:-1] >= (kind.from_s or 0)
        yield _row("aircraft", name, grid, grid.depth(busy_pairs), grid.held(fit) * came, wanted, open_)


def _crews(history: History, waits: _Waiting, shared: LiftOverTime, place: str) -> UseRow:
    end_s = history.horizon_s
    asked, work = waits.pairs(State.RELEASED, [place]), shared.work[place]
    hours = clip(history.tape.working[place].pairs(), end_s)
    allowed = PlaceWaits(history, place, shared).crew_changes
    grid = DayGrid(end_s, [asked, work, hours], [at for at, _ in allowed])
    return _row("crews", place, grid, grid.depth(work), grid.held(allowed), grid.flags(asked), grid.flags(hours))


def _loaders(history: History, waits: _Waiting, place: str, count: int) -> UseRow:
    end_s, ledger = history.horizon_s, history.ledger
    work, queue = clip(ledger.loader_work.get(place, []), end_s), clip(ledger.loader_waits.get(place, []), end_s)
    hours = clip(history.tape.working[place].pairs(), end_s)
    asked = waits.pairs(State.READY, [place])
    grid = DayGrid(end_s, [work, queue, hours, asked])
    there = np.full(len(grid.edges) - 1, float(count))
    wanted = grid.flags(queue) | grid.flags(asked)
    return _row("loaders", place, grid, grid.depth(work), there, wanted, grid.flags(hours))


def _escorts(history: History, waits: _Waiting) -> Iterable[UseRow]:
    count = history.scenario.lift.convoys.at_once
    if not count:
        return
    moves: Callable[[str], bool] = lambda name: bool({"truck", "self"} & set(history.scenario.classes[name].moves))  # noqa: E731
    asked = waits.pairs(State.READY, _by_mode(history, "road"), frozenset(filter(moves, history.scenario.classes)))
    left, ends = history.convoys[0], history.convoys_end_s
    road = [(step.at_s, ends.get(lift, history.horizon_s)) for lift, step in left.items() if lift.of is Of.ROUTE]
    grid = DayGrid(history.horizon_s, [asked, road])
    there = np.full(len(grid.edges) - 1, float(count))
    yield _row("escorts", "convoys", grid, grid.depth(road), there, grid.flags(asked), _always(grid))
