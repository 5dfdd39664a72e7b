"""Replication by replication: one side's headline against the other's, under the same luck."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.figures.compared.tables import COLOURS, SHARES, ComparedTables
from sim.figures.numbers import percent
from sim.figures.style import FAINT, INK, Head, percent_axis, say, sheet, silent, styled
from sim.figures.words import counted, short

_MOST = 4
_NOTHING = "No replication has a value on both sides."


@styled
def replications(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """A dot a replication: the response of the first side, and of another; above the line the other has more."""
    panels = {b: rows for b in tables.others[:_MOST] if len(rows := tables.values(b, tables.of))}
    title = _title(tables, panels)
    if ax is not None:
        first = next(iter(panels), None)
        drawn = say(ax, _NOTHING) if first is None else _draw(ax, tables, first, panels[first])
        drawn.set_title(title)
        return drawn
    if not panels:
        return silent(Head(title, tables.origin), _NOTHING)
    keys = [(Line2D([], [], color=COLOURS[1], marker="o", linestyle="", alpha=0.6), "one replication: the same luck"),
            (Line2D([], [], color=INK, linewidth=1, linestyle="--"), "equal on both sides")]  # fmt: skip
    notes = [f"Response: {short(tables.of, 60)}. Spread of replications, not an interval of a mean."]
    if len(panels) < len(tables.others):
        notes.append(f"The first {len(panels)} of {len(tables.others)} comparisons are shown.")
    fig = sheet(4.6 if len(panels) == 1 else 3.4 * -(-len(panels) // 2), Head(title, tables.origin, keys), notes)
    grid = fig.subplots(-(-len(panels) // 2), min(2, len(panels)), squeeze=False)
    for panel, (b, rows) in zip(grid.flat, panels.items(), strict=False):
        _draw(panel, tables, b, rows)
    for panel in list(grid.flat)[len(panels) :]:
        panel.set_axis_off()
    top: Axes = grid[0, 0]
    return top


def _title(tables: ComparedTables, panels: dict[str, pd.DataFrame]) -> str:
    said = []
    for b, rows in panels.items():
        ties = int((rows["difference"] == 0).sum())
        above = int((rows["difference"] > 0).sum())
        tied = f", {ties} tied" if ties else ""
        said.append(f"{tables.label(b)} is above in {above} of {counted(len(rows), 'replication')}{tied}")
    return "; ".join(said) or "No pair of replications can be told"


def _draw(ax: Axes, tables: ComparedTables, b: str, rows: pd.DataFrame) -> Axes:
    colour = COLOURS[1 + tables.others.index(b) % (len(COLOURS) - 1)]
    ax.plot(rows["value_a"], rows["value_b"], linestyle="", marker="o", markersize=4, color=colour, alpha=0.5)
    low = float(rows[["value_a", "value_b"]].min().min())
    high = float(rows[["value_a", "value_b"]].max().max())
    room = max(0.05 * (high - low), 0.01 if tables.unit(tables.of) in SHARES else 0.5)
    ends = (low - room, high + room)
    ax.plot(ends, ends, color=INK, linewidth=1, linestyle="--")
    ax.set_xlim(*ends)
    ax.set_ylim(*ends)
    ax.set_aspect("equal")
    ax.set_xlabel(tables.label(tables.sides[0], 40))
    ax.set_ylabel(tables.label(b, 40))
    if tables.unit(tables.of) in SHARES:
        percent_axis(ax, "x")
        percent_axis(ax, "y")
        means = f"means {percent(rows['value_a'].mean(), 1)} and {percent(rows['value_b'].mean(), 1)}"
    else:
        means = f"means {rows['value_a'].mean():,.4g} and {rows['value_b'].mean():,.4g} {tables.unit(tables.of)}"
    ax.set_title(means, size=8.5, color=FAINT, weight="normal")
    return ax
