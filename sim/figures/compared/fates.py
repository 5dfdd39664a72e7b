"""What becomes of the materiel, side by side: shares of the eight fates by tonnes, a bar a side."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from sim.figures.compared.tables import ComparedTables, points
from sim.figures.numbers import percent
from sim.figures.style import FATE_LOOKS, FATES, Head, percent_axis, say, sheet, silent, styled
from sim.figures.words import labels

_WIDE = 0.045
_NOTHING = "There are no lots at places that must close on some side: a share of nothing is not a number."


@styled
def fates(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Stacked mean shares of each fate, a bar a side, over the replications that all sides have."""
    bars = {name: shares for name in tables.sides if (shares := _shares(tables, name))}
    title = _title(tables)
    if ax is not None:
        ax.set_title(title)
        return _draw(ax, bars) if bars else say(ax, _NOTHING)
    if not bars:
        return silent(Head(title, tables.origin), _NOTHING)
    keys = [(look.patch(), fate) for fate, look in FATE_LOOKS.items()]
    notes = ["Counted are tonnes that stood at places that must close. Means; whether they differ is told by the paired"
             " differences, not by these bars."]  # fmt: skip
    fig = sheet(0.42 * len(bars) + 0.6, Head(title, tables.origin, keys, 8), notes)
    return _draw(fig.add_subplot(), bars)


def _shares(tables: ComparedTables, name: str) -> dict[str, float]:
    """Mean shares of a side; none where there are no lots."""
    b, column = (tables.others[0], "mean_a") if name == tables.sides[0] else (name, "mean_b")
    rows = {fate: tables.difference(b, f"{fate}_share") for fate in FATES}
    return {fate: float(row[column]) for fate, row in rows.items() if row is not None}


def _title(tables: ComparedTables) -> str:
    said = []
    for name in tables.others:
        row = tables.difference(name, "extracted_share")
        if row is not None:
            said.append(f"{tables.label(name)} {_verdict(float(row['difference']), str(row['words']))}")
    return f"Of tonnes extracted: {'; '.join(said)}" if said else "No share can be told"


def _verdict(gap: float, words: str) -> str:
    if words.startswith("tied"):
        return f"is tied with the first ({points(gap)} points)"
    if gap == 0:
        return "is the same as the first in every replication"
    return f"has {points(gap)} points"


def _draw(ax: Axes, bars: dict[str, dict[str, float]]) -> Axes:
    ys, lefts = list(range(len(bars))), [0.0] * len(bars)
    for fate, look in FATE_LOOKS.items():
        widths = [shares.get(fate, 0.0) for shares in bars.values()]
        ax.barh(ys, widths, left=lefts, height=0.72, **look.area())
        for y, left, share in zip(ys, lefts, widths, strict=True):
            if share >= _WIDE:
                text = ax.text(left + share / 2, y, percent(share), ha="center", va="center", size=8, color="#000000")
                text.set_path_effects([withStroke(linewidth=2.6, foreground="white")])
        lefts = [left + share for left, share in zip(lefts, widths, strict=True)]
    ax.set_yticks(ys, labels(bars, 34))
    ax.set_ylim(len(bars) - 0.45, -0.55)
    ax.set_xlim(0, 1)
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)
    percent_axis(ax)
    return ax
