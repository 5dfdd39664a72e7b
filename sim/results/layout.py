"""The layout of the tables: what they need to know of a scenario beside the rows of its replications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sim.analysis.estimates import Measure


@dataclass(frozen=True, slots=True)
class Layout:
    """Names and order of what the tables hold.

    `places` and `columns` name the second and third axis of a timeline, whose first day is `first_day`.
    `closing` are the places that must close (what the mission's shares are of); `phase_of` a place's phase.
    """

    measures: tuple[Measure, ...]
    places: tuple[str, ...]
    columns: tuple[str, ...]
    fates: tuple[str, ...]
    first_day: date
    closing: frozenset[str]
    phase_of: Mapping[str, str | None]

    def day(self, index: int) -> str:
        """ISO date of a row of the timeline."""
        return (self.first_day + timedelta(days=index)).isoformat()
