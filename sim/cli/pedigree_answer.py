"""The pedigree of inputs as text: inputs by grade, and the share of a sweep's variance by grade."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.cli.text import WIDE, clipped, padded
from sim.errors import visible
from sim.figures.labels import counted
from sim.scenario.paths import dotted
from sim.scenario.pedigree import GRADES, Input
from sim.scenario.pedigree import counted as counted_by_grade

_GUESS = "guess"
_NAME, _COUNT, _CELL = 34, 8, 28
_VAGUE = 0.5
"""An interval of a share that is wider than this says too little for a sentence about the share."""


def plain_pedigree(inputs: Sequence[Input]) -> dict[str, Any]:
    """Returns every input once as plain data, the best grade first, with counts."""
    return {
        "grades": counted_by_grade(inputs),
        "guesses_without_range": sum(one.grade == _GUESS and not one.ranged for one in inputs),
        "inputs": [_plain(one) for grade in GRADES for one in inputs if one.grade == grade],
    }


def _plain(one: Input) -> dict[str, Any]:
    return {
        "path": dotted(one.path), "value": one.value, "grade": one.grade, "kind": one.kind,
        "source": None if one.entry is None else dotted(one.entry), "range": one.ranged, "cite": one.cite,
    }  # fmt: skip


def pedigree_lines(said: Mapping[str, Any]) -> Iterator[str]:
    """Yields every input of a plain pedigree once, the worst grade last, and guesses without a range at the end."""
    for grade, meaning in GRADES.items():
        own = [one for one in said["inputs"] if one["grade"] == grade]
        if grade != _GUESS:
            yield from _block(f"{grade}: {meaning}", own)
            continue
        yield from _block(f"{grade}: assumed; a range, but no reason", [one for one in own if one["range"]])
        yield from _block(f"{grade}: assumed; no range", [one for one in own if not one["range"]])
    yield "inputs by grade: " + ", ".join(f"{count:,} {grade}" for grade, count in said["grades"].items())
    yield f"guesses without a range: {said['guesses_without_range']:,} of {said['grades'][_GUESS]:,}"


def _block(title: str, inputs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not inputs:
        return
    yield f"{title} ({counted(len(inputs), 'input')})"
    by_entry: dict[str | None, list[str]] = {}
    for one in inputs:
        by_entry.setdefault(one["source"], []).append(one["path"])
    for entry, paths in by_entry.items():
        yield from textwrap.wrap(
            visible(_covered(entry, paths)), WIDE, initial_indent="  ", subsequent_indent="    ",
            break_on_hyphens=False, break_long_words=False,
        )  # fmt: skip


def _covered(entry: str | None, paths: Sequence[str]) -> str:
    """Returns an entry of `sources:` and the inputs that it covers, by their paths below it."""
    if entry is None:
        return f"no source: {', '.join(paths)}"
    below = [path.removeprefix(f"{entry}.") for path in paths if path != entry]
    return entry + (f": {', '.join(below)}" if below else "")


def shares_lines(rows: Sequence[Mapping[str, Any]], response: str) -> list[str]:
    """Returns the share of the variance of a response that is due to each grade, from the rows of pedigree.csv."""
    head = padded(clipped(f"variance of {response}", _NAME - 1), _NAME) + "factors".rjust(_COUNT)
    known = [row for row in rows if row["value"] is not None]
    if not known:
        return [head, f"  no shares: {rows[0]['method']}"] if rows else []
    lines = [head + "".join(f"{word}  95 % interval".rjust(_CELL) for word in ("alone", "in all"))]
    by_grade: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in known:
        by_grade.setdefault(row["grade"], {})[row["index"]] = row
    for grade, own in by_grade.items():
        name = padded(f"  {grade if grade in GRADES else 'no input with a grade'}", _NAME)
        lines.append(
            f"{name}{own['S1']['factors']:>{_COUNT}}"
            + "".join(f"{_said(own[kind])}  {_ends(own[kind])}".rjust(_CELL) for kind in ("S1", "ST"))
        )
    if _GUESS in by_grade:
        lines += textwrap.wrap(_sentence(response, by_grade[_GUESS]), WIDE)
    return lines


def _sentence(response: str, own: Mapping[str, Mapping[str, Any]]) -> str:
    first, total = own["S1"], own["ST"]
    if any(row["high"] - row["low"] > _VAGUE for row in (first, total)):
        return (
            f"How much of the variance of {clipped(response, 40)} is due to guesses can't be told from so few "
            f"replications (alone {_ends(first)}, with their interactions {_ends(total)})."
        )
    least, most = ("at least ", "at most ") if str(first["method"]).startswith("at least") else ("", "")
    return (
        f"Of the variance of {clipped(response, 40)} over these ranges, {least}{_said(first)} ({_ends(first)}) is due "
        f"to guesses alone, and {most}{_said(total)} ({_ends(total)}) with their interactions."
    )


def _said(row: Mapping[str, Any]) -> str:
    return f"{100 * row['value']:.1f} %".replace("-", "−")


def _ends(row: Mapping[str, Any]) -> str:
    return f"{100 * row['low']:.1f} – {100 * row['high']:.1f} %".replace("-", "−")
