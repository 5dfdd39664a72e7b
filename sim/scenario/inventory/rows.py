"""The rows of an inventory as typed values, with every cell that can't be read told by file, sheet, row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sim.errors import InputError, Problem
from sim.scenario.inventory import cells
from sim.scenario.inventory.heads import FIELDS, Head, head_of, plain, unit_of
from sim.scenario.inventory.sheets import Cell, Sheet, filled, letters
from sim.scenario.paths import nearest
from sim.scenario.places import Owner

SHOWN = 10
"""Cells that can't be read, of which each is reported; of more, the count."""
_LOOKED_AT = 40
_TOTALS = {plain(word) for word in (
    "total", "totals", "grand total", "sub-total", "subtotal", "sum", "total général", "sous-total", "somme",
    "المجموع", "الإجمالي", "إجمالي", "المجموع الكلي",
)}  # fmt: skip
_SHORT = 40


@dataclass(frozen=True, slots=True)
class How:
    """How a sheet is to be read: the row of its heads, what further heads mean, its decimal mark, and values to use.

    `heads` maps a head to a field, with a unit behind a blank (`mass kg`), or to nothing (`-`). `place` and `owner` are
    of all rows where the sheet has no such column.
    """

    header: int | None = None
    heads: Mapping[str, str] = field(default_factory=dict)
    decimal: cells.Mark | None = None
    place: str | None = None
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Lots that are alike: where they are, what they are, whose, how many, and each one's mass, floor and value."""

    number: int
    place: str | None
    name: str
    owner: Owner
    count: int
    kg: int | None = None
    floor: float | None = None
    usd: int | None = None
    sensitive: bool = False
    priority: int | None = None
    serviceable: bool = True


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a sheet holds: its rows, the columns that are used and not, and the rows of totals that agree."""

    sheet: Sheet
    header: int
    rows: tuple[Row, ...]
    used: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    totals: tuple[int, ...]


def inventory_of(sheet: Sheet, how: How) -> Inventory:
    """The inventory in a sheet; raises `InputError` with the first ten cells that can't be read, and their count."""
    number, heads, unused = _header(sheet, how)
    problems: list[Problem] = []
    rows: list[Row] = []
    totals, since = [], 0
    for at, row in filled(sheet.rows):
        if at <= number:
            continue
        if _is_total(row):
            problems += _disagreeing(sheet, heads, at, row, rows[since:], rows, how)
            totals.append(at)
            since = len(rows)
            continue
        found, wrong = _row(sheet, heads, at, row, how)
        problems += wrong
        if found is not None:
            rows.append(found)
    if not rows and not problems:
        problems.append(
            problem(sheet, number, None, "no row with lots follows the heads", None, "a row for each kind of lot")
        )
    if problems:
        raise InputError(few(sheet, problems))
    used = tuple((str(_at(sheet.rows[number - 1], column)), head.field) for column, head in sorted(heads.items()))
    return Inventory(sheet, number, tuple(rows), used, unused, tuple(totals))


def few(sheet: Sheet, problems: list[Problem]) -> list[Problem]:
    """The first ten problems, and how many there are in all."""
    if len(problems) <= SHOWN:
        return problems
    more = f"{len(problems):,} cells can't be read; these are the first {SHOWN}"
    return [Problem("", more, file=_name(sheet)), *problems[:SHOWN]]


def _name(sheet: Sheet) -> str:
    return f"{sheet.file} ({sheet.sheet})" if sheet.sheet else sheet.file


def problem(sheet: Sheet, row: int, column: int | None, wrong: str, got: Cell, allowed: str | None) -> Problem:
    """A cell that can't be read, with file, sheet, row and column."""
    where = "" if column is None else f"column {letters(column)}"
    shown = None if got is None else repr(got)[:_SHORT] if isinstance(got, str) else str(got)[:_SHORT]
    return Problem(where, wrong, shown, allowed, None, _name(sheet), row)


# heads


def _header(sheet: Sheet, how: How) -> tuple[int, dict[int, Head], tuple[str, ...]]:
    """The row of the heads, what its columns hold, and the heads that are not used."""
    if how.header is not None:
        if not 1 <= how.header <= len(sheet.rows):
            raise InputError([problem(sheet, how.header, None, "there is no such row", None, "a row with heads")])
        rows = [how.header]
    else:
        rows = [at for at, _ in filled(sheet.rows) if at <= _LOOKED_AT]
    found = [(at, *_heads(sheet, at, how)) for at in rows]
    whole = [each for each in found if {"class", "number"} <= {head.field for head in each[1].values()}]
    if not whole:
        raise InputError([_no_heads(sheet, found)])
    if len(whole) > 1 and how.header is None:
        numbers = " and ".join(str(each[0]) for each in whole[:3])
        raise InputError([problem(sheet, whole[0][0], None, f"rows {numbers} may both be heads", None, "--header N")])
    at, heads, unused, problems = whole[0]
    problems = [*problems, *_twice(sheet, at, heads)]
    fields = {head.field for head in heads.values()}
    if "owner" not in fields and how.owner is None:
        problems.append(
            problem(sheet, at, None, "no column says whose the lots are", None, "a column owner, or --owner coe")
        )
    for said in how.heads:
        if plain(said) not in {plain(str(cell)) for cell in sheet.rows[at - 1] if cell is not None}:
            near = nearest(said, [str(cell) for cell in sheet.rows[at - 1] if cell is not None])
            problems.append(
                Problem("--map", "no such head in this sheet", said[:_SHORT], nearest=near, file=_name(sheet), line=at)
            )
    if problems:
        raise InputError(problems)
    return at, heads, unused


def _heads(sheet: Sheet, at: int, how: How) -> tuple[dict[int, Head], tuple[str, ...], list[Problem]]:
    mapped = {plain(head): said for head, said in how.heads.items()}
    above = _carried(sheet.rows[at - 2]) if at > 1 else []
    heads: dict[int, Head] = {}
    unused: list[str] = []
    problems: list[Problem] = []
    for column, cell in enumerate(sheet.rows[at - 1]):
        if not isinstance(cell, str):
            continue
        try:
            head = _mapped(mapped[plain(cell)]) if plain(cell) in mapped else _meant(cell, _at(above, column))
        except ValueError as error:
            problems.append(problem(sheet, at, column, str(error), cell, None))
            continue
        if head is None or head.field == "dimensions":
            unused.append(cell)
        else:
            heads[column] = head
    return heads, tuple(unused), problems


def _mapped(said: str) -> Head | None:
    """What `--map` says of a head: a field, perhaps with its unit."""
    if said == "-":
        return None
    name, _, unit = said.strip().partition(" ")
    if name not in FIELDS:
        raise ValueError(f"{name[:_SHORT]!r} in --map is no field; write one of {', '.join(FIELDS)}, or -")
    known = unit_of(unit) if unit else None
    if unit and known is None:
        raise ValueError(f"the unit {unit[:_SHORT]!r} in --map is not known; write kg, t, lb, USD or kUSD")
    return Head(name, known)


def _meant(cell: str, above: Cell) -> Head | None:
    """A head by itself, or below a merged head (`Poids`, and below it `brut (kg)`)."""
    head = head_of(cell)
    if head is None and isinstance(above, str):
        head = head_of(f"{above} {cell}")
        unit = unit_of(cell)
        if head is None and unit is not None and (over := head_of(above)) is not None:
            head = Head(over.field, unit)
    return head


def _carried(row: Sequence[Cell]) -> list[Cell]:
    """A row in which each empty cell has what stands to its left, as merged cells do."""
    found: list[Cell] = []
    for cell in row:
        found.append(found[-1] if cell is None and found else cell)
    return found


def _at(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else None


def _twice(sheet: Sheet, at: int, heads: dict[int, Head]) -> Iterator[Problem]:
    for name in FIELDS:
        columns = [column for column, head in heads.items() if head.field == name]
        if len(columns) > 1:
            shown = " and ".join(f"{letters(column)} ({_at(sheet.rows[at - 1], column)})" for column in columns[:3])
            yield problem(
                sheet, at, columns[1], f"columns {shown} may both be the {name}", None, "--map 'HEAD=-' for one"
            )


def _no_heads(sheet: Sheet, found: list[Any]) -> Problem:
    """No row has heads for what there is and how many: what the best row lacks."""
    best = max(found, key=lambda each: len(each[1]), default=None)
    if best is None:
        return problem(sheet, 1, None, "this sheet is empty", None, "heads, and a row for each kind of lot")
    has = {head.field for head in best[1].values()}
    lacks = " and ".join(f"the {name}" for name in ("class", "number") if name not in has)
    allowed = "heads such as description and quantity, or --map 'HEAD=class' and --map 'HEAD=number'"
    return problem(sheet, best[0], None, f"no column is known to hold {lacks}", None, allowed)


# rows


def _is_total(row: Sequence[Cell]) -> bool:
    first = next((cell for cell in row if cell is not None), None)
    return isinstance(first, str) and plain(first.rstrip(": ")) in _TOTALS


def _disagreeing(
    sheet: Sheet, heads: dict[int, Head], at: int, row: Sequence[Cell], since: list[Row], rows: list[Row], how: How
) -> Iterator[Problem]:
    """A row of totals is a control: its number is that of the rows since the last one, or of all."""
    for column, head in heads.items():
        cell = _at(row, column)
        if head.field != "number" or cell is None:
            continue
        try:
            said = cells.number_of(cell, how.decimal)
        except ValueError as error:
            yield problem(sheet, at, column, str(error), cell, "the total")
            continue
        sums = [Decimal(sum(each.count for each in some)) for some in (since, rows)]
        if said not in sums:
            wrong = f"this total is {said:,}, and the rows above it sum to {sums[0]:,}"
            yield problem(sheet, at, column, wrong, None, "rows and totals that agree")


def _row(
    sheet: Sheet, heads: dict[int, Head], at: int, row: Sequence[Cell], how: How
) -> tuple[Row | None, list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column, head in heads.items():
        cell = _at(row, column)
        if cell is None:
            continue
        try:
            values[head.field] = _value(head, cell, how)
        except ValueError as error:
            wrong, _, allowed = str(error).partition("; ")
            problems.append(problem(sheet, at, column, f"{head.field}: {wrong}", cell, allowed or None))
    owner = values.get("owner", how.owner)
    for name in ("class", "number", *(("owner",) if how.owner is None else ())):
        if name not in values and not any(each.wrong.startswith(f"{name}:") for each in problems):
            where = next((column for column, head in heads.items() if head.field == name), None)
            problems.append(problem(sheet, at, where, f"{name}: this is empty", None, _wanted(name)))
    if problems or owner is None:
        return None, problems
    found = Row(
        at, values.get("place", how.place), values["class"], owner, values["number"],
        values.get("mass"), values.get("floor"), values.get("value"), values.get("sensitive", False),
        values.get("priority"), values.get("serviceable", True),
    )  # fmt: skip
    return found, []


def _wanted(name: str) -> str:
    return {"class": "what it is", "number": "how many", "owner": "COE or UNOE"}[name]


def _value(head: Head, cell: Cell, how: How) -> Any:
    """The value of a cell by what its column holds; raises `ValueError`."""
    readers: dict[str, Callable[[], Any]] = {
        "place": lambda: _text(cell),
        "class": lambda: _text(cell),
        "owner": lambda: cells.owner_of(cell),
        "number": lambda: cells.count_of(cell, how.decimal),
        "mass": lambda: cells.quantity_of(cell, head.unit, "mass", how.decimal),
        "value": lambda: cells.quantity_of(cell, head.unit, "money", how.decimal),
        "floor": lambda: cells.positions_of(cell, how.decimal),
        "priority": lambda: cells.priority_of(cell, how.decimal),
    }
    return readers.get(head.field, lambda: cells.yes_or_no(cell))()


def _text(cell: Cell) -> str:
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise ValueError("this is no name; write a text")
    return str(cell)
