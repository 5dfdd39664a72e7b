"""Evaluation of a backtest: targets compared with the ensemble, scores, reference forecasts and misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sim.analysis.intervals import mean_of
from sim.analysis.reference_forecasts import REFERENCE_FORECASTS, Known, reference_forecasts
from sim.analysis.scores import RankOrder, Score, hit_rates, order, score, skill
from sim.errors import InputError, Problem
from sim.scenario.record import Target
from sim.scenario.scenario import Scenario

GROUPS = {
    "closings": ("closed",), "place in the order": ("rank",), "camps emptied": ("emptied",),
    "people home": ("home",), "share out": ("out_share",), "rounds, days": ("round_days",),
    "columns, days": ("column_days",),
    "columns, attacks": ("column_attacks",), "columns, hurt": ("column_hurt",), "trucks through": ("trucks_through",),
}  # fmt: skip
"""Measures of the targets that share a unit, by the name of their group."""
LEAST_SHARE = 0.5
"""Share of replications that must have a value for a target to be scored."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One target and the ensemble. `score` is `None` if too few replications have a value."""

    name: str
    target: Target
    value: float
    ends: tuple[float, float]
    members: tuple[float, ...]
    score: Score | None
    reference_forecasts: Mapping[str, float | None]

    def skills(self) -> dict[str, float | None]:
        """Skill over each reference forecast; the CRPS of a single number is its absolute error."""
        return {
            name: None if self.score is None or said is None else skill(self.score.crps, abs(said - self.value))
            for name, said in self.reference_forecasts.items()
        }

    @property
    def in_doubt(self) -> bool:
        """Whether the sources disagree about whether the 90 % interval contains the value."""
        if self.score is None:
            return False
        low, high = self.score.most
        return len({low <= value <= high for value in (self.value, *self.ends)}) > 1


@dataclass(frozen=True, slots=True)
class JudgedForecast:
    """All targets of one scenario with their scores, and the order of closing compared with the record's."""

    scored: tuple[Scored, ...]
    median_order: RankOrder
    mean_order: RankOrder
    reference_orders: Mapping[str, RankOrder]

    @property
    def with_score(self) -> tuple[Scored, ...]:
        """The targets that could be scored."""
        return tuple(one for one in self.scored if one.score is not None)

    def hits(self) -> dict[str, int]:
        """Numbers of targets inside the 50 % and 90 % intervals, and of all; one without a score is a miss."""
        scores = [one.score for one in self.scored]
        return {
            "half": sum(one is not None and one.in_half for one in scores),
            "most": sum(one is not None and one.in_most for one in scores), "targets": len(scores),
        }  # fmt: skip

    def power(self) -> dict[str, tuple[float, float]]:
        """Hit rates that this number of targets cannot exclude, as if they were independent, which they are not."""
        hits = self.hits()
        return {name: hit_rates(hits[name], hits["targets"]) for name in ("half", "most")}

    def misses(self) -> tuple[Scored, ...]:
        """Targets outside the 90 % interval, or without a score."""
        return tuple(one for one in self.scored if one.score is None or not one.score.in_most)

    def groups(self) -> dict[str, tuple[tuple[Scored, ...], float, dict[str, float | None]]]:
        """By group: its targets with a score, mean CRPS, and skill of the means over each reference forecast."""
        found = {}
        for name, measures in GROUPS.items():
            rows = tuple(one for one in self.with_score if one.target.measure in measures)
            if rows:
                mean = mean_of([one.score.crps for one in rows if one.score])
                found[name] = rows, mean, {stick: _group_skill(rows, mean, stick) for stick in REFERENCE_FORECASTS}
        return found


def _group_skill(rows: Sequence[Scored], mean: float, stick: str) -> float | None:
    errors = [abs(said - one.value) for one in rows if (said := one.reference_forecasts[stick]) is not None]
    return skill(mean, mean_of(errors)) if len(errors) == len(rows) else None


def split(scenario: Scenario, cut: date) -> Known:
    """Targets settled by the cut, and those to score. Raises `InputError` if nothing is left to score."""
    targets = scenario.record.targets
    scored = {name: one for name, one in targets.items() if one.on > cut}
    if not scored:
        last = max((one.on for one in targets.values()), default=None)
        why = "the record of this scenario has no targets" if last is None else f"its record ends on {last}"
        raise InputError([Problem("--cut", f"nothing is left to score after {cut}: {why}")])
    return Known(scenario, cut, {name: one for name, one in targets.items() if one.on <= cut}, scored)


def judge(known: Known, ensembles: Mapping[str, Sequence[float | None]], plan: Known | None = None) -> JudgedForecast:
    """Score every target to forecast; `ensembles` has by its name one value per replication.

    `plan` is the basis of the reference forecasts, if not `known`: a scenario with hindsight has no plan of its own.
    """
    sticks = reference_forecasts(plan or known)
    scored = tuple(_scored(known, name, ensembles[name], sticks[name]) for name in known.scored)
    camps = [one for one in scored if one.target.measure == "closed"]
    record = [one.value for one in camps]
    medians = [one.score.median for one in camps if one.score is not None]
    single = [order(days, record) for days in zip(*(one.members for one in camps), strict=True)] if camps else []
    return JudgedForecast(
        scored, order(medians, record) if len(medians) == len(record) else RankOrder(None, None), _mean(single),
        {name: order([one.reference_forecasts[name] or 0.0 for one in camps], record) for name in REFERENCE_FORECASTS},
    )  # fmt: skip


def _mean(orders: Sequence[RankOrder]) -> RankOrder:
    rhos = [one.spearman for one in orders if one.spearman is not None]
    taus = [one.kendall for one in orders if one.kendall is not None]
    return RankOrder(mean_of(rhos) if rhos else None, mean_of(taus) if taus else None)


def _scored(known: Known, name: str, ensemble: Sequence[float | None], sticks: Mapping[str, float | None]) -> Scored:
    target = known.scored[name]
    ends = tuple(
        known.value(target.model_copy(update={"value": end})) if end is not None else known.value(target)
        for end in (target.low, target.high)
    )
    members = tuple(float(one) for one in ensemble if one is not None)
    enough = bool(members) and len(members) >= LEAST_SHARE * len(ensemble)
    value = known.value(target)
    return Scored(name, target, value, (ends[0], ends[1]), members, score(members, value) if enough else None, sticks)
