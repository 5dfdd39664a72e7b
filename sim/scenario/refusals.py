"""The rule of clearance that applies to a class of movement at a place or on a route, day by day."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.calendar import HOUR_S, Calendar
from sim.scenario.openings import local_instant
from sim.scenario.plan import AirClearance, Clearance, ClearanceWindow, PlaceClearance, RoadClearance, Spells
from sim.scenario.scenario import Scenario

_NOON_S = 12 * HOUR_S


def noons(calendar: Calendar) -> list[int]:
    """The local noon of each day: a window governs the days whose noon is in it."""
    return [local_instant(calendar, day, _NOON_S) for day in range(len(calendar.day_starts_s))]


def of_flights(scenario: Scenario, air: AirClearance, name: str, movement: str) -> tuple[Spells, list[ClearanceWindow]]:
    """Base and windows of flights at a place: its own base if it has one, else that of its kind.

    General rules apply to camps and to hubs without custody. For custody hubs, exits and bases of aircraft only
    rules that name them apply.
    """
    place = scenario.places[name]
    bases = {aircraft.base for aircraft in scenario.lift.aircraft.values()}
    subject = place.role != "exit" and not place.keeps_custody and name not in bases
    named = _movement(air.places.get(name), movement)
    common = _movement(air, movement)
    base: Spells | None = named or (common if subject else None)
    dated = {**(common.windows if common else {}), **{f"{key} ": w for key, w in air.windows.items()}}
    windows = [w for _, w in sorted(dated.items()) if (subject if w.places is None else name in w.places)]
    own = [w for _, w in sorted(named.windows.items()) if _names(w.places, name)] if named else []
    return base or Spells(), [w for w in windows + own if _names(w.classes, movement)]


def of_convoys(road: RoadClearance, movement: str) -> tuple[Spells, list[ClearanceWindow]]:
    """Base and windows of convoys on a route."""
    base = road.people if movement == "people" else road.trucks
    dated = [window for _, window in sorted((base.windows if base else {}).items())]
    dated += [window for _, window in sorted(road.windows.items())]
    return base or Spells(), [window for window in dated if _names(window.classes, movement)]


def governing(base: Spells, windows: Iterable[ClearanceWindow], noon_s: int) -> Spells:
    """The window that refuses most of those that cover the noon, ties to longer spells; else the base."""
    covering = [window for window in windows if window.covers(noon_s)]
    return max(covering, key=lambda window: (window.refused, window.lasting_s or 0)) if covering else base


def always_refused(calendar: Calendar, base: Spells, windows: Iterable[ClearanceWindow]) -> bool:
    """Whether every day from the start to the horizon is refused with certainty."""
    held = list(windows)
    if base.refused < 1 and all(window.refused < 1 for window in held):
        return False
    days = noons(calendar)[: calendar.day_of(calendar.horizon_s) + 1]
    return all(governing(base, held, noon).refused >= 1 for noon in days)


def _movement(of: PlaceClearance | None, movement: str) -> Clearance | None:
    if of is None:
        return None
    return {"people": of.people, "cargo": of.cargo, "medical": of.medical}[movement]


def _names(listed: tuple[str, ...] | None, name: str) -> bool:
    return listed is None or name in listed
