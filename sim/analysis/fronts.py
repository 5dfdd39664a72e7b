"""Points that no other beats in two or more responses at once, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.intervals import Interval, exact_chance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 1000


def front(objectives: NDArray[np.float64], more: Sequence[bool]) -> NDArray[np.bool_]:
    """Which points are on the front: none other is at least as good in all objectives and better in one.

    `objectives` are means [point, objective]; `more` says of each whether more is better. Equal points are on it
    together.
    """
    import numpy as np

    good = np.where(np.asarray(more), objectives, -objectives)
    # worst first along one axis: a point can only be beaten by one that is not below it there
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
    """The chance of each point to be on the front, were the replications drawn again.

    `values` are [point, objective, replication] of replications that all points have, under common stream: the same
    numbers are drawn for every point. The interval is that of the number of resamples, not of the model.
    """
    import numpy as np

    count = values.shape[2]
    stream = np.random.Generator(np.random.Philox(seed % 2**64))
    hits = np.zeros(values.shape[0], dtype=np.int64)
    for _ in range(resamples):
        weights = np.bincount(stream.integers(0, count, size=count), minlength=count) / count
        hits += front(values @ weights, more)
    return [(int(hit) / resamples, exact_chance(int(hit), resamples)) for hit in hits]
