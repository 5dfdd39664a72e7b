"""Incidents of a list (with the columns of ACLED) as listed alarms of places, each row used or told why not.

An incident belongs to the nearest place within a distance that is stated, or to the place whose name its location is
said to mean. The list has days and no times, so the hours of an alarm are stated too. What was not known at the
scenario's `known_until` is not used.
"""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sim.errors import InputError, Problem
from sim.scenario.inventory.fragment import comment, quoted, rows_said
from sim.scenario.inventory.rows import few, problem
from sim.scenario.inventory.sheets import Cell, Sheet, filled

COLUMNS = ("event_date", "event_type", "sub_event_type", "latitude", "longitude", "location", "fatalities")
TEMPLATE = "\ufeff" + ",".join(COLUMNS) + "\n"
"""An empty list of incidents."""
NEEDED = ("event_date",)
ALARM, LEFT_OUT = "alarm", "-"
ALARMS = ("Battles*", "Explosions/Remote violence*", "Violence against civilians: Attack")
"""What is an alarm where no rule says so: patterns of `event_type: sub_event_type`, as ACLED writes them."""
_FORMS = ("%Y-%m-%d", "%d %B %Y", "%d-%B-%Y", "%d %b %Y", "%d-%b-%Y")
_EARTH_KM, _MOST_ROW = 6371.0088, 10


@dataclass(frozen=True, slots=True)
class Near:
    """How incidents belong to places: positions with a distance in km, and locations by name."""

    positions: Mapping[str, tuple[float, float]]
    within_km: float | None
    locations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a list of incidents; days are inclusive, `hours` are local, such as `04:00`, `05:30`."""

    near: Near
    hours: tuple[str, str]
    first: date
    last: date
    known_until: date | None
    rules: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Incidents:
    """Rows used, by place and day; rows not used, by reason; all rows with their numbers."""

    sheet: Sheet
    alarms: Mapping[str, Mapping[date, Sequence[int]]]
    unused: Mapping[str, Sequence[int]]
    hours: tuple[str, str]

    @property
    def rows(self) -> int:
        """Number of rows of the list."""
        used = (rows for days in self.alarms.values() for rows in days.values())
        return sum(map(len, used)) + sum(map(len, self.unused.values()))


def incidents_of(sheet: Sheet, asked: Asked) -> Incidents:
    """The incidents of a sheet; raises `InputError` for a missing column and for cells that can't be read."""
    header, columns = _header(sheet)
    alarms: dict[str, dict[date, list[int]]] = {}
    unused: dict[str, list[int]] = {}
    problems: list[Problem] = []
    for number, row in filled(sheet.rows):
        if number <= header:
            continue
        try:
            day = _day(_cell(row, columns, "event_date"))
            place, why = _place_of(row, columns, day, asked)
        except ValueError as error:
            problems.append(problem(sheet, number, None, str(error), None, None))
            continue
        if place is None:
            unused.setdefault(why, []).append(number)
        else:
            alarms.setdefault(place, {}).setdefault(day, []).append(number)
    if problems:
        raise InputError(few(sheet, problems))
    return Incidents(sheet, {name: dict(sorted(alarms[name].items())) for name in sorted(alarms)}, unused, asked.hours)


def _header(sheet: Sheet) -> tuple[int, dict[str, int]]:
    for number, row in filled(sheet.rows[:_MOST_ROW]):
        heads = [str(cell).strip().casefold() if cell is not None else "" for cell in row]
        if all(name in heads for name in NEEDED):
            return number, {name: heads.index(name) for name in COLUMNS if name in heads}
    wrong = f"no row of the first {_MOST_ROW} has the head {' and '.join(NEEDED)}"
    raise InputError([Problem("", wrong, allowed=f"heads such as {', '.join(COLUMNS)}", file=sheet.file)])


def _cell(row: Sequence[Cell], columns: Mapping[str, int], name: str) -> Cell:
    at = columns.get(name)
    return row[at] if at is not None and at < len(row) else None


def day_of(text: str) -> date:
    """A day as `2023-10-21` or `21 October 2023`; raises `ValueError` for other forms, which have two readings."""
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise ValueError(f"{text[:30]!r} is no day; write 2023-10-21 or 21 October 2023")


def _day(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return day_of("" if cell is None else str(cell))


def _place_of(row: Sequence[Cell], columns: Mapping[str, int], day: date, asked: Asked) -> tuple[str | None, str]:
    """Returns the place of an alarm; `None` with the reason for a row that is not used."""
    if asked.known_until is not None and day > asked.known_until:
        return None, f"after {asked.known_until}, until when the scenario knows"
    if not asked.first <= day <= asked.last:
        return None, f"outside the scenario's calendar ({asked.first} to {asked.last})"
    kind = ": ".join(str(cell) for name in COLUMNS[1:3] if (cell := _cell(row, columns, name)) is not None)
    if not _is_alarm(kind, asked.rules):
        return None, f"no alarm by its kind ({kind[:60] or 'none given'})"
    return _nearest(row, columns, asked.near)


def _is_alarm(kind: str, rules: Sequence[tuple[str, str]]) -> bool:
    folded = kind.casefold()
    for pattern, means in (*rules, *((pattern, ALARM) for pattern in ALARMS)):
        if fnmatch.fnmatchcase(folded, pattern.casefold()):
            return means == ALARM
    return False


def _nearest(row: Sequence[Cell], columns: Mapping[str, int], near: Near) -> tuple[str | None, str]:
    location = str(_cell(row, columns, "location") or "").strip().casefold()
    for name, place in near.locations.items():
        if location and location == name.casefold():
            return place, ""
    if near.within_km is None:
        return None, "another location"
    where = _degrees(_cell(row, columns, "latitude"), 90), _degrees(_cell(row, columns, "longitude"), 180)
    if where[0] is None or where[1] is None:
        return None, "no coordinates"
    found = min((distance_km((where[0], where[1]), spot), name) for name, spot in near.positions.items())
    return (found[1], "") if found[0] <= near.within_km else (None, f"more than {near.within_km:g} km away")


def _degrees(cell: Cell, most: int) -> float | None:
    if cell is None:
        return None
    try:
        value = float(str(cell).replace(",", "."))
    except ValueError:
        value = math.nan
    if not abs(value) <= most:
        raise ValueError(f"{str(cell)[:30]!r} is no coordinate; write degrees such as 20.2 or -3.95")
    return value


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance in km of two positions in degrees (haversine, on a sphere of the mean radius)."""
    (lat, lon), (lat2, lon2) = (map(math.radians, one) for one in (a, b))
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def alarms_fragment(found: Incidents) -> str:
    """The fragment as YAML: a listed alarm a day and place, with the rows of the list beside it."""
    lines = [
        f"# Written by drawdown import from {comment(found.sheet.file)} (SHA-256 {found.sheet.sha256}).",
        f"# The list has no hours: alarms last {' to '.join(found.hours)} local time, as stated.",
        "schema: 1",
        "places:",
    ]
    for place, days in found.alarms.items():
        lines += [f"  {quoted(place)}:", "    threat:", "      alarms:", "        listed:"]
        for day, rows in days.items():
            begin, end = (f"{day} {hour}" for hour in found.hours)
            lines.append(f"          d{day:%Y_%m_%d}: {{from: {begin}, until: {end}}}  # {rows_said(rows)}")
    return "\n".join(lines) + "\n"


def plain_incidents(found: Incidents) -> dict[str, Any]:
    """The same as JSON holds it."""
    return {
        "file": found.sheet.file, "sha256": found.sheet.sha256, "rows": found.rows,
        "alarms": {
            place: [{"day": day.isoformat(), "rows": list(rows)} for day, rows in days.items()]
            for place, days in found.alarms.items()
        },
        "not_used": {why: list(rows) for why, rows in found.unused.items()},
    }  # fmt: skip
