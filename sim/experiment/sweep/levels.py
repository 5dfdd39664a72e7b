"""Levels of factors: what a point of a sweep changes in its scenario, and the causes that it removes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sim.errors import InputError, Problem
from sim.experiment.planning import check_causes, known_causes
from sim.experiment.sweep.scale import multiplied
from sim.scenario.alike import folded
from sim.scenario.document import Draft
from sim.scenario.paths import Path, parsed, value_at
from sim.scenario.shipped import Located
from sim.scenario.sweep import EACH, NONE, SweepFile


@dataclass(frozen=True, slots=True)
class Change:
    """A field and its new value; with `times`, the factor by which it is multiplied."""

    path: str
    value: Any
    times: bool = False

    def patch(self, draft: Draft) -> str:
        """Returns the change in the form of `--set`; raises `InputError` if there is nothing to multiply."""
        value = self.value
        if self.times:
            try:
                value = multiplied(value_at(draft.data, parsed(self.path)), self.value)
            except KeyError:
                raise InputError([Problem(self.path, "there is nothing to multiply")]) from None
            except ValueError as error:
                raise InputError([Problem(self.path, str(error))]) from None
        return f"{self.path}={json.dumps(value, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class Level:
    """One value of a factor: its text, its number if it is on a scale, and its changes.

    `file`: its scenario, in the factor `scenario`; `without`: causes that it removes.
    """

    text: str
    number: float | None = None
    changes: tuple[Change, ...] = ()
    file: Located | None = None
    without: frozenset[str] = frozenset()


Given = Literal["each"] | tuple[str, ...] | dict[str, tuple[str, ...]]


def causes_off(file: SweepFile, path: Path, given: Given, off: frozenset[str]) -> Iterator[Level]:
    """Yields the levels given at a path: single causes, or named groups of causes.

    `off` are the causes that the whole sweep removes; `each` means each of the others. Raises `InputError` for
    invalid levels.
    """
    by_name = given if isinstance(given, dict) else _alone(file, path, given, off)
    for name, causes in by_name.items():
        here = (*path, name) if isinstance(given, dict) else path
        if twice := next((cause for cause in causes if causes.count(cause) > 1), None):
            raise InputError([file.problem(here, "duplicate cause", twice)])
        try:
            check_causes(causes)
        except InputError as error:
            raise InputError(
                [file.problem(here, one.wrong, one.got, one.allowed, one.nearest) for one in error.problems]
            ) from None
        if causes and folded(name) == NONE:
            raise InputError([file.problem(here, f"{NONE!r} means that no cause is removed; choose another name")])
        if gone := sorted(off & set(causes)):
            raise InputError([file.problem(here, "the whole sweep runs without this already", ", ".join(gone))])
        yield Level(name, without=frozenset(causes))


def _alone(
    file: SweepFile, path: Path, given: Literal["each"] | tuple[str, ...], off: frozenset[str]
) -> Mapping[str, tuple[str, ...]]:
    """Returns for the name of each level its one cause, or none."""
    names = (NONE, *(cause for cause in known_causes() if cause not in off)) if given == EACH else given
    if twice := next((name for name in names if list(names).count(name) > 1), None):
        raise InputError([file.problem(path, "duplicate level", twice)])
    return {name: () if name == NONE else (name,) for name in names}
