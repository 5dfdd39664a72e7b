"""`lots: {from: stock.csv}`: the lots of a place from an inventory in the scenario folder, when a file is read.

What stands in the scenario afterwards are the lots and classes themselves; manifests keep these, and the hash of the
inventory, so that a run resumes with what it began with.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sim.errors import InputError
from sim.scenario.document import Draft
from sim.scenario.inventory.fragment import Group, class_of, groups_of
from sim.scenario.inventory.heads import plain
from sim.scenario.inventory.opening import read_inventory
from sim.scenario.inventory.rows import How, Inventory, Row
from sim.scenario.paths import Path, named, nearest, shown

_KEYS = ("from", "place", "owner", "match", "map", "header", "sheet", "encoding", "separator", "decimal")
_TEXTS = ("from", "place", "owner", "sheet", "encoding", "separator", "decimal")
Locate = Callable[[str], str | None]
"""The absolute path of a file that a scenario names, `None` if it may not be used."""


def fill_lots(draft: Draft, shown_as: str, locate: Locate) -> list[tuple[str, str]]:
    """Put lots in the place of each `lots: {from: ...}` of a draft; returns the files read with their SHA-256.

    Raises `InputError` for a file that may not be used or can't be read, and for rows that make no lots here.
    """
    places = draft.data.get("places")
    asked = {
        name: place["lots"]
        for name, place in (places.items() if isinstance(places, dict) else ())
        if isinstance(place, dict)
        and isinstance(place.get("lots"), dict)
        and isinstance(place["lots"].get("from"), str)
    }
    files: dict[str, str] = {}
    taken: list[tuple[Path, Row]] = []
    for name, given in asked.items():
        path = ("places", name, "lots")
        _check(draft, path, given)
        found = _read(draft, path, given, shown_as, locate)
        files[str(given["from"])] = found.sheet.sha256
        rows = _rows_of(draft, path, name, given, found)
        _put(draft, name, rows)
        taken += [(path, row) for row in rows]
    _classes(draft, taken)
    return list(files.items())


def _check(draft: Draft, path: Path, given: Mapping[str, Any]) -> None:
    """Raises `InputError` for keys and values that say nothing."""
    problems = [
        draft.problem((*path, str(key)), "this key is unknown", None, named(_KEYS), nearest(str(key), _KEYS))
        for key in given if key not in _KEYS
    ]  # fmt: skip
    problems += [
        draft.problem((*path, key), "this should be a text", shown(given[key]))
        for key in _TEXTS if key in given and not isinstance(given[key], str)
    ]  # fmt: skip
    for key in ("match", "map"):
        pairs = given.get(key, {})
        if not isinstance(pairs, dict) or not all(isinstance(value, str) for value in pairs.values()):
            problems.append(draft.problem((*path, key), "this should be texts by text", shown(pairs)))
    header = given.get("header")
    if header is not None and (isinstance(header, bool) or not isinstance(header, int)):
        problems.append(draft.problem((*path, "header"), "this should be the number of a row", shown(header)))
    for key, known in (("owner", ("coe", "unoe")), ("decimal", ("comma", "point"))):
        if key in given and given[key] not in known:
            problems.append(draft.problem((*path, key), "this has another form", shown(given[key]), " or ".join(known)))
    if problems:
        raise InputError([*draft.problems, *problems])


def _read(draft: Draft, path: Path, given: Mapping[str, Any], shown_as: str, locate: Locate) -> Inventory:
    name = str(given["from"])
    file = locate(name)
    if file is None:
        allowed = "a path relative to this file, inside its scenario folder, such as stock.csv"
        wrong = "not a file inside the scenario folder"
        raise InputError([*draft.problems, draft.problem((*path, "from"), wrong, shown(name), allowed)])
    heads = {str(head): said for head, said in given.get("map", {}).items()}
    how = How(given.get("header"), heads, given.get("decimal"), None, given.get("owner"))
    told = os.path.normpath(os.path.join(os.path.dirname(shown_as), name))
    return read_inventory(
        file, told, how, through_links=False, encoding=given.get("encoding"), separator=given.get("separator"),
        sheet=given.get("sheet"),
    )  # fmt: skip


def _rows_of(draft: Draft, path: Path, name: str, given: Mapping[str, Any], found: Inventory) -> list[Row]:
    """The rows of a place, by the class that a rule gives them; those without a place are this one's."""
    wanted = plain(str(given.get("place", name)))
    rows = [row for row in found.rows if row.place is None or plain(row.place) == wanted]
    if not rows:
        known = sorted({row.place for row in found.rows if row.place is not None})
        near = nearest(str(given.get("place", name)), known)
        wrong = f"no row of {given['from']} is of this place"
        raise InputError([*draft.problems, draft.problem(path, wrong, None, f"place: {named(known)}", near)])
    rules = [(str(pattern), str(kind)) for pattern, kind in given.get("match", {}).items()]
    groups = groups_of(replace(found, rows=tuple(rows)), rules)
    return [replace(row, name=group.name) for group in groups for row in group.rows]


def _put(draft: Draft, name: str, rows: list[Row]) -> None:
    lots: dict[str, dict[str, int]] = {}
    for row in rows:
        held = lots.setdefault(row.name, {})
        held[row.owner] = held.get(row.owner, 0) + row.count
    draft.data["places"][name] = {**draft.data["places"][name], "lots": lots}


def _classes(draft: Draft, taken: list[tuple[Path, Row]]) -> None:
    """What the inventories say of classes, where the file itself does not say it."""
    by_name: dict[str, list[tuple[Path, Row]]] = {}
    for path, row in taken:
        by_name.setdefault(row.name, []).append((path, row))
    if not by_name:
        return
    classes = draft.data.setdefault("classes", {})
    if not isinstance(classes, dict):
        return
    for name, some in by_name.items():
        rows = tuple(row for _, row in some)
        kinds = {(row.floor, row.usd, row.sensitive, row.priority) for row in rows}
        if len(kinds) > 1:
            wrong = f"lots of {name} differ in floor, value, sensitivity or priority between places"
            allowed = "one of each by class; `drawdown import` writes them as two classes"
            raise InputError([*draft.problems, draft.problem(some[0][0], wrong, None, allowed)])
        said = class_of(Group(name, rows))
        own = classes.get(name) or {}
        if said or own:
            classes[name] = {**said, **own}
