"""Intervals for means, probabilities and quantiles of independent replications.

Only `scipy.special` is used: its inverses suffice, and `scipy.stats` takes ten times as long to load.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple


class Interval(NamedTuple):
    """Two ends, in the unit of the estimated quantity."""

    low: float
    high: float


def get_ready() -> None:
    """Load the libraries of this module early."""
    import scipy.special  # noqa: F401 - heavy


def mean_of(values: Sequence[float]) -> float:
    """The mean, summed without rounding error, so that it does not depend on the order of addition."""
    return math.fsum(values) / len(values)


def spread_of(values: Sequence[float]) -> float:
    """The standard deviation with n - 1, of at least two values."""
    mean = mean_of(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def t_quantile(freedom: int, chance: float) -> float:
    """The quantile of Student's t with `freedom` degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, chance))


def t_half_width(count: int, deviation: float, confidence: float) -> float:
    """Half the width of the t-interval of a mean of `count` values, at least two, with this deviation."""
    return t_quantile(count - 1, 0.5 + confidence / 2) * deviation / math.sqrt(count)


def t_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """Student's interval of the mean of at least two values."""
    mean, half = mean_of(values), t_half_width(len(values), spread_of(values), confidence)
    return Interval(mean - half, mean + half)


def exact_chance(hits: int, count: int, confidence: float = 0.95) -> Interval:
    """The interval of Clopper and Pearson (1934) for the probability of an event seen `hits` times in `count`.

    At 0 or `count` hits the interval is one-sided and has all of the error.
    """
    from scipy.special import betaincinv

    tail = 1 - confidence if hits in (0, count) else (1 - confidence) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, count - hits + 1, tail))
    high = 1.0 if hits == count else float(betaincinv(hits + 1, count - hits, 1 - tail))
    return Interval(low, high)


def never_seen(count: int, confidence: float = 0.95) -> float:
    """The largest probability of an event not seen in `count` replications: about 3 / `count` at 95 %."""
    return -math.expm1(math.log1p(-confidence) / count)


def least_to_see(chance: float, confidence: float = 0.95) -> int:
    """The smallest number of replications that show an event of this probability: 149 for 2 % at 95 %."""
    return math.ceil(math.log1p(-confidence) / math.log1p(-chance))


def of_a_constant(value: float, count: int, confidence: float = 0.95) -> Interval:
    """The exact interval of the mean of a share that was the same in every replication.

    It differs with a probability of at most `never_seen`, and may then be anything from 0 to 1.
    """
    other = never_seen(count, confidence)
    return Interval(value * (1 - other), value * (1 - other) + other)


def seen_rarely(hits: int, count: int, confidence: float = 0.95) -> float:
    """The largest probability of an event seen `hits` times in `count`, fewer than all; `never_seen` for 0 hits."""
    from scipy.special import betaincinv

    return never_seen(count, confidence) if hits == 0 else float(betaincinv(hits + 1, count - hits, confidence))


def of_a_constant_gap(gap: float, other: float, reach: float = 1.0) -> Interval:
    """The exact interval of the mean of a difference that is `gap` except with a probability of at most `other`.

    If it is not `gap`, it may be anything from -`reach` to `reach`: 1 for a difference of two shares.
    """
    return Interval(gap * (1 - other) - reach * other, gap * (1 - other) + reach * other)


def replications_for(other: float, count: int, wanted: float) -> float:
    """The number of agreeing replications that reduce the bound `other`, from `count`, to `wanted`."""
    if wanted >= 1:
        return 0.0
    return count * math.log1p(-other) / math.log1p(-wanted) if wanted > 0 else math.inf


@lru_cache(maxsize=2**10)
def quantile_ranks(count: int, share: float, confidence: float = 0.95) -> tuple[int, int] | None:
    """Ranks (from 1) of the order statistics that enclose a quantile; `None` if `count` is too small.

    Each tail has at most half of the error: P(B < low) and P(B >= high) for B binomial(count, share)
    (David and Nagaraja, Order Statistics, section 7.1).
    """
    if count < least_count(share, confidence):  # even the smallest and largest value do not enclose it
        return None
    from scipy.special import bdtr

    tail = (1 - confidence) / 2
    low = _last(lambda rank: float(bdtr(rank - 1, count, share)) <= tail, count)
    high = count + 1 - _last(lambda rank: 1 - float(bdtr(count - rank, count, share)) <= tail, count)
    return (low, high) if low >= 1 and high <= count else None


def _last(holds: Callable[[int], bool], count: int) -> int:
    """The largest rank up to `count` for which a condition that turns from true to false holds; else 0."""
    low, high = 0, count
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low


def least_count(share: float, confidence: float = 0.95) -> int:
    """The smallest number of replications for which a quantile has an interval of order statistics."""
    tail = (1 - confidence) / 2
    rarer = min(share, 1 - share)
    return max(2, math.ceil(math.log(tail) / math.log1p(-rarer) - 1e-9))


def rank_of(count: int, share: float) -> int:
    """The rank (from 1) of the sample quantile: the smallest with at least that share at or below it."""
    return min(max(math.ceil(count * share - 1e-9), 1), count)
