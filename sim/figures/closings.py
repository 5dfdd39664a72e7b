"""When places close over replications, and how that compares with the plan, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sim.figures import captions
from sim.figures.numbers import quantile
from sim.figures.plan import PlacePlan
from sim.figures.tables import Tables
from sim.figures.words import counted
from sim.scenario.calendar import DAY_S

_WORDS = (
    "before planned handover",
    "on the day planned",
    "a day or more after planned handover",
    "not by the horizon",
)


@dataclass(frozen=True, slots=True)
class Closing:
    """Days of closing over replications, in days since the start, infinite where it is never.

    `never` counts the replications in which the place does not close by the horizon.
    """

    low: float
    middle: float
    high: float
    never: int


def closing_of(tables: Tables, place: str) -> Closing | None:
    """The closing of a place; `None` where the tables tell nothing of it."""
    column = f"closed_{place}"
    if column not in tables.replications or not tables.played:
        return None
    days = pd.to_numeric(tables.replications[column], errors="coerce")
    edge = captions.tail(len(days))
    ordered = days.fillna(math.inf)
    low, middle, high = (quantile(ordered, share) for share in (edge, 0.5, 1 - edge))
    return Closing(low, middle, high, int(days.isna().sum()))


def finding(tables: Tables, every: Sequence[PlacePlan], closings: dict[str, Closing | None]) -> str:
    """How many places close early, in time, late and never, by the median over replications, to the day."""
    gaps = {}
    for place in every:
        closing = closings[place.name]
        if closing is not None and place.handover_s is not None:
            gaps[place.name] = closing.middle - place.handover_s / DAY_S
    source = captions.middle_words(len(tables.played))
    if not gaps:
        return "No place that must close has a closing"
    if len(gaps) == 1:
        name, gap = next(iter(gaps.items()))
        return f"{tables.plan.label(name)} {_of_one(gap)} ({source})"
    return f"{_of_many(list(gaps.values()))} ({source})"


def _of_one(gap: float) -> str:
    if math.isinf(gap):
        return "does not close by the horizon"
    if abs(gap) < 1:
        return "closes on the day planned"
    return f"closes {counted(round(abs(gap)), 'day')} {'before' if gap < 0 else 'after'} planned handover"


def _of_many(gaps: list[float]) -> str:
    early = sum(gap <= -1 for gap in gaps)
    never = sum(math.isinf(gap) for gap in gaps)
    late = sum(gap >= 1 for gap in gaps) - never
    counts = (early, len(gaps) - early - late - never, late, never)
    told = [(count, words) for count, words in zip(counts, _WORDS, strict=True) if count]
    if len(told) == 1:
        return f"All {len(gaps)} places close {told[0][1]}" if not never else "No place closes by the horizon"
    (count, words), *others = told
    rest = " and ".join(f"{number} {other}" for number, other in others)
    return f"{count} of {len(gaps)} places {'closes' if count == 1 else 'close'} {words}, {rest}"
