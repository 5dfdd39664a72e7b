"""The answer of a selection on a terminal: plain text, at most 100 columns, from its folder alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.cli.text import clipped, clipped_apart, padded, wrapped
from sim.figures.labels import counted
from sim.results.number_text import SHARES, difference, number, percent, points
from sim.results.selection_folder import SelectionResults

_NOT_WORSE = ("can't be told apart", "exactly alike", "alike in every replication", "worse, by less than what matters")
_NAME, _CELL = 30, 14


def selection_text(selection: SelectionResults) -> str:
    """Returns all lines of the answer, from the folder alone."""
    summary = selection.summary
    unit, response = summary["unit"], summary["response"]
    head = padded(clipped(response, _NAME - 1), _NAME) + "mean".rjust(_CELL) + "vs the best".rjust(16)
    lines = [*wrapped(_verdict(summary)), "", head + "95 % interval".rjust(20) + "replications".rjust(_CELL)]
    rows = sorted(summary["alternatives"], key=lambda row: (row["difference"] is not None, -abs(row["mean"] or 0)))
    for name, row in zip(clipped_apart((row["alternative"] for row in rows), _NAME - 3), rows, strict=True):
        line = padded(f"  {name}", _NAME) + number(row["mean"], unit).rjust(_CELL)
        gap, low, high = row["difference"], row["difference_low"], row["difference_high"]
        line += ("" if gap is None else _gap(gap, unit)).rjust(16)
        line += ("" if low is None else f"{_gap(low, unit)} – {_gap(high, unit)}").rjust(20)
        lines.append(line + f"{row['replications']:,}".rjust(_CELL) + f"  {row['words']}")
    number_of = counted(summary["replications"], "replication")
    lines += [
        "",
        f"{number_of} counted, {summary['succeeded']:,} of all alternatives together; seed {summary['seed']}.",
    ]
    if summary["skipped"]:
        lines += wrapped(
            f"! {counted(summary['skipped'], 'replication')} did not count: an alternative failed or had no value"
        )
    lines += ["", *wrapped("A difference in the model is not a historical fact: it is conditional on its inputs.")]
    return "\n".join(lines)


def _gap(gap: float, unit: str) -> str:
    return points(gap) if unit in SHARES else f"{gap:+,.4g}"


def _verdict(summary: Mapping[str, Any]) -> str:
    """Returns a sentence with the choice and its guarantee."""
    unit, delta = summary["unit"], summary["indifference"]
    matters = difference(delta, unit).removeprefix("+")
    way = "lowest" if summary["smallest"] else "highest"
    if summary["best"] is None:
        left = ", ".join(clipped(name, 40) for name in summary["left"])
        needed = f"; at most {summary['needed']:,} would choose one" if summary["needed"] else ""
        return f"Not chosen after {summary['replications']:,} replications: {left} can't be distinguished yet{needed}."
    others = [row["alternative"] for row in summary["alternatives"] if row["words"] in _NOT_WORSE]
    names = ", ".join(clipped(name, 40) for name in others)
    alike = f" Not shown to be worse by {matters}: {names}." if others else ""
    return (
        f"{clipped(summary['best'], 60)} has the {way} {summary['response']}: with {percent(summary['confidence'])} "
        f"confidence it is the best, or within {matters} of the best.{alike}"
    )
