"""Differences between two scenarios, key by key, and scenarios in between.

Both sides are plain data as resolved (`Loaded.data`). A change is the highest path at which only one side has
a value, or the values differ; changes are grouped by section and name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from sim.scenario.paths import Path, dotted

_NO_MEANING = ("schema", "name", "titles", "note", "as_of", "extends", "sources", "record", "expect")
_DEPTH = {"calendar": 1, "accidents": 1, "hits": 1, "scope": 1, "places": 3}
_DEPTH_BELOW = {("lift", "aircraft"): 3, ("lift", "trucks"): 3, ("clearance", "road"): 3}
_DEPTH_ELSE = 2


def meaningful(data: Mapping[str, Any]) -> dict[str, Any]:
    """The sections that can change a result: without name, note, sources and record."""
    return {key: value for key, value in data.items() if key not in _NO_MEANING}


def changed(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[Path]:
    """Paths at which two scenarios differ, none below another, sorted."""
    return sorted(_differing(meaningful(a), meaningful(b), ()))


def _differing(a: Mapping[str, Any], b: Mapping[str, Any], path: Path) -> Iterable[Path]:
    for key in {**a, **b}:
        here = (*path, key)
        if key not in a or key not in b:
            yield here
        elif isinstance(a[key], Mapping) and isinstance(b[key], Mapping):
            yield from _differing(a[key], b[key], here)
        elif a[key] != b[key] or isinstance(a[key], bool) != isinstance(b[key], bool):
            yield here


def group_of(path: Path) -> str:
    """The group of a change: `lift.aircraft.c130`, `routes.gao-tessalit`, `places.tessalit.threat`."""
    depth = _DEPTH_BELOW.get(path[:2], _DEPTH.get(path[0], _DEPTH_ELSE))  # type: ignore[arg-type]
    return dotted(path[:depth])


def grouped(paths: Iterable[Path]) -> dict[str, tuple[Path, ...]]:
    """Changes by group, both in order."""
    groups: dict[str, list[Path]] = {}
    for path in sorted(paths):
        groups.setdefault(group_of(path), []).append(path)
    return {name: tuple(held) for name, held in groups.items()}


def mixed(a: Mapping[str, Any], b: Mapping[str, Any], paths: Iterable[Path]) -> dict[str, Any]:
    """The data of `a`, with the values of `b` (or their absence) at some of the paths from `changed`."""
    data = deepcopy(dict(a))
    for key in _NO_MEANING[4:]:  # a source for a path that no longer exists would be an error
        data.pop(key, None)
    for path in paths:
        here, there = data, b
        for part in path[:-1]:
            here, there = here[part], there[part]
        if path[-1] in there:
            here[path[-1]] = deepcopy(there[path[-1]])
        else:
            del here[path[-1]]
    return data
