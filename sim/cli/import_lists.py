"""`drawdown import --events` and `--schedule`: incidents as alarms of places, departures as dates of a lift."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.scenario.inventory.incidents import Asked, Incidents, Near
    from sim.scenario.inventory.sheets import Sheet
    from sim.scenario.scenario import Scenario

_HOURS = re.compile(r"(([01]\d|2[0-3]):[0-5]\d)-(([01]\d|2[0-3]):[0-5]\d)")
_ROWS_SHOWN = 12
Pairs = Sequence[tuple[str, str]]


def of_events(sheet: Sheet, options: Mapping[str, Any], rules: Pairs, locations: Pairs) -> tuple[str, Any, list[str]]:
    """The fragment, the same as JSON, and the lines of the answer, of a list of incidents."""
    from sim.scenario.inventory.incidents import alarms_fragment, incidents_of, plain_incidents

    scenario, asked = _asked(options, rules, locations)
    found = incidents_of(sheet, asked)
    random = [name for name in found.alarms if scenario.places[name].threat.alarms.rate > 0]
    lines = _lines(found, options) + _on_top(random)
    return alarms_fragment(found), plain_incidents(found) | {"random_alarms_too": random}, lines


def of_schedule(sheet: Sheet, lift: str) -> tuple[str, Any, list[str]]:
    """The fragment, the same as JSON, and the lines of the answer, of a schedule."""
    from sim.cli.text import clipped, wrapped
    from sim.scenario.inventory.timetables import schedule_fragment, schedule_of

    found = schedule_of(sheet, lift)
    count, first, last = len(found.departures), found.departures[0], found.departures[-1]
    twice = f", {found.rows - count} of them twice" if found.rows > count else ""
    said = f"{clipped(sheet.file, 80)}: {found.rows:,} rows{twice}: {count:,} departures of {lift}, {first} to {last}"
    plain = {"file": sheet.file, "sha256": sheet.sha256, "rows": found.rows, "departures": list(found.departures)}
    return schedule_fragment(found), plain, wrapped(said)


def _asked(options: Mapping[str, Any], rules: Pairs, locations: Pairs) -> tuple[Scenario, Asked]:
    from sim.scenario.door import load
    from sim.scenario.inventory.incidents import Asked

    if options["scenario"] is None:
        allowed = "--scenario FILE, whose places, calendar and known_until are used"
        raise InputError([Problem("--events", "no scenario is given", allowed=allowed)])
    scenario = load(options["scenario"]).scenario
    start, horizon = scenario.time.start, scenario.time.start + timedelta(seconds=scenario.time.horizon_s - 1)
    known = scenario.record.known_until
    if options["known_until"] is not None:
        known = _day(options["known_until"])
    near = _near(scenario, options, dict(locations))
    return scenario, Asked(near, _hours(options["hours"]), start.date(), horizon.date(), known, tuple(rules))


def _day(text: str) -> date:
    from sim.scenario.inventory.incidents import day_of

    try:
        return day_of(text)
    except ValueError as error:
        raise InputError([Problem("--known-until", str(error))]) from None


def _hours(text: str | None) -> tuple[str, str]:
    found = _HOURS.fullmatch(text or "")
    if found is None or found[1] >= found[3]:
        wrong = "the list has no hours, so say when an alarm lasts" if text is None else "this is no time of the day"
        allowed = "begin and end, such as --hours 04:00-06:00"
        raise InputError([Problem("--hours", wrong, text and text[:40], allowed)])
    return found[1], found[3]


def _near(scenario: Scenario, options: Mapping[str, Any], locations: Mapping[str, str]) -> Near:
    from sim.scenario.inventory.incidents import Near
    from sim.units import to_base

    wanted = options["place"]
    named = [*locations.values(), *([wanted] if wanted else [])]
    unknown = [name for name in named if name not in scenario.places]
    if unknown:
        allowed = ", ".join(scenario.places)[:200]
        raise InputError([Problem("--location", "no such place in the scenario", unknown[0][:60], allowed)])
    spots = {
        name: (place.position.lat, place.position.lon)
        for name, place in scenario.places.items() if place.position is not None and wanted in (None, name)
    }  # fmt: skip
    within = None
    if options["within"] is not None:
        try:
            within = float(to_base(options["within"], "distance"))
        except ValueError as error:
            raise InputError([Problem("--within", str(error), options["within"][:40])]) from None
        if not spots:
            raise InputError([Problem("--within", "no place has a position", allowed="--location NAME=PLACE")])
    if within is None and not locations:
        allowed = "--within 20 km, or --location NAME=PLACE"
        raise InputError([Problem("--events", "nothing says which incidents are near a place", allowed=allowed)])
    return Near(spots, within, locations)


def _on_top(random: Sequence[str]) -> list[str]:
    """A warning that alarms may be counted twice."""
    from sim.cli.text import clipped, wrapped

    if not random:
        return []
    names = ", ".join(clipped(name, 40) for name in random[:_ROWS_SHOWN])
    said = f"! The scenario also draws alarms at random at {names}: what is listed comes on top of them."
    return wrapped(f"{said} Set alarms.rate of the place to 0, or lower it, to count no alarm twice.", "  ")


def _lines(found: Incidents, options: Mapping[str, Any]) -> list[str]:
    from sim.cli.text import clipped, wrapped

    used = sum(len(rows) for days in found.alarms.values() for rows in days.values())
    said = f"{clipped(found.sheet.file, 80)}: {found.rows:,} rows, {used:,} used"
    near = [f"within {options['within']} of a place's position"] * (options["within"] is not None)
    near += [f"location {clipped(text, 60)}" for text in options["locations"]]
    lines = wrapped(f"{said}: {'; '.join(near)}; alarms from {found.hours[0]} to {found.hours[1]}, as stated")
    for place, days in found.alarms.items():
        count = sum(map(len, days.values()))
        first, last = min(days), max(days)
        lines += wrapped(f"{clipped(place, 40)}: {len(days):,} alarms of {count:,} incidents, {first} to {last}", "  ")
    if found.unused:
        lines.append(f"not used: {found.rows - used:,} rows")
    for why, rows in sorted(found.unused.items(), key=lambda one: (-len(one[1]), one[0])):
        shown = ", ".join(map(str, rows[:_ROWS_SHOWN]))
        more = f" and {len(rows) - _ROWS_SHOWN:,} more (--json has all)" if len(rows) > _ROWS_SHOWN else ""
        lines += wrapped(f"{clipped(why, 90)}: rows {shown}{more}", "  ")
    note = "Attacks on columns are drawn by rates and can't be listed: attacks near a place are alarms there."
    return lines + wrapped(note, "  ")
