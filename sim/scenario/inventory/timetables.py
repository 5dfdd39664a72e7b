"""A flight or sailing schedule of a planner's own as the dates of an aircraft type or vessel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sim.errors import InputError, Problem
from sim.scenario.inventory.fragment import comment, quoted
from sim.scenario.inventory.incidents import day_of
from sim.scenario.inventory.rows import few, problem
from sim.scenario.inventory.sheets import Cell, Sheet, filled

HEADS = ("date", "departure", "etd", "jour", "التاريخ")
TEMPLATE = "\ufeffdate,time\n"
"""An empty schedule; the time is of sailings."""
KINDS = {"aircraft": "dates", "vessels": "sailings"}
"""Sections of `lift` that take a schedule, with the key that holds it."""
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Schedule:
    """The departures of one type of aircraft or vessel, as the scenario writes them, in order, none twice."""

    sheet: Sheet
    section: str
    name: str
    departures: tuple[str, ...]
    rows: int


def schedule_of(sheet: Sheet, lift: str) -> Schedule:
    """The schedule in a sheet for `aircraft.NAME` or `vessels.NAME`; raises `InputError`.

    Aircraft have days; vessels days, with the time where a column `time` gives one.
    """
    section, _, name = lift.partition(".")
    if section not in KINDS or not name:
        raise InputError([Problem("--schedule", "has another form", lift[:60], "aircraft.NAME or vessels.NAME")])
    number, heads = next(filled(sheet.rows), (0, []))
    names = [str(cell).strip().casefold() if cell is not None else "" for cell in heads]
    days = [at for at, head in enumerate(names) if head in HEADS]
    if len(days) != 1:
        wrong = f"{len(days)} columns have a head for the day" if days else "no column has a head for the day"
        raise InputError(
            [Problem("", wrong, allowed=f"one of {', '.join(HEADS)}", file=sheet.file, line=number or None)]
        )
    times = names.index("time") if "time" in names and section == "vessels" else None
    found, problems, rows = [], [], 0
    for at, row in filled(sheet.rows[number:]):
        rows += 1
        try:
            found.append(_departure(row, days[0], times))
        except ValueError as error:
            problems.append(problem(sheet, number + at, None, str(error), None, None))
    if problems:
        raise InputError(few(sheet, problems))
    if not found:
        raise InputError([Problem("", "no row follows the heads", allowed="a row for each departure", file=sheet.file)])
    return Schedule(sheet, section, name, tuple(sorted(set(found))), rows)


def _departure(row: list[Cell], day: int, time: int | None) -> str:
    cell = row[day] if day < len(row) else None
    on = cell.date() if isinstance(cell, datetime) else day_of("" if cell is None else str(cell))
    hour = row[time] if time is not None and time < len(row) else None
    if hour is None:
        return on.isoformat()
    if not _TIME.fullmatch(str(hour).strip()[:5]):
        raise ValueError(f"{str(hour)[:30]!r} is no time; write 14:30")
    return f"{on} {str(hour).strip()[:5]}"


def schedule_fragment(found: Schedule) -> str:
    """The fragment as YAML."""
    listed = ", ".join(found.departures)
    return "\n".join([
        f"# Written by drawdown import from {comment(found.sheet.file)} (SHA-256 {found.sheet.sha256}).",
        "schema: 1", "lift:", f"  {found.section}:", f"    {quoted(found.name)}:",
        f"      {KINDS[found.section]}: [{listed}]", "",
    ])  # fmt: skip
