"""The timeline over replications: of each day, place and state the mean and the spread, never an interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.intervals import rank_of
from sim.results.files import Table, one_line
from sim.results.rows import Layout

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_REPLICATIONS = 1000
"""Timelines are kept of the replications up to this number, of fewer where one is large."""
_MOST_BYTES = 400_000_000
_SHARES = (0.05, 0.5, 0.95)
_KINDS = ("mean", "p05", "p50", "p95")
HEADER = (
    "day", "place", "state",
    *(f"lots_{kind}" for kind in _KINDS), *(f"people_{kind}" for kind in _KINDS),
)  # fmt: skip
PEOPLE = "people"
MISSION = "mission"


def last_kept(bytes_each: int) -> int:
    """Number of the last replication whose timeline is kept, so that work in progress stays small."""
    return max(1, min(MOST_REPLICATIONS, _MOST_BYTES // max(bytes_each, 1)))


def write_timeline(folder: Path, layout: Layout, timelines: Sequence[NDArray[np.int32]]) -> dict[str, Any]:
    """Writes timeline.csv: the mission, then each place, a row a day and state.

    Lots are in the columns `lots_…`; rows of the state `people` have theirs in `people_…`.
    """
    with Table(folder / "timeline.csv", HEADER) as table:
        if timelines:
            for place, counts in _by_place(layout, timelines):
                _write_place(table, layout, place, counts)
    return table.described


def _by_place(layout: Layout, timelines: Sequence[NDArray[np.int32]]) -> Iterator[tuple[str, NDArray[np.int32]]]:
    """Counts [replication, day, column] of the mission, then of one place after the other."""
    import numpy as np

    closing = [at for at, place in enumerate(layout.places) if place in layout.closing]
    sums = [part[:, :, closing, :].sum(axis=2, dtype=np.int32) for part in timelines]
    yield MISSION, np.concatenate(sums)
    for at, place in enumerate(layout.places):
        yield place, np.concatenate([part[:, :, at, :] for part in timelines])


def _write_place(table: Table, layout: Layout, place: str, counts: NDArray[np.int32]) -> None:
    replications, days, _ = counts.shape
    means = (counts.sum(axis=0, dtype="int64") / replications).tolist()
    counts.sort(axis=0)
    spread = [counts[rank_of(replications, share) - 1].tolist() for share in _SHARES]
    name, empty = one_line([place]), "," * (len(_KINDS) - 1)
    for day in range(days):
        date, lines = layout.day(day), []
        for at, state in enumerate(layout.columns):
            low, middle, high = (part[day][at] for part in spread)
            values = f"{means[day][at]!r},{low},{middle},{high}"
            cells = f"{empty},{values}" if state == PEOPLE else f"{values},{empty}"
            lines.append(f"{date},{name},{state},{cells}\n")
        table.lines("".join(lines), len(lines))
