"""Values of cells: numbers with the marks of several languages, quantities with units, and words for yes and no."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Literal

from sim import units
from sim.scenario.inventory.heads import plain, unit_of
from sim.scenario.inventory.sheets import Cell
from sim.scenario.places import Owner

Mark = Literal["comma", "point"]
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.'")
_SPACES = re.compile(r"(?<=\d)[\s\u00a0\u202f'’](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_SIZED = re.compile(r"\s*([+-]?[\d\s\u00a0\u202f.,'’٠-٩۰-۹٫٬]*\d|[٠-٩۰-۹]+)\s*(.*?)\s*\Z", re.DOTALL)
_GROUPED = re.compile(r"\d{1,3}([.,])\d{3}\Z")
_GROUPS = re.compile(r"[+-]?\d{1,3}(?:,\d{3}){2,}(\.\d+)?\Z|[+-]?\d{1,3}(?:,\d{3})+\.\d+\Z")
_POINTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}(,\d+)?\Z|[+-]?\d{1,3}(?:\.\d{3})+,\d+\Z")
_SHORT = 40
_YES_WORDS = (
    "yes, y, true, x, 1, oui, o, vrai, نعم, ✓, ✔, serviceable, s, svc, operational, ok, bon, en service, "
    "opérationnel, صالح, صالحة, حساس, حساسة, sensitive, sensible"
)
_NO_WORDS = (
    "no, n, false, 0, non, faux, لا, unserviceable, us, u/s, not serviceable, inoperational, hors service, hs, "
    "en panne, non opérationnel, غير صالح, غير صالحة, معطل, معطلة, غير حساس, not sensitive"
)
_YES = {plain(word) for word in _YES_WORDS.split(", ")}
_NO = {plain(word) for word in _NO_WORDS.split(", ")}
_OWNERS: dict[str, Owner] = {
    **dict.fromkeys(("coe", "contingent", "contingent-owned", "contingent owned", "contingents", "tcc", "pcc", "eac",
                     "materiel du contingent", "الوحده", "الوحدات", "مملوكه للوحدات"), "coe"),
    **dict.fromkeys(("unoe", "un", "united nations", "un-owned", "un owned", "onu", "nations unies", "mission",
                     "الامم المتحده", "امم متحده"), "unoe"),
}  # fmt: skip


def number_of(cell: Cell, decimal: Mark | None) -> Decimal:
    """The number of a cell; raises `ValueError` with a sentence for any other, or one that has two readings."""
    if isinstance(cell, bool):
        raise ValueError("this is yes or no, and not a number")
    if isinstance(cell, date):
        raise ValueError("this is a date, and not a number; format the column as numbers")
    if isinstance(cell, int | float):
        return Decimal(repr(cell))
    if cell is None:
        raise ValueError("this is empty")
    text = _SPACES.sub("", cell.translate(_DIGITS).strip())
    return Decimal(_with_point(text, decimal))


def _with_point(text: str, decimal: Mark | None) -> str:
    """A number in digits with a decimal point alone."""
    if _GROUPED.match(text.lstrip("+-")) and decimal is None:
        whole, part = text.replace(",", "").replace(".", ""), text.replace(",", ".")
        raise ValueError(f"this may be {whole} or {part}; say --decimal comma or --decimal point")
    if _GROUPS.match(text) and decimal != "comma":
        text = text.replace(",", "")
    elif _POINTS.match(text) and decimal != "point":
        text = text.replace(".", "").replace(",", ".")
    elif decimal == "comma":
        text = text.replace(".", "").replace(",", ".") if _GROUPED.match(text.lstrip("+-")) or "," in text else text
    elif decimal == "point":
        text = text.replace(",", "") if _GROUPED.match(text.lstrip("+-")) else text
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if not _NUMBER.match(text):
        raise ValueError("this is not a number")
    return text


def count_of(cell: Cell, decimal: Mark | None) -> int:
    """A whole number from 0; raises `ValueError`."""
    number = number_of(cell, decimal)
    if number != number.to_integral_value() or number < 0:
        raise ValueError("this is not a whole number from 0")
    if number > 1_000_000:  # noqa: PLR2004 - more lots than any scenario takes
        raise ValueError("this is more than 1,000,000")
    return int(number)


def quantity_of(cell: Cell, unit: str | None, dimension: Literal["mass", "money"], decimal: Mark | None) -> int:
    """Whole kilograms or dollars, by the unit in the cell or that of the head; raises `ValueError`."""
    said, number = unit, None
    if isinstance(cell, str):
        match = _SIZED.match(cell)
        if match is None:
            raise ValueError("this is not a number")
        number = number_of(match.group(1), decimal)
        if match.group(2):
            said = unit_of(match.group(2))
            if said is None:
                known = "kg, t or lb" if dimension == "mass" else "USD, kUSD or MUSD"
                raise ValueError(f"the unit {match.group(2)[:_SHORT]!r} is not known; write {known}")
    else:
        number = number_of(cell, decimal)
    if said is None:
        example = "kg or t" if dimension == "mass" else "USD or kUSD"
        raise ValueError(f"the unit is missing; write {example} in the head, such as Weight (kg), or in the cell")
    base = units.to_base(f"{number} {said}", dimension)
    if base < 0:
        raise ValueError("this is below 0")
    return int(base + Decimal("0.5"))


def positions_of(cell: Cell, decimal: Mark | None) -> float:
    """Pallet positions from 0; raises `ValueError`."""
    number = number_of(cell, decimal)
    if number < 0:
        raise ValueError("this is below 0")
    return float(number)


def yes_or_no(cell: Cell) -> bool:
    """Yes or no in English, French or Arabic; raises `ValueError`."""
    if isinstance(cell, bool):
        return cell
    said = plain(str(cell))
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise ValueError("this is neither yes nor no; write yes or no, oui or non, نعم or لا")


def owner_of(cell: Cell) -> Owner:
    """The owner that a cell names; raises `ValueError`."""
    said = _OWNERS.get(plain(str(cell)))
    if said is None:
        raise ValueError("this is no owner; write COE (contingent-owned) or UNOE (United Nations-owned)")
    return said


def priority_of(cell: Cell, decimal: Mark | None) -> int:
    """A priority from 1 to 5; raises `ValueError`."""
    number = count_of(cell, decimal)
    if not 1 <= number <= 5:  # noqa: PLR2004 - the form of a class
        raise ValueError("this is not a priority from 1 to 5 (5 helps most an armed group that takes it)")
    return number
