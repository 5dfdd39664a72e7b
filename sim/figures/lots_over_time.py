"""The lots of the mission by state, day by day, with shelter and handovers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import StrMethodFormatter

from sim.figures import captions
from sim.figures.labels import counted, wrap
from sim.figures.means import percent, quantile
from sim.figures.run_tables import RunTables
from sim.figures.style import (
    FATE_LOOKS,
    INK,
    STATE_LOOKS,
    Fill,
    Heading,
    date_axis,
    on_axis,
    say,
    sheet,
    silent,
    styled,
)

# lots that came out are at the bottom, those that did not at the top, open ones between
_BELOW = ("extracted", "retained", "transferred")
_BETWEEN = ("moving", "loading", "ready", "preparing", "released", "in_use")
_ABOVE = ("late", "abandoned", "lost", "disabled", "destroyed")
_ORDER = (*_BELOW, *_BETWEEN, *_ABOVE)
_LOOKS: dict[str, Fill] = FATE_LOOKS | STATE_LOOKS
_MOST_ROWS, _LABEL_SHARE = 12, 0.06
_NOTHING = "No lots at places that must close."
_NO_EPISODES = "The folder has no episodes of replication 1: its alarms can't be shown."
_SHELTER = "#D55E00"


@styled
def lots_over_time(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Draws the mean number of lots by state over days, stacked; on a sheet also shelter and handovers by place."""
    means = _means(tables)
    empty = means.empty or not means.to_numpy().sum() > 0
    title = "No lots to follow" if empty else _title(tables, means)
    if ax is not None:
        ax.set_title(title)
        return say(ax, _NOTHING) if empty else _stack(ax, tables, means)
    head = Heading(title, captions.origin(tables), [] if empty else _keys(tables, means), 4)
    if empty:
        return silent(head, _NOTHING)
    rows, all_rows = _rows(tables)
    below_in = 0.9 + 0.22 * max(len(rows), 2)
    largest = captions.largest_words(len(rows), all_rows)
    scope = captions.scope_words(tables)
    notes = [*_alarm_words(tables), scope, *largest, *captions.followed_words(tables)]
    fig = sheet(4.4 + below_in, head, notes)
    top, strip = fig.subplots(2, 1, height_ratios=[4.4, below_in], sharex=True)
    mean = captions.mean_words(tables.followed)
    _stack(top, tables, means).set_title(f"Lots by state at the end of each day: {mean}")
    _strip(strip, tables, rows)
    date_axis(strip)
    first: Axes = top
    return first


def _means(tables: RunTables) -> pd.DataFrame:
    """Mean lots, `[instant, state]`, in the order of the stack."""
    rows = tables.timeline[(tables.timeline["place"] == "mission") & tables.timeline["state"].isin(_ORDER)]
    table = rows.pivot_table(index="day", columns="state", values="lots_mean", aggfunc="sum", observed=True)
    table = table.reindex(columns=list(_ORDER), fill_value=0).fillna(0)
    table.index = pd.Index([tables.plan.end_of_day(str(day)) for day in table.index])
    return table


def _title(tables: RunTables, means: pd.DataFrame) -> str:
    deadline = tables.plan.deadline
    by_then = means[means.index <= deadline]
    last = (by_then if len(by_then) else means).iloc[-1]
    total = last.sum()
    gone = last[["destroyed", "disabled", "lost", "abandoned"]].sum()
    out, open_ = last["extracted"] / total, last[list(_BETWEEN)].sum() / total
    pieces = [f"{percent(out)} of {total:,.0f} lots are out by the deadline"]
    if gone > 0:
        pieces.append(f"{percent(gone / total)} are destroyed, disabled, lost or abandoned")
    if open_ > 0.0005:  # noqa: PLR2004 - less is shown as 0 %
        pieces.append(f"{percent(open_)} still under way")
    return ", ".join(pieces[:-1]) + f" and {pieces[-1]}" if len(pieces) > 1 else pieces[0]


def _keys(tables: RunTables, means: pd.DataFrame) -> Sequence[tuple[Artist, str]]:
    used = [state for state in _ORDER if means[state].max() > 0]
    entries: list[tuple[Artist, str]] = [(_LOOKS[state].patch(), state.replace("_", " ")) for state in used]
    if tables.followed > 1:
        edge = Line2D([], [], color=INK, linewidth=1, linestyle="--")
        entries.append((edge, f"extracted, {captions.spread_words(tables.followed)}"))
    return [*entries, *_marks(tables)]


def _marks(tables: RunTables) -> list[tuple[Artist, str]]:
    """Keys to the marks that occur."""
    closing = [place for place in tables.plan.in_order() if place.name in tables.plan.mission]
    marks: list[tuple[Artist, str]] = []
    if any(len(tables.episodes_of(place.name, "shelter")) for place in closing):
        mark = Line2D([], [], color=_SHELTER, ls="", marker="|", ms=9, mew=1.3)
        marks.append((mark, "shelter begins, replication 1"))
    if any(place.must_close for place in closing):
        marks.append((Line2D([], [], color=INK, ls=":", lw=0.8, marker="D", mfc="white"), "handover as planned"))
    if any(len(tables.episodes_of(place.name, "order")) for place in closing):
        marks.append((Line2D([], [], color=INK, linestyle="", marker="D"), "handover as ordered, replication 1"))
    return [*marks, (Line2D([], [], color=INK, linewidth=1.6), "deadline")]


def _stack(ax: Axes, tables: RunTables, means: pd.DataFrame) -> Axes:
    xs = np.array([on_axis(moment) for moment in means.index])
    tops = np.cumsum(means.to_numpy(), axis=1)
    total = float(tops[:, -1].max())
    floor = np.zeros(len(xs))
    for column, state in enumerate(_ORDER):
        ceiling = tops[:, column]
        if means[state].max() > 0:
            ax.fill_between(xs, floor, ceiling, **_LOOKS[state].area())
            ax.plot(xs, ceiling, color="white", linewidth=0.7)
            _name(ax, xs, floor, ceiling, total, state)
        floor = ceiling
    _spread(ax, tables)
    _lines(ax, tables)
    ax.set_ylim(0, total)
    ax.set_xlim(xs[0] - (len(xs) == 1), xs[-1])  # of a single day, show that day
    ax.set_ylabel("lots")
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    date_axis(ax)
    return ax


def _name(ax: Axes, xs: np.ndarray, floor: np.ndarray, ceiling: np.ndarray, total: float, state: str) -> None:
    """Writes the name of a state in the middle of the thick part of its area, if there is room."""
    inner = slice(len(xs) // 20, len(xs) - len(xs) // 20 or None)
    thick = (ceiling - floor)[inner]
    if not len(thick) or thick.max() < _LABEL_SHARE * total:
        return
    widest = np.flatnonzero(thick >= max(0.7 * thick.max(), _LABEL_SHARE * total))
    if len(widest) < _LABEL_SHARE * len(xs):
        return
    at = int(widest[len(widest) // 2]) + (inner.start or 0)
    middle = (floor[at] + ceiling[at]) / 2
    words = ax.text(xs[at], middle, state.replace("_", " "), ha="center", va="center", size=8.5)
    words.set_path_effects([withStroke(linewidth=2.6, foreground="white")])


def _spread(ax: Axes, tables: RunTables) -> None:
    """Draws the band of lots extracted; its area is at the bottom, so that its edge is the number of lots."""
    rows = tables.timeline_of("mission", "extracted")
    if tables.followed < 2 or rows.empty:  # noqa: PLR2004 - one replication has no spread
        return
    xs = [on_axis(tables.plan.end_of_day(day)) for day in rows["day"]]
    for edge in ("lots_p05", "lots_p95"):
        ax.plot(xs, rows[edge], color="white", linewidth=2.4)
        ax.plot(xs, rows[edge], color=INK, linewidth=1, linestyle="--")


def _lines(ax: Axes, tables: RunTables) -> None:
    for place in tables.plan.in_order():
        if place.must_close and place.handover_s is not None:
            ax.axvline(on_axis(tables.plan.local(place.handover_s)), color=INK, linewidth=0.8, linestyle=":")
    ax.axvline(on_axis(tables.plan.deadline), color=INK, linewidth=1.6)


def _rows(tables: RunTables) -> tuple[list[str], int]:
    """Returns the places for the strip, those with most lots in the order of handover, and the number of places."""
    sizes = tables.of_mission(tables.fates).groupby("place", observed=True)["lots"].sum()
    mission = tables.plan.mission
    names = [place.name for place in tables.plan.in_order() if place.name in mission]
    largest = sorted(names, key=lambda name: -float(sizes.get(name, 0)))[:_MOST_ROWS]
    return [name for name in names if name in largest], len(names)


def _strip(ax: Axes, tables: RunTables, rows: list[str]) -> None:
    """Draws by place: shelter in replication 1 as ticks, planned and ordered handover as diamonds."""
    ax.set_title("Shelter under alarm in replication 1, and handovers")
    for y, name in enumerate(rows):
        shelters = tables.episodes_of(name, "shelter")
        begins = [on_axis(tables.plan.local(s)) for s in shelters["from_s"]]
        ax.vlines(begins, y - 0.32, y + 0.32, color=_SHELTER, linewidth=1.3)
        planned = tables.plan.places[name].handover_s
        if planned is not None:
            ax.plot(
                on_axis(tables.plan.local(planned)),
                y,
                marker="D",
                color="white",
                markeredgecolor=INK,
                markersize=6,
            )
        for ordered in tables.episodes_of(name, "order")["until_s"]:
            ax.plot(on_axis(tables.plan.local(ordered)), y, marker="D", color=INK, markersize=6)
    ax.axvline(on_axis(tables.plan.deadline), color=INK, linewidth=1.6)
    ax.set_yticks(range(len(rows)), [tables.plan.label(name) for name in rows])
    ax.set_ylim(max(len(rows), 2) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    if tables.episodes is None:
        ax.text(0.01, 0.04, "\n".join(wrap(_NO_EPISODES, 100)), transform=ax.transAxes, size=8.5, va="bottom")


def _alarm_words(tables: RunTables) -> list[str]:
    if "alarms" not in tables.replications or tables.replications["alarms"].dropna().empty:
        return []
    alarms = tables.replications["alarms"].dropna()
    if len(alarms) == 1:
        return [f"{counted(int(alarms.iloc[0]), 'alarm')} in the only replication."]
    edge = captions.tail(len(alarms))
    mean, low, high = alarms.mean(), quantile(alarms, edge), quantile(alarms, 1 - edge)
    return [f"Alarms: {mean:,.1f} on average; {captions.spread_words(len(alarms))}: {low:.0f}–{high:.0f}."]
