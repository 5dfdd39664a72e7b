"""The tables of a sweep for its pictures, and the words and axes that these share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sim.figures.labels import counted, labels, labels_by, short
from sim.figures.stamp import stamped
from sim.figures.style import date_axis
from sim.figures.wording import worded
from sim.results.number_text import SHARES
from sim.results.sweep_folder import SweepResults, read_sweep

CAVEAT = "values in the model, conditional on its inputs"
LEVER, UNCERTAINTY = "#0072B2", "#D55E00"
"""Colours of levers and of uncertainties."""
_MOST_TICKS = 12
_ROUNDING = 1e-9
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class SweptTables:
    """Frames of one sweep; each is read on demand."""

    swept: SweepResults

    @classmethod
    def read(cls, folder: str | Path) -> SweptTables:
        """The tables of a finished sweep; raises `ResultsError` if the folder has none, or was changed."""
        return cls(read_sweep(folder))

    @property
    def summary(self) -> dict[str, Any]:
        """summary.json."""
        return self.swept.summary

    @property
    def design(self) -> str:
        """The kind of the design."""
        return str(self.summary["design"]["kind"])

    @property
    def levers(self) -> list[str]:
        """Factors of the design, which are not drawn at each point."""
        return list(self.summary["levers"])

    @property
    def responses(self) -> list[str]:
        """The responses, the first one first."""
        return list(self.summary["responses"])

    def has(self, table: str) -> bool:
        """Whether the sweep has a table."""
        return f"{table}.csv" in self.swept.manifest["tables"]

    def frame(self, table: str, response: str | None = None) -> pd.DataFrame:
        """A table, or its rows of one response."""
        frame = self.swept.table(table)
        return frame if response is None else frame[frame["response"] == response]

    @cached_property
    def numbers(self) -> dict[str, dict[str, float]]:
        """By factor, the number of each level's text; of levels without numbers their place in the order."""
        found: dict[str, dict[str, float]] = {}
        frame = self.frame("settings")
        for name, rows in frame.groupby("factor", sort=False):
            texts = rows.drop_duplicates("value")
            named = bool(texts["number"].isna().any())
            found[str(name)] = {
                str(text): float(at if named else number)
                for at, (text, number) in enumerate(zip(texts["value"], texts["number"], strict=True))
            }
        return found

    def label(self, factor: str, room: int = 26) -> str:
        """A factor's name, short and unlike that of any other factor."""
        return labels_by(self.summary["factors"], room).get(factor) or short(factor, room)

    def level(self, factor: str, text: object, room: int = 26) -> str:
        """A level's text, short and unlike that of any other level of its factor."""
        return labels_by(self.numbers.get(factor, ()), room).get(str(text)) or short(text, room)

    def kind(self, factor: str) -> str:
        """Whether the levels of a factor are numbers, dates or names."""
        texts = self.frame("settings")
        named = bool(texts[texts["factor"] == factor]["number"].isna().any())
        return "name" if named else str(self.summary["factors"][factor]["kind"])

    def means(self, response: str) -> pd.DataFrame:
        """A row a lever point: its levels, the mean with its interval; over all draws where there are some."""
        for table in ("bands", "sampled"):
            if self.has(table):
                return self.frame(table, response)
        return self.frame("estimates", response)

    def unit(self, response: str) -> str:
        """The unit of a response."""
        return str(self.summary["responses"][response]["unit"])

    @property
    def origin(self) -> str:
        """The sweep, its design, its replications and the caveat."""
        points = counted(int(self.summary["points"]), "point")
        number = counted(int(self.summary["replications"]), "replication")
        kind = self.design.replace("_", " ")
        simulated = f"{kind}, {points}, {number} in all, seed {self.summary['seed']}"
        return stamped(f"{short(self.summary['name'], 60)} · {simulated} · {CAVEAT}", self.swept.manifest)

    def failed_words(self) -> list[str]:
        """A note where replications failed."""
        failed = int(self.summary["failed"])
        return [f"{counted(failed, 'replication')} failed and are in no mean."] if failed else []


def with_unit(value: float, unit: str) -> str:
    """A mean in its unit."""
    if np.isnan(value):
        return "–"
    if unit in SHARES:
        return f"{100 * value:.1f}\u00a0%"
    return f"{value:,.4g}"


def varies(low: float, high: float) -> bool:
    """Whether a lowest and a highest value differ by more than the last digits of sums."""
    return high - low > _ROUNDING * max(abs(low), abs(high))


def response_axis(ax: Axes, unit: str, which: str = "y", effects: bool = False) -> None:
    """Ticks of a response: shares as per cent from 0 to 100, large numbers with separators.

    With `effects` shares are changes, which may be more than 100 % of a range.
    """
    axis = ax.xaxis if which == "x" else ax.yaxis
    words = (_any_share if effects else _share) if unit in SHARES else _large
    axis.set_major_formatter(FuncFormatter(lambda value, _: words(value)))


def response_bar(ax: Axes, colours: ScalarMappable, tables: SweptTables) -> None:
    """Adds the colour bar for the means of the first response, next to axes of a sheet."""
    name = tables.responses[0]
    if isinstance(ax.figure, Figure):
        bar = ax.figure.colorbar(colours, ax=ax, pad=0.015, aspect=30)
        bar.set_label(f"{worded(name)}, mean")
        response_axis(bar.ax, tables.unit(name))
        bar.ax.grid(visible=False)


def _any_share(value: float) -> str:
    return f"{100 * value:g}\u00a0%"


def _share(value: float) -> str:
    return _any_share(value) if -_ROUNDING <= value <= 1 + _ROUNDING else ""


def _large(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"  # noqa: PLR2004 - from where separators help


def factor_axis(ax: Axes, tables: SweptTables, factor: str, which: str = "x") -> None:
    """Ticks of a factor: numbers with their unit in the label, dates, or names."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    known = tables.numbers[factor]
    kind, unit = tables.kind(factor), str(tables.summary["factors"][factor]["unit"])
    label = tables.label(factor, 40) + (f", {short(unit)}" if kind == "number" and unit else "")
    (ax.set_xlabel if which == "x" else ax.set_ylabel)(label)
    if kind == "date" and which == "x" and len(known) > _MOST_TICKS:
        date_axis(ax)
    elif kind != "number" or len(known) <= _MOST_TICKS:
        texts = list(known)
        step = max(1, -(-len(texts) // _MOST_TICKS))
        bare = [_bare(text, unit) if kind == "number" else text for text in texts[::step]]
        ticks = labels(bare, 18)
        axis.set_ticks([known[text] for text in texts[::step]], ticks)
        if which == "x" and sum(len(tick) for tick in ticks) > 70:  # noqa: PLR2004 - what fits next to each other
            ax.tick_params(axis="x", labelrotation=30)
            for tick in ax.get_xticklabels():
                tick.set_horizontalalignment("right")


def _bare(text: str, unit: str) -> str:
    return text.removesuffix(unit).strip() if unit else text


def shown_number(number: float, kind: str) -> str:
    """A level's number as text."""
    return date.fromordinal(_EPOCH.toordinal() + round(number)).isoformat() if kind == "date" else f"{number:g}"


def room(values: Sequence[float]) -> tuple[float, float]:
    """An axis that holds all values with room at both ends."""
    known = [value for value in values if not np.isnan(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    wide = 0.08 * (high - low) or 0.05 * max(abs(high), 0.2)
    return low - wide, high + wide
