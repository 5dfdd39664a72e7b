"""Oracles played again with the order of what has no written order shuffled: no figure may hang on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.analysis.estimates import Measure
from sim.experiment.blocks import BLOCK
from sim.experiment.interrupts import stop_on_ctrl_c
from sim.experiment.planning import stage
from sim.experiment.running import Told
from sim.experiment.verifying import seed_of
from sim.experiment.where import Where, fleet_at
from sim.experiment.worker import Cast, Job
from sim.results.records import Failure
from sim.scenario.door import Loaded
from sim.scenario.scenario import Scenario

_FIRST = 5
"""Of an oracle of chance so many replications are shuffled; an exact one has one."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Ties of one oracle: replications and plays of each, the events taken by chance in all, and what differed."""

    file: str
    replications: int
    times: int
    shuffled: int
    differs: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing hung on the order of ties."""
        return not self.differs and not self.failures


def shuffle(
    oracles: Sequence[tuple[str, Loaded]], seed: int, times: int, where: Where, told: Told
) -> tuple[Ties, ...]:
    """Plays the first replications of each oracle so many more times, ties shuffled.

    Raises `ResultsError` and `KeyboardInterrupt` as every playing does.
    """
    casts = [_cast(loaded.scenario, times) for _, loaded in oracles]
    counts = [min(_FIRST, max(one.replications for one in loaded.scenario.expect)) for _, loaded in oracles]
    seeds = [seed_of(seed, file) for file, _ in oracles]
    jobs = [
        Job(seeds[at], tuple(range(first, min(first + BLOCK, count + 1))), at)
        for at, count in enumerate(counts) for first in range(1, count + 1, BLOCK)
    ]  # fmt: skip
    shuffled, done = [0] * len(oracles), 0
    differs: list[list[tuple[int, int]]] = [[] for _ in oracles]
    failures: list[list[Failure]] = [[] for _ in oracles]
    told(0, sum(counts), 0)
    with stop_on_ctrl_c() as stop, fleet_at(where, casts, sum(counts), stop) as fleet:
        for job, block in fleet.play(jobs):
            for row in block.records:
                shuffled[job.cast] += int(row.responses["shuffled"] or 0)
                if row.responses["differs"]:
                    differs[job.cast].append((row.replication, int(row.responses["differs"])))
            failures[job.cast] += block.failures
            done += len(block.numbers)
            told(done, sum(counts), sum(map(len, failures)))
    return tuple(
        Ties(file, counts[at], times, shuffled[at],
             tuple(_said(loaded.scenario, seeds[at], *each) for each in sorted(differs[at])), tuple(failures[at]))
        for at, (file, loaded) in enumerate(oracles)
    )  # fmt: skip


def _cast(scenario: Scenario, times: int) -> Cast:
    from sim.replication.ties import DIFFERS, SHUFFLED, TieShuffler  # noqa: PLC0415 - loads numpy and simpy

    measures = (Measure(SHUFFLED, "events", "replication", False), Measure(DIFFERS, "play", "replication", False))
    layout = replace(stage(scenario, frozenset()).layout, measures=measures)
    return Cast(TieShuffler, (scenario, frozenset(), times), layout, keeps="responses")


def _said(scenario: Scenario, seed: int, replication: int, play: int) -> str:
    from sim.replication.ties import TieShuffler  # noqa: PLC0415 - as above

    said = TieShuffler(scenario, frozenset(), play).said(seed, replication, play)
    return f"replication {replication}, shuffled play {play}: {said}"
