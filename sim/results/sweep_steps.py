"""Grids step by step: paired differences of all points from the first, and factors along which a response turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from sim.analysis.paired import Difference, paired
from sim.results.sweep_folder import SweepResults
from sim.results.sweep_view import View

_THREE = 3
"""Levels that a turn takes."""
_DAYS = re.compile(r"([+-]?\d+) d")


def from_first(view: View, response: str) -> list[Difference]:
    """The difference of each point but the first from it, replication by replication; intervals hold together."""
    count = len(view.settings) - 1
    return [_difference(view, (0, point), response, count) for point in range(1, count + 1)]


def _difference(view: View, points: tuple[int, int], response: str, comparisons: int) -> Difference:
    pairs, failed = view.pairs(*points, response)
    return paired(view.measure(response), pairs, failed, comparisons=max(comparisons, 1))


@dataclass(frozen=True, slots=True)
class Turn:
    """A factor along which a response both rises and falls: between which levels, with the others fixed."""

    factor: str
    fixed: Mapping[str, str]
    rises: tuple[str, str]
    falls: tuple[str, str]


def turns(swept: SweepResults, view: View, response: str) -> list[Turn]:
    """The turns that intervals of neighbouring levels show, which hold together; one for each factor."""
    lines = list(_lines(swept, view))
    count = sum(len(points) - 1 for _, points in lines)
    found: dict[str, Turn] = {}
    for factor, points in lines:
        rises: tuple[str, str] | None = None
        falls: tuple[str, str] | None = None
        for a, b in pairwise(points):
            said = _difference(view, (a, b), response, count)
            step = view.settings[a][factor], view.settings[b][factor]
            rises = rises or (step if said.low is not None and said.low > 0 else None)
            falls = falls or (step if said.high is not None and said.high < 0 else None)
        if rises and falls:
            fixed = {name: level for name, level in view.settings[points[0]].items() if name != factor}
            found.setdefault(factor, Turn(factor, fixed, rises, falls))
    return list(found.values())


def _lines(swept: SweepResults, view: View) -> Iterator[tuple[str, list[int]]]:
    """The points along each factor of numbers, dates or days, in their order, with the others fixed."""
    numbers = _numbers(swept)
    for factor, levels in view.factors.items():
        if len(levels) < _THREE or any((factor, level) not in numbers for level in levels):
            continue
        by_rest: dict[tuple[str, ...], list[int]] = {}
        for point, setting in enumerate(view.settings):
            by_rest.setdefault(tuple(level for name, level in setting.items() if name != factor), []).append(point)
        for points in by_rest.values():
            yield factor, sorted(points, key=lambda point: numbers[factor, view.settings[point][factor]])


def _numbers(swept: SweepResults) -> dict[tuple[str, str], float]:
    """The number of each level that has one, by factor and level."""
    found = {}
    for row in swept.rows("settings"):
        factor, level, number = str(row["factor"]), str(row["value"]), row["number"]
        days = _DAYS.fullmatch(level)
        if number is not None or days is not None:
            found[factor, level] = float(number) if number is not None else float((days or ["", "0"])[1])
    return found
