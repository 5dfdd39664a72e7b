"""The picture of a selection: the difference of each alternative from the best, and when it was dropped."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.figures.compared_tables import bound_notes, points_axis, reach_style, span
from sim.figures.labels import counted, labels, labels_by
from sim.figures.stamp import stamped
from sim.figures.style import FAINT, INK, Heading, sheet, styled
from sim.figures.swept_tables import LEVER, with_unit
from sim.figures.wording import titled, worded
from sim.results.number_text import SHARES, points
from sim.results.selection_folder import SelectionResults

_MOST = 40
_ZONE = "#EEF3F7"


@styled
def differences(selection: SelectionResults, ax: Axes | None = None) -> Axes:
    """Draws the paired difference of each alternative from the best, with the indifference zone."""
    if ax is not None:
        ax.set_title(_title(selection))
        return _draw(ax, selection)
    summary = selection.summary
    number = counted(int(summary["replications"]), "replication")
    origin = (
        f"{titled(summary['response'])} · {number} with common random numbers, seed {summary['seed']} · "
        "differences in the model, conditional on its inputs"
    )
    others = len(summary["alternatives"]) - 1
    keys = [
        (Line2D([], [], color=LEVER, marker="o", linewidth=1.6),
         "difference from the best" + (f", 95 % interval together for {others}" if others > 1 else ", 95 % interval")),
        (Patch(facecolor=_ZONE, edgecolor="#C8D4DE"), "indifference zone"),
    ]  # fmt: skip
    rows = min(len(summary["alternatives"]), _MOST)
    notes = [f"The first {_MOST} alternatives are shown."] if len(summary["alternatives"]) > _MOST else []
    notes += bound_notes(row.get("difference_method") for row in summary["alternatives"])
    fig = sheet(0.36 * rows + 0.8, Heading(_title(selection), stamped(origin, selection.manifest), keys, 2), notes)
    return _draw(fig.add_subplot(), selection)


def _title(selection: SelectionResults) -> str:
    summary = selection.summary
    if summary["best"] is None:
        return f"Not chosen yet: {counted(len(summary['left']), 'alternative')} can't be distinguished"
    how = "lowest" if summary["smallest"] else "highest"
    best = labels_by((row["alternative"] for row in summary["alternatives"]), 40)[str(summary["best"])]
    return f"{best} has the {how} {worded(summary['response'])}"


def _draw(ax: Axes, selection: SelectionResults) -> Axes:
    summary = selection.summary
    unit, delta = str(summary["unit"]), float(summary["indifference"])
    rows = sorted(summary["alternatives"], key=lambda row: (row["difference"] is not None, abs(row["difference"] or 0)))
    rows, ends = rows[:_MOST], [-delta, delta]
    ax.axvspan(-delta, delta, color=_ZONE, zorder=0)
    ax.axvline(0, color=INK, linewidth=1)
    for y, row in enumerate(rows):
        gap = row["difference"] or 0.0
        low, high = row["difference_low"], row["difference_high"]
        if low is not None and low < high:
            style = reach_style(row.get("difference_method"))
            ax.plot([low, high], [y, y], color=LEVER, linewidth=1.6, marker="|", markersize=6, linestyle=style)
            ends += [low, high]
        ax.plot(gap, y, marker="o", color=LEVER, markersize=6)
        ends.append(gap)
        right = max(gap, high) if high is not None else gap
        ax.annotate(_words(row, unit), (right, y), (8, 0), textcoords="offset points", va="center", size=8, color=FAINT,
                    bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6})  # fmt: skip
    low, high = span(ends, delta)
    ax.set_xlim(low, high + 0.45 * (high - low))
    ax.set_yticks(range(len(rows)), labels((row["alternative"] for row in rows), 34))
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel("difference from the best" + (", percentage points" if unit in SHARES else f", {unit}"))
    if unit in SHARES:
        points_axis(ax)
    ax.grid(visible=False, axis="y")
    return ax


def _words(row: dict[str, object], unit: str) -> str:
    mean = with_unit(float(str(row["mean"])), unit) if row["mean"] is not None else "no value"
    if row["difference"] is None:
        return f"{row['words']}: {mean}, {row['replications']} replications"
    gap = float(str(row["difference"]))
    said = points(gap) if unit in SHARES else f"{gap:+,.4g}"
    when = f", dropped after {row['dropped_at']}" if row["dropped_at"] is not None else ""
    return f"{said}, {row['words']}{when}"
