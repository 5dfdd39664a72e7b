"""The tables of a comparison for its pictures, and the words that these share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from sim.figures.labels import counted, labels_by, short
from sim.figures.stamp import stamped
from sim.results.comparison_folder import read_comparison
from sim.results.number_text import SHARES, points

CAVEAT = "differences in the model, conditional on its inputs"
_BOUND = " bound: "
_BOUND_NOTE = (
    "Dotted: the difference was the same in all replications, or all but one or two; the line is the bound for unseen"
    " differences."
)
COLOURS = ("#444444", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
"""Colours of sides, the first grey; safe for colour-blind readers."""
DASHES: tuple[Any, ...] = ("-", "-", "--", "-.", ":", (0, (5, 1)))


@dataclass(frozen=True)
class ComparedTables:
    """Frames of one comparison. `sides` are names, the first the one that the others are compared with."""

    sides: tuple[str, ...]
    of: str
    seed: int
    count: int
    summary: dict[str, Any]
    differences: pd.DataFrame
    pairs: pd.DataFrame
    timelines: pd.DataFrame
    waterfall: pd.DataFrame | None
    manifest: Mapping[str, Any]

    @classmethod
    def read(cls, folder: str | Path) -> ComparedTables:
        """The tables of a finished comparison; raises `ResultsError` if the folder has none, or was changed."""
        found = read_comparison(folder)
        summary = found.summary
        falls = found.table("waterfall") if "waterfall.csv" in found.manifest["tables"] else None
        return cls(
            tuple(side["name"] for side in summary["sides"]), summary["of"], summary["seed"],
            summary["replications"], summary, found.table("differences"), found.table("pairs"),
            found.table("timelines"), falls, found.manifest,
        )  # fmt: skip

    @property
    def others(self) -> tuple[str, ...]:
        """The sides that are compared with the first."""
        return self.sides[1:]

    @property
    def origin(self) -> str:
        """The sides, the replications, the seed and the caveat."""
        names = " against ".join([", ".join(map(self.label, self.others)), self.label(self.sides[0])])
        number = counted(self.count, "replication")
        origin = f"{names} · {number} with common random numbers, seed {self.seed} · {CAVEAT}"
        return stamped(origin, self.manifest)

    @property
    def interval_words(self) -> str:
        """What the intervals are."""
        together = f", together for {len(self.others)} comparisons" if len(self.others) > 1 else ""
        return f"95 % interval of the mean difference of pairs{together}"

    def label(self, side: str, room: int = 26) -> str:
        """A side's name, short and unlike that of any other side."""
        return labels_by(self.sides, room).get(side) or short(side, room)

    def difference(self, b: str, response: str) -> pd.Series | None:
        """The row of one response of `b`; `None` where there is none, or no value."""
        rows = self.differences[(self.differences["b"] == b) & (self.differences["response"] == response)]
        return None if rows.empty or pd.isna(rows.iloc[0]["difference"]) else rows.iloc[0]

    def unit(self, response: str) -> str:
        """The unit of a response."""
        rows = self.differences[self.differences["response"] == response]
        return "" if rows.empty else str(rows.iloc[0]["unit"])

    def values(self, b: str, response: str) -> pd.DataFrame:
        """Columns value_a, value_b and difference by replication, of the pairs that have both."""
        rows = self.pairs[(self.pairs["b"] == b) & (self.pairs["response"] == response)]
        return rows.dropna(subset=["value_a", "value_b"])


def ends_words(low: float, high: float, unit: str) -> str:
    """Both ends of an interval of a difference."""
    if unit in SHARES:
        return f"{points(low)} to {points(high)}"
    return f"{low:,.4g} to {high:,.4g}"


def reach_style(method: object) -> str:
    """Returns the line style of an interval: dotted for a bound for unseen differences."""
    return ":" if _BOUND in str(method) else "-"


def bound_notes(methods: Iterable[object]) -> list[str]:
    """Returns a note about dotted lines, if there are any."""
    return [_BOUND_NOTE] if any(_BOUND in str(method) for method in methods) else []


def points_axis(ax: Axes, which: str = "x") -> None:
    """Ticks of differences of shares, in percentage points."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(FuncFormatter(_tick))


def _tick(gap: float, _at: int | None) -> str:
    return f"{round(100 * gap, 6):+g}".replace("-", "−") if round(gap, 9) else "0"


def span(values: Sequence[float], least: float) -> tuple[float, float]:
    """An axis that holds all values and 0, with room at both ends."""
    low, high = min([0.0, *values]), max([0.0, *values])
    room = max(0.12 * (high - low), least)
    return low - room, high + room
