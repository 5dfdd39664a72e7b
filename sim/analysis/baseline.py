"""Tests whether a response has moved since a baseline, by the paired interval of the change."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.analysis.estimates import Measure
from sim.analysis.intervals import replications_for
from sim.analysis.judging import Judged, Verdict
from sim.analysis.paired import Difference, Value, paired

Pairs = Sequence[tuple[Value, Value]]
TOLERANCE = ("extracted_share", 0.01)
"""The default response, and how much it may move."""


def judge_move(
    what: str,
    measure: Measure,
    pairs: Pairs,
    failed: Pairs,
    tolerance: float,
    one_scenario: bool = False,
    reach: float | None = None,
) -> Judged:
    """Fail if the whole interval of (now - baseline) is outside the tolerance.

    `pairs` are values (baseline, now) by common replication; `failed` are pairs with a failed side, `None` there.
    `one_scenario` says whether both sides are one scenario and one program; `reach` is as in `paired`.
    """
    text = f"{what} within {tolerance:g} of the baseline"
    found = paired(measure, pairs, failed, 1, one_scenario, reach)
    if found.mean is None:
        return Judged(text, "fails", "no replication has a value on both sides")
    low, high = (found.mean, found.mean) if found.low is None or found.high is None else (found.low, found.high)
    values = f"it moved by {found.mean:+.6g} (interval {low:+.6g} to {high:+.6g}, {found.count:,} replications)"
    verdict = _verdict(found, tolerance)
    if verdict == "open":
        return Judged(text, verdict, f"{values}; {found.failed} failed replications could change the verdict")
    return Judged(text, verdict, values, _doubt(found, (low, high), tolerance) if verdict == "holds" else "")


def _verdict(found: Difference, tolerance: float) -> Verdict:
    """By the observed differences alone: unseen ones may cast doubt on "it has not moved", but excuse no move."""
    assert found.mean is not None
    moved = _beyond(*(found.shown or (found.mean, found.mean)), tolerance)
    if not found.failed:
        return "fails" if moved else "holds"
    said = found.ends or {}
    if "low" not in said or "high" not in said:
        return "open"
    worst, best = (said["low"][0], said["high"][0]), (said["low"][1], said["high"][1])
    turned = _beyond(*worst, tolerance) != moved or _beyond(*best, tolerance) != moved
    return "open" if turned else "fails" if moved else "holds"


def _beyond(low: float, high: float, tolerance: float) -> bool:
    return low > tolerance or high < -tolerance


def _doubt(found: Difference, ends: tuple[float, float], tolerance: float) -> str:
    """If the interval exceeds the tolerance: by how much, and how many replications would decide."""
    far = max(abs(ends[0]), abs(ends[1]))
    if far <= tolerance or found.mean is None:
        return ""
    room, half = abs(tolerance - abs(found.mean)), (ends[1] - ends[0]) / 2
    wanted = found.count * (half / room) ** 2 if room else math.inf
    if (
        found.unseen is not None and found.odd == 0
    ):  # the distance of an end is proportional to the chance of a different value
        wanted = replications_for(found.unseen, found.count, found.unseen * room / (far - abs(found.mean)))
    count = f"about {int(wanted) + 1:,} replications" if wanted < math.inf else "no number of replications"
    return f"the change could be as large as {far:.6g}: {count} would decide it"
