"""Repeats oracles with ties shuffled: no number may depend on an order that no rule defines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.analysis.estimates import Measure
from sim.experiment.backend import Backend
from sim.experiment.loop import OnProgress, jobs_of, run_all
from sim.experiment.planning import model_of
from sim.experiment.verification import seed_of
from sim.experiment.worker import Model
from sim.results.rows import Failure
from sim.scenario.door import Loaded
from sim.scenario.scenario import Scenario

_FIRST = 5
"""Number of replications that are shuffled for a statistical oracle; an exact one has one."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Ties of one oracle: replications, runs of each, events taken in random order in all, and what differed."""

    file: str
    replications: int
    times: int
    shuffled: int
    differs: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing depended on the order of ties."""
        return not self.differs and not self.failures


def shuffle(
    oracles: Sequence[tuple[str, Loaded]], seed: int, times: int, backend: Backend, on_progress: OnProgress
) -> tuple[Ties, ...]:
    """Repeats the first replications of each oracle `times` times with ties shuffled.

    Raises `ResultsError` and `KeyboardInterrupt` as every run does.
    """
    models = [_model(loaded.scenario, times) for _, loaded in oracles]
    counts = [min(_FIRST, max(one.replications for one in loaded.scenario.expect)) for _, loaded in oracles]
    seeds = [seed_of(seed, file) for file, _ in oracles]
    jobs = [job for at, count in enumerate(counts) for job in jobs_of(seeds[at], count, at)]
    ties = []
    for (file, loaded), own, found in zip(oracles, seeds, run_all(models, jobs, backend, on_progress), strict=True):
        rows = [(row.replication, row.responses) for row in found.records]
        differs = [(number, int(said["differs"])) for number, said in rows if said["differs"]]
        ties.append(Ties(
            file, len(rows) + len(found.failures), times, sum(int(said["shuffled"] or 0) for _, said in rows),
            tuple(_said(loaded.scenario, own, *each) for each in differs), found.failures,
        ))  # fmt: skip
    return tuple(ties)


def _model(scenario: Scenario, times: int) -> Model:
    from sim.replication.ties import DIFFERS, SHUFFLED, TieShuffler

    measures = (Measure(SHUFFLED, "events", "replication", False), Measure(DIFFERS, "run", "replication", False))
    layout = replace(model_of(scenario, frozenset()).layout, measures=measures)
    return Model(TieShuffler, (scenario, frozenset(), times), layout, keeps="responses")


def _said(scenario: Scenario, seed: int, replication: int, run: int) -> str:
    from sim.replication.ties import TieShuffler

    said = TieShuffler(scenario, frozenset(), run).said(seed, replication, run)
    return f"replication {replication}, shuffled run {run}: {said}"
