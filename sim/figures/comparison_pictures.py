"""The pictures of a comparison: fates, differences, replications, timelines and the waterfall, side by side."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import StrMethodFormatter

from sim.analysis.paired import EVERY
from sim.figures import captions
from sim.figures.compared_tables import (
    COLOURS,
    DASHES,
    ComparedTables,
    bound_notes,
    ends_words,
    points_axis,
    reach_style,
    span,
)
from sim.figures.labels import counted, in_legend, labels, short
from sim.figures.means import percent
from sim.figures.style import (
    FAINT,
    FATE_LOOKS,
    FATES,
    INK,
    Heading,
    date_axis,
    on_axis,
    percent_axis,
    say,
    sheet,
    silent,
    styled,
)
from sim.figures.wording import titled, worded
from sim.results.number_text import SHARES, difference, points
from sim.sums import sum_in_order

# fates


_WIDE = 0.045
_NO_FATES = "A side has no lots at places that must close: its shares are undefined."


@styled
def fates(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Draws stacked mean shares of each fate, one bar per side, over the replications that all sides have."""
    bars = {name: shares for name in tables.sides if (shares := _shares(tables, name))}
    title = _title_fates(tables)
    if ax is not None:
        ax.set_title(title)
        return _draw_fates(ax, bars) if bars else say(ax, _NO_FATES)
    if not bars:
        return silent(Heading(title, tables.origin), _NO_FATES)
    keys = [(look.patch(), fate) for fate, look in FATE_LOOKS.items()]
    notes = ["Counted: tonnes that were at places that must close. Means only; the paired differences show whether"
             " sides differ."]  # fmt: skip
    fig = sheet(0.42 * len(bars) + 0.6, Heading(title, tables.origin, keys, 8), notes)
    return _draw_fates(fig.add_subplot(), bars)


def _shares(tables: ComparedTables, name: str) -> dict[str, float]:
    """Mean shares of a side; none where there are no lots."""
    b, column = (tables.others[0], "mean_a") if name == tables.sides[0] else (name, "mean_b")
    rows = {fate: tables.difference(b, f"{fate}_share") for fate in FATES}
    return {fate: float(row[column]) for fate, row in rows.items() if row is not None}


def _title_fates(tables: ComparedTables) -> str:
    said = []
    for name in tables.others:
        row = tables.difference(name, "extracted_share")
        if row is not None:
            said.append(f"{tables.label(name)} {_verdict(float(row['difference']), str(row['words']))}")
    return f"Of tonnes extracted: {'; '.join(said)}" if said else "No share is defined"


def _verdict(gap: float, words: str) -> str:
    if words.startswith("tied"):
        return f"is tied with the first ({points(gap)} points)"
    if gap == 0:
        return "is the same as the first in every replication"
    return f"has {points(gap)} points"


def _draw_fates(ax: Axes, bars: dict[str, dict[str, float]]) -> Axes:
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


# differences


_ROWS = {
    **{f"{fate}_share": f"{fate}, of tonnes" for fate in FATES},
    "extracted_share_lots": "extracted, of lots",
    "extracted_share_value": "extracted, of value",
    "people_out_share": "people out by the deadline",
    "deadline_met": "all closed by the deadline",
}
_MOST_SIDES = len(COLOURS) - 1
_NO_DIFFERENCES = "No share has a value on all sides: no difference to show."


@styled
def differences(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Mean difference of each share from the first side, in percentage points, with its paired interval."""
    others = tables.others[:_MOST_SIDES]
    rows = {name: {b: row for b in others if (row := tables.difference(b, name)) is not None} for name in _ROWS}
    rows = {name: found for name, found in rows.items() if found}
    title = _title_differences(tables)
    if ax is not None:
        ax.set_title(title)
        return _draw_differences(ax, rows, others) if rows else say(ax, _NO_DIFFERENCES)
    if not rows:
        return silent(Heading(title, tables.origin), _NO_DIFFERENCES)
    keys = [(Line2D([], [], color=INK, linewidth=1.4, marker="o", markersize=5), tables.interval_words)]
    if len(others) > 1:
        keys += [(Line2D([], [], color=COLOURS[at], marker="o"), in_legend(tables.label(b)))
             for at, b in enumerate(others, 1)]  # fmt: skip
    notes = ["In percentage points, from the first side. An interval that contains 0 is a tie. A dot without interval:"
             " the same scenario on both sides, or one replication."]  # fmt: skip
    notes += bound_notes(row["method"] for found in rows.values() for row in found.values())
    if len(others) < len(tables.others):
        notes.append(f"The first {len(others)} of {len(tables.others)} comparisons are shown.")
    fig = sheet((0.16 + 0.17 * len(others)) * len(rows) + 0.7, Heading(title, tables.origin, keys, 3), notes)
    return _draw_differences(fig.add_subplot(), rows, others)


def _title_differences(tables: ComparedTables) -> str:
    said = []
    for b in tables.others:
        row = tables.difference(b, tables.of)
        if row is None:
            continue
        unit, low, high = str(row["unit"]), float(row["low"]), float(row["high"])
        known = f" ({ends_words(low, high, unit)})" if low < high else ""
        said.append(f"{tables.label(b)}: {difference(float(row['difference']), unit)}{known}")
    return f"{titled(tables.of)}, difference of {'; '.join(said)}" if said else "No difference is defined"


def _draw_differences(ax: Axes, rows: dict[str, dict[str, pd.Series]], others: tuple[str, ...]) -> Axes:
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
    """Draws one difference with its interval and value; returns the ends that it needs on the axis."""
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


# replications


_MOST_PANELS = 4
_NO_PAIRS = "No replication has a value on both sides."


@styled
def replications(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Draws a dot for each replication: the response of the first side against that of another."""
    panels = {b: rows for b in tables.others[:_MOST_PANELS] if len(rows := tables.values(b, tables.of))}
    title = _title_replications(tables, panels)
    if ax is not None:
        first = next(iter(panels), None)
        drawn = say(ax, _NO_PAIRS) if first is None else _scatter(ax, tables, first, panels[first])
        drawn.set_title(title)
        return drawn
    if not panels:
        return silent(Heading(title, tables.origin), _NO_PAIRS)
    keys = [(Line2D([], [], color=COLOURS[1], marker="o", linestyle="", alpha=0.6),
             "one replication: the same random events"),
            (Line2D([], [], color=INK, linewidth=1, linestyle="--"), "equal on both sides")]  # fmt: skip
    notes = [f"Response: {worded(tables.of)}. Spread of replications, not an interval of a mean."]
    if len(panels) < len(tables.others):
        notes.append(f"The first {len(panels)} of {len(tables.others)} comparisons are shown.")
    fig = sheet(4.6 if len(panels) == 1 else 3.4 * -(-len(panels) // 2), Heading(title, tables.origin, keys), notes)
    grid = fig.subplots(-(-len(panels) // 2), min(2, len(panels)), squeeze=False)
    for panel, (b, rows) in zip(grid.flat, panels.items(), strict=False):
        _scatter(panel, tables, b, rows)
    for panel in list(grid.flat)[len(panels) :]:
        panel.set_axis_off()
    top: Axes = grid[0, 0]
    return top


def _title_replications(tables: ComparedTables, panels: dict[str, pd.DataFrame]) -> str:
    said = []
    for b, rows in panels.items():
        ties = int((rows["difference"] == 0).sum())
        above = int((rows["difference"] > 0).sum())
        tied = f", {ties} tied" if ties else ""
        said.append(f"{tables.label(b)} is above in {above} of {counted(len(rows), 'replication')}{tied}")
    return "; ".join(said) or "No pair of replications has values"


def _scatter(ax: Axes, tables: ComparedTables, b: str, rows: pd.DataFrame) -> Axes:
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


# timelines


_MOST_LINES = len(COLOURS)
_STATES = {"extracted": "Lots extracted", "people": "People present"}
_NO_DAYS = "No lots and no people at places that must close."


@styled
def timelines(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Draws means over replications with bands of their spread: lots, and on a sheet also people."""
    sides = tables.sides[:_MOST_LINES]
    states = [state for state in _STATES if _peak(tables, state) > 0]
    title = _title_timelines(tables)
    if ax is not None:
        ax.set_title(title)
        return _draw_timelines(ax, tables, sides, states[0]) if states else say(ax, _NO_DAYS)
    if not states:
        return silent(Heading(title, tables.origin), _NO_DAYS)
    fig = sheet(2.6 * len(states), Heading(title, tables.origin, _keys_by_day(tables, sides), 4), _notes_by_day(tables))
    axes = fig.subplots(len(states), 1, sharex=True, squeeze=False)[:, 0]
    for panel, state in zip(axes, states, strict=True):
        _draw_timelines(panel, tables, sides, state).set_title(_STATES[state])
    first: Axes = axes[0]
    return first


def _rows(tables: ComparedTables, side: str, state: str) -> pd.DataFrame:
    rows = tables.timelines
    return rows[(rows["side"] == side) & (rows["state"] == state)].sort_values("day")


def _peak(tables: ComparedTables, state: str) -> float:
    rows = tables.timelines[tables.timelines["state"] == state]
    return 0.0 if rows.empty else float(rows["mean"].max())


def _title_timelines(tables: ComparedTables) -> str:
    said = []
    for side in tables.sides:
        rows = _rows(tables, side, "extracted")
        if not rows.empty:
            said.append(f"{tables.label(side)} {rows['mean'].iloc[-1]:,.0f}")
    return f"Lots out at the end: {', '.join(said)}" if said else "Lots out and people present, day by day"


def _keys_by_day(tables: ComparedTables, sides: tuple[str, ...]) -> list[tuple[Artist, str]]:
    keys: list[tuple[Artist, str]] = [
        (_line(at), f"{in_legend(tables.label(side))}, mean") for at, side in enumerate(sides)
    ]
    followed = min(int(side["followed"]) for side in tables.summary["sides"])
    if followed > 1:
        keys.append((Patch(facecolor="#BBBBBB", alpha=0.5), captions.spread_words(followed)))
    return [*keys, (Line2D([], [], color=INK, linewidth=1.6), "deadline")]


def _line(at: int) -> Line2D:
    return Line2D([], [], color=COLOURS[at], linestyle=DASHES[at], linewidth=1.8)


def _notes_by_day(tables: ComparedTables) -> list[str]:
    counts = {side["name"]: int(side["followed"]) for side in tables.summary["sides"]}
    notes = ["Bands are spreads of replications, not intervals of a mean. Of all places that must close."]
    if set(counts.values()) != {tables.count}:
        with_unit = ", ".join(f"{tables.label(name)} {count:,}" for name, count in counts.items())
        notes.append(f"Days are followed in the first replications of each side: {with_unit}.")
    if len(tables.sides) > _MOST_LINES:
        notes.append(f"The first {_MOST_LINES} of {len(tables.sides)} sides are shown.")
    return notes


def _draw_timelines(ax: Axes, tables: ComparedTables, sides: tuple[str, ...], state: str) -> Axes:
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


# waterfall


_UP, _DOWN, _ENDS = "#009E73", "#D55E00", "#97A9BA"
_DOWN_HATCH = "////"
_NO_FALL = "No waterfall: run with --waterfall for the contribution of each changed key."


@styled
def waterfall(tables: ComparedTables, ax: Axes | None = None) -> Axes:
    """Draws a bar for each group of changed keys, from the mean of the first side to that of each other side."""
    rows = tables.waterfall
    panels = {} if rows is None else {b: rows[rows["b"] == b] for b in tables.others if (rows["b"] == b).any()}
    title = _title_waterfall(tables, panels)
    if ax is not None:
        ax.set_title(title)
        first = next(iter(panels.values()), None)
        return say(ax, _NO_FALL) if first is None else _draw_waterfall(ax, tables, first)
    if not panels:
        return silent(Heading(title, tables.origin), _NO_FALL)
    heights = [0.36 * len(found) + 0.6 for found in panels.values()]
    fig = sheet(sum_in_order(heights) + 0.2, Heading(title, tables.origin, _fall_keys(), 4), _off_notes(tables, panels))
    axes = fig.subplots(len(panels), 1, height_ratios=heights, squeeze=False)[:, 0]
    for panel, found in zip(axes, panels.values(), strict=True):
        _draw_waterfall(panel, tables, found)
    top: Axes = axes[0]
    return top


def _title_waterfall(tables: ComparedTables, panels: dict[str, pd.DataFrame]) -> str:
    said = []
    for b, rows in panels.items():
        changes = rows[rows["kind"] == "change"]
        if not changes.empty:
            most = changes.iloc[int(changes["value"].abs().to_numpy().argmax())]
            gap = difference(float(most["value"]), tables.unit(tables.of))
            said.append(f"{tables.label(b)}: mostly {short(most['change'], 40)}, {gap}")
    return "; ".join(said) or "No changes to separate"


def _fall_keys() -> list[tuple[Patch | Line2D, str]]:
    return [
        (Patch(facecolor=_ENDS), "mean of a side"), (Patch(facecolor=_UP), "adds"),
        (Patch(facecolor=_DOWN, hatch=_DOWN_HATCH, edgecolor="white", linewidth=0), "removes"),
        (Line2D([], [], color=INK, linewidth=1.4, marker="|", markersize=7), "95 % interval of the bar"),
    ]  # fmt: skip


def _off_notes(tables: ComparedTables, panels: dict[str, pd.DataFrame]) -> list[str]:
    notes = [f"Response: {worded(tables.of)}. Each bar is the mean contribution of a group of changed keys over"
             " all orders of the changes (Shapley value); bars sum to the difference."]  # fmt: skip
    for one in tables.summary["comparisons"]:
        said = one["waterfall"]
        if one["b"] in panels and said:
            orders = f"{said['orders']} sampled orders" if said["orders"] else "all orders"
            notes.append(f"{tables.label(one['b'])}: {orders}, {said['worlds']} combinations.")
    return notes + bound_notes(method for rows in panels.values() for method in rows["method"])


def _draw_waterfall(ax: Axes, tables: ComparedTables, rows: pd.DataFrame) -> Axes:
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
