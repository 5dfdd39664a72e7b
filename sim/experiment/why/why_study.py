"""Carries out an answer to why: runs what is missing of each replication, and writes the folder."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sim.experiment.backend import Backend
from sim.experiment.loop import Loop, OnProgress, loop_at
from sim.experiment.why.why_plan import WhyPlan
from sim.experiment.worker import Job, Recorder
from sim.results.manifest import dated
from sim.results.unfinished import Made, Unfinished, begin_work
from sim.results.why_folder import WHY, reached, write_why


def begin_why(plan: WhyPlan, force: bool = False) -> Unfinished | None:
    """Returns the work in progress, locked for this process; `None` if the answer exists already."""
    return begin_work(plan.folder, WHY, plan.identity.plain(), force)


@dataclass(frozen=True, slots=True)
class Size:
    """How much an answer has to run: replications, worlds at most, and seconds of one world here."""

    replications: int
    worlds: int
    seconds: float


def size_of(plan: WhyPlan, done: int) -> Size:
    """Returns how much is left to run; a replication of the scenario as filed is simulated twice to know its time.

    The first time takes longer, by what all later ones share.
    """
    simulator = Recorder(plan.base)
    seconds = min(_takes_s(simulator, plan.identity.seed) for _ in range(2))
    return Size(plan.replications - done, plan.layout.worlds, seconds)


def _takes_s(simulator: Recorder, seed: int) -> float:
    began = time.perf_counter()
    with suppress(Exception):  # it will be reported when the replication is run
        simulator.runs.run(seed, 1)
    return time.perf_counter() - began


def carry_out_why(plan: WhyPlan, work: Unfinished | None, backend: Backend, on_progress: OnProgress) -> Made:
    """Runs what is missing and finishes the folder; without `work` the existing folder is returned.

    Raises `ResultsError` if the disk or all workers fail, `KeyboardInterrupt` after an orderly stop; in both cases
    finished replications are kept, and the same call resumes.
    """
    if work is None:
        return Made(plan.folder, reused=True)
    with work:
        began, before = time.monotonic(), work.count()
        clock: dict[str, Any] = {"started": datetime.now(UTC).isoformat(timespec="seconds")}
        missing = work.journal.missing(0, range(1, plan.replications + 1))
        worlds = len(missing) * plan.layout.worlds  # each replication is many simulations: worth several processes
        with loop_at(backend, [plan.model], worlds, on_progress) as loop:
            wanted = _run(plan, work, loop)
        seconds = round(time.monotonic() - began, 3)
        clock |= {"simulating_s": seconds, "workers": backend.width_for(worlds), "taken_over": before}
        found = work.journal.point(0, wanted)
        about = {"command": plan.command, "file": plan.file, **dated([plan.written])}
        kept = work.finish(lambda whole: write_why(whole, plan.identity, plan.layout, found, about, clock))
    return Made(plan.folder, reused=False, kept=kept)


def _run(plan: WhyPlan, work: Unfinished, loop: Loop) -> int:
    """Runs what is missing, up to each check of the precision; returns the number of replications that it took."""
    for wanted in plan.looks():
        missing = work.journal.missing(0, range(1, wanted + 1))
        jobs = (Job(plan.identity.seed, (number,)) for number in missing)
        loop.run(jobs, wanted - len(missing), wanted, lambda _job, block: work.journal.add(0, block))
        if plan.identity.precision is not None:
            half = reached(plan.layout, work.journal.point(0, wanted)[0])
            if half is not None and half <= plan.identity.precision:
                break
    return wanted
