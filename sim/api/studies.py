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
from sim.results.untrusted import found_there

if TYPE_CHECKING:
    from sim.experiment.backend import Backend
    from sim.experiment.comparison_plan import ComparisonRequest
    from sim.experiment.loop import OnProgress
    from sim.experiment.planning import ModelOf, Request
    from sim.experiment.selection_study import SelectionRequest
    from sim.experiment.solve_study import SolveRequest
    from sim.experiment.sweep.sweep_plan import SweepRequest
    from sim.experiment.why.why_plan import WhyRequest
    from sim.results.backtest_folder import BacktestResults
    from sim.results.comparison_folder import ComparisonResults
    from sim.results.selection_folder import SelectionResults
    from sim.results.solve_folder import SolveResults
    from sim.results.sweep_folder import SweepResults
    from sim.results.unfinished import Made, Unfinished
    from sim.results.why_folder import WhyResults

R = TypeVar("R", bound=Results)


class Watcher(Protocol):
    """Follows a study: the progress of each of its parts, and sentences about what comes next."""

    def of(self, name: str) -> OnProgress:
        """What is called with the progress of one part."""

    def say(self, text: str) -> None:
        """Takes a sentence."""


class Unwatched:
    """Follows nothing."""

    def of(self, _name: str) -> OnProgress:
        """A callback that does nothing."""
        return lambda _done, _wanted, _failed: None

    def say(self, text: str) -> None:
        """Takes a sentence and does nothing."""


@dataclass
class Study(Generic[R]):
    """A study before it runs: `plan` describes it, `work` is its work in progress, locked.

    `work` is `None` until it begins, and where the folder is there already.
    """

    noun: str
    plan: Any
    opens: Callable[[bool], Unfinished | None]
    runs: Callable[[Unfinished | None, Backend, Watcher], Made]
    reads: Callable[[Path], R]
    work: Unfinished | None = None
    waits: bool = False

    def begin(self, force: bool) -> None:
        """Locks the folder of its work; raises `ResultsError` where a folder is another's, and not `force`."""
        self.work = self.opens(force)
        self.waits = self.work is not None

    def carry_out(self, backend: Backend, watcher: Watcher) -> Made:
        """Runs what is missing and finishes the folder; a folder that is there already is given back as it is.

        Raises `ResultsError` if the disk or all workers fail, `KeyboardInterrupt` after an orderly stop.
        """
        self.waits = False
        return self.runs(self.work, backend, watcher)

    def release(self) -> None:
        """Lets the next process in, where the study has begun and was not carried out."""
        if self.work is not None and self.waits:
            self.work.release()

    def result(self, backend: Backend, force: bool) -> R:
        """Begins, carries out and reads; raises as these do."""
        self.begin(force)
        made = self.carry_out(backend, Unwatched())
        with found_there(made.folder, made.reused):
            return self.reads(made.folder)


def study_of_run(request: Request, on: ModelOf | None = None) -> Study[Results]:
    """A run of one scenario; raises `InputError` for what is wrong with it."""
    from sim.experiment.planning import model_of, plan_run
    from sim.experiment.running import begin, carry_out
    from sim.results.finished import read_results
    from sim.scenario.reading import stem_of

    plan = plan_run(request, on or model_of)

    def runs(work: Unfinished | None, backend: Backend, watcher: Watcher) -> Made:
        made = carry_out(plan, work, backend, watcher.of(stem_of(request.file)))
        if request.bound:
            from sim.experiment.bounding import add_bounds

            with found_there(made.folder, made.reused):
                add_bounds(made.folder, plan, request.loaded.scenario, watcher.of("bound"))
        if request.replays:
            from sim.experiment.replaying import add_replays

            with found_there(made.folder, made.reused):
                add_replays(made.folder, plan.model, watcher.of("replays"))
        return made

    return Study("run", plan, partial(begin, plan), runs, read_results)


def study_of_comparison(request: ComparisonRequest, on: ModelOf | None = None) -> Study[ComparisonResults]:
    """A comparison of several sides; raises `InputError` for what is wrong with it."""
    from sim.experiment.comparison_plan import plan_comparison
    from sim.experiment.comparison_study import begin_comparison, carry_out_comparison
    from sim.experiment.planning import model_of
    from sim.results.comparison_folder import read_comparison

    plan = plan_comparison(request, on or model_of)

    def runs(work: Unfinished | None, backend: Backend, watcher: Watcher) -> Made:
        return carry_out_comparison(plan, work, backend, watcher.of, watcher.say)

    return Study("comparison", plan, partial(begin_comparison, plan), runs, read_comparison)


def study_of_sweep(request: SweepRequest, on: ModelOf | None = None) -> Study[SweepResults]:
    """A sweep as its file says it; raises `InputError` for what is wrong with it."""
    from sim.experiment.planning import model_of
    from sim.experiment.sweep.sweep_plan import plan_sweep
    from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep
    from sim.results.sweep_folder import read_sweep

    plan = plan_sweep(request, on or model_of)

    def runs(work: Unfinished | None, backend: Backend, watcher: Watcher) -> Made:
        return carry_out_sweep(plan, work, backend, watcher.of(Path(plan.file.path).stem))

    return Study("sweep", plan, partial(begin_sweep, plan), runs, read_sweep)


def study_of_selection(request: SelectionRequest, on: ModelOf | None = None) -> Study[SelectionResults]:
    """A selection of the best of several scenarios; raises `InputError` for what is wrong with it."""
    from sim.experiment import selection_study as selection
    from sim.experiment.planning import model_of
    from sim.results.selection_folder import read_selection
    from sim.results.unfinished import Made

    plan = selection.plan_selection(request, on or model_of)

    def runs(work: Unfinished | None, backend: Backend, watcher: Watcher) -> Made:
        return Made(*selection.carry_out_selection(plan, work, backend, watcher.of("select")))

    return Study("selection", plan, partial(selection.begin_selection, plan), runs, read_selection)


def study_of_why(request: WhyRequest, on: ModelOf | None = None) -> Study[WhyResults]:
    """An answer to why a scenario comes out as it does; raises `InputError` for what is wrong with the request."""
    from sim.experiment.planning import model_of
    from sim.experiment.why.why_plan import plan_why
    from sim.experiment.why.why_study import begin_why, carry_out_why
    from sim.results.why_folder import read_why

    plan = plan_why(request, on or model_of)

    def runs(work: Unfinished | None, backend: Backend, watcher: Watcher) -> Made:
        return carry_out_why(plan, work, backend, watcher.of("why"))

    return Study("why", plan, partial(begin_why, plan), runs, read_why)


def study_of_solve(request: SolveRequest, on: ModelOf | None = None) -> Study[SolveResults]:
    """A search for the least level that meets targets; raises `InputError` for what is wrong with the request."""
    from sim.experiment.planning import model_of
    from sim.experiment.solve_study import begin_solve, carry_out_solve, plan_solve
    from sim.results.solve_folder import read_solve

    plan = plan_solve(request, on or model_of)

    def runs(work: Unfinished | None, backend: Backend, watcher: Watcher) -> Made:
        return carry_out_solve(plan, work, backend, watcher.of("solve"))

    return Study("solve", plan, partial(begin_solve, plan), runs, read_solve)


@dataclass(frozen=True)
class BacktestRequest:
    """The request for a backtest; `forecast` and `fit` as `plan_backtest` takes them, `out` its folder."""

    forecast: str | None
    fit: str | None
    cut: date | None
    seed: int
    replications: int
    out: Path


def study_of_backtest(request: BacktestRequest, on: Callable[..., Any] | None = None) -> Study[BacktestResults]:
    """A backtest of a forecast; raises `InputError` for what is wrong with it."""
    from sim.experiment.backtest_study import begin_backtest, carry_out_backtest, model_of, plan_backtest
    from sim.results.backtest_folder import read_backtest
    from sim.results.folder import settled
    from sim.results.unfinished import Made

    plan = plan_backtest(request.forecast, request.fit, request.cut, request.seed, request.replications)
    folder = settled(request.out)

    def runs(work: Unfinished | None, backend: Backend, watcher: Watcher) -> Made:
        if work is not None:
            carry_out_backtest(plan, work, backend, watcher.of("backtest"), on or model_of)
        return Made(folder, work is None)

    return Study("backtest", plan, partial(begin_backtest, plan, folder), runs, read_backtest)
