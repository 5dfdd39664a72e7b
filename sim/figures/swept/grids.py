"""A grid as lines of a response against a factor, and as a heat map of two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.figures.compared.tables import COLOURS, DASHES
from sim.figures.style import FAINT, INK, Head, say, sheet, silent, styled
from sim.figures.swept.tables import SHARES, SweptTables, factor_axis, response_axis, response_bar, told, varies
from sim.figures.words import in_legend, labels, labels_by, short

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
    """The first response against the first factor with intervals, a line a level of the second."""
    name = tables.responses[0]
    along, lines = _axes_of(tables)
    frame = averaged(tables, name, [along, *lines])
    title = _title(tables, name, frame)
    if ax is not None:
        ax.set_title(title)
        return _lines(ax, tables, frame, along, lines) if frame["mean"].notna().any() else say(ax, _NOTHING)
    if not frame["mean"].notna().any():
        return silent(Head(title, tables.origin), _NOTHING)
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
    notes.append("All points met the same luck: they may be told apart where their intervals overlap.")
    fig = sheet(3.6, Head(title, tables.origin, keys, 3), notes)
    return _lines(fig.add_subplot(), tables, frame, along, lines)


def _axes_of(tables: SweptTables) -> tuple[str, list[str]]:
    """The factor along the axis: of two the one with more levels, numbers before names; then the one of the lines."""
    levers = tables.levers[:2]
    ranked = sorted(levers, key=lambda name: (tables.kind(name) == "name", -len(tables.numbers[name])))
    return ranked[0], ranked[1:]


def _title(tables: SweptTables, name: str, frame: pd.DataFrame) -> str:
    known = frame.dropna(subset=["mean"])
    if known.empty:
        return f"{short(name, 40)} has no value anywhere"
    unit = tables.unit(name)
    means = known["mean"].to_numpy(dtype=float)
    best, worst = known.iloc[int(means.argmax())], known.iloc[int(means.argmin())]
    if best["mean"] == worst["mean"]:
        return f"{short(name, 40)} is {told(float(best['mean']), unit)} at every point"
    factors = [factor for factor in tables.levers if factor in known]
    where = ", ".join(f"{tables.label(factor, 20)} {tables.level(factor, best[factor], 20)}" for factor in factors)
    ends = f"{told(float(worst['mean']), unit)} to {told(float(best['mean']), unit)}"
    return f"{short(name, 40)} lies from {ends} ({where})"


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
    ax.set_ylabel(f"{short(name, 40)}, {'mean' if tables.unit(name) in SHARES else 'mean, ' + tables.unit(name)}")
    response_axis(ax, tables.unit(name))
    ax.margins(x=0.06)
    return ax


@styled
def heat(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """The mean of the first response by the levels of the first two factors."""
    name = tables.responses[0]
    along, up = tables.levers[:2]
    frame = averaged(tables, name, [along, up])
    title = _title(tables, name, frame)
    if ax is not None:
        ax.set_title(title)
        return _cells(ax, tables, frame, along, up) if frame["mean"].notna().any() else say(ax, _NOTHING)
    if not frame["mean"].notna().any():
        return silent(Head(title, tables.origin), _NOTHING)
    notes = [*_over(tables, [along, up]), *tables.failed_words()]
    fig = sheet(min(1.6 + 0.36 * len(tables.numbers[up]), 7.0), Head(title, tables.origin), notes)
    return _cells(fig.add_subplot(), tables, frame, along, up)


def _cells(ax: Axes, tables: SweptTables, frame: pd.DataFrame, along: str, up: str) -> Axes:
    name, columns, rows = tables.responses[0], list(tables.numbers[along]), list(tables.numbers[up])
    table = frame.pivot(index=up, columns=along, values="mean").reindex(index=rows, columns=columns)
    cells = table.to_numpy(dtype=float)
    if np.isnan(cells).all():  # settings.csv was changed: to draw nothing would hide it
        raise ValueError("no point has the levels of settings.csv")
    image = ax.imshow(cells, aspect="auto", cmap="cividis", origin="lower")
    ax.set_xticks(range(len(columns)), labels(columns, 14),
                  rotation=30 if sum(map(len, columns)) > 80 else 0)  # fmt: skip  # noqa: PLR2004 - what stands side by side
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
            ax.text(column, row, told(float(value), unit), ha="center", va="center", size=8, color=colour)
    if varies(low, high):
        response_bar(ax, image, tables)
    return ax
