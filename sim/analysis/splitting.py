"""Splits the variance of an outcome into ignorance (uncertain inputs) and chance (random events).

Values are in a table of draws (uncertain inputs) by replications (random events), with the same random events for
every draw. The variance has three parts: draws (ignorance), replications (chance), and their interaction: random
events that matter more in one draw than in another. Estimates are those of the two-way layout with one value per
cell (Searle, Casella and McCulloch, Variance Components, section 4.3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.intervals import t_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SOURCES = ("ignorance", "chance", "both")
RESAMPLES = 500
_BAND = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class VariancePart:
    """One part of the variance: its size, its share of the whole, and the 95 % interval of that share.

    A negative estimate means that the part cannot be distinguished from 0 with this number of draws and
    replications; it is reported unchanged, and counts as 0 in the shares.
    """

    source: str
    variance: float
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Split:
    """Mean with its interval, bands of each source, and the parts of the variance.

    Bands are from the 5th to the 95th percentile: of the means of draws; of values about the mean of their draw,
    put at the mean of all and cut where no value was seen, so that a share keeps within 0 and 1; and of all values.
    """

    mean: float
    low: float | None
    high: float | None
    ignorance: tuple[float, float]
    chance: tuple[float, float]
    all: tuple[float, float]
    parts: tuple[VariancePart, ...]


def split(values: NDArray[np.float64], seed: int) -> Split:
    """Split a table [draw, replication] without gaps, with at least one of each.

    The interval of the mean is Student's over the means of draws, which are independent except for their common
    random events; so it is widened by the variance of the mean over replications.
    """
    import numpy as np

    draws = values.mean(axis=1)
    mean = float(values.mean())
    about = np.clip(values - draws[:, None] + mean, values.min(), values.max())
    low, high = _interval(values, mean)
    bands = [tuple(float(one) for one in np.quantile(part, _BAND)) for part in (draws, about, values)]
    return Split(mean, low, high, bands[0], bands[1], bands[2], tuple(_parts(values, seed)))  # type: ignore[arg-type]


def _interval(values: NDArray[np.float64], mean: float) -> tuple[float | None, float | None]:
    import numpy as np

    counts = [size for size in values.shape if size > 1]
    if not counts:
        return None, None
    variance = math.fsum(
        float(np.var(values.mean(axis=axis), ddof=1)) / values.shape[1 - axis]
        for axis in (0, 1) if values.shape[1 - axis] > 1
    )  # fmt: skip
    half = t_quantile(min(counts) - 1, 0.975) * variance**0.5
    return mean - half, mean + half


def components(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Variances of ignorance, chance and both, from a table with at least two draws and two replications."""
    draws, count = values.shape
    by_draw, by_stream = values.mean(axis=1), values.mean(axis=0)
    rest = values - by_draw[:, None] - by_stream[None, :] + values.mean()
    both = float((rest**2).sum()) / ((draws - 1) * (count - 1))
    return float(by_draw.var(ddof=1)) - both / count, float(by_stream.var(ddof=1)) - both / draws, both


def _parts(values: NDArray[np.float64], seed: int) -> Sequence[VariancePart]:
    import numpy as np

    if min(values.shape) < 2:  # noqa: PLR2004 - one draw, or one replication, has no spread
        return ()
    found = components(values)
    if not any(found):
        return [VariancePart(source, 0.0, None, None, None) for source in SOURCES]
    stream = np.random.Generator(np.random.Philox(seed % 2**64))
    draws, count = values.shape
    again = np.empty((RESAMPLES, len(SOURCES)))
    for at in range(RESAMPLES):  # resample both draws and replications
        rows, columns = stream.integers(0, draws, draws), stream.integers(0, count, count)
        again[at] = _shares(components(values[np.ix_(rows, columns)]))
    low, high = np.nanquantile(again, (0.025, 0.975), axis=0)
    shares = _shares(found)
    return [
        VariancePart(source, found[at], shares[at], float(low[at]), float(high[at]))
        for at, source in enumerate(SOURCES)
    ]


def _shares(found: Sequence[float]) -> list[float]:
    """Shares of the whole, parts below 0 as 0."""
    inside = [max(part, 0.0) for part in found]
    whole = math.fsum(inside)
    return [part / whole if whole else float("nan") for part in inside]
