"""Where materiel stood when it was given up: binding causes, of the mission and by place or class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.figures import captions
from sim.figures.labels import labels, short
from sim.figures.means import Mean, estimate, fate_shares, percent, percent_range
from sim.figures.run_tables import RunTables
from sim.figures.style import INK, Heading, percent_axis, say, sheet, silent, styled

_BAR, _PALE, _DARK = "#6F8FAF", "#C9CFD6", 0.55
_MOST_COLUMNS, _LEAST_SHOWN, _LEAST_LABELLED = 10, 0.0005, 0.005
_UNCAUSED, _AGREED = "none recorded", "retained or transferred"
_NO_HARM = (_UNCAUSED, _AGREED)
_NOTHING = "No lots at places that must close: nothing was kept back."
_ALL_OUT = "Everything comes out in every replication: nothing was kept back."


@dataclass(frozen=True, slots=True)
class CauseBar:
    """One binding cause with its share of all tonnes of the mission."""

    cause: str
    share: Mean


@styled
def causes(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Draws the share of all tonnes kept back by each cause; on a sheet also its part in each place or class."""
    totals = _totals(tables)
    bars = _bars(tables, totals)
    title = _title(bars)
    words = None if bars else _ALL_OUT if totals.gt(0).any() else _NOTHING
    if ax is not None:
        ax.set_title(title)
        return say(ax, words) if words else _draw(ax, bars)
    head = Heading(title, captions.origin(tables), _keys(bars))
    if words:
        return silent(head, words)
    column = "place" if tables.of_mission(tables.causes)["place"].nunique() > 1 else "class"
    table, groups = _division(tables, bars, column, float(totals.sum()))
    notes = [
        "Binding cause: what a lot was waiting for when condemned, or when its place closed; or its loss.",
        "It need not be what would have saved the lot: drawdown why tells.",
        captions.scope_words(tables),
    ]
    height = 0.32 * len(bars) + 0.6
    if groups < 2 or table.empty:  # noqa: PLR2004 - the bars already show one place of one class
        return _draw(sheet(height, head, notes).add_subplot(), bars)
    notes.insert(2, f"By {column}: in per cent of all tonnes, as the bars.")
    notes += captions.largest_words(table.shape[1], groups, "places" if column == "place" else "classes")
    fig = sheet(height + 0.7, head, notes)
    left, right = fig.subplots(1, 2, width_ratios=[5, max(1.2, 0.62 * table.shape[1])], sharey=True)
    _draw(left, bars).set_title("Share of all tonnes")
    _heat(right, table, column)
    first: Axes = left
    return first


def _totals(tables: RunTables) -> pd.Series:
    """Tonnes of the mission, by replication."""
    rows = tables.of_mission(tables.fates)
    return rows.groupby("replication")["tonnes"].sum().reindex(tables.simulated, fill_value=0)


def _bars(tables: RunTables, totals: pd.Series) -> list[CauseBar]:
    """Returns causes with their shares, the largest first; agreed or unrecorded causes come last."""
    rows = tables.of_mission(tables.causes)
    sums = rows.groupby(["replication", "cause"], observed=True)["tonnes"].sum().unstack(fill_value=0)
    shares = sums.reindex(tables.simulated, fill_value=0).div(totals.where(totals > 0), axis=0)
    found = [(str(cause), estimate(shares[cause])) for cause in sorted(shares.columns)]
    bars = [CauseBar(cause, share) for cause, share in found if share is not None and share.mean > 0]
    bars.sort(key=lambda bar: (bar.cause in _NO_HARM, -bar.share.mean))
    out = fate_shares(tables.of_mission(tables.fates), "tonnes", tables.simulated)["extracted"]
    rest = estimate((1 - out - shares.sum(axis=1)).clip(lower=0))
    if rest is not None and rest.mean > _LEAST_SHOWN:
        bars.append(CauseBar(_UNCAUSED, rest))
    return bars


def _title(bars: list[CauseBar]) -> str:
    if not bars:
        return "Nothing was kept back"
    first = bars[0]
    if first.cause in _NO_HARM:
        return (
            f"Everything that does not come out is {first.cause}" if first.cause == _AGREED else "No cause is recorded"
        )
    share = first.share.words().replace(" (", " of all tonnes (", 1)
    return f"When it was given up, most stood here: {short(first.cause, 40)}, {share}"


def _keys(bars: Sequence[CauseBar]) -> Sequence[tuple[Artist, str]]:
    if not any(bar.share.has_interval for bar in bars):
        return []
    return [(Line2D([], [], color=INK, linewidth=1.4, marker="|", markersize=7), captions.INTERVAL_WORDS)]


def _draw(ax: Axes, bars: Sequence[CauseBar]) -> Axes:
    ys = range(len(bars))
    colours = [_PALE if bar.cause in _NO_HARM else _BAR for bar in bars]
    ax.barh(ys, [bar.share.mean for bar in bars], height=0.66, color=colours)
    for y, bar in zip(ys, bars, strict=True):
        low, high = bar.share.low, bar.share.high
        end, words = bar.share.mean, percent(bar.share.mean, bar.share.digits)
        if low is not None and high is not None:
            ax.plot([low, high], [y, y], color=INK, linewidth=1.4, marker="|", markersize=7)
            end = high
            words += f" ({percent_range(low, high)})" if high >= _LEAST_SHOWN else ""
        ax.annotate(words, (end, y), (6, 0), textcoords="offset points", va="center", size=8.5)
    ax.set_yticks(list(ys), [short(bar.cause, 34) for bar in bars])
    ax.set_ylim(len(bars) - 0.5, -0.5)
    ax.set_xlim(0, 1.42 * max(bar.share.high or bar.share.mean for bar in bars))
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)
    percent_axis(ax)
    return ax


def _division(tables: RunTables, bars: Sequence[CauseBar], column: str, total: float) -> tuple[pd.DataFrame, int]:
    """Returns what each cause keeps back in the largest groups, `[cause, group]`, as shares of all tonnes.

    Of all tonnes, and not of the group's own: nearly all of next to nothing would look like much. Also returns how
    many groups keep anything back.
    """
    rows = tables.of_mission(tables.causes)
    sums = rows.groupby(["cause", column], observed=True)["tonnes"].sum().unstack(fill_value=0)
    sizes = sums.sum()
    ranked = sizes[sizes > _LEAST_SHOWN * total].sort_values(ascending=False, kind="stable").index
    table = sums[ranked[:_MOST_COLUMNS]].reindex([bar.cause for bar in bars], fill_value=0)
    return table / total, int((sizes > 0).sum())


def _heat(ax: Axes, table: pd.DataFrame, column: str) -> None:
    values = table.to_numpy(dtype=float)
    ax.imshow(values, cmap="Greys", vmin=0, vmax=max(1.2 * values.max(initial=0), 0.1), aspect="auto")
    for (y, x), share in np.ndenumerate(values):
        if share > _LEAST_SHOWN:
            ink = "white" if share > _DARK * max(1.2 * values.max(), 0.1) else INK
            words = f"{100 * share:.0f}" if share >= _LEAST_LABELLED else "<0.5"
            ax.text(x, y, words, ha="center", va="center", size=8, color=ink)
    ax.set_xticks(range(table.shape[1]), labels(table.columns, 16), rotation=40, ha="right")
    ax.set_title(f"By {column} (% of all tonnes)")
    ax.tick_params(axis="y", length=0, labelleft=False)
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
