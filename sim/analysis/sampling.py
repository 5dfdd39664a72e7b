"""Estimates over draws of uncertain inputs, each with its own random events, and the gain of Sobol sampling.

Draws are independent (`plain`), or points of a Sobol sequence scrambled eight times over (`sobol`): then the means of
the scrambles are independent, and the interval is Student's over the eight (Owen, "Monte Carlo variance of scrambled
net quadrature", SIAM Journal on Numerical Analysis 34, 1997; L'Ecuyer and Lemieux, "Recent advances in randomized
quasi-Monte Carlo methods", 2002, section 1.4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.analysis.designs import SCRAMBLES
from sim.analysis.estimates import CONFIDENCE, Estimate, Measure, estimate
from sim.analysis.intervals import mean_of, never_seen, spread_of, t_half_width
from sim.analysis.modes import SHOWN

CROSSED, PLAIN, SOBOL = "crossed", "plain", "sobol"
"""All draws with the same replications; separate independent draws; separate Sobol draws."""
_PERCENT = f"{CONFIDENCE * 100:g} %"


@dataclass(frozen=True, slots=True)
class Sampled:
    """An estimate over draws, and the factor by which it took fewer runs than independent draws.

    `factor` is the variance of the mean of as many independent runs over the variance of this mean, with a 95 %
    interval: eight scrambles give a rough value. It is `None` for plain draws, and if nothing varies.
    """

    said: Estimate
    factor: float | None = None
    factor_low: float | None = None
    factor_high: float | None = None


def sampled(measure: Measure, draws: Sequence[Sequence[float | None]], failed: int, sampling: str) -> Sampled:
    """Estimate a response from the values of each draw, in the order of the draws."""
    if sampling == PLAIN:
        return Sampled(estimate(measure, [_mean(draw) for draw in draws], failed))
    each = len(draws) // SCRAMBLES
    scrambles = [[value for draw in draws[at : at + each] for value in draw] for at in range(0, len(draws), each)]
    said = estimate(measure, [value for scramble in scrambles for value in scramble], failed)
    if said.mean is None or said.least == said.most:
        return Sampled(said)
    means = [mean for mean in map(_mean, scrambles) if mean is not None]
    if len(means) < SCRAMBLES:
        return Sampled(replace(said, low=None, high=None, method="none: a scramble has no value"))
    return _over(said, means, [value for scramble in scrambles for value in scramble if value is not None])


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return mean_of(known) if known else None


def _over(said: Estimate, means: Sequence[float], known: Sequence[float]) -> Sampled:
    """The interval over the means of scrambles, and the factor."""
    spread = spread_of(means)
    # scrambles that agree still do not determine the mean more finely than one of their points
    half = t_half_width(SCRAMBLES, spread, CONFIDENCE) or (max(known) - min(known)) * SCRAMBLES / len(known)
    assert said.mean is not None
    low, high = said.mean - half, said.mean + half
    method = f"{_PERCENT} t over {SCRAMBLES} scrambles"
    if said.measure.bounded and (low < 0 or high > 1):
        method += f", cut at {0 if low < 0 else 1}"
        low, high = max(low, 0.0), min(high, 1.0)
    few = said.measure.bounded and len(known) < SHOWN
    found = replace(said, low=low, high=high, method=method, unseen=never_seen(len(known)) if few else None)
    if spread == 0:
        return Sampled(found)
    factor = (spread_of(known) ** 2 / len(known)) / (spread**2 / SCRAMBLES)
    return Sampled(found, factor, *(factor * end for end in _of_variance(SCRAMBLES - 1)))


def _of_variance(freedom: int) -> tuple[float, float]:
    """The 95 % interval of a reciprocal variance, as multiples of its estimate, by degrees of freedom."""
    from scipy.special import gammaincinv

    tail = (1 - CONFIDENCE) / 2
    low, high = (2 * float(gammaincinv(freedom / 2, end)) / freedom for end in (tail, 1 - tail))
    return low, high


def is_even(draws: int) -> bool:
    """Whether a number of draws is eight scrambles of a power of two, with at least two points each."""
    return draws >= 2 * SCRAMBLES and math.log2(draws).is_integer()
