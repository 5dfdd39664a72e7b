"""A sweep carried out: jobs point by point into the journal, and the journal into a whole folder."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.experiment.beginning import begin_work
from sim.experiment.blocks import BLOCK, block_size
from sim.experiment.interrupts import stop_on_ctrl_c
from sim.experiment.running import Told
from sim.experiment.sweep.plan import SweepPlan
from sim.experiment.sweep.sparing import beside, spared
from sim.experiment.where import Where, fleet_at
from sim.experiment.worker import Job, Player
from sim.results.folder import clear
from sim.results.journal import Entry, Journal, Row, columns_of
from sim.results.records import Block
from sim.results.sweep_folder import SweepAbout, write_sweep
from sim.results.sweep_tables import played
from sim.results.sweeps import SWEEP
from sim.results.work import Work, put_in_place
from sim.results.writing import sentences

_WHOLE = "whole"
_FEW = 8
"""Points below which the replications of one are spread over the workers."""


@dataclass(frozen=True)
class SweepMade:
    """A finished folder. `reused`: it was there already; `kept`: where files that are not ours were put."""

    folder: Path
    reused: bool
    kept: Path | None = None


def begin_sweep(plan: SweepPlan, force: bool = False) -> Work | None:
    """The work in progress, locked for this process; `None` where the sweep is there already."""
    return begin_work(plan.folder, SWEEP, plan.identity.plain(), force)


def done_before(work: Work) -> int:
    """How many replications an earlier process has left in the work in progress."""
    journal = Journal(work.path)
    journal.close()
    return journal.count()


def seconds_a_replication(plan: SweepPlan) -> float:
    """How long the first replication of the first point takes here; nothing is kept of it."""
    player = Player(plan.points(0))
    began = time.perf_counter()
    try:
        player.plays.play(plan.identity.seed, 1)
    except Exception:  # it will be told where it counts
        return time.perf_counter() - began
    return time.perf_counter() - began


def carry_out_sweep(plan: SweepPlan, work: Work | None, where: Where, told: Told) -> SweepMade:
    """Plays what is missing and finishes the folder; without work to do it is given back as it is.

    Raises `ResultsError` where the disk or all workers give out, `KeyboardInterrupt` after an orderly stop;
    in both cases what was played stays and the same call goes on with it.
    """
    if work is None:
        return SweepMade(plan.folder, reused=True)
    journal: Journal | None = None
    try:
        journal = Journal(work.path)
        return _carry_out(plan, work, journal, where, told)
    except BaseException:
        if journal is not None:
            journal.close()
        work.release()
        raise


def _carry_out(plan: SweepPlan, work: Work, journal: Journal, where: Where, told: Told) -> SweepMade:
    began, before = time.monotonic(), journal.count()
    clock: dict[str, Any] = {"started": datetime.now(UTC).isoformat(timespec="seconds")}
    playing = _Playing(plan, journal, where, told)
    wanted = playing.all()
    clock |= {"playing_s": round(time.monotonic() - began, 3), "workers": where.workers, "taken_over": before}
    clock |= {"spared": playing.spared}
    whole = work.path / _WHOLE
    with sentences(f"{plan.folder} can't be written (what was played stays, and the same command goes on)"):
        clear(whole)
        draft = plan.file.draft
        files = tuple(dict.fromkeys(file for one in (draft, *plan.points.drafts.values()) for file in one.files))
        about = SweepAbout(draft.data, plan.file.path, files, plan.points.sets, plan.command, clock)
        write_sweep(whole, plan.identity, plan.layout, journal, wanted.__getitem__, about)
        kept = put_in_place(whole, plan.folder, SWEEP)
    journal.close()
    if journal.any_lost:
        work.release()
    else:
        work.remove()
    return SweepMade(plan.folder, reused=False, kept=kept)


class _Playing:
    """Plays all points; knows of each up to which number it has replications."""

    def __init__(self, plan: SweepPlan, journal: Journal, where: Where, told: Told) -> None:
        self._plan, self._journal, self._where, self._told = plan, journal, where, told
        self._wanted = [plan.before(point) for point in range(plan.size)]
        self._failed = 0
        self.spared = 0
        """How many replications were not played, for the same was played with the cause that they are without."""
        self._beside = beside(plan.points)

    def all(self) -> list[int]:
        """Plays until every point has what it needs; gives the number of the last replication of each."""
        plan = self._plan
        with stop_on_ctrl_c() as stop, fleet_at(self._where, plan.points, plan.size * plan.replications, stop) as fleet:
            if plan.precision is None:
                self._look(fleet, range(plan.size), plan.replications)
                return self._wanted
            open_points: list[int] = list(range(plan.size))
            for wanted in plan.precision.looks():
                self._look(fleet, open_points, wanted)
                open_points = [point for point in open_points if not self._reached(point, wanted)]
                if not open_points:
                    break
        return self._wanted

    def _look(self, fleet: Any, points: Iterable[int], wanted: int) -> None:
        """Plays the first `wanted` replications of some points, those that are missing."""
        for point in points:
            self._wanted[point] = self._plan.before(point) + wanted
        numbers = [self._numbers(point) for point in range(self._plan.size)]
        total = sum(map(len, numbers))
        done = sum(number in own for point, own in enumerate(numbers) for number in self._journal.done(point))
        self._told(done, total, self._failed)
        for wave in self._waves(points):
            for job, block in fleet.play(self._jobs(wave)):
                entry = _entry(job.cast, block, self._plan.layout.responses)
                for one in (entry, *self._spared(job.cast, block)):
                    self._journal.add(one)
                    done += len(one.rows) + len(one.failures)
                    self.spared += 0 if one is entry else len(one.rows)
                self._failed += len(block.failures)
                self._told(done, total, self._failed)

    def _waves(self, points: Iterable[int]) -> Iterator[list[int]]:
        """First the points that others may be the same as, then all others."""
        listed = list(points)
        for first in (True, False):
            if wave := [point for point in listed if (point in self._beside) == first]:
                yield wave

    def _spared(self, point: int, block: Block) -> Iterator[Entry]:
        """What a block says of points where it is not yet known and still wanted."""
        for off, other in self._beside.get(point, {}).items():
            missing = frozenset(self._numbers(other)) - self._journal.done(other)
            yield from spared(off, other, block, missing, self._plan.layout.responses)

    def _jobs(self, points: Iterable[int]) -> Iterator[Job]:
        few = self._plan.size < _FEW
        for point in points:
            done = self._journal.done(point)
            missing = [number for number in self._numbers(point) if number not in done]
            size = block_size(len(missing), self._where.width) if few else BLOCK
            for first in range(0, len(missing), size):
                numbers = tuple(missing[first : first + size])
                yield Job(self._plan.identity.seed, numbers, point, tuple(self._beside.get(point, ())))

    def _numbers(self, point: int) -> range:
        return range(self._plan.before(point) + 1, self._wanted[point] + 1)

    def _reached(self, point: int, wanted: int) -> bool:
        assert self._plan.precision is not None, "only a precision has looks"
        rows, failures = played(self._journal, point, wanted)
        columns = columns_of(rows, self._plan.layout.responses)
        return self._plan.precision.reached(columns, len(failures))


def _entry(point: int, block: Block, responses: Iterable[str]) -> Entry:
    names = list(responses)
    rows = tuple(
        Row(record.replication, record.tape_hash, tuple(record.responses.get(name) for name in names))
        for record in block.records
    )
    return Entry(point, rows, block.failures)
