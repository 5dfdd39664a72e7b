"""An interval of a mean in [0, 1] that holds at every stopping time, by betting against each candidate.

The hedged capital process with predictable plug-in bets of Waudby-Smith and Ramdas, "Estimating means of
bounded random variables by betting", Journal of the Royal Statistical Society B 86 (2024), section 4.2 and
theorem 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.intervals import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CANDIDATES = 2001
_LONGEST_BET = 0.75  # share of the capital that one observation can cost, below 1
_AT_ONCE = 128


def betting_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """The candidates in [0, 1] not rejected by any value, in order: the running intersection.

    Candidates are on a grid; the interval is widened by one step, so rounding never shortens it.
    Raises `ValueError` for a value outside [0, 1].
    """
    import numpy as np

    seen = np.asarray(values, dtype=np.float64)
    if seen.size and not (seen.min() >= 0.0 and seen.max() <= 1.0):
        raise ValueError("betting needs values from 0 to 1")
    means = np.linspace(0.0, 1.0, _CANDIDATES)
    bets = _bets(seen, 1 - confidence)
    up, down = np.zeros(_CANDIDATES), np.zeros(_CANDIDATES)
    for first in range(0, seen.size, _AT_ONCE):
        part, bet = seen[first : first + _AT_ONCE], bets[first : first + _AT_ONCE]
        gains_up, gains_down = _gains(part, bet, means)
        path_up, path_down = up + np.cumsum(gains_up, axis=0), down + np.cumsum(gains_down, axis=0)
        # half of the capital is bet each way, so a candidate is rejected when either half has grown by 2 / error
        alive = np.maximum(path_up, path_down).max(axis=0) < math.log(2 / (1 - confidence))
        means, up, down = means[alive], path_up[-1, alive], path_down[-1, alive]  # rejection is final
        if not means.size:  # the values fit no single mean: nothing can be excluded
            return Interval(0.0, 1.0)
    step = 1 / (_CANDIDATES - 1)
    return Interval(max(0.0, float(means[0]) - step), min(1.0, float(means[-1]) + step))


def _bets(seen: NDArray[np.float64], error: float) -> NDArray[np.float64]:
    """The bet on each observation, from earlier ones only."""
    import numpy as np

    turn = np.arange(1, seen.size + 1)
    mean = (0.5 + np.cumsum(seen)) / (turn + 1)
    variance = (0.25 + np.cumsum((seen - mean) ** 2)) / (turn + 1)
    before = np.concatenate(([0.25], variance[:-1]))
    bets: NDArray[np.float64] = np.sqrt(2 * math.log(2 / error) / (before * turn * np.log(turn + 1)))
    return bets


def _gains(
    part: NDArray[np.float64], bet: NDArray[np.float64], means: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log growth of the bets that the mean is above and below each candidate: [observation, candidate]."""
    import numpy as np

    with np.errstate(divide="ignore"):
        above = np.minimum(bet[:, None], _LONGEST_BET / means)
        below = np.minimum(bet[:, None], _LONGEST_BET / (1 - means))
    off = part[:, None] - means
    return np.log1p(above * off), np.log1p(-below * off)
