"""Plans and carries out a search for the least level of a field that meets targets: level by level, by bisection."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.analysis.solving import UNTIL, Shown, Target, least_level, parse_targets, possible, shown, turns_at
from sim.errors import InputError, Problem
from sim.experiment.backend import Backend
from sim.experiment.blocks import blocks_of
from sim.experiment.loop import Loop, OnProgress, loop_at
from sim.experiment.planning import SEED, TOP, ModelOf, model_of
from sim.experiment.sweep.sweep_plan import SweepPlan, SweepRequest, plan_sweep
from sim.experiment.sweep.varying import SHIFT, VARY
from sim.experiment.worker import Job
from sim.results.folder import default_folder, settled
from sim.results.identity import program_hash, slug
from sim.results.journal import Journal
from sim.results.manifest import dated, installed_version
from sim.results.number_text import interval, number
from sim.results.solve_folder import SOLVE, Solved, SolveIdentity, write_solve
from sim.results.unfinished import Made, Unfinished, begin_work
from sim.scenario.reading import stem_of

REPLICATIONS, LEAST = 200, 2
"""Default and smallest number of replications of a level."""
_TEN = 10


@dataclass(frozen=True)
class SolveRequest:
    """The request: a scenario file, the field or dates that vary, the targets, and the options of `drawdown solve`."""

    file: str
    vary: tuple[str, ...] = ()
    shift: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    greatest: bool = False
    replications: int | None = None
    seed: int = SEED
    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    strict: bool = False
    out: Path | None = None


@dataclass(frozen=True)
class SolvePlan:
    """All that is known of a search before the first replication."""

    folder: Path
    identity: SolveIdentity
    grid: SweepPlan
    targets: tuple[Target, ...]
    responses: tuple[str, ...]
    command: str

    @property
    def levels(self) -> tuple[tuple[str, float | None], ...]:
        """The text and number of each level of the grid."""
        found = (self.grid.points.settings(point)[0] for point in range(self.grid.size))
        return tuple((level.text, level.number) for level in found)

    @property
    def most(self) -> int:
        """About how many levels are run."""
        return min(self.grid.size, 3 + self.grid.size.bit_length())


def plan_solve(request: SolveRequest, on: ModelOf = model_of) -> SolvePlan:
    """Plans a search; raises `InputError` for a request that can't be met. Writes nothing."""
    if len(request.vary) + len(request.shift) != 1:
        wrong = "one field is solved for" if request.vary or request.shift else "say what varies"
        raise InputError([Problem(VARY, wrong, None, f"one {VARY} PATH=5..60, or one {SHIFT} of dates")])
    replications = request.replications or REPLICATIONS
    grid = plan_sweep(
        SweepRequest(request.file, request.seed, replications, request.sets, request.without, strict=request.strict,
                     vary=request.vary, shift=request.shift), on,
    )  # fmt: skip
    if grid.size < 2:  # noqa: PLR2004 - one level leaves nothing to find
        raise InputError([Problem(VARY, "a search needs at least two levels", None, "two ends, such as PATH=5..60")])
    layout = grid.points(0).layout
    targets = parse_targets(request.until, {one.name: one for one in layout.measures}, layout.first_day)
    names = {one.name for one in layout.measures}
    wanted = (target.measure.name.removeprefix("chance(").removesuffix(")") for target in targets)
    responses = tuple(dict.fromkeys(name for name in wanted if name in names))
    _check_order(grid)
    field = (
        (request.vary or request.shift)[0].rpartition("=")[0].strip()
        if request.shift
        else grid.points.factors[0].paths[0]
    )
    identity = SolveIdentity(
        grid.file.sweep.name, grid.identity.scenarios[0][1], field, grid.identity.points,
        tuple(target.text for target in targets), request.greatest, request.seed, replications,
        grid.identity.without, installed_version(), program_hash(),
    )  # fmt: skip
    folder = request.out or default_folder(TOP / "solve", [slug(stem_of(request.file))], identity, plain=False)
    return SolvePlan(settled(folder), identity, grid, targets, responses, _command(request))


def _check_order(grid: SweepPlan) -> None:
    """Raises `InputError` where the levels are not in the order of their numbers."""
    numbers = [grid.points.settings(point)[0].number for point in range(grid.size)]
    known = [number for number in numbers if number is not None]
    if len(known) == len(numbers) and known != sorted(known):
        raise InputError([Problem(VARY, "the levels of a search should be in order, the lowest first")])


def _command(request: SolveRequest) -> str:
    """The command that makes the same tables."""
    words = ["drawdown", "solve", request.file]
    for option, texts in ((VARY, request.vary), (SHIFT, request.shift), ("--until", request.until)):
        words += [part for text in texts for part in (option, text)]
    words += ["--greatest"] if request.greatest else []
    words += ["--seed", str(request.seed)]
    words += ["--replications", str(request.replications)] if request.replications else []
    words += [part for text in request.sets for part in ("--set", text)]
    words += [part for cause in sorted(set(request.without)) for part in ("--without", cause)]
    return shlex.join(words)


def begin_solve(plan: SolvePlan, force: bool = False) -> Unfinished | None:
    """Returns the work in progress, locked for this process; `None` if the search exists already."""
    return begin_work(plan.folder, SOLVE, plan.identity.plain(), force)


def carry_out_solve(plan: SolvePlan, work: Unfinished | None, backend: Backend, on_progress: OnProgress) -> Made:
    """Runs levels until the least that meets is found; without `work` the existing folder is returned.

    Raises `ResultsError` if the disk or all workers fail, `KeyboardInterrupt` after an orderly stop; in both cases
    finished replications are kept, and the same call resumes. Raises `InputError` if no level meets the targets;
    nothing is written then.
    """
    if work is None:
        return Made(plan.folder, reused=True)
    with work:
        began, before = time.monotonic(), work.count()
        clock: dict[str, Any] = {"started": datetime.now(UTC).isoformat(timespec="seconds")}
        with loop_at(backend, plan.grid.points, plan.most * plan.identity.replications, on_progress) as loop:
            solved = _Search(plan, work.journal, loop, backend.width).solved()
        if solved.answer is None:
            _leave_nothing(work)
            raise InputError([none_meets(plan, solved)])
        clock |= {"simulating_s": round(time.monotonic() - began, 3), "workers": backend.width, "taken_over": before}
        about = {"command": plan.command, "file": plan.grid.file.path}
        about |= dated(draft.data.get("as_of") for draft in plan.grid.points.drafts.values())
        kept = work.finish(lambda whole: write_solve(whole, plan.identity, solved, about, clock))
    return Made(plan.folder, reused=False, kept=kept)


def _leave_nothing(work: Unfinished) -> None:
    """Removes the work, and the default folders above it if nothing else is in them."""
    work.remove()
    for above in (work.folder.parent, work.folder.parent.parent):
        if TOP in (above, *above.parents):
            with suppress(OSError):  # there are other results
                above.rmdir()


def none_meets(plan: SolvePlan, solved: Solved) -> Problem:
    """Returns a sentence that no level meets the targets, how close they came, and whether the response turns."""
    grid = plan.levels
    said = f"no level of {plan.identity.field} from {grid[0][0]} to {grid[-1][0]} that was run meets "
    said += " and ".join(plan.identity.targets)
    near = [_nearest(at, target, solved) for at, target in enumerate(solved.targets)]
    said += f" ({len(solved.by_level)} of {len(grid)} run); " + "; ".join(near)
    if solved.turn is not None:
        (a, b), (c, d) = solved.turn
        said += f"; it is not monotone (it rises from {grid[a][0]} to {grid[b][0]} and falls from {grid[c][0]} to "
        said += f"{grid[d][0]}), so that other levels may meet it: run all with drawdown sweep --vary"
    return Problem(UNTIL, said)


def _nearest(at: int, target: Target, solved: Solved) -> str:
    """How close the levels came to one target that none or some of them met."""
    rows = [(level, shown[at]) for level, shown in sorted(solved.by_level.items()) if shown[at].mean is not None]
    if not rows:
        return f"{target.measure.name} has no value at any of them"
    level, best = min(rows, key=lambda row: (not row[1].meets, abs(float(row[1].mean or 0) - target.number)))
    name, unit = solved.levels[level][0], target.measure.unit
    ends = interval(best.low, best.high, unit)
    whose = f"for {target.measure.name}" if len(solved.targets) > 1 else ""
    met = f"{whose} alone, one that meets is" if best.meets else f"the closest {whose}".rstrip() + " is"
    return f"{met} {name}, with {number(best.mean, unit)} ({ends})"


class _Search:
    """Runs levels as the search asks for them; a level that was run is not run again."""

    def __init__(self, plan: SolvePlan, journal: Journal, loop: Loop, width: int) -> None:
        self._plan, self._journal, self._loop, self._width = plan, journal, loop, width
        self._shown: dict[int, list[Shown]] = {}

    def solved(self) -> Solved:
        """Searches, and returns what was found."""
        plan, size = self._plan, self._plan.grid.size

        def mirrored(at: int) -> int:
            return size - 1 - at if plan.identity.greatest else at

        found = least_level(size, lambda at: self._meets(mirrored(at)))
        ends = possible(size, {mirrored(at): shown for at, shown in self._shown.items()})
        first, last = (None if at is None else mirrored(at) for at in ends)
        rows = {at: self._journal.point(at, plan.identity.replications) for at in self._shown}
        return Solved(
            plan.levels, plan.targets, self._shown, rows, None if found is None else mirrored(found), (first, last),
            self._turn(),
        )  # fmt: skip

    def _meets(self, level: int) -> bool:
        """Runs a level, if it was not run, and returns whether all its targets are met."""
        if level not in self._shown:
            self._run(level)
            comparisons = self._plan.grid.size * len(self._plan.targets)
            columns = self._columns(level)
            self._shown[level] = [
                shown(target, list(columns[name].values()), comparisons) for target, name in self._targets()
            ]
        return all(one.meets for one in self._shown[level])

    def _run(self, level: int) -> None:
        plan = self._plan
        missing = self._journal.missing(level, range(1, plan.identity.replications + 1))
        jobs = (Job(plan.identity.seed, numbers, level) for numbers in blocks_of(missing, self._width))
        done = (len(self._shown) + 1) * plan.identity.replications - len(missing)
        wanted = max(plan.most, len(self._shown) + 1) * plan.identity.replications
        self._loop.run(
            jobs, done, wanted, lambda job, block: self._journal.add(job.model, block.only(plan.responses))
        )  # fmt: skip

    def _targets(self) -> Sequence[tuple[Target, str]]:
        """Each target with the response that it is about."""
        names = (one.measure.name.removeprefix("chance(").removesuffix(")") for one in self._plan.targets)
        return list(zip(self._plan.targets, names, strict=True))

    def _columns(self, level: int) -> Mapping[str, Mapping[int, float | None]]:
        rows, _ = self._journal.point(level, self._plan.identity.replications)
        return {name: {row.replication: row.responses[name] for row in rows} for name in self._plan.responses}

    def _turn(self) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Where a response of a target rises and falls again, over the replications that all levels have."""
        columns = {level: self._columns(level) for level in self._shown}
        for target, name in self._targets():
            common = set.intersection(*(set(one[name]) for one in columns.values()))
            if not common:
                continue
            by_level = {
                level: target.column([one[name][number] for number in sorted(common)])
                for level, one in columns.items()
            }  # fmt: skip
            found = turns_at(by_level, target.measure)
            if found is not None:
                return found
        return None
