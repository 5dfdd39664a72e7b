"""An inventory as a fragment of a scenario: lots by place, class and owner, and what the sheet says of each class."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import gcd
from typing import Any

from sim.errors import InputError, Problem
from sim.scenario.inventory.heads import plain
from sim.scenario.inventory.rows import Inventory, Row

MOST_MASSES = 1000
"""Masses of the lots of a class that are kept one by one; of more, an even selection of the sorted ones."""
_ROWS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that make one class at all places: same floor, value, sensitivity and priority."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums for control against the source; kilograms and dollars of the rows that give them."""

    rows: int
    lots: int
    kg: int
    usd: int
    without_mass: int
    unserviceable: int


def name_of(text: str, rules: Sequence[tuple[str, str]]) -> str:
    """The class of a description: that of the first rule whose pattern it matches, else its own words as a name."""
    flat = plain(text)
    for pattern, name in rules:
        if fnmatchcase(flat, plain_pattern(pattern)):
            return name
    return re.sub(r"[^\w]+", "_", flat).strip("_") or "lot"


def plain_pattern(pattern: str) -> str:
    """A pattern with `*` and `?`, compared as heads are."""
    return "*".join(plain(part) if part.strip() else part.strip() for part in pattern.split("*"))


def groups_of(inventory: Inventory, rules: Sequence[tuple[str, str]]) -> list[Group]:
    """The classes of an inventory, in the order of their first rows.

    A name with two floors, values, sensitivities or priorities makes two classes, the second one with `_2`.
    """
    by_name: dict[str, dict[tuple[Any, ...], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in inventory.rows:
        by_name[name_of(row.name, rules)][row.floor, row.usd, row.sensitive, row.priority].append(row)
    found = []
    for name, kinds in by_name.items():
        for turn, rows in enumerate(kinds.values(), 1):
            found.append(Group(name if turn == 1 else f"{name}_{turn}", tuple(rows)))
    return found


def totals_of(inventory: Inventory) -> Totals:
    """Sums over all rows."""
    rows = inventory.rows
    return Totals(
        len(rows), sum(row.count for row in rows), sum(row.count * (row.kg or 0) for row in rows),
        sum(row.count * (row.usd or 0) for row in rows), sum(row.count for row in rows if row.kg is None),
        sum(row.count for row in rows if not row.serviceable),
    )  # fmt: skip


def places_of(inventory: Inventory, groups: Sequence[Group]) -> dict[str, dict[str, dict[str, int]]]:
    """Lots by place, class and owner; raises `InputError` for rows without a place."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for group in groups:
        for row in group.rows:
            if row.place is None:
                wrong, allowed = "no column says where the lots are", "a column place, or --place camp"
                raise InputError([Problem("", wrong, None, allowed, None, inventory.sheet.file, row.number)])
            held = found.setdefault(row.place, {}).setdefault(group.name, {})
            held[row.owner] = held.get(row.owner, 0) + row.count
    return found


def class_of(group: Group) -> dict[str, Any]:
    """What the sheet says of a class: mass, floor, value, sensitivity and priority, where it says it."""
    found: dict[str, Any] = {}
    masses = _masses(group)
    if masses:
        alike = masses[0] == masses[-1]
        found["mass"] = f"{masses[0]} kg" if alike else {"empirical": [f"{kg} kg" for kg in _some(masses)]}
    first = group.rows[0]
    if first.floor is not None:
        found["floor"] = int(first.floor) if first.floor.is_integer() else first.floor
    if first.usd is not None:
        found["value"] = f"{first.usd} USD"
    if first.sensitive:
        found["sensitive"] = True
    if first.priority is not None:
        found["denial"] = first.priority
    return found


def _masses(group: Group) -> list[int]:
    """The masses of the lots of a class, sorted: each as often as it is, divided by what all numbers have in common."""
    counts: Counter[int] = Counter()
    for row in group.rows:
        if row.kg is not None:
            counts[row.kg] += row.count
    common = gcd(*counts.values()) or 1
    return [kg for kg, count in sorted(counts.items()) for _ in range(count // common)]


def _some(masses: list[int]) -> list[int]:
    many = len(masses)
    if many <= MOST_MASSES:
        return masses
    return [masses[(2 * i + 1) * many // (2 * MOST_MASSES)] for i in range(MOST_MASSES)]


def fragment(inventory: Inventory, rules: Sequence[tuple[str, str]]) -> str:
    """The fragment as YAML, with totals for control and the rows of the source beside each line."""
    groups, totals = groups_of(inventory, rules), totals_of(inventory)
    lines = [
        f"# Written by drawdown import from {comment(inventory.sheet.file)} (SHA-256 {inventory.sheet.sha256}).",
        f"# {said(totals)}. To use it, extend it: extends: <this file>",
        "schema: 1",
        "places:",
    ]
    for place, held in places_of(inventory, groups).items():
        lines += [f"  {quoted(place)}:", "    lots:"]
        for name, owners in held.items():
            counts = ", ".join(f"{owner}: {count}" for owner, count in owners.items())
            rows = [row.number for group in groups if group.name == name for row in group.rows if row.place == place]
            lines.append(f"      {quoted(name)}: {{{counts}}}  # {rows_said(rows)}")
    given = {group.name: class_of(group) for group in groups}
    if any(given.values()):
        lines.append("classes:")
    for name, fields in given.items():
        if fields:
            lines.append(f"  {quoted(name)}:")
            lines += [f"    {key}: {_yaml(value)}" for key, value in fields.items()]
    return "\n".join(lines) + "\n"


def said(totals: Totals) -> str:
    """Totals in words: `3 rows: 239 lots, 2,868 t, 1,200,000 USD`."""
    parts = [f"{totals.lots:,} lots", f"{totals.kg / 1000:,.3f} t", f"{totals.usd:,} USD"]
    more = f", {totals.without_mass:,} lots without a mass" if totals.without_mass else ""
    more += f", {totals.unserviceable:,} lots that are not serviceable" if totals.unserviceable else ""
    return f"{totals.rows:,} rows: {', '.join(parts)}{more}"


def rows_said(numbers: Sequence[int]) -> str:
    """Rows by number: `rows 3, 5`, the first of many."""
    shown = ", ".join(str(number) for number in sorted(numbers)[:_ROWS_SHOWN])
    more = f" and {len(numbers) - _ROWS_SHOWN} more" if len(numbers) > _ROWS_SHOWN else ""
    return f"row{'s' if len(numbers) > 1 else ''} {shown}{more}"


def comment(text: str) -> str:
    """A text as a comment of YAML can hold it."""
    return re.sub(r"[^\w./ ()-]", "?", text)


def quoted(name: str) -> str:
    """A name as YAML reads it back, whatever it holds."""
    import json

    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) and name.casefold() not in _WORDS else json.dumps(
        name, ensure_ascii=False
    )  # fmt: skip


_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}


def _yaml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: [{', '.join(each)}]" for key, each in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)
