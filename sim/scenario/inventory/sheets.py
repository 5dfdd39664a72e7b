"""The cells of a CSV or XLSX file, within limits; encoding and separator are recognised where they are certain."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sim.errors import InputError
from sim.scenario.inventory.heads import head_of
from sim.scenario.reading import refuse

Cell = str | float | int | bool | date | None
MOST_BYTES = 32 << 20
"""Bytes of a file that is read at most."""
MOST_UNPACKED = 256 << 20
"""Bytes of all parts of an XLSX file at most, once they are unpacked."""
MOST_RATIO = 200
"""How many times larger its parts may be than the file: those of a sheet are 10 to 30 times."""
MOST_ROWS, MOST_COLUMNS, MOST_CELL = 200_000, 300, 10_000
_SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_LOOKED_AT = 20
_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells; row 1 is the first. `sheet` is empty for CSV. `sha256` is of the bytes of the file."""

    file: str
    sheet: str
    rows: list[list[Cell]]
    sha256: str


def sheet_of(
    content: bytes, file: str, *, encoding: str | None = None, separator: str | None = None, sheet: str | None = None
) -> Sheet:
    """The sheet in the bytes of a file; raises `InputError` for what can't be read, or read in more than one way."""
    if len(content) > MOST_BYTES:
        raise refuse(file, f"this has {len(content):,} bytes", allowed=f"at most {MOST_BYTES:,}")
    sha256 = hashlib.sha256(content).hexdigest()
    if content.startswith(_OLD):
        raise refuse(file, "this is a workbook of the old form (.xls)", allowed="XLSX or CSV; save it as one of them")
    if content.startswith(_ZIP):
        name, rows = _workbook(content, file, sheet)
        return Sheet(file, name, rows, sha256)
    if sheet is not None:
        raise refuse(file, "this is no workbook, so it has no sheets", allowed="no --sheet")
    return Sheet(file, "", _table(_text(content, file, encoding), file, separator), sha256)


def _text(content: bytes, file: str, encoding: str | None) -> str:
    if encoding is None:
        encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except LookupError:
        raise refuse(file, "no such encoding", got=encoding[:40], allowed="utf-8, utf-16, cp1252, cp1256") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        allowed = "UTF-8 or UTF-16 with its mark; or say --encoding cp1252 (Western) or cp1256 (Arabic)"
        raise refuse(
            file, f"this is not {encoding.removesuffix('-sig').upper()} text", allowed=allowed, line=line
        ) from None
    if "\0" in text:
        raise refuse(file, "this is not text", allowed="CSV in UTF-8 or UTF-16, or XLSX")
    return text


def _table(text: str, file: str, separator: str | None) -> list[list[Cell]]:
    first = text.splitlines()[0].strip().casefold() if text.strip() else ""
    if first.startswith("sep=") and len(first) == len("sep=;"):  # a line that Excel writes
        separator, text = separator or first[-1], "\n" + text.partition("\n")[2]
    sign = separator or _separator(text, file)
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True):
            rows.append([cell.strip() or None for cell in row])
            _check_size(file, len(rows), row)
    except csv.Error as error:
        raise refuse(file, f"this row can't be read ({error})", allowed="closed quotes", line=len(rows) + 1) from None
    return rows


def _check_size(file: str, rows: int, row: list[Any]) -> None:
    if rows > MOST_ROWS or len(row) > MOST_COLUMNS:
        most = f"at most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns"
        raise refuse(file, "this sheet is too large", allowed=most, line=rows)
    if any(isinstance(cell, str) and len(cell) > MOST_CELL for cell in row):
        raise refuse(file, "a cell is too long", allowed=f"at most {MOST_CELL:,} characters", line=rows)


def _separator(text: str, file: str) -> str:
    """The only separator that makes heads for what there is and how many; else that which makes most columns."""
    lines = [line for line in text.splitlines() if line.strip()][:_LOOKED_AT]
    found = {sign: columns for sign in _SEPARATORS if (columns := _columns(lines, sign)) > 1}
    heads = [sign for sign in found if _has_heads(lines, sign)]
    most = max(found.values(), default=0)
    likely = heads or [sign for sign, columns in found.items() if columns == most]
    if len(likely) > 1:
        names = " or ".join(_SEPARATORS[sign] for sign in likely)
        raise refuse(file, f"columns may be separated by {names}", allowed="--separator, such as --separator ';'")
    return likely[0] if likely else ","


def _has_heads(lines: list[str], sign: str) -> bool:
    """Whether a row holds a head for what there is, and one for how many."""
    try:
        rows = list(csv.reader(lines, delimiter=sign))
    except csv.Error:
        return False
    return any({"class", "number"} <= {_field(cell) for cell in row} for row in rows)


def _field(cell: str) -> str | None:
    try:
        head = head_of(cell)
    except ValueError:
        return None
    return None if head is None else head.field


def _columns(lines: list[str], sign: str) -> int:
    """The number of columns into which a separator cuts most lines; 0 if it cuts them unevenly."""
    try:
        counts = [len(row) for row in csv.reader(lines, delimiter=sign)]
    except csv.Error:
        return 0
    usual = max(set(counts), key=lambda count: (counts.count(count), count), default=0)
    return usual if counts.count(usual) * 2 > len(counts) else 0


def _workbook(content: bytes, file: str, wanted: str | None) -> tuple[str, list[list[Cell]]]:
    _check_zip(content, file)
    try:
        from python_calamine import CalamineWorkbook
    except ImportError:
        allowed = "pip install 'drawdown[xlsx]', or CSV"
        raise refuse(file, "workbooks need the package python-calamine", allowed=allowed) from None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = list(book.sheet_names)
        name = _sheet_name(file, names, wanted)
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            _check_size(file, sheet.total_height, [None] * sheet.total_width)
        rows = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except InputError:
        raise
    except Exception as error:  # of many kinds, for what is no workbook inside
        raise refuse(file, f"this workbook can't be read ({type(error).__name__})", allowed="XLSX or CSV") from None
    for number, row in enumerate(rows, 1):
        _check_size(file, number, row)
    return name, rows


def _sheet_name(file: str, names: list[str], wanted: str | None) -> str:
    shown = ", ".join(name[:40] for name in names[:20])
    if wanted is not None:
        if wanted not in names:
            raise refuse(file, "no such sheet", got=wanted[:40], allowed=shown)
        return wanted
    if len(names) != 1:
        raise refuse(file, f"this workbook has {len(names)} sheets", allowed=f"--sheet with one of: {shown}")
    return names[0]


def _check_zip(content: bytes, file: str) -> None:
    """Raises `InputError` for an archive that would unpack to too much; nothing is unpacked for it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
            names = {part.filename for part in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):  # the last for a version unknown to zipfile
        raise refuse(file, "this workbook is damaged", allowed="XLSX or CSV") from None
    if size > MOST_UNPACKED or size > MOST_RATIO * len(content) + MOST_BYTES:
        raise refuse(file, f"this workbook unpacks to {size:,} bytes", allowed=f"at most {MOST_UNPACKED:,}")
    if "xl/workbook.xml" not in names:
        raise refuse(file, "this is an archive, and no workbook", allowed="XLSX or CSV")


def _plain(cell: object) -> Cell:
    if cell == "" or cell is None:
        return None
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, bool | int | date | datetime):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1 << 53 else cell
    if isinstance(cell, time | timedelta):
        return str(cell)
    return str(cell)


def letters(column: int) -> str:
    """The name of a column, from 0: A, B, ... Z, AA."""
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name


def filled(rows: list[list[Cell]]) -> Iterator[tuple[int, list[Cell]]]:
    """Rows with something in them, with their numbers from 1."""
    for number, row in enumerate(rows, 1):
        if any(cell is not None for cell in row):
            yield number, row
