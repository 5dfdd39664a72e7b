"""The points of a sweep as pictures: one or two factors on axes, many as lines, and the front."""

from __future__ import annotations

import math
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D

from sim.figures.compared_tables import COLOURS, DASHES
from sim.figures.labels import counted, in_legend, labels, labels_by, short, wrap
from sim.figures.style import FAINT, INK, Heading, say, sheet, silent, styled
from sim.figures.swept_tables import (
    LEVER,
    SweptTables,
    factor_axis,
    response_axis,
    response_bar,
    room,
    shown_number,
    varies,
    with_unit,
)
from sim.figures.wording import titled, worded
from sim.results.number_text import SHARES

# one factor or two


_INTERVAL = "95 % interval of the mean over replications"
_NOTHING = "No point has a value of this response."
_LINES, _CELLS = len(COLOURS), 144


def averaged(tables: SweptTables, response: str, factors: list[str]) -> pd.DataFrame:
    """Means by the levels of some factors; over all others where there are any, then without intervals."""
    frame = tables.means(response).copy()
    if len(factors) == len(tables.levers):
        return frame
    found = pd.DataFrame(frame.groupby(factors, sort=False, as_index=False)["mean"].mean())
    return found.assign(low=np.nan, high=np.nan)


def _over(tables: SweptTables, factors: list[str]) -> list[str]:
    others = [tables.label(name) for name in tables.levers if name not in factors]
    return [f"Means over all levels of {', '.join(others)}; without intervals."] if others else []


@styled
def response(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Draws the first response against the first factor with intervals, one line per level of the second."""
    name = tables.responses[0]
    along, lines = _axes_of(tables)
    frame = averaged(tables, name, [along, *lines])
    title = _title(tables, name, frame)
    if ax is not None:
        ax.set_title(title)
        return _lines(ax, tables, frame, along, lines) if frame["mean"].notna().any() else say(ax, _NOTHING)
    if not frame["mean"].notna().any():
        return silent(Heading(title, tables.origin), _NOTHING)
    keys: list[tuple[Any, str]] = []
    shown = list(dict.fromkeys(frame[lines[0]]))[:_LINES] if lines else []
    if frame["low"].notna().any():
        keys.append((Line2D([], [], color=INK, marker="o", markersize=5), _INTERVAL))
    levels = labels_by(shown, 24)
    for at, text in enumerate(shown):
        line = Line2D([], [], color=COLOURS[at], linestyle=DASHES[at], marker="o")
        keys.append((line, in_legend(f"{tables.label(lines[0], 20)} {levels[text]}")))
    notes = [*_over(tables, [along, *lines]), *tables.failed_words()]
    if lines and frame[lines[0]].nunique() > _LINES:
        notes.append(f"The first {_LINES} of {frame[lines[0]].nunique()} levels of {tables.label(lines[0])} are shown.")
    notes.append("All points have common random numbers: they may differ even where their intervals overlap.")
    fig = sheet(3.6, Heading(title, tables.origin, keys, 3), notes)
    return _lines(fig.add_subplot(), tables, frame, along, lines)


def _axes_of(tables: SweptTables) -> tuple[str, list[str]]:
    """Returns the factor along the axis (that with more levels, numbers before names), then that of the lines."""
    levers = tables.levers[:2]
    ranked = sorted(levers, key=lambda name: (tables.kind(name) == "name", -len(tables.numbers[name])))
    return ranked[0], ranked[1:]


def _title(tables: SweptTables, name: str, frame: pd.DataFrame) -> str:
    known = frame.dropna(subset=["mean"])
    if known.empty:
        return f"{titled(name)} has no values"
    unit = tables.unit(name)
    means = known["mean"].to_numpy(dtype=float)
    best, worst = known.iloc[int(means.argmax())], known.iloc[int(means.argmin())]
    if best["mean"] == worst["mean"]:
        return f"{titled(name)} is {with_unit(float(best['mean']), unit)} at every point"
    factors = [factor for factor in tables.levers if factor in known]
    where = ", ".join(f"{tables.label(factor, 20)} {tables.level(factor, best[factor], 20)}" for factor in factors)
    ends = f"{with_unit(float(worst['mean']), unit)} to {with_unit(float(best['mean']), unit)}"
    return f"{titled(name)} ranges from {ends} ({where})"


def _lines(ax: Axes, tables: SweptTables, frame: pd.DataFrame, along: str, lines: list[str]) -> Axes:
    levels = list(dict.fromkeys(frame[lines[0]]))[:_LINES] if lines else [None]
    spots = tables.numbers[along]
    wide = max(spots.values()) - min(spots.values()) if len(spots) > 1 else 1.0
    for at, level in enumerate(levels):
        rows = frame if level is None else frame[frame[lines[0]] == level]
        shift = (at - (len(levels) - 1) / 2) * 0.008 * wide
        x = np.array([spots[str(text)] for text in rows[along]]) + shift
        order = np.argsort(x)
        mean, low, high = (rows[column].to_numpy(dtype=float)[order] for column in ("mean", "low", "high"))
        drawn = "-" if tables.kind(along) != "name" else "none"
        ax.plot(x[order], mean, color=COLOURS[at], linestyle=DASHES[at] if drawn == "-" else "none", marker="o",
                markersize=5)  # fmt: skip
        ax.vlines(x[order], low, high, color=COLOURS[at], linewidth=1.6)
    factor_axis(ax, tables, along)
    name = tables.responses[0]
    ax.set_ylabel(f"{titled(name)}, {'mean' if tables.unit(name) in SHARES else 'mean, ' + tables.unit(name)}")
    response_axis(ax, tables.unit(name))
    ax.margins(x=0.06)
    return ax


@styled
def heat(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Draws the mean of the first response by the levels of the first two factors."""
    name = tables.responses[0]
    along, up = tables.levers[:2]
    frame = averaged(tables, name, [along, up])
    title = _title(tables, name, frame)
    if ax is not None:
        ax.set_title(title)
        return _cells(ax, tables, frame, along, up) if frame["mean"].notna().any() else say(ax, _NOTHING)
    if not frame["mean"].notna().any():
        return silent(Heading(title, tables.origin), _NOTHING)
    notes = [*_over(tables, [along, up]), *tables.failed_words()]
    fig = sheet(min(1.6 + 0.36 * len(tables.numbers[up]), 7.0), Heading(title, tables.origin), notes)
    return _cells(fig.add_subplot(), tables, frame, along, up)


def _cells(ax: Axes, tables: SweptTables, frame: pd.DataFrame, along: str, up: str) -> Axes:
    name, columns, rows = tables.responses[0], list(tables.numbers[along]), list(tables.numbers[up])
    table = frame.pivot(index=up, columns=along, values="mean").reindex(index=rows, columns=columns)
    cells = table.to_numpy(dtype=float)
    if np.isnan(cells).all():  # settings.csv was changed: an empty picture would hide it
        raise ValueError("no point has the levels of settings.csv")
    image = ax.imshow(cells, aspect="auto", cmap="cividis", origin="lower")
    ax.set_xticks(range(len(columns)), labels(columns, 14),
                  rotation=30 if sum(map(len, columns)) > 80 else 0)  # fmt: skip  # noqa: PLR2004 - what fits next to each other
    ax.set_yticks(range(len(rows)), labels(rows, 18))
    ax.set_xlabel(tables.label(along, 40))
    ax.set_ylabel(tables.label(up, 40))
    ax.grid(visible=False)
    unit = tables.unit(name)
    low, high = float(np.nanmin(cells)), float(np.nanmax(cells))
    middle = (low + high) / 2
    for (row, column), value in np.ndenumerate(cells):
        if cells.size <= _CELLS:
            colour = FAINT if np.isnan(value) else "white" if value <= middle else INK
            ax.text(column, row, with_unit(float(value), unit), ha="center", va="center", size=8, color=colour)
    if varies(low, high):
        response_bar(ax, image, tables)
    return ax


# many factors, many responses


_MOST_LINES, _MOST_AXES, _MOST_LABELS = 500, 12, 8


@styled
def parallel(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Draws a line for each point through the levels of its factors to the first response, coloured by it."""
    name = tables.responses[0]
    frame = tables.means(name).dropna(subset=["mean"]).reset_index(drop=True)
    means = frame["mean"]
    same = not frame.empty and not varies(float(means.min()), float(means.max()))
    title = (
        f"{titled(name)} is {with_unit(float(means.iloc[0]), tables.unit(name))} at every point"
        if same
        else f"Levels and {worded(name)} of each point"
    )
    if ax is not None:
        ax.set_title(title)
        return say(ax, _NOTHING) if frame.empty else _through(ax, tables, frame)
    if frame.empty:
        return silent(Heading(title, tables.origin), _NOTHING)
    colour = "" if same else f"; its colour is the mean of {worded(name)}"
    notes = [f"Each line is a point{colour}.", *tables.failed_words()]
    if len(frame) > _MOST_LINES:
        notes.append(f"{_MOST_LINES} of {counted(len(frame), 'point')}, spread evenly over their numbers, are shown.")
    if len(tables.levers) > _MOST_AXES:
        notes.append(f"The first {_MOST_AXES} of {len(tables.levers)} factors are shown.")
    fig = sheet(4.4, Heading(title, tables.origin), notes)
    return _through(fig.add_subplot(), tables, frame)


def _through(ax: Axes, tables: SweptTables, frame: pd.DataFrame) -> Axes:
    name = tables.responses[0]
    if len(frame) > _MOST_LINES:
        frame = frame.iloc[np.linspace(0, len(frame) - 1, _MOST_LINES).round().astype(int)]
    levers = tables.levers[:_MOST_AXES]
    heights = [_scaled(np.array([tables.numbers[one][str(text)] for text in frame[one]])) for one in levers]
    heights.append(_scaled(frame["mean"].to_numpy(dtype=float)))
    paths = np.stack([np.column_stack((np.arange(len(heights)), row)) for row in np.column_stack(heights)])
    means = frame["mean"].to_numpy(dtype=float)
    low, high = float(means.min()), float(means.max())
    colours = Normalize(low, high if varies(low, high) else low + 1)
    order = np.argsort(means)
    lines = LineCollection(list(paths[order]), cmap="cividis", norm=colours, linewidths=1.1, alpha=0.75)
    lines.set_array(means[order])
    ax.add_collection(lines)
    ax.set_xlim(-0.15, len(heights) - 0.85)
    ax.set_ylim(-0.06, 1.06)
    words = [*(one.replace("_", " ") for one in levers), worded(name)]
    heads = ["\n".join(wrap(label, 16)) for label in labels(words, 34)]
    ax.set_xticks(range(len(heights)), heads, size=8 if len(heads) < 9 else 7)  # noqa: PLR2004 - what fits
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    for at, lever in enumerate(levers):
        ends = _ends(tables, lever)
        ax.axvline(at, color="#AAAAAA", linewidth=0.8)
        for y, text in zip((0.0, 1.0), ends, strict=True):
            ax.annotate(text, (at, y), (3, -9 if y == 0 else 4), textcoords="offset points", size=7.5, color=FAINT)
    if varies(low, high):
        response_bar(ax, ScalarMappable(colours, mpl.colormaps["cividis"]), tables)
    return ax


def _scaled(values: np.ndarray) -> np.ndarray:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if varies(low, high) else np.full(len(values), 0.5)


def _ends(tables: SweptTables, factor: str) -> tuple[str, str]:
    known = tables.numbers[factor]
    kind = tables.kind(factor)
    if kind == "name":
        texts = list(known)
        return tables.level(factor, texts[0], 14), tables.level(factor, texts[-1], 14)
    unit = "" if kind == "date" else str(tables.summary["factors"][factor]["unit"])
    low, high = (shown_number(number, kind) for number in (min(known.values()), max(known.values())))
    return short(f"{low} {unit}".strip(), 14), short(f"{high} {unit}".strip(), 14)


@styled
def pareto(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Draws points by two responses, filled on the Pareto front, with the chance of being on it."""
    frame = tables.frame("pareto")
    ways = dict(tables.summary["pareto"])
    on = frame[frame["on_front"] == 1]
    title = f"{counted(len(on), 'point')} of {len(frame)} on the Pareto front" if len(frame) else "No front"
    if ax is not None:
        ax.set_title(title)
        return say(ax, _NOTHING) if frame.empty else _front(ax, tables, frame, ways)
    if frame.empty:
        return silent(Heading(title, tables.origin), "The points share no replication: nothing to rank.")
    wanted = " and ".join(f"{way} {worded(name)}" for name, way in ways.items())
    keys = [(Line2D([], [], color="none", marker="o", markerfacecolor=LEVER, markeredgecolor=LEVER), "on the front"),
            (Line2D([], [], color="none", marker="o", markerfacecolor="white", markeredgecolor=FAINT), "not on it"),
            (Line2D([], [], color="none", marker="o", markerfacecolor=LEVER, markeredgecolor=LEVER, markersize=11),
             "larger: higher chance of being on it")]  # fmt: skip
    chance = "The chance of being on the front is over resamples of replications, common to all points."
    notes = [f"Better is {wanted}. {chance}", *tables.failed_words()]
    third = list(ways)[2:]
    notes += [f"Also considered, but not shown: {', '.join(worded(name) for name in third)}."] if third else []
    fig = sheet(4.2, Heading(title, tables.origin, keys, 3), notes)
    return _front(fig.add_subplot(), tables, frame, ways)


def _front(ax: Axes, tables: SweptTables, frame: pd.DataFrame, ways: dict[str, str]) -> Axes:
    across, up = list(ways)[:2]
    on = frame["on_front"] == 1
    for name, which in ((across, "x"), (up, "y")):
        response_axis(ax, tables.unit(name), which)
    ends = {name: _intervals(tables, name, frame) for name in (across, up)}
    for at in range(len(frame)):
        x, y = float(frame[across].iloc[at]), float(frame[up].iloc[at])
        colour = LEVER if on.iloc[at] else "#BBBBBB"
        (x_low, x_high), (y_low, y_high) = ends[across][at], ends[up][at]
        ax.plot([x_low, x_high], [y, y], color=colour, linewidth=0.9)
        ax.plot([x, x], [y_low, y_high], color=colour, linewidth=0.9)
    faces, edges = [LEVER if one else "white" for one in on], [LEVER if one else FAINT for one in on]
    ax.scatter(frame[across], frame[up], s=16 + 90 * frame["chance"], zorder=3, c=faces, edgecolors=edges)
    shown = frame[on].sort_values(across)
    if len(ways) == 2:  # noqa: PLR2004 - with a third response the front is not a line
        ax.plot(shown[across], shown[up], color=LEVER, linewidth=1, linestyle="--", alpha=0.6)
    for at, (_, row) in enumerate(shown.sort_values("chance", ascending=False).head(_MOST_LABELS).iterrows()):
        where = ", ".join(tables.level(name, row[name], 16) for name in tables.levers[:4])
        words = f"{where} ({100 * row['chance']:.0f} %)"
        right = row[across] > frame[across].min() + 0.7 * (frame[across].max() - frame[across].min())
        spot, side = (-8 if right else 8, 7 if at % 2 == 0 else -13), "right" if right else "left"
        ax.annotate(words, (row[across], row[up]), spot, textcoords="offset points", size=7.5, color=INK, ha=side)
    for name, setter in ((across, ax.set_xlabel), (up, ax.set_ylabel)):
        unit = tables.unit(name)
        setter(f"{titled(name)}, {unit} ({ways[name]} is better)")
    ax.set_xlim(*room([*frame[across], *(end for two in ends[across] for end in two)]))
    ax.set_ylim(*room([*frame[up], *(end for two in ends[up] for end in two)]))
    return ax


def _intervals(tables: SweptTables, name: str, frame: pd.DataFrame) -> list[tuple[float, float]]:
    """Intervals of the means of the points of a front; nothing where there are none."""
    means = tables.means(name)
    draws = int(tables.summary["draws"])
    key = "lever_point" if "lever_point" in means else "point"
    found = {int(row[key]): (float(row["low"]), float(row["high"])) for _, row in means.iterrows()}
    at = [int(point) // draws if key == "lever_point" else int(point) for point in frame["point"]]
    return [found.get(point, (math.nan, math.nan)) for point in at]
