"""People present, day by day, against the drawdown plan: the mission, and each place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import StrMethodFormatter

from sim.figures import captions
from sim.figures.means import response
from sim.figures.run_tables import RunTables
from sim.figures.style import INK, Heading, date_axis, on_axis, say, sheet, silent, styled
from sim.figures.timetable import PlacePlan
from sim.sums import sum_in_order

_BLUE, _BAND = "#0072B2", "#A9CDE6"
_MOST_COLUMNS, _FEW = 5, 12
_HOUR_S, _STEP_S = 3_600, 6 * 3_600
_CAVEAT = "values in the model, conditional on its inputs"
_NOTHING = "No people at places that must close."


@styled
def people(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Draws mean and spread of people present, with the plan: of the mission, and on a sheet also of places."""
    mission = tables.plan.mission
    staffed = [place for place in tables.plan.in_order() if place.name in mission and place.people]
    staffed.sort(key=lambda place: -place.people)
    title = _title(tables) if staffed else "No people to follow"
    if ax is not None:
        ax.set_title(title)
        return _panel(ax, tables, "mission", staffed) if staffed else say(ax, _NOTHING)
    head = Heading(title, captions.origin(tables, _CAVEAT), _keys(tables), 4)
    if not staffed:
        return silent(head, _NOTHING)
    shown = staffed[: captions.MOST_PLACES] if len(staffed) > 1 else []
    columns = min(3 if len(shown) <= _FEW else _MOST_COLUMNS, max(len(shown), 1))
    rows = -(-len(shown) // columns)
    notes = captions.largest_words(len(shown), len(staffed)) if shown else []
    notes += captions.followed_words(tables)
    fig = sheet(2.9 + 1.55 * rows, head, notes)
    grid = fig.add_gridspec(rows + 1, columns, height_ratios=[2.7, *[1.45] * rows])
    first = fig.add_subplot(grid[0, :])
    _panel(first, tables, "mission", staffed).set_title("The mission: people present")
    first.set_ylabel("people")
    for number, place in enumerate(shown):
        panel = fig.add_subplot(grid[1 + number // columns, number % columns])
        _panel(panel, tables, place.name, [place], most=4).set_title(tables.plan.label(place.name), size=8.5)
        panel.tick_params(labelsize=7.5)
    return first


def _title(tables: RunTables) -> str:
    out = response(tables.responses, "people_out_share")
    if out is None:
        return "People present, against the drawdown plan"
    deadline = tables.plan.local(tables.plan.calendar.deadline_s - 1)
    return f"By {deadline.day} {deadline:%B %Y}, {out.words().replace(' (', ' of people are out (', 1)}"


def _keys(tables: RunTables) -> Sequence[tuple[Artist, str]]:
    entries: list[tuple[Artist, str]] = [
        (Line2D([], [], color=_BLUE, linewidth=1.8), captions.mean_words(tables.followed))
    ]
    if tables.followed > 1:
        entries.append((Patch(facecolor=_BAND), captions.spread_words(tables.followed)))
    plan = Line2D([], [], color=INK, linewidth=1.2, linestyle="--")
    deadline = Line2D([], [], color=INK, linewidth=1.6)
    return [*entries, (plan, "plan, without orders to leave"), (deadline, "deadline")]


def _panel(ax: Axes, tables: RunTables, name: str, planned: Sequence[PlacePlan], most: int = 9) -> Axes:
    rows = tables.timeline_of(name, "people")
    xs = [on_axis(tables.plan.end_of_day(day)) for day in rows["day"]]
    if tables.followed > 1:
        ax.fill_between(xs, rows["people_p05"], rows["people_p95"], color=_BAND, linewidth=0)
    ax.plot(xs, rows["people_mean"], color=_BLUE, linewidth=1.8)
    moments = _moments(tables, planned)
    plan = [sum_in_order(place.people_at(at_s) for place in planned) for at_s in moments]
    ax.plot([on_axis(tables.plan.local(s)) for s in moments], plan, color=INK, linewidth=1.2, linestyle="--")
    calendar = tables.plan.calendar
    ax.axvline(on_axis(tables.plan.deadline), color=INK, linewidth=1.6)
    ax.set_xlim(*(on_axis(tables.plan.local(s)) for s in (0, calendar.horizon_s)))
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    date_axis(ax, most)
    return ax


def _moments(tables: RunTables, planned: Sequence[PlacePlan]) -> list[int]:
    """Instants at which the plan is drawn: four a day, and both sides of every handover."""
    edges = [s for place in planned if (s := place.handover_s) is not None]
    steps = np.arange(0, tables.plan.calendar.horizon_s + 1, _STEP_S).tolist()
    return sorted({*steps, *edges, *(edge - 1 for edge in edges)})
