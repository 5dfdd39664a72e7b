"""The picture of a search: the levels that were run, with their intervals, and the target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.figures.compared_tables import CAVEAT
from sim.figures.labels import counted, labels, short
from sim.figures.stamp import stamped
from sim.figures.style import FAINT, INK, Heading, percent_axis, sheet, styled
from sim.figures.wording import worded
from sim.results.number_text import SHARES
from sim.results.solve_folder import SolveResults

_YES, _NO, _OPEN = "#009E73", "#D55E00", "#666666"
Said = Mapping[str, Any]


@styled
def curve(found: SolveResults, ax: Axes | None = None) -> Axes:
    """Draws the mean at each level that was run with its interval, the target, and the answer."""
    summary = found.summary
    if ax is not None:
        ax.set_title(_title(summary))
        return _draw(ax, summary, 0)
    count = counted(summary["replications"], "replication")
    origin = f"{short(summary['name'], 60)} · {count} a level, seed {summary['seed']} · {CAVEAT}"
    keys = [
        (Line2D([], [], color=_YES, marker="o"), "meets the target, 95 % interval together for the grid"),
        (Line2D([], [], color=_NO, marker="o"), "does not"),
        (Line2D([], [], color=_OPEN, marker="o"), "can't be told"),
        (Line2D([], [], color=INK, linestyle="--"), "target"),
    ]  # fmt: skip
    panels = len(summary["targets"])
    fig = sheet(2.6 * panels, Heading(_title(summary), stamped(origin, found.manifest), keys, 4))
    axes = fig.subplots(panels, 1, sharex=True, squeeze=False)[:, 0]
    for at, panel in enumerate(axes):
        _draw(panel, summary, at)
    top: Axes = axes[0]
    return top


def _title(summary: Said) -> str:
    targets = short(" and ".join(map(_target, summary["targets"])), 60)
    return f"{short(summary['field'], 40)} = {short(summary['answer'], 20)} meets {targets}"


def _target(text: str) -> str:
    """A target with its response in words, where it begins with one."""
    response, _, rest = text.partition(" ")
    return f"{worded(response)} {rest}" if response.isidentifier() else text


def _draw(ax: Axes, summary: Said, at: int) -> Axes:
    rows, unit = summary["levels"], summary["units"][at]
    numbers = [one["number"] if one["number"] is not None else float(one["at"]) for one in rows]
    known = [
        (x, one["shown"][at]) for x, one in zip(numbers, rows, strict=True) if one["shown"][at]["mean"] is not None
    ]
    ax.plot([x for x, _ in known], [said["mean"] for _, said in known], color=FAINT, linewidth=1)
    for x, said in known:
        colour = _OPEN if said["sure"] is None else _YES if said["sure"] else _NO
        if said["low"] is not None:
            ax.plot([x, x], [said["low"], said["high"]], color=colour, linewidth=1.6, marker="_", markersize=8)
        ax.plot(x, said["mean"], marker="o", color=colour, markersize=6)
    ax.axhline(summary["wanted"][at], color=INK, linestyle="--", linewidth=1)
    ax.set_xticks(numbers, labels((one["level"] for one in rows), 14), rotation=30 if len(rows) > 8 else 0)  # noqa: PLR2004
    ax.set_xlabel(short(summary["field"], 60))
    ax.set_ylabel(worded(summary["targets"][at].split()[0], 30))
    if unit in SHARES:
        percent_axis(ax, "y")
    return ax
