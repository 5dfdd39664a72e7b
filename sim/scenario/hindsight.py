"""Hindsight: dated events among the inputs of a scenario that begin after a cut.

Plans (handovers, phases, contracts) and seasons are known in advance and do not count as hindsight. A dated alarm,
closure, clearance, threat period, pace or order is known only once it has happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sim.scenario.calendar import parse_local
from sim.scenario.paths import Path, children, dotted

_EVENTS = (
    "places.*.threat.alarms.listed.*", "places.*.threat.periods.*", "places.*.strip.closures.*",
    "places.*.escalation.date", "routes.*.closures.*", "routes.*.periods.*", "clearance.air.windows.*",
    "clearance.air.*.windows.*", "clearance.air.places.*.*.windows.*", "clearance.road.*.windows.*",
    "clearance.road.*.*.windows.*",
)  # fmt: skip
_BEGINS = ("from", "on")


def dated_after(data: Mapping[str, Any], cut: date) -> list[tuple[str, date]]:
    """Events in plain data as resolved that begin after a cut, by dotted path, in order of their days."""
    return sorted(
        ((dotted(path), day) for path, day in events(data) if day > cut), key=lambda found: (found[1], found[0])
    )


def events(data: Mapping[str, Any]) -> Iterator[tuple[Path, date]]:
    """Every dated event in a scenario's inputs, with the day on which it begins."""
    for pattern in _EVENTS:
        for path, section in _found(data, tuple(pattern.split("."))):
            begins = next((section[key] for key in _BEGINS if key in section), None)
            if begins is not None:
                moment = parse_local(begins)
                yield path, moment.date() if isinstance(moment, datetime) else moment


def _found(data: Any, pattern: Path, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    if not pattern:
        if isinstance(data, Mapping):
            yield path, data
        return
    for key, held in children(data):
        if pattern[0] in ("*", key):
            yield from _found(held, pattern[1:], (*path, key))
