"""The one loop that runs replications: jobs in, blocks out as they finish, progress to a callback."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter

from sim.experiment.backend import Backend, RunsJobs, pool_at
from sim.experiment.blocks import BLOCK
from sim.experiment.interrupts import stop_on_ctrl_c
from sim.experiment.worker import Job, Model, ModelAt
from sim.results.rows import Block, Failure, ResultRow

_NUMBER = attrgetter("replication")
OnProgress = Callable[[int, int, int], None]
"""Receives progress: replications done, wanted as far as is known, and failed."""


def nothing(_done: int, _wanted: int, _failed: int) -> None:
    """Ignores progress."""


class Loop:
    """Runs jobs and reports how many replications are done and how many failed."""

    def __init__(self, fleet: RunsJobs, on_progress: OnProgress) -> None:
        self._fleet, self._on_progress, self._failed = fleet, on_progress, 0

    def run(self, jobs: Iterable[Job], done: int, wanted: int, keep: Callable[[Job, Block], int | None]) -> int:
        """Runs jobs and passes each block to `keep`; returns how many replications are done.

        `keep` may return how many replications beyond those of the block it has completed.
        """
        self._on_progress(done, wanted, self._failed)
        for job, block in self._fleet.run(jobs):
            done += len(block.numbers) + (keep(job, block) or 0)
            self._failed += len(block.failures)
            self._on_progress(done, wanted, self._failed)
        return done


@contextmanager
def loop_at(
    backend: Backend, model: Sequence[Model] | ModelAt, count: int | None, on_progress: OnProgress
) -> Iterator[Loop]:
    """Yields a loop that runs `count` replications (`None`: number not known) there, with an orderly stop on Ctrl-C.

    Raises `InputError` for an address that can't be used or does not answer, `KeyboardInterrupt` if stopped.
    """
    with stop_on_ctrl_c() as stop, pool_at(backend, model, count, stop) as fleet:
        yield Loop(fleet, on_progress)


def jobs_of(seed: int, replications: int, model: int) -> Iterator[Job]:
    """Yields the replications of one model from 1 on, in blocks of equal size."""
    for first in range(1, replications + 1, BLOCK):
        yield Job(seed, tuple(range(first, min(first + BLOCK, replications + 1))), model)


def run_all(models: Sequence[Model], jobs: Sequence[Job], backend: Backend, on_progress: OnProgress) -> list[Block]:
    """Runs all jobs; returns for each model all replications in the order of their numbers, without timelines.

    Raises as `loop_at`, and `ResultsError` if all workers fail.
    """
    wanted = sum(len(job.numbers) for job in jobs)
    records: list[list[ResultRow]] = [[] for _ in models]
    failures: list[list[Failure]] = [[] for _ in models]

    def keep(job: Job, block: Block) -> None:
        records[job.model] += block.records
        failures[job.model] += block.failures

    with loop_at(backend, models, wanted, on_progress) as loop:
        loop.run(jobs, 0, wanted, keep)
    return [
        Block(tuple(sorted(rows, key=_NUMBER)), tuple(sorted(lost, key=_NUMBER)))
        for rows, lost in zip(records, failures, strict=True)
    ]
