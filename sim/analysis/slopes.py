"""A straight line through replications: how much one number moves with another that chance alone decides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.intervals import mean_of, t_quantile

_LEAST = 4


@dataclass(frozen=True, slots=True)
class Slope:
    """The slope with its 95 % interval; all `None` where `x` never differs or there are fewer than four pairs."""

    value: float | None
    low: float | None
    high: float | None
    count: int


def slope_of(xs: Sequence[float], ys: Sequence[float], confidence: float = 0.95) -> Slope:
    """Returns the least-squares slope of `ys` on `xs`, with an interval that holds where the spread differs along `xs`.

    The variance is HC3 (MacKinnon and White 1985), the quantile Student's with n - 2 degrees of freedom.
    """
    count = len(xs)
    if count < _LEAST or min(xs) == max(xs):
        return Slope(None, None, None, count)
    middle, level = mean_of(xs), mean_of(ys)
    off = [x - middle for x in xs]
    square = math.fsum(each * each for each in off)
    slope = math.fsum(each * (y - level) for each, y in zip(off, ys, strict=True)) / square
    spread = 0.0
    terms = []
    for each, y in zip(off, ys, strict=True):
        leverage = 1 / count + each * each / square
        rest = (y - level - slope * each) / max(1 - leverage, 1e-9)
        terms.append((each * rest) ** 2)
    spread = math.sqrt(math.fsum(terms)) / square
    half = t_quantile(count - 2, 0.5 + confidence / 2) * spread
    return Slope(slope, slope - half, slope + half, count)
