"""Results of replications against exactly known values: exact matches, and random ones by their z."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.analysis.intervals import mean_of

ERROR = 1e-3
"""Probability that, by chance alone, any z exceeds the limit, or the sum of squares leaves its band."""
_POWER = 5.62
"""Error of a mean, in standard errors, that is detected nearly always."""

Of = str | Mapping[str, float]


@dataclass(frozen=True, slots=True)
class OracleFinding:
    """The result of one expectation: the value, its z if it is random, and whether it holds.

    `bias` is the relative error that this number of replications would detect; `None` if that has no meaning.
    `said` names the difference if values of two scenarios are compared.
    """

    value: float | None
    z: float | None
    holds: bool
    bias: float | None = None
    said: str = ""


def exact(values: Sequence[float | None], equals: float | None) -> OracleFinding:
    """Check that every value equals the known one to the last digit; `None` is a share of nothing."""
    odd = [value for value in values if value != equals]
    return OracleFinding(odd[0] if odd else equals, None, not odd and bool(values))


def at_most(values: Sequence[float | None], bound: float) -> OracleFinding:
    """Check that no value is above a bound."""
    known = [value for value in values if value is not None]
    return OracleFinding(
        max(known, default=None), None, bool(known) and len(known) == len(values) and max(known) <= bound
    )


def by_chance(values: Sequence[float | None], of: Of, equals: float, limit: float) -> OracleFinding:
    """The error of a mean, a variance or the share of one value, in standard errors."""
    known = [value for value in values if value is not None]
    if len(known) < len(values) or len(known) < 2:  # noqa: PLR2004 - one value has no spread
        return OracleFinding(None, None, holds=False)
    value, error = _statistic(known, of, equals)
    if error == 0:
        return OracleFinding(value, 0.0 if value == equals else math.inf, value == equals)
    z = (value - equals) / error
    bias = _POWER * error / abs(equals) if equals else None
    return OracleFinding(value, z, abs(z) < limit, bias)


def _statistic(values: Sequence[float], of: Of, equals: float) -> tuple[float, float]:
    """The statistic and its standard error."""
    count, mean = len(values), mean_of(values)
    second = mean_of([(value - mean) ** 2 for value in values])
    if of == "mean":
        return mean, math.sqrt(second / (count - 1))
    if of == "variance":
        fourth = mean_of([(value - mean) ** 4 for value in values])
        return second * count / (count - 1), math.sqrt(max(fourth - second**2, 0.0) / count)
    assert isinstance(of, Mapping), "a statistic is mean, variance or the share at a value"
    at = of["share_at"]
    share = sum(math.isclose(value, at) for value in values) / count
    return share, math.sqrt(equals * (1 - equals) / count)


def limit_of(count: int) -> float:
    """The z that any of `count` exceeds by chance only once in a thousand times (Bonferroni)."""
    from scipy.special import ndtri

    return float(-ndtri(ERROR / (2 * max(count, 1))))


def band_of_squares(count: int) -> tuple[float, float]:
    """The band that the sum of `count` squared z leaves only once in a thousand times."""
    from scipy.special import chdtri

    return float(chdtri(count, 1 - ERROR / 2)), float(chdtri(count, ERROR / 2))
