"""The one loop that runs replications: jobs in, blocks out as they are done, and an observer that hears of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter

from sim.experiment.blocks import BLOCK
from sim.experiment.interrupts import stop_on_ctrl_c
from sim.experiment.where import Plays, Where, pool_at
from sim.experiment.worker import Cast, CastOf, Job
from sim.results.rows import Block, Failure, ResultRow

_NUMBER = attrgetter("replication")
Told = Callable[[int, int, int], None]
"""Hears of progress: replications done, wanted as far as is known, and failed."""


def nothing(_done: int, _wanted: int, _failed: int) -> None:
    """Hears of progress and says nothing."""


class Loop:
    """Runs jobs, as often as there are some, and reports how many replications are done and have failed."""

    def __init__(self, fleet: Plays, told: Told) -> None:
        self._fleet, self._told, self._failed = fleet, told, 0

    def run(
        self, jobs: Iterable[Job], done: int, wanted: int, keep: Callable[[Job, Block], int | None]
    ) -> int:
        """Runs jobs and has each block kept; gives how many replications are done then.

        `keep` gives how many more than those of the block are done by it, where it knows of some.
        """
        self._told(done, wanted, self._failed)
        for job, block in self._fleet.play(jobs):
            done += len(block.numbers) + (keep(job, block) or 0)
            self._failed += len(block.failures)
            self._told(done, wanted, self._failed)
        return done


@contextmanager
def loop_at(where: Where, cast: Sequence[Cast] | CastOf, count: int | None, told: Told) -> Iterator[Loop]:
    """A loop that runs `count` replications (`None`: it is not known how many) there, and stops in order on Ctrl-C.

    Raises `InputError` for an address that can't be used, `ResultsError` where nobody answers, `KeyboardInterrupt`.
    """
    with stop_on_ctrl_c() as stop, pool_at(where, cast, count, stop) as fleet:
        yield Loop(fleet, told)


def jobs_of(seed: int, replications: int, cast: int) -> Iterator[Job]:
    """The replications of one of the cast from 1 on, in blocks of one size."""
    for first in range(1, replications + 1, BLOCK):
        yield Job(seed, tuple(range(first, min(first + BLOCK, replications + 1))), cast)


def run_all(casts: Sequence[Cast], jobs: Sequence[Job], where: Where, told: Told) -> list[Block]:
    """All jobs, to the end: of each of the cast all replications in the order of their numbers, without timelines.

    Raises as `loop_at`, and `ResultsError` where all workers give out.
    """
    wanted = sum(len(job.numbers) for job in jobs)
    records: list[list[ResultRow]] = [[] for _ in casts]
    failures: list[list[Failure]] = [[] for _ in casts]

    def keep(job: Job, block: Block) -> None:
        records[job.cast] += block.records
        failures[job.cast] += block.failures

    with loop_at(where, casts, wanted, told) as loop:
        loop.run(jobs, 0, wanted, keep)
    return [
        Block(tuple(sorted(rows, key=_NUMBER)), tuple(sorted(lost, key=_NUMBER)))
        for rows, lost in zip(records, failures, strict=True)
    ]
