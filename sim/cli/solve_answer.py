"""The answer of a search on a terminal: plain text, at most 80 columns, from its folder alone."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from sim.cli.text import clipped, padded, width_of
from sim.errors import visible
from sim.figures.labels import counted
from sim.results.number_text import SHARES, interval, number
from sim.results.solve_folder import SolveResults

WIDE = 80
_LEVEL, _MEAN, _ENDS = 34, 12, 20
_CAVEAT = "A level in the model, conditional on its inputs, many of them assumed (drawdown check --sources)."
Said = Mapping[str, Any]


def solve_text(found: SolveResults) -> str:
    """Returns all lines of the answer."""
    summary = found.summary
    title = clipped(summary["name"], WIDE)
    parts = [[title, "─" * width_of(title), *_wrapped(_verdict(summary)), *_doubts(summary)]]
    parts += [_table(summary, at, target) for at, target in enumerate(summary["targets"])]
    failed = found.manifest["failed"]
    if failed:
        parts.append(_wrapped(f"! {counted(failed, 'replication')} failed and are in no mean (manifest.json)."))
    parts.append(_wrapped(_CAVEAT))
    return "\n\n".join("\n".join(part) for part in parts)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(visible(text), WIDE, initial_indent=indent, subsequent_indent=indent) or [""]


def _verdict(summary: Said) -> str:
    grid, field = summary["grid"], summary["field"]
    targets = " and ".join(map(_on_average, summary["targets"]))
    which = "greatest" if summary["greatest"] else "least"
    levels = f"{counted(len(summary['levels']), 'level')} of {grid['levels']} run"
    runs = f"{counted(summary['replications'], 'replication')} each, common random numbers, seed {summary['seed']}"
    if summary["possible"][1] is None:
        first, beyond = summary["possible"][0], "lower" if summary["greatest"] else "higher"
        return (
            f"It is not certain that any level of {field} meets {targets}: the {which} may be {first} or any {beyond} "
            f"level, or none. By the means alone it is {summary['answer']}; more replications tell. {levels}, {runs}."
        )
    return f"{field} = {summary['answer']} is the {which} level that meets {targets}{_ends(summary)}. {levels}, {runs}."


def _on_average(target: str) -> str:
    """A target of the mean says so: single withdrawals may miss it."""
    return target if target.lstrip().startswith("chance(") else f"{target} on average"


def _ends(summary: Said) -> str:
    """The levels that can't be excluded, in the order of the grid, where one is certain to meet."""
    first, last = summary["possible"]
    if first == last:
        return " (95 % interval: no other level)"
    low, high = (last, first) if summary["greatest"] else (first, last)
    return f" (95 % interval: {low} to {high})"


def _doubts(summary: Said) -> list[str]:
    lines = []
    first = summary["grid"]["last"] if summary["greatest"] else summary["grid"]["first"]
    if summary["answer"] is not None and summary["answer"] == first:
        lines += _wrapped(f"! the first level of the search meets it already: the grid begins at {first}")
    if summary["turn"] is not None:
        rises, falls = ("{} to {}".format(*step) for step in summary["turn"])
        said = f"! not monotone: it rises from {rises} and falls from {falls}, so that other levels may meet it too"
        lines += _wrapped(f"{said}; run all of them with `drawdown sweep --vary`")
    return lines


def _table(summary: Said, at: int, target: str) -> list[str]:
    unit = summary["units"][at]
    head = padded(clipped(f"{target}", _LEVEL - 1), _LEVEL) + "mean".rjust(_MEAN) + "95 %, together".rjust(_ENDS)
    lines = [head + "meets".rjust(10)]
    for one in summary["levels"]:
        said = one["shown"][at]
        sure = "" if said["sure"] is not None else "?"
        line = padded(f"  {clipped(str(one['level']), _LEVEL - 3)}", _LEVEL) + number(said["mean"], unit).rjust(_MEAN)
        line += _interval(said, unit).rjust(_ENDS) + ("yes" if said["meets"] else "no").rjust(10) + sure
        lines.append(line)
    if any(one["shown"][at]["sure"] is None for one in summary["levels"]):
        lines += _wrapped("? the interval contains the target; intervals hold together for the whole grid", "  ")
    return lines


def _interval(said: Said, unit: str) -> str:
    if said["low"] is not None and said["low"] == said["high"] and unit not in SHARES:
        return "same every time"
    return interval(said["low"], said["high"], unit)
