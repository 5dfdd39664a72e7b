"""Values of a factor as numbers on one scale, and numbers as the values that a scenario file would hold."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sim import units

_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
_EPOCH = date(1970, 1, 1).toordinal()
UNSCALED = ("cv", "shape", "weight")
"""Parameters of laws that have no unit, and stay when a law is multiplied."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How values are read as numbers: their unit, or dates as days since 1970; `whole` has no fractions."""

    kind: Literal["number", "date"]
    unit: str
    whole: bool = False

    def said(self, number: float) -> Any:
        """The value that a file would hold, in six digits."""
        if self.kind == "date":
            return date.fromordinal(_EPOCH + math.floor(number + 0.5)).isoformat()
        rounded = math.floor(number + 0.5) if self.whole else number
        text = f"{rounded:.6g}"
        if self.unit:
            return f"{text} {self.unit}"
        return int(rounded) if self.whole else float(text)

    def number(self, value: Any) -> float:
        """The number of a value; raises `ValueError` where it is of another unit or none at all."""
        found = _read(value)
        if found is None or found[1:] != (self.kind, self.unit):
            raise ValueError("this is on another scale")
        return found[0]


def _read(value: Any) -> tuple[float, str, str] | None:
    """Number, kind and unit of a value; `None` where it is neither quantity nor date."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int | float):
        return float(value), "number", ""
    if _DATE.match(value):
        try:
            return float(date.fromisoformat(value).toordinal() - _EPOCH), "date", "date"
        except ValueError:
            return None
    try:
        number, unit = units.split(value)
    except ValueError:
        return None
    return (float(number), "number", unit) if unit and len(unit) <= 20 and "-" not in unit else None  # noqa: PLR2004


def scale_of(values: Sequence[Any], whole: bool = False) -> Scale | None:
    """The one scale that all values are on; `None` where there is no such scale."""
    found = [_read(value) for value in values]
    kinds = {one[1:] if one else None for one in found}
    if len(kinds) != 1 or None in kinds:
        return None
    kind, unit = next(one for one in kinds if one)
    return Scale("date" if kind == "date" else "number", unit, whole)


def text_of(value: Any) -> str:
    """A value as tables and messages show it."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, float) else f"{value:.6g}"


def quantities_in(value: Any) -> Iterator[Any]:
    """The values with a scale in a law's parameters: all but those that have no unit."""
    if isinstance(value, dict):
        for key, held in value.items():
            if key not in UNSCALED:
                yield from quantities_in(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from quantities_in(held)
    else:
        yield value


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """A law's parameters with each value that has a scale changed; others stay."""
    if isinstance(value, dict):
        return {key: held if key in UNSCALED else mapped(held, change) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [mapped(held, change) for held in value]
    return change(value)


def multiplied(value: Any, times: float) -> Any:
    """A value of a scenario, or all values below it, times a number; whole numbers stay whole.

    Raises `ValueError` where something is no quantity.
    """

    def change(held: Any) -> Any:
        found = _read(held)
        if found is None or found[1] == "date":
            raise ValueError(f"{text_of(held)[:60]!r} can't be multiplied")
        return Scale("number", found[2], isinstance(held, int)).said(found[0] * times)

    return mapped(value, change)
