"""Estimates: a response's mean over replications, with an interval suited to its distribution, and the method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.analysis.betting import betting_interval
from sim.analysis.intervals import (
    Interval,
    exact_chance,
    least_count,
    mean_of,
    never_seen,
    of_a_constant,
    quantile_ranks,
    rank_of,
    t_interval,
)
from sim.analysis.modes import SHOWN, RareMode, rare_mode

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SAME = "exact: same in every replication"
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Measure:
    """A response: its name, unit, denominator (of a share), and whether it is in [0, 1]."""

    name: str
    unit: str
    denominator: str
    bounded: bool


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile over replications, with its interval if there are enough of them, else a note."""

    share: float
    value: float
    low: float | None
    high: float | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimate of one response. `count` replications had a value, `nulls` had none, `failed` failed.

    `low_at_worst` and `high_at_best` are the interval's ends with every failed replication at 0, and at 1.
    `unseen`, for a share with a t-interval from too few replications: a mode of up to this chance may be missing.
    """

    measure: Measure
    mean: float | None
    low: float | None
    high: float | None
    method: str
    count: int
    nulls: int = 0
    failed: int = 0
    least: float | None = None
    most: float | None = None
    quantiles: tuple[Quantile, ...] = ()
    reason: str | None = None
    rare: RareMode | None = None
    unseen: float | None = None
    low_at_worst: float | None = None
    high_at_best: float | None = None

    @property
    def half_width(self) -> float | None:
        """Half the interval's width, with failed replications at worst and best; `None` without an interval."""
        low = self.low if self.low_at_worst is None else self.low_at_worst
        high = self.high if self.high_at_best is None else self.high_at_best
        return None if low is None or high is None else (high - low) / 2

    def plain(self) -> dict[str, Any]:
        """The estimate in the form of `summary.json`."""
        said: dict[str, Any] = {
            "mean": self.mean, "low": self.low, "high": self.high, "method": self.method,
            "unit": self.measure.unit, "denominator": self.measure.denominator,
            "min": self.least, "max": self.most, "replications": self.count,
            "quantiles": {f"{q.share:g}": _plain_quantile(q) for q in self.quantiles},
        }  # fmt: skip
        if self.nulls:
            said["null"] = {"replications": self.nulls, "reason": self.reason}
        if self.failed:
            said |= {"failed": self.failed}
            said |= {"low_at_worst": self.low_at_worst, "high_at_best": self.high_at_best}
        if self.rare is not None:
            mode = self.rare
            said["rare_mode"] = {"where": mode.where, "replications": mode.count, "chance": mode.chance,
                                 "low": mode.low, "high": mode.high}  # fmt: skip
        if self.unseen is not None:
            said["unseen"] = {"chance_at_most": self.unseen}
        return said


def _plain_quantile(quantile: Quantile) -> dict[str, Any]:
    said: dict[str, Any] = {"value": quantile.value, "low": quantile.low, "high": quantile.high}
    return said | ({"note": quantile.note} if quantile.note else {})


def estimate(
    measure: Measure,
    column: Sequence[float | None],
    failed: int = 0,
    guarantee: bool = False,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Estimate a response from its values in the order of replication numbers.

    `None` is a replication in which the response does not exist (a share of nothing, a place that never
    closed); failed replications are not in the column.
    """
    values = [float(value) for value in column if value is not None]
    nulls = len(column) - len(values)
    reason = _why_null(measure, nulls, len(column)) if nulls else None
    if not values:
        none = reason or "no replication was completed"
        return Estimate(measure, None, None, None, "none", 0, nulls, failed, reason=none)
    found = _interval(measure, values, guarantee, confidence)
    by_t = measure.bounded and found[2].startswith(f"{confidence * 100:g} % t")
    whole = Estimate(
        measure, mean_of(values), *found, len(values), nulls, failed, min(values), max(values),
        _quantiles(values, confidence), reason, rare_mode(values, measure.bounded, confidence),
        never_seen(len(values), confidence) if by_t and len(values) < SHOWN else None,
    )  # fmt: skip
    return _with_failures(whole, values, guarantee, confidence) if failed and measure.bounded else whole


def _why_null(measure: Measure, nulls: int, count: int) -> str:
    share = measure.bounded and measure.denominator
    what = f"a share of nothing ({measure.denominator})" if share else "it has no value"
    how = "every replication" if nulls == count else f"{nulls} of {count} replications"
    rest = "" if nulls == count else "; the estimate is of the others"
    return f"{what} in {how}{rest}"


def _interval(
    measure: Measure, values: Sequence[float], guarantee: bool, confidence: float
) -> tuple[float | None, float | None, str]:
    """The ends, and the name of the method."""
    count, percent = len(values), f"{confidence * 100:g} %"
    if measure.bounded and guarantee:
        return *betting_interval(values, confidence), f"{percent} betting, at any stopping time"
    if min(values) == max(values):
        return _of_a_constant(measure, values[0], count, confidence)
    if measure.bounded and all(value in (0.0, 1.0) for value in values):
        return *exact_chance(round(sum(values)), count, confidence), f"{percent} exact binomial"
    ends = t_interval(values, confidence)
    if not measure.bounded:
        return *ends, f"{percent} t"
    inside = Interval(max(ends.low, 0.0), min(ends.high, 1.0))
    return *inside, f"{percent} t" if inside == ends else f"{percent} t, cut at {0 if ends.low < 0 else 1}"


def _of_a_constant(
    measure: Measure, value: float, count: int, confidence: float
) -> tuple[float | None, float | None, str]:
    """The interval of a share that never varied: bounded by how far unseen values could move the mean."""
    if measure.bounded and (count > 1 or value in (0.0, 1.0)):
        return *of_a_constant(value, count, confidence), of_a_constant_said(value, confidence)
    return (value, value, SAME) if count > 1 else (None, None, "one replication: no interval")


def of_a_constant_said(value: float, confidence: float = CONFIDENCE) -> str:
    """The method of `of_a_constant` in words."""
    side = " one-sided" if value in (0.0, 1.0) else ""
    return f"{confidence * 100:g} % exact{side} bound: {value:.4g} in every replication"


def _quantiles(values: Sequence[float], confidence: float) -> tuple[Quantile, ...]:
    ordered = sorted(values)
    return tuple(_quantile(ordered, share, confidence) for share in QUANTILES)


def _quantile(ordered: Sequence[float], share: float, confidence: float) -> Quantile:
    count = len(ordered)
    value, ranks = ordered[rank_of(count, share) - 1], quantile_ranks(count, share, confidence)
    if ranks is None:
        need = f"an interval needs at least {least_count(share, confidence)} replications"
        return Quantile(share, value, None, None, need)
    return Quantile(share, value, ordered[ranks[0] - 1], ordered[ranks[1] - 1])


def _with_failures(whole: Estimate, values: Sequence[float], guarantee: bool, confidence: float) -> Estimate:
    worst = _interval(whole.measure, [*values, *[0.0] * whole.failed], guarantee, confidence)[0]
    best = _interval(whole.measure, [*values, *[1.0] * whole.failed], guarantee, confidence)[1]
    return replace(whole, low_at_worst=worst, high_at_best=best)
