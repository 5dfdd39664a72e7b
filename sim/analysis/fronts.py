"""Pareto fronts of points in two or more responses, and the confidence in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.intervals import Interval, exact_chance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 1000


def front(objectives: NDArray[np.float64], more: Sequence[bool]) -> NDArray[np.bool_]:
    """Whether each point is on the front: no other is at least as good in all objectives and better in one.

    `objectives` are means [point, objective]; `more` says for each whether more is better. Equal points are on
    the front together.
    """
    import numpy as np

    good = np.where(np.asarray(more), objectives, -objectives)
    # best first along one axis: a point can only be beaten by one that is not worse there
    order = np.lexsort(tuple(-good[:, at] for at in reversed(range(good.shape[1]))))
    kept: list[int] = []
    on = np.zeros(len(good), dtype=bool)
    best = np.empty((0, good.shape[1]))
    for at in order:
        beaten = ((best >= good[at]).all(axis=1) & (best > good[at]).any(axis=1)).any()
        if not beaten:
            kept.append(int(at))
            best = good[kept]
            on[at] = True
    return on


def chance_on_front(
    values: NDArray[np.float64], more: Sequence[bool], seed: int, resamples: int = RESAMPLES
) -> list[tuple[float, Interval]]:
    """The probability of each point to be on the front, if the replications were drawn again.

    `values` are [point, objective, replication] of replications that all points have, with common random numbers:
    the same replications are resampled for every point. The interval reflects the number of resamples, not the model.
    """
    import numpy as np

    count = values.shape[2]
    stream = np.random.Generator(np.random.Philox(seed % 2**64))
    hits = np.zeros(values.shape[0], dtype=np.int64)
    for _ in range(resamples):
        weights = np.bincount(stream.integers(0, count, size=count), minlength=count) / count
        hits += front(values @ weights, more)
    return [(int(hit) / resamples, exact_chance(int(hit), resamples)) for hit in hits]
