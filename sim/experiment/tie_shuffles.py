"""Oracles played again with the order of what has no written order shuffled: no figure may hang on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.analysis.estimates import Measure
from sim.experiment.loop import Told, jobs_of, run_all
from sim.experiment.planning import stage
from sim.experiment.verification import seed_of
from sim.experiment.where import Where
from sim.experiment.worker import Cast
from sim.results.rows import Failure
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
    jobs = [job for at, count in enumerate(counts) for job in jobs_of(seeds[at], count, at)]
    ties = []
    for (file, loaded), own, found in zip(oracles, seeds, run_all(casts, jobs, where, told), strict=True):
        rows = [(row.replication, row.responses) for row in found.records]
        differs = [(number, int(said["differs"])) for number, said in rows if said["differs"]]
        ties.append(Ties(
            file, len(rows) + len(found.failures), times, sum(int(said["shuffled"] or 0) for _, said in rows),
            tuple(_said(loaded.scenario, own, *each) for each in differs), found.failures,
        ))  # fmt: skip
    return tuple(ties)


def _cast(scenario: Scenario, times: int) -> Cast:
    from sim.replication.ties import DIFFERS, SHUFFLED, TieShuffler  # noqa: PLC0415 - loads numpy and simpy

    measures = (Measure(SHUFFLED, "events", "replication", False), Measure(DIFFERS, "play", "replication", False))
    layout = replace(stage(scenario, frozenset()).layout, measures=measures)
    return Cast(TieShuffler, (scenario, frozenset(), times), layout, keeps="responses")


def _said(scenario: Scenario, seed: int, replication: int, play: int) -> str:
    from sim.replication.ties import TieShuffler  # noqa: PLC0415 - as above

    said = TieShuffler(scenario, frozenset(), play).said(seed, replication, play)
    return f"replication {replication}, shuffled play {play}: {said}"
