"""Earlier results against new ones: which responses have changed, with common random numbers."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isnan
from pathlib import Path

from sim.analysis.baseline import TOLERANCE, judge_move
from sim.analysis.estimates import Measure
from sim.analysis.judging import Judged
from sim.errors import InputError, Problem, ResultsError
from sim.results.comparison_folder import ComparisonResults, read_comparison
from sim.results.finished import Results, read_results
from sim.results.pairing import OF_SHARES, Side
from sim.results.sweep_folder import SweepResults, read_sweep
from sim.results.sweep_view import View, paired_columns
from sim.results.untrusted import as_written
from sim.scenario.shipped import baseline_folder

Tolerances = Mapping[str, float]
_OPTION = "--baseline"


def tolerances_of(given: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Tolerances by response; the headline's where none is given."""
    return dict(given) or dict([TOLERANCE])


def _checked(path: Path, seed: int, theirs: int, tolerances: Tolerances, known: Iterable[str]) -> None:
    """Raises `InputError` if a baseline can't be compared with the planned run."""
    if seed != theirs:
        what = f"different random numbers can't be paired: {path} was run with seed {theirs}, this has {seed}"
        raise InputError([Problem(_OPTION, what)])
    names = list(known)
    problems = []
    for name in tolerances:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            what = f"no such response in {path}"
            problems.append(Problem("--tolerance", what, name, nearest=near[0] if near else None))
    if problems:
        raise InputError(problems)


def baseline_of_run(path: Path, seed: int, tolerances: Tolerances) -> Results:
    """Returns the baseline of a run; raises `InputError` if it can't be compared."""
    with _at_the_door(path):
        found = read_results(path)
        _checked(path, seed, int(found.manifest["seed"]), tolerances, found.summary["responses"])
        _failed(found), Side("baseline", found).rows
    return found


@contextmanager
def _at_the_door(path: Path) -> Iterator[None]:
    """Reports any error of a baseline as wrong input, before anything runs."""
    try:
        with as_written(path):
            yield
    except ResultsError as error:
        raise InputError([Problem(_OPTION, str(error))]) from None


def moves_of_run(before: Results, now: Results, tolerances: Tolerances) -> Iterator[Judged]:
    """Yields a verdict for each response: whether it has changed since the baseline."""
    sides = [Side("baseline", before), Side("now", now)]
    for name, tolerance in tolerances.items():
        if name not in sides[1].measures:
            yield Judged(f"{name} within {tolerance:g} of the baseline", "fails", "no such response now")
            continue
        columns = [({number: row[name] for number, row in side.rows.items()}, _failed(side.results)) for side in sides]
        pairs, alike = paired_columns(columns[0], columns[1]), sides[0].is_scenario_of(sides[1])
        yield judge_move(name, sides[1].measures[name], *pairs, tolerance, one_scenario=alike)


def _failed(results: Results) -> set[int]:
    return {int(row["replication"]) for row in results.manifest["failures"]}


def baseline_of_sweep(path: Path, seed: int, tolerances: Tolerances) -> SweepResults:
    """The sweep at a path, or the shipped one of that name, as a baseline; raises `InputError` where it can't be."""
    path = baseline_folder(path)
    with _at_the_door(path):
        found = read_sweep(path)
        _checked(path, seed, int(found.manifest["seed"]), tolerances, found.summary["responses"])
        view = View(found)
        for point in range(len(view.settings)):
            for name in tolerances:
                view.measure(name), view.column(point, name)
    return found


def moves_of_sweep(before: SweepResults, now: SweepResults, tolerances: Tolerances) -> Iterator[Judged]:
    """Yields a verdict for each response and point of both sweeps; reports those that one of them lacks."""
    views, alike = (View(before), View(now)), _alike(before, now)
    at = {_key(setting): point for point, setting in enumerate(views[0].settings)}
    common = [(at[_key(setting)], point) for point, setting in enumerate(views[1].settings) if _key(setting) in at]
    lacking = len(views[1].settings) - len(common)
    if lacking:
        yield Judged("the points of the baseline", "holds" if common else "fails",
                     f"{lacking:,} of {len(views[1].settings):,} points are not in it")  # fmt: skip
    for name, tolerance in tolerances.items():
        for theirs, mine in common if name in now.summary["responses"] else ():
            where = ", ".join(f"{factor}={level}" for factor, level in views[1].settings[mine].items())
            pairs = paired_columns(views[0].column(theirs, name), views[1].column(mine, name))
            what, measure = f"{name} at {where}" if where else name, views[1].measure(name)
            yield judge_move(what, measure, *pairs, tolerance, one_scenario=alike)


def _alike(before: Results, now: Results) -> bool:
    """Whether two folders are of one thing asked of one program."""
    return bool(before.manifest["identity"] == now.manifest["identity"])


def _key(setting: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(setting.items()))


def baseline_of_comparison(path: Path, seed: int, sides: Sequence[str], tolerances: Tolerances) -> ComparisonResults:
    """Returns the baseline of a comparison; raises `InputError` if it can't be compared."""
    with _at_the_door(path):
        found = read_comparison(path)
        _checked(path, seed, int(found.manifest["seed"]), tolerances, found.table("pairs")["response"].unique())
        theirs = [str(side["name"]) for side in found.summary["sides"]]
        for name in tolerances:
            for side in theirs[1:]:
                _differences(found, name, side)
    if theirs != list(sides):
        raise InputError([Problem(_OPTION, f"{path} is of {', '.join(theirs)}, this of {', '.join(sides)}")])
    return found


def moves_of_comparison(before: ComparisonResults, now: ComparisonResults, tolerances: Tolerances) -> Iterator[Judged]:
    """Yields a verdict for each response and side: whether its difference from the first side has changed."""
    first = now.summary["sides"][0]["name"]
    for one in now.summary["comparisons"]:
        for name, tolerance in tolerances.items():
            what = f"difference({first}, {one['b']}, {name})"
            mine, theirs = _differences(before, name, one["b"]), _differences(now, name, one["b"])
            if name not in one["responses"] or not theirs:
                yield Judged(f"{what} within {tolerance:g} of the baseline", "fails", "no such response now")
                continue
            unit, pairs = one["responses"][name]["unit"], paired_columns((mine, set()), (theirs, set()))
            measure, reach = Measure(name, unit, "", bounded=False), 2.0 if unit in OF_SHARES else None
            yield judge_move(what, measure, *pairs, tolerance, one_scenario=_alike(before, now), reach=reach)


def _differences(comparison: ComparisonResults, response: str, b: str) -> dict[int, float | None]:
    """Differences by replication of one response and side."""
    frame = comparison.table("pairs")
    rows = frame[(frame["response"] == response) & (frame["b"] == b)].to_dict("records")
    return {int(row["replication"]): None if isnan(row["difference"]) else float(row["difference"]) for row in rows}
