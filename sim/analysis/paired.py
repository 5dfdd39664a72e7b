"""Two scenarios with common random numbers: a response's difference, replication by replication.

The difference is B minus A. Its interval is Student's on the differences. Replications are the unit; those in
which one side has no value are counted, never imputed. If all differences agree, or all but one or two, there is
no spread to estimate: the interval of a share is then the bound of unseen values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Any, NamedTuple

from sim.analysis.estimates import CONFIDENCE, SAME, Measure
from sim.analysis.intervals import (
    Interval,
    exact_chance,
    mean_of,
    of_a_constant_gap,
    seen_rarely,
    spread_of,
    t_interval,
)
from sim.analysis.modes import ENOUGH, RareMode, rare_mode

Value = float | None
TIED, MORE, LESS, EQUAL = "tied", "more", "less", "the same in every replication"
ONE_SCENARIO, EVERY = "exact: one scenario on both sides", "in every replication"
FEW_ODD = 2
"""Replications that may differ from all others without a usable spread."""
_ROUNDING = 1e-12
"""Relative to the largest value, or to 1 for a share: differences closer than this count as equal."""


@dataclass(frozen=True, slots=True)
class Chance:
    """The probability that B is above A in a replication, ties counted half, with its exact binomial interval."""

    chance: float
    low: float
    high: float
    ties: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of one response between B and A.

    `count` pairs have a value on both sides, `nulls` lack one, `failed` failed on one side. `ends` are, for a
    share with failed pairs, each number with these at worst and at best. `unseen`, if all differences agree or all
    but `odd`: the largest probability of one that does not. `shown` is the interval from the observed values alone.
    """

    measure: Measure
    mean_a: Value
    mean_b: Value
    mean: Value
    low: Value
    high: Value
    method: str
    count: int
    nulls: int = 0
    failed: int = 0
    least: Value = None
    most: Value = None
    chance: Chance | None = None
    factor: Value = None
    rare: RareMode | None = None
    ends: dict[str, tuple[float, float]] | None = None
    unseen: Value = None
    odd: int = 0
    shown: Interval | None = None

    @property
    def constant(self) -> bool:
        """Whether the difference was the same in every replication, of at least two."""
        return self.method == ONE_SCENARIO or (self.unseen is not None and self.odd == 0)

    @property
    def verdict(self) -> str:
        """`more`, `less`, `tied`, or the reason why none applies."""
        if self.mean is None:
            return "no pair of replications has a value on both sides"
        if self.low is None or self.high is None:
            return "one pair: no interval"
        if self.constant:
            return EQUAL if self.mean == 0 else f"{_side(self.mean)}, by the same amount in every replication"
        return TIED if self.low <= 0 <= self.high else _side(self.mean)

    @property
    def words(self) -> str:
        """The verdict, and its qualifications."""
        said = [self.verdict]
        if self.factor is not None and self.factor < 1:
            said.append("common random numbers did not reduce the variance (factor below 1)")
        if self.unseen is not None and self.odd:
            said.append(f"the same in all but {_count(self.odd)}")
        if self.unseen is not None:
            said.append(f"a different value has a chance of at most {self.unseen * 100:.3g} %")
        if self.rare is not None:
            said.append(f"differs {self.rare.where} in only {_count(self.rare.count)}: the interval may be too narrow")
        if self.nulls and self.mean is not None:
            said.append(f"{_count(self.nulls)} without a value on one side")
        if self.failed:
            said.append(f"{_count(self.failed)} failed on one side")
        return "; ".join(said)

    def plain(self) -> dict[str, Any]:
        """The difference in the form of `summary.json`."""
        chance = self.chance
        said: dict[str, Any] = {
            "unit": self.measure.unit, "mean_a": self.mean_a, "mean_b": self.mean_b, "mean": self.mean,
            "low": self.low, "high": self.high, "method": self.method, "min": self.least, "max": self.most,
            "replications": self.count, "variance_factor": self.factor, "words": self.words,
            "chance_b_beats_a": chance and {"chance": chance.chance, "low": chance.low, "high": chance.high,
                                            "ties": chance.ties},
        }  # fmt: skip
        if self.nulls:
            said["null"] = {"replications": self.nulls, "reason": "no value on one side"}
        if self.failed:
            said |= {"failed": self.failed, "ends": self.ends}
        if self.rare is not None:
            mode = self.rare
            said["rare_mode"] = {"where": mode.where, "replications": mode.count, "chance": mode.chance,
                                 "low": mode.low, "high": mode.high}  # fmt: skip
        if self.unseen is not None:
            said["never_seen" if self.odd == 0 else "seen_rarely"] = self.unseen
        return said


def _side(mean: float) -> str:
    return MORE if mean > 0 else LESS


def _count(number: int) -> str:
    return f"{number:,} replication" if number == 1 else f"{number:,} replications"


def paired(
    measure: Measure,
    pairs: Sequence[tuple[Value, Value]],
    failed: Sequence[tuple[Value, Value]] = (),
    comparisons: int = 1,
    one_scenario: bool = False,
    reach: float | None = None,
) -> Difference:
    """Compare B with A, from their values in the order of replication numbers.

    `failed` are the pairs with a failed side, whose value is `None`. With several comparisons against one side
    the intervals hold jointly (Bonferroni). Only with `one_scenario` on both sides is a difference of 0 certain:
    anything else may differ in a replication that was not run. `reach` is the largest possible distance of a
    difference from 0; default: 1 for shares, else unlimited.
    """
    reach = 1.0 if reach is None and measure.bounded else reach
    known = [(float(a), float(b)) for a, b in pairs if a is not None and b is not None]
    nulls = len(pairs) - len(known)
    if not known:
        return Difference(measure, None, None, None, None, None, "none", 0, nulls, len(failed))
    confidence = 1 - (1 - CONFIDENCE) / comparisons
    gaps = without_rounding([b - a for a, b in known], [value for pair in known for value in pair], reach)
    found = interval_of(gaps, reach, confidence)
    if one_scenario and not any(gaps) and len(gaps) > 1:
        found = DifferenceFound(0.0, 0.0, ONE_SCENARIO)
    alone = comparisons == 1 or found.method in (SAME, ONE_SCENARIO)
    method = found.method if alone else f"{found.method}, together for {comparisons} comparisons (Bonferroni)"
    return Difference(
        measure, mean_of([a for a, _ in known]), mean_of([b for _, b in known]), mean_of(gaps), found.low, found.high,
        method, len(known), nulls, len(failed), min(gaps), max(gaps), _chance(gaps, confidence),
        _factor(known, gaps), None if found.unseen is not None else _rare(gaps, confidence),
        _ends(measure, gaps, failed, confidence, found), found.unseen, found.odd, _shown(gaps, reach, confidence),
    )  # fmt: skip


def without_rounding(gaps: Sequence[float], values: Iterable[float], reach: float | None) -> list[float]:
    """The gaps, without rounding noise: those nearly 0, or nearly equal to all but a few, become exactly equal."""
    least = _ROUNDING * max(reach or 0.0, *map(abs, values))
    gaps = [0.0 if abs(gap) <= least else gap for gap in gaps]
    usual = median_low(gaps)
    near = [abs(gap - usual) <= least for gap in gaps]
    if len(gaps) - sum(near) > FEW_ODD:
        return gaps
    return [usual if is_near else gap for gap, is_near in zip(gaps, near, strict=True)]


class DifferenceFound(NamedTuple):
    """Ends of an interval, the method, and the bound for replications that differ from all others."""

    low: Value
    high: Value
    method: str
    unseen: Value = None
    odd: int = 0


def interval_of(gaps: Sequence[float], reach: float | None, confidence: float, by: str = "paired t") -> DifferenceFound:
    """The interval of the mean of differences within `reach` of 0, or without limit."""
    count = len(gaps)
    if count == 1:
        return DifferenceFound(None, None, "one replication: no interval")
    usual = median_low(gaps)
    odd = sum(gap != usual for gap in gaps)
    if odd == 0 and reach is None:  # only the probability of a different value is bounded, not its size
        return DifferenceFound(usual, usual, SAME, seen_rarely(0, count, confidence))
    if reach is not None and odd <= FEW_ODD and 2 * odd < count:
        other = seen_rarely(odd, count, confidence)
        where = f"in all but {_count(odd)}" if odd else EVERY
        said = f"{CONFIDENCE * 100:g} % exact bound: {f'{usual:+.4g}' if usual else '0'} {where}"
        return DifferenceFound(*of_a_constant_gap(usual, other, reach), said, other, odd)
    ends = t_interval(gaps, confidence)
    inside = _cut(ends, reach)
    cut = "" if ends == inside else f", cut at {inside.low if ends.low < inside.low else inside.high:g}"
    return DifferenceFound(*inside, f"{CONFIDENCE * 100:g} % {by}{cut}")


def _cut(ends: Interval, reach: float | None) -> Interval:
    return ends if reach is None else Interval(max(ends.low, -reach), min(ends.high, reach))


def _shown(gaps: Sequence[float], reach: float | None, confidence: float) -> Interval | None:
    """The interval from the observed spread: of zero width if there is none."""
    if len(gaps) == 1:
        return None
    same = min(gaps) == max(gaps)
    return Interval(gaps[0], gaps[0]) if same else _cut(t_interval(gaps, confidence), reach)


def _chance(gaps: Sequence[float], confidence: float) -> Chance:
    ties = sum(gap == 0 for gap in gaps)
    hits = sum(gap > 0 for gap in gaps) + ties / 2
    count = len(gaps)
    low = exact_chance(math.floor(hits), count, confidence).low
    return Chance(hits / count, low, exact_chance(math.ceil(hits), count, confidence).high, ties)


def _factor(known: Sequence[tuple[float, float]], gaps: Sequence[float]) -> Value:
    """The variance of the difference with two independent seeds, over that of the pairs; or `None`."""
    if len(gaps) == 1 or min(gaps) == max(gaps):
        return None
    apart = spread_of([a for a, _ in known]) ** 2 + spread_of([b for _, b in known]) ** 2
    if (spread := spread_of(gaps) ** 2) == 0:  # too small to be represented
        return None
    factor = apart / spread
    return (
        1.0 if math.isclose(factor, 1.0, rel_tol=1e-9) else factor
    )  # one side never varies: only rounding differs from 1


def _rare(gaps: Sequence[float], confidence: float) -> RareMode | None:
    """A mode of the difference that few replications show: any difference from 0, or one side of a wide gap."""
    moved = sum(gap != 0 for gap in gaps)
    if 0 < moved < min(ENOUGH, len(gaps)):
        return RareMode("from 0", moved, moved / len(gaps), *exact_chance(moved, len(gaps), confidence))
    mode = rare_mode(gaps, False, confidence)
    if mode is None:
        return None
    side, _, number = mode.where.removeprefix("at or ").partition(" ")
    where = f"by {number} or {'less' if side == 'below' else 'more'}"
    return RareMode(where, mode.count, mode.chance, mode.low, mode.high)


def _ends(
    measure: Measure,
    gaps: Sequence[float],
    failed: Sequence[tuple[Value, Value]],
    confidence: float,
    found: DifferenceFound,
) -> dict[str, tuple[float, float]] | None:
    """Each number with failed pairs at worst and at best; known only for shares."""
    if not failed or not measure.bounded:
        return None
    worst = [*gaps, *((0.0 if b is None else b) - (1.0 if a is None else a) for a, b in failed)]
    best = [*gaps, *((1.0 if b is None else b) - (0.0 if a is None else a) for a, b in failed)]
    down, up = (interval_of(some, 1.0, confidence) for some in (worst, best))
    if found.low is not None and down.low is not None and found.high is not None and up.high is not None:
        # failed pairs may add a spread, but cannot narrow the interval
        down, up = down._replace(low=min(down.low, found.low)), up._replace(high=max(up.high, found.high))
    values = (("mean", mean_of(worst), mean_of(best)), ("low", down.low, up.low), ("high", down.high, up.high),
               ("min", min(worst), min(best)), ("max", max(worst), max(best)))  # fmt: skip
    return {name: (low, high) for name, low, high in values if low is not None and high is not None}
