"""Shares of the eight fates: of the mission, by place and by class."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import Stroke, withStroke

from sim.figures import captions
from sim.figures.labels import labels_by
from sim.figures.means import Mean, dollars, estimate, fate_shares, percent, response, tonnes
from sim.figures.run_tables import RunTables
from sim.figures.style import FATE_LOOKS, FATES, INK, Heading, percent_axis, say, sheet, silent, styled
from sim.sums import sum_in_order

_ROW_IN, _WIDE = 0.3, 0.045
_MEASURES: dict[str, tuple[str, Callable[[float], str]]] = {
    "tonnes": ("by tonnes", tonnes),
    "lots": ("by lots", lambda lots: f"{lots:,.0f} lots"),
    "usd": ("by value", dollars),
}
_NOTHING = "No lots at places that must close: their shares are undefined."


@dataclass(frozen=True, slots=True)
class FateBar:
    """One bar: mean shares of the eight fates, the estimate of the extracted share, and the total."""

    label: str
    means: dict[str, float]
    out: Mean
    size: str


@styled
def fates(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Draws stacked shares of each fate: those of the mission, and on a sheet also by place and class."""
    mission = mission_bars(tables)
    title = _title(tables, mission)
    if ax is not None:
        ax.set_title(title)
        return _draw(ax, mission) if mission else say(ax, _NOTHING)
    origin = captions.origin(tables)
    if not mission:
        return silent(Heading(title, origin), _NOTHING)
    places, all_places = _bars_by(tables, "place")
    classes, all_classes = _bars_by(tables, "class")
    panels = {"The mission": mission}
    panels |= {"By place, share of tonnes": places} if len(places) > 1 else {}
    panels |= {"By class, share of tonnes": classes} if len(classes) > 1 else {}
    notes = [
        captions.scope_words(tables),
        *_bound_words([*mission, *places, *classes], len(tables.simulated)),
        *captions.largest_words(len(places), all_places),
        *captions.largest_words(len(classes), all_classes, "classes"),
    ]
    heights = [_ROW_IN * len(bars) + 0.5 for bars in panels.values()]
    fig = sheet(sum_in_order(heights) + 0.2, Heading(title, origin, keys(mission, tables.impossible), 5), notes)
    axes = fig.subplots(len(panels), 1, height_ratios=heights, sharex=True, squeeze=False)[:, 0]
    for panel, (name, bars) in zip(axes, panels.items(), strict=True):
        _draw(panel, bars).set_title(name)
    first: Axes = axes[0]
    return first


def mission_bars(tables: RunTables) -> list[FateBar]:
    """Bars of the mission by tonnes, lots and value; none where there are no lots."""
    rows = tables.of_mission(tables.fates)
    bars = [_bar(words, rows, measure, tables.simulated) for measure, (words, _) in _MEASURES.items()]
    known = response(tables.responses, "extracted_share")
    found = [bar for bar in bars if bar is not None]
    if found and known is not None and found[0].label == _MEASURES["tonnes"][0]:
        found[0] = FateBar(found[0].label, found[0].means, known, found[0].size)
    return found


def keys(bars: Sequence[FateBar], impossible: Collection[str] = ()) -> list[tuple[Line2D, str]]:
    """Legend of the fates, without impossible ones, and of the interval where one is drawn."""
    entries = [(look.patch(), fate) for fate, look in FATE_LOOKS.items() if fate not in impossible]
    mark = Line2D([], [], color=INK, linewidth=1.4, marker="|", markersize=7)
    if any(bar.out.has_interval for bar in bars):
        entries.append((mark, f"extracted: {captions.INTERVAL_WORDS}"))  # type: ignore[arg-type]
    return entries  # type: ignore[return-value]


def _bound_words(bars: Sequence[FateBar], simulated: int) -> list[str]:
    """Returns a note if an interval is an exact one-sided bound."""
    if not any(bar.out.has_interval and bar.out.mean in (0.0, 1.0) for bar in bars):
        return []
    return [f"If nothing, or everything, comes out in all {simulated:,} replications, the interval is an exact bound."]


def _title(tables: RunTables, bars: list[FateBar]) -> str:
    if not bars:
        return "No share is defined"
    out = bars[0].out
    if out.low is None or out.high is None:
        why = "one replication" if len(tables.simulated) == 1 else "the same in every replication"
        return f"{percent(out.mean)} of tonnes come out ({why}: no interval)"
    left = {fate: share for fate, share in bars[0].means.items() if fate != "extracted"}
    worst = max(left, key=lambda fate: left[fate])
    also = f"; {percent(left[worst])} are {worst}" if left[worst] > 0 else ""
    return f"{out.words().replace(' (', ' of tonnes come out (', 1)}{also}"


def _bar(label: str, rows: pd.DataFrame, measure: str, simulated: Sequence[int]) -> FateBar | None:
    table = fate_shares(rows, measure, simulated)
    out = estimate(table["extracted"])
    if out is None:
        return None
    means = {fate: float(table[fate].mean()) for fate in FATES}
    return FateBar(label, means, out, _MEASURES[measure][1](float(rows[measure].sum()) / len(simulated)))


def _bars_by(tables: RunTables, column: str) -> tuple[list[FateBar], int]:
    """Bars of the largest places or classes, in the order of what comes out, and of how many there are."""
    rows = tables.of_mission(tables.fates)
    sizes = rows.groupby(column, observed=True)["tonnes"].sum().sort_values(ascending=False, kind="stable")
    bars, names = [], labels_by(sizes.index)
    for name in sizes.index[: captions.MOST_PLACES]:
        bar = _bar(names[str(name)], rows[rows[column] == name], "tonnes", tables.simulated)
        if bar is not None:
            bars.append(bar)
    return sorted(bars, key=lambda bar: -bar.out.mean), len(sizes)


def _draw(ax: Axes, bars: Sequence[FateBar]) -> Axes:
    ys = list(range(len(bars)))
    lefts = [0.0] * len(bars)
    for fate, look in FATE_LOOKS.items():
        widths = [bar.means[fate] for bar in bars]
        ax.barh(ys, widths, left=lefts, height=0.72, **look.area())
        for y, left, share in zip(ys, lefts, widths, strict=True):
            if share >= _WIDE:
                _label(ax, left + share / 2, y, percent(share))
        lefts = [left + share for left, share in zip(lefts, widths, strict=True)]
    for y, bar in zip(ys, bars, strict=True):
        _interval(ax, bar.out, y)
        ax.text(1.008, y, bar.size, va="center", ha="left", size=8, transform=ax.transData)
    ax.set_yticks(ys, [bar.label for bar in bars])
    ax.set_ylim(len(bars) - 0.45, -0.55)
    ax.set_xlim(0, 1)
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)
    percent_axis(ax)
    return ax


def _label(ax: Axes, x: float, y: float, words: str) -> None:
    text = ax.text(x, y, words, ha="center", va="center", size=8, color="#000000")
    text.set_path_effects([withStroke(linewidth=2.6, foreground="white")])


def _interval(ax: Axes, out: Mean, y: float) -> None:
    if out.low is None or out.high is None:
        return
    casing = [Stroke(linewidth=3.2, foreground="white"), Stroke(linewidth=1.4, foreground=INK)]
    for xs, ys in (
        ([out.low, out.high], [y + 0.27] * 2),
        ([out.low] * 2, [y + 0.17, y + 0.36]),
        ([out.high] * 2, [y + 0.17, y + 0.36]),
    ):
        ax.plot(xs, ys, color=INK, linewidth=1.4, solid_capstyle="butt", path_effects=casing, clip_on=False)
