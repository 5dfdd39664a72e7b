"""Ignorance and chance: bands at each lever point, and the decomposition of the variance."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.figures.labels import counted
from sim.figures.style import INK, Heading, say, sheet, silent, styled
from sim.figures.swept_tables import UNCERTAINTY, SweptTables, response_axis, room, with_unit
from sim.figures.wording import titled, worded

_CHANCE, _BOTH = "#56B4E9", "#999999"
_MOST = 24
_NOTHING = "No lever point has a replication that succeeded at every draw."
_PARTS = {"ignorance": UNCERTAINTY, "chance": _CHANCE, "both": _BOTH}
_WORDS = {
    "ignorance": "ignorance: between draws of uncertain inputs", "chance": "chance: between replications",
    "both": "interaction: chance matters more at some draws",
}  # fmt: skip


def _setting(tables: SweptTables, row: pd.Series) -> str:
    words = ", ".join(f"{tables.label(name, 16)} {tables.level(name, row[name], 16)}" for name in tables.levers)
    return words or "unchanged levers"


@styled
def bands(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Draws the first response at each lever point: mean, band of ignorance, band of chance."""
    name, unit = tables.responses[0], tables.unit(tables.responses[0])
    frame = tables.frame("bands", name).dropna(subset=["mean"])
    title = _title(tables, name, frame)
    if ax is not None:
        ax.set_title(title)
        return say(ax, _NOTHING) if frame.empty else _draw(ax, tables, frame, unit)
    if frame.empty:
        return silent(Heading(title, tables.origin), _NOTHING)
    keys = [
        (Line2D([], [], color=INK, marker="o", markersize=5), "mean, 95 % interval over draws and replications"),
        (Patch(facecolor=UNCERTAINTY, alpha=0.8), "ignorance: 5th to 95th percentile of the means of draws"),
        (Patch(facecolor=_CHANCE, alpha=0.8), "chance: 5th to 95th percentile of replications about their draw's mean"),
    ]  # fmt: skip
    draws = counted(int(tables.summary["draws"]), "draw")
    notes = [f"{draws} of the uncertain inputs at each lever point, the same at all.", *tables.failed_words()]
    if len(frame) > _MOST:
        notes.append(f"The first {_MOST} of {len(frame)} lever points are shown.")
    fig = sheet(0.55 * min(len(frame), _MOST) + 0.8, Heading(title, tables.origin, keys, 2), notes)
    return _draw(fig.add_subplot(), tables, frame, unit)


def _title(tables: SweptTables, name: str, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"{titled(name)} has no values"
    unit, row = tables.unit(name), frame.iloc[0]
    said = f"{with_unit(row['ignorance_p05'], unit)} to {with_unit(row['ignorance_p95'], unit)}"
    stream = f"{with_unit(row['chance_p05'], unit)} to {with_unit(row['chance_p95'], unit)}"
    return f"{titled(name)}: {said} by ignorance, {stream} by chance"


def _draw(ax: Axes, tables: SweptTables, frame: pd.DataFrame, unit: str) -> Axes:
    shown, ends = frame.head(_MOST).reset_index(drop=True), []
    for y, row in shown.iterrows():
        at = float(int(str(y)))
        for kind, colour, up in (("ignorance", UNCERTAINTY, -0.16), ("chance", _CHANCE, 0.16)):
            low, high = float(row[f"{kind}_p05"]), float(row[f"{kind}_p95"])
            ax.barh(at + up, high - low, left=low, height=0.28, color=colour, alpha=0.8)
            ends += [low, high]
        ax.plot(row["mean"], at, marker="o", color=INK, markersize=5)
        ax.plot([row["low"], row["high"]], [at, at], color=INK, linewidth=1.4)
        ends += [float(row["mean"]), float(row["low"]), float(row["high"])]
    ax.set_yticks(range(len(shown)), [_setting(tables, row) for _, row in shown.iterrows()])
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.set_xlim(*room(ends))
    ax.set_xlabel(f"{worded(tables.responses[0])}, {unit}")
    response_axis(ax, unit, "x")
    ax.grid(visible=False, axis="y")
    return ax


@styled
def variance(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Draws the shares of ignorance, chance and their interaction in the variance of the first response."""
    name = tables.responses[0]
    frame = tables.frame("variance", name).dropna(subset=["share"])
    title = _split_title(name, frame)
    if ax is not None:
        ax.set_title(title)
        return say(ax, "No variance to decompose.") if frame.empty else _split(ax, tables, frame)
    if frame.empty:
        return silent(Heading(title, tables.origin), "No variance to decompose.")
    keys = [(Patch(facecolor=colour), _WORDS[part]) for part, colour in _PARTS.items()]
    keys.append((Line2D([], [], color=INK, linewidth=1.2), "95 % interval of the share"))  # type: ignore[arg-type]
    points = min(frame["lever_point"].nunique(), _MOST)
    notes = [*tables.failed_words()]
    if frame["lever_point"].nunique() > _MOST:
        notes.append(f"The first {_MOST} lever points are shown.")
    fig = sheet(0.75 * points + 0.7, Heading(title, tables.origin, keys, 2), notes)
    return _split(fig.add_subplot(), tables, frame)


def _split_title(name: str, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"{titled(name)} does not vary"
    shares = frame[frame["source"] == "ignorance"]["share"]
    low, high = 100 * shares.min(), 100 * shares.max()
    said = f"{low:.0f} %" if round(low) == round(high) else f"{low:.0f} to {high:.0f} %"
    return f"{said} of the variance of the {worded(name)} is due to ignorance alone, the rest involves chance"


def _split(ax: Axes, tables: SweptTables, frame: pd.DataFrame) -> Axes:
    points = list(dict.fromkeys(frame["lever_point"]))[:_MOST]
    labels = []
    for y, point in enumerate(points):
        rows = frame[frame["lever_point"] == point].set_index("source")
        labels.append(_setting(tables, rows.iloc[0]))
        for at, (part, colour) in enumerate(_PARTS.items()):
            row, where = rows.loc[part], y + (at - 1) * 0.25
            ax.barh(where, row["share"], height=0.22, color=colour)
            ax.plot([row["low"], row["high"]], [where, where], color=INK, linewidth=1.1)
    ax.set_yticks(range(len(points)), labels)
    ax.set_ylim(len(points) - 0.45, -0.55)
    ax.set_xlim(0, 1)
    ax.set_xlabel("share of the variance")
    response_axis(ax, "share", "x")
    ax.grid(visible=False, axis="y")
    return ax
