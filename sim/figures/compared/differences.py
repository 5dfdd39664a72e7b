"""Paired differences of shares as a forest plot: how much more or less of each fate, and how well known."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.analysis.paired import EVERY
from sim.figures.compared.tables import (
    COLOURS,
    ComparedTables,
    bound_notes,
    ends_words,
    points,
    points_axis,
    reach_style,
    span,
    told,
)
from sim.figures.style import FAINT, FATES, INK, Head, say, sheet, silent, styled
from sim.figures.words import in_legend, short

_ROWS = {
    **{f"{fate}_share": f"{fate}, of tonnes" for fate in FATES},
    "extracted_share_lots": "extracted, of lots",
    "extracted_share_value": "extracted, of value",
    "people_out_share": "people out by the deadline",
    "deadline_met": "chance of all closed in time",
}
_MOST_SIDES = len(COLOURS) - 1
_NOTHING = "No share has a value on all sides: there is no difference to show."


@styled
def differences(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Mean difference of each share from the first side, in percentage points, with its paired interval."""
    others = tables.others[:_MOST_SIDES]
    rows = {name: {b: row for b in others if (row := tables.difference(b, name)) is not None} for name in _ROWS}
    rows = {name: found for name, found in rows.items() if found}
    title = _title(tables)
    if ax is not None:
        ax.set_title(title)
        return _draw(ax, rows, others) if rows else say(ax, _NOTHING)
    if not rows:
        return silent(Head(title, tables.origin), _NOTHING)
    keys = [(Line2D([], [], color=INK, linewidth=1.4, marker="o", markersize=5), tables.interval_words)]
    if len(others) > 1:
        keys += [(Line2D([], [], color=COLOURS[at], marker="o"), in_legend(tables.label(b)))
             for at, b in enumerate(others, 1)]  # fmt: skip
    notes = ["In percentage points, from the first side. An interval that holds 0 is a tie. A dot without interval: one"
             " scenario on both sides, or one replication."]  # fmt: skip
    notes += bound_notes(row["method"] for found in rows.values() for row in found.values())
    if len(others) < len(tables.others):
        notes.append(f"The first {len(others)} of {len(tables.others)} comparisons are shown.")
    fig = sheet((0.16 + 0.17 * len(others)) * len(rows) + 0.7, Head(title, tables.origin, keys, 3), notes)
    return _draw(fig.add_subplot(), rows, others)


def _title(tables: ComparedTables) -> str:
    said = []
    for b in tables.others:
        row = tables.difference(b, tables.of)
        if row is None:
            continue
        unit, low, high = str(row["unit"]), float(row["low"]), float(row["high"])
        known = f" ({ends_words(low, high, unit)})" if low < high else ""
        said.append(f"{tables.label(b)}: {told(float(row['difference']), unit)}{known}")
    return f"{short(tables.of, 40)}, difference of {'; '.join(said)}" if said else "No difference can be told"


def _draw(ax: Axes, rows: dict[str, dict[str, pd.Series]], others: tuple[str, ...]) -> Axes:
    ends = [0.0]
    for y, found in enumerate(rows.values()):
        for at, b in enumerate(others):
            if b in found:
                ends += _mark(ax, found[b], y + (at - (len(others) - 1) / 2) * 0.24, COLOURS[at + 1])
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(range(len(rows)), [_ROWS[name] for name in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(*span(ends, 0.005))
    ax.set_xlabel("percentage points more (right) or less (left) than the first side")
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)
    points_axis(ax)
    return ax


def _mark(ax: Axes, row: pd.Series, y: float, colour: str) -> list[float]:
    """One difference with its interval and its figure; where it reaches."""
    gap, low, high = (float(row[name]) for name in ("difference", "low", "high"))
    tied = str(row["words"]).startswith("tied")
    if low < high:
        style = reach_style(row["method"])
        ax.plot([low, high], [y, y], color=colour, linewidth=1.6, marker="|", markersize=6, linestyle=style)
    face = "white" if tied or gap == 0 else colour
    ax.plot(gap, y, marker="o", color=face, markeredgecolor=colour, markersize=5.5)
    right = high if low < high else gap
    constant = reach_style(row["method"]) == ":" and EVERY in str(row["method"])
    words = f"{points(gap)}{' tied' if tied else ' constant' if constant else ''}"
    ax.annotate(words, (right, y), (7, 0), textcoords="offset points", va="center", size=8, color=FAINT)
    return [gap, *((low, high) if low < high else ())]
