"""Pictures of an answer to why: from 100 % to the share out cause by cause, and what each lever would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.figures.compared_tables import CAVEAT, points_axis, span
from sim.figures.labels import counted, labels, short
from sim.figures.stamp import stamped
from sim.figures.style import FAINT, INK, Heading, percent_axis, say, sheet, silent, styled
from sim.figures.wording import titled
from sim.results.number_text import SHARES, difference, number, percent, points
from sim.results.why_folder import WhyResults

_ENDS, _DOWN, _UP, _DOWN_HATCH = "#97A9BA", "#D55E00", "#009E73", "////"
_MOST = 30
_BOUND = "exact bound"
_NOTHING = "No replication has a value in all its worlds."
_NO_LEVERS = "No lever was moved."
Said = Mapping[str, Any]


@styled
def waterfall(answer: WhyResults, ax: Axes | None = None) -> Axes:
    """Draws a bar for what would stay behind in any case and for each cause, from all to the response as filed."""
    summary = answer.summary
    title = _title_causes(summary)
    if ax is not None:
        ax.set_title(title)
        return _draw_causes(ax, summary) if summary["replications"] else say(ax, _NOTHING)
    if not summary["replications"]:
        return silent(Heading(title, _origin(answer)), _NOTHING)
    keys = [
        (Patch(facecolor=_ENDS), "mean"), (Patch(facecolor=_UP), "adds"),
        (Patch(facecolor=_DOWN, hatch=_DOWN_HATCH, edgecolor="white", linewidth=0), "removes"),
        (Line2D([], [], color=INK, linewidth=1.4, marker="|", markersize=7), "95 % interval of the bar"),
    ]  # fmt: skip
    how = "all coalitions" if summary["exact"] else "a random order and its reverse in each replication"
    notes = [f"Each cause has its share of what all cost together (Shapley value, from {how}); the bars sum exactly."]
    rows = len(summary["causes"]) + 2 + (summary["unit"] in SHARES) * 2
    fig = sheet(0.36 * rows + 0.6, Heading(title, _origin(answer), keys, 4), notes)
    return _draw_causes(fig.add_subplot(), summary)


def _origin(answer: WhyResults) -> str:
    summary = answer.summary
    count = counted(summary["replications"], "replication")
    origin = f"{short(summary['name'], 60)} · {count} with common random numbers, seed {summary['seed']} · {CAVEAT}"
    return stamped(origin, answer.manifest)


def _title_causes(summary: Said) -> str:
    of = summary["response"]
    moved = [one for one in summary["causes"] if one["effects"][of]["mean"]]
    if not moved:
        return f"{titled(of)}: no cause changed it"
    first = moved[0]
    gap = difference(first["effects"][of]["mean"], summary["unit"])
    return f"{titled(of)}: most is accounted for by {first['cause']}, {gap}"


def _steps(summary: Said) -> list[tuple[str, float, Said | None]]:
    """Words, value and effect of each bar; those without an effect are means from 0."""
    of, share = summary["response"], summary["unit"] in SHARES
    on, off = summary["on"]["mean"], summary["off"]["mean"]
    found: list[tuple[str, float, Said | None]] = []
    if share:
        rest = {"mean": off - 1.0, "low": None, "high": None, "method": ""}
        found = [("all", 1.0, None), ("not out in any case", off - 1.0, rest)]
    found.append(("without all causes", off, None))
    found += [(one["cause"], one["effects"][of]["mean"], one["effects"][of]) for one in summary["causes"]]
    return [*found, ("as filed", on, None)]


def _draw_causes(ax: Axes, summary: Said) -> Axes:
    share = summary["unit"] in SHARES
    steps, level, reach = _steps(summary), 0.0, [0.0]
    for y, (_, value, said) in enumerate(steps):
        if said is None:
            level = value
            ax.barh(y, value, height=0.62, color=_ENDS)
            _say(ax, value, y, percent(value) if share else number(value, summary["unit"]))
            reach.append(value)
            continue
        up = value >= 0
        bar = ax.barh(y, value, left=level, height=0.62, facecolor=_UP if up else _DOWN, edgecolor="white", linewidth=0)
        bar[0].set_hatch("" if up else _DOWN_HATCH)
        ax.plot([level, level], [y - 1, y + 0.31], color=FAINT, linewidth=0.8)
        ends = [level, level + value]
        if said["low"] is not None and said["low"] < said["high"] and _BOUND not in said["method"]:
            whisker = [level + said["low"], level + said["high"]]
            ax.plot(whisker, [y, y], color=INK, linewidth=1.4, marker="|", markersize=7)
            ends += whisker
        _say(ax, max(ends), y, points(value) if share else f"{value:+,.4g}")
        level += value
        reach += ends
    ax.set_yticks(range(len(steps)), labels((words for words, _, _ in steps), 30))
    ax.set_ylim(len(steps) - 0.45, -0.55)
    room = 0.14 * (max(reach) - min(reach)) or 1.0
    ax.set_xlim(min(reach) - (room if min(reach) < 0 else 0), max(reach) + room)
    ax.grid(visible=False, axis="y")
    ax.spines["left"].set_visible(False)
    if share:
        percent_axis(ax)
    else:
        ax.set_xlabel(summary["unit"])
    return ax


def _say(ax: Axes, x: float, y: float, words: str) -> None:
    ax.annotate(words, (x, y), (6, 0), textcoords="offset points", va="center", size=8.5)


@styled
def ladder(answer: WhyResults, ax: Axes | None = None) -> Axes:
    """Draws what each move of a lever changes, by rank, with intervals that hold together."""
    summary = answer.summary
    levers = [one for one in summary["levers"] if one["effects"][summary["response"]]["mean"] != 0]
    title = _title_levers(summary, levers)
    lacks = _NO_LEVERS if not summary["levers"] else "No lever changed anything in any replication."
    if ax is not None:
        ax.set_title(title)
        return _draw_levers(ax, summary, levers[:_MOST]) if levers else say(ax, lacks)
    if not levers:
        return silent(Heading(title, _origin(answer)), lacks)
    count = len(summary["levers"])
    keys = [(Line2D([], [], color=INK, marker="o", linewidth=1.6), f"95 % interval, together for {count} moves")]
    still = count - len(levers)
    notes = [f"{counted(still, 'move')} changed nothing in any replication."] if still else []
    notes += [f"The first {_MOST} moves are shown."] if len(levers) > _MOST else []
    rare = any(_BOUND in one["effects"][summary["response"]]["method"] for one in levers[:_MOST])
    notes += ["Open marks: one or two replications differ only, too few for an interval."] if rare else []
    fig = sheet(0.3 * min(len(levers), _MOST) + 0.8, Heading(title, _origin(answer), keys, 2), notes)
    return _draw_levers(fig.add_subplot(), summary, levers[:_MOST])


def _title_levers(summary: Said, levers: Sequence[Said]) -> str:
    of = titled(summary["response"])
    if not levers or levers[0]["effects"][summary["response"]]["mean"] <= 0:
        return f"{of}: no lever raises it"
    first = levers[0]
    gap = difference(first["effects"][summary["response"]]["mean"], summary["unit"])
    tied = ", not told apart from others" if first["tied"] else ""
    return f"{of}: {short(first['move'], 40)} changes it most, {gap}{tied}"


def _draw_levers(ax: Axes, summary: Said, levers: Sequence[Said]) -> Axes:
    of, share, ends = summary["response"], summary["unit"] in SHARES, [0.0]
    ax.axvline(0, color=INK, linewidth=1)
    for y, one in enumerate(levers):
        said = one["effects"][of]
        colour = _UP if said["low"] is not None and said["low"] > 0 else _DOWN if (said["high"] or 0) < 0 else FAINT
        bound = _BOUND in said["method"]
        if said["low"] is not None and not bound:
            ax.plot([said["low"], said["high"]], [y, y], color=colour, linewidth=1.6, marker="|", markersize=6)
            ends += [said["low"], said["high"]]
        ax.plot(said["mean"], y, marker="o", color=colour, markersize=6, fillstyle="none" if bound else "full")
        ends.append(said["mean"])
        right = said["mean"] if bound or said["high"] is None else said["high"]
        _say(ax, right, y, points(said["mean"]) if share else f"{said['mean']:+,.4g}")
    low, high = span(ends, 0.001 if share else 0.0)
    ax.set_xlim(low, high + 0.12 * (high - low) or 1.0)
    shown = [f"{one['rank']}{'=' if one['tied'] else ''} {one['move']}{' !' if one['flag'] else ''}" for one in levers]
    ax.set_yticks(range(len(levers)), labels(shown, 44))
    ax.set_ylim(len(levers) - 0.4, -0.6)
    ax.set_xlabel("difference" + (", percentage points" if share else f", {summary['unit']}"))
    if share:
        points_axis(ax)
    ax.grid(visible=False, axis="y")
    return ax
