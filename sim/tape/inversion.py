"""Variates from uniforms: one uniform per variate, by the inverse of the distribution function."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from sim.scenario.distributions import Distribution

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST = 1e15  # the largest number of a scenario; a heavy tail must not overflow whole numbers
_MOST_LOG = 600.0  # of a factor, so that products do not overflow floats
_LEAST_U, _MOST_U = 2.0**-60, 1 - 2.0**-53


def _special() -> ModuleType:
    """SciPy's special functions: slow to load, and many scenarios have no distribution that needs them."""
    from scipy import special

    return special


def ppf(distribution: Distribution, u: Floats) -> Floats:
    """Values of `distribution` at uniforms strictly inside (0, 1), in base units, those below 0 cut to 0; same shape.

    A constant does not use the uniforms.
    """
    values: Floats = np.maximum(_INVERSES[distribution.kind](distribution, u), 0.0)
    return values


def whole(distribution: Distribution, u: Floats) -> Ints:
    """Values of `distribution` rounded half up to whole base units."""
    rounded: Ints = np.floor(np.minimum(ppf(distribution, u), _MOST) + 0.5).astype(np.int64)
    return rounded


def poisson(mean: float, u: Floats) -> Floats:
    """Exact inverse of the Poisson distribution: the least k with P(N <= k) >= u, from a good guess by single steps."""
    if mean <= 0:
        return np.zeros(np.shape(u))
    special = _special()
    z = special.ndtri(u)
    k: Floats = np.maximum(np.floor(mean + np.sqrt(mean) * z + (z * z - 1) / 6), 0.0)
    while (low := special.pdtr(k, mean) < u).any():
        k = k + low
    while (high := (k > 0) & (special.pdtr(np.maximum(k - 1, 0), mean) >= u)).any():
        k = k - high
    return k


def _fixed(distribution: Distribution, u: Floats) -> Floats:
    return np.full(np.shape(u), distribution.numbers[0])


def _uniform(distribution: Distribution, u: Floats) -> Floats:
    low, high = distribution.numbers
    return low + u * (high - low)


def _triangular(distribution: Distribution, u: Floats) -> Floats:
    low, mode, high = distribution.numbers
    width = high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u * width < mode - low, rising, falling)


def _pert(distribution: Distribution, u: Floats) -> Floats:
    low, mode, high = distribution.numbers
    width = high - low
    share: Floats = _special().betaincinv(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, u)
    return low + share * width


def _exponential(distribution: Distribution, u: Floats) -> Floats:
    return -distribution.numbers[0] * np.log1p(-u)


def _lognormal(distribution: Distribution, u: Floats) -> Floats:
    mu, sigma = distribution.numbers
    values: Floats = np.exp(np.minimum(mu + sigma * _special().ndtri(u), _MOST_LOG))
    return values


def _normal(distribution: Distribution, u: Floats) -> Floats:
    mean, sd = distribution.numbers
    values: Floats = mean + sd * _special().ndtri(u)
    return values


def _gamma(distribution: Distribution, u: Floats) -> Floats:
    shape, scale = distribution.numbers
    units: Floats = np.asarray(_special().gammaincinv(shape, u), dtype=np.float64)
    return scale * units


def _weibull(distribution: Distribution, u: Floats) -> Floats:
    shape, scale = distribution.numbers
    logs = np.log(-np.log1p(-u)) / shape
    values: Floats = scale * np.exp(np.minimum(logs, _MOST_LOG))
    return values


def _poisson(distribution: Distribution, u: Floats) -> Floats:
    return poisson(distribution.numbers[0], u)


def _empirical(distribution: Distribution, u: Floats) -> Floats:
    values = np.sort(np.asarray(distribution.numbers))
    return values[np.minimum((u * len(values)).astype(np.int64), len(values) - 1)]


def _mixture(distribution: Distribution, u: Floats) -> Floats:
    """The first part up to its weight, then the next; within a part the uniform is rescaled to (0, 1)."""
    values = np.zeros(np.shape(u))
    weights = [weight for weight, _ in distribution.parts]
    ends = np.cumsum(weights)
    chosen = np.minimum(np.searchsorted(ends, u, side="right"), _last_with_weight(weights))
    for i, (weight, part) in enumerate(distribution.parts):
        mine = chosen == i
        if weight > 0 and mine.any():
            inside = (u[mine] - (ends[i] - weight)) / weight
            values[mine] = ppf(part, np.clip(inside, _LEAST_U, _MOST_U))
    return values


def _last_with_weight(weights: list[float]) -> int:
    return max(i for i, weight in enumerate(weights) if weight > 0)


_INVERSES: dict[str, Callable[[Distribution, Floats], Floats]] = {
    "fixed": _fixed,
    "uniform": _uniform,
    "triangular": _triangular,
    "pert": _pert,
    "exponential": _exponential,
    "lognormal": _lognormal,
    "normal": _normal,
    "gamma": _gamma,
    "weibull": _weibull,
    "poisson": _poisson,
    "empirical": _empirical,
    "mixture": _mixture,
}
