"""Checks of a sweep before it runs: its size, its sampling, and whether its points are valid scenarios."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sim.analysis.estimates import Measure
from sim.analysis.sampling import CROSSED, SOBOL, is_even
from sim.errors import InputError, Problem
from sim.experiment.sweep.levels import Level
from sim.experiment.sweep.points import Points, Wrong, first_wrong
from sim.scenario.alike import folded
from sim.scenario.door import load_draft
from sim.scenario.sweep import MOST_POINTS, MOST_REPLICATIONS, Factor, SweepFile, SweepForm

_CHECKED = 300
"""Largest number of points whose scenarios are checked before the sweep runs, spread evenly over all points."""
_NAMED = 3
"""Levels that a warning names at most."""
_BEGINS = re.compile(r"phases\..+\.start|places\..+\.(release|drawdown)\.start")
"""Fields with a day on which something begins; closures and contracts may well have begun before the calendar."""


def check_size(file: SweepFile, points: Points, most: int) -> None:
    """Raises `InputError` if the points, with at most `most` replications each, are too many to run."""
    total = points.size * most
    if points.size > MOST_POINTS or total > MOST_REPLICATIONS:
        wrong = f"too many: {_large(points.size)} points of {most:,} replications each, {_large(total)} in all"
        allowed = f"at most {MOST_POINTS:,} points and {MOST_REPLICATIONS:,} replications"
        raise InputError([file.problem(("design",), wrong, None, f"{allowed}; take fewer levels, or another design")])


def check_sampling(file: SweepFile, sweep: SweepForm, asked: str | None) -> None:
    """Raises `InputError` if draws with their own random events make no sense here; `asked` is the option."""
    if sweep.uncertain is None:
        if asked is not None:
            raise InputError([Problem("--sampling", "nothing to sample: the sweep has no `uncertain`", asked)])
        return
    how, draws, found = sweep.uncertain.sampling, sweep.uncertain.draws, []
    if how == CROSSED:
        return
    if sweep.precision:
        wrong = f"with sampling {how} the number of draws is fixed, so no precision can stop it"
        found.append(file.problem(("precision",), wrong, None, "draws alone, or sampling crossed"))
    if sweep.factors and sweep.design.kind != "grid":
        wrong = f"sampling {how} needs levers in a grid, or no levers"
        found.append(file.problem(("design", "kind"), wrong, sweep.design.kind, "grid, or sampling crossed"))
    if sweep.pareto:
        wrong = f"a front needs draws with the same random events; with sampling {how} they differ"
        found.append(file.problem(("pareto",), wrong, None, "no front, or sampling crossed"))
    if how == SOBOL and not is_even(draws):
        wrong = f"sampling {how} needs eight scrambles of a power of two draws"
        found.append(file.problem(("uncertain", "draws"), wrong, str(draws), "16, 32, 64, 128 ..."))
    if found:
        raise InputError(found)


def check_names(file: SweepFile, sweep: SweepForm, measures: Iterable[Measure]) -> None:
    """Raises `InputError` if a factor has the name of a response of the sweep: tables have both as columns."""
    looked_at = {folded(measure.name) for measure in measures}
    parts: list[tuple[tuple[str, ...], Mapping[str, Factor]]] = [(("factors",), sweep.factors)]
    parts += [(("uncertain", "factors"), sweep.uncertain.factors)] if sweep.uncertain else []
    wrong = "a response of the sweep has this name; choose another"
    found = [file.problem((*path, name), wrong) for path, names in parts for name in names if folded(name) in looked_at]
    if found:
        raise InputError(found)


def _large(number: int) -> str:
    return f"{number:,}" if number < 10**12 else f"{float(number):.2g}" if number < 10**300 else "countless"


def check_points(file: SweepFile, points: Points, strict: bool) -> tuple[Problem, ...]:
    """Checks that files, single levels and evenly spread points are valid scenarios.

    Returns the warnings of the files, and one for each field that begins before the calendar at some levels.
    """
    warnings: list[Problem] = []
    begins: set[str] = set()
    for draft in points.drafts.values():  # problems of a file are reported as its own
        loaded = load_draft(draft, points.sets)
        warnings += loaded.warnings
        begins.add(str(loaded.data["calendar"]["start"]))
    warnings += _too_early(file, points, max(begins))
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
    """Whether two fields are in one section, so that a change of one may cause the problem of the other."""
    return path.rpartition(".")[0] == other.rpartition(".")[0] or f"{other}.".startswith(f"{path}.")


def _no_scenario(file: SweepFile, points: Points, found: list[Wrong]) -> Problem:
    """Returns one problem for all points that have it, with the first of them as an example."""
    settings, error = found[0]
    problem = error.problems[0]
    levels = list(zip(points.names, settings, strict=True))
    near = [(name, level) for name, level in levels if any(_beside(one.path, problem.path) for one in level.changes)]
    levels_said = ", ".join(f"{name}={level.text}" for name, level in near or levels)[:300]
    what = f"{len(found)} points are not valid scenarios, such as the one with {levels_said}"
    what = what if len(found) > 1 else f"the point with {levels_said} is not a valid scenario"
    return file.problem(_path_of(file, near), f"{what}: {replace(problem, file=None, line=None)}")


def _path_of(file: SweepFile, near: list[tuple[str, Level]]) -> tuple[str, ...]:
    """Path of the one factor to blame; with several, the path of all factors."""
    if len(near) != 1:
        return ("factors",)
    name = near[0][0]
    return ("factors", name) if name in file.sweep.factors else ("uncertain", "factors", name)


def _too_early(file: SweepFile, points: Points, begins: str) -> Iterator[Problem]:
    """Yields a warning for each field that begins before the calendar at some levels: its days before it do nothing."""
    for factor in (*points.factors, *points.uncertain):
        early: dict[str, list[str]] = {}
        for level in factor.stepped(max(factor.steps, 2)):
            for change in level.changes:
                if _BEGINS.fullmatch(change.path) and str(change.value) < begins:
                    early.setdefault(change.path, []).append(level.text)
        for field, texts in early.items():
            wrong = f"the calendar begins on {begins}, and nothing is done before it in the model"
            said = ", ".join(texts[:_NAMED]) + (f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else "")
            yield Problem(field, wrong, f"level{'s' * (len(texts) > 1)} {said}", "an earlier calendar.start")
