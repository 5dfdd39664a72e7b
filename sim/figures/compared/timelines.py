"""Day by day, one over the other: lots out and people present on each side, mean and spread."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import StrMethodFormatter

from sim.figures import captions
from sim.figures.compared.tables import COLOURS, DASHES, ComparedTables
from sim.figures.style import INK, Head, date_axis, on_axis, say, sheet, silent, styled
from sim.figures.words import in_legend

_MOST = len(COLOURS)
_STATES = {"extracted": "Lots extracted", "people": "People present"}
_NOTHING = "There are neither lots nor people to follow at places that must close."


@styled
def timelines(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Mean over replications with a band of their spread; on `ax` the lots alone, else people below them."""
    sides = tables.sides[:_MOST]
    states = [state for state in _STATES if _peak(tables, state) > 0]
    title = _title(tables)
    if ax is not None:
        ax.set_title(title)
        return _draw(ax, tables, sides, states[0]) if states else say(ax, _NOTHING)
    if not states:
        return silent(Head(title, tables.origin), _NOTHING)
    fig = sheet(2.6 * len(states), Head(title, tables.origin, _keys(tables, sides), 4), _notes(tables))
    axes = fig.subplots(len(states), 1, sharex=True, squeeze=False)[:, 0]
    for panel, state in zip(axes, states, strict=True):
        _draw(panel, tables, sides, state).set_title(_STATES[state])
    first: Axes = axes[0]
    return first


def _rows(tables: ComparedTables, side: str, state: str) -> pd.DataFrame:
    rows = tables.timelines
    return rows[(rows["side"] == side) & (rows["state"] == state)].sort_values("day")


def _peak(tables: ComparedTables, state: str) -> float:
    rows = tables.timelines[tables.timelines["state"] == state]
    return 0.0 if rows.empty else float(rows["mean"].max())


def _title(tables: ComparedTables) -> str:
    said = []
    for side in tables.sides:
        rows = _rows(tables, side, "extracted")
        if not rows.empty:
            said.append(f"{tables.label(side)} {rows['mean'].iloc[-1]:,.0f}")
    return f"Lots out at the end: {', '.join(said)}" if said else "Lots out and people present, day by day"


def _keys(tables: ComparedTables, sides: tuple[str, ...]) -> list[tuple[Artist, str]]:
    keys: list[tuple[Artist, str]] = [
        (_line(at), f"{in_legend(tables.label(side))}, mean") for at, side in enumerate(sides)
    ]
    followed = min(int(side["followed"]) for side in tables.summary["sides"])
    if followed > 1:
        keys.append((Patch(facecolor="#BBBBBB", alpha=0.5), captions.spread_words(followed)))
    return [*keys, (Line2D([], [], color=INK, linewidth=1.6), "deadline")]


def _line(at: int) -> Line2D:
    return Line2D([], [], color=COLOURS[at], linestyle=DASHES[at], linewidth=1.8)


def _notes(tables: ComparedTables) -> list[str]:
    counts = {side["name"]: int(side["followed"]) for side in tables.summary["sides"]}
    notes = ["Bands are spreads of replications, not intervals of a mean. Of all places that must close."]
    if set(counts.values()) != {tables.count}:
        told = ", ".join(f"{tables.label(name)} {count:,}" for name, count in counts.items())
        notes.append(f"Days are followed in the first replications of each side: {told}.")
    if len(tables.sides) > _MOST:
        notes.append(f"The first {_MOST} of {len(tables.sides)} sides are shown.")
    return notes


def _draw(ax: Axes, tables: ComparedTables, sides: tuple[str, ...], state: str) -> Axes:
    for at, side in enumerate(sides):
        rows = _rows(tables, side, state)
        xs = [on_axis(datetime.fromisoformat(str(day)) + timedelta(days=1)) for day in rows["day"]]
        ax.fill_between(xs, rows["p05"], rows["p95"], color=COLOURS[at], alpha=0.18, linewidth=0)
        ax.plot(xs, rows["mean"], color=COLOURS[at], linestyle=DASHES[at], linewidth=1.8)
    for deadline in sorted({str(side["deadline"])[:10] for side in tables.summary["sides"]}):
        ax.axvline(on_axis(datetime.fromisoformat(deadline) + timedelta(days=1)), color=INK, linewidth=1.6)
    ax.set_ylim(bottom=0)
    ax.set_ylabel(_STATES[state].partition(" ")[0].lower())
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    date_axis(ax)
    return ax
