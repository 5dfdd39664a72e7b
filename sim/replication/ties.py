"""Ties: results must not depend on the order of events for which no rule defines an order.

A replication is simulated once as usual, and again with simultaneous events in random order where no rule orders them
(`sim.world.clock.ShuffledClock`). Every number and every step of the ledger must be the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from random import Random

import numpy as np

from sim.ledger.states import STATE_NAMES
from sim.replication.history import History
from sim.replication.simulator import Rows, Simulator, rows
from sim.replication.wording import worker
from sim.scenario.scenario import Scenario
from sim.world.clock import ShuffledClock

SHUFFLED, DIFFERS = "shuffled", "differs"
"""Responses of `TieShuffler`: events taken in random order, and the first run that differed (0: none)."""
Steps = dict[tuple[str, ...], list[tuple[object, ...]]]


class TieShuffler:
    """Repeats each replication with ties shuffled, and counts what was shuffled and what differed."""

    def __init__(self, scenario: Scenario, without: frozenset[str], times: int) -> None:
        self.simulator = Simulator(scenario, without)
        self.times = times

    def run(self, seed: int, replication: int) -> Rows:
        """Rows without tables, whose responses are `shuffled` and `differs`. Raises `ReplicationError`."""
        plain = self.simulator.history(seed, replication)
        shuffled, differs = 0, 0
        for run in range(1, self.times + 1):
            again, count = self._again(seed, replication, run)
            shuffled += count
            if first_difference(plain, again):
                differs = run
                break
        numbers = {SHUFFLED: shuffled, DIFFERS: differs}
        return Rows(replication, plain.tape.hash(), dict(numbers), [], [], [], np.zeros((0, 0, 0), dtype=np.int32))

    def said(self, seed: int, replication: int, run: int) -> str:
        """Returns what differs between a replication and one of its shuffled runs; empty if nothing differs."""
        return first_difference(self.simulator.history(seed, replication), self._again(seed, replication, run)[0])

    def _again(self, seed: int, replication: int, run: int) -> tuple[History, int]:
        clock = ShuffledClock(Random(ascii((seed, replication, run))))  # nosec B311  # chance to repeat, no secret
        return self.simulator.history(seed, replication, clock), clock.shuffled


def first_difference(one: History, other: History) -> str:
    """Describes the first number, else the first step of the ledger, that differs; empty if nothing differs."""
    return next(_numbers(rows(one), rows(other)), "") or next(_steps(one, other), "")


def _numbers(one: Rows, other: Rows) -> Iterator[str]:
    for name, value in one.responses.items():
        if other.responses[name] != value:
            yield f"{name} is {value} and, with ties shuffled, {other.responses[name]}"
    named = ("fates", "causes", "episodes", "use", "given_up", "places", "progress")
    tables = ((name, getattr(one, name), getattr(other, name)) for name in named)
    for name, mine, theirs in tables:
        if mine != theirs:
            yield f"{name} differ with ties shuffled"
    if not np.array_equal(one.timeline, other.timeline):
        yield "the timeline differs with ties shuffled"


def _steps(one: History, other: History) -> Iterator[str]:
    mine, theirs = _by_whom(one), _by_whom(other)
    for whom in sorted(mine.keys() | theirs.keys()):
        steps, also = mine.get(whom, []), theirs.get(whom, [])
        if steps != also:
            at = next((i for i, pair in enumerate(zip(steps, also, strict=False)) if pair[0] != pair[1]), -1)
            yield f"{' '.join(whom)}: {steps[at:][:1]} and, with ties shuffled, {also[at:][:1]}"


def _by_whom(history: History) -> Steps:
    """Steps of the ledger by lot, lift, crew and place, each in its own order."""
    ledger, lots = history.ledger, history.frame.lots
    found: Steps = defaultdict(list)
    for step in (*ledger.lots, *ledger.onward):
        found["lot", lots.id(step.lot)].append((step.at_s, STATE_NAMES[step.state], step.place, step.by))
    for mark in ledger.marks:
        found["mark of lot", lots.id(mark.lot)].append((mark.at_s, mark.what, mark.place, mark.reason))
    for work in ledger.work:
        found[work.place, worker(work.task, work.crew)].append(tuple(work))
    for lift in ledger.lift:
        found["lift", str(lift.lift)].append(tuple(lift))
    for people in ledger.people:
        found["people", people.origin, "at", people.place].append(tuple(people))
    for place in ledger.places:
        found["place", place.place].append(tuple(place))
    for name, waits in ledger.loader_waits.items():
        found["waits for loaders at", name] = sorted(waits)
    return dict(found)
