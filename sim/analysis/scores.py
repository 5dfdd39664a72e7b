"""Scores of forecasts: predictive intervals, CRPS, PIT, skill over a reference, order, and bounds of hit rates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.intervals import exact_chance
from sim.errors import InputError, Problem

LEVELS = (0.5, 0.9)
"""The central predictive intervals that are scored."""


@dataclass(frozen=True, slots=True)
class Score:
    """Scores of one target: quantiles of the ensemble, whether its intervals contain the value, CRPS and mid-PIT."""

    members: int
    median: float
    half: tuple[float, float]
    most: tuple[float, float]
    in_half: bool
    in_most: bool
    crps: float
    pit: float


def require_scoring() -> None:
    """Raise `InputError` if the scoring library is not installed."""
    try:
        import scoringrules  # noqa: F401 - checked before anything is simulated
    except ImportError:
        said = "scores need the package scoringrules; install it with: pip install scoringrules"
        raise InputError([Problem("", said)]) from None


def crps_of(members: Sequence[float], value: float) -> float:
    """CRPS of an ensemble: mean distance to the value minus half the mean distance of two members.

    Gneiting and Raftery (2007), equation 21; in the unit of the value, 0 if every member equals it.
    """
    require_scoring()
    import scoringrules

    return float(scoringrules.crps_ensemble(value, np.asarray(members, dtype=float), estimator="nrg"))


def mid_pit(members: Sequence[float], value: float) -> float:
    """Share of members below the value, plus half of those equal to it: ties need no randomisation."""
    ensemble = np.asarray(members, dtype=float)
    return float(np.mean(ensemble < value) + 0.5 * np.mean(ensemble == value))


def interval_of(members: Sequence[float], level: float) -> tuple[float, float]:
    """The central interval that contains this share of an ensemble; its ends are members."""
    low, high = np.quantile(np.asarray(members, dtype=float), [(1 - level) / 2, (1 + level) / 2],
                            method="inverted_cdf")  # fmt: skip
    return float(low), float(high)


def score(members: Sequence[float], value: float) -> Score:
    """All scores of one target. `members` are the ensemble, in any order, at least one."""
    half, most = (interval_of(members, level) for level in LEVELS)
    return Score(
        len(members), float(np.median(np.asarray(members, dtype=float))), half, most,
        half[0] <= value <= half[1], most[0] <= value <= most[1], crps_of(members, value), mid_pit(members, value),
    )  # fmt: skip


def skill(crps: float, reference_forecast: float | None) -> float | None:
    """1 minus the ratio of the scores: 1 is perfect, 0 no better; `None` without a reference, or if it was exact."""
    return None if not reference_forecast else 1.0 - crps / reference_forecast


@dataclass(frozen=True, slots=True)
class RankOrder:
    """Rank correlations of an order with that of the record; `None` if there is no order."""

    spearman: float | None
    kendall: float | None


def order(ours: Sequence[float], record: Sequence[float]) -> RankOrder:
    """Spearman's rho and Kendall's tau-b of two orders of the same items."""
    if len(set(ours)) < 2 or len(set(record)) < 2:  # noqa: PLR2004 - one value has no order
        return RankOrder(None, None)
    from scipy.stats import kendalltau, spearmanr

    return RankOrder(_number(spearmanr(ours, record).statistic), _number(kendalltau(ours, record).statistic))


def _number(value: object) -> float | None:
    number = float(str(value))
    return number if math.isfinite(number) else None


def hit_rates(hits: int, targets: int, confidence: float = 0.95) -> tuple[float, float]:
    """True hit rates consistent with the hits: Clopper and Pearson's interval, if targets were independent."""
    return exact_chance(hits, targets, confidence)
