"""The parameters of a file: every number, quantity, date and daily window that needs a source."""

from __future__ import annotations

import re
from typing import Any

from sim.scenario.paths import Path, children

_QUANTITY = re.compile(
    r"\s*[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*(%|/?\s*[A-Za-z]{1,10}(\s*/\s*[A-Za-z]{1,10})?)?\s*\Z"
)
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?\Z|\d{2}:\d{2}\s*-\s*\d{2}:\d{2}\Z")
_NAMES = ("stream", "base", "place", "phase", "pace", "surface", "zone", "dispatch", "kind")
_NO_FIGURES = ("schema", "name", "titles", "note", "as_of", "extends", "sources", "record", "expect")
_LONGEST = 60


def is_parameter(path: Path, value: Any) -> bool:
    """Whether a single value is a parameter: a number, a quantity with a unit, a date or daily hours."""
    if isinstance(value, bool) or path[0] in _NO_FIGURES or path[-1] in _NAMES:
        return False
    if isinstance(value, int | float):
        return True
    return isinstance(value, str) and len(value) <= _LONGEST and bool(_QUANTITY.match(value) or _DATED.match(value))


def parameters(data: dict[str, Any]) -> list[Path]:
    """The paths of all parameters of a scenario's plain data, in the order of the file."""
    found: list[Path] = []
    waiting: list[tuple[Path, Any]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict | list):
            waiting.extend(((*path, key), part) for key, part in reversed(children(value)))
        elif path and is_parameter(path, value):
            found.append(path)
    return found
