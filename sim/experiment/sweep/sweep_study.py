"""Carries out a sweep: runs jobs point by point into the journal, and writes the folder from it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sim.experiment.backend import Backend
from sim.experiment.blocks import BLOCK, block_size
from sim.experiment.loop import Loop, OnProgress, loop_at
from sim.experiment.sweep.sparing import Sparing
from sim.experiment.sweep.sweep_plan import SweepPlan
from sim.experiment.worker import Job, Recorder
from sim.results.design_tables import columns_of
from sim.results.journal import Journal
from sim.results.rows import Block
from sim.results.sweep_folder import SweepAbout, write_sweep
from sim.results.sweeps import SWEEP
from sim.results.unfinished import Made, Unfinished, begin_work

_FEW = 8
"""With fewer points than this, the replications of each are spread over the workers."""


def begin_sweep(plan: SweepPlan, force: bool = False) -> Unfinished | None:
    """Returns the work in progress, locked for this process; `None` if the sweep exists already."""
    return begin_work(plan.folder, SWEEP, plan.identity.plain(), force)


def done_before(work: Unfinished) -> int:
    """Number of replications that an earlier process has left in the work in progress."""
    return work.count()


def seconds_a_replication(plan: SweepPlan) -> float:
    """Returns how long the first replication of the first point takes here; its results are dropped."""
    simulator = Recorder(plan.points(0))
    began = time.perf_counter()
    try:
        simulator.runs.run(plan.identity.seed, 1)
    except Exception:  # it will be reported when the sweep runs it
        return time.perf_counter() - began
    return time.perf_counter() - began


def carry_out_sweep(plan: SweepPlan, work: Unfinished | None, backend: Backend, on_progress: OnProgress) -> Made:
    """Runs what is missing and finishes the folder; without `work` the existing folder is returned.

    Raises `ResultsError` if the disk or all workers fail, `KeyboardInterrupt` after an orderly stop; in both cases
    finished replications are kept, and the same call resumes.
    """
    if work is None:
        return Made(plan.folder, reused=True)
    with work:
        began, before = time.monotonic(), work.count()
        clock: dict[str, Any] = {"started": datetime.now(UTC).isoformat(timespec="seconds")}
        simulating = _Sweeping(plan, work.journal, backend, on_progress)
        wanted = simulating.all()
        clock |= {"simulating_s": round(time.monotonic() - began, 3), "workers": backend.workers, "taken_over": before}
        clock |= {"spared": simulating.spared}
        draft = plan.file.draft
        files = tuple(dict.fromkeys(file for one in (draft, *plan.points.drafts.values()) for file in one.files))
        about = SweepAbout(draft.data, plan.file.path, files, plan.points.sets, plan.command, clock,
                           tuple(one.data.get("as_of") for one in plan.points.drafts.values()))  # fmt: skip
        kept = work.finish(lambda whole: write_sweep(
            whole, plan.identity, plan.layout, work.journal, wanted.__getitem__, about
        ))  # fmt: skip
    return Made(plan.folder, reused=False, kept=kept)


class _Sweeping:
    """Runs all points; keeps the number of the last replication wanted for each."""

    def __init__(self, plan: SweepPlan, journal: Journal, backend: Backend, on_progress: OnProgress) -> None:
        self._plan, self._journal, self._backend, self._on_progress = plan, journal, backend, on_progress
        self._wanted = [plan.before(point) for point in range(plan.size)]
        self.spared = 0
        """Number of replications not repeated, since they equal those with the cause that they remove."""
        self._sparing = Sparing(plan.points)

    def all(self) -> list[int]:
        """Runs until every point has what it needs; returns the number of the last replication of each."""
        plan = self._plan
        with loop_at(self._backend, self._sparing, plan.size * plan.replications, self._on_progress) as loop:
            open_points: list[int] = list(range(plan.size))
            for wanted in plan.precision.looks() if plan.precision else (plan.replications,):
                self._look(loop, open_points, wanted)
                open_points = [point for point in open_points if plan.precision and not self._reached(point, wanted)]
                if not open_points:
                    break
        return self._wanted

    def _look(self, loop: Loop, points: Iterable[int], wanted: int) -> None:
        """Runs the missing ones of the first `wanted` replications of some points."""
        for point in points:
            self._wanted[point] = self._plan.before(point) + wanted
        numbers = [self._numbers(point) for point in range(self._plan.size)]
        total = sum(map(len, numbers))
        done = total - sum(len(self._journal.missing(point, own)) for point, own in enumerate(numbers))
        for wave in self._sparing.waves(points):
            done = loop.run(self._jobs(wave), done, total, self._keep)

    def _keep(self, job: Job, block: Block) -> int:
        """Keeps a block, and the results that other points share with it; returns the number of the latter."""
        responses, spared = self._plan.layout.responses, 0
        self._journal.add(job.model, block.only(responses))
        for point, same in self._sparing.same(job.model, block):
            missing = frozenset(self._journal.missing(point, self._numbers(point)))
            records = tuple(record for record in same if record.replication in missing)
            self._journal.add(point, Block(records).only(responses))
            spared += len(records)
        self.spared += spared
        return spared

    def _jobs(self, points: Iterable[int]) -> Iterator[Job]:
        few = self._plan.size < _FEW
        for point in points:
            missing = self._journal.missing(point, self._numbers(point))
            size = block_size(len(missing), self._backend.width) if few else BLOCK
            for first in range(0, len(missing), size):
                numbers = tuple(missing[first : first + size])
                yield Job(self._plan.identity.seed, numbers, point)

    def _numbers(self, point: int) -> range:
        return range(self._plan.before(point) + 1, self._wanted[point] + 1)

    def _reached(self, point: int, wanted: int) -> bool:
        assert self._plan.precision is not None, "only a precision has looks"
        rows, failures = self._journal.point(point, wanted)
        columns = columns_of(rows, self._plan.layout.responses)
        return self._plan.precision.reached(columns, len(failures))
