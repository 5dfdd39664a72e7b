"""Rare modes: outcomes, bad or good, that too few replications have shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.intervals import exact_chance, least_to_see

ENOUGH = 20
"""Replications that must show a mode before a t-interval of the mean can be trusted."""
RARE = 0.02
"""The smallest probability of a mode that an unflagged t-interval is likely to have seen."""
SHOWN = least_to_see(RARE)
"""Replications that show such a mode in 19 runs of 20; with fewer, the t-interval of a share is flagged."""
_WIDE = 0.5  # a gap of half the range separates two modes


@dataclass(frozen=True, slots=True)
class RareMode:
    """A mode shown by few replications, its relative frequency and the exact interval of its probability."""

    where: str
    count: int
    chance: float
    low: float
    high: float

    def flag(self, total: int) -> str:
        """The note in tables for an estimate from `total` replications."""
        return f"{self.where} in only {self.count} of {total}: the interval may be too narrow"


def rare_mode(values: Sequence[float], bounded: bool, confidence: float = 0.95) -> RareMode | None:
    """The rarest mode of the values with fewer than 20 replications in it, or `None`.

    A mode is an atom of a share at 0 or 1, or all its other values, or one side of a gap of half the range.
    """
    modes = _sides_of_the_gap(sorted(values))
    if bounded:
        modes = _atoms(values.count(0.0), values.count(1.0), len(values)) + modes
    return _rarest(modes, len(values), confidence)


def rare_atom(zeros: int, ones: int, count: int, confidence: float = 0.95) -> RareMode | None:
    """The same for a share of which only the numbers of replications at 0 and at 1 are known."""
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
    """Both sides of the widest gap, if it is at least half the range and there are enough values."""
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


def member(mode: RareMode, column: Sequence[float | None]) -> int | None:
    """The place in a column of a value that is in a mode, the first or the most extreme one; `None` without any."""
    known = [(value, at) for at, value in enumerate(column) if value is not None]
    kind, _, number = mode.where.rpartition(" ")
    if kind in ("exactly", "other than"):
        atom = float(number)
        return next((at for value, at in known if (value == atom) is (kind == "exactly")), None)
    sign = 1 if kind == "at or below" else -1
    return min(known, key=lambda one: (sign * one[0], one[1]))[1] if known else None
