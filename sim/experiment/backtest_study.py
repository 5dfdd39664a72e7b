"""Backtests: runs a forecast, and a scenario with hindsight for comparison, and scores both against the record."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.backtest import JudgedForecast, Scored, judge, split
from sim.analysis.estimates import Measure
from sim.analysis.reference_forecasts import Known
from sim.analysis.scores import RankOrder, require_scoring
from sim.errors import InputError, Problem, ResultsError
from sim.experiment.backend import Backend
from sim.experiment.blocks import blocks_of
from sim.experiment.loop import OnProgress, run_all
from sim.experiment.sampled_forecast import Draws, SampledForecast, sampled_forecast
from sim.experiment.worker import Job, Model
from sim.results.backtest_folder import BACKTEST, BacktestIdentity, targets_hash, write_backtest
from sim.results.identity import program_hash
from sim.results.manifest import dated, installed_version
from sim.results.rows import Block, Failure, Layout
from sim.results.unfinished import Unfinished, begin_work
from sim.scenario.changes import changed, grouped
from sim.scenario.door import Loaded, load, load_draft
from sim.scenario.extending import chain_of
from sim.scenario.hindsight import dated_after
from sim.scenario.shipped import shipped, shipped_source
from sim.scenario.sweep import looks_like_sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.scenario import Scenario

    ModelOf = Callable[[Scenario], Model]

FORECAST, FIT = "minusma-forecast", "minusma"
"""Names of the shipped forecast and of the scenario with hindsight."""


@dataclass(frozen=True)
class BacktestSide:
    """One scenario of a backtest: the forecast, or the fit with hindsight; `draws` of its uncertain inputs, if any."""

    name: str
    file: str
    loaded: Loaded
    known: Known
    draws: Draws | None = None


@dataclass(frozen=True)
class BacktestPlan:
    """All that is known before the first replication.

    `hindsight`: events in the fit that begin after the cut, with their days; `replaced`: groups of inputs in which
    forecast and fit differ.
    """

    cut: date
    sides: tuple[BacktestSide, ...]
    hindsight: tuple[tuple[str, date], ...]
    replaced: tuple[str, ...]
    seed: int
    replications: int


@dataclass(frozen=True)
class Held:
    """One scenario, scored against the record."""

    side: BacktestSide
    judged: JudgedForecast
    simulated: int
    failures: tuple[Failure, ...]


def model_of(scenario: Scenario) -> Model:
    """Returns the model of a scenario, observed as the record counts."""
    from sim.replication.observed import Observer

    measures = tuple(Measure(name, one.unit, "mission", bounded=False) for name, one in scenario.record.targets.items())
    layout = Layout(measures, (), (), (), scenario.time.date_of_day(0), frozenset(), {})
    return Model(Observer, (scenario,), layout, keeps="responses")


def fit_of(forecast: str | None, fit: str | None, no_fit: bool) -> str | None:
    """Returns `fit` for `plan_backtest`: with a forecast of the user's own there is none unless it is given.

    A sweep may name its own, so nothing is said of it here.
    """
    if no_fit and fit is not None:
        raise InputError([Problem("--no-fit", "--fit names a scenario to compare with: give one of them")])
    own = forecast is not None and _is_sweep(forecast)
    return "" if no_fit or (forecast is not None and fit is None and not own) else fit


def _is_sweep(forecast: str) -> bool:
    """Whether a forecast is a sweep; what can't be read is left to the reader of scenarios."""
    try:
        return forecast != "-" and looks_like_sweep(forecast)
    except InputError:
        return False


def cut_of(text: str | None) -> date | None:
    """Parses a day such as `2023-08-31`; raises `InputError` if the text is not a date."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == len("2023-08-31") else _no_date(text)
    except ValueError:
        return _no_date(text)


def _no_date(text: str) -> date:
    raise InputError([Problem("--cut", "not a date", repr(text[:60]), "a date such as 2023-08-31")])


def plan_backtest(
    forecast: str | None, fit: str | None, cut: date | None, seed: int, replications: int
) -> BacktestPlan:
    """Reads and checks all; raises `InputError` if the forecast has inputs from after its cut.

    `fit` is the scenario with hindsight; `None`: the shipped one, or that of a sweep; empty: no such scenario.
    """
    require_scoring()
    if forecast is not None and _is_sweep(forecast):
        return _plan_sampled(sampled_forecast(forecast, replications), fit, cut, seed, replications)
    loaded = _loaded(forecast, FORECAST)
    cut = _cut_of(loaded, forecast or FORECAST, cut)
    sides = [BacktestSide("forecast", forecast or FORECAST, loaded, split(loaded.scenario, cut))]
    hindsight: list[tuple[str, date]] = []
    replaced: list[str] = []
    if fit != "":
        other = _loaded(fit, FIT)
        _same_record(loaded, other, fit or FIT)
        sides.append(BacktestSide("fit", fit or FIT, other, split(other.scenario, cut)))
        hindsight = dated_after(other.data, cut)
        replaced = list(grouped(changed(other.data, loaded.data)))
    return BacktestPlan(cut, tuple(sides), tuple(hindsight), tuple(replaced), seed, replications)


def _plan_sampled(
    sampled: SampledForecast, fit: str | None, cut: date | None, seed: int, replications: int
) -> BacktestPlan:
    """The backtest of a sweep: its first file is the forecast, a second one the scenario with hindsight."""
    if fit:
        wrong = "the forecast is a sweep: name the scenario with hindsight as the second file of its factor `scenario`"
        raise InputError([Problem("--fit", wrong)])
    file = sampled.file.path
    (loaded, _), *others = sampled.sides[:1] if fit == "" else sampled.sides
    cut = _cut_of(loaded, file, cut)
    for other, _ in others:
        _same_record(loaded, other, file)
    sides = tuple(
        BacktestSide(name, file, one, split(one.scenario, cut), draws)
        for name, (one, draws) in zip(("forecast", "fit"), sampled.sides[: 1 + len(others)], strict=False)
    )
    hindsight = tuple(found for other, _ in others for found in dated_after(other.data, cut))
    replaced = tuple(group for other, _ in others for group in grouped(changed(other.data, loaded.data)))
    return BacktestPlan(cut, sides, hindsight, replaced, seed, replications)


def _loaded(given: str | None, name: str) -> Loaded:
    """Loads the scenario given, else the shipped one of this name, even if the working folder has one too."""
    if given is not None:
        return load(given)
    if name not in shipped():
        raise InputError([Problem("", f"no scenario {name} came with this installation; name a forecast scenario")])
    return load_draft(chain_of(shipped_source(name)))


def _cut_of(loaded: Loaded, file: str, given: date | None) -> date:
    """Returns the cut; every dated event of the forecast must have begun by then."""
    known = loaded.scenario.record.known_until
    if known is None:
        wrong = "not a forecast: the last day that its inputs know is missing; write record.known_until"
        raise InputError([Problem("record.known_until", wrong, file=file)])
    cut = known if given is None else given
    if cut < known:
        wrong = f"the forecast knows events up to {known}; an earlier cut would score events that it knows"
        raise InputError([Problem("--cut", wrong, str(cut), f"{known} or later")])
    late = dated_after(loaded.data, known)
    if late:
        said = [Problem(path, f"it begins on {day}, after {known}, the last day that the forecast knows", file=file)
                for path, day in late]  # fmt: skip
        raise InputError(said)
    return cut


def _same_record(forecast: Loaded, fit: Loaded, file: str) -> None:
    if forecast.scenario.record.targets != fit.scenario.record.targets:
        raise InputError([Problem("record.targets", "they differ from those of the forecast: it can't be compared",
                                  file=file)])  # fmt: skip


def run_backtest(
    plan: BacktestPlan, backend: Backend, on_progress: OnProgress, on: ModelOf = model_of
) -> tuple[Held, ...]:
    """Runs both with common random numbers and scores them.

    Raises `ResultsError` if every replication failed, `KeyboardInterrupt` if stopped.
    """
    models: list[Model] = []
    jobs: list[Job] = []
    spans: list[slice] = []
    numbers = range(1, plan.replications + 1)
    for side in plan.sides:
        first = len(models)
        if side.draws is None:
            models.append(on(side.loaded.scenario))
            jobs += [Job(plan.seed, block, first) for block in blocks_of(numbers, backend.width)]
        else:
            models += [on(scenario) for scenario in side.draws.scenarios()]
            jobs += [Job(plan.seed, (number,), first + number - 1) for number in numbers]
        spans.append(slice(first, len(models)))
    found = run_all(models, jobs, backend, on_progress)
    together = [
        Block(tuple(row for one in found[span] for row in one.records),
              tuple(row for one in found[span] for row in one.failures))
        for span in spans
    ]  # fmt: skip
    return tuple(_held(side, one, plan.sides[0].known) for side, one in zip(plan.sides, together, strict=True))


def _held(side: BacktestSide, found: Block, planner: Known) -> Held:
    if not found.records:
        raise ResultsError(f"{side.file}: every replication failed; the first: {found.failures[0].error}")
    ensembles = {name: [row.responses[name] for row in found.records] for name in side.known.scored}
    return Held(side, judge(side.known, ensembles, planner), len(found.records), found.failures)


_WORDS = {
    "closed": "{at} closed", "rank": "{at}, place in order", "emptied": "{at} emptied", "home": "home by {on}",
    "out_share": "{at} out by {on}", "round_days": "{at} and back, days", "column_days": "{at} column, days",
    "column_attacks": "{at} column, attacks", "column_hurt": "{at} column, hurt",
    "trucks_through": "trucks through by {on}",
}  # fmt: skip


def summary_of(plan: BacktestPlan, held: tuple[Held, ...]) -> dict[str, Any]:
    """Returns all values of a backtest: dates as ISO text, CRPS in days and skills as numbers, else `None`."""
    return {
        "cut": plan.cut.isoformat(), "seed": plan.seed, "replications": plan.replications,
        "hindsight": [{"input": path, "from": day.isoformat()} for path, day in plan.hindsight],
        "replaced": list(plan.replaced),
        "sides": [_side(one) for one in held],
    }  # fmt: skip


def _side(held: Held) -> dict[str, Any]:
    judged = held.judged
    return {
        "name": held.side.name, "scenario": held.side.loaded.scenario.name,
        "note": held.side.loaded.scenario.note, "file": held.side.file,
        "succeeded": held.simulated, "failed": len(held.failures),
        "sampled": [] if held.side.draws is None else list(held.side.draws.names),
        "targets": [_target(held, one) for one in judged.scored],
        "hits": judged.hits(), "not_excluded": {name: list(ends) for name, ends in judged.power().items()},
        "misses": [one.name for one in judged.misses()], "order": _orders(judged),
        "groups": [
            {"group": name, "targets": len(rows), "crps": mean, "skills": skills}
            for name, (rows, mean, skills) in judged.groups().items()
        ],
    }  # fmt: skip


def _orders(judged: JudgedForecast) -> dict[str, Any]:
    said = {"of the medians": judged.median_order, "mean over replications": judged.mean_order}
    return {name: _order(one) for name, one in (said | dict(judged.reference_orders)).items()}


def _order(one: RankOrder) -> dict[str, float | None]:
    return {"spearman": one.spearman, "kendall": one.kendall}


def _target(held: Held, one: Scored) -> dict[str, Any]:
    target, score = one.target, one.score
    on = f"{target.on.day} {target.on:%b}"
    said: dict[str, Any] = {
        "name": one.name, "words": _WORDS[target.measure].format(at=target.at or "all camps", on=on),
        "measure": target.measure,
        "at": target.at, "on": target.on.isoformat(), "unit": target.unit, "record": _value(held, one, one.value),
        "low": _value(held, one, one.ends[0]), "high": _value(held, one, one.ends[1]), "source": target.source,
        "note": target.note, "members": len(one.members), "in_doubt": one.in_doubt,
    }  # fmt: skip
    said |= {
        "median": None, "half_low": None, "half_high": None, "most_low": None, "most_high": None, "in_half": False,
        "in_most": False, "crps": None, "pit": None,
    }  # fmt: skip
    if score is not None:
        ends = {"median": score.median, "half_low": score.half[0], "half_high": score.half[1],
                "most_low": score.most[0], "most_high": score.most[1]}  # fmt: skip
        said |= {name: _value(held, one, end) for name, end in ends.items()}
        said |= {"in_half": score.in_half, "in_most": score.in_most, "crps": score.crps, "pit": score.pit}
    said["reference_forecasts"] = {
        name: None if day is None else _value(held, one, day) for name, day in one.reference_forecasts.items()
    }
    return said | {"skills": one.skills()}


def _value(held: Held, one: Scored, value: float) -> float | str:
    """A value in its unit: a day counted from the start becomes a date."""
    if one.target.unit != "date":
        return value
    return (held.side.loaded.scenario.time.date_of_day(0) + timedelta(days=round(value))).isoformat()


def begin_backtest(plan: BacktestPlan, folder: Path, force: bool = False) -> Unfinished | None:
    """Returns the work in progress, locked for this process; `None` if a finished backtest without failures exists.

    Raises `ResultsError` if the folder belongs to other results.
    """
    return begin_work(folder, BACKTEST, _identity(plan).plain(), force, lambda said: not said["failed"])


def carry_out_backtest(
    plan: BacktestPlan, work: Unfinished, backend: Backend, on_progress: OnProgress, on: ModelOf = model_of
) -> tuple[Held, ...]:
    """Runs both scenarios and writes the folder. An interrupted backtest starts again from the beginning.

    Raises `ResultsError` if nothing could be run or written, `KeyboardInterrupt` if stopped.
    """
    try:
        held = run_backtest(plan, backend, on_progress, on)
        _write(plan, held, work)
    except BaseException:
        work.remove()
        raise
    return held


def _write(plan: BacktestPlan, held: tuple[Held, ...], work: Unfinished) -> None:
    summary = summary_of(plan, held)
    ensembles = [(one.side.name, row.name, row.members) for one in held for row in one.judged.scored]
    files = [(side.file, list(map(list, side.loaded.files))) for side in plan.sides]
    failures = [
        {"scenario": one.side.name, "replication": row.replication, "kind": row.kind, "error": row.error}
        for one in held for row in one.failures
    ]  # fmt: skip
    about = {"command": _command(plan), "files": files, "failed": len(failures), "failures": failures}
    about |= dated(side.loaded.scenario.as_of for side in plan.sides)
    clock = {"written": datetime.now(UTC).isoformat(timespec="seconds")}
    work.finish(lambda whole: write_backtest(whole, _identity(plan), summary, ensembles, about, clock))


def _command(plan: BacktestPlan) -> str:
    """The command that makes the same tables."""
    words = ["drawdown", "backtest", plan.sides[0].file, "--cut", plan.cut.isoformat()]
    own = plan.sides[0].draws is not None  # a sweep names the scenario with hindsight itself
    words += ["--no-fit"] if len(plan.sides) == 1 else [] if own else ["--fit", plan.sides[1].file]
    return shlex.join([*words, "--replications", str(plan.replications), "--seed", str(plan.seed)])


def _identity(plan: BacktestPlan) -> BacktestIdentity:
    sides = tuple(
        (
            side.name,
            side.draws.hash(side.loaded.scenario) if side.draws else side.loaded.scenario.hash(),
            targets_hash(side.loaded.scenario.record.targets),
        )
        for side in plan.sides
    )
    return BacktestIdentity(
        sides, plan.cut.isoformat(), plan.seed, plan.replications, installed_version(), program_hash()
    )
