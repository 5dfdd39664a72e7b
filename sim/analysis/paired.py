"""Two scenarios under the same luck: a response's difference, replication by replication.

The difference is of B from A: what B has more. Its interval is Student's on the differences; replications are
the unit, and those in which one side has no value are counted, never guessed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.estimates import CONFIDENCE, SAME, Measure
from sim.analysis.intervals import Interval, exact_chance, mean_of, never_seen, spread_of, t_interval
from sim.analysis.modes import ENOUGH, RareMode, rare_mode

Value = float | None
TIED, MORE, LESS, EQUAL = "tied", "more", "less", "the same in every replication"


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance that B is above A on a replication, ties counted half, with its exact binomial interval."""

    chance: float
    low: float
    high: float
    ties: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What is said about one response of B against A.

    `count` pairs have a value on both sides, `nulls` lack one, `failed` failed on a side. `ends` are, for a
    share with failed pairs, each figure with these at worst and at best.
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

    @property
    def verdict(self) -> str:
        """`more`, `less`, `tied`, or why none of them can be said."""
        if self.mean is None:
            return "no pair of replications has a value on both sides"
        if self.low is None or self.high is None:
            return "one pair: no interval"
        if self.method == SAME:
            return EQUAL if self.mean == 0 else f"{_side(self.mean)} by the same in every replication"
        return TIED if self.low <= 0 <= self.high else _side(self.mean)

    @property
    def words(self) -> str:
        """The verdict, and what weakens it."""
        said = [self.verdict]
        if self.factor is not None and self.factor < 1:
            said.append("common luck did not help here (factor below 1)")
        if self.rare is not None:
            said.append(f"differs {self.rare.where} in {_count(self.rare.count)} only: too few to trust the interval")
        if self.nulls and self.mean is not None:
            said.append(f"{_count(self.nulls)} without a value on a side")
        if self.failed:
            said.append(f"{_count(self.failed)} failed on a side")
        return "; ".join(said)

    def plain(self) -> dict[str, Any]:
        """The difference as `summary.json` holds it."""
        chance = self.chance
        said: dict[str, Any] = {
            "unit": self.measure.unit, "mean_a": self.mean_a, "mean_b": self.mean_b, "mean": self.mean,
            "low": self.low, "high": self.high, "method": self.method, "min": self.least, "max": self.most,
            "replications": self.count, "variance_factor": self.factor, "words": self.words,
            "chance_b_beats_a": chance and {"chance": chance.chance, "low": chance.low, "high": chance.high,
                                            "ties": chance.ties},
        }  # fmt: skip
        if self.nulls:
            said["null"] = {"replications": self.nulls, "reason": "no value on a side"}
        if self.failed:
            said |= {"failed": self.failed, "ends": self.ends}
        if self.method == SAME and self.count:
            said["never_seen"] = never_seen(self.count)
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
) -> Difference:
    """What may be said of B against A, from their values in the order of replication numbers.

    `failed` are the pairs of which a side failed, that side's value `None`. With several comparisons against
    one side the intervals hold together (Bonferroni).
    """
    known = [(float(a), float(b)) for a, b in pairs if a is not None and b is not None]
    nulls = len(pairs) - len(known)
    if not known:
        return Difference(measure, None, None, None, None, None, "none", 0, nulls, len(failed))
    confidence = 1 - (1 - CONFIDENCE) / comparisons
    gaps = [b - a for a, b in known]
    found = _interval(measure, gaps, confidence)
    method = found[2] + (f", together for {comparisons} comparisons (Bonferroni)" if comparisons > 1 else "")
    return Difference(
        measure, mean_of([a for a, _ in known]), mean_of([b for _, b in known]), mean_of(gaps), found[0], found[1],
        found[2] if found[2] == SAME else method, len(known), nulls, len(failed), min(gaps), max(gaps),
        _chance(known, confidence), _factor(known, gaps), _rare(gaps, confidence),
        _ends(measure, gaps, failed, confidence),
    )  # fmt: skip


def _interval(measure: Measure, gaps: Sequence[float], confidence: float) -> tuple[Value, Value, str]:
    if len(gaps) == 1:
        return None, None, "one replication: no interval"
    if min(gaps) == max(gaps):
        return gaps[0], gaps[0], SAME
    said = f"{CONFIDENCE * 100:g} % paired t"
    ends = t_interval(gaps, confidence)
    if not measure.bounded:
        return *ends, said
    inside = Interval(max(ends.low, -1.0), min(ends.high, 1.0))
    return *inside, said if inside == ends else f"{said}, cut at {-1 if ends.low < -1 else 1}"


def _chance(known: Sequence[tuple[float, float]], confidence: float) -> Chance:
    ties = sum(a == b for a, b in known)
    hits = sum(b > a for a, b in known) + ties / 2
    count = len(known)
    low = exact_chance(math.floor(hits), count, confidence).low
    return Chance(hits / count, low, exact_chance(math.ceil(hits), count, confidence).high, ties)


def _factor(known: Sequence[tuple[float, float]], gaps: Sequence[float]) -> Value:
    """Variance that two independent seeds would give the difference, over that of the pairs; or `None`."""
    if len(gaps) == 1 or min(gaps) == max(gaps):
        return None
    apart = spread_of([a for a, _ in known]) ** 2 + spread_of([b for _, b in known]) ** 2
    factor = apart / spread_of(gaps) ** 2
    return 1.0 if math.isclose(factor, 1.0, rel_tol=1e-9) else factor  # one side never varies: rounding is no loss


def _rare(gaps: Sequence[float], confidence: float) -> RareMode | None:
    """A mode of the difference that few replications show: that there is any, or one side of a wide gap."""
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
    measure: Measure, gaps: Sequence[float], failed: Sequence[tuple[Value, Value]], confidence: float
) -> dict[str, tuple[float, float]] | None:
    """Each figure with failed pairs at worst and at best; for shares alone is that known."""
    if not failed or not measure.bounded:
        return None
    worst = [*gaps, *((0.0 if b is None else b) - (1.0 if a is None else a) for a, b in failed)]
    best = [*gaps, *((1.0 if b is None else b) - (0.0 if a is None else a) for a, b in failed)]
    down, up = _interval(measure, worst, confidence), _interval(measure, best, confidence)
    figures = (("mean", mean_of(worst), mean_of(best)), ("low", down[0], up[0]), ("high", down[1], up[1]),
               ("min", min(worst), min(best)), ("max", max(worst), max(best)))  # fmt: skip
    return {name: (low, high) for name, low, high in figures if low is not None and high is not None}
