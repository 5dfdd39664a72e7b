"""Plans and carries out a selection: runs the scenarios that may still be best until one is chosen."""

from __future__ import annotations

import difflib
import math
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.analysis.estimates import Measure
from sim.analysis.selection import FIRST, KimNelson
from sim.errors import InputError, Problem, ResultsError
from sim.experiment.backend import Backend
from sim.experiment.blocks import blocks_of
from sim.experiment.loop import Loop, OnProgress, loop_at
from sim.experiment.planning import MOST, SEED, TOP, ModelOf, check_causes, model_of
from sim.experiment.sides import Opened, names_of
from sim.experiment.worker import Job, Model
from sim.results.folder import default_folder, settled
from sim.results.identity import program_hash, slug
from sim.results.journal import Journal
from sim.results.manifest import dated, installed_version
from sim.results.selection_folder import SELECTION, Chosen, SelectionIdentity, write_selection
from sim.results.unfinished import Unfinished, begin_work

_BATCH = 25  # replications run at a time; the rule itself is applied after every single one
_LONGEST = 300  # characters of a name for which near matches are looked up


@dataclass(frozen=True)
class SelectionRequest:
    """The request: scenarios as they were opened, and the options of `drawdown select`."""

    sides: tuple[Opened, ...]
    best: str
    indifference: float
    smallest: bool = False
    confidence: float = 0.95
    first: int = FIRST
    most: int = MOST
    seed: int = SEED
    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    out: Path | None = None


@dataclass(frozen=True)
class SelectionPlan:
    """All that is known of a selection before the first replication."""

    folder: Path
    identity: SelectionIdentity
    models: tuple[Model, ...]
    measure: Measure
    about: Mapping[str, Any]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the alternatives."""
        return tuple(name for name, _ in self.identity.sides)


def plan_selection(request: SelectionRequest, on: ModelOf = model_of) -> SelectionPlan:
    """Plans a selection; raises `InputError` for a request that can't be met. Writes nothing."""
    if len(request.sides) < 2:  # noqa: PLR2004 - there is nothing to choose from one
        raise InputError([Problem("A B", "a selection needs at least two scenarios")])
    folders = [side.file for side in request.sides if side.loaded is None]
    if folders:
        raise InputError([Problem(folders[0], "this folder holds results; a selection runs scenarios: give the file")])
    if request.most < request.first:
        raise InputError([Problem("--max-replications", "smaller than the first stage", str(request.most))])
    without = check_causes(request.without)
    named = names_of(request.sides)
    models = []
    for _, side in named:
        assert side.loaded is not None, "folders were refused"
        models.append(replace(on(side.loaded.scenario, frozenset(without)), keeps="responses"))
    measure = _measure(request.best, models)
    identity = SelectionIdentity(
        tuple((name, side.loaded.scenario.hash()) for name, side in named if side.loaded), request.best,
        request.smallest, request.indifference, request.confidence, request.first, request.most, request.seed,
        without, installed_version(), program_hash(),
    )  # fmt: skip
    folder = request.out or default_folder(TOP / "select", [slug(name) for name, _ in named], identity, plain=False)
    about = {"command": _command(request), "files": [side.file for side in request.sides], "sets": list(request.sets)}
    about |= dated(side.loaded.scenario.as_of for _, side in named if side.loaded)
    return SelectionPlan(settled(folder), identity, tuple(models), measure, about)


def _measure(best: str, models: Sequence[Model]) -> Measure:
    known = [{measure.name: measure for measure in model.layout.measures} for model in models]
    if all(best in names for names in known):
        return known[0][best]
    if len(best) > _LONGEST:
        raise InputError([Problem("--best", "not a response of all scenarios", best[:80])])
    near = difflib.get_close_matches(best, [name for name in known[0] if all(name in one for one in known)], 1)
    what = "not a response of all scenarios"
    raise InputError([Problem("--best", what, best, nearest=near[0] if near else None)])


def _command(request: SelectionRequest) -> str:
    """The command that makes the same tables."""
    words = ["drawdown", "select", *(one.file for one in request.sides), "--best", request.best]
    words += ["--indifference", repr(request.indifference), "--seed", str(request.seed)]
    words += ["--smallest"] if request.smallest else []
    words += ["--confidence", repr(request.confidence), "--first", str(request.first)]
    words += ["--max-replications", str(request.most)]
    words += [part for text in request.sets for part in ("--set", text)]
    words += [part for cause in sorted(set(request.without)) for part in ("--without", cause)]
    return shlex.join(words)


def begin_selection(plan: SelectionPlan, force: bool = False) -> Unfinished | None:
    """Returns the work in progress, locked for this process; `None` if the selection exists already."""
    return begin_work(plan.folder, SELECTION, plan.identity.plain(), force)


def carry_out_selection(
    plan: SelectionPlan, work: Unfinished | None, backend: Backend, on_progress: OnProgress
) -> tuple[Path, bool]:
    """Runs until one is chosen; returns the folder, and whether it existed already.

    Raises `ResultsError` if the disk or all workers fail, `KeyboardInterrupt` after an orderly stop; in both cases
    finished replications are kept, and the same call resumes.
    """
    if work is None:
        return plan.folder, True
    with work:
        began, before = time.monotonic(), work.count()
        clock: dict[str, Any] = {"started": datetime.now(UTC).isoformat(timespec="seconds")}
        chosen = _Race(plan, work.journal, on_progress).until_chosen(backend)
        clock |= {"simulating_s": round(time.monotonic() - began, 3), "taken_over": before}
        about = {**plan.about, **_failures(plan, work.journal)}
        work.finish(lambda whole: write_selection(whole, plan.identity, chosen, about, clock))
    return plan.folder, False


def _failures(plan: SelectionPlan, journal: Journal) -> dict[str, Any]:
    rows = [(plan.names[at], row) for at in range(len(plan.names)) for row in journal.point(at)[1]]
    kinds = [row.kind for _, row in rows]
    said = [
        {"alternative": name, "replication": row.replication, "kind": row.kind, "error": row.error}
        for name, row in rows
    ]
    return {"failed": len(kinds), "lost": kinds.count("lost"), "faults": kinds.count("fault"), "failures": said}


class _Race:
    """Runs the scenarios that may still be best, batch by batch."""

    def __init__(self, plan: SelectionPlan, journal: Journal, on_progress: OnProgress) -> None:
        self._plan, self._journal, self._on_progress = plan, journal, on_progress
        asked = plan.identity
        self._rule = KimNelson(len(plan.models), asked.indifference, asked.confidence, asked.first, asked.smallest)
        self._values: list[dict[int, float]] = [{} for _ in plan.models]
        self._counted: list[dict[int, float]] = [{} for _ in plan.models]
        self._looked, self._skipped = 0, 0

    def until_chosen(self, backend: Backend) -> Chosen:
        """Runs batches and applies the rule to the replications in the order of their numbers."""
        most = self._plan.identity.most
        with loop_at(backend, self._plan.models, None, self._on_progress) as loop:
            wanted = min(self._plan.identity.first, most)
            while True:
                self._run(loop, wanted, backend.width)
                self._look(wanted)
                if not self._rule.taken:
                    name = self._plan.identity.response
                    raise ResultsError(f"{name} has no value in any of the first {wanted} replications")
                if self._rule.done or wanted >= most:
                    return self._chosen()
                wanted = min(wanted + _BATCH, most)

    def _run(self, loop: Loop, wanted: int, width: int) -> None:
        seed, name, alive = self._plan.identity.seed, self._plan.identity.response, list(self._rule.alive)
        missing = {at: self._journal.missing(at, range(1, wanted + 1)) for at in alive}
        done = self._journal.count()
        jobs = (Job(seed, block, at) for at, numbers in missing.items() for block in blocks_of(numbers, width))
        loop.run(jobs, done, done + sum(map(len, missing.values())),
                 lambda job, block: self._journal.add(job.model, block.only([name])))  # fmt: skip
        for at in alive:
            known, _ = self._journal.point(at)
            values = {row.replication: row.responses[name] for row in known}
            self._values[at] = {number: value for number, value in values.items() if value is not None}

    def _look(self, wanted: int) -> None:
        for number in range(self._looked + 1, wanted + 1):
            if self._rule.done:
                return
            self._looked = number
            alive = list(self._rule.alive)
            if any(number not in self._values[at] for at in alive):
                self._skipped += 1
                continue
            for at in alive:
                self._counted[at][number] = self._values[at][number]
            self._rule.add([self._values[at].get(number) for at in range(len(self._values))])

    def _chosen(self) -> Chosen:
        rule, plan = self._rule, self._plan
        sign = -1.0 if plan.identity.smallest else 1.0
        means = {at: sign * math.fsum(self._counted[at].values()) for at in rule.alive}
        alive = tuple(sorted(rule.alive, key=lambda at: (-means[at], at)))
        needed = rule.needed if rule.best is None else None
        return Chosen(
            plan.names, plan.measure, tuple(self._counted), rule.dropped, rule.best, alive, rule.taken, needed,
            self._skipped,
        )  # fmt: skip
