"""Dotted paths of fields, as messages, `--set` and `sources:` write them: `places.tessalit.crews.count`.

Internally, a path is a tuple of keys; an entry of a list has its index as text. A key that contains a
dot or a quotation mark is written in double quotes: `places."St. Louis".crews`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

Path = tuple[str, ...]
_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|([^."]+)')
_QUOTED = frozenset('."\\')
_LONGEST = 20_000
_SHOWN = 60
_REMEMBERED = 1 << 14  # enough for both directions: a sweep reads the paths of one file again for each point


@lru_cache(maxsize=_REMEMBERED)
def dotted(path: Path) -> str:
    """The path as text."""
    return ".".join(quoted(part) if not part or _QUOTED & set(part) or part != part.strip() else part for part in path)


def quoted(part: str) -> str:
    """A key in double quotes, as paths write keys that contain a dot."""
    return '"' + re.sub(r'(["\\])', r"\\\1", part) + '"'


@lru_cache(maxsize=_REMEMBERED)
def parsed(text: str) -> Path:
    """The path in a text; raises `ValueError` with a sentence if it is not a path."""
    parts: list[str] = []
    at = 0
    while at < len(text) <= _LONGEST:
        match = _PART.match(text, at)
        if match is None:
            break
        quoted, plain = match.groups()
        parts.append(re.sub(r"\\(.)", r"\1", quoted) if plain is None else plain.strip())
        at = match.end()
        if at == len(text):
            return tuple(parts)
        if text[at] != ".":
            break
        at += 1
    raise ValueError("not a field path, such as places.tessalit.crews.count")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one most likely means, if any is near."""
    from difflib import get_close_matches

    names = list(known)[:5_000]
    lowered = {name.casefold(): name for name in names}
    found = get_close_matches(word[:300].casefold(), lowered, 1, 0.6)
    return lowered[found[0]] if found else None


def named(known: Iterable[str], most: int = 12) -> str:
    """Names in a sentence: `a, b, c and 4 more`."""
    names = sorted(short(name, 40) for name in known)
    if not names:
        return "none"
    head = ", ".join(names[:most])
    return head if len(names) <= most else f"{head} and {len(names) - most} more"


def short(text: str, most: int = _SHOWN) -> str:
    """A text cut to a length suitable for a message."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def shown(value: Any) -> str:  # noqa: PLR0911 - one kind of value a line
    """A value as a message quotes it, in one short line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{short(value)}'"
    if isinstance(value, int | float):
        return short(repr(value))
    if isinstance(value, Mapping):
        return short(json.dumps(value, ensure_ascii=False, default=str).replace('"', "")) if value else "an empty map"
    if isinstance(value, list | tuple):
        return short(json.dumps(value, ensure_ascii=False, default=str).replace('"', "")) if value else "an empty list"
    return f"a {type(value).__name__}"


def value_at(data: Any, path: Path) -> Any:
    """The value at a path of plain data; raises `KeyError` if there is none."""
    here = data
    for part in path:
        if isinstance(here, dict) and part in here:
            here = here[part]
        elif isinstance(here, list) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            raise KeyError(part)
    return here


def is_there(data: Any, path: Path) -> bool:
    """Whether plain data has a value at a path."""
    try:
        value_at(data, path)
    except KeyError:
        return False
    return True


def under(path: Path, top: Path) -> bool:
    """Whether a path is at or below another."""
    return path[: len(top)] == top


def children(value: Any) -> list[tuple[str, Any]]:
    """The entries of a map or list by key, or by index as text; nothing for any other value."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        return [(str(index), part) for index, part in enumerate(value)]
    return []
