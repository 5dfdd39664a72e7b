"""One selection from the command line: validated, carried out, drawn and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.cli.codes import BROKEN, DONE, FAULT, STOPPED
from sim.cli.options import where_of
from sim.cli.progress import Progress
from sim.cli.say import answer, answer_json, complain, note
from sim.cli.standard_input import given
from sim.cli.words import clipped, clipped_apart, padded, plural, wrapped
from sim.errors import ResultsError
from sim.experiment.planning import Stage, stage
from sim.experiment.selection_study import (
    SelectionPlan,
    SelectionRequest,
    begin_selection,
    carry_out_selection,
    plan_selection,
)
from sim.experiment.sides import open_sides
from sim.results.number_text import SHARES, difference, number, percent, points
from sim.results.selection_folder import SelectionResults, read_selection
from sim.results.strangers import found_there
from sim.results.unfinished import Unfinished

_NOT_WORSE = ("can't be told apart", "exactly alike", "alike in every replication", "worse, by less than what matters")
_OPTIONS = ("best", "indifference", "smallest", "confidence", "first", "most", "seed", "sets", "without", "out")
_NAME, _CELL = 30, 14


def tell_selection(files: Sequence[str], options: Mapping[str, Any], on: Stage | None = None) -> int:
    """Selects, prints the answer and gives the exit code; raises what is wrong before anything is played."""
    where_of(options)
    sides = open_sides(files, options["sets"], options["strict"], given(files))
    plan = plan_selection(SelectionRequest(sides, **{name: options[name] for name in _OPTIONS}), on or stage)
    if not options["quiet"]:
        for warning in dict.fromkeys(one for side in sides if side.loaded for one in side.loaded.warnings):
            note(f"warning: {warning}")
    work = begin_selection(plan, options["force"])
    try:
        return _carry_out(plan, work, options)
    except ResultsError as error:
        complain(str(error))
        return BROKEN
    except KeyboardInterrupt:
        complain("stopped; what was played stays, and the same command goes on from there")
        return STOPPED


def _carry_out(plan: SelectionPlan, work: Unfinished | None, options: Mapping[str, Any]) -> int:
    progress = Progress("select", options["quiet"])
    try:
        folder, reused = carry_out_selection(plan, work, where_of(options), progress)
    finally:
        progress.end()
    with found_there(folder, reused):
        return _tell(folder, options, reused=reused)


def _tell(folder: Path, options: Mapping[str, Any], *, reused: bool) -> int:
    """Draws and tells a folder that is whole; the exit code."""
    selection = read_selection(folder)
    failed = None if options["no_plots"] else _draw(selection)
    if options["as_json"]:
        said = {"folder": str(folder), "reused": reused, "summary": selection.summary}
        answer_json(said)
    else:
        answer(selected_text(selection))
        pictures = "" if options["no_plots"] else ", pictures *.png and *.svg"
        found = "Found there already" if reused else "Written"
        answer(f"\n{found}: {folder}/ (tables *.csv, summary.json, manifest.json{pictures})")
    if failed is not None:
        raise failed
    if selection.manifest["failed"]:
        return FAULT if selection.manifest["faults"] else BROKEN
    return DONE


def _draw(selection: SelectionResults) -> Exception | None:
    """Draws what is not there yet; what goes wrong is told after the answer."""
    if all((selection.folder / f"differences.{kind}").is_file() for kind in ("png", "svg")):
        return None
    try:
        from sim.figures.chosen import draw_all  # noqa: PLC0415 - loads matplotlib

        draw_all(selection.folder)
    except Exception as error:  # the answer comes first
        return error
    return None


def selected_text(selection: SelectionResults) -> str:
    """All lines of the answer, from the folder alone."""
    summary = selection.summary
    unit, response = summary["unit"], summary["response"]
    head = padded(clipped(response, _NAME - 1), _NAME) + "mean".rjust(_CELL) + "from the best".rjust(16)
    lines = [*wrapped(verdict(summary)), "", head + "95 % interval".rjust(20) + "replications".rjust(_CELL)]
    rows = sorted(summary["alternatives"], key=lambda row: (row["difference"] is not None, -abs(row["mean"] or 0)))
    for name, row in zip(clipped_apart((row["alternative"] for row in rows), _NAME - 3), rows, strict=True):
        line = padded(f"  {name}", _NAME) + number(row["mean"], unit).rjust(_CELL)
        gap, low, high = row["difference"], row["difference_low"], row["difference_high"]
        line += ("" if gap is None else _gap(gap, unit)).rjust(16)
        line += ("" if low is None else f"{_gap(low, unit)} – {_gap(high, unit)}").rjust(20)
        lines.append(line + f"{row['replications']:,}".rjust(_CELL) + f"  {row['words']}")
    counted = plural(summary["replications"], "replication")
    lines += ["", f"{counted} counted, {summary['played']:,} of all alternatives together; seed {summary['seed']}."]
    if summary["skipped"]:
        lines += wrapped(
            f"! {plural(summary['skipped'], 'replication')} did not count: an alternative failed or had no value in it"
        )
    lines += ["", *wrapped("A difference of the model is not a fact of history: it is conditional on its inputs.")]
    return "\n".join(lines)


def _gap(gap: float, unit: str) -> str:
    return points(gap) if unit in SHARES else f"{gap:+,.4g}"


def verdict(summary: Mapping[str, Any]) -> str:
    """The choice in a sentence, and what may be claimed of it."""
    unit, delta = summary["unit"], summary["indifference"]
    matters = difference(delta, unit).removeprefix("+")
    way = "lowest" if summary["smallest"] else "highest"
    if summary["best"] is None:
        left = ", ".join(clipped(name, 40) for name in summary["left"])
        needed = f"; at most {summary['needed']:,} would choose one" if summary["needed"] else ""
        return f"Not chosen after {summary['replications']:,} replications: {left} can't be told apart yet{needed}."
    others = [row["alternative"] for row in summary["alternatives"] if row["words"] in _NOT_WORSE]
    names = ", ".join(clipped(name, 40) for name in others)
    alike = f" Not known to be worse than it by {matters}: {names}." if others else ""
    return (
        f"{clipped(summary['best'], 60)} has the {way} {summary['response']}: with {percent(summary['confidence'])} "
        f"confidence it is the best, or within {matters} of the best.{alike}"
    )
