"""Forecasts of the historic scenarios played and held against the record; the scenario with hindsight beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sim.analysis.backtest import Judged, judge, split
from sim.analysis.estimates import Measure
from sim.analysis.scores import require_scoring
from sim.analysis.yardsticks import Known
from sim.errors import InputError, Problem, ResultsError
from sim.experiment.blocks import blocks_of
from sim.experiment.loop import Told, run_all
from sim.experiment.where import Where
from sim.experiment.worker import Cast, Job
from sim.results.layout import Layout
from sim.results.records import Block, Failure
from sim.scenario.changes import changed, grouped
from sim.scenario.door import Loaded, load, load_draft
from sim.scenario.extending import chain_of
from sim.scenario.hindsight import dated_after
from sim.scenario.shipped import shipped, shipped_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.scenario import Scenario

    Stage = Callable[[Scenario], Cast]

FORECAST, FIT = "minusma-forecast", "minusma"
"""Names of the shipped forecast and of the scenario with hindsight."""


@dataclass(frozen=True)
class Side:
    """One scenario that is played: the forecast, or the fit with hindsight."""

    name: str
    file: str
    loaded: Loaded
    known: Known


@dataclass(frozen=True)
class Backtest:
    """All that is known before anything is played.

    `hindsight` are events that the fit is given and that begin after the cut, with their days; `replaced` are the
    groups of inputs in which the forecast is another than the fit.
    """

    cut: date
    sides: tuple[Side, ...]
    hindsight: tuple[tuple[str, date], ...]
    replaced: tuple[str, ...]
    seed: int
    replications: int


@dataclass(frozen=True)
class Held:
    """One scenario held against the record."""

    side: Side
    judged: Judged
    played: int
    failures: tuple[Failure, ...]


def stage(scenario: Scenario) -> Cast:
    """The model on the stage, observed as the record counts."""
    from sim.replication.observed import Observer  # noqa: PLC0415 - loads numpy and simpy

    measures = tuple(
        Measure(name, one.unit, "mission", bounded=False) for name, one in scenario.record.targets.items()
    )
    layout = Layout(measures, (), (), (), scenario.time.date_of_day(0), frozenset(), {})
    return Cast(Observer, (scenario,), layout, keeps="responses")


def fit_of(forecast: str | None, fit: str | None, no_fit: bool) -> str | None:
    """What `plan_backtest` takes as `fit`: none beside a forecast of the user's own, unless it is given."""
    if no_fit and fit is not None:
        raise InputError([Problem("--no-fit", "--fit says what to set beside the forecast: give one of them")])
    return "" if no_fit or (forecast is not None and fit is None) else fit


def cut_of(text: str | None) -> date | None:
    """The day in a text such as `2023-08-31`; raises `InputError` where it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == len("2023-08-31") else _no_date(text)
    except ValueError:
        return _no_date(text)


def _no_date(text: str) -> date:
    raise InputError([Problem("--cut", "this is no date", repr(text[:60]), "a date such as 2023-08-31")])


def plan_backtest(
    forecast: str | None, fit: str | None, cut: date | None, seed: int, replications: int
) -> Backtest:
    """Reads and checks all; raises `InputError` where a forecast would know what came after its cut.

    `fit` is the scenario with hindsight: the shipped one where `None`, none where empty.
    """
    require_scoring()
    loaded = _loaded(forecast, FORECAST)
    cut = _cut_of(loaded, forecast or FORECAST, cut)
    sides = [Side("forecast", forecast or FORECAST, loaded, split(loaded.scenario, cut))]
    hindsight: list[tuple[str, date]] = []
    replaced: list[str] = []
    if fit != "":
        other = _loaded(fit, FIT)
        _same_record(loaded, other, fit or FIT)
        sides.append(Side("fit", fit or FIT, other, split(other.scenario, cut)))
        hindsight = dated_after(other.data, cut)
        replaced = list(grouped(changed(other.data, loaded.data)))
    return Backtest(cut, tuple(sides), tuple(hindsight), tuple(replaced), seed, replications)


def _loaded(given: str | None, name: str) -> Loaded:
    """The scenario given, else the shipped one of this name, whatever is in the working folder."""
    if given is not None:
        return load(given)
    if name not in shipped():
        raise InputError([Problem("", f"no scenario {name} came with this installation; name a forecast scenario")])
    return load_draft(chain_of(shipped_source(name)))


def _cut_of(loaded: Loaded, file: str, given: date | None) -> date:
    """The cut, by which every dated event of the forecast must have begun."""
    known = loaded.scenario.record.known_until
    if known is None:
        wrong = "this is no forecast: it does not say of which day its inputs know; write record.known_until"
        raise InputError([Problem("record.known_until", wrong, file=file)])
    cut = known if given is None else given
    if cut < known:
        wrong = f"the forecast knows what was known on {known}; a cut before that would score what it was told"
        raise InputError([Problem("--cut", wrong, str(cut), f"{known} or later")])
    late = dated_after(loaded.data, known)
    if late:
        said = [Problem(path, f"this begins on {day}, after {known}, the last day that the forecast knows", file=file)
                for path, day in late]  # fmt: skip
        raise InputError(said)
    return cut


def _same_record(forecast: Loaded, fit: Loaded, file: str) -> None:
    if forecast.scenario.record.targets != fit.scenario.record.targets:
        raise InputError([Problem("record.targets", "they are not those of the forecast: nothing to set beside it",
                                  file=file)])  # fmt: skip


def play_backtest(plan: Backtest, where: Where, told: Told, on: Stage = stage) -> tuple[Held, ...]:
    """Plays both under the same luck and scores them.

    Raises `ResultsError` where nothing could be played, `KeyboardInterrupt` where it was stopped.
    """
    casts = [on(side.loaded.scenario) for side in plan.sides]
    numbers = range(1, plan.replications + 1)
    jobs = [Job(plan.seed, block, at) for at in range(len(casts)) for block in blocks_of(numbers, where.width)]
    found = run_all(casts, jobs, where, told)
    return tuple(_held(side, one, plan.sides[0].known) for side, one in zip(plan.sides, found, strict=True))


def _held(side: Side, found: Block, planner: Known) -> Held:
    if not found.records:
        raise ResultsError(f"{side.file}: every replication failed; the first: {found.failures[0].error}")
    ensembles = {name: [row.responses[name] for row in found.records] for name in side.known.scored}
    return Held(side, judge(side.known, ensembles, planner), len(found.records), found.failures)

