"""Factors ready to be varied: each level with its text, its number if it has one, and its changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sim.errors import InputError, Problem
from sim.experiment.sweep.levels import Change, Level, causes_off
from sim.experiment.sweep.scale import UNSCALED, Scale, mapped, quantities_in, scale_of, text_of
from sim.scenario.alike import folded
from sim.scenario.distributions import COUNT, Distribution, parse_distribution
from sim.scenario.document import Draft
from sim.scenario.paths import Path, parsed, value_at
from sim.scenario.pedigree import Input, worst
from sim.scenario.shape import annotation_at, bare
from sim.scenario.sweep import GIVEN, NONE, SCENARIO, Factor, SweepFile

_TAILS = (0.05, 0.95)
"""Quantiles of a prior that one at a time, grids and Morris use as its ends, since those may be infinite."""
RESERVED = frozenset({
    "point", "lever_point", "replication", "replications", "failed", "response", "mean", "low", "high", "method",
    "unit", "min", "max", "p05", "p50", "p95", "flag", "tape_hash", "value", "number", "factor", "role", "index",
    "on_front", "chance", "variance", "share", "source", "base", "difference", "words", "kind", "error", "repeat",
    "grade", "factors", "bar", "value_a", "value_b", "ignorance_p05", "ignorance_p95", "chance_p05", "chance_p95",
    "all_p05", "all_p95", "variance_factor", "variance_factor_low", "variance_factor_high",
})  # fmt: skip
"""Names of columns of the tables."""


@dataclass(frozen=True, slots=True)
class Varied:
    """A factor ready to be varied: by levels, between two numbers, or by a distribution."""

    name: str
    role: Literal["lever", "uncertainty"]
    paths: tuple[str, ...]
    scale: Scale | None = None
    levels: tuple[Level, ...] = ()
    between: tuple[float, float] | None = None
    distribution: Distribution | None = None
    times: bool = False
    steps: int = 3
    grade: str = ""
    """The worst grade of the inputs that it changes, if the design needs it."""

    @property
    def off(self) -> frozenset[str]:
        """Causes that any of its levels removes."""
        return frozenset().union(*(level.without for level in self.levels))

    def at(self, u: float, tails: bool = False) -> Level:
        """The level at a coordinate from 0 to 1; with `tails`, between the 5 and 95 % quantiles of a distribution."""
        if self.levels:
            return self.levels[min(int(u * len(self.levels)), len(self.levels) - 1)]
        assert self.scale is not None, "a range or distribution has a scale"
        if self.between is not None:
            low, high = self.between
            if self.scale.whole or self.scale.kind == "date":
                return self._level(min(low + int(u * (high - low + 1)), high))
            return self._level(low + u * (high - low))
        return self._level(self._quantile(_TAILS[0] + u * (_TAILS[1] - _TAILS[0]) if tails else u))

    def _quantile(self, u: float) -> float:
        import numpy as np

        from sim.tape.inversion import ppf

        assert self.distribution is not None, "a quantile needs a distribution"
        return float(ppf(self.distribution, np.array([min(max(u, 1e-9), 1 - 1e-9)]))[0])

    def _level(self, number: float) -> Level:
        assert self.scale is not None, "a number is on a scale"
        value = self.scale.said(number)
        return Level(
            text_of(value), self.scale.number(value), tuple(Change(path, value, self.times) for path in self.paths)
        )

    def stepped(self, steps: int) -> tuple[Level, ...]:
        """Its levels; for a range or distribution `steps` levels, evenly spaced with both ends, each once."""
        if self.levels:
            return self.levels
        if self.between is not None:
            low, high = self.between
            found = [self._level(low + (high - low) * at / (steps - 1)) for at in range(steps)]
        else:
            found = [self.at(at / (steps - 1), tails=True) for at in range(steps)]
        return tuple(dict.fromkeys(found))


def varied(file: SweepFile, path: Path, name: str, factor: Factor, off: frozenset[str] = frozenset()) -> Varied:
    """Makes a factor of the file ready; raises `InputError` with its problems.

    `off` are the causes that the whole sweep removes.
    """
    here = (*path, name)
    problems = list(_named_wrong(file, here, name, factor))
    if problems:
        raise InputError(problems)
    if name == SCENARIO and path == ("factors",):
        return Varied(name, factor.role, (), None, tuple(_files(file, here, factor)))
    if factor.levels is not None:
        return _by_levels(file, here, name, factor)
    if factor.without is not None:
        return Varied(name, factor.role, (), None, tuple(causes_off(file, (*here, "without"), factor.without, off)))
    whole = not factor.times and all(bare(annotation_at(parsed(field))) is int for field in factor.fields)
    if factor.range is not None:
        scale = scale_of(factor.range, whole and _in_whole(factor.range))
        if scale is None or (factor.times and scale.unit):
            wanted = "plain numbers, since they are multiples" if factor.times else "numbers in one unit, or dates"
            raise _wrong(file, (*here, "range"), f"both ends should be {wanted}", factor.range)
        low, high = scale.number(factor.range[0]), scale.number(factor.range[1])
        if not low < high:
            raise _wrong(file, (*here, "range"), "the second end should be above the first", factor.range)
        return Varied(name, factor.role, factor.fields, scale, between=(low, high), times=factor.times,
                      steps=factor.steps)  # fmt: skip
    return _by_distribution(file, here, name, factor, whole)


def _in_whole(values: Iterable[Any]) -> bool:
    return all(isinstance(value, int) for value in values)


def _wrong(file: SweepFile, path: Path, wrong: str, got: Any = None) -> InputError:
    return InputError([file.problem(path, wrong, None if got is None else text_of(got)[:80])])


def _named_wrong(file: SweepFile, here: Path, name: str, factor: Factor) -> Iterator[Problem]:
    if folded(name) in RESERVED:
        yield file.problem(here, "a column of the tables has this name; choose another")
    if name != name.strip():
        yield file.problem(here, "a name begins or ends with a blank; write it without")
    if name == SCENARIO:
        return
    held = factor.levels.values() if isinstance(factor.levels, dict) else ()
    bundles = bool(held) and all(isinstance(one, dict) for one in held)
    within = [field for one in held for field in one] if bundles and not factor.fields else []
    for field in (*factor.fields, *within):
        try:
            parsed(field)
        except ValueError as error:
            yield file.problem(here, str(error), repr(field)[:80])
    if not factor.fields and not bundles and factor.without is None:
        allowed = "path: lift.aircraft.c130.count, or levels that are maps of changes by name"
        yield file.problem(here, "this factor does not name what it changes", None, allowed)
    if not factor.fields and factor.times:
        yield file.problem(here, "times needs a path")


def _files(file: SweepFile, here: Path, factor: Factor) -> Iterator[Level]:
    if factor.fields or not isinstance(factor.levels, dict):
        raise _wrong(file, here, "the levels of `scenario` should be files by name, such as {open: ../roads-open.yaml}")
    for name, given in factor.levels.items():
        if not isinstance(given, str):
            raise _wrong(file, (*here, "levels", name), "this should be the path of a scenario file", given)
        yield Level(name, file=file.scenario_file(given, (*here, "levels", name)))


def _by_levels(file: SweepFile, here: Path, name: str, factor: Factor) -> Varied:
    given = factor.levels
    if isinstance(given, dict):
        if taken := next((text for text in given if folded(text) == GIVEN), None):
            raise _wrong(file, (*here, "levels", taken), f"{GIVEN!r} means the value in the file; choose another name")
        levels = [Level(text, None, _changes_of(held, factor)) for text, held in given.items()]
        scale = None
    else:
        values = list(given or ())
        scale = scale_of(values)
        levels = [Level(text_of(value), None if scale is None else scale.number(value), _changes_of(value, factor))
                  for value in values]  # fmt: skip
    texts = [level.text for level in levels]
    if twice := next((text for text in texts if texts.count(text) > 1), None):
        raise _wrong(file, (*here, "levels"), "duplicate level", twice)
    if factor.times and not all(isinstance(change.value, int | float) for level in levels for change in level.changes):
        raise _wrong(file, (*here, "levels"), "multiples should be plain numbers, such as [0.5, 1, 2]")
    return Varied(name, factor.role, factor.fields, scale, tuple(levels), times=factor.times)


def _changes_of(value: Any, factor: Factor) -> tuple[Change, ...]:
    if factor.fields:
        return tuple(Change(field, value, factor.times) for field in factor.fields)
    return tuple(Change(field, held) for field, held in value.items())


def _by_distribution(file: SweepFile, here: Path, name: str, factor: Factor, whole: bool) -> Varied:
    assert factor.prior is not None, "a factor has levels, a range or a prior"
    given = list(quantities_in(factor.prior))
    scale = scale_of(given, whole and _in_whole(given))
    if scale is None or (factor.times and scale.unit):
        raise _wrong(file, (*here, "prior"), "all values of a prior should be in one unit, or dates", factor.prior)
    try:
        distribution = parse_distribution(mapped(factor.prior, scale.number), COUNT)
    except ValueError as error:
        raise InputError([file.problem((*here, "prior"), str(error))]) from None
    return Varied(
        name, factor.role, factor.fields, scale, distribution=distribution, times=factor.times, steps=factor.steps
    )


def graded(factor: Varied, inputs: Iterable[Input]) -> Varied:
    """Returns the factor with the worst grade of the inputs that it changes.

    A factor that multiplies does not change parameters of distributions without a unit.
    """
    fields = {change.path for level in factor.levels for change in level.changes} | set(factor.paths)
    paths = [parsed(field) for field in sorted(fields)]
    moved = (one for one in inputs if not (factor.times and one.path[-1] in UNSCALED))
    return replace(factor, grade=worst(moved, paths))


def given_level(factor: Varied, draft: Draft) -> Level:
    """Returns the level at which a factor leaves a scenario unchanged."""
    if factor.times:
        return Level("1", 1.0)
    if factor.off:
        return next((level for level in factor.levels if not level.without), Level(NONE))
    values = []
    for field in factor.paths:
        try:
            values.append(value_at(draft.data, parsed(field)))
        except KeyError:
            return Level(GIVEN)
    if not values or any(value != values[0] for value in values) or isinstance(values[0], dict | list):
        return Level(GIVEN)
    scale = scale_of(values[:1])
    same = scale is not None and factor.scale is not None and scale.unit == factor.scale.unit
    return Level(text_of(values[0]), scale.number(values[0]) if scale is not None and same else None)


def overlapping(factors: Sequence[Varied]) -> Iterator[tuple[str, str]]:
    """Yields factors that change a field of another factor, or a part of it, with a sentence for each."""
    seen: list[tuple[Path, str]] = []
    first: dict[str, str] = {}
    for factor in factors:
        fields = {change.path for level in factor.levels for change in level.changes} | set(factor.paths)
        for field in sorted(fields):
            mine = parsed(field)
            for theirs, other in seen:
                if other != factor.name and (mine[: len(theirs)] == theirs or theirs[: len(mine)] == mine):
                    yield factor.name, f"the factor {other} changes {field} as well"
        seen += [(parsed(field), factor.name) for field in sorted(fields)]
        for cause in sorted(factor.off):
            if first.setdefault(cause, factor.name) != factor.name:
                yield factor.name, f"the factor {first[cause]} removes {cause} as well"
