"""Rare modes: the catastrophe, or the miracle, that too few replications have shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.intervals import exact_chance, least_to_see

ENOUGH = 20
"""Replications that a mode must have shown before a t-interval of the mean can be trusted with it."""
RARE = 0.02
"""The least chance of a mode that a t-interval without any flag has had occasion to see."""
SHOWN = least_to_see(RARE)
"""Replications that show a mode of this chance in 19 runs of 20; with fewer a t-interval of a share is flagged."""
_WIDE = 0.5  # a gap of half the range parts two modes


@dataclass(frozen=True, slots=True)
class RareMode:
    """A mode shown by few replications, its chance and the exact interval of that chance."""

    where: str
    count: int
    chance: float
    low: float
    high: float

    def flag(self, total: int) -> str:
        """What the tables say of it beside an estimate from so many replications."""
        return f"{self.where} in {self.count} of {total} only: too few to trust the interval"


def rare_mode(values: Sequence[float], bounded: bool, confidence: float = 0.95) -> RareMode | None:
    """The rarest mode of the values with fewer than 20 replications in it, or `None`.

    A mode is an atom at 0 or 1 of a share against all other values, or one side of a gap of half the range.
    """
    modes = _sides_of_the_gap(sorted(values))
    if bounded:
        modes = _atoms(values.count(0.0), values.count(1.0), len(values)) + modes
    return _rarest(modes, len(values), confidence)


def rare_atom(zeros: int, ones: int, count: int, confidence: float = 0.95) -> RareMode | None:
    """The same of a share of which no more is known than in how many replications it was 0, and 1."""
    return _rarest(_atoms(zeros, ones, count), count, confidence)


def _rarest(modes: Sequence[tuple[str, int]], total: int, confidence: float) -> RareMode | None:
    found = [mode for mode in modes if 0 < mode[1] < min(ENOUGH, total)]
    if not found:
        return None
    where, count = min(found, key=lambda mode: mode[1])
    low, high = exact_chance(count, total, confidence)
    return RareMode(where, count, count / total, low, high)


def _atoms(zeros: int, ones: int, count: int) -> list[tuple[str, int]]:
    modes = []
    for atom, at in ((0, zeros), (1, ones)):
        modes += [(f"exactly {atom}", at), (f"other than {atom}", count - at if at else 0)]
    return modes


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
