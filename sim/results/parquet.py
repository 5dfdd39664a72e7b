"""The tables as Parquet in addition to CSV, through duckdb if it is installed."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError, ResultsError
from sim.results.files import HALF, sentences
from sim.results.finished import TEXT, Results
from sim.results.untrusted import lines_in, opened

if TYPE_CHECKING:
    import duckdb

_WHOLE = frozenset({"replication", "lots", "usd", "from_s", "until_s", "replications"})
_GUARD = r"'^''[=+\-@\t\r]'"
_ALONE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}  # fmt: skip
"""Settings under which duckdb loads nothing but what it came with."""
_PATTERN = re.compile(r"[*?\[]")


def check_parquet() -> None:
    """Raises `InputError` where Parquet can't be written."""
    try:
        import duckdb  # noqa: F401 - an extra, and heavy
    except ImportError:
        raise InputError("--format parquet needs duckdb: pip install 'drawdown[parquet]'") from None


def write_parquet(results: Results) -> list[Path]:
    """Writes each table again as Parquet, with text as it was before it was guarded for spreadsheets."""
    import duckdb

    written = []
    with duckdb.connect(":memory:", config=_ALONE) as base, sentences(f"{results.folder} can't be written"):
        base.execute("SET threads = 1")
        for name in results.manifest["tables"]:
            source = results.folder / name
            written.append(_written(partial(_rows, base, names=_names(results, source)), source))
    return written


def _written(rows: Callable[[Path], duckdb.DuckDBPyRelation], source: Path) -> Path:
    """Writes the rows of a table, whole or not at all, and never through a link that stands at the name."""
    import duckdb

    target = source.with_suffix(".parquet")
    half = target.with_name(target.name + HALF)
    half.unlink(missing_ok=True)
    try:
        rows(source).write_parquet(str(half.absolute()))
    except duckdb.Error as error:
        raise ResultsError(f"{target} can't be written: {str(error).splitlines()[0]}") from None
    half.replace(target)
    return target


def _names(results: Results, source: Path) -> list[str]:
    """The columns of a table, which must be as the manifest has it. Raises `ResultsError`."""
    with opened(source) as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != results.manifest["tables"][source.name]["sha256"]:
            raise ResultsError(f"{source} has been changed since it was written")
        stream.seek(0)
        return next(csv.reader([next(lines_in(stream, source), b"").decode()]), [])


def _rows(base: duckdb.DuckDBPyConnection, source: Path, names: Sequence[str]) -> duckdb.DuckDBPyRelation:
    """A table's rows; its path is taken letter by letter, no sign in it as a pattern."""
    path = _PATTERN.sub(r"[\g<0>]", str(source.absolute()))
    found = base.read_csv(
        path, header=True, sep=",", quotechar='"', escapechar='"', na_values="", auto_detect=False,
        columns={name: _type(name) for name in names},
    )  # fmt: skip
    return found.project(", ".join(_chosen(name) for name in names))


def _type(name: str) -> str:
    return "VARCHAR" if name in TEXT else "BIGINT" if name in _WHOLE else "DOUBLE"


def _chosen(name: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    if name not in TEXT:
        return column
    text = f"coalesce({column}, '')"
    return f"CASE WHEN regexp_matches({text}, {_GUARD}) THEN substr({text}, 2) ELSE {text} END AS {column}"


def write_frames(results: Results) -> list[Path]:
    """Writes each table of a comparison or sweep again as Parquet. Raises `ResultsError`."""
    import duckdb

    with duckdb.connect(":memory:", config=_ALONE) as base, sentences(f"{results.folder} can't be written"):
        base.execute("SET threads = 1")
        return [
            _written(lambda file: base.from_df(results.table(file.stem)), results.folder / name)
            for name in results.manifest["tables"]
        ]
