"""Calls of a notebook or script that take several scenarios, or a design: compare, sweep, select, backtest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from sim.api.arguments import Sets, check_between, check_numbers, check_within, in_python, texts, texts_of
from sim.api.frames import Backtest, Comparison, Result, Selection, Sweep
from sim.api.inputs import UNLIMITED, File, folder_for, scenario_of
from sim.errors import InputError, Problem
from sim.experiment.limits import FIRST_STAGE, MOST_REPLICATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.experiment.planning import Stage
    from sim.experiment.sides import Opened
    from sim.scenario.door import Loaded


@in_python("sides")
def compare(  # noqa: PLR0913 - an argument an option
    sides: Sequence[Loaded | Result | File],
    replications: int | None = None,
    seed: int | None = None,
    *,
    sets: Sets = (),
    without: Sequence[str] = (),
    of: str = "extracted_share",
    waterfall: bool | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    out: File | None = None,
    force: bool = False,
    on: Stage | None = None,
) -> Comparison:
    """Compares scenarios or results with the first of them, replication by replication with common random numbers.

    Sides are files, results folders, or what `load` and `run` gave. `waterfall` runs which changed keys account for
    how much of the difference in the response `of`; where it is not said, only where three groups differ at most.
    Raises `InputError` for what is wrong with sides or arguments, `ResultsError` for what is wrong with a folder.

    >>> files = ["scenarios/tessalit.yaml", "scenarios/tessalit-roads-open.yaml"]
    >>> sim.compare(files, 4, waterfall=False).pairs["replication"].nunique()
    4
    """
    from sim.experiment.comparison_plan import ComparisonRequest, plan_comparison  # noqa: PLC0415 - loads much
    from sim.experiment.comparison_study import begin_comparison, carry_out_comparison  # noqa: PLC0415 - as above
    from sim.experiment.loop import nothing  # noqa: PLC0415 - as above
    from sim.experiment.planning import stage  # noqa: PLC0415 - as above
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above
    from sim.results.comparison_folder import read_comparison  # noqa: PLC0415 - as above

    check_numbers(replications, seed, workers)
    where = where_at(workers, scheduler)
    changes = texts_of(sets)
    own, folder = folder_for(out, "comparison")
    opened = tuple(_opened(side, changes) for side in _several("sides", sides))
    request = ComparisonRequest(
        opened, replications, seed, changes, texts("without", without), of, waterfall, folder
    )  # fmt: skip
    plan = plan_comparison(request, on or stage)
    work = begin_comparison(plan, force)
    made = carry_out_comparison(plan, work, where, lambda _name: nothing, lambda _text: None)
    return Comparison(read_comparison(made.folder), own)


@in_python()
def sweep(  # noqa: PLR0913 - an argument an option
    file: File,
    *,
    replications: int | None = None,
    seed: int | None = None,
    sampling: str | None = None,
    sets: Sets = (),
    without: Sequence[str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    out: File | None = None,
    force: bool = False,
    on: Stage | None = None,
) -> Sweep:
    """Runs the sweep of a file and gives its result, in the folder `out` or one that goes with it.

    `sampling` is how what is uncertain is drawn (`crossed`, `plain`, `sobol`), in place of what the file says.
    Interrupted work in `out` resumes. Raises `InputError` for what is wrong with the file or arguments,
    `ResultsError` for what is wrong with the folder.
    """
    from sim.experiment.loop import nothing  # noqa: PLC0415 - as above
    from sim.experiment.planning import stage  # noqa: PLC0415 - loads much
    from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep  # noqa: PLC0415 - as above
    from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep  # noqa: PLC0415 - as above
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above
    from sim.results.sweep_folder import read_sweep  # noqa: PLC0415 - as above

    check_numbers(replications, seed, workers)
    if sampling not in (None, "crossed", "plain", "sobol"):
        raise InputError([Problem("sampling", "there is no such sampling", repr(sampling), "crossed, plain, sobol")])
    where = where_at(workers, scheduler)
    own, folder = folder_for(out, "sweep")
    request = SweepRequest(
        fspath(file), seed, replications, texts_of(sets), texts("without", without), folder, sampling=sampling
    )  # fmt: skip
    plan = plan_sweep(request, on or stage)
    made = carry_out_sweep(plan, begin_sweep(plan, force), where, nothing)
    return Sweep(read_sweep(made.folder), own)


@in_python("scenarios")
def select(  # noqa: PLR0913 - an argument an option
    scenarios: Sequence[Loaded | File],
    best: str,
    indifference: float,
    *,
    smallest: bool = False,
    confidence: float = 0.95,
    first: int = 50,
    max_replications: int = 10_000,
    seed: int = 1,
    sets: Sets = (),
    without: Sequence[str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    out: File | None = None,
    force: bool = False,
    on: Stage | None = None,
) -> Selection:
    """Runs scenarios with common random numbers until one can be called the best, and drops the others on the way.

    `best` is the response that is to be highest (lowest with `smallest`). With the `confidence` asked for, the one
    chosen is the best, or within `indifference` of the best, in the unit of the response. `first` replications of each
    run before any is dropped; `max_replications` ends it. Raises `InputError` for what is wrong with scenarios or
    arguments, `ResultsError` for what is wrong with the folder, and where the response has no value.

    >>> files = ["scenarios/tessalit.yaml", "scenarios/tessalit-airlift-doubled.yaml"]
    >>> selection = sim.select(files, best="extracted_share", indifference=0.05, first=10, max_replications=10)
    >>> len(selection.alternatives)
    2
    """
    from sim.experiment.loop import nothing  # noqa: PLC0415 - as above
    from sim.experiment.planning import stage  # noqa: PLC0415 - loads much
    from sim.experiment.selection_study import SelectionRequest, begin_selection, carry_out_selection, plan_selection  # noqa: PLC0415 - as above
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above
    from sim.results.selection_folder import read_selection  # noqa: PLC0415 - as above

    check_numbers(None, seed, workers)
    check_within(first=(first, *FIRST_STAGE), max_replications=(max_replications, FIRST_STAGE[0], MOST_REPLICATIONS))
    check_between(indifference=(indifference, 0, UNLIMITED), confidence=(confidence, 0.5, 1))
    where = where_at(workers, scheduler)
    changes = texts_of(sets)
    own, folder = folder_for(out, "selection")
    request = SelectionRequest(
        tuple(_opened(one, changes) for one in _several("scenarios", scenarios)), best, float(indifference), smallest,
        float(confidence), first, max_replications, seed, changes, texts("without", without), folder,
    )  # fmt: skip
    plan = plan_selection(request, on or stage)
    made, _ = carry_out_selection(plan, begin_selection(plan, force), where, nothing)
    return Selection(read_selection(made), own)


@in_python()
def backtest(  # noqa: PLR0913 - an argument an option
    forecast: File | None = None,
    *,
    cut: date | str | None = None,
    fit: File | None = None,
    no_fit: bool = False,
    replications: int = 200,
    seed: int = 1,
    workers: int | None = None,
    scheduler: str | None = None,
    out: File | None = None,
    force: bool = False,
    on: Callable[..., Any] | None = None,
) -> Backtest:
    """Scores a forecast against the record: runs what was known by the day `cut`, and scores what came after.

    `forecast` is a file with `record.known_until` and `record.targets`; the shipped one where none is given, with the
    shipped `fit` (the scenario with hindsight) beside it. Needs `pip install 'drawdown[backtest]'`. Raises
    `InputError` for what is wrong with files or arguments, `ResultsError` where nothing could be run or written.
    """
    from sim.experiment.backtest_study import begin_backtest, carry_out_backtest, cut_of, fit_of, plan_backtest, stage  # noqa: PLC0415 - loads much  # noqa: PLC0415 - as above
    from sim.experiment.loop import nothing  # noqa: PLC0415 - as above
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above
    from sim.results.backtest_folder import read_backtest  # noqa: PLC0415 - as above
    from sim.results.folder import settled  # noqa: PLC0415 - as above

    check_numbers(None, seed, workers)
    check_within(replications=(replications, 2, MOST_REPLICATIONS))
    where = where_at(workers, scheduler)
    named = None if forecast is None else fspath(forecast)
    day = cut if isinstance(cut, date) else cut_of(cut)
    beside = fit_of(named, None if fit is None else fspath(fit), no_fit)
    plan = plan_backtest(named, beside, day, seed, replications)
    own, made = folder_for(out, "backtest")
    folder = settled(made)
    work = begin_backtest(plan, folder, force)
    if work is not None:
        carry_out_backtest(plan, work, where, nothing, on or stage)
    return Backtest(read_backtest(folder), own)


def _opened(side: Loaded | Result | File, sets: tuple[str, ...]) -> Opened:
    from sim.experiment.sides import Opened, open_sides  # noqa: PLC0415 - loads much

    if isinstance(side, str | PathLike):
        return open_sides([fspath(side)], sets)[0]
    if isinstance(side, Result):
        return Opened(str(side.folder), results=side.results)
    return Opened(*scenario_of(side, sets))


def _several(name: str, given: Sequence[Any]) -> Sequence[Any]:
    """What should be several; raises `InputError` for one alone."""
    if isinstance(given, str | PathLike) or not isinstance(given, Sequence):
        raise InputError([Problem(name, "this should be a list", repr(given)[:80], "a list of two or more")])
    return given
