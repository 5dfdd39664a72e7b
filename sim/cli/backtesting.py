"""One backtest from the command line: validated, played, written, drawn and told."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sim.cli.backtested_answer import backtest_text
from sim.cli.codes import BROKEN, DONE, FAULT, STOPPED
from sim.cli.options import where_of
from sim.cli.progress import Progress
from sim.cli.say import answer, answer_json, complain
from sim.errors import InputError, Problem, ResultsError
from sim.experiment.backtested import summary_of
from sim.experiment.backtesting import Backtest, Held, plan_backtest, play_backtest, stage
from sim.experiment.beginning import begin_work
from sim.results.backtests import BACKTEST, BacktestIdentity, read_backtest, targets_hash, write_backtest
from sim.results.folder import clear, settled
from sim.results.identity import program_hash
from sim.results.manifest import installed_version
from sim.results.strangers import found_there
from sim.results.work import Work, put_in_place
from sim.results.writing import sentences


def tell_backtest(forecast: str | None, options: Mapping[str, Any], on: Callable[..., Any] | None = None) -> int:
    """Plays, prints the answer and gives the exit code; raises what is wrong before anything is played."""
    where_of(options)
    if options["no_fit"] and options["fit"] is not None:
        raise InputError([Problem("--no-fit", "--fit says what to set beside the forecast: give one of them")])
    alone = options["no_fit"] or (forecast is not None and options["fit"] is None)
    fit = "" if alone else options["fit"]
    plan = plan_backtest(forecast, fit, _date(options["cut"]), options["seed"], options["replications"])
    if options["out"] is None:
        return _guarded(lambda: _here(plan, options, on))
    folder = settled(options["out"])
    work = begin_work(folder, BACKTEST, _identity(plan).plain(), options["force"], lambda said: not said["failed"])
    return _guarded(lambda: _in_folder(plan, work, folder, options, on))


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == len("2023-08-31") else _no_date(text)
    except ValueError:
        return _no_date(text)


def _no_date(text: str) -> date:
    raise InputError([Problem("--cut", "this is no date", repr(text[:60]), "a date such as 2023-08-31")])


def _guarded(tell: Callable[[], int]) -> int:
    try:
        return tell()
    except ResultsError as error:
        complain(str(error))
        return BROKEN
    except KeyboardInterrupt:
        complain("stopped; a backtest is played from the start")
        return STOPPED


def _play(plan: Backtest, options: Mapping[str, Any], on: Callable[..., Any] | None) -> tuple[Held, ...]:
    progress = Progress("backtest", options["quiet"])
    try:
        return play_backtest(plan, where_of(options), progress, on or stage)
    finally:
        progress.end()


def _here(plan: Backtest, options: Mapping[str, Any], on: Callable[..., Any] | None) -> int:
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
    plan: Backtest, work: Work | None, folder: Path, options: Mapping[str, Any], on: Callable[..., Any] | None
) -> int:
    """Played where it is not there already, written, drawn and told."""
    code = DONE
    if work is not None:
        try:
            held = _play(plan, options, on)
            code = _code(held)
            _write(plan, held, work, folder)
        finally:
            work.remove()
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


def _write(plan: Backtest, held: tuple[Held, ...], work: Work, folder: Path) -> None:
    summary = summary_of(plan, held)
    ensembles = [(one.side.name, row.name, row.members) for one in held for row in one.judged.scored]
    files = [(side.file, list(map(list, side.loaded.files))) for side in plan.sides]
    failures = [
        {"scenario": one.side.name, "replication": row.replication, "kind": row.kind, "error": row.error}
        for one in held for row in one.failures
    ]  # fmt: skip
    about = {"command": _command(plan), "files": files, "failed": len(failures), "failures": failures}
    clock = {"written": datetime.now(UTC).isoformat(timespec="seconds")}
    whole = work.path / "whole"
    with sentences(f"{folder} can't be written"):
        clear(whole)
        write_backtest(whole, _identity(plan), summary, ensembles, about, clock)
        put_in_place(whole, folder, BACKTEST)


def _command(plan: Backtest) -> str:
    """The command that makes the same tables."""
    words = ["drawdown", "backtest", plan.sides[0].file, "--cut", plan.cut.isoformat()]
    words += ["--fit", plan.sides[1].file] if len(plan.sides) > 1 else ["--no-fit"]
    return shlex.join([*words, "--replications", str(plan.replications), "--seed", str(plan.seed)])


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


def _identity(plan: Backtest) -> BacktestIdentity:
    sides = tuple(
        (side.name, side.loaded.scenario.hash(), targets_hash(side.loaded.scenario.record.targets))
        for side in plan.sides
    )
    return BacktestIdentity(
        sides, plan.cut.isoformat(), plan.seed, plan.replications, installed_version(), program_hash()
    )
