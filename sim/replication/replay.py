"""The replay: what one replication looks like over time, small enough to be sent and drawn on a map.

>>> replay = replay_of(Simulator(scenario).history(seed=1, replication=3))
>>> counts_by_day(replay)  # the timeline of the replication, count by count
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from sim.ledger.kinds import Did, LiftId, Moment, Of, Passage
from sim.ledger.ledger import LiftStep
from sim.ledger.states import STATE_NAMES, State
from sim.replication.history import History
from sim.replication.timeline import TIMELINE_COLUMNS, day_ends

FORM = 1
"""Version of the form of a replay."""
STEPS_S = (600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
"""Steps of time, in seconds: a replay has the first of these that gives at most `_MOST_STEPS`."""
_MOST_STEPS = 33_000
NOWHERE = 0
"""Where a lot is that was lost on its way: places count from 1 in `cells`."""
LIFTS: dict[Of, str] = {Of.AIRCRAFT: "aircraft", Of.ROUTE: "convoy", Of.VESSEL: "vessel"}
SPANS = ("alarm", "strip", "road", "leg", "border", "refused")
"""Kinds of spans; the number of a place is with them, or for a road and its legs that of a route."""
_STATES = len(STATE_NAMES)


@dataclass(frozen=True, slots=True)
class Replay:
    """What happened in one replication, in steps of time, as whole numbers.

    Times are numbers of instants (`instants`); places and routes are numbers of `head["places"]` and
    `head["routes"]`. `head["cells"]` lists origin, place + 1 (0: nowhere) and state; `head["begin"]` how many lots are
    in each cell at first. The arrays are columns of four tables, each sorted by time:

    - `change`: `at`, `of`, `into`, `lots`: so many lots go from one cell into another;
    - `people`: `at`, `place`, `more`, `fewer`;
    - `leg`: `at`, `until`, `lift` (of `head["lifts"]`), `start`, `end` (places), `lots`, `people`, `vehicles`;
    - `span`: `at`, `until`, `kind` (of `SPANS`), `which`, and for a leg `start` and `end`.
    """

    head: dict[str, Any]
    arrays: dict[str, np.ndarray]


def instants(step_s: int, ends_s: Sequence[int], horizon_s: int) -> np.ndarray:
    """The instants of a replay in seconds: each step from the start on, each end of a day, and the horizon."""
    every = np.arange(0, horizon_s + 1, step_s, dtype=np.int64)
    return np.unique(np.concatenate([every, np.array([*ends_s, horizon_s], dtype=np.int64)]))


def replay_of(history: History) -> Replay:
    """The replay of a history. Its counts at the end of a day are those of the timeline."""
    return _Maker(history).replay()


class _Maker:
    """Turns the ledger of a history into the tables of a replay."""

    def __init__(self, history: History) -> None:
        self.history = history
        rank = history.frame.place_rank
        self.places = sorted(rank, key=rank.__getitem__)
        self.index = {name: at for at, name in enumerate(self.places)}
        self.routes = list(history.scenario.routes)
        self.ends_s = day_ends(history)
        self.step_s = next((s for s in STEPS_S if history.horizon_s <= s * _MOST_STEPS), STEPS_S[-1])
        self.instants = instants(self.step_s, self.ends_s.tolist(), history.horizon_s)

    def at(self, at_s: Any) -> Any:
        """The first instant at or after seconds, so that all of a day is in at its end; the last for what is later."""
        return np.minimum(np.searchsorted(self.instants, at_s, side="left"), len(self.instants) - 1)

    def replay(self) -> Replay:
        history = self.history
        time, lifts = history.scenario.time, dict[tuple[str, str], int]()
        cells, begin, changes = self._lots()
        tables = {
            "change": (("at", "of", "into", "lots"), changes),
            "people": (("at", "place", "more", "fewer"), self._people()),
            "leg": (("at", "until", "lift", "start", "end", "lots", "people", "vehicles"), self._legs(lifts)),
            "span": (("at", "until", "kind", "which", "start", "end"), sorted(self._spans())),
        }
        head = {
            "form": FORM, "replication": history.tape.replication, "step_s": self.step_s,
            "horizon_s": history.horizon_s, "ends_s": self.ends_s.tolist(),
            "date": time.date_of_day(0).isoformat(), "places": self.places,
            "in_scope": [int(name in history.in_scope) for name in self.places], "routes": self.routes,
            "states": list(STATE_NAMES), "cells": cells, "begin": begin,
            "people": [history.scenario.places[name].headcount for name in self.places],
            "lifts": [list(lift) for lift in lifts], "closed": self._closed(), "ordered": self._ordered(),
        }  # fmt: skip
        arrays = {}
        for table, (columns, rows) in tables.items():
            held = np.array(rows, dtype=np.int64).reshape(-1, len(columns))
            arrays.update({f"{table}.{column}": held[:, at] for at, column in enumerate(columns)})
        return Replay(head, arrays)

    def _lots(self) -> tuple[list[list[int]], list[int], np.ndarray]:
        """Cells, how many lots are in each at first, and changes: at, of, into, lots."""
        history, stock = self.history, self.history.stock
        if not stock.count:
            return [], [], np.zeros((0, 4), dtype=np.int64)
        wide = len(self.places) + 1
        weight = np.ones(stock.count, dtype=np.int64) if stock.counted is None else stock.counted.astype(np.int64)
        origin = np.array([self.index[stock.place[lot]] for lot in stock.first_owned], dtype=np.int64)[stock.owned]
        steps, order = history.steps, history.order
        named = np.array([self.index.get(place, -1) + 1 for place in history.columns.place], dtype=np.int64)[order]
        came_from = np.empty_like(named)
        came_from[1:] = named[:-1]
        came_from[steps.begins] = origin[steps.lot[steps.begins]] + 1
        of_lot = origin[steps.lot] * wide
        of = (of_lot + came_from) * _STATES + steps.before
        into = (of_lot + named) * _STATES + steps.state
        first = (origin * wide + origin + 1) * _STATES + State.IN_USE
        known = np.unique(np.concatenate([first, of, into]))
        begin = np.bincount(np.searchsorted(known, first), weight, minlength=len(known)).astype(np.int64)
        changes = _summed(
            self.at(steps.at_s), np.searchsorted(known, of), np.searchsorted(known, into), weight[steps.lot]
        )
        above, state = np.divmod(known, _STATES)
        cells = np.stack([*np.divmod(above, wide), state], axis=1)
        return cells.tolist(), begin.tolist(), changes

    def _people(self) -> list[tuple[int, int, int, int]]:
        """People who come to a place or leave it, as the timeline counts them."""
        moved: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
        for step in self.history.ledger.people:
            if step.what is not Passage.STILL:
                key = int(self.at(step.at_s)), self.index[step.place]
                moved[key][step.what is Passage.LEFT] += step.count
        return [(at, place, more, fewer) for (at, place), (more, fewer) in sorted(moved.items())]

    def _legs(self, lifts: dict[tuple[str, str], int]) -> list[tuple[int, ...]]:
        """Flights, marches and voyages; the lifts that make them are numbered in `lifts`."""
        steps: dict[LiftId, list[LiftStep]] = defaultdict(list)
        for step in self.history.ledger.lift:
            if step.lift.of in LIFTS:
                steps[step.lift].append(step)
        aboard = self._aboard()
        found = []
        for lift, each in steps.items():
            legs = _flights(each) if lift.of is Of.AIRCRAFT else _voyages(each, aboard.get(lift, 0))
            for start_s, end_s, start, end, *load in legs:
                if start in self.index and end in self.index:
                    which = lifts.setdefault((LIFTS[lift.of], lift.name), len(lifts))
                    at = int(self.at(start_s))
                    until = int(self.at(self.history.horizon_s if end_s is None else end_s))
                    found.append((at, max(until, at + 1), which, self.index[start], self.index[end], *load))
        return sorted(found)

    def _aboard(self) -> dict[LiftId, int]:
        """Lots that each convoy takes along, where it forms or where they join it.

        The ledger names the convoy when a lot leaves it. One that is lost with its vehicle or on its way at the
        horizon was on the first convoy that left its place by its route in that second.
        """
        columns, order, counted = self.history.columns, self.history.order, self.history.stock.counted
        departed: dict[tuple[str, str, int], LiftId] = {}
        for lift, step in self.history.convoys[0].items():
            departed.setdefault((lift.name, step.place, step.at_s), lift)
        found: dict[LiftId, int] = defaultdict(int)
        moves = np.flatnonzero(columns.state[order] == State.MOVING)
        for here, after in zip(
            order[moves].tolist(), order[np.minimum(moves + 1, len(order) - 1)].tolist(), strict=True
        ):
            by, lot = columns.by[here], columns.lot[here]
            if not isinstance(by, LiftId) or by.of is not Of.ROUTE:
                continue
            left = columns.by[after] if columns.lot[after] == lot else None
            key = by.name, columns.place[here], int(columns.at_s[here])
            convoy = left if isinstance(left, LiftId) else departed.get(key, by)
            found[convoy] += 1 if counted is None else int(counted[lot])
        return found

    def _spans(self) -> Iterator[tuple[int, ...]]:
        """Alarms until the all-clear; closures of strips, roads, legs of roads, borders; days without clearance."""
        history, tape = self.history, self.history.tape
        for place, which in self.index.items():
            ends_s = history.ends_s(place)
            yield from self._of("alarm", tape.shelter[place].pairs(), which, ends_s)
            yield from self._of("strip", history.strip_closed(place).pairs(), which, ends_s)
        for which, route in enumerate(self.routes):
            yield from self._of("road", tape.road_closed[route].pairs(), which, history.horizon_s)
            yield from self._of("refused", self._refused(route), which, history.horizon_s)
            for leg, closed in tape.leg_closed.get(route, {}).items():
                ends = [self.index[place] for place in sorted(leg)]
                yield from self._of("leg", closed.pairs(), which, history.horizon_s, *ends)
        for (place, _), closed in tape.border_closed.items():
            yield from self._of("border", closed.pairs(), self.index[place], history.horizon_s)

    def _refused(self, route: str) -> Iterator[tuple[int, int]]:
        """The days on which trucks may not leave on a route, those that follow each other as one."""
        tape, starts_s = self.history.tape, self.history.scenario.time.day_starts_s
        days = range(len(starts_s) - 1)
        for refused, alike in groupby(days, key=lambda day: not tape.road_cleared(route, "trucks", day)):
            some = list(alike)
            if refused:
                yield starts_s[some[0]], starts_s[some[-1] + 1]

    def _of(
        self, kind: str, pairs: Iterable[tuple[int, int]], which: int, ends_s: int, start: int = 0, end: int = 0
    ) -> Iterator[tuple[int, ...]]:
        for since_s, until_s in pairs:
            if since_s < ends_s:
                at = int(self.at(since_s))
                until = max(int(self.at(min(until_s, ends_s))), at + 1)
                yield at, until, SPANS.index(kind), which, start, end

    def _closed(self) -> list[list[int]]:
        """Places that closed, with the instant."""
        found = ((int(self.at(at_s)), self.index[place]) for place, at_s in self.history.closings_s.items())
        return [[place, at] for at, place in sorted(found)]

    def _ordered(self) -> list[list[int]]:
        """Places that were ordered to leave, with the instant."""
        steps = self.history.ledger.places
        return [[self.index[s.place], int(self.at(s.at_s))] for s in steps if s.what is Moment.ORDER]


def _summed(at: np.ndarray, of: np.ndarray, into: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """Changes of one instant and between the same cells as one row; none that leaves all as it was."""
    rows = np.stack([at, of, into], axis=1)[(of != into) & (lots > 0)]
    lots = lots[(of != into) & (lots > 0)]
    kept, where = np.unique(rows, axis=0, return_inverse=True)
    many = np.bincount(where.reshape(-1), lots, minlength=len(kept)).astype(np.int64)
    return np.concatenate([kept, many[:, None]], axis=1)


_Leg = tuple[int, int | None, str, str, int, int, int]
"""Start and end in seconds (`None`: under way at the horizon), both places, lots, people, vehicles."""


def _flights(steps: list[LiftStep]) -> list[_Leg]:
    """The legs of one sortie; a landing that was refused ends a leg over the place."""
    found: list[_Leg] = []
    here, lots, people = "", 0, 0
    under_way: tuple[int, str] | None = None
    for step in steps:
        if under_way is not None and step.what in (Did.LANDS, Did.WASTED, Did.HULL_LOST, Did.IS_BACK):
            found.append((under_way[0], step.at_s, here, under_way[1], lots, people, 1))
            here, under_way = under_way[1], None
            lots, people = (lots, people) if step.what is Did.WASTED else (0, 0)
        if step.what is Did.DEPARTS:
            here = step.place
        elif step.what is Did.TAKES_OFF:
            here, lots, people = step.place, step.count, step.people
        elif step.what is Did.FLIES:
            under_way = (step.at_s, step.to)
    if under_way is not None:
        found.append((under_way[0], None, here, under_way[1], lots, people, 1))
    return found


def _voyages(steps: list[LiftStep], aboard: int) -> list[_Leg]:
    """The march of a convoy with the lots that it takes along, or the voyages of a vessel."""
    found: list[_Leg] = []
    gone: LiftStep | None = None
    for step in steps:
        if step.what in (Did.DEPARTS, Did.SAILS):
            gone = step
        elif gone is not None and step.what in (Did.ARRIVES, Did.COLUMN_LOST, Did.PUTS_IN):
            found.append(_voyage(gone, step, aboard))
            gone = None
    if gone is not None:
        found.append(_voyage(gone, None, aboard))
    return found


def _voyage(gone: LiftStep, came: LiftStep | None, aboard: int) -> _Leg:
    by_sea = gone.what is Did.SAILS
    end = came.place if came is not None and came.what is not Did.COLUMN_LOST else gone.to
    lots = gone.count if by_sea else aboard
    return (gone.at_s, came.at_s if came else None, gone.place, end, lots, gone.people, 1 if by_sea else gone.count)


def counts_by_day(replay: Replay) -> np.ndarray:
    """Counts as int32 by [day, place, column], as `timeline` has them; a lot belongs to its place of origin."""
    head, arrays = replay.head, replay.arrays
    every = instants(head["step_s"], head["ends_s"], head["horizon_s"])
    last = np.searchsorted(every, np.array(head["ends_s"], dtype=np.int64))
    places, columns = len(head["places"]), len(TIMELINE_COLUMNS)
    change = np.zeros((len(last) + 1, places, columns), dtype=np.int64)
    cells = np.array(head["cells"], dtype=np.int64).reshape(-1, 3)
    day = np.searchsorted(last, arrays["change.at"])
    np.add.at(change[0], (cells[:, 0], cells[:, 2]), np.array(head["begin"], dtype=np.int64))
    for name, sign in (("of", -1), ("into", 1)):
        origin, _, state = cells[arrays[f"change.{name}"]].T
        np.add.at(change, (day, origin, state), sign * arrays["change.lots"])
    change[0, :, _STATES] += np.array(head["people"], dtype=np.int64)
    day = np.searchsorted(last, arrays["people.at"])
    moved = arrays["people.more"] - arrays["people.fewer"]
    people = change[:, :, _STATES]  # a view
    np.add.at(people, (day, arrays["people.place"]), moved)
    return np.cumsum(change[:-1], axis=0).astype(np.int32)
