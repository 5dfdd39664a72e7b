"""Studies as calls and commands run them: each is checked first, then carried out, then read from its folder.

Each kind loads what it needs itself: a run must not wait for what a sweep needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from sim.results.finished import Results
from sim.results.strangers import found_there

if TYPE_CHECKING:
    from sim.experiment.comparison_plan import ComparisonRequest
    from sim.experiment.loop import Told
    from sim.experiment.planning import Request, Stage
    from sim.experiment.selection_study import SelectionRequest
    from sim.experiment.sweep.sweep_plan import SweepRequest
    from sim.experiment.where import Where
    from sim.results.backtest_folder import BacktestResults
    from sim.results.comparison_folder import ComparisonResults
    from sim.results.selection_folder import SelectionResults
    from sim.results.sweep_folder import SweepResults
    from sim.results.unfinished import Made, Unfinished

R = TypeVar("R", bound=Results)


class Watcher(Protocol):
    """Follows a study: the progress of each of its parts, and sentences about what comes next."""

    def of(self, name: str) -> Told:
        """What is called with the progress of one part."""

    def say(self, text: str) -> None:
        """Takes a sentence."""


class Unwatched:
    """Follows nothing."""

    def of(self, _name: str) -> Told:
        """A callback that does nothing."""
        return lambda _done, _wanted, _failed: None

    def say(self, text: str) -> None:
        """Takes a sentence and does nothing."""


@dataclass
class Study(Generic[R]):
    """A study of which nothing has run yet: `plan` is all that is known of it, `work` its work in progress, locked.

    `work` is `None` until it begins, and where the folder is there already.
    """

    noun: str
    plan: Any
    opens: Callable[[bool], Unfinished | None]
    runs: Callable[[Unfinished | None, Where, Watcher], Made]
    reads: Callable[[Path], R]
    work: Unfinished | None = None
    waits: bool = False

    def begin(self, force: bool) -> None:
        """Locks the folder of its work; raises `ResultsError` where a folder is another's, and not `force`."""
        self.work = self.opens(force)
        self.waits = self.work is not None

    def carry_out(self, where: Where, watcher: Watcher) -> Made:
        """Runs what is missing and finishes the folder; a folder that is there already is given back as it is.

        Raises `ResultsError` where the disk or all workers give out, `KeyboardInterrupt` after an orderly stop.
        """
        self.waits = False
        return self.runs(self.work, where, watcher)

    def release(self) -> None:
        """Lets the next process in, where the study has begun and was not carried out."""
        if self.work is not None and self.waits:
            self.work.release()

    def result(self, where: Where, force: bool) -> R:
        """Begins, carries out and reads; raises as these do."""
        self.begin(force)
        made = self.carry_out(where, Unwatched())
        with found_there(made.folder, made.reused):
            return self.reads(made.folder)


def study_of_run(request: Request, on: Stage | None = None) -> Study[Results]:
    """A run of one scenario; raises `InputError` for what is wrong with it."""
    from sim.experiment.planning import plan_run, stage  # noqa: PLC0415 - as the module says, here and below
    from sim.experiment.running import begin, carry_out  # noqa: PLC0415
    from sim.results.finished import read_results  # noqa: PLC0415
    from sim.scenario.reading import stem_of  # noqa: PLC0415

    plan = plan_run(request, on or stage)

    def runs(work: Unfinished | None, where: Where, watcher: Watcher) -> Made:
        return carry_out(plan, work, where, watcher.of(stem_of(request.file)))

    return Study("run", plan, partial(begin, plan), runs, read_results)


def study_of_comparison(request: ComparisonRequest, on: Stage | None = None) -> Study[ComparisonResults]:
    """A comparison of several sides; raises `InputError` for what is wrong with it."""
    from sim.experiment.comparison_plan import plan_comparison  # noqa: PLC0415
    from sim.experiment.comparison_study import begin_comparison, carry_out_comparison  # noqa: PLC0415
    from sim.experiment.planning import stage  # noqa: PLC0415
    from sim.results.comparison_folder import read_comparison  # noqa: PLC0415

    plan = plan_comparison(request, on or stage)

    def runs(work: Unfinished | None, where: Where, watcher: Watcher) -> Made:
        return carry_out_comparison(plan, work, where, watcher.of, watcher.say)

    return Study("comparison", plan, partial(begin_comparison, plan), runs, read_comparison)


def study_of_sweep(request: SweepRequest, on: Stage | None = None) -> Study[SweepResults]:
    """A sweep as its file says it; raises `InputError` for what is wrong with it."""
    from sim.experiment.planning import stage  # noqa: PLC0415
    from sim.experiment.sweep.sweep_plan import plan_sweep  # noqa: PLC0415
    from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep  # noqa: PLC0415
    from sim.results.sweep_folder import read_sweep  # noqa: PLC0415

    plan = plan_sweep(request, on or stage)

    def runs(work: Unfinished | None, where: Where, watcher: Watcher) -> Made:
        return carry_out_sweep(plan, work, where, watcher.of(Path(plan.file.path).stem))

    return Study("sweep", plan, partial(begin_sweep, plan), runs, read_sweep)


def study_of_selection(request: SelectionRequest, on: Stage | None = None) -> Study[SelectionResults]:
    """A selection of the best of several scenarios; raises `InputError` for what is wrong with it."""
    from sim.experiment import selection_study as selection  # noqa: PLC0415
    from sim.experiment.planning import stage  # noqa: PLC0415
    from sim.results.selection_folder import read_selection  # noqa: PLC0415
    from sim.results.unfinished import Made  # noqa: PLC0415

    plan = selection.plan_selection(request, on or stage)

    def runs(work: Unfinished | None, where: Where, watcher: Watcher) -> Made:
        return Made(*selection.carry_out_selection(plan, work, where, watcher.of("select")))

    return Study("selection", plan, partial(selection.begin_selection, plan), runs, read_selection)


@dataclass(frozen=True)
class BacktestRequest:
    """What a backtest is asked for; `forecast` and `fit` as `plan_backtest` takes them, `out` its folder."""

    forecast: str | None
    fit: str | None
    cut: date | None
    seed: int
    replications: int
    out: Path


def study_of_backtest(request: BacktestRequest, on: Callable[..., Any] | None = None) -> Study[BacktestResults]:
    """A backtest of a forecast; raises `InputError` for what is wrong with it."""
    from sim.experiment.backtest_study import begin_backtest, carry_out_backtest, plan_backtest, stage  # noqa: PLC0415  # noqa: PLC0415
    from sim.results.backtest_folder import read_backtest  # noqa: PLC0415
    from sim.results.folder import settled  # noqa: PLC0415
    from sim.results.unfinished import Made  # noqa: PLC0415

    plan = plan_backtest(request.forecast, request.fit, request.cut, request.seed, request.replications)
    folder = settled(request.out)

    def runs(work: Unfinished | None, where: Where, watcher: Watcher) -> Made:
        if work is not None:
            carry_out_backtest(plan, work, where, watcher.of("backtest"), on or stage)
        return Made(folder, work is None)

    return Study("backtest", plan, partial(begin_backtest, plan, folder), runs, read_backtest)
