"""State of lift, clearance, roads and strips over time, as places need it: why lots waited for lift."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np

from sim.ledger.kinds import Did, Hold, LiftId, Moment, Of, Passage, Task
from sim.ledger.ledger import PeopleStep
from sim.replication.history import History
from sim.replication.spans import DayGrid, Pairs
from sim.scenario.lift import Aircraft
from sim.scenario.places import Mode

_Settings = list[tuple[int, float]]
HELD: dict[Mode, Moment] = {"air": Moment.HELD_AIR, "road": Moment.HELD_ROAD}
"""By mode, the step that records why idle lift did not go to a place."""


def clip(pairs: Pairs, end_s: int) -> list[tuple[int, int]]:
    """Cuts spans off at an instant."""
    return [(start, min(until, end_s)) for start, until in pairs if start < end_s]


def _set(settings: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Instants, and the values set at them."""
    at, values = zip(*settings, strict=True)
    return np.array(at, dtype=np.int64), np.array(values, dtype=float)


class LiftOverTime:
    """State of lift, clearance, roads and strips over time, as places need it."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.end_s = history.horizon_s
        self.options = history.network.options
        self._busy: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._at_place: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self._idle: dict[tuple[LiftId, str], _Settings] = defaultdict(list)
        self._waiting: dict[str, dict[tuple[str, LiftId], _Settings]] = defaultdict(lambda: defaultdict(list))
        self.work: dict[str, np.ndarray] = defaultdict(lambda: np.zeros((0, 2), dtype=np.int64))
        self.held: dict[tuple[str, Moment], list[tuple[int, Hold]]] = defaultdict(list)
        self.left: dict[str, list[PeopleStep]] = defaultdict(list)
        self._refusals: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        self._fits: dict[str, list[tuple[int, float]]] = {}
        self._read()
        self._sort()

    def _sort(self) -> None:
        """Sort the steps of the ledger by place, once for all places."""
        ledger = self.history.ledger
        pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for work in ledger.work:
            if work.until_s > work.from_s and work.task is not Task.DEMOLISH:
                pairs[work.place].append((work.from_s, work.until_s))
        self.work.update((place, np.array(each, dtype=np.int64)) for place, each in pairs.items())
        for step in ledger.places:
            if step.hold:
                self.held[step.place, step.what].append((step.at_s, step.hold))
        for left in ledger.people:
            if left.what is Passage.LEFT:
                self.left[left.place].append(left)

    def _read(self) -> None:
        begun: dict[LiftId, int] = {}
        landed: dict[LiftId, tuple[int, str]] = {}
        for step in self.history.ledger.lift:
            if step.what is Did.DEPARTS and step.lift.of is Of.AIRCRAFT:
                begun[step.lift] = step.at_s
            elif step.what is Did.IS_BACK and step.lift in begun:
                self._busy[step.lift.name].append((begun.pop(step.lift), step.at_s + int(step.number)))
            elif step.what is Did.LANDS:
                landed[step.lift] = (step.at_s, step.place)
            elif step.what is Did.TAKES_OFF and step.lift in landed:
                since, place = landed.pop(step.lift)
                self._at_place[place, "air"].append((since, step.at_s))
            elif step.what is Did.IDLE:
                self._idle[step.lift, step.place].append((step.at_s, float(step.count)))
            elif step.what is Did.WAITING:
                self._waiting[step.place][step.to, step.lift].append((step.at_s, float(step.count)))
        for lift, since in begun.items():
            self._busy[lift.name].append((since, self.end_s))

    @cached_property
    def _days(self) -> list[tuple[int, int]]:
        starts = self.history.scenario.time.day_starts_s
        return [(max(0, a), min(b, self.end_s)) for a, b in pairwise(starts) if a < self.end_s and b > 0]

    def spans_of(self, place: str) -> list[Pairs]:
        """Spans that the grid of a place must hold."""
        spans: list[Pairs] = [self._days, clip(self.history.strip_closed(place).pairs(), self.end_s)]
        for option in self.options[place]:
            if option.road is not None:
                spans.append(clip(self.history.tape.way_closed(option.road).pairs(), self.end_s))
            spans += [self._busy[name] for name in option.air]
        return [*spans, self._at_place[place, "air"]]

    def instants_of(self, place: str) -> Iterator[int]:
        """Instants that the grid of a place must hold: changes in the number of idle trucks, if a road leads out."""
        for _, (at_s, _) in self._trucks_for(place):
            yield from at_s.tolist()

    def _trucks_for(self, place: str) -> list[tuple[str, tuple[np.ndarray, np.ndarray]]]:
        """Idle trucks over time, by pool, and trucks that wait at the place; empty if no road leads out."""
        if not any(option.road is not None for option in self.options[place]):
            return []
        return [*self._idle_anywhere, *((lift.name, _set(each)) for (_, lift), each in self._waiting[place].items())]

    @cached_property
    def _idle_anywhere(self) -> list[tuple[str, tuple[np.ndarray, np.ndarray]]]:
        return [(lift.name, _set(each)) for (lift, _), each in self._idle.items()]

    def reasons(
        self, place: str, mode: str, movement: str, grid: DayGrid, pools: frozenset[str]
    ) -> dict[str, np.ndarray]:
        """Closures, refusals and absence of lift for one way of moving from a place; `pools` have trucks for it."""
        size = len(grid.edges) - 1
        none = np.zeros(size, dtype=bool)
        closed, refused, elsewhere, full = none.copy(), none.copy(), none.copy(), none.copy()
        for option in self.options[place]:
            if option.mode != mode:
                continue
            if option.road is not None:
                route = option.road.route
                closed |= grid.flags(clip(self.history.tape.way_closed(option.road).pairs(), self.end_s))
                refused |= self._refused(grid, "road", route, movement)
                if movement == "trucks":
                    elsewhere |= self._no_truck(place, grid, pools)
            else:
                closed |= grid.flags(clip(self.history.strip_closed(place).pairs(), self.end_s))
                refused |= self._refused(grid, "air", place, movement) | self._refused(
                    grid, "air", option.dest, movement
                )
                here = grid.flags(self._at_place[place, "air"])
                elsewhere |= self._no_tail(list(option.air), grid) & ~here
                full |= here
        return {
            "route or strip closed": closed,
            "clearance refused": refused,
            "no truck or aircraft available": elsewhere,
            "lift full": full,
        }

    def _refused(self, grid: DayGrid, mode: str, name: str, movement: str) -> np.ndarray:
        return grid.flags(self._refused_days(mode, name, movement))

    def _refused_days(self, mode: str, name: str, movement: str) -> list[tuple[int, int]]:
        tape, first = self.history.tape, self.history.scenario.time.day_of(0)
        key = (mode, name, movement)
        if key not in self._refusals:
            refused = []
            for i, pair in enumerate(self._days):
                if mode == "air":
                    cleared = tape.air_cleared(name, "cargo", first + i)
                else:
                    cleared = tape.road_cleared(name, "people" if movement == "people" else "trucks", first + i)
                if not cleared:
                    refused.append(pair)
            self._refusals[key] = refused
        return self._refusals[key]

    def busy_of(self, name: str) -> list[tuple[int, int]]:
        """When tails of a type were on a sortie or out of service after it, one span each."""
        return clip(self._busy[name], self.end_s)

    def fit_of(self, name: str) -> list[tuple[int, float]]:
        """Fit tails of a type, for each day."""
        if name not in self._fits:
            tape, count = self.history.tape, self.history.scenario.lift.aircraft[name].count
            first = self.history.scenario.time.day_of(0)
            kind = self.history.scenario.lift.aircraft[name]
            until_s = self.end_s if kind.until_s is None else min(kind.until_s, self.end_s)
            self._fits[name] = [
                (day[0], float(sum(tape.fit(name, tail, first + i) for tail in range(count)) if flies else 0))
                for i, (day, flies) in enumerate(zip(self._days, self._scheduled(kind, first), strict=True))
            ]
            if until_s < self.end_s:
                self._fits[name] = [*(each for each in self._fits[name] if each[0] < until_s), (until_s, 0.0)]
        return self._fits[name]

    def _scheduled(self, kind: Aircraft, first: int) -> list[bool]:
        """By day, whether tails of a type begin sorties on it."""
        return list(map(kind.flies(self.history.scenario.time), range(first, first + len(self._days))))

    def _no_tail(self, fleets: list[str], grid: DayGrid) -> np.ndarray:
        free = np.zeros(len(grid.edges) - 1)
        for name in fleets:
            free += np.maximum(0.0, grid.held(self.fit_of(name)) - grid.depth(self._busy[name]))
        return np.asarray(free <= 0)

    def _no_truck(self, place: str, grid: DayGrid, pools: frozenset[str]) -> np.ndarray:
        idle = np.zeros(len(grid.edges) - 1)
        for pool, (at_s, many) in self._trucks_for(place):
            if pool in pools:
                idle += grid.held_at(at_s, many)
        return np.asarray(idle <= 0)
