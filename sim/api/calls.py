"""Calls of a notebook or script, as the commands of the same names do."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from sim.api.arguments import (
    Sets,
    check_between,
    check_numbers,
    check_within,
    in_python,
    reworded,
    texts,
    texts_of,
)
from sim.api.checking import Checked, checked
from sim.api.frames import Backtest, Comparison, Result, Selection, Sweep
from sim.errors import InputError, Problem
from sim.experiment.limits import FIRST_STAGE, MOST_REPLICATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.api.streaming import Replication
    from sim.experiment.opening import Opened
    from sim.experiment.planning import Stage
    from sim.replication.trace import Trace
    from sim.scenario.door import Loaded

File = str | PathLike[str]
_Own = tempfile.TemporaryDirectory[str] | None
_INFINITE = float("inf")


@in_python()
def load(path: File, sets: Sets = (), strict: bool = False) -> Loaded:
    """The scenario of a file, with changes laid over it.

    `sets` are changes by dotted path: a mapping to plain values, or texts as the command line takes them. `None`
    deletes what is there. Raises `InputError` with every problem; with `strict`, also with warnings.

    >>> sim.load("scenarios/tessalit.yaml", {"places.tessalit.crews.count": 8}).scenario.places["tessalit"].crews.count
    8
    """
    from sim.scenario import door  # noqa: PLC0415 - loads pydantic

    loaded = door.load(fspath(path), texts_of(sets), strict)
    return replace(
        loaded, warnings=tuple(map(reworded, loaded.warnings)), never=tuple(map(reworded, loaded.never))
    )  # fmt: skip


@in_python()
def check(path: File, sets: Sets = (), strict: bool = False) -> Checked:
    """What is wrong with a scenario file or a sweep file. Nothing runs, and a wrong file raises nothing.

    The result is `valid` or has `problems`, and has `warnings`; with `strict` these are problems. Raises `InputError`
    for `sets` of no form.

    >>> sim.check("scenarios/tessalit.yaml", {"places.tessalit.crews.count": -1}).valid
    False
    """
    found = checked(fspath(path), texts_of(sets), strict)
    return replace(
        found, problems=tuple(map(reworded, found.problems)), warnings=tuple(map(reworded, found.warnings))
    )  # fmt: skip


@in_python()
def run(  # noqa: PLR0913 - an argument an option
    scenario: Loaded | File,
    replications: int | None = None,
    seed: int = 1,
    *,
    sets: Sets = (),
    without: Sequence[str] = (),
    precision: Mapping[str, float] | None = None,
    max_replications: int | None = None,
    guarantee: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    out: File | None = None,
    force: bool = False,
    on: Stage | None = None,
) -> Result:
    """Runs replications of a scenario (200 where not said) and gives its result.

    Files are in the folder `out`, or in one that goes with the result. Interrupted work in `out` resumes; finished
    work is given back as it is. `sets` is for a scenario given as a file; one that was loaded has its changes.
    `precision` maps responses to the half-width wanted of their interval, in the unit of the response. `without`
    names causes that are taken off. `workers` are processes; all cores where not said.

    Raises `InputError` for what is wrong with scenario or arguments, `ResultsError` for what is wrong with the folder.

    >>> result = sim.run("scenarios/tessalit.yaml", replications=4, seed=1)
    >>> result.manifest["played"]
    4
    """
    from sim.experiment.planning import Request, plan_run, stage  # noqa: PLC0415 - loads much
    from sim.experiment.running import begin, carry_out  # noqa: PLC0415 - as above
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above

    check_numbers(replications, seed, workers)
    check_within(max_replications=(max_replications, 1, MOST_REPLICATIONS))
    check_between(**{f"precision.{name}": (width, 0, _INFINITE) for name, width in (precision or {}).items()})
    where = where_at(workers, scheduler)
    changes = texts_of(sets)
    file, loaded = _given(scenario, changes)
    own, folder = _folder(out, "result")
    request = Request(
        loaded, file, seed, replications, changes, texts("without", without), tuple((precision or {}).items()),
        max_replications, guarantee, folder,
    )  # fmt: skip
    plan = plan_run(request, on or stage)
    return Result(_read(carry_out(plan, begin(plan, force), where).folder), own)


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
    from sim.experiment.comparing import ComparisonRequest, plan_comparison  # noqa: PLC0415 - loads much
    from sim.experiment.comparison import begin_comparison, carry_out_comparison  # noqa: PLC0415 - as above
    from sim.experiment.planning import stage  # noqa: PLC0415 - as above
    from sim.experiment.running import nothing  # noqa: PLC0415 - as above
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above
    from sim.results.compared import read_comparison  # noqa: PLC0415 - as above

    check_numbers(replications, seed, workers)
    where = where_at(workers, scheduler)
    changes = texts_of(sets)
    own, folder = _folder(out, "comparison")
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
    from sim.experiment.planning import stage  # noqa: PLC0415 - loads much
    from sim.experiment.running import nothing  # noqa: PLC0415 - as above
    from sim.experiment.sweep.carrying import begin_sweep, carry_out_sweep  # noqa: PLC0415 - as above
    from sim.experiment.sweep.plan import SweepRequest, plan_sweep  # noqa: PLC0415 - as above
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above
    from sim.results.swept import read_sweep  # noqa: PLC0415 - as above

    check_numbers(replications, seed, workers)
    if sampling not in (None, "crossed", "plain", "sobol"):
        raise InputError([Problem("sampling", "there is no such sampling", repr(sampling), "crossed, plain, sobol")])
    where = where_at(workers, scheduler)
    own, folder = _folder(out, "sweep")
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
    from sim.experiment.planning import stage  # noqa: PLC0415 - loads much
    from sim.experiment.running import nothing  # noqa: PLC0415 - as above
    from sim.experiment.selecting import (  # noqa: PLC0415 - as above
        SelectionRequest,
        begin_selection,
        carry_out_selection,
        plan_selection,
    )
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above
    from sim.results.selections import read_selection  # noqa: PLC0415 - as above

    check_numbers(None, seed, workers)
    check_within(first=(first, *FIRST_STAGE), max_replications=(max_replications, FIRST_STAGE[0], MOST_REPLICATIONS))
    check_between(indifference=(indifference, 0, _INFINITE), confidence=(confidence, 0.5, 1))
    where = where_at(workers, scheduler)
    changes = texts_of(sets)
    own, folder = _folder(out, "selection")
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
    from sim.experiment.backtest_folder import begin_backtest, carry_out_backtest  # noqa: PLC0415 - loads much
    from sim.experiment.backtesting import cut_of, fit_of, plan_backtest, stage  # noqa: PLC0415 - as above
    from sim.experiment.running import nothing  # noqa: PLC0415 - as above
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above
    from sim.results.backtests import read_backtest  # noqa: PLC0415 - as above
    from sim.results.folder import settled  # noqa: PLC0415 - as above

    check_numbers(None, seed, workers)
    check_within(replications=(replications, 2, MOST_REPLICATIONS))
    where = where_at(workers, scheduler)
    named = None if forecast is None else fspath(forecast)
    day = cut if isinstance(cut, date) else cut_of(cut)
    beside = fit_of(named, None if fit is None else fspath(fit), no_fit)
    plan = plan_backtest(named, beside, day, seed, replications)
    own, made = _folder(out, "backtest")
    folder = settled(made)
    work = begin_backtest(plan, folder, force)
    if work is not None:
        carry_out_backtest(plan, work, folder, where, nothing, on or stage)
    return Backtest(read_backtest(folder), own)


@overload
def trace(
    scenario: Loaded | File, replication: int = 1, seed: int = 1, *, lot: None = None, sets: Sets = (),
    without: Sequence[str] = (),
) -> Trace: ...  # fmt: skip
@overload
def trace(
    scenario: Loaded | File, replication: int = 1, seed: int = 1, *, lot: str, sets: Sets = (),
    without: Sequence[str] = (),
) -> list[str]: ...  # fmt: skip
@in_python()
def trace(
    scenario: Loaded | File,
    replication: int = 1,
    seed: int = 1,
    *,
    lot: str | None = None,
    sets: Sets = (),
    without: Sequence[str] = (),
) -> Trace | list[str]:
    """One replication event by event, in the order of time; with `lot`, that lot's life, a sentence each step.

    An event has `at_s` (seconds from the start), `when` (local time), `kind`, `place`, `lot`, `lift`, `people` and
    `detail`. Raises `InputError` for what is wrong with scenario or arguments, `ReplicationError` where the
    replication does not end well.

    >>> events = sim.trace("scenarios/tessalit.yaml", replication=3)
    >>> [event.at_s for event in events] == sorted(event.at_s for event in events)
    True
    """
    from sim.api.tracing import events_of, story_of  # noqa: PLC0415 - loads much

    check_numbers(None, seed)
    check_within(replication=(replication, 1, MOST_REPLICATIONS))
    _, loaded = _given(scenario, texts_of(sets))
    off = texts("without", without)
    if lot is None:
        return events_of(loaded, seed, replication, off)
    return story_of(loaded, seed, replication, lot, off)


@in_python()
def stream(
    scenario: Loaded | File,
    seed: int,
    numbers: Iterable[int],
    *,
    sets: Sets = (),
    without: Sequence[str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    on: Stage | None = None,
) -> Iterator[Replication]:
    """Replications of these numbers as they come, in the order of `numbers`, whatever the number of workers.

    So a loop that stops by a rule of its own stops at the same replication on every machine. `numbers` may go on for
    ever (`itertools.count(1)`); workers are a few replications ahead of the loop, and end with it. Nothing is written.
    A replication that does not end well comes with its `error`.

    Raises `InputError` for what is wrong with scenario or arguments, and, from the loop, `ResultsError` where no
    process can run.

    >>> [one.number for one in sim.stream("scenarios/tessalit.yaml", seed=1, numbers=range(1, 4))]
    [1, 2, 3]
    """
    from sim.api.streaming import numbers_of, streamed  # noqa: PLC0415 - only where it is asked for
    from sim.experiment.planning import check_causes, stage  # noqa: PLC0415 - loads much
    from sim.experiment.where import where_at  # noqa: PLC0415 - as above

    check_numbers(None, seed, workers)
    wanted, where = numbers_of(numbers), where_at(workers, scheduler)
    _, loaded = _given(scenario, texts_of(sets))
    off = frozenset(check_causes(texts("without", without)))
    return streamed(replace((on or stage)(loaded.scenario, off), keeps="responses"), seed, wanted, where)


@in_python()
def read(folder: File) -> Result:
    """The result in a folder that was finished before; raises `ResultsError` where there is none."""
    return Result(_read(Path(folder)))


def _given(scenario: Loaded | File, sets: tuple[str, ...]) -> tuple[str, Loaded]:
    """The file of a scenario as it is named in tables, and the scenario."""
    from sim.scenario import door  # noqa: PLC0415 - loads pydantic

    if isinstance(scenario, str | PathLike):
        return fspath(scenario), door.load(fspath(scenario), sets)
    if not isinstance(scenario, door.Loaded):
        allowed = "a file, or what sim.load gave"
        raise InputError([Problem("scenario", "this is no scenario", f"a {type(scenario).__name__}", allowed)])
    if sets:
        raise InputError([Problem("sets", "a loaded scenario has its changes; give them to load")])
    return (scenario.files[-1][0] if scenario.files else scenario.scenario.name), scenario


def _opened(side: Loaded | Result | File, sets: tuple[str, ...]) -> Opened:
    from sim.experiment.opening import Opened, open_sides  # noqa: PLC0415 - loads much

    if isinstance(side, str | PathLike):
        return open_sides([fspath(side)], sets)[0]
    return Opened(str(side.folder), results=side.results) if isinstance(side, Result) else Opened(*_given(side, sets))


def _several(name: str, given: Sequence[Any]) -> Sequence[Any]:
    """What should be several; raises `InputError` for one alone."""
    if isinstance(given, str | PathLike) or not isinstance(given, Sequence):
        raise InputError([Problem(name, "this should be a list", repr(given)[:80], "a list of two or more")])
    return given


def _folder(out: File | None, name: str) -> tuple[_Own, Path]:
    """The folder to write; where none was asked for, one that goes with the result."""
    if out is not None:
        return None, Path(out)
    own = tempfile.TemporaryDirectory(prefix="drawdown-")
    return own, Path(own.name) / name


def _read(folder: Path) -> Any:
    from sim.results.reading import read_results  # noqa: PLC0415 - only where there is something to read

    return read_results(folder)
