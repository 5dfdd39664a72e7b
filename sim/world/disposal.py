"""Disposal as pure functions: when work on the condemned must begin, and what still can be done in time."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heapreplace


def makespan(work_s: Sequence[int], crews: int) -> int:
    """Working time until the last of some jobs is done, taken up in the given order by so many crews."""
    if not work_s:
        return 0
    if crews <= 1:
        return sum(work_s)
    if len(work_s) <= crews:
        return max(work_s)
    ends = list(work_s[:crews])
    heapify(ends)
    for work in work_s[crews:]:
        heapreplace(ends, ends[0] + work)
    return max(ends)


def first_is_destroyed(
    destroy_s: int, disable_s: int, all_destroy_s: int, all_disable_s: int, crew_seconds: int
) -> bool:
    """Whether the first of some lots can be destroyed so that all the others can still be destroyed or disabled.

    `all_` are sums over all of them, the first included.
    """
    return min(all_destroy_s, all_disable_s - disable_s + destroy_s) <= crew_seconds
