"""Calls of a notebook or script, as the commands of the same names do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from os import PathLike, fspath
from typing import TYPE_CHECKING, overload

from sim.api.arguments import (
    UNLIMITED,
    File,
    Sets,
    check_between,
    check_numbers,
    check_within,
    common,
    in_python,
    reworded,
    scenario_of,
    texts,
    texts_of,
)
from sim.api.checking import Checked, checked
from sim.api.frames import Backtest, Comparison, Result, Selection, Solution, Sweep, Why
from sim.errors import InputError, Problem
from sim.experiment.limits import FIRST_STAGE, MOST_REPLICATIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sim.api.streaming import Replication
    from sim.experiment.planning import ModelOf
    from sim.experiment.sides import Opened
    from sim.replication.trace import Trace
    from sim.scenario.door import Loaded


@in_python()
def load(path: File, sets: Sets = (), strict: bool = False) -> Loaded:
    """Loads the scenario of a file, or the shipped one of this name, and applies changes.

    `sets` are changes by dotted path: a mapping to plain values, or texts as the command line takes them. `None`
    deletes what is there. Raises `InputError` with every problem; with `strict`, also with warnings.

    >>> sim.load("scenarios/tessalit.yaml", {"places.tessalit.crews.count": 8}).scenario.places["tessalit"].crews.count
    8
    """
    from sim.scenario import door

    loaded = door.load(fspath(path), texts_of(sets), strict)
    return replace(
        loaded, warnings=tuple(map(reworded, loaded.warnings)), never=tuple(map(reworded, loaded.never))
    )  # fmt: skip


@in_python()
def check(path: File, sets: Sets = (), strict: bool = False) -> Checked:
    """Checks a scenario file or a sweep file. Nothing runs, and an invalid file raises nothing.

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
    on: ModelOf | None = None,
) -> Result:
    """Runs replications of a scenario (default: 200) and returns the result.

    Files are in the folder `out`, or in one that goes with the result. Interrupted work in `out` resumes; finished
    work is given back as it is. `sets` is for a scenario given as a file; one that was loaded has its changes.
    `precision` maps responses to the half-width wanted of their interval, in the unit of the response. `without`
    names causes that are removed. `workers` are processes; the default is all cores.

    Raises `InputError` for an invalid scenario or argument, `ResultsError` for an unusable folder.

    >>> result = sim.run("scenarios/tessalit.yaml", replications=4, seed=1)
    >>> result.manifest["succeeded"]
    4
    """
    from sim.api.studies import study_of_run
    from sim.experiment.planning import Request

    check_within(max_replications=(max_replications, 1, MOST_REPLICATIONS))
    check_between(**{f"precision.{name}": (width, 0, UNLIMITED) for name, width in (precision or {}).items()})
    asked = common("result", replications, seed, sets, without, workers, scheduler, out)
    file, loaded = scenario_of(scenario, asked.changes)
    request = Request(
        loaded, file, seed, replications, asked.changes, asked.without, tuple((precision or {}).items()),
        max_replications, guarantee, asked.folder,
    )  # fmt: skip
    return Result(study_of_run(request, on).result(asked.backend, force), asked.own)


@in_python("sides")
def compare(  # noqa: PLR0913 - an argument an option
    sides: Sequence[Loaded | Result | File],
    replications: int | None = None,
    seed: int | None = None,
    *,
    variants: Mapping[str, Sets] | None = None,
    sets: Sets = (),
    without: Sequence[str] = (),
    of: str = "extracted_share",
    waterfall: bool | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    out: File | None = None,
    force: bool = False,
    on: ModelOf | None = None,
) -> Comparison:
    """Compares scenarios or results with the first of them, replication by replication with common random numbers.

    Sides are files, results folders, or what `load` and `run` gave. With `variants`, further sides are changes of the
    one file given, by name: `{"more trucks": {"lift.trucks.contract.count": 240}}`. `waterfall` runs which
    changed keys account for how much of the difference in the response `of`; where it is not said, only where three
    groups differ at most.
    Raises `InputError` for what is wrong with sides or arguments, `ResultsError` for what is wrong with a folder.

    >>> files = ["scenarios/tessalit.yaml", "scenarios/tessalit-roads-open.yaml"]
    >>> sim.compare(files, 4, waterfall=False).pairs["replication"].nunique()
    4
    """
    from sim.api.studies import study_of_comparison
    from sim.experiment.comparison_plan import ComparisonRequest

    asked = common("comparison", replications, seed, sets, without, workers, scheduler, out)
    request = ComparisonRequest(
        (*_opened("sides", sides, asked.changes), *_variants(sides, variants or {}, asked.changes)),
        replications, seed, asked.changes, asked.without, of, waterfall,
        asked.folder,
    )  # fmt: skip
    return Comparison(study_of_comparison(request, on).result(asked.backend, force), asked.own)


@in_python()
def sweep(  # noqa: PLR0913 - an argument an option
    file: File,
    *,
    replications: int | None = None,
    seed: int | None = None,
    sampling: str | None = None,
    vary: Mapping[str, Sequence[Any] | str] | None = None,
    shift: Mapping[str, str] | None = None,
    sets: Sets = (),
    without: Sequence[str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    out: File | None = None,
    force: bool = False,
    on: ModelOf | None = None,
) -> Sweep:
    """Runs the sweep of a file and returns the result, in the folder `out` or a temporary one.

    With `vary` or `shift`, `file` is a scenario: `vary={"lift.trucks.contract.count": [12, 18, 24]}` or `"5..60 by 5"`,
    `shift={"phases.one.start, places.kidal.release.start": "-14 d..+14 d"}`. `sampling` is how what is uncertain is
    drawn (`crossed`, `plain`, `sobol`), in place of what the file says.
    Interrupted work in `out` resumes. Raises `InputError` for what is wrong with the file or arguments,
    `ResultsError` for what is wrong with the folder.
    """
    from sim.api.studies import study_of_sweep
    from sim.experiment.sweep.sweep_plan import SweepRequest

    if sampling not in (None, "crossed", "plain", "sobol"):
        raise InputError([Problem("sampling", "no such sampling", repr(sampling), "crossed, plain, sobol")])
    asked = common("sweep", replications, seed, sets, without, workers, scheduler, out)
    request = SweepRequest(
        fspath(file), seed, replications, asked.changes, asked.without, asked.folder, sampling=sampling,
        vary=tuple(f"{path}={_varied(values)}" for path, values in (vary or {}).items()),
        shift=tuple(f"{paths} = {days}" for paths, days in (shift or {}).items()),
    )  # fmt: skip
    return Sweep(study_of_sweep(request, on).result(asked.backend, force), asked.own)


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
    on: ModelOf | None = None,
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
    from sim.api.studies import study_of_selection
    from sim.experiment.selection_study import SelectionRequest

    check_within(first=(first, *FIRST_STAGE), max_replications=(max_replications, FIRST_STAGE[0], MOST_REPLICATIONS))
    check_between(indifference=(indifference, 0, UNLIMITED), confidence=(confidence, 0.5, 1))
    asked = common("selection", None, seed, sets, without, workers, scheduler, out)
    request = SelectionRequest(
        _opened("scenarios", scenarios, asked.changes), best, float(indifference), smallest, float(confidence), first,
        max_replications, seed, asked.changes, asked.without, asked.folder,
    )  # fmt: skip
    return Selection(study_of_selection(request, on).result(asked.backend, force), asked.own)


@in_python()
def why(  # noqa: PLR0913 - an argument an option
    scenario: Loaded | File,
    replications: int | None = None,
    seed: int = 1,
    *,
    of: str = "extracted_share",
    by: str | None = None,
    exact: bool = False,
    levers: bool = True,
    precision: float | None = None,
    max_replications: int | None = None,
    sets: Sets = (),
    without: Sequence[str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    out: File | None = None,
    force: bool = False,
    on: ModelOf | None = None,
) -> Why:
    """Says why a response comes out as it does: what each cause cost, and what one more of each lever would change.

    `of` is the response, `by` tells shares of lots by place, class or owner, `exact` simulates all coalitions of
    causes, and without `levers` only the causes are run. With a `precision` it stops when all causes and levers are
    known to that half-width, or at `max_replications` (400). The default is 40 replications, each in some fifty worlds
    with common random numbers. Interrupted work in `out` resumes. Raises `InputError` for what is wrong with the
    scenario or arguments, `ResultsError` for an unusable folder.

    >>> answer = sim.why("scenarios/tessalit.yaml", replications=2, levers=False)
    >>> answer.summary["causes"][0]["cause"]
    'clearance_road'
    """
    from sim.api.studies import study_of_why
    from sim.experiment.why.why_plan import LEAST, WhyRequest

    check_within(replications=(replications, LEAST, MOST_REPLICATIONS))
    check_within(max_replications=(max_replications, LEAST, MOST_REPLICATIONS))
    if precision is not None:
        check_between(precision=(precision, 0, UNLIMITED))
    asked = common("why", replications, seed, sets, without, workers, scheduler, out)
    file, loaded = scenario_of(scenario, asked.changes)
    request = WhyRequest(
        loaded, file, replications, seed, asked.changes, asked.without, of, by, exact, levers, asked.folder,
        precision, max_replications,
    )  # fmt: skip
    return Why(study_of_why(request, on).result(asked.backend, force), asked.own)


@in_python()
def solve(  # noqa: PLR0913 - an argument an option
    file: File,
    vary: Mapping[str, Sequence[Any] | str] | None = None,
    until: Sequence[str] = (),
    *,
    shift: Mapping[str, str] | None = None,
    greatest: bool = False,
    replications: int | None = None,
    seed: int = 1,
    sets: Sets = (),
    without: Sequence[str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    out: File | None = None,
    force: bool = False,
    on: ModelOf | None = None,
) -> Solution:
    """Finds the least level of a field at which a scenario meets all targets, by bisection (`greatest`: the greatest).

    `vary` is one field with its levels in order, or `shift` dates that move together. `until` are targets such as
    `extracted_share >= 60 %` or `chance(people_late == 0) >= 95 %`. The default is 200 replications a level. Raises
    `InputError` for what is wrong with the file or arguments, and if no level meets the targets (nothing is written
    then); `ResultsError` for an unusable folder.

    >>> trucks = {"lift.trucks.contract.count": [100, 200]}
    >>> sim.solve("scenarios/tessalit-roads-open.yaml", trucks, ["extracted_share >= 40 %"], replications=2).answer
    '100'
    """
    from sim.api.studies import study_of_solve
    from sim.experiment.solve_study import LEAST, SolveRequest

    check_within(replications=(replications, LEAST, MOST_REPLICATIONS))
    asked = common("solve", replications, seed, sets, without, workers, scheduler, out)
    request = SolveRequest(
        fspath(file), tuple(f"{path}={_varied(values)}" for path, values in (vary or {}).items()),
        tuple(f"{paths} = {days}" for paths, days in (shift or {}).items()), texts("until", until), greatest,
        replications, seed, asked.changes, asked.without, out=asked.folder,
    )  # fmt: skip
    return Solution(study_of_solve(request, on).result(asked.backend, force), asked.own)


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
    from sim.api.studies import BacktestRequest, study_of_backtest
    from sim.experiment.backtest_study import cut_of, fit_of

    check_within(replications=(replications, 2, MOST_REPLICATIONS))
    asked = common("backtest", None, seed, (), (), workers, scheduler, out)
    named = None if forecast is None else fspath(forecast)
    day = cut if isinstance(cut, date) else cut_of(cut)
    beside = fit_of(named, None if fit is None else fspath(fit), no_fit)
    request = BacktestRequest(named, beside, day, seed, replications, asked.folder)
    return Backtest(study_of_backtest(request, on).result(asked.backend, force), asked.own)


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
    """Returns one replication event by event, in the order of time; with `lot`, the life of that lot in sentences.

    An event has `at_s` (seconds from the start), `when` (local time), `kind`, `place`, `lot`, `lift`, `people` and
    `detail`. Raises `InputError` for what is wrong with scenario or arguments, `ReplicationError` where the
    replication does not end well.

    >>> events = sim.trace("scenarios/tessalit.yaml", replication=3)
    >>> [event.at_s for event in events] == sorted(event.at_s for event in events)
    True
    """
    from sim.api.tracing import events_of, story_of

    check_numbers(None, seed)
    check_within(replication=(replication, 1, MOST_REPLICATIONS))
    _, loaded = scenario_of(scenario, texts_of(sets))
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
    on: ModelOf | None = None,
) -> Iterator[Replication]:
    """Yields replications of these numbers, in the order of `numbers` with any number of workers.

    So a loop that stops by a rule of its own stops at the same replication on every machine. `numbers` may go on for
    ever (`itertools.count(1)`); workers are a few replications ahead of the loop, and end with it. Nothing is written.
    A replication that does not end well comes with its `error`.

    Raises `InputError` for what is wrong with scenario or arguments, and, from the loop, `ResultsError` where no
    process can run.

    >>> [one.number for one in sim.stream("scenarios/tessalit.yaml", seed=1, numbers=range(1, 4))]
    [1, 2, 3]
    """
    from sim.api.streaming import numbers_of, streamed
    from sim.experiment.backend import backend_at
    from sim.experiment.planning import check_causes, model_of

    check_numbers(None, seed, workers)
    wanted, backend = numbers_of(numbers), backend_at(workers, scheduler)
    _, loaded = scenario_of(scenario, texts_of(sets))
    off = frozenset(check_causes(texts("without", without)))
    return streamed(replace((on or model_of)(loaded.scenario, off), keeps="responses"), seed, wanted, backend)


@in_python()
def read(folder: File) -> Result:
    """Returns the result in a finished folder; raises `ResultsError` if there is none."""
    from sim.results.finished import read_results

    return Result(read_results(fspath(folder)))


def _varied(values: Sequence[Any] | str) -> str:
    """Values as `--vary` takes them."""
    from json import dumps

    return values if isinstance(values, str) else ", ".join(dumps(value, ensure_ascii=False) for value in values)


def _variants(
    sides: Sequence[Loaded | Result | File], variants: Mapping[str, Sets], sets: tuple[str, ...]
) -> tuple[Opened, ...]:
    """Opens the variants of a scenario file; raises `InputError` where several sides are given, or none is a file."""
    from sim.experiment.variants import WITH_SET, Variant, open_variants

    if not variants:
        return ()
    if len(sides) != 1 or not isinstance(sides[0], str | PathLike):
        raise InputError([Problem("variants", "these are changes of one scenario: give one file as `sides`")])
    named = {name: texts_of(changes) for name, changes in variants.items()}
    made = [Variant(name, texts, (WITH_SET, f"{name}: {', '.join(texts)}")) for name, texts in named.items()]
    return open_variants(fspath(sides[0]), made, sets)


def _opened(name: str, given: Sequence[Loaded | Result | File], sets: tuple[str, ...]) -> tuple[Opened, ...]:
    """Opens the sides of a comparison or selection; raises `InputError` for a single one."""
    from sim.experiment.sides import Opened, open_sides

    if isinstance(given, str | PathLike) or not isinstance(given, Sequence):
        raise InputError([Problem(name, "this should be a list", repr(given)[:80], "a list of two or more")])
    opened: list[Opened] = []
    for side in given:
        if isinstance(side, str | PathLike):
            opened += open_sides([fspath(side)], sets)
        elif isinstance(side, Result):
            opened.append(Opened(str(side.folder), results=side.results))
        else:
            opened.append(Opened(*scenario_of(side, sets)))
    return tuple(opened)
