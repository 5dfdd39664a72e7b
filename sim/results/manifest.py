"""The manifest: all that is needed to know where a result came from and to make it again."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.errors import ResultsError
from sim.results.files import sentences
from sim.results.untrusted import MOST_JSON, json_in, opened, read_file

NAME = "manifest.json"
LIBRARIES = ("numpy", "scipy", "simpy", "pydantic", "ruamel.yaml")
_TABLE = re.compile(r"[A-Za-z0-9_]+\.csv")


def installed_version() -> str:
    """The version of drawdown that is installed."""
    try:
        return version("drawdown")
    except PackageNotFoundError:
        return "unknown"


def dated(days: Iterable[object]) -> dict[str, str]:
    """The entry with the latest day on which the scenarios of a folder were written; empty if none says it."""
    known = [str(day) for day in days if day is not None]
    return {"as_of": max(known)} if known else {}


def commit() -> str | None:
    """The commit that the program runs from, where it is a checkout; read, not asked of git."""
    top = Path(__file__).resolve().parents[2] / ".git"
    try:
        head = (top / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (top / name).is_file():
            return (top / name).read_text(encoding="utf-8").strip()
        packed = (top / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), None)
    except OSError:
        return None


def said_in(file: Path, kind: str) -> dict[str, Any] | None:
    """The map in a JSON file that says of itself to be of a kind; `None` where there is none such.

    Raises `ResultsError` where it is no plain file, too big, or names tables outside its own folder.
    """
    with sentences(f"{file} can't be read"):
        if not os.path.lexists(file):
            return None
        content = read_file(file, MOST_JSON)
    try:
        said = json_in(content, file, numbers=True)
    except ResultsError:
        if kind.encode() in content:
            raise
        return None
    if not isinstance(said, dict) or said.get("kind") != kind or not isinstance(said.get("identity"), dict):
        return None
    tables = said.get("tables", {})
    if not isinstance(tables, dict) or not all(_is_table(name, one) for name, one in tables.items()):
        raise ResultsError(f"{file} names a table that is none: only plain names such as fates.csv, with a hash, are")
    return said


def _is_table(name: str, said: object) -> bool:
    return _TABLE.fullmatch(name) is not None and isinstance(said, dict) and isinstance(said.get("sha256"), str)


def file_hash(path: Path) -> str:
    """SHA-256 of a plain file. Raises `ResultsError` where it is none, `OSError`."""
    with opened(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
