"""Rare modes: the catastrophe, or the miracle, that too few replications have shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.intervals import exact_chance

ENOUGH = 20
"""Replications that a mode must have shown before a t-interval of the mean can be trusted with it."""
_WIDE = 0.5  # a gap of half the range parts two modes


@dataclass(frozen=True, slots=True)
class RareMode:
    """A mode shown by few replications, its chance and the exact interval of that chance."""

    where: str
    count: int
    chance: float
    low: float
    high: float


def rare_mode(values: Sequence[float], bounded: bool, confidence: float = 0.95) -> RareMode | None:
    """The rarest mode of the values with fewer than 20 replications in it, or `None`.

    A mode is an atom at 0 or 1 of a share against all other values, or one side of a gap of half the range.
    """
    found = [mode for mode in _modes(values, bounded) if 0 < mode[1] < min(ENOUGH, len(values))]
    if not found:
        return None
    where, count = min(found, key=lambda mode: mode[1])
    low, high = exact_chance(count, len(values), confidence)
    return RareMode(where, count, count / len(values), low, high)


def _modes(values: Sequence[float], bounded: bool) -> list[tuple[str, int]]:
    count, modes = len(values), []
    if bounded:
        for atom in (0.0, 1.0):
            at = sum(value == atom for value in values)
            modes += [(f"exactly {atom:g}", at), (f"other than {atom:g}", count - at if at else 0)]
    return modes + _sides_of_the_gap(sorted(values))


def _sides_of_the_gap(ordered: Sequence[float]) -> list[tuple[str, int]]:
    """Both sides of the widest gap, where it is half the range and there are enough values to call it one."""
    count = len(ordered)
    if count < ENOUGH or ordered[0] == ordered[-1]:
        return []
    gap, below = max((ordered[i] - ordered[i - 1], i) for i in range(1, count))
    if gap < _WIDE * (ordered[-1] - ordered[0]):
        return []
    return [
        (f"at or below {ordered[below - 1]:.4g}", below),
        (f"at or above {ordered[below]:.4g}", count - below),
    ]
