"""Converts values of a factor to numbers on one scale, and numbers to values of a scenario file."""

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
UNSCALED = ("cv", "shape", "weight", "broken_down")
"""What stays when all below is multiplied: parameters of distributions without a unit, and the share of an inventory
that is broken down."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How values are read as numbers: with a unit, or dates as days since 1970; `whole`: integers only."""

    kind: Literal["number", "date"]
    unit: str
    whole: bool = False

    def said(self, number: float) -> Any:
        """Returns a number as a value for a file, with six digits."""
        if self.kind == "date":
            return date.fromordinal(_EPOCH + math.floor(number + 0.5)).isoformat()
        rounded = math.floor(number + 0.5) if self.whole else number
        text = f"{rounded:.6g}"
        if self.unit:
            return f"{text} {self.unit}"
        return int(rounded) if self.whole else float(text)

    def number(self, value: Any) -> float:
        """Returns a value as a number; raises `ValueError` if it has another unit or is not a quantity."""
        found = _read(value)
        if found is None or found[1:] != (self.kind, self.unit):
            raise ValueError("not in the unit of the other values")
        return found[0]


def _read(value: Any) -> tuple[float, str, str] | None:
    """Returns number, kind and unit of a value; `None` if it is neither a quantity nor a date."""
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
    """Returns the scale that all values share; `None` if there is none."""
    found = [_read(value) for value in values]
    kinds = {one[1:] if one else None for one in found}
    if len(kinds) != 1 or None in kinds:
        return None
    kind, unit = next(one for one in kinds if one)
    return Scale("date" if kind == "date" else "number", unit, whole)


def text_of(value: Any) -> str:
    """Formats a value for tables and messages."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, float) else f"{value:.6g}"


def quantities_in(value: Any) -> Iterator[Any]:
    """Yields the values with a scale in the parameters of a distribution: all but those without a unit."""
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
    """Applies `change` to each value with a scale in the parameters of a distribution; others stay."""
    if isinstance(value, dict):
        return {key: held if key in UNSCALED else mapped(held, change) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [mapped(held, change) for held in value]
    return change(value)


def multiplied(value: Any, times: float) -> Any:
    """Multiplies a value of a scenario, or all values below it, by a number; whole numbers stay whole.

    Raises `ValueError` for a value that is not a quantity.
    """

    def change(held: Any) -> Any:
        found = _read(held)
        if found is None or found[1] == "date":
            raise ValueError(f"{text_of(held)[:60]!r} can't be multiplied")
        return Scale("number", found[2], isinstance(held, int)).said(found[0] * times)

    return mapped(value, change)
