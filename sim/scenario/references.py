"""Names that refer to other parts of a file: each must exist; phases and orders must not form a circle.

Works on plain data, so that it also checks references of a file whose form is not yet valid.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.errors import Problem
from sim.scenario.document import Draft
from sim.scenario.paths import Path, children, dotted, is_there, named, nearest, parsed, shown, value_at
from sim.scenario.shape import knows

_KEY = "<key>"
# path of a name (`*` any name or number, `<key>` the key) -> the map that must contain it, what it names
_REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("phases.*.after.*", "phases", "phase"),
    ("places.*.phase", "phases", "phase"),
    ("places.*.evacuate.<key>", "places", "place"),
    ("places.*.lots.<key>", "classes", "class"),
    ("places.*.receiving.processing.<key>", "classes", "class"),
    ("places.*.receiving.border.<key>", "classes", "class"),
    ("classes.*.breaks_into.class", "classes", "class"),
    ("places.*.strip.takes.*", "lift.aircraft", "aircraft type"),
    ("classes.*.flies_in.*", "lift.aircraft", "aircraft type"),
    ("places.*.escalation.follows.place", "places", "place"),
    ("lift.aircraft.*.base", "places", "place"),
    ("lift.trucks.*.base", "places", "place"),
    ("lift.vessels.*.at", "places", "place"),
    ("lift.vessels.*.to", "places", "place"),
    ("lift.vessels.*.takes.*", "classes", "class"),
    ("lift.distances.<key>", "places", "place"),
    ("lift.distances.*.<key>", "places", "place"),
    ("routes.*.through.*", "places", "place"),
    ("routes.*.joins.*", "places", "place"),
    ("routes.*.leg_closures.*.leg.*", "places", "place"),
    ("clearance.air.places.<key>", "places", "place"),
    ("clearance.air.windows.*.places.*", "places", "place"),
    ("clearance.air.*.windows.*.places.*", "places", "place"),
    ("clearance.air.places.*.*.windows.*.places.*", "places", "place"),
    ("clearance.air.places.*.windows.*.places.*", "places", "place"),
    ("clearance.road.<key>", "routes", "route"),
)
_AIR_CLASSES = ("people", "cargo", "medical")
_ROAD_CLASSES = ("people", "trucks")
_CLASS_LISTS = (
    ("clearance.air.windows.*.classes.*", _AIR_CLASSES),
    ("clearance.air.*.windows.*.classes.*", _AIR_CLASSES),
    ("clearance.air.places.*.windows.*.classes.*", _AIR_CLASSES),
    ("clearance.road.*.windows.*.classes.*", _ROAD_CLASSES),
    ("clearance.road.*.*.windows.*.classes.*", _ROAD_CLASSES),
)


def problems_of_references(draft: Draft) -> list[Problem]:
    """Problems of references: to names that do not exist, or in a circle."""
    return [
        *_dangling(draft),
        *_paces(draft),
        *_joins(draft),
        *_classes(draft),
        *_circles(draft, "phases", _phases_waited_for(draft.data), "phases wait for each other"),
        *_circles(draft, "places", _places_followed(draft.data), "orders to leave follow each other"),
        *_sources(draft),
        *_targets(draft),
    ]


def _found(data: Any, pattern: str) -> Iterator[tuple[Path, Any]]:
    """Paths and values in plain data that match a pattern; for a key, the key is the value."""
    here: list[tuple[Path, Any]] = [((), data)]
    for part in pattern.split("."):
        if part == _KEY:
            here = [((*path, key), key) for path, value in here if isinstance(value, dict) for key in value]
        elif part == "*":
            here = [((*path, key), held) for path, value in here for key, held in children(value)]
        else:
            here = [((*path, part), value[part]) for path, value in here if isinstance(value, dict) and part in value]
    yield from here


def _names(data: dict[str, Any], where: str) -> dict[str, Any]:
    try:
        held = value_at(data, tuple(where.split(".")))
    except KeyError:
        return {}
    return held if isinstance(held, dict) else {}


def _dangling(draft: Draft) -> Iterator[Problem]:
    misspelt = [key for key in draft.data if not knows((key,))]
    for pattern, where, what in _REFERENCES:
        known = _names(draft.data, where)
        if not known and misspelt and not is_there(draft.data, (where.partition(".")[0],)):
            continue  # reported already: the section has an unknown name
        for path, name in _found(draft.data, pattern):
            if isinstance(name, str) and name not in known:
                yield _missing(draft, path, what, name, tuple(known), where)


def _missing(draft: Draft, path: Path, what: str, name: str, known: tuple[str, ...], where: str) -> Problem:
    allowed = f"names in {where}: {named(known)}"
    return draft.problem(path, f"unknown {what}", shown(name), allowed, nearest(name, known))


def _targets(draft: Draft) -> Iterator[Problem]:
    """Observed values refer to a camp, those of trucks to a route, those of lots to a class."""
    for path, target in _found(draft.data, "record.targets.*"):
        if not isinstance(target, dict):
            continue
        of_route = target.get("measure") == "trucks_through"
        at = ("at", "routes", "route") if of_route else ("at", "places", "place")
        for key, where, what in (at, ("of", "classes", "class")):
            known = _names(draft.data, where)
            if isinstance(target.get(key), str) and target[key] not in known:
                yield _missing(draft, (*path, key), what, target[key], tuple(known), where)


def _paces(draft: Draft) -> Iterator[Problem]:
    for route, section in _names(draft.data, "routes").items():
        if not isinstance(section, dict):
            continue
        paces = section["a_day"] if isinstance(section.get("a_day"), dict) else {"calm": None}
        for pattern in ("pace", "periods.*.pace"):
            for path, pace in _found(section, pattern):
                if isinstance(pace, str) and pace not in paces:
                    here = ("routes", route, *path)
                    yield _missing(draft, here, "pace", pace, tuple(paces), dotted(("routes", route, "a_day")))
        if "pace" not in section and "calm" not in paces:
            yield draft.problem(
                ("routes", route),
                "the pace outside periods is missing",
                None,
                f"`pace:` with one of {named(paces)}",
            )


def _joins(draft: Draft) -> Iterator[Problem]:
    for route, section in _names(draft.data, "routes").items():
        through = section.get("through") if isinstance(section, dict) else None
        if not isinstance(through, list):
            continue
        for path, place in _found(section, "joins.*"):
            if isinstance(place, str) and place not in through and place in _names(draft.data, "places"):
                names = [name for name in through if isinstance(name, str)]
                yield draft.problem(
                    ("routes", route, *path), "this place is not on the route", shown(place), named(names)
                )


def _classes(draft: Draft) -> Iterator[Problem]:
    for pattern, known in _CLASS_LISTS:
        for path, name in _found(draft.data, pattern):
            if name not in known:
                hint = nearest(name, known) if isinstance(name, str) else None
                yield draft.problem(path, "unknown class of movement", shown(name), named(known), hint)


def _phases_waited_for(data: dict[str, Any]) -> dict[str, list[str]]:
    return {
        name: [other for _, other in _found(phase, "after.*") if isinstance(other, str)]
        for name, phase in _names(data, "phases").items()
    }


def _places_followed(data: dict[str, Any]) -> dict[str, list[str]]:
    return {
        name: [other for _, other in _found(place, "escalation.follows.place") if isinstance(other, str)]
        for name, place in _names(data, "places").items()
    }


def _circles(draft: Draft, top: str, edges: dict[str, list[str]], what: str) -> Iterator[Problem]:
    """One problem for each circle, at its first name in the order of the file."""
    reported: set[str] = set()
    for first in edges:
        circle = _circle(first, edges)
        if circle and not reported & set(circle):
            reported |= set(circle)
            step = ("after",) if top == "phases" else ("escalation", "follows")
            yield draft.problem((top, first, *step), f"{what} in a circle: {' -> '.join([*circle, first])}")


def _circle(first: str, edges: dict[str, list[str]]) -> list[str]:
    """The shortest way from a name back to itself."""
    ways: list[list[str]] = [[first]]
    seen: set[str] = set()
    for way in ways:
        for other in edges.get(way[-1], ()):
            if other == first:
                return way
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return []


def _sources(draft: Draft) -> Iterator[Problem]:
    for key in _names(draft.data, "sources"):
        path = ("sources", key)
        try:
            target = parsed(key)
        except ValueError as error:
            yield draft.problem(path, str(error))
            continue
        if not is_there(draft.data, target) and target not in draft.spoiled:
            yield draft.problem(
                path,
                "this source is for a path that is not in the file",
                None,
                None,
                _near_path(draft.data, target),
            )


def _near_path(data: dict[str, Any], target: Path) -> str | None:
    here: Any = data
    for depth, part in enumerate(target):
        held = dict(children(here))
        if part not in held:
            near = nearest(part, held)
            return None if near is None else dotted((*target[:depth], near, *target[depth + 1 :]))
        here = held[part]
    return None
