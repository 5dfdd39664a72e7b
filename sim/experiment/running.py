"""Runs a scenario with a seed and a number of replications into a results folder, resumable at every step."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress
from math import isnan, nan
from pathlib import Path
from typing import Any

from sim.analysis.estimates import Measure, estimate
from sim.analysis.intervals import get_ready
from sim.experiment.backend import Backend, pool_at
from sim.experiment.blocks import blocks_of
from sim.experiment.interrupts import StopAsked, stop_on_ctrl_c
from sim.experiment.loop import Loop, OnProgress, nothing
from sim.experiment.worker import Job, Model
from sim.results.folder import RUN, partial_of
from sim.results.identity import RunIdentity
from sim.results.journal import Journal
from sim.results.rows import Block
from sim.results.run_folder import About, Stopping, write_run
from sim.results.unfinished import Made, Unfinished, begin_work

LEAST, BATCH = 100, 50
"""Replications before the first check of the precision, and between checks."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Half-widths wanted for responses, the most replications, and whether the intervals are guaranteed."""

    wanted: tuple[tuple[Measure, float], ...]
    most: int
    guarantee: bool = False

    def looks(self) -> Iterator[int]:
        """Yields the number of replications at each check; the last is `most`."""
        yield from range(min(LEAST, self.most), self.most, BATCH)
        yield self.most

    def reached(self, columns: Mapping[str, Sequence[float | None]], failed: int) -> bool:
        """Whether every named response has an interval as narrow as wanted; one without an interval has not."""
        for measure, half_width in self.wanted:
            known = estimate(measure, columns[measure.name], failed, self.guarantee).half_width
            if known is None or known > half_width:
                return False
        return True


@dataclass(frozen=True, slots=True)
class RunPlan:
    """All that is known of a run before the first replication."""

    folder: Path
    identity: RunIdentity
    model: Model
    about: About
    precision: Precision | None = None


def begin(plan: RunPlan, force: bool = False) -> Unfinished | None:
    """Returns the work in progress of a run, locked for this process; `None` if its results exist already.

    Results with lost replications whose unfinished work is still there do not count as existing. Raises
    `ResultsError` if the folder belongs to other results; nothing is changed then.
    """

    def done(manifest: dict[str, Any]) -> bool:
        lost = any(row["kind"] == "lost" for row in manifest["failures"])
        return not (lost and partial_of(plan.folder).is_dir())

    return begin_work(plan.folder, RUN, plan.identity.plain(), force, done)


def carry_out(plan: RunPlan, work: Unfinished | None, backend: Backend, on_progress: OnProgress = nothing) -> Made:
    """Runs what is missing and finishes the folder; without `work` the existing folder is returned.

    Raises `ResultsError` if the disk or all workers fail, `KeyboardInterrupt` after an orderly stop; in both cases
    finished replications are kept, and the same call resumes.
    """
    if work is None:
        return Made(plan.folder, reused=True)
    with work:
        began, resumed = time.monotonic(), work.count()
        clock: dict[str, Any] = {"started": datetime.now(UTC).isoformat(timespec="seconds")}
        with stop_on_ctrl_c() as stop:
            stopping = _run(plan, work.journal, backend, on_progress, stop)
            seconds = round(time.monotonic() - began, 3)
            width = backend.width_for(plan.identity.replications)
            clock |= {"simulating_s": seconds, "workers": width, "taken_over": resumed}
            blocks = work.journal.blocks(until=stopping.replications)
            kept = work.finish(lambda whole: write_run(
                whole, plan.identity, plan.model.layout, blocks, plan.about, stopping, clock
            ))  # fmt: skip
    return Made(plan.folder, reused=False, kept=kept)


def _run(plan: RunPlan, journal: Journal, backend: Backend, on_progress: OnProgress, stop: StopAsked) -> Stopping:
    width = backend.width_for(plan.identity.replications)
    with pool_at(backend, [plan.model], plan.identity.replications, stop) as fleet:
        run = _Progress(plan, journal, Loop(fleet, on_progress), width)
        if plan.precision is None:
            wanted = plan.identity.replications or 0
            run.until(wanted)
            return Stopping(wanted)
        for look, wanted in enumerate(plan.precision.looks(), start=1):
            run.until(wanted)
            columns, failed = run.columns(wanted)
            if plan.precision.reached(columns, failed):
                return Stopping(wanted, look, reached=True)
        return Stopping(plan.precision.most, look, reached=False)


class _Progress:
    """Runs more and more replications; keeps only the values that the stopping rule needs."""

    def __init__(self, plan: RunPlan, journal: Journal, loop: Loop, width: int) -> None:
        self._plan, self._journal, self._loop, self._width = plan, journal, loop, width
        self._names = [measure.name for measure, _ in plan.precision.wanted] if plan.precision else []
        self._simulated = bytearray()  # by number, from 1: whether it has values
        self._values = {name: array("d") for name in self._names}  # by number as well; NaN for no value
        if self._names:
            for block in journal.blocks():
                self._note(block)

    def _note(self, block: Block) -> None:
        more = max(block.numbers, default=0) - len(self._simulated) if self._names else 0
        self._simulated.extend(bytes(max(more, 0)))
        for name, values in self._values.items():
            values.extend([nan] * more)
            for row in block.records:
                value = row.responses[name]
                values[row.replication - 1] = nan if value is None else value
                self._simulated[row.replication - 1] = True

    def until(self, wanted: int) -> None:
        """Runs the missing ones of the replications 1 to `wanted`."""
        missing = self._journal.missing(0, range(1, wanted + 1))
        jobs = (Job(self._plan.identity.seed, numbers) for numbers in blocks_of(missing, self._width))
        self._loop.run(jobs, wanted - len(missing), wanted, self._keep)

    def _keep(self, _: Job, block: Block) -> None:
        self._journal.add(0, block)
        self._note(block)
        if self._width > 1:
            get_ready()  # load what estimates need while workers run

    def columns(self, wanted: int) -> tuple[dict[str, list[float | None]], int]:
        """Returns the values of the named responses in replications 1 to `wanted`, and how many failed."""
        simulated = self._simulated[:wanted]
        columns: dict[str, list[float | None]] = {
            name: [None if isnan(value) else value for value in compress(values, simulated)]
            for name, values in self._values.items()
        }
        return columns, wanted - sum(simulated)
