"""What a sweep is held to before anything is played: not too much work, and points that are scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sim.analysis.estimates import Measure
from sim.analysis.sampling import CROSSED, SOBOL, is_even
from sim.errors import InputError, Problem
from sim.experiment.sweep.levels import Level
from sim.experiment.sweep.points import Points, Wrong, first_wrong
from sim.scenario.alike import folded
from sim.scenario.document import Draft
from sim.scenario.door import load_draft
from sim.scenario.sweep import MOST_POINTS, MOST_REPLICATIONS, Factor, Sweep, SweepFile

_CHECKED = 300
"""Points whose scenarios are made before anything is played; of more, so many spread evenly."""


def check_size(file: SweepFile, points: Points, most: int) -> None:
    """Raises `InputError` where points of at most so many replications each are more than can be played."""
    total = points.size * most
    if points.size > MOST_POINTS or total > MOST_REPLICATIONS:
        wrong = f"this is too much: {_large(points.size)} points of {most:,} replications each, {_large(total)} in all"
        allowed = f"at most {MOST_POINTS:,} points and {MOST_REPLICATIONS:,} replications"
        raise InputError([file.problem(("design",), wrong, None, f"{allowed}; take fewer levels, or another design")])


def check_sampling(file: SweepFile, sweep: Sweep, asked: str | None) -> None:
    """Raises `InputError` where draws with luck of their own have no meaning; `asked` is the option."""
    if sweep.uncertain is None:
        if asked is not None:
            raise InputError([Problem("--sampling", "there is nothing to sample: the sweep has no `uncertain`", asked)])
        return
    how, draws, found = sweep.uncertain.sampling, sweep.uncertain.draws, []
    if how == CROSSED:
        return
    if sweep.precision:
        wrong = f"with sampling {how} the number of draws is fixed beforehand; no precision ends it"
        found.append(file.problem(("precision",), wrong, None, "draws alone, or sampling crossed"))
    if sweep.factors and sweep.design.kind != "grid":
        wrong = f"sampling {how} goes with levers in a grid, or with none"
        found.append(file.problem(("design", "kind"), wrong, sweep.design.kind, "grid, or sampling crossed"))
    if sweep.pareto:
        wrong = f"a front ranks points by luck that all draws share, and with sampling {how} they share none"
        found.append(file.problem(("pareto",), wrong, None, "no front, or sampling crossed"))
    if how == SOBOL and not is_even(draws):
        wrong = f"sampling {how} takes eight scrambles of a power of two"
        found.append(file.problem(("uncertain", "draws"), wrong, str(draws), "16, 32, 64, 128 ..."))
    if found:
        raise InputError(found)


def check_names(file: SweepFile, sweep: Sweep, measures: Iterable[Measure]) -> None:
    """Raises `InputError` where a factor has the name of a response that is looked at: tables have both as columns."""
    looked_at = {folded(measure.name) for measure in measures}
    parts: list[tuple[tuple[str, ...], Mapping[str, Factor]]] = [(("factors",), sweep.factors)]
    parts += [(("uncertain", "factors"), sweep.uncertain.factors)] if sweep.uncertain else []
    wrong = "a response that is looked at has this name; choose another"
    found = [file.problem((*path, name), wrong) for path, names in parts for name in names if folded(name) in looked_at]
    if found:
        raise InputError(found)


def _large(number: int) -> str:
    return f"{number:,}" if number < 10**12 else f"{float(number):.2g}" if number < 10**300 else "countless"


def check_points(file: SweepFile, points: Points, strict: bool) -> tuple[Problem, ...]:
    """Holds the files, each level alone and points spread evenly to being scenarios; gives the files' warnings."""
    warnings: list[Problem] = []
    for draft in points.drafts.values():  # what is wrong with a file is told as its own
        warnings += _warnings_of(points, draft)
    if strict and warnings:
        raise InputError(warnings)
    wrong: dict[tuple[str, str], list[Wrong]] = {}
    for settings, error in first_wrong(points, _CHECKED):
        first = error.problems[0]
        wrong.setdefault((first.path, first.wrong), []).append((settings, error))
    if wrong:
        raise InputError([_no_scenario(file, points, found) for found in wrong.values()])
    return tuple(dict.fromkeys(warnings))


def _beside(path: str, other: str) -> bool:
    """Whether two fields lie in one section, so that a change of one may be to blame for the other."""
    return path.rpartition(".")[0] == other.rpartition(".")[0] or f"{other}.".startswith(f"{path}.")


def _no_scenario(file: SweepFile, points: Points, found: list[Wrong]) -> Problem:
    """One problem for all points that have it, with the first of them."""
    settings, error = found[0]
    problem = error.problems[0]
    levels = list(zip(points.names, settings, strict=True))
    near = [(name, level) for name, level in levels if any(_beside(one.path, problem.path) for one in level.changes)]
    backend = ", ".join(f"{name}={level.text}" for name, level in near or levels)[:300]
    what = f"{len(found)} points are no scenarios, such as with {backend}"
    what = what if len(found) > 1 else f"the point with {backend} is no scenario"
    return file.problem(_path_of(file, near), f"{what}: {replace(problem, file=None, line=None)}")


def _path_of(file: SweepFile, near: list[tuple[str, Level]]) -> tuple[str, ...]:
    """Where the one factor stands that is to blame; of several, where all do."""
    if len(near) != 1:
        return ("factors",)
    name = near[0][0]
    return ("factors", name) if name in file.sweep.factors else ("uncertain", "factors", name)


def _warnings_of(points: Points, draft: Draft) -> tuple[Problem, ...]:
    """Warnings of a scenario file as it is; raises `InputError` with its problems."""
    return load_draft(draft, points.sets).warnings
