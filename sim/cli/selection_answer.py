"""The answer of a selection on a terminal: plain text, at most 80 columns, from its folder alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.cli.text import PLAIN, clipped, clipped_apart, padded, width_of
from sim.cli.text import wrapped_plain as wrapped
from sim.figures.labels import counted
from sim.results.number_text import SHARES, difference, number, percent, points
from sim.results.selection_folder import SelectionResults

_NOT_WORSE = ("can't be told apart", "exactly alike", "alike in every replication", "worse, by less than what matters")
_NAME, _CELL, _GAP, _INTERVAL, _COUNT = 25, 10, 10, 19, 6


def selection_text(selection: SelectionResults) -> str:
    """Returns all lines of the answer, from the folder alone."""
    summary = selection.summary
    unit, response = summary["unit"], summary["response"]
    head = padded(clipped(response, _NAME - 1), _NAME) + "mean".rjust(_CELL) + "vs best".rjust(_GAP)
    lines = [*wrapped(_verdict(summary)), "", head + "95 % interval".rjust(_INTERVAL) + "runs".rjust(_COUNT)]
    rows = sorted(summary["alternatives"], key=lambda row: (row["difference"] is not None, -abs(row["mean"] or 0)))
    for name, row in zip(clipped_apart((row["alternative"] for row in rows), _NAME - 3), rows, strict=True):
        line = padded(f"  {name}", _NAME) + number(row["mean"], unit).rjust(_CELL)
        gap, low, high = row["difference"], row["difference_low"], row["difference_high"]
        line += ("" if gap is None else _gap(gap, unit)).rjust(_GAP)
        line += ("" if low is None else f"{_gap(low, unit)} – {_gap(high, unit)}").rjust(_INTERVAL)
        line += f"{row['replications']:,}".rjust(_COUNT)
        together = f"{line}  {row['words']}"
        lines += [together] if width_of(together) <= PLAIN else [line, f"    {row['words']}"]
    number_of = counted(summary["replications"], "replication")
    together = f"{summary['succeeded']:,} of all alternatives together; seed {summary['seed']}"
    lines += ["", *wrapped(f"{number_of} counted (runs), {together}.")]
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
    sure = f"with {percent(summary['confidence'])} confidence it is the best, or within {matters} of the best"
    best = f"In the model, {clipped(summary['best'], 60)} has the {way} {summary['response']}"
    return f"{best}: {sure}.{alike} Most inputs are assumptions."
