"""One factor at a time as a tornado: what each moves the response, the widest on top."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.figures.compared.tables import bound_notes, points, points_axis, reach_style
from sim.figures.style import FAINT, INK, Head, say, sheet, silent, styled
from sim.figures.swept.tables import LEVER, SHARES, UNCERTAINTY, SweptTables, room, told
from sim.figures.words import labels, labels_by, short

_MOST = 30
_NOTHING = "No factor has another level than the file's, or no value there."


@styled
def tornado(tables: SweptTables, ax: Axes | None = None) -> Axes:
    """Difference of the first response from the file as it is, by factor and level, with paired intervals.

    The levels of a factor share a bar; those that are names have one each.
    """
    name = tables.responses[0]
    frame = _with_bars(tables, tables.frame("effects", name).dropna(subset=["difference"]))
    ranked = _ranked(frame)
    title = _title(tables, name, frame)
    if ax is not None:
        ax.set_title(title)
        return _draw(ax, tables, frame, ranked) if ranked else say(ax, _NOTHING)
    if not ranked:
        return silent(Head(title, tables.origin), _NOTHING)
    keys = [
        (Line2D([], [], color=INK, linewidth=1.4), "95 % interval of the paired difference, together for all"),
        (Patch(facecolor=LEVER), "lever: ours to choose"), (Patch(facecolor=UNCERTAINTY), "uncertainty: not ours"),
    ]  # fmt: skip
    notes = ["Each factor is changed alone; what two do together is not here.", *tables.failed_words()]
    notes += bound_notes(frame["method"])
    if len(ranked) > _MOST:
        notes.append(f"The {_MOST} that move it most of {len(ranked)} are shown.")
    fig = sheet(0.34 * min(len(ranked), _MOST) + 0.7, Head(title, tables.origin, keys, 3), notes)
    return _draw(fig.add_subplot(), tables, frame, ranked)


def _with_bars(tables: SweptTables, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with a column that says which rows share a bar."""
    named = [tables.summary["factors"][name]["kind"] == "name" for name in frame["factor"]]
    own = frame["factor"].astype(str) + "=" + frame["value"].astype(str)
    return frame.assign(bar=own.where(pd.Series(named, index=frame.index, dtype=bool), frame["factor"]))


def _ranked(frame: pd.DataFrame) -> list[str]:
    widest = frame.groupby("bar", sort=False)["difference"].apply(lambda part: part.abs().max())
    return [str(name) for name in widest.sort_values(ascending=False, kind="stable").index]


def _title(tables: SweptTables, name: str, frame: pd.DataFrame) -> str:
    base = tables.frame("estimates", name).iloc[0]["mean"]
    if frame.empty:
        return f"{short(name, 40)}: nothing moves it"
    top = frame.iloc[int(frame["difference"].abs().to_numpy().argmax())]
    unit, most = tables.unit(name), labels_by(frame["bar"], 30)[str(top["bar"])]
    gap = f"{points(top['difference'])} points" if unit in SHARES else f"{top['difference']:+,.4g}"
    return f"{short(name, 40)}, {told(float(base), unit)} as it is: {most} moves it most ({gap})"


def _draw(ax: Axes, tables: SweptTables, frame: pd.DataFrame, ranked: list[str]) -> Axes:
    shown, ends = ranked[:_MOST], [0.0]
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
    ax.set_xlabel("difference from the file as it is" + (", percentage points" if unit in SHARES else f", {unit}"))
    if unit in SHARES:
        points_axis(ax)
    ax.grid(visible=False, axis="y")
    return ax


def _labels(rows: pd.DataFrame, low: float, high: float) -> list[tuple[str, float, int]]:
    """The levels at both ends of a bar."""
    found, levels = [], labels_by(rows["value"], 20)
    for end, side in ((low, -1), (high, 1)):
        at = rows[(rows["difference"] == end) & (rows["bar"] == rows["factor"])]
        if end != 0 and not at.empty:
            reach = at.iloc[0]["low"] if side < 0 else at.iloc[0]["high"]
            edge = (min if side < 0 else max)(end, reach) if pd.notna(reach) else end
            found.append((levels[str(at.iloc[0]["value"])], float(edge), side))
    return found
