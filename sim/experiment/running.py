"""A scenario, a seed and a number of replications become a results folder, resumable at every step."""

from __future__ import annotations

import time
from array import array
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress
from math import isnan, nan
from pathlib import Path
from typing import Any

from sim.analysis.intervals import get_ready
from sim.experiment.blocks import blocks_of
from sim.experiment.interrupts import StopAsked, stop_on_ctrl_c
from sim.experiment.loop import Loop, Told, nothing
from sim.experiment.stopping import Precision
from sim.experiment.where import Where, fleet_at
from sim.experiment.worker import Cast, Job
from sim.results.finishing import write_run
from sim.results.folder import RUN, partial_of
from sim.results.identity import RunIdentity
from sim.results.journal import Journal
from sim.results.manifest import About, Stopping
from sim.results.records import Block
from sim.results.work import Made, Work, begin_work


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is known of a run before anything is played."""

    folder: Path
    identity: RunIdentity
    cast: Cast
    about: About
    precision: Precision | None = None


def begin(plan: Plan, force: bool = False) -> Work | None:
    """The work in progress of a run, locked for this process; `None` where its results are there already.

    A folder that a lost replication left unfinished work beside is not finished in this sense. Raises `ResultsError`
    where the folder is another's; nothing was changed then.
    """

    def done(manifest: dict[str, Any]) -> bool:
        lost = any(row["kind"] == "lost" for row in manifest["failures"])
        return not (lost and partial_of(plan.folder).is_dir())

    return begin_work(plan.folder, RUN, plan.identity.plain(), force, done)


def carry_out(plan: Plan, work: Work | None, where: Where, told: Told = nothing) -> Made:
    """Plays what is missing and finishes the folder; without work to do it is given back as it is.

    Raises `ResultsError` where the disk or all workers give out, `KeyboardInterrupt` after an orderly stop;
    in both cases what was played stays and the same call goes on with it.
    """
    if work is None:
        return Made(plan.folder, reused=True)
    with work:
        began, resumed = time.monotonic(), work.count()
        clock: dict[str, Any] = {"started": datetime.now(UTC).isoformat(timespec="seconds")}
        with stop_on_ctrl_c() as stop:
            stopping = _play(plan, work.journal, where, told, stop)
            seconds = round(time.monotonic() - began, 3)
            width = where.width_for(plan.identity.replications)
            clock |= {"playing_s": seconds, "workers": width, "taken_over": resumed}
            blocks = work.journal.blocks(until=stopping.replications)
            kept = work.finish(lambda whole: write_run(
                whole, plan.identity, plan.cast.layout, blocks, plan.about, stopping, clock
            ))  # fmt: skip
    return Made(plan.folder, reused=False, kept=kept)


def _play(plan: Plan, journal: Journal, where: Where, told: Told, stop: StopAsked) -> Stopping:
    width = where.width_for(plan.identity.replications)
    with fleet_at(where, [plan.cast], plan.identity.replications, stop) as fleet:
        play = _Playing(plan, journal, Loop(fleet, told), width)
        if plan.precision is None:
            wanted = plan.identity.replications or 0
            play.until(wanted)
            return Stopping(wanted)
        for look, wanted in enumerate(plan.precision.looks(), start=1):
            play.until(wanted)
            columns, failed = play.columns(wanted)
            if plan.precision.reached(columns, failed):
                return Stopping(wanted, look, reached=True)
        return Stopping(plan.precision.most, look, reached=False)


class _Playing:
    """Plays on and on; keeps of each replication only what the stopping rule looks at."""

    def __init__(self, plan: Plan, journal: Journal, loop: Loop, width: int) -> None:
        self._plan, self._journal, self._loop, self._width = plan, journal, loop, width
        self._names = [measure.name for measure, _ in plan.precision.wanted] if plan.precision else []
        self._played = bytearray()  # by number, from 1: whether it has values
        self._values = {name: array("d") for name in self._names}  # by number as well; not a number for none
        if self._names:
            for block in journal.blocks():
                self._note(block)

    def _note(self, block: Block) -> None:
        more = max(block.numbers, default=0) - len(self._played) if self._names else 0
        self._played.extend(bytes(max(more, 0)))
        for name, values in self._values.items():
            values.extend([nan] * more)
            for row in block.records:
                value = row.responses[name]
                values[row.replication - 1] = nan if value is None else value
                self._played[row.replication - 1] = True

    def until(self, wanted: int) -> None:
        """Plays what is missing of the replications 1 to `wanted`."""
        missing = self._journal.missing(0, range(1, wanted + 1))
        jobs = (Job(self._plan.identity.seed, numbers) for numbers in blocks_of(missing, self._width))
        self._loop.run(jobs, wanted - len(missing), wanted, self._keep)

    def _keep(self, _: Job, block: Block) -> None:
        self._journal.add(0, block)
        self._note(block)
        if self._width > 1:
            get_ready()  # for estimates, while others play

    def columns(self, wanted: int) -> tuple[dict[str, list[float | None]], int]:
        """Values of the named responses in the order of numbers 1 to `wanted`, and how many failed."""
        played = self._played[:wanted]
        columns: dict[str, list[float | None]] = {
            name: [None if isnan(value) else value for value in compress(values, played)]
            for name, values in self._values.items()
        }
        return columns, wanted - sum(played)
