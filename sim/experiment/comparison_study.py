"""Carries out a comparison: runs what is missing, pairs the sides, and writes the folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.analysis.intervals import mean_of
from sim.errors import ResultsError
from sim.experiment.backend import Backend
from sim.experiment.comparison_plan import ComparisonPlan, SidePlan
from sim.experiment.loop import OnProgress
from sim.experiment.running import RunPlan, begin, carry_out
from sim.experiment.worlds import run_worlds, values_of, waterfall_of, world_key
from sim.results import journal
from sim.results.comparison_folder import COMPARISON, RUNS, write_comparison
from sim.results.files import sentences
from sim.results.finished import Results, read_results
from sim.results.folder import RUN, partial_of, standing
from sim.results.identity import slug
from sim.results.manifest import dated
from sim.results.pairing import Pairing, Side, pair
from sim.results.unfinished import Made, Unfinished, begin_work, nothing_lost
from sim.results.waterfalls import Waterfall

OnProgressOf = Callable[[str], OnProgress]
"""Returns the progress callback of a side or of the waterfall, by its name."""
Say = Callable[[str], None]
"""Receives a sentence about the next step."""
WATERFALL = "waterfall"
_LONG_S = 100


def begin_comparison(plan: ComparisonPlan, force: bool = False) -> Unfinished | None:
    """Returns the work in progress, locked for this process; `None` if the comparison exists already.

    If it exists without a waterfall that is wanted now, it is made again with it, from the same runs.
    """
    worlds = partial_of(plan.folder) / journal.NAME  # of a waterfall begun after the comparison was finished
    return begin_work(
        plan.folder, COMPARISON, plan.identity.plain(), force,
        lambda said: set(plan.waterfalls) <= set(said["waterfalls"]) and nothing_lost(said),
        lambda said: not said.get("waterfalls") and worlds.exists(),
    )  # fmt: skip


def carry_out_comparison(
    plan: ComparisonPlan, work: Unfinished | None, backend: Backend, on_progress_of: OnProgressOf, say: Say
) -> Made:
    """Runs what is missing and finishes the folder; without `work` the existing folder is returned.

    Raises `ResultsError` if the disk or all workers fail, `KeyboardInterrupt` after an orderly stop; in both cases
    finished replications are kept, and the same call resumes.
    """
    if work is None:
        return Made(plan.folder, reused=True)
    with work:
        return _Making(plan, work, backend, on_progress_of, say).all()


@dataclass
class _Making:
    """A comparison in the making."""

    plan: ComparisonPlan
    work: Unfinished
    backend: Backend
    on_progress_of: OnProgressOf
    say: Say
    clock: dict[str, Any] = field(default_factory=dict)

    def all(self) -> Made:
        began = time.monotonic()
        self.clock = {"started": datetime.now(UTC).isoformat(timespec="seconds")}
        results = [
            self._results(side) for side in self.plan.sides
        ]  # a run that was given twice is found and not repeated
        sides = [Side(side.name, one) for side, one in zip(self.plan.sides, results, strict=True)]
        pairing = pair(sides, self.plan.identity.replications)
        waterfalls = self._waterfalls(pairing, results)
        self.clock |= {"making_s": round(time.monotonic() - began, 3), "workers": self.backend.width}
        about = self._about(results)
        moved: dict[Path, Path] = {}

        def write(whole: Path) -> None:
            write_comparison(whole, self.plan.identity, pairing, waterfalls, about, self.clock)
            self._move_runs(results, whole / RUNS, moved)

        try:
            kept = self.work.finish(write)
        except ResultsError:
            for now, before in moved.items():
                now.rename(before)
            raise
        return Made(self.plan.folder, reused=False, kept=kept)

    def _results(self, side: SidePlan) -> Results:
        """Returns the results of a side: given, found where a run or this comparison puts them, or run now."""
        if side.run is None:
            assert side.opened.results is not None, "a side is a file or a folder"
            return side.opened.results
        own, alike = _own(side), [_own(other) for other in self.plan.sides if other.identity == side.identity]
        there = [top / one for top in (self.plan.folder, self.work.path) for one in alike]
        for folder in (side.run.folder, *there):
            if _holds(folder, side.run):
                return read_results(folder)
        run = replace(side.run, folder=self.work.path / own)
        with sentences(f"{run.folder} can't be written"):
            run.folder.parent.mkdir(exist_ok=True)
        return read_results(carry_out(run, begin(run), self.backend, self.on_progress_of(side.name)).folder)

    def _waterfalls(self, pairing: Pairing, results: Sequence[Results]) -> dict[str, Waterfall]:
        if not self.plan.waterfalls:
            return {}
        of, numbers = self.plan.identity.of, pairing.numbers
        models = {key: self.plan.on(*world) for key, world in self.plan.between.items()}
        if models:
            self.say(_estimate(self.plan, len(numbers), results, self.backend.width))
        run_worlds(models, pairing.seed, numbers, of, self.work.journal, self.backend, self.on_progress_of(WATERFALL))
        values = {key: values_of(self.work.journal, key, of) for key in models}
        for side, planned in zip(pairing.sides, self.plan.sides, strict=True):
            key = world_key(planned.end.hash, planned.end.without)
            values[key] = {number: row[of] for number, row in side.rows.items()}
        measure, planned_falls = pairing.first.measures[of], self.plan.waterfalls.items()
        found = {name: waterfall_of(one, values, numbers, measure) for name, one in planned_falls}
        return {name: one for name, one in found.items() if one is not None}

    def _about(self, results: Sequence[Results]) -> dict[str, Any]:
        places = [
            {"name": side.name, "file": side.opened.file, "folder": self._folder(one), "run": one.manifest["run"]}
            for side, one in zip(self.plan.sides, results, strict=True)
        ]
        kinds = [row["kind"] for one in results for row in one.manifest["failures"]]
        return {
            "command": self.plan.command, "sides": places, "lost": kinds.count("lost"),
            "faults": kinds.count("fault"), "failed": len(kinds),
            **dated(one.manifest["scenario"].get("as_of") for one in results),
        }  # fmt: skip

    @property
    def _homes(self) -> set[Path]:
        """Folders of the comparison's own runs, before it is in place."""
        return {self.work.path / RUNS, self.plan.folder / RUNS}

    def _folder(self, one: Results) -> str:
        """Returns the final folder of a side's results: as given, or below the comparison."""
        return f"{RUNS}/{one.folder.name}" if one.folder.parent in self._homes else str(one.folder)

    def _move_runs(self, results: Sequence[Results], to: Path, moved: dict[Path, Path]) -> None:
        """Moves the comparison's own runs; `moved` gets the new and old folder of each."""
        for before in dict.fromkeys(one.folder for one in results if one.folder.parent in self._homes):
            to.mkdir(exist_ok=True)
            before.rename(to / before.name)
            moved[to / before.name] = before


def _own(side: SidePlan) -> Path:
    return Path(RUNS) / slug(side.name)


def _holds(folder: Path, run: RunPlan) -> bool:
    """Whether a folder holds the finished results of this run, without lost replications."""
    try:
        same = standing(folder, RUN, run.identity.plain())[0] == "same"
    except ResultsError:
        return False
    return same and all(row["kind"] != "lost" for row in read_results(folder).manifest["failures"])


def _estimate(plan: ComparisonPlan, replications: int, results: Sequence[Results], workers: int) -> str:
    """Describes how many combinations are run, and about how long that takes judging by the runs."""
    groups = max(len(one.levers) for one in plan.waterfalls.values())
    orders = max((len(one.orders) for one in plan.waterfalls.values() if one.orders), default=0)
    how = f", {orders} sampled orders" if orders else ""
    said = f"waterfall: {groups} groups of changed keys{how}, {len(plan.between)} combinations to run"
    each = [seconds for one in results if (seconds := _seconds(one.manifest)) is not None]
    if not each:
        return f"{said}, {replications} replications each"
    seconds = mean_of(each) * len(plan.between) * replications / workers
    about = f"{seconds:.0f} s" if seconds < _LONG_S else f"{seconds / 60:.0f} min"
    return f"{said}, {replications} replications each: about {about}"


def _seconds(manifest: dict[str, Any]) -> float | None:
    """Returns about how long a replication took one process in its run; `None` if that is not known."""
    clock = manifest.get("clock", {})
    simulated = int(manifest["replications"]) - int(clock.get("taken_over", 0))
    known = clock.get("simulating_s") and simulated > 0
    return float(clock["simulating_s"]) * int(clock.get("workers", 1)) / simulated if known else None
