"""By when: what is out by which date, the last safe departure of each rear party, and the price of an hour in shelter.

All of it is read from the tables `progress` and `places` of one finished run. Dates are those of the run as it was: its
handovers and orders. Only the deadline can be moved in thought, since nothing in the model looks at it but the drawdown
of places without a handover (`follows_deadline`).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sim.analysis.intervals import exact_chance, mean_of, quantile_ranks, rank_of
from sim.analysis.slopes import slope_of
from sim.errors import ResultsError
from sim.results.files import unguarded
from sim.results.finished import Results, rows_of
from sim.scenario.calendar import Calendar
from sim.scenario.scenario import Scenario

NAMED = (0.5, 0.8, 0.95)
"""Chances whose dates are named."""
SAFE = (0.8, 0.9, 0.95)
"""Chances with which a rear party that left at the last safe departure is out by the deadline."""
_NEVER = date.max


@dataclass(frozen=True)
class Progress:
    """Of each replication: the dates on which all people were out and all places closed, and what was out by when.

    A date is `None` where that never happened. `out[k]` are dates and the share out by their end, in order.
    """

    people: list[date | None]
    closed: list[date | None]
    out: list[tuple[list[date], list[float]]]

    def all_people(self, day: date) -> float:
        """The chance that all people are out by the end of a day."""
        return _by(self.people, day)

    def all_closed(self, day: date) -> float:
        """The chance that all places are closed by the end of a day."""
        return _by(self.closed, day)

    def shares(self, day: date) -> list[float]:
        """The share out by the end of a day, of each replication."""
        found = []
        for days, shares in self.out:
            at = bisect_right(days, day)
            found.append(shares[at - 1] if at else 0.0)
        return found


def _by(days: Sequence[date | None], day: date) -> float:
    return sum(each is not None and each <= day for each in days) / len(days)


def scenario_of(results: Results) -> Scenario:
    """The scenario of a run; raises `ResultsError` where the manifest has none that this version reads."""
    try:
        return Scenario.read(dict(results.manifest["scenario"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ResultsError(f"{results.folder}: manifest.json is not one that this version writes") from error


def follows_deadline(scenario: Scenario) -> list[str]:
    """Places whose people leave by the deadline, since they have a drawdown and no handover."""
    places = scenario.places.items()
    return sorted(name for name, place in places if place.drawdown is not None and place.handover_s is None)


def progress_of(results: Results, scenario: Scenario) -> Progress:
    """Returns what was out by when; raises `ResultsError` where the folder has no such table or was changed."""
    must = sum(place.handover_s is not None for place in scenario.places.values())
    whole = people_of(scenario)
    tonnes = {int(row["replication"]): row["tonnes"] for row in rows_of(results, "replications")}
    found = Progress([], [], [])
    days: dict[int, list[tuple[date, float, int, int]]] = {number: [] for number in tonnes}
    for row in rows_of(results, "progress"):
        day = date.fromisoformat(row["day"])
        days[int(row["replication"])].append(
            (day, float(row["tonnes_out"]), int(row["people_out"]), int(row["closed"]))
        )
    for number, rows in days.items():
        total = float(tonnes[number] or 0)
        found.people.append(next((day for day, _, people, _ in rows if people >= whole), None) if whole else None)
        found.closed.append(next((day for day, *_, closed in rows if closed >= must), None) if must else None)
        found.out.append(([row[0] for row in rows], [row[1] / total if total else 0.0 for row in rows]))
    return found


def people_of(scenario: Scenario) -> int:
    """How many people must be out: those of places that must close, or of all that are no end of the way."""
    return sum(scenario.places[name].headcount for name in scenario.people_in_scope)


def when(results: Results) -> dict[str, Any]:
    """Returns all that is said about dates, as plain data."""
    scenario = scenario_of(results)
    calendar, progress = scenario.time, progress_of(results, scenario)
    return {
        "deadline": calendar.local(calendar.deadline_s - 1).date().isoformat(),
        "follows_deadline": follows_deadline(scenario),
        "people": _named(progress.people), "closed": _named(progress.closed), "curve": _curve(progress, calendar),
        "last_safe_departure": _departures(results, scenario), "hour_in_shelter": _prices(results),
    }  # fmt: skip


def _named(days: Sequence[date | None]) -> dict[str, Any] | None:
    """The dates by which something has happened with the named chances, with intervals from order statistics."""
    if not days or all(day is None for day in days):
        return None
    ordered = sorted(day or _NEVER for day in days)
    count, found = len(ordered), {}
    for share in NAMED:
        ranks = quantile_ranks(count, share, 0.95)
        ends = (None, None) if ranks is None else (ordered[ranks[0] - 1], ordered[ranks[1] - 1])
        day = ordered[rank_of(count, share) - 1]
        found[f"{share:g}"] = {"day": _text(day), "low": _text(ends[0]), "high": _text(ends[1])}
    return found


def _text(day: date | None) -> str | None:
    return None if day is None or day == _NEVER else day.isoformat()


def _curve(progress: Progress, calendar: Calendar) -> list[dict[str, Any]]:
    """A row for each day from the first on which anything changed to the last day that is simulated."""
    every = [days[0] for days, _ in progress.out if days]
    if not every:
        return []
    day, last, rows = min(every), calendar.local(calendar.horizon_s - 1).date(), []
    count = len(progress.out)
    while day <= last:
        shares = sorted(progress.shares(day))
        people, closed = progress.all_people(day), progress.all_closed(day)
        rows.append({
            "day": day.isoformat(), "all_people_out": people, "all_people_out_low": exact_chance(
                round(people * count), count).low,
            "all_closed": closed, "share_out": mean_of(shares),
            "p05": shares[rank_of(count, 0.05) - 1], "p95": shares[rank_of(count, 0.95) - 1],
        })  # fmt: skip
        day += timedelta(days=1)
    return rows


def _departures(results: Results, scenario: Scenario) -> dict[str, Any]:
    """By place, the latest departure of the rear party from which it was out by the deadline with each named chance."""
    took: dict[str, list[float]] = {}
    for row in rows_of(results, "places"):
        place = unguarded(row["place"])
        if scenario.places[place].headcount:
            left, there = (float(row[name]) if row[name] else math.inf for name in ("rear_left_s", "rear_out_s"))
            took.setdefault(place, []).append(there - left if left <= there < math.inf else math.inf)
    found: dict[str, Any] = {}
    for place, seconds in took.items():
        if seconds:
            ordered = sorted(seconds)
            found[place] = {"replications": len(ordered)} | {
                f"{share:g}": _leave_by(ordered[rank_of(len(ordered), share) - 1], scenario.time) for share in SAFE
            }
    return found


def _leave_by(journey_s: float, calendar: Calendar) -> str | None:
    at_s = calendar.deadline_s - journey_s
    return None if at_s < 0 else calendar.local(math.floor(at_s)).isoformat(" ", "minutes")


def _prices(results: Results) -> dict[str, Any]:
    """By place, what an hour of its working time in shelter costs in tonnes of its equipment that come out."""
    columns: dict[str, tuple[list[float], list[float]]] = {}
    for row in rows_of(results, "places"):
        hours, out = columns.setdefault(unguarded(row["place"]), ([], []))
        hours.append(float(row["sheltered_h"]))
        out.append(float(row["tonnes_out"]))
    return {place: _price(hours, out) for place, (hours, out) in columns.items()}


def _price(hours: Sequence[float], out: Iterable[float]) -> dict[str, Any]:
    slope = slope_of(hours, [-each for each in out])
    return {"tonnes": slope.value, "low": slope.low, "high": slope.high, "hours": mean_of(hours),
            "replications": slope.count}  # fmt: skip
