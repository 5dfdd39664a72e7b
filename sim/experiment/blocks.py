"""Splits replications into blocks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

BLOCK = 25
FEW = 20
"""Fewer replications than this run in the process itself, unless workers are asked for."""
_LEAST = 3  # in the last blocks: enough to make the cost of handing over a block small
_SHARES = 2  # blocks for each worker, if there are too few replications for full blocks


def all_cores() -> int:
    """Number of cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # pragma: no cover - not on every system
        return os.cpu_count() or 1


def block_size(count: int, workers: int) -> int:
    """25, or fewer if `count` replications would leave a worker without its share."""
    return max(1, min(BLOCK, -(-count // (workers * _SHARES))))


def blocks_of(numbers: Sequence[int], workers: int) -> Iterator[tuple[int, ...]]:
    """Yields numbers in blocks, in the given order; the last blocks are smaller, so that all workers end together."""
    first, least = 0, min(_LEAST, block_size(len(numbers), workers))
    while first < len(numbers):
        size = max(least, block_size(len(numbers) - first, workers))
        yield tuple(numbers[first : first + size])
        first += size


def workers_for(asked: int | None, replications: int | None) -> int:
    """Number of processes: as asked, else all cores; 1 if there is little to do."""
    if asked is None:
        return 1 if replications is not None and replications < FEW else all_cores()
    return asked if replications is None else min(asked, replications)
