"""A backtest in a folder of its own: begun, run where it is not there already, written and put in place."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.backtested import summary_of
from sim.experiment.backtesting import Backtest, Held, play_backtest, stage
from sim.experiment.loop import Told
from sim.experiment.where import Where
from sim.results.backtests import BACKTEST, BacktestIdentity, targets_hash, write_backtest
from sim.results.identity import program_hash
from sim.results.manifest import installed_version
from sim.results.work import Work, begin_work

if TYPE_CHECKING:
    from sim.experiment.backtesting import Stage


def begin_backtest(plan: Backtest, folder: Path, force: bool = False) -> Work | None:
    """The work in progress, locked for this process; `None` where the backtest is there already, with none failed.

    Raises `ResultsError` where the folder is another's.
    """
    return begin_work(folder, BACKTEST, _identity(plan).plain(), force, lambda said: not said["failed"])


def carry_out_backtest(
    plan: Backtest, work: Work, where: Where, told: Told, on: Stage = stage
) -> tuple[Held, ...]:
    """Runs both scenarios and writes the folder. What is stopped begins anew the next time.

    Raises `ResultsError` where nothing could be run or written, `KeyboardInterrupt` where it was stopped.
    """
    try:
        held = play_backtest(plan, where, told, on)
        _write(plan, held, work)
    except BaseException:
        work.remove()
        raise
    return held


def _write(plan: Backtest, held: tuple[Held, ...], work: Work) -> None:
    summary = summary_of(plan, held)
    ensembles = [(one.side.name, row.name, row.members) for one in held for row in one.judged.scored]
    files = [(side.file, list(map(list, side.loaded.files))) for side in plan.sides]
    failures = [
        {"scenario": one.side.name, "replication": row.replication, "kind": row.kind, "error": row.error}
        for one in held for row in one.failures
    ]  # fmt: skip
    about = {"command": _command(plan), "files": files, "failed": len(failures), "failures": failures}
    clock = {"written": datetime.now(UTC).isoformat(timespec="seconds")}
    work.finish(lambda whole: write_backtest(whole, _identity(plan), summary, ensembles, about, clock))


def _command(plan: Backtest) -> str:
    """The command that makes the same tables."""
    words = ["drawdown", "backtest", plan.sides[0].file, "--cut", plan.cut.isoformat()]
    words += ["--fit", plan.sides[1].file] if len(plan.sides) > 1 else ["--no-fit"]
    return shlex.join([*words, "--replications", str(plan.replications), "--seed", str(plan.seed)])


def _identity(plan: Backtest) -> BacktestIdentity:
    sides = tuple(
        (side.name, side.loaded.scenario.hash(), targets_hash(side.loaded.scenario.record.targets))
        for side in plan.sides
    )
    return BacktestIdentity(
        sides, plan.cut.isoformat(), plan.seed, plan.replications, installed_version(), program_hash()
    )
