"""Sensitivity of a response to factors: Sobol indices, Morris effects, rank correlations, with intervals.

The response of a point is its mean over replications with common random numbers, so that noise shared by all points
moves no index. Intervals come from resampling with a fixed seed, so that they are reproducible.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
_BOOTSTRAP = f"95 % bootstrap of {RESAMPLES} resamples of points"


@dataclass(frozen=True, slots=True)
class Index:
    """One index of one factor with its 95 % interval; if it has no value, the method is the reason."""

    factor: str
    index: str
    value: float | None
    low: float | None
    high: float | None
    method: str


def sensitivity(
    design: Sobol | Morris | LatinHypercube, names: Sequence[str], means: Sequence[float | None], seed: int
) -> list[Index]:
    """The indices of a design, from a response's mean at each point in the order of the points.

    For a Sobol design with groups, the indices are those of the groups.
    """
    kinds = _KINDS[type(design)]
    if why := _without(means):
        return _none(design.blocks if isinstance(design, Sobol) else names, kinds, why)
    known = [mean for mean in means if mean is not None]
    if isinstance(design, Sobol):
        return sobol_indices(design, known, seed)
    if isinstance(design, Morris):
        return morris_effects(design, names, known, seed)
    return rank_correlations(names, design.coordinates, known)


def _without(means: Sequence[float | None]) -> str | None:
    """The reason why means at points have no indices, if any."""
    known = [mean for mean in means if mean is not None]
    if len(known) < len(means):
        return f"no value at {len(means) - len(known):,} of {len(means):,} points"
    if not known or max(known) - min(known) <= 1e-12 * max(abs(max(known)), abs(min(known)), 1e-300):
        return "the response is the same at all points"
    return None


def _none(names: Sequence[str], kinds: Sequence[str], why: str) -> list[Index]:
    return [Index(name, kind, None, None, None, why) for name in names for kind in kinds]


def sobol_indices(design: Sobol, values: Sequence[float], seed: int) -> list[Index]:
    """First and total order: shares of the variance over the design (Saltelli et al. 2010, through SALib).

    Estimates may be slightly below 0 or above 1 and are not cut. Intervals are from a bootstrap over points.
    """
    found = _analysed(design, values, seed)
    return [
        Index(name, kind, *_around(float(found[kind][at]), float(found[f"{kind}_conf"][at])), _BOOTSTRAP)
        for at, name in enumerate(design.blocks)
        for kind in _KINDS[Sobol]
    ]


def _analysed(design: Sobol, values: Sequence[float], seed: int) -> Mapping[str, NDArray[np.float64]]:
    """SALib's analysis of the values, with each resample."""
    import numpy as np
    from SALib.analyze import sobol

    found: Mapping[str, NDArray[np.float64]] = sobol.analyze(
        design.problem, np.asarray(values, dtype=np.float64), calc_second_order=False, num_resamples=RESAMPLES,
        conf_level=0.95, seed=seed % 2**32 or 2**32, keep_resamples=True,  # SALib treats a seed of 0 as none
    )  # fmt: skip
    return found


def shares_by_grade(design: Sobol, grades: Sequence[str], means: Sequence[float | None], seed: int) -> list[Index]:
    """The share of the variance due to factors of each grade, in order of first appearance.

    `grades` are those of the factors, in order. S1 is their effect alone, ST also includes interactions with
    others. If the design moves a grade as a group, these are the group's indices: first order includes interactions
    within the grade. If each factor moves alone, they are sums over factors: S1 is a lower bound of the group's S1 and
    ST an upper bound of its ST, with the interval of the sum over the same resamples.
    """
    names = list(dict.fromkeys(grades))
    if why := _without(means):
        return _none(names, _KINDS[Sobol], why)
    found = _analysed(design, [mean for mean in means if mean is not None], seed)
    rows = []
    for name in names:
        own = [at for at, block in enumerate(_grades_of_blocks(design, grades)) if block == name]
        said = dict.fromkeys(_KINDS[Sobol], _BOOTSTRAP)
        if len(own) > 1:
            over = f"sum over {len(own)} factors; {_BOOTSTRAP}"
            said = {"S1": f"at least this: {over}", "ST": f"at most this: {over}"}
        for kind in _KINDS[Sobol]:
            half = _Z95 * float(found[f"{kind}_conf_all"][:, own].sum(axis=1).std(ddof=1))
            rows.append(Index(name, kind, *_around(float(found[kind][own].sum()), half), said[kind]))
    return rows


def _grades_of_blocks(design: Sobol, grades: Sequence[str]) -> Sequence[str]:
    """The grade of each block: a factor's own, or that of the group."""
    return design.blocks if len(design.blocks) < len(grades) else grades


def _around(value: float, half: float) -> tuple[float, float, float]:
    return value, value - half, value + half


def morris_effects(design: Morris, names: Sequence[str], values: Sequence[float], seed: int) -> list[Index]:
    """Elementary effects over the whole range of a factor: their mean, mean size and spread.

    mu* (Campolongo, Cariboni and Saltelli 2007) has a bootstrap interval over trajectories; a factor with integer or
    named levels counts with its nominal step.
    """
    import numpy as np

    effects = elementary_effects(design.coordinates, np.asarray(values, dtype=np.float64), len(names))
    stream = np.random.Generator(np.random.Philox(seed % 2**64))
    drawn = stream.integers(0, effects.shape[0], size=(RESAMPLES, effects.shape[0]))
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
    """The change in each step of each trajectory, divided by the length of the step: [trajectory, factor]."""
    import numpy as np

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
    import numpy as np

    count = len(values)
    if count < _LEAST + 1:
        return _none(names, ("rank_correlation",), f"a correlation needs at least {_LEAST + 1} points")
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
    import numpy as np

    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    found: NDArray[np.float64] = (ends - (counts - 1) / 2)[where]
    return found
