"""Shares and their intervals over replications, and the format of numbers on pictures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.analysis import estimates
from sim.analysis.intervals import rank_of
from sim.figures.style import FATES

_SHARE = estimates.Measure("share", "share", "", bounded=True)
_NARROW = 0.03
_NOTHING_SHOWN = 0.0005


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over replications; `low` and `high` are `None` without an interval."""

    mean: float
    low: float | None
    high: float | None

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval to draw."""
        return self.low is not None and self.high is not None

    def words(self) -> str:
        """`61 % (95 % interval of the mean 57–65 %)`."""
        return f"{percent(self.mean, self.digits)} ({self.interval_words()})"

    @property
    def digits(self) -> int | None:
        """Decimals of a mean with an interval; `None` without one."""
        if self.low is None or self.high is None or self.mean in (0.0, 1.0):
            return None
        return _digits(self.low, self.high)

    def interval_words(self) -> str:
        """Describes the interval in words."""
        if self.low is None or self.high is None:
            return "no interval"
        if self.mean in (0.0, 1.0):
            return f"95 % bound of the mean: {self.bound_words()}"
        return f"95 % interval of the mean {percent_range(self.low, self.high)}"

    def bound_words(self) -> str:
        """Describes the bound of a share that was 0 or 1 in all replications."""
        if self.low is None or self.high is None:
            return ""
        return f"at most {percent(self.high)}" if self.mean == 0 else f"at least {percent(self.low)}"


def estimate(values: Iterable[float]) -> Mean | None:
    """Returns the mean of a share over replications with its interval as in summaries; NaN is an undefined share.

    `None` without values; no interval for one value, or if all are equal.
    """
    known = [float(value) for value in values if not math.isnan(value)]
    found = estimates.estimate(_SHARE, known)
    return None if found.mean is None else _reported(found.mean, found.low, found.high)


def quantile(values: pd.Series, share: float) -> float:
    """The least value with at least that share of them at or below it: at 0 the lowest, at 1 the highest."""
    known = values.dropna().sort_values()
    return float(known.iloc[rank_of(len(known), share) - 1])


def response(responses: dict[str, dict[str, Any]], name: str) -> Mean | None:
    """Returns a response of summary.json; `None` if it is missing or undefined."""
    found = responses.get(name) or {}
    mean, low, high = (found.get(key) for key in ("mean", "low", "high"))
    if mean is None:
        return None
    return _reported(float(mean), low, high)


def _reported(mean: float, low: float | None, high: float | None) -> Mean:
    """Returns an estimate without its interval if that is a point: a constant sample is not certainty."""
    if low is None or high is None or low == high:
        return Mean(mean, None, None)
    return Mean(mean, float(low), float(high))


def fate_shares(fates: pd.DataFrame, measure: str, simulated: Sequence[int]) -> pd.DataFrame:
    """Shares of the eight fates in each replication, `[replication, fate]`; an undefined share is NaN."""
    sums = fates.groupby(["replication", "fate"], observed=True)[measure].sum().unstack(fill_value=0)
    table = sums.reindex(index=list(simulated), columns=list(FATES), fill_value=0).fillna(0)
    total = table.sum(axis=1)
    return table.div(total.where(total > 0), axis=0)


def percent(share: float, digits: int | None = None) -> str:
    """Formats a share in per cent; without `digits`, with one decimal if it would otherwise round to 0 or 100."""
    if digits and 0 < share < _NOTHING_SHOWN:
        return "<0.1\u00a0%"
    if digits:
        return f"{100 * share:.{digits}f}\u00a0%"
    if 0 < share < 1 and round(100 * share) in (0, 100):
        shown = min(max(round(100 * share, 1), 0.1), 99.9)
        return f"{shown:g}\u00a0%"
    return f"{round(100 * share):d}\u00a0%"


def percent_range(low: float, high: float) -> str:
    """Formats two shares as `57–65 %`, with a decimal if they are close."""
    if high < _NOTHING_SHOWN:
        return "<0.1\u00a0%"
    digits = _digits(low, high)
    return f"{100 * low:.{digits}f}–{100 * high:.{digits}f}\u00a0%"


def _digits(low: float, high: float) -> int:
    return 1 if high - low < _NARROW else 0


def dollars(value: float) -> str:
    """Formats US dollars in millions, or thousands for small amounts."""
    return f"{value / 1e6:,.1f}\u00a0MUSD" if value >= 1e5 else f"{value / 1e3:,.1f}\u00a0kUSD"  # noqa: PLR2004


def tonnes(value: float) -> str:
    """Formats tonnes with at least two digits."""
    return f"{value:,.0f}\u00a0t" if value >= 10 else f"{value:.1f}\u00a0t"  # noqa: PLR2004 - two digits at least
