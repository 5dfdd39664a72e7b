"""Changes by dotted path on the raw data, before validation: `--set path.to.field=value`, sweep factors.

A change is a small file merged over another by the rules of `extends`. The changed path must exist already, or
be a field that the form knows.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import lru_cache
from typing import Any

from sim.errors import InputError, Problem
from sim.scenario.document import Draft, Spot, read_value
from sim.scenario.merging import merge_parts
from sim.scenario.paths import Path, children, dotted, named, nearest, parsed, quoted, short
from sim.scenario.reading import refuse_hidden
from sim.scenario.shape import RENAMED, annotation_at, known_keys, knows, section_of

ORIGIN = "--set"
_LONGEST = 20_000
_REMEMBERED = 1 << 10
_VALUES = "text, a number, True or False, a date, a list, a map, or None to delete the current value"
_CHANGE = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^"=])*)=(.*)', re.DOTALL)
"""Path and value; a name in quotation marks may contain `=`."""
_CLOSED = ("extends", "schema", "sources", "record", "expect")


def patched(draft: Draft, sets: tuple[str, ...]) -> Draft:
    """The draft with changes such as `places.tessalit.crews.count=8` applied in order.

    Problems of a change are added to those of the draft; the other changes are still made.
    """
    batch = _Batch()
    for text in sets:
        try:
            path, value = _read(text)
            if not batch.leaves_alone(draft, path):
                draft, batch = batch.over(draft), _Batch()
            _find(draft, path)
            batch.add(draft, path, value, text)
        except InputError as error:
            draft, batch = batch.over(draft), _Batch()
            draft = Draft(draft.data, draft.spots, draft.problems + error.problems, draft.spoiled, draft.files)
    return batch.over(draft)


class _Batch:
    """Independent changes: one merge makes them all, with the same result as one after the other."""

    def __init__(self) -> None:
        self._data: dict[str, Any] = {}
        self._origins: dict[Path, str] = {}
        self._sections: set[Path] = set()

    def leaves_alone(self, draft: Draft, path: Path) -> bool:
        """Whether a change neither contains another nor is inside one."""
        path = path[: _length_to_list(draft.data, path)]
        held = any(path[:length] in self._origins for length in range(1, len(path) + 1))
        return not held and path not in self._sections

    def add(self, draft: Draft, path: Path, value: Any, text: str) -> None:
        """Add a change as a part of a file: maps down to the value; a list is replaced as a whole."""
        length = _length_to_list(draft.data, path)
        if length < len(path):
            value = _in_list(draft.data, path, length, value)
        path = path[:length]
        here = self._data
        for part in path[:-1]:
            here = here.setdefault(part, {})
        here[path[-1]] = value
        self._sections.update(path[:end] for end in range(len(path)))
        self._origins[path] = f"{ORIGIN} {text}"

    def over(self, draft: Draft) -> Draft:
        """The changes merged over a draft, which is not modified."""
        if not self._origins:
            return draft
        spot = Spot(ORIGIN, None)
        return merge_parts(draft, Draft(self._data, dict.fromkeys([(), *self._origins], spot)), self._origins)


def text_of_change(path: str, value: Any) -> str:
    """A change as text, from a dotted path and a plain value; raises `InputError` if no file can hold it."""
    if not isinstance(path, str):
        raise _wrong(short(repr(path)), "this should be a dotted path, such as places.tessalit.crews.count")
    try:
        parts = parsed(path.strip())
    except ValueError as error:
        raise _wrong(short(path), str(error)) from None
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    except (TypeError, ValueError, RecursionError):
        wrong = "a scenario file cannot hold this value"
        raise _wrong(dotted(parts), wrong, allowed=_VALUES, got=short(repr(value))) from None
    return f"{'.'.join(quoted(part) if '=' in part else dotted((part,)) for part in parts)}={text}"


def _plain(value: Any) -> Any:
    """Convert what `json` does not know: dates and times to text, numpy's numbers and arrays to Python's."""
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    as_list = getattr(value, "tolist", None)
    if as_list is None:
        raise TypeError(type(value).__name__)
    return as_list()


@lru_cache(maxsize=_REMEMBERED)
def _read(text: str) -> tuple[Path, Any]:
    """Path and value of a change; cached, as the points of a sweep share their levels."""
    found = _CHANGE.fullmatch(text)
    name, sign, value = text.partition("=") if found is None else (found[1], "=", found[2])
    if not sign:
        raise _wrong(short(text), "this should be path.to.field=value")
    if len(text) > _LONGEST:
        raise _wrong(short(name), "this is too long for a change")
    try:
        path = parsed(name.strip())
    except ValueError as error:
        raise _wrong(short(name), str(error)) from None
    if path[0] in _CLOSED:
        raise _wrong(dotted(path), f"`{path[0]}` cannot be changed here; write it into a file")
    refuse_hidden(value, ORIGIN)
    read = read_value(value, ORIGIN)
    if read.problems:
        raise InputError([Problem(dotted(path), p.wrong, p.got, p.allowed, p.nearest, ORIGIN) for p in read.problems])
    return path, read.data["value"]


def _wrong(
    path: str, wrong: str, near: str | None = None, allowed: str | None = None, got: str | None = None
) -> InputError:
    return InputError([Problem(path, wrong, got, allowed, near, ORIGIN)])


def _find(draft: Draft, path: Path) -> None:
    """Raise `InputError` if neither the file nor the form knows a path."""
    here: Any = draft.data
    for depth, part in enumerate(path):
        held = dict(children(here))
        if part in held:
            here = held[part]
        elif not isinstance(here, list) and knows(path[: depth + 1]):  # no name creates an entry of a list
            here = {} if section_of(annotation_at(path[: depth + 1])) else None
        else:
            known = sorted({*held, *(known_keys(path[:depth]) or ())})
            now = RENAMED.get(part, ("", ""))[0]
            near = now if now in known else nearest(part, known)
            hint = None if near is None else dotted((*path[:depth], near, *path[depth + 1 :]))
            raise _wrong(dotted(path), f"unknown name '{short(part)}'", hint, named(known))


def _length_to_list(data: Any, path: Path) -> int:
    here = data
    for depth, part in enumerate(path):
        if isinstance(here, list):
            return depth
        here = here.get(part) if isinstance(here, dict) else None
    return len(path)


def _in_list(data: Any, path: Path, length: int, value: Any) -> Any:
    here = data
    for part in path[:length]:
        here = here[part]
    return _replaced(here, path[length:], value)


def _replaced(held: Any, rest: Path, value: Any) -> Any:
    """A copy of nested lists and maps with the value at `rest` replaced."""
    if not rest:
        return value
    if isinstance(held, list):
        index = int(rest[0])
        return [*held[:index], _replaced(held[index], rest[1:], value), *held[index + 1 :]]
    return {
        **(held if isinstance(held, dict) else {}),
        rest[0]: _replaced((held or {}).get(rest[0]), rest[1:], value),
    }
