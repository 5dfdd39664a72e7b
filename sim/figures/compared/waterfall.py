"""From one scenario to the other: which changed keys account for how much of the difference."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.figures.compared.tables import SHARES, ComparedTables, bound_notes, points, reach_style, told
from sim.figures.numbers import percent
from sim.figures.style import FAINT, INK, Head, percent_axis, say, sheet, silent, styled
from sim.figures.words import labels, short
from sim.sums import sum_in_order

_UP, _DOWN, _ENDS = "#009E73", "#D55E00", "#97A9BA"
_DOWN_HATCH = "////"
_NOTHING = "No waterfall was played: --waterfall plays which changed keys account for how much."


@styled
def waterfall(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """A bar a group of changed keys, from the first side's mean to the other's; with several sides a panel each."""
    rows = tables.waterfall
    panels = {} if rows is None else {b: rows[rows["b"] == b] for b in tables.others if (rows["b"] == b).any()}
    title = _title(tables, panels)
    if ax is not None:
        ax.set_title(title)
        first = next(iter(panels.values()), None)
        return say(ax, _NOTHING) if first is None else _draw(ax, tables, first)
    if not panels:
        return silent(Head(title, tables.origin), _NOTHING)
    heights = [0.36 * len(found) + 0.6 for found in panels.values()]
    fig = sheet(sum_in_order(heights) + 0.2, Head(title, tables.origin, _keys(), 4), _notes(tables, panels))
    axes = fig.subplots(len(panels), 1, height_ratios=heights, squeeze=False)[:, 0]
    for panel, found in zip(axes, panels.values(), strict=True):
        _draw(panel, tables, found)
    top: Axes = axes[0]
    return top


def _title(tables: ComparedTables, panels: dict[str, pd.DataFrame]) -> str:
    said = []
    for b, rows in panels.items():
        changes = rows[rows["kind"] == "change"]
        if not changes.empty:
            most = changes.iloc[int(changes["value"].abs().to_numpy().argmax())]
            gap = told(float(most["value"]), tables.unit(tables.of))
            said.append(f"{tables.label(b)}: mostly {short(most['change'], 40)}, {gap}")
    return "; ".join(said) or "No change is told apart"


def _keys() -> list[tuple[Patch | Line2D, str]]:
    return [
        (Patch(facecolor=_ENDS), "mean of a side"), (Patch(facecolor=_UP), "adds"),
        (Patch(facecolor=_DOWN, hatch=_DOWN_HATCH, edgecolor="white", linewidth=0), "takes away"),
        (Line2D([], [], color=INK, linewidth=1.4, marker="|", markersize=7), "95 % interval of the bar"),
    ]  # fmt: skip


def _notes(tables: ComparedTables, panels: dict[str, pd.DataFrame]) -> list[str]:
    notes = [f"Response: {short(tables.of, 60)}. Each bar is the mean, over orders of making the changes, of what a"
             " group of changed keys adds when its turn comes (Shapley); bars sum to the difference."]  # fmt: skip
    for one in tables.summary["comparisons"]:
        said = one["waterfall"]
        if one["b"] in panels and said:
            orders = f"{said['orders']} sampled orders" if said["orders"] else "all orders"
            notes.append(f"{tables.label(one['b'])}: {orders}, {said['worlds']} worlds.")
    return notes + bound_notes(method for rows in panels.values() for method in rows["method"])


def _draw(ax: Axes, tables: ComparedTables, rows: pd.DataFrame) -> Axes:
    share = tables.unit(tables.of) in SHARES
    level, reach = 0.0, [0.0]
    for y, (_, row) in enumerate(rows.iterrows()):
        value, low, high = (float(row[name]) for name in ("value", "low", "high"))
        if row["kind"] != "change":
            level = value
            ax.barh(y, value, height=0.62, color=_ENDS)
            _say(ax, value, y, percent(value, 1) if share else f"{value:,.4g}")
            reach.append(value)
            continue
        up = value >= 0
        bar = ax.barh(y, value, left=level, height=0.62, facecolor=_UP if up else _DOWN, edgecolor="white", linewidth=0)
        bar[0].set_hatch("" if up else _DOWN_HATCH)
        ax.plot([level, level], [y - 1, y + 0.31], color=FAINT, linewidth=0.8)
        ends = [level, level + value]
        if low < high:
            style = reach_style(row["method"])
            ax.plot([level + low, level + high], [y, y], color=INK, linewidth=1.4, marker="|", markersize=7, ls=style)
            ends += [level + low, level + high]
        _say(ax, max(ends), y, points(value) if share else f"{value:+,.4g}")
        level += value
        reach += ends
    ax.plot([level, level], [len(rows) - 2, len(rows) - 0.69], color=FAINT, linewidth=0.8)
    ax.set_yticks(range(len(rows)), labels(rows["change"], 46))
    ax.set_ylim(len(rows) - 0.45, -0.55)
    room = 0.14 * (max(reach) - min(reach)) or 1.0
    ax.set_xlim(min(reach) - (room if min(reach) < 0 else 0), max(reach) + room)
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)
    if share:
        percent_axis(ax)
    else:
        ax.set_xlabel(tables.unit(tables.of))
    return ax


def _say(ax: Axes, x: float, y: float, words: str) -> None:
    ax.annotate(words, (x, y), (6, 0), textcoords="offset points", va="center", size=8.5)
