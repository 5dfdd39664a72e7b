"""One backtest from the command line: validated, played, written, drawn and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.cli.backtested_answer import backtest_text
from sim.cli.codes import BROKEN, DONE, FAULT, STOPPED
from sim.cli.options import where_of
from sim.cli.progress import Progress
from sim.cli.say import answer, answer_json, complain
from sim.errors import ResultsError
from sim.experiment.backtest_study import (
    BacktestPlan,
    Held,
    begin_backtest,
    carry_out_backtest,
    cut_of,
    fit_of,
    plan_backtest,
    play_backtest,
    stage,
    summary_of,
)
from sim.results.backtest_folder import read_backtest
from sim.results.folder import settled
from sim.results.strangers import found_there
from sim.results.unfinished import Unfinished


def tell_backtest(forecast: str | None, options: Mapping[str, Any], on: Callable[..., Any] | None = None) -> int:
    """Plays, prints the answer and gives the exit code; raises what is wrong before anything is played."""
    where_of(options)
    fit = fit_of(forecast, options["fit"], options["no_fit"])
    plan = plan_backtest(forecast, fit, cut_of(options["cut"]), options["seed"], options["replications"])
    if options["out"] is None:
        return _guarded(lambda: _here(plan, options, on))
    folder = settled(options["out"])
    work = begin_backtest(plan, folder, options["force"])
    return _guarded(lambda: _in_folder(plan, work, folder, options, on))


def _guarded(tell: Callable[[], int]) -> int:
    try:
        return tell()
    except ResultsError as error:
        complain(str(error))
        return BROKEN
    except KeyboardInterrupt:
        complain("stopped; a backtest is played from the start")
        return STOPPED


def _play(plan: BacktestPlan, options: Mapping[str, Any], on: Callable[..., Any] | None) -> tuple[Held, ...]:
    progress = Progress("backtest", options["quiet"])
    try:
        return play_backtest(plan, where_of(options), progress, on or stage)
    finally:
        progress.end()


def _here(plan: BacktestPlan, options: Mapping[str, Any], on: Callable[..., Any] | None) -> int:
    """Played and told, and nothing written."""
    held = _play(plan, options, on)
    _say(summary_of(plan, held), options)
    return _code(held)


def _say(summary: Mapping[str, Any], options: Mapping[str, Any], **more: Any) -> None:
    if options["as_json"]:
        answer_json({**more, "summary": summary})
    else:
        answer(backtest_text(summary))


def _code(held: tuple[Held, ...]) -> int:
    kinds = {one.kind for side in held for one in side.failures}
    for side in held:
        for one in side.failures[:3]:
            complain(f"{side.side.name}, replication {one.replication} failed: {one.error}")
    return FAULT if "fault" in kinds else BROKEN if kinds else DONE


def _in_folder(
    plan: BacktestPlan, work: Unfinished | None, folder: Path, options: Mapping[str, Any], on: Callable[..., Any] | None
) -> int:
    """Played where it is not there already, written, drawn and told."""
    code = DONE
    if work is not None:
        progress = Progress("backtest", options["quiet"])
        try:
            code = _code(carry_out_backtest(plan, work, where_of(options), progress, on or stage))
        finally:
            progress.end()
    with found_there(folder, work is None):
        _tell(folder, options, reused=work is None)
    return code


def _tell(folder: Path, options: Mapping[str, Any], *, reused: bool) -> None:
    """Draws and tells a folder that is whole."""
    tested = read_backtest(folder)
    failed = None if options["no_plots"] else _draw(folder)
    _say(tested.summary, options, folder=str(folder), reused=reused)
    if not options["as_json"]:
        found = "Found there already" if reused else "Written"
        pictures = "" if options["no_plots"] else ", pictures *.png and *.svg"
        answer(f"\n{found}: {folder}/ (tables *.csv, summary.json, manifest.json{pictures})")
    if failed is not None:
        raise failed


def _draw(folder: Path) -> Exception | None:
    """Draws what is not there yet; what goes wrong is told after the answer."""
    if all((folder / f"record.{kind}").is_file() for kind in ("png", "svg")):
        return None
    try:
        from sim.figures.backtested import draw_all  # noqa: PLC0415 - loads matplotlib

        draw_all(folder)
    except Exception as error:  # the answer comes first
        return error
    return None
