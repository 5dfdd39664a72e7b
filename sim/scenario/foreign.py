"""Recognises files that are not scenarios: spreadsheets, inventories, tables of events, documents."""

from __future__ import annotations

import csv
import os
import re

START = "`drawdown new NAME` writes a scenario to start from"
_BY_BYTES: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "a file of an old office program (XLS or DOC)"),
    (b"%PDF", "a PDF"),
    (b"PAR1", "a table (Parquet)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"\x89PNG", "a picture (PNG)"),
)
_IN_ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (b"xl/", "a spreadsheet (XLSX)"),
    (b"opendocument.spreadsheet", "a spreadsheet (ODS)"),
    (b"word/", "a document (DOCX)"),
)
_SHEETS = {
    ".xlsx": "a spreadsheet (XLSX)", ".xlsm": "a spreadsheet (XLSX)", ".xls": "a spreadsheet (XLS)",
    ".ods": "a spreadsheet (ODS)", ".csv": "a table (CSV)", ".tsv": "a table (TSV)",
}  # fmt: skip
_YET = f"it can't be read as a scenario yet; {START}: enter the lots there by place, class and owner"
_EVENTS_YET = f"it can't be read as a scenario yet; {START}: enter the events there as rates of alarms and attacks"
_EVENTS = {"event_id_cnty", "event_date", "event_type", "sub_event_type", "disorder_type", "fatalities", "actor1"}
_FEWEST_EVENTS = 3
_INVENTORY: tuple[re.Pattern[str], ...] = (
    re.compile(r"\b(qty|quantity|quantit[ée]|qt[ée]|count|number|nombre|cantidad)\b"),
    re.compile(r"\b(item|description|d[ée]signation|equipment|mat[ée]riel|article|asset|descripci[óo]n)\b"),
    re.compile(r"\b(owner|propri[ée]taire|coe|unoe|weight|poids|mass|masse|peso|value|valeur|valor)\b"),
)
_FEWEST_OF_INVENTORY = 2


def recognised_by_bytes(raw: bytes, shown_as: str) -> str | None:
    """A message that says what a file is, if its bytes are not text; `None` if they may be."""
    if raw.startswith(b"PK\x03\x04"):
        other = "an office file (XLSX or DOCX)" if b"[Content_Types].xml" in raw else "an archive (ZIP)"
        return _sheet(next((name for mark, name in _IN_ARCHIVES if mark in raw), _by_name(shown_as) or other))
    what = next((name for mark, name in _BY_BYTES if raw.startswith(mark)), "")
    return _sheet(_by_name(shown_as) or what) if what else None


def recognised_by_name(shown_as: str) -> str | None:
    """The same from the file name's ending alone, for files too large to read."""
    what = _by_name(shown_as)
    return None if what is None else _sheet(what)


def recognised_by_text(text: str, shown_as: str) -> str | None:
    """The same for text: a table, an inventory or a list of events; `None` if it may be a scenario."""
    first = text.lstrip("\ufeff \t\r\n").partition("\n")[0].strip()
    sign = max(",;\t|", key=first.count)
    named = _by_name(shown_as)
    if named is None and (first.count(sign) < 2 or re.search(r"[:{\[#]", first)):  # noqa: PLR2004 - three columns
        return None
    what = named or "a table (CSV)"
    columns = {cell.strip().casefold() for cell in next(csv.reader([first], delimiter=sign), [])}
    if len(columns & _EVENTS) >= _FEWEST_EVENTS:
        return f"this is a list of events as ACLED exports it{what[what.index(' (') :]}; {_EVENTS_YET}"
    if sum(any(words.search(name) for name in columns) for words in _INVENTORY) >= _FEWEST_OF_INVENTORY:
        return f"this is an inventory of equipment{what[what.index(' (') :]}; {_YET}"
    return f"this is {what}, not a scenario; {START}"


def _by_name(shown_as: str) -> str | None:
    return _SHEETS.get(os.path.splitext(shown_as)[1].lower())


def _sheet(what: str) -> str:
    return f"this is {what}; {_YET}" if what.startswith("a spreadsheet") else f"this is {what}, not a scenario; {START}"
