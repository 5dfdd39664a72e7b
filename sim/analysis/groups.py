"""Shares by group (phase, place, class, owner, cause): ratios within a replication, averaged online.

`GroupSums` computes one replication's shares in the worker; `GroupShares` adds them one by one and
keeps only count, mean, spread and extremes, so that memory does not grow with replications.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.estimates import of_a_constant_said
from sim.analysis.intervals import exact_chance, of_a_constant, t_half_width
from sim.analysis.modes import rare_atom

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEASURES = ("", "_lots", "_value", "_floor")
"""Suffixes of `extracted_share` by tonnes, lots, value and floor."""
_ORDER = ("phase", "place", "class", "owner")
_PERCENT = "95 %"
_BETWEEN = "\t"

FateRow = tuple[str, str, str, str, int, int, int, int]
"""Place, class, owner, fate, lots, kilograms, floor in thousandths of a position, dollars."""
CauseRow = tuple[str, str, str, int, int, int, float]
"""Place, class, cause, lots, kilograms, dollars, hours waited."""
Shares = dict[str, list[float | None]]
"""By group and name, separated by a tab: one share per fate and measure, `None` for a share of nothing."""


class GroupSums:
    """Sums one replication's rows by group. A lot belongs to its place of origin.

    All groups but `place` count only places that must close.
    """

    def __init__(self, fates: Sequence[str], phase_of: Mapping[str, str | None], closing: Iterable[str]) -> None:
        self._fates = {fate: at for at, fate in enumerate(fates)}
        self._phase_of = phase_of
        self._closing = frozenset(closing)
        self._groups: dict[str, int] = {}
        self._cells: dict[tuple[str, str, str, str], list[int]] = {}

    def shares(self, rows: Sequence[FateRow]) -> Shares:
        """The shares of each group with rows."""
        import numpy as np

        if not rows:
            return {}
        cells = [self._cells.get(row[:4]) or self._find(*row[:4]) for row in rows]
        amounts = np.array([(kg, lots, usd, floor) for *_, lots, kg, floor, usd in rows], dtype=np.float64)
        sums = np.zeros((len(self._groups) * len(self._fates), len(MEASURES)))
        times = [len(cell) for cell in cells]
        np.add.at(sums, [at for cell in cells for at in cell], np.repeat(amounts, times, axis=0))
        by_fate = sums.reshape(len(self._groups), len(self._fates), len(MEASURES))
        totals = by_fate.sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):
            shares = (by_fate / totals).reshape(len(self._groups), -1).tolist()
        return {
            group: [None if share != share else share for share in shares[at]]  # noqa: PLR0124 - not a number
            for group, at in self._groups.items()
        }

    def _find(self, place: str, lot_class: str, owner: str, fate: str) -> list[int]:
        groups = [("place", place)]
        if place in self._closing:
            phase = self._phase_of.get(place)
            groups += [("class", lot_class), ("owner", owner)]
            groups += [("phase", phase)] if phase is not None else []
        names = [group + _BETWEEN + name for group, name in groups]
        at = [self._groups.setdefault(name, len(self._groups)) for name in names]
        cells = [group * len(self._fates) + self._fates[fate] for group in at]
        self._cells[place, lot_class, owner, fate] = cells
        return cells

    def cause_shares(self, fates: Iterable[FateRow], causes: Iterable[CauseRow]) -> dict[str, float]:
        """The share of the tonnes at places that must close that each cause held back."""
        total = sum(row[5] for row in fates if row[0] in self._closing)
        by_cause: dict[str, int] = {}
        for place, _, cause, _, kg, _, _ in causes:
            if place in self._closing and kg:
                by_cause[cause] = by_cause.get(cause, 0) + kg
        return {cause: kg / total for cause, kg in sorted(by_cause.items())} if total else {}


@dataclass(frozen=True, slots=True)
class GroupEstimate:
    """A share of one group with its interval; a share of nothing is `None`, its method the reason."""

    response: str
    group: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    method: str
    count: int
    flag: str = ""


class Running:
    """Mean and spread of several series of shares, updated by replication (Welford 1962)."""

    def __init__(self, series: int) -> None:
        import numpy as np

        self.count = np.zeros(series, dtype=np.int64)
        self.mean, self.squares = np.zeros(series), np.zeros(series)
        self.least, self.most = np.full(series, math.inf), np.full(series, -math.inf)
        self.ones, self.atoms = np.zeros(series, dtype=np.int64), np.zeros(series, dtype=np.int64)

    def add(self, values: Sequence[float | None], times: int = 1) -> None:
        """Add values that `times` consecutive replications had; `None` is no value."""
        import numpy as np

        seen: NDArray[np.float64] = np.array(values, dtype=np.float64)
        there = ~np.isnan(seen)
        before, self.count = self.count, self.count + times * there
        off = np.where(there, seen - self.mean, 0.0)
        self.mean = self.mean + off * times / np.maximum(self.count, 1)
        self.squares = self.squares + off * off * before * times / np.maximum(self.count, 1)
        self.least, self.most = np.fmin(self.least, seen), np.fmax(self.most, seen)
        self.ones = self.ones + times * (seen == 1.0)
        self.atoms = self.atoms + times * ((seen == 0.0) | (seen == 1.0))

    def interval(self, at: int) -> tuple[float | None, float | None, str]:
        """Ends of the 95 % interval of the mean of one series, and the method."""
        count, least = int(self.count[at]), float(self.least[at])
        if least == self.most[at]:
            return _of_a_constant(least, count)
        if self.atoms[at] == count:
            return *exact_chance(int(self.ones[at]), count), f"{_PERCENT} exact binomial"
        half = t_half_width(count, math.sqrt(float(self.squares[at]) / (count - 1)), 0.95)
        low, high = float(self.mean[at]) - half, float(self.mean[at]) + half
        cut = "" if low >= 0 and high <= 1 else f", cut at {0 if low < 0 else 1}"
        return max(low, 0.0), min(high, 1.0), f"{_PERCENT} t{cut}"

    def flag(self, at: int) -> str:
        """A note if a series was at 0 or 1, or elsewhere, too rarely to trust its interval; else empty.

        Gaps are not examined, as the values are not kept.
        """
        count, ones = int(self.count[at]), int(self.ones[at])
        rare = rare_atom(int(self.atoms[at]) - ones, ones, count)
        return "" if rare is None else rare.flag(count)

    def estimate(self, at: int, response: str, group: str, name: str) -> GroupEstimate:
        """The estimate of one series."""
        count = int(self.count[at])
        if not count:
            return GroupEstimate(response, group, name, None, None, None, "a share of nothing", 0)
        return GroupEstimate(response, group, name, float(self.mean[at]), *self.interval(at), count, self.flag(at))


def _of_a_constant(value: float, count: int) -> tuple[float | None, float | None, str]:
    if count > 1 or value in (0.0, 1.0):
        return *of_a_constant(value, count), of_a_constant_said(value)
    return None, None, "one replication: no interval"


class GroupShares:
    """Adds up the shares of replications, in the order of their numbers."""

    def __init__(self, fates: Sequence[str]) -> None:
        self._responses = [f"{fate}_share{suffix}" for fate in fates for suffix in MEASURES]
        self._groups: dict[str, Running] = {}
        self._causes: dict[str, Running] = {}
        self._simulated = 0

    def add(self, shares: Shares, causes: Mapping[str, float]) -> None:
        """Add the shares of one replication."""
        for group, values in shares.items():
            if group not in self._groups:
                self._groups[group] = Running(len(values))
            self._groups[group].add(values)
        for cause in causes:
            if cause not in self._causes:
                self._causes[cause] = Running(1)
                if self._simulated:  # a cause first seen now had no share in any replication before
                    self._causes[cause].add([0.0], self._simulated)
        for cause, running in self._causes.items():
            running.add([causes.get(cause, 0.0)])
        self._simulated += 1

    def estimates(self) -> Iterator[GroupEstimate]:
        """Every share of every group, then of every cause, in a fixed order."""
        keys = [tuple(key.split(_BETWEEN, 1)) for key in self._groups]
        for group, name in sorted(keys, key=lambda key: (_ORDER.index(key[0]), key[1])):
            running = self._groups[group + _BETWEEN + name]
            for at, response in enumerate(self._responses):
                yield running.estimate(at, response, group, name)
        for cause, running in sorted(self._causes.items()):
            yield running.estimate(0, "not_out_share", "cause", cause)
