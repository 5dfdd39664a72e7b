"""Closing of places over replications, against the plan: one row per place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.figures import captions
from sim.figures.labels import counted
from sim.figures.means import quantile
from sim.figures.run_tables import RunTables
from sim.figures.style import INK, Fill, Heading, Key, date_axis, on_axis, say, sheet, silent, styled
from sim.figures.timetable import PlacePlan
from sim.scenario.calendar import DAY_S

_PLAN, _LEAVING = Fill("#E4EAF0", "", "#FFFFFF"), Fill("#C2D0DD", "", "#FFFFFF")
_WORK, _SHELTER = Fill("#8A8A8A", "", "#FFFFFF"), Fill("#D55E00", "", "#FFFFFF")
_BLOCKED = {
    "closed_strip": (Fill("#0072B2", "", "#FFFFFF"), "strip closed"),
    "refused_air": (Fill("#56B4E9", "////", "#FFFFFF"), "flights refused"),
    "refused_road": (Fill("#E69F00", "xxxx", "#FFFFFF"), "road refused"),
}
_CONVOY, _CONVOY_WORDS = Fill("#009E73", "", "#FFFFFF"), "convoy on the road*"
_ON_TIME, _LATE = "#222222", "#CC79A7"
_FEW, _ROW_IN, _TIGHT_ROW_IN = 8, 0.62, 0.48
_CAVEAT = "dates in the model, conditional on its inputs"
_NOTHING = "No places that must close."
_EXAMPLE = "* in replication 1 only: an example, not a mean."
_NO_EPISODES = "The folder has no episodes of replication 1: its work, shelter and closures can't be shown."


@styled
def places(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Draws one row per place; on `ax` without head and key."""
    every = [place for place in tables.plan.in_order() if place.must_close]
    rows = _largest(every)
    closings = {place.name: closing_of(tables, place.name) for place in every}
    title = finding(tables, every, closings)
    if ax is not None:
        ax.set_title(title)
        return _gantt(ax, tables, rows, closings) if rows else say(ax, _NOTHING)
    head = Heading(title, captions.origin(tables, _CAVEAT), _keys(tables, rows, closings), 3)
    notes = [_EXAMPLE] if tables.episodes is not None else [_NO_EPISODES]
    row_in = _ROW_IN if len(rows) <= _FEW else _TIGHT_ROW_IN
    if not rows:
        return silent(head, _NOTHING)
    notes += captions.largest_words(len(rows), len(every))
    fig = sheet(max(row_in * len(rows), 1.6) + 0.6, head, notes)
    return _gantt(fig.add_subplot(), tables, rows, closings)


def _largest(every: list[PlacePlan]) -> list[PlacePlan]:
    by_people = sorted(every, key=lambda place: -place.people)[: captions.MOST_PLACES]
    names = {place.name for place in by_people}
    return [place for place in every if place.name in names]


def _keys(tables: RunTables, rows: Sequence[PlacePlan], closings: dict[str, Closing | None]) -> list[Key]:
    """Keys to what occurs; marks of one kind share an entry. With `*` is what is of replication 1 alone."""

    def occurs(kind: str) -> bool:
        return any(len(tables.episodes_of(place.name, kind)) for place in rows)

    plan = [
        *([_PLAN.patch()] if any(place.begins_s is not None for place in rows) else []),
        *([_LEAVING.patch()] if any(place.drawdown_s is not None for place in rows) else []),
    ]
    handover = [Line2D([], [], color="white", linestyle="", marker="D", markeredgecolor=INK)]
    if occurs("order"):
        handover.append(Line2D([], [], color=INK, linestyle="", marker="D"))
    entries: list[Key] = [(tuple(plan), "plan: from phase or release" + ", people leave" * (len(plan) > 1))]
    entries.append((tuple(handover), "handover as planned" + ", as ordered*" * (len(handover) > 1)))
    entries += _closing_keys(tables, rows, closings)
    entries.append(((Line2D([], [], color=INK, linewidth=1.8),), "deadline"))
    lanes = {"work": (_WORK, "crews at work*"), "shelter": (_SHELTER, "shelter*"), "convoy": (_CONVOY, _CONVOY_WORDS)}
    entries += [((look.patch(),), words) for kind, (look, words) in lanes.items() if occurs(kind)]
    blocked = [(look.patch(), words) for kind, (look, words) in _BLOCKED.items() if occurs(kind)]
    if blocked:
        patches, words = zip(*blocked, strict=True)
        entries.append((patches, f"{', '.join(words)}*"))
    return [entry for entry in entries if entry[0]]


def _closing_keys(tables: RunTables, rows: Sequence[PlacePlan], closings: dict[str, Closing | None]) -> list[Key]:
    spread = f": median, {captions.spread_words(len(tables.simulated))}" if len(tables.simulated) > 1 else ""
    known = [(place, closing) for place in rows if (closing := closings[place.name]) is not None]
    if not known:
        return []
    mark = Line2D([], [], color=_ON_TIME, linewidth=2.4, marker="o", markersize=5)
    entries: list[Key] = [((mark,), f"closing{spread}")]
    if any(place.handover_s is not None and closing.high * DAY_S > place.handover_s for place, closing in known):
        entries.append(((Line2D([], [], color=_LATE, linewidth=2.4),), "closing after planned handover"))
    return entries


def _gantt(ax: Axes, tables: RunTables, rows: list[PlacePlan], closings: dict[str, Closing | None]) -> Axes:
    for y, place in enumerate(rows):
        _plan_bars(ax, tables, place, y)
        _episode_bars(ax, tables, place, y)
        closing = closings[place.name]
        if closing is not None:
            _closing_mark(ax, tables, place, closing, y)
    ax.axvline(_at(tables, tables.plan.calendar.deadline_s), color=INK, linewidth=1.8)
    ax.set_yticks(range(len(rows)), [tables.plan.label(place.name) for place in rows])
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xlim(_at(tables, 0), _at(tables, tables.plan.calendar.horizon_s))
    ax.grid(visible=False, axis="y")
    ax.hlines(
        [y + 0.5 for y in range(len(rows) - 1)],
        0,
        1,
        transform=ax.get_yaxis_transform(),
        color="#DDDDDD",
        lw=0.7,
    )
    date_axis(ax)
    return ax


def _at(tables: RunTables, seconds: float) -> float:
    return on_axis(tables.plan.local(seconds))


def _bars(
    ax: Axes, tables: RunTables, spans: Sequence[tuple[float, float]], top: float, height: float, look: Fill
) -> None:
    ends = [(_at(tables, begin), _at(tables, end)) for begin, end in spans if end > begin]
    if ends:
        ax.broken_barh([(begin, end - begin) for begin, end in ends], (top, height), **look.area())


def _plan_bars(ax: Axes, tables: RunTables, place: PlacePlan, y: int) -> None:
    if place.handover_s is None:
        return
    if place.begins_s is not None:
        _bars(ax, tables, [(place.begins_s, place.handover_s)], y - 0.42, 0.3, _PLAN)
    if place.drawdown_s is not None:
        _bars(ax, tables, [(place.drawdown_s, place.handover_s)], y - 0.42, 0.3, _LEAVING)
    ax.plot(_at(tables, place.handover_s), y - 0.27, marker="D", color="white", markeredgecolor=INK, markersize=6)


def _strokes(
    ax: Axes, tables: RunTables, spans: Sequence[tuple[float, float]], reach: tuple[float, float], look: Fill
) -> None:
    """Draws a stroke at the beginning of each episode: an hour would be invisible on a sheet of months."""
    if spans:
        ax.vlines([_at(tables, begin) for begin, _ in spans], *reach, color=look.colour, linewidth=1)


def _episode_bars(ax: Axes, tables: RunTables, place: PlacePlan, y: int) -> None:
    def spans(kind: str) -> list[tuple[float, float]]:
        rows = tables.episodes_of(place.name, kind)
        return list(zip(rows["from_s"], rows["until_s"], strict=True))

    _bars(ax, tables, spans("work"), y - 0.06, 0.16, _WORK)
    _strokes(ax, tables, spans("shelter"), (y - 0.09, y + 0.13), _SHELTER)
    _bars(ax, tables, spans("shelter"), y - 0.09, 0.22, _SHELTER)
    for lane, (kind, (look, _)) in enumerate(_BLOCKED.items()):
        top = y + 0.14 + 0.1 * lane
        _strokes(ax, tables, spans(kind), (top, top + 0.09), look)
        _bars(ax, tables, spans(kind), top, 0.09, look)
    _bars(ax, tables, spans("convoy"), y - 0.06, 0.16, _CONVOY)
    for _, handover_s in spans("order"):
        # in the lane of the example, not on the closings of all replications
        ax.plot(_at(tables, handover_s), y + 0.02, marker="D", color=INK, markeredgecolor="white", markersize=6)


def _closing_mark(ax: Axes, tables: RunTables, place: PlacePlan, closing: Closing, y: int) -> None:
    last = tables.plan.calendar.horizon_s
    low, middle, high = (_at(tables, min(days * DAY_S, last)) for days in (closing.low, closing.middle, closing.high))
    ax.plot([low, high], [y - 0.27] * 2, color=_ON_TIME, linewidth=2.4, solid_capstyle="butt")
    planned = high if place.handover_s is None else _at(tables, place.handover_s)
    if high > planned:
        late = [max(low, planned), high]
        ax.plot(late, [y - 0.27] * 2, color=_LATE, linewidth=2.4, solid_capstyle="butt")
    if not math.isinf(closing.middle):
        ax.plot(middle, y - 0.27, marker="o", color=_ON_TIME, markersize=5)
    if closing.never:
        words = f"not closed in {closing.never:,} of {len(tables.simulated):,}"
        ax.text(0.995, y - 0.27, words, transform=ax.get_yaxis_transform(), ha="right", va="center", size=7.5)


# days of closing, in words


_WORDS = (
    "before planned handover",
    "on the day planned",
    "a day or more after planned handover",
    "not by the horizon",
)


@dataclass(frozen=True, slots=True)
class Closing:
    """Days of closing over replications, in days since the start, infinite if it never closes.

    `never` counts the replications in which the place does not close by the horizon.
    """

    low: float
    middle: float
    high: float
    never: int


def closing_of(tables: RunTables, place: str) -> Closing | None:
    """The closing of a place; `None` if the tables have no data about it."""
    column = f"closed_{place}"
    if column not in tables.replications or not tables.simulated:
        return None
    days = pd.to_numeric(tables.replications[column], errors="coerce")
    edge = captions.tail(len(days))
    ordered = days.fillna(math.inf)
    low, middle, high = (quantile(ordered, share) for share in (edge, 0.5, 1 - edge))
    return Closing(low, middle, high, int(days.isna().sum()))


def finding(tables: RunTables, every: Sequence[PlacePlan], closings: dict[str, Closing | None]) -> str:
    """Counts the places that close early, in time, late and never, by the median over replications, to the day."""
    gaps = {}
    for place in every:
        closing = closings[place.name]
        if closing is not None and place.handover_s is not None:
            gaps[place.name] = closing.middle - place.handover_s / DAY_S
    source = captions.middle_words(len(tables.simulated))
    if not gaps:
        return "No place that must close has a closing"
    if len(gaps) == 1:
        name, gap = next(iter(gaps.items()))
        return f"{tables.plan.label(name)} {_of_one(gap)} ({source})"
    return f"{_of_many(list(gaps.values()))} ({source})"


def _of_one(gap: float) -> str:
    if math.isinf(gap):
        return "does not close by the horizon"
    if abs(gap) < 1:
        return "closes on the day planned"
    return f"closes {counted(round(abs(gap)), 'day')} {'before' if gap < 0 else 'after'} planned handover"


def _of_many(gaps: list[float]) -> str:
    early = sum(gap <= -1 for gap in gaps)
    never = sum(math.isinf(gap) for gap in gaps)
    late = sum(gap >= 1 for gap in gaps) - never
    counts = (early, len(gaps) - early - late - never, late, never)
    reported = [(count, words) for count, words in zip(counts, _WORDS, strict=True) if count]
    if len(reported) == 1:
        return f"All {len(gaps)} places close {reported[0][1]}" if not never else "No place closes by the horizon"
    (count, words), *others = reported
    rest = " and ".join(f"{number} {other}" for number, other in others)
    return f"{count} of {len(gaps)} places {'closes' if count == 1 else 'close'} {words}, {rest}"
