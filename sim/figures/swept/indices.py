"""Which factor moves the response how much: Morris's plot, Sobol's bars, rank correlations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.figures.style import FAINT, INK, Head, say, sheet, silent, styled
from sim.figures.swept.tables import LEVER, SHARES, UNCERTAINTY, SweptTables, response_axis
from sim.figures.words import labels, labels_by, short

_MOST, _MOST_NAMED = 30, 14
_TELLING = 0.12
"""Factors are named whose effect is this share of the largest, or more."""
_LETTER, _LINE = 0.0085, 0.04  # of the width and height of the axes
_COLOURS = {"lever": LEVER, "uncertainty": UNCERTAINTY}


def _roles() -> list[tuple[Patch, str]]:
    return [(Patch(facecolor=LEVER), "lever: ours to choose"), (Patch(facecolor=UNCERTAINTY), "uncertainty: not ours")]


def _frame(tables: SweptTables) -> tuple[pd.DataFrame, str]:
    """Indices of the first response, and why there are none where there are none."""
    frame = tables.frame("sensitivity", tables.responses[0])
    known = frame.dropna(subset=["value"])
    return known, "" if len(known) else f"No indices: {frame['method'].iloc[0] if len(frame) else 'no factors'}."


def _of(frame: pd.DataFrame, index: str) -> pd.DataFrame:
    return frame[frame["index"] == index].set_index("factor")


@styled
def morris(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Mean size of elementary effects against their spread: right is strong, up is bent or together with others."""
    frame, why = _frame(tables)
    name, unit = tables.responses[0], tables.unit(tables.responses[0])
    size = _of(frame, "mu_star")
    most = "" if why else f": {tables.label(str(size['value'].idxmax()), 30)} moves it most"
    title = f"{short(name, 40)}{most}"
    if ax is not None:
        ax.set_title(title)
        return say(ax, why) if why else _effects(ax, frame, unit)
    if why:
        return silent(Head(title, tables.origin), why)
    keys = [*_roles(), (Line2D([], [], color=INK, linewidth=1.2), "95 % interval of mu*, over trajectories"),
            (Line2D([], [], color=FAINT, linestyle=":"), "sigma = mu*")]  # fmt: skip
    notes = [
        "mu*: mean size of the change when a factor moves over its whole range. sigma: how much that change varies;"
        " above the line a factor acts differently from point to point, through others or in bends. Named are those"
        f" with an effect of at least {100 * _TELLING:.0f} % of the largest.",
        *tables.failed_words(),
    ]
    fig = sheet(4.6, Head(title, tables.origin, keys, 4), notes)
    return _effects(fig.add_subplot(), frame, unit)


def _effects(ax: Axes, frame: pd.DataFrame, unit: str) -> Axes:
    size, spread = _of(frame, "mu_star"), _of(frame, "sigma")
    ax.hlines(spread["value"], size["low"], size["high"], color=INK, linewidth=1)
    ax.scatter(size["value"], spread["value"], c=[_COLOURS[role] for role in size["role"]], s=30, zorder=3)
    right, up = float(size["high"].max()), float(spread["value"].max())
    end = max(right, up) * 1.08 or 1.0
    ax.plot([0, end], [0, end], color=FAINT, linestyle=":", linewidth=1)
    ax.set_xlim(0, right * 1.25 or 1.0)
    ax.set_ylim(-0.04 * (up or 1.0), up * 1.12 or 1.0)
    telling = size[size["value"] >= _TELLING * size["value"].max()]
    named = telling.sort_values("value", ascending=False).head(_MOST_NAMED)
    heights, names = spread["value"].to_dict(), labels_by(named.index, 28)
    spots = [(float(row["value"]), float(heights[name])) for name, row in named.iterrows()]
    for (x, y), name, (dx, dy, side) in zip(spots, named.index, _free(spots, named.index, ax), strict=True):
        ax.annotate(names[str(name)], (x, y), (dx, dy), textcoords="offset points", size=8, ha=side)
    words = ", points of a share" if unit in SHARES else f", {unit}"
    ax.set_xlabel(f"mu*{words}")
    ax.set_ylabel(f"sigma{words}")
    for which in ("x", "y"):
        response_axis(ax, unit, which, effects=True)
    return ax


def _free(
    spots: Sequence[tuple[float, float]], names: Iterable[object], ax: Axes
) -> Iterator[tuple[float, float, str]]:
    """Where each name stands beside its point: right or left, above or below, wherever none stands yet."""
    wide, high = _LETTER * ax.get_xlim()[1], _LINE * (ax.get_ylim()[1] - ax.get_ylim()[0])
    taken = [(x - wide, x + wide, y - high / 3, y + high / 3) for x, y in spots]
    for (x, y), name in zip(spots, names, strict=True):
        long = wide * len(short(name, 28))
        boxes = {
            (6.0, 3.0, "left"): (x + wide, x + wide + long, y, y + high),
            (6.0, -10.0, "left"): (x + wide, x + wide + long, y - high, y),
            (-6.0, 3.0, "right"): (x - wide - long, x - wide, y, y + high),
            (-6.0, -10.0, "right"): (x - wide - long, x - wide, y - high, y),
        }
        free = [spot for spot, box in boxes.items() if not any(_overlap(box, other) for other in taken)]
        chosen = free[0] if free else (6.0, 3.0, "left")
        taken.append(boxes[chosen])
        yield chosen


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


@styled
def sobol(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """First and total order of each factor, the one that counts most on top."""
    return _bars(tables, ax, ("S1", "ST"), "share of the variance over the design",
                 ("alone (first order)", "with all others (total)"))  # fmt: skip


@styled
def correlations(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Rank correlation of the response with each factor."""
    return _bars(tables, ax, ("rank_correlation",), "Spearman's rank correlation", ("rank correlation",))


def _bars(tables: SweptTables, ax: Axes | None, kinds: tuple[str, ...], label: str, words: tuple[str, ...]) -> Axes:
    frame, why = _frame(tables)
    name = tables.responses[0]
    last = _of(frame, kinds[-1])
    order = list(last["value"].abs().sort_values(ascending=False, kind="stable").index)[:_MOST]
    title = f"{short(name, 40)}: {tables.label(str(order[0]), 30)} counts most" if order else short(name, 40)
    if ax is not None:
        ax.set_title(title)
        return say(ax, why) if why else _draw(ax, frame, kinds, order, label)
    if why:
        return silent(Head(title, tables.origin), why)
    keys = [(Patch(facecolor=INK, alpha=1 if at == len(kinds) - 1 else 0.45), text) for at, text in enumerate(words)]
    keys = keys if len(kinds) > 1 else []
    keys += [*_roles(), (Patch(facecolor="white", edgecolor=INK), "interval covers 0"),
             (Line2D([], [], color=INK, linewidth=1.2), "95 % interval")]  # type: ignore[list-item]  # fmt: skip
    notes = tables.failed_words()
    if len(last) > _MOST:
        notes.append(f"The first {_MOST} of {len(last)} factors are shown.")
    fig = sheet((0.2 + 0.2 * len(kinds)) * len(order) + 0.7, Head(title, tables.origin, keys, 3), notes)
    return _draw(fig.add_subplot(), frame, kinds, order, label)


def _draw(ax: Axes, frame: pd.DataFrame, kinds: tuple[str, ...], order: list[str], label: str) -> Axes:
    high = 0.8 / len(kinds)
    for at, kind in enumerate(kinds):
        rows = _of(frame, kind)
        for y, factor in enumerate(order):
            row = rows.loc[factor]
            colour, where = _COLOURS[str(row["role"])], y + (at - (len(kinds) - 1) / 2) * high
            covers = bool(row["low"] <= 0 <= row["high"])
            alpha = 1.0 if at == len(kinds) - 1 else 0.45
            ax.barh(where, row["value"], height=high * 0.86, color="white" if covers else colour, edgecolor=colour,
                    alpha=1.0 if covers else alpha, linewidth=1.1)  # fmt: skip
            ax.plot([row["low"], row["high"]], [where, where], color=INK, linewidth=1.1)
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(range(len(order)), labels(order, 34))
    ax.set_ylim(len(order) - 0.4, -0.6)
    values = np.concatenate([_of(frame, kind)[["low", "high"]].to_numpy().ravel() for kind in kinds])
    low, top = min(0.0, float(values.min())), max(0.0, float(values.max()))
    ax.set_xlim(low - 0.04 * (top - low), top + 0.04 * (top - low))
    ax.set_xlabel(label)
    ax.grid(visible=False, axis="y")
    return ax
