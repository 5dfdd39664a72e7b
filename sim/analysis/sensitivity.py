"""Which factor moves a response how much: Sobol indices, Morris effects, rank correlations, each with its interval.

The response of a point is its mean over replications under common luck, so that noise that all points share moves
no index. Intervals come from resampling with a fixed seed: the same figures every time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.designs import LatinHypercube, Morris, Sobol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 1000
_LEAST = 4
_KINDS = {Sobol: ("S1", "ST"), Morris: ("mu", "mu_star", "sigma"), LatinHypercube: ("rank_correlation",)}
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Index:
    """One figure about one factor with its 95 % interval; where there is none, the method is the reason."""

    factor: str
    index: str
    value: float | None
    low: float | None
    high: float | None
    method: str


def sensitivity(
    design: Sobol | Morris | LatinHypercube, names: Sequence[str], means: Sequence[float | None], seed: int
) -> list[Index]:
    """The indices that a design is made for, from a response's mean at each point in the order of the points."""
    kinds = _KINDS[type(design)]
    known = [mean for mean in means if mean is not None]
    if len(known) < len(means):
        missing = len(means) - len(known)
        return _none(names, kinds, f"no value at {missing:,} of {len(means):,} points")
    if not known or max(known) - min(known) <= 1e-12 * max(abs(max(known)), abs(min(known)), 1e-300):
        return _none(names, kinds, "the response is the same at all points")
    if isinstance(design, Sobol):
        return sobol_indices(design, names, known, seed)
    if isinstance(design, Morris):
        return morris_effects(design, names, known, seed)
    return rank_correlations(names, design.coordinates, known)


def _none(names: Sequence[str], kinds: Sequence[str], why: str) -> list[Index]:
    return [Index(name, kind, None, None, None, why) for name in names for kind in kinds]


def sobol_indices(design: Sobol, names: Sequence[str], values: Sequence[float], seed: int) -> list[Index]:
    """First and total order: shares of the variance over the design (Saltelli et al. 2010, through SALib).

    Estimates may lie a little below 0 or above 1 and are not cut. Intervals are of a bootstrap over points.
    """
    import numpy as np  # noqa: PLC0415 - heavy
    from SALib.analyze import sobol  # noqa: PLC0415 - an extra, and heavy

    found = sobol.analyze(
        design.problem, np.asarray(values, dtype=np.float64), calc_second_order=False, num_resamples=RESAMPLES,
        conf_level=0.95, seed=seed % 2**32,
    )  # fmt: skip
    said = f"95 % bootstrap of {RESAMPLES} resamples of points"
    return [
        Index(name, kind, *_around(float(found[kind][at]), float(found[f"{kind}_conf"][at])), said)
        for at, name in enumerate(names)
        for kind in ("S1", "ST")
    ]


def _around(value: float, half: float) -> tuple[float, float, float]:
    return value, value - half, value + half


def morris_effects(design: Morris, names: Sequence[str], values: Sequence[float], seed: int) -> list[Index]:
    """Elementary effects over the whole range of a factor: their mean, mean size and spread.

    mu* (Campolongo, Cariboni and Saltelli 2007) has a bootstrap interval over trajectories; a factor with whole or
    named levels is counted by its nominal step.
    """
    import numpy as np  # noqa: PLC0415 - heavy

    effects = elementary_effects(design.coordinates, np.asarray(values, dtype=np.float64), len(names))
    luck = np.random.Generator(np.random.Philox(seed % 2**64))
    drawn = luck.integers(0, effects.shape[0], size=(RESAMPLES, effects.shape[0]))
    low, high = np.quantile(np.abs(effects)[drawn].mean(axis=1), (0.025, 0.975), axis=0)
    said = f"95 % bootstrap of {RESAMPLES} resamples of trajectories"
    rows = []
    for at, name in enumerate(names):
        column = effects[:, at]
        rows += [
            Index(name, "mu", float(column.mean()), None, None, "no interval"),
            Index(name, "mu_star", float(np.abs(column).mean()), float(low[at]), float(high[at]), said),
            Index(name, "sigma", float(column.std(ddof=1)), None, None, "no interval"),
        ]
    return rows


def elementary_effects(
    coordinates: NDArray[np.float64], values: NDArray[np.float64], factors: int
) -> NDArray[np.float64]:
    """What each step of each trajectory changes, over the length of the step: [trajectory, factor]."""
    import numpy as np  # noqa: PLC0415 - heavy

    ways = coordinates.reshape(-1, factors + 1, factors)
    steps = np.diff(ways, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    slopes = np.diff(values.reshape(-1, factors + 1), axis=1) / np.take_along_axis(steps, moved[..., None], 2)[..., 0]
    effects = np.empty((ways.shape[0], factors))
    np.put_along_axis(effects, moved, slopes, axis=1)
    return effects


def rank_correlations(names: Sequence[str], coordinates: NDArray[np.float64], values: Sequence[float]) -> list[Index]:
    """Spearman's rank correlation of the response with each factor, with Fisher's interval.

    The interval's variance is (1 + r²/2)/(n - 3) (Bonett and Wright 2000).
    """
    import numpy as np  # noqa: PLC0415 - heavy

    count = len(values)
    if count < _LEAST + 1:
        return _none(names, ("rank_correlation",), f"a correlation needs {_LEAST + 1} points at least")
    ranks = _ranks(np.asarray(values, dtype=np.float64))
    rows = []
    for at, name in enumerate(names):
        r = float(np.corrcoef(_ranks(coordinates[:, at]), ranks)[0, 1])
        inside = min(max(r, -1 + 1e-12), 1 - 1e-12)
        half = _Z95 * math.sqrt((1 + inside**2 / 2) / (count - 3))
        low, high = math.tanh(math.atanh(inside) - half), math.tanh(math.atanh(inside) + half)
        rows.append(Index(name, "rank_correlation", r, low, high, "95 % Fisher's z of Spearman's correlation"))
    return rows


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1; equal values share the mean of theirs."""
    import numpy as np  # noqa: PLC0415 - heavy

    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    found: NDArray[np.float64] = (ends - (counts - 1) / 2)[where]
    return found
