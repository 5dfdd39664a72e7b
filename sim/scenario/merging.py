"""Merges one file over another: maps merge, null deletes, other values replace, and all keep their lines.

A distribution of another name replaces the one below as a whole. A value that changes without a source of
its own loses the source that it inherits and becomes `assumed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.distributions import DISTRIBUTIONS
from sim.scenario.document import Draft
from sim.scenario.parameters import is_parameter
from sim.scenario.paths import Path, children, dotted, nearest, parsed, short, under
from sim.scenario.shape import known_keys, knows

_UNSOURCED = ("sources", "record", "expect", "extends")


def merge(below: Draft, above: Draft, origin: str) -> Draft:
    """The draft of `above` merged over `below`; neither is modified. `origin` names `above` in notes."""
    return merge_parts(below, above, {(): origin})


def merge_parts(below: Draft, above: Draft, origins: Mapping[Path, str]) -> Draft:
    """The same for an `above` made of several parts, one at each path, in the order of `origins`."""
    merged = Draft(
        below.data,
        dict(below.spots),
        below.problems + above.problems,
        below.spoiled | above.spoiled,
        [*below.files, *above.files],
    )
    if above.files:
        merged.spots[()] = above.spot(())
    changes: list[Path] = []
    data = _over(merged, above, (below.data, above.data), (), changes)
    if isinstance(above.data.get("sources", {}), dict):
        data["sources"] = _sources(below.data, above.data, data, _in_order(changes, origins), origins)
        if not data["sources"]:
            del data["sources"]
    merged.data = data
    return merged


def _over(
    merged: Draft, above: Draft, maps: tuple[dict[str, Any], dict[str, Any]], path: Path, changes: list[Path]
) -> dict[str, Any]:
    lower, upper = maps
    result = dict(lower)
    for key, value in upper.items():
        here = (*path, key)
        if here == ("sources",):
            _take_spots(merged, above, here, value)
            result[key] = value
        elif value is None:
            _delete(merged, above, result, here, changes)
        elif (
            isinstance(value, dict) and isinstance(lower.get(key), dict) and not _other_distribution(lower[key], value)
        ):
            merged.spots[here] = above.spots.get(here, merged.spots.get(here, above.spot(here)))
            result[key] = _over(merged, above, (lower[key], value), here, changes)
        else:
            if key not in lower or isinstance(lower[key], dict | list):  # of a plain value nothing is below
                _forget_spots(merged, above, here)
            _take_spots(merged, above, here, value)
            fresh = _without_nulls(merged, above, value, here)
            if key not in lower or lower[key] != fresh:
                changes.append(here)
            result[key] = fresh
    return result


def _other_distribution(lower: dict[str, Any], upper: dict[str, Any]) -> bool:
    return len(lower) == len(upper) == 1 and set(lower) != set(upper) and set(lower) | set(upper) <= set(DISTRIBUTIONS)


def _in_order(changes: list[Path], origins: Mapping[Path, str]) -> list[Path]:
    """Changes in the order of the parts that made them."""
    if len(origins) == 1:
        return changes
    at = {path[:length]: rank for rank, path in reversed([*enumerate(origins)]) for length in range(1, len(path) + 1)}
    return sorted(changes, key=lambda change: at[covering(change, at) or change])


def _forget_spots(merged: Draft, above: Draft, path: Path) -> None:
    length = len(path)
    for old in [old for old in merged.spots if old[:length] == path]:
        del merged.spots[old]
    merged.spoiled = {old for old in merged.spoiled if not under(old, path) or old in above.spoiled}


def _take_spots(merged: Draft, above: Draft, path: Path, value: Any) -> None:
    if isinstance(value, dict | list):
        merged.spots.update({spot: where for spot, where in above.spots.items() if under(spot, path)})
    elif path in above.spots:  # nothing is below a plain value
        merged.spots[path] = above.spots[path]


def _delete(merged: Draft, above: Draft, result: dict[str, Any], path: Path, changes: list[Path]) -> None:
    if path[-1] in result:
        del result[path[-1]]
        changes.append(path)
    elif not knows(path) and path[0] != "record":
        keys = known_keys(path[:-1]) or tuple(result)
        merged.problems.append(above.problem(path, "nothing of this name to delete", near=nearest(path[-1], keys)))


def _without_nulls(merged: Draft, above: Draft, value: Any, path: Path) -> Any:
    """A replacing value without its null keys, which have nothing below them to delete."""
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for key, part in value.items():
        here = (*path, key)
        if part is None and path[0] != "record":
            _delete(merged, above, result, here, [])
        else:
            result[key] = _without_nulls(merged, above, part, here)
    return result


def _sources(
    lower: dict[str, Any],
    upper: dict[str, Any],
    data: dict[str, Any],
    changes: list[Path],
    origins: Mapping[Path, str],
) -> dict[str, Any]:
    """The sources of the merged file by dotted path."""
    inherited, own = _entries(lower), _entries(upper)
    parameters = [
        parameter for change in changes if change[0] not in _UNSOURCED for parameter in _parameters(data, change)
    ]
    changed = frozenset(changes)
    lengths = sorted({len(change) for change in changed})
    kept = {
        path: entry
        for path, entry in inherited.items()
        if path not in own and changed.isdisjoint([path[:length] for length in lengths])
    }
    added = {path: entry for path, entry in own.items() if entry is not None}
    for parameter in parameters:
        if covering(parameter, added) is not None:
            mine, theirs = covering(parameter, own), covering(parameter, kept)
            if mine is not None and theirs is not None and len(theirs) > len(mine) and own[mine] is not None:
                added[parameter] = own[mine]
        elif covering(parameter, inherited) is not None:
            origin = origins[covering(parameter, origins) or ()]
            added[parameter] = {"kind": "assumed", "note": f"changed without a source: {short(origin, 120)}"}
    return {dotted(path): entry for path, entry in (kept | added).items()}


def _entries(data: dict[str, Any]) -> dict[Path, Any]:
    found: dict[Path, Any] = {}
    section = data.get("sources")
    for key, entry in section.items() if isinstance(section, dict) else ():
        try:
            found[parsed(key)] = entry
        except ValueError:
            found[(key,)] = entry
    return found


def covering(path: Path, entries: Any) -> Path | None:
    """The longest of some paths that is equal to or above a path."""
    for length in range(len(path), 0, -1):
        if path[:length] in entries:
            return path[:length]
    return None


def _parameters(data: Any, path: Path) -> list[Path]:
    here = data
    for part in path:
        here = here[part] if isinstance(here, dict) and part in here else None
    return _parameters_below(here, path)


def _parameters_below(value: Any, path: Path) -> list[Path]:
    if isinstance(value, dict):
        return [parameter for key, part in children(value) for parameter in _parameters_below(part, (*path, key))]
    if isinstance(value, list):
        return (
            [path] if any(is_parameter((*path, key), part) or children(part) for key, part in children(value)) else []
        )
    return [path] if is_parameter(path, value) else []
