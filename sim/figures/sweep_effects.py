"""The effect of each factor of a sweep on a response: one at a time, and by sensitivity indices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.figures.compared_tables import bound_notes, points_axis, reach_style
from sim.figures.labels import labels, labels_by, short
from sim.figures.style import FAINT, INK, Heading, say, sheet, silent, styled
from sim.figures.swept_tables import LEVER, UNCERTAINTY, SweptTables, response_axis, room, with_unit
from sim.figures.wording import titled
from sim.results.number_text import SHARES, points

# one at a time


_MOST_BARS = 30
_NOTHING = "No factor has a level that differs from the base and a value there."


@styled
def tornado(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Draws the difference of the first response from the base, by factor and level, with paired intervals.

    The levels of a factor share a bar; levels that are names have one each.
    """
    name = tables.responses[0]
    frame = _with_bars(tables, tables.frame("effects", name).dropna(subset=["difference"]))
    ranked = _ranked(frame)
    title = _title(tables, name, frame)
    if ax is not None:
        ax.set_title(title)
        return _draw_tornado(ax, tables, frame, ranked) if ranked else say(ax, _NOTHING)
    if not ranked:
        return silent(Heading(title, tables.origin), _NOTHING)
    keys = [
        (Line2D([], [], color=INK, linewidth=1.4), "95 % interval of the paired difference, together for all"),
        (Patch(facecolor=LEVER), "lever: ours to choose"), (Patch(facecolor=UNCERTAINTY), "uncertainty: not ours"),
    ]  # fmt: skip
    notes = ["Each factor is changed alone; interactions are not shown.", *tables.failed_words()]
    notes += bound_notes(frame["method"])
    if len(ranked) > _MOST_BARS:
        notes.append(f"The {_MOST_BARS} largest effects of {len(ranked)} are shown.")
    fig = sheet(0.34 * min(len(ranked), _MOST_BARS) + 0.7, Heading(title, tables.origin, keys, 3), notes)
    return _draw_tornado(fig.add_subplot(), tables, frame, ranked)


def _with_bars(tables: SweptTables, frame: pd.DataFrame) -> pd.DataFrame:
    """Returns the frame with a column that groups rows into bars."""
    named = [tables.summary["factors"][name]["kind"] == "name" for name in frame["factor"]]
    own = frame["factor"].astype(str) + "=" + frame["value"].astype(str)
    return frame.assign(bar=own.where(pd.Series(named, index=frame.index, dtype=bool), frame["factor"]))


def _ranked(frame: pd.DataFrame) -> list[str]:
    widest = frame.groupby("bar", sort=False)["difference"].apply(lambda part: part.abs().max())
    return [str(name) for name in widest.sort_values(ascending=False, kind="stable").index]


def _title(tables: SweptTables, name: str, frame: pd.DataFrame) -> str:
    base = tables.frame("estimates", name).iloc[0]["mean"]
    if frame.empty:
        return f"{titled(name)}: no effects"
    top = frame.iloc[int(frame["difference"].abs().to_numpy().argmax())]
    unit, most = tables.unit(name), labels_by(frame["bar"], 30)[str(top["bar"])]
    gap = f"{points(top['difference'])} points" if unit in SHARES else f"{top['difference']:+,.4g}"
    return f"{titled(name)}, {with_unit(float(base), unit)} at the base: {most} has the largest effect ({gap})"


def _draw_tornado(ax: Axes, tables: SweptTables, frame: pd.DataFrame, ranked: list[str]) -> Axes:
    shown, ends = ranked[:_MOST_BARS], [0.0]
    for y, bar in enumerate(shown):
        rows = frame[frame["bar"] == bar]
        colour = LEVER if rows.iloc[0]["role"] == "lever" else UNCERTAINTY
        low, high = min(0.0, rows["difference"].min()), max(0.0, rows["difference"].max())
        ax.barh(y, high - low, left=low, height=0.62, color=colour, alpha=0.85)
        for _, row in rows.iterrows():
            if row["low"] < row["high"]:
                ax.plot([row["low"], row["high"]], [y, y], color=INK, linewidth=1.2, ls=reach_style(row["method"]))
                ends += [row["low"], row["high"]]
        for text, at, side in _labels(rows, low, high):
            ax.annotate(text, (at, y), (5 * side, 0), textcoords="offset points", va="center", size=7.5, color=FAINT,
                        ha="left" if side > 0 else "right")  # fmt: skip
        ends += [low, high]
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(range(len(shown)), labels(shown, 34))
    ax.set_ylim(len(shown) - 0.4, -0.6)
    low, high = room(ends)
    ax.set_xlim(low - 0.15 * (high - low), high + 0.15 * (high - low))
    unit = tables.unit(tables.responses[0])
    ax.set_xlabel("difference from the base" + (", percentage points" if unit in SHARES else f", {unit}"))
    if unit in SHARES:
        points_axis(ax)
    ax.grid(visible=False, axis="y")
    return ax


def _labels(rows: pd.DataFrame, low: float, high: float) -> list[tuple[str, float, int]]:
    """Returns the levels at both ends of a bar."""
    found, levels = [], labels_by(rows["value"], 20)
    for end, side in ((low, -1), (high, 1)):
        at = rows[(rows["difference"] == end) & (rows["bar"] == rows["factor"])]
        if end != 0 and not at.empty:
            reach = at.iloc[0]["low"] if side < 0 else at.iloc[0]["high"]
            edge = (min if side < 0 else max)(end, reach) if pd.notna(reach) else end
            found.append((levels[str(at.iloc[0]["value"])], float(edge), side))
    return found


# indices


_MOST_FACTORS, _MOST_NAMED = 30, 14
_HASHED = 0.05
"""Factors with at least this share of the largest effect are named."""
_LETTER, _LINE = 0.0085, 0.04  # of the width and height of the axes
_COLOURS = {"lever": LEVER, "uncertainty": UNCERTAINTY}


def _roles() -> list[tuple[Patch, str]]:
    return [(Patch(facecolor=LEVER), "lever: ours to choose"), (Patch(facecolor=UNCERTAINTY), "uncertainty: not ours")]


def _frame(tables: SweptTables) -> tuple[pd.DataFrame, str]:
    """Returns the indices of the first response, or the reason why there are none."""
    frame = tables.frame("sensitivity", tables.responses[0])
    known = frame.dropna(subset=["value"])
    return known, "" if len(known) else f"No indices: {frame['method'].iloc[0] if len(frame) else 'no factors'}."


def _of(frame: pd.DataFrame, index: str) -> pd.DataFrame:
    return frame[frame["index"] == index].set_index("factor")


@styled
def morris(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Draws the mean size of elementary effects against their spread: up is nonlinear or interacting."""
    frame, why = _frame(tables)
    name, unit = tables.responses[0], tables.unit(tables.responses[0])
    size = _of(frame, "mu_star")
    most = "" if why else f": {tables.label(str(size['value'].idxmax()), 30)} has the largest effect"
    title = f"{titled(name)}{most}"
    if ax is not None:
        ax.set_title(title)
        return say(ax, why) if why else _effects(ax, frame, unit)
    if why:
        return silent(Heading(title, tables.origin), why)
    keys = [*_roles(), (Line2D([], [], color=INK, linewidth=1.2), "95 % interval of mu*, over trajectories"),
            (Line2D([], [], color=FAINT, linestyle=":"), "sigma = mu*")]  # fmt: skip
    notes = [
        "mu*: mean size of the change when a factor moves over its whole range. sigma: how much that change varies;"
        " above the line the effect varies from point to point, by interactions or nonlinearity.",
        *_unnamed_words(tables, size),
        *tables.failed_words(),
    ]
    fig = sheet(4.6, Heading(title, tables.origin, keys, 4), notes)
    return _effects(fig.add_subplot(), frame, unit)


def _named(size: pd.DataFrame) -> pd.DataFrame:
    """Returns the factors that are named next to their dot, the largest effect first."""
    reporting: pd.DataFrame = size[size["value"] >= _HASHED * size["value"].max()]
    return reporting.sort_values("value", ascending=False, kind="stable").head(_MOST_NAMED)


def _unnamed_words(tables: SweptTables, size: pd.DataFrame) -> list[str]:
    """Names the factors of the hollow dots, the largest effect first."""
    rest = size.drop(index=_named(size).index).sort_values("value", ascending=False, kind="stable")
    if rest.empty:
        return []
    shown = [tables.label(str(name), 28) for name in rest.index[:_MOST_FACTORS]]
    more = f" and {len(rest) - len(shown)} more" if len(rest) > len(shown) else ""
    return [f"Hollow, from the largest effect to the smallest: {', '.join(shown)}{more}."]


def _effects(ax: Axes, frame: pd.DataFrame, unit: str) -> Axes:
    size, spread = _of(frame, "mu_star"), _of(frame, "sigma")
    ax.hlines(spread["value"], size["low"], size["high"], color=INK, linewidth=1)
    named = _named(size)
    colours = [_COLOURS[role] for role in size["role"]]
    faces = [colour if name in named.index else "white" for name, colour in zip(size.index, colours, strict=True)]
    ax.scatter(size["value"], spread["value"], c=faces, edgecolors=colours, s=30, zorder=3)
    right, up = float(size["high"].max()), float(spread["value"].max())
    end = max(right, up) * 1.08 or 1.0
    ax.plot([0, end], [0, end], color=FAINT, linestyle=":", linewidth=1)
    ax.set_xlim(0, right * 1.25 or 1.0)
    ax.set_ylim(-0.04 * (up or 1.0), up * 1.12 or 1.0)
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
    """Yields a free position for each name next to its point: right or left, above or below."""
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
    """Draws first and total order indices of each factor, the most influential on top."""
    return _bars(tables, ax, ("S1", "ST"), "share of the variance over the design",
                 ("alone (first order)", "with all others (total)"))  # fmt: skip


@styled
def correlations(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Draws the rank correlation of the response with each factor."""
    return _bars(tables, ax, ("rank_correlation",), "Spearman's rank correlation", ("rank correlation",))


def _bars(tables: SweptTables, ax: Axes | None, kinds: tuple[str, ...], label: str, words: tuple[str, ...]) -> Axes:
    frame, why = _frame(tables)
    name = tables.responses[0]
    last = _of(frame, kinds[-1])
    order = list(last["value"].abs().sort_values(ascending=False, kind="stable").index)[:_MOST_FACTORS]
    title = f"{titled(name)}: {tables.label(str(order[0]), 30)} is most influential" if order else titled(name)
    if ax is not None:
        ax.set_title(title)
        return say(ax, why) if why else _draw_indices(ax, frame, kinds, order, label)
    if why:
        return silent(Heading(title, tables.origin), why)
    keys = [(Patch(facecolor=INK, alpha=1 if at == len(kinds) - 1 else 0.45), text) for at, text in enumerate(words)]
    keys = keys if len(kinds) > 1 else []
    keys += [*_roles(), (Patch(facecolor="white", edgecolor=INK), "interval covers 0"),
             (Line2D([], [], color=INK, linewidth=1.2), "95 % interval")]  # type: ignore[list-item]  # fmt: skip
    notes = tables.failed_words()
    if len(last) > _MOST_FACTORS:
        notes.append(f"The first {_MOST_FACTORS} of {len(last)} factors are shown.")
    fig = sheet((0.2 + 0.2 * len(kinds)) * len(order) + 0.7, Heading(title, tables.origin, keys, 3), notes)
    return _draw_indices(fig.add_subplot(), frame, kinds, order, label)


def _draw_indices(ax: Axes, frame: pd.DataFrame, kinds: tuple[str, ...], order: list[str], label: str) -> Axes:
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
