"""The form of a file: turns pydantic's findings into problems with line, remedy and nearest name.

All findings of a file come at once. Invalid values are then left out, so that the rules that span sections
can check the rest in the same pass.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from sim.errors import Problem
from sim.scenario.calendar import Calendar, calendar_faults, parse_calendar
from sim.scenario.document import Draft
from sim.scenario.paths import Path, is_there, named, nearest, shown, under, value_at
from sim.scenario.places import OWNERS_ALLOWED
from sim.scenario.scenario import Scenario
from sim.scenario.shape import RENAMED, known_keys, unit_of_bounds

_ANY_CALENDAR = Calendar(datetime(2000, 1, 1), "UTC", 86_400, 86_400)
_ROUNDS = 12
_KINDS = {
    "dict_type": "this should be a map, such as {key: value}",
    "model_type": "this should be a map, such as {key: value}",
    "model_attributes_type": "this should be a map, such as {key: value}",
    "list_type": "this should be a list, such as [one, two]",
    "tuple_type": "this should be a list, such as [one, two]",
    "string_type": "this should be text; put it in quotes",
    "bool_type": "this should be true or false",
    "bool_parsing": "this should be true or false",
    "float_type": "this should be a plain number",
    "float_parsing": "this should be a plain number",
    "finite_number": "this should be a finite number",
    "int_type": "this should be a whole number",
    "string_too_short": "this text is empty",
    "missing": "this is missing",
}
_REMEDY = re.compile(
    r"; (write|known are|known units:|allowed:|did you mean) (.+?)(?=; (?:write|known|allowed|did)|\Z)"
)


def examine(draft: Draft) -> tuple[Scenario | None, Draft, set[Path]]:
    """The scenario of the valid part of a draft, that part, and the paths that were left out.

    Adds problems of form to `draft`. The scenario is `None` if too little is left to make one.
    """
    sound = Draft(draft.data, draft.spots)
    calendar = _calendar(draft, sound)
    left_out = set(draft.spoiled)
    if calendar is None:
        left_out.add(("calendar",))
    for _ in range(_ROUNDS):
        try:
            scenario = Scenario.model_validate(sound.data, context={"calendar": calendar or _ANY_CALENDAR})
        except ValidationError as error:
            if not _take_out(error, draft, sound, left_out):
                return None, sound, left_out
            continue
        scenario.keep_time(calendar or _ANY_CALENDAR)
        return scenario, sound, left_out
    return None, sound, left_out


def _calendar(draft: Draft, sound: Draft) -> Calendar | None:
    """The calendar, or `None` after recording all its problems."""
    section = draft.data.get("calendar")
    spoiled = [path for path in draft.spoiled if under(path, ("calendar",))]
    for fault in calendar_faults(section):
        path = ("calendar", fault.key) if fault.key else ("calendar",)
        if not any(under(path, gone) for gone in spoiled):
            known = known_keys(("calendar",)) or ()
            near = nearest(fault.key, known) if fault.key and fault.key not in known else None
            draft.problems.append(_said(draft, path, str(fault), _said_there(draft, path), near))
        spoiled.append(path)
    if spoiled:
        sound.data = {**draft.data, "calendar": {}}
        return None
    return parse_calendar(section)


def _said_there(draft: Draft, path: Path) -> str | None:
    return shown(value_at(draft.data, path)) if is_there(draft.data, path) else None


def _take_out(error: ValidationError, draft: Draft, sound: Draft, left_out: set[Path]) -> bool:
    """Record the problems of one validation and remove the values at fault; whether anything was removed."""
    going: list[Path] = []
    for finding in error.errors(include_url=False):
        path, missing = path_of(finding, sound.data)
        if not _is_known(path, left_out, missing or finding["type"] == "too_short"):
            draft.problems.append(problem_of(draft, sound.data, finding, path))
        left_out.add(path)
        going.append(path[:-1] if missing else path)
    sound.data = copy.deepcopy(sound.data)  # the draft keeps the invalid values
    removed = [_remove(sound.data, path, left_out) for path in going]
    return any(removed)


def _is_known(path: Path, left_out: set[Path], lacking: bool) -> bool:
    """Whether a finding only follows from an earlier one."""
    return any(under(path, gone) or (lacking and under(gone, path)) for gone in left_out)


def path_of(finding: Any, data: Any) -> tuple[Path, bool]:
    """The path of a finding in the file, without the names of alternatives that pydantic puts in."""
    path: Path = ()
    for part in finding["loc"]:
        here = (*path, str(part))
        if is_there(data, here):
            path = here
    missing = finding["type"] == "missing"
    return ((*path, str(finding["loc"][-1])) if missing else path), missing


def _remove(data: dict[str, Any], path: Path, left_out: set[Path]) -> bool:
    """Remove a value from plain data; for an entry of a list, the whole list."""
    while path:
        try:
            holder = value_at(data, path[:-1])
        except KeyError:
            return True  # removed with a value above it
        if isinstance(holder, dict):
            left_out.add(path)
            return holder.pop(path[-1], path) is not path
        path = path[:-1]
    return False


def problem_of(
    draft: Draft, data: Any, finding: Any, path: Path, keys: Callable[[Path], tuple[str, ...] | None] = known_keys
) -> Problem:
    """One finding of pydantic as a problem of the file; `keys` gives the keys that the form knows below a path."""
    kind, context = finding["type"], finding.get("ctx", {})
    value = None if kind == "missing" else value_at(data, path)
    got = None if kind == "missing" else shown(value)
    if kind == "extra_forbidden":
        return _unknown_key(draft, path, keys(path[:-1]) or ())
    if kind == "literal_error" and finding["loc"][-1] == "[key]":
        return draft.problem(path, *_wrong_key(path, context["expected"]))
    if kind == "literal_error":
        return draft.problem(
            path,
            "unknown value",
            got,
            context["expected"].replace("'", ""),
            _near_word(value, context["expected"]),
        )
    if kind == "value_error":
        deeper = getattr(context["error"], "path", ())
        if deeper and is_there(data, (*path, *deeper)):
            path = (*path, *deeper)
            got = shown(value_at(data, path))
        return _said(draft, path, str(context["error"]), got)
    return draft.problem(path, _sentence(kind, context, finding["msg"], unit_of_bounds(path)), got)


def _unknown_key(draft: Draft, path: Path, known: tuple[str, ...]) -> Problem:
    near = nearest(path[-1], known)
    now, since = RENAMED.get(path[-1], ("", ""))
    if now in known:
        return draft.problem(path, f"`{path[-1]}` is called `{now}` since version {since}", near=now)
    if path[0] == "places" and path[2:3] == ("lots",):
        return draft.problem(path, "unknown owner", shown(path[-1]), OWNERS_ALLOWED, near)
    return draft.problem(path, "this key is unknown", None, f"the keys {named(known, 40)}", near)


def _wrong_key(path: Path, expected: str) -> tuple[str, str | None, str, str | None]:
    """The problem of a key of a map with fixed keys: what is wrong, got, allowed, and nearest."""
    near = _near_word(path[-1], expected)
    return "this key is unknown", shown(path[-1]), expected.replace("'", ""), near


def _near_word(value: Any, expected: str) -> str | None:
    return nearest(value, re.findall(r"'([^']*)'", expected)) if isinstance(value, str) else None


def _sentence(kind: str, context: dict[str, Any], message: str, unit: str) -> str:
    bounds = {
        "greater_than_equal": ("ge", "this should be at least {}"),
        "greater_than": ("gt", "this should be above {}"),
        "less_than_equal": ("le", "this should be at most {}"),
        "less_than": ("lt", "this should be below {}"),
        "too_short": ("min_length", "this should have at least {}"),
        "too_long": ("max_length", "this should have at most {}"),
        "string_too_long": ("max_length", "this text should have at most {} letters"),
    }
    if kind in bounds:
        key, sentence = bounds[kind]
        bound = context[key]
        if kind in ("too_short", "too_long"):
            unit = "entry" if bound == 1 else "entries"
        number = f"{bound:,.10g}" if isinstance(bound, float) else f"{bound:,}"
        return sentence.format(number if kind.startswith("string") else f"{number} {unit}".rstrip())
    return _KINDS.get(kind, message[:1].lower() + message[1:])


def _said(draft: Draft, path: Path, sentence: str, got: str | None, near: str | None = None) -> Problem:
    """A problem from one of our own messages, whose remedies follow semicolons."""
    remedies = dict(_REMEDY.findall(sentence))
    wrong = _REMEDY.sub("", sentence)
    known = f"units: {remedies['known units:']}" if "known units:" in remedies else None
    given = [remedies.get("write"), remedies.get("allowed:"), remedies.get("known are"), known]
    allowed = "; ".join(remedy for remedy in given if remedy)
    hint = remedies.get("did you mean", "").rstrip("?") or near
    return draft.problem(path, wrong, got, allowed or None, hint)
