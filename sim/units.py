"""Quantities with units as a scenario writes them ("14 t", "0.03 /day"), converted once to base units.

Base units: seconds, kilograms, US dollars, kilometres, and shares from 0 to 1. Pounds, short tons, nautical
miles (nmi, nm) and knots (kn, kt) are read as well, by their exact definitions, and names in full (12 tonnes,
10 hours).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from operator import sub

_LENGTH, _MASS, _TIME, _MONEY = (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)
_SPEED = (1, 0, -1, 0)
# the dimension of a unit, as powers of length, mass, time and money, and its size in base units
_SIZES: dict[str, tuple[tuple[int, ...], Fraction]] = {
    name: (measures, Fraction(size)) for name, measures, size in (
        ("s", _TIME, "1"), ("second", _TIME, "1"), ("min", _TIME, "60"), ("h", _TIME, "3600"),
        ("d", _TIME, "86400"), ("day", _TIME, "86400"), ("days", _TIME, "86400"),
        ("kg", _MASS, "1"), ("t", _MASS, "1000"), ("lb", _MASS, "0.45359237"), ("ton_us", _MASS, "907.18474"),
        ("km", _LENGTH, "1"), ("m", _LENGTH, "0.001"), ("nmi", _LENGTH, "1.852"), ("kn", _SPEED, "463/900000"),
        ("minute", _TIME, "60"), ("hour", _TIME, "3600"), ("kilogram", _MASS, "1"), ("tonne", _MASS, "1000"),
        ("pound", _MASS, "0.45359237"), ("kilometre", _LENGTH, "1"), ("kilometer", _LENGTH, "1"),
        ("metre", _LENGTH, "0.001"), ("meter", _LENGTH, "0.001"), ("nm", _LENGTH, "1.852"),
        ("kt", _SPEED, "463/900000"), ("knot", _SPEED, "463/900000"),
        ("USD", _MONEY, "1"), ("kUSD", _MONEY, "1000"), ("MUSD", _MONEY, "1000000"),
    )
}  # fmt: skip
_ONE = ((0, 0, 0, 0), Fraction(1))
_UNIT_NAMES = ("s", "min", "h", "d", "kg", "t", "lb", "ton_us", "km", "m", "nmi", "kn", "USD", "kUSD", "MUSD")
# the unit to write -> what users write instead
_WRITTEN = {
    "s": "sec secs second seconds", "min": "mins minute minutes", "h": "hr hrs hour hours", "kg": "kilo kilos kilogram "
    "kilograms", "t": "tonne tonnes mt", "lb": "lbm pound pounds",
    "ton_us": "st short_ton short_tons us_ton us_tons tons_us", "km": "kilometre kilometres kilometer kilometers",
    "m": "metre metres meter meters", "kn": "kt kts knot knots",
    "nmi": "nm nautical_mile nautical_miles", "km/h": "kph kmh", "USD": "$ dollar dollars", "kUSD": "k$", "MUSD": "m$",
    "t (1000 kg) or ton_us (2000 lb)": "ton tons", "t (a long ton is 1.0160469088 t)": "long_ton long_tons",
    "kg (a gallon is a volume: a US gallon of jet fuel weighs about 3 kg)": "gal gals gallon gallons usg",
    "d (a week is 7 d)": "week weeks", "d (months are not alike)": "month months", "lb (a klb is 1000 lb)": "klb klbs",
    "kg (an ounce is 0.028349523125 kg)": "oz ounce ounces", "km (a mile is 1.609344 km)": "mi mile miles",
    "m (a foot is 0.3048 m)": "ft foot feet", "km/h (a mile an hour is 1.609344 km/h)": "mph",
}  # fmt: skip
_MEANT = {word: unit for unit, words in _WRITTEN.items() for word in words.split()}
_SHAPE = re.compile(r"\s*([+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*([^\d\s].*?)?\s*\Z")
_UNIT_SHAPE = re.compile(r"/?\s*[A-Za-z_]{1,10}(\s*/\s*[A-Za-z_]{1,10})?\Z")
_LONGEST = 60
_SHORT = 2  # units this short have no plural

# dimension of a field -> (base unit, examples for messages)
DIMENSIONS: dict[str, tuple[str, str]] = {
    "duration": ("s", "a time such as 90 min, 6 h or 2 d"),
    "mass": ("kg", "a mass such as 900 kg or 14 t"),
    "distance": ("km", "a distance such as 350 km"),
    "speed": ("km/h", "a speed such as 430 km/h"),
    "money": ("USD", "money such as 500 USD or 60 kUSD"),
    "money_rate": ("USD/h", "money per time such as 9 kUSD/h"),
    "money_per_distance": ("USD/km", "money per distance such as 3 USD/km"),
    "rate": ("1/d", "a rate such as 0.03 /day"),
    "per_distance": ("1/km", "a number per distance such as 0.011 /km"),
}


@cache
def _factor(unit: str, dimension: str) -> Decimal | None:
    """The number of base units in one `unit`, or `None` if it does not measure `dimension`."""
    mine, its = _size(unit), _size(DIMENSIONS[dimension][0])
    if mine is None or its is None or mine[0] != its[0]:
        return None
    return Decimal(repr(float(mine[1] / its[1]))).normalize()


def _size(text: str) -> tuple[tuple[int, ...], Fraction] | None:
    """Dimension and size of a unit with at most one slash; `None` if a part of it is unknown."""
    top, slash, bottom = (part.strip() for part in text.partition("/"))
    above = _ONE if top in ("", "1") else _part(top)
    below = _part(bottom) if slash else _ONE
    if above is None or below is None:
        return None
    return tuple(map(sub, above[0], below[0])), above[1] / below[1]


def _part(name: str) -> tuple[tuple[int, ...], Fraction] | None:
    """A unit without a slash; one of several letters also in the plural."""
    return _SIZES.get(name) or (_SIZES.get(name[:-1]) if name[-1:] == "s" and len(name) > _SHORT else None)


def split(text: str) -> tuple[Decimal, str]:
    """Number and unit of a quantity's text; raises `ValueError` with a sentence if it has no such form."""
    if len(text) > _LONGEST:
        raise ValueError("this is too long for a number with a unit")
    match = _SHAPE.match(text)
    if match is None:
        raise ValueError("not a number with a unit")
    try:
        number = Decimal(match.group(1).replace("_", ""))
    except InvalidOperation:  # pragma: no cover - the pattern admits only numbers
        raise ValueError("not a number with a unit") from None
    return number, (match.group(2) or "").strip()


def to_base(value: object, dimension: str) -> Decimal:
    """A quantity as the file writes it, in the base unit of `dimension`, exactly.

    Raises `ValueError` with a sentence that names the unit wanted.
    """
    wanted = DIMENSIONS[dimension][1]
    if isinstance(value, bool) or not isinstance(value, str):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise ValueError(f"a unit is missing; write {wanted}")
        raise ValueError(f"not a number with a unit; write {wanted}")
    try:
        number, unit = split(value)
    except ValueError as error:
        raise ValueError(f"{error}; write {wanted}") from None
    if not unit:
        raise ValueError(f"a unit is missing; write {wanted}")
    factor = _factor(unit, dimension) if _UNIT_SHAPE.match(unit) else None
    if factor is None:
        known = "" if unit in _UNIT_NAMES else f"; known units: {', '.join(_UNIT_NAMES)}"
        raise ValueError(f"'{unit[:20]}' is not a unit for this; write {wanted}{known}{_near(unit, dimension)}")
    return number * factor


def _near(unit: str, dimension: str) -> str:
    """The unit that was most likely meant, as the end of a message; empty if none has the dimension."""
    by_case = {name.casefold(): name for name in _UNIT_NAMES}
    parts = ["_".join(part.casefold().split()) for part in unit.split("/")]
    meant = [_MEANT.get(part, by_case.get(part, "")) for part in parts]
    plain = "/".join(part.partition(" (")[0] for part in meant)
    if plain == unit or not _UNIT_SHAPE.match(plain) or _factor(plain, dimension) is None:
        return ""
    return f"; did you mean {meant[0] if len(meant) == 1 else plain}?"


def share(value: object) -> float:
    """A share or chance from 0 to 1, written as 0.15 or 15 %; raises `ValueError` outside it."""
    if isinstance(value, bool):
        raise ValueError("not a share; write 15 % or 0.15")
    if isinstance(value, (int, float)):
        number = Decimal(repr(value))
        hint = f"; did you mean {value} %?" if 1 < number <= 100 else ""  # noqa: PLR2004 - per cent
    elif isinstance(value, str):
        try:
            number, unit = split(value)
        except ValueError as error:
            raise ValueError(f"{error}; write 15 % or 0.15") from None
        if unit == "%":
            number, hint = number / 100, ""
        elif unit:
            raise ValueError(f"'{unit[:20]}' is not a unit for a share; write 15 % or 0.15")
        else:
            hint = f"; did you mean {value.strip()} %?" if 0 <= number <= 100 else ""  # noqa: PLR2004 - per cent
            raise ValueError(f"a unit is missing; write 15 %, or 0.15 without quotes{hint}")
    else:
        raise ValueError("not a share; write 15 % or 0.15")
    if not 0 <= number <= 1:
        raise ValueError(f"a share should be between 0 and 1 (0 % to 100 %){hint}")
    return float(number)
