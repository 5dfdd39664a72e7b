"""The tables as Parquet beside their CSV, through duckdb where it is installed."""

from __future__ import annotations

import csv
from pathlib import Path

from sim.errors import InputError, ResultsError
from sim.results.reading import TEXT, Results
from sim.results.writing import sentences

_WHOLE = frozenset({"replication", "lots", "usd", "from_s", "until_s", "replications"})
_GUARD = r"'^''[=+\-@\t\r]'"


def check_parquet() -> None:
    """Raises `InputError` where Parquet can't be written."""
    try:
        import duckdb  # noqa: F401, PLC0415 - an extra, and heavy
    except ImportError:
        raise InputError("--format parquet needs duckdb: pip install 'drawdown[parquet]'") from None


def write_parquet(results: Results) -> list[Path]:
    """Writes each table again as Parquet, with text as it was before it was guarded for spreadsheets."""
    import duckdb  # noqa: PLC0415 - an extra, and heavy

    written = []
    with duckdb.connect(":memory:") as base:
        base.execute("SET threads = 1")
        for name in results.manifest["tables"]:
            source = results.folder / name
            target = source.with_suffix(".parquet")
            try:
                base.execute(_statement(source, target))
            except duckdb.Error as error:
                raise ResultsError(f"{target} can't be written: {str(error).splitlines()[0]}") from None
            written.append(target)
    return written


def _statement(source: Path, target: Path) -> str:
    with source.open(encoding="utf-8", newline="") as stream:
        names = next(csv.reader(stream))
    columns = ", ".join(f"{_quoted(name)}: '{_type(name)}'" for name in names)
    chosen = ", ".join(_chosen(name) for name in names)
    return (
        f"COPY (SELECT {chosen} FROM read_csv({_quoted(str(source))}, header=true, auto_detect=false, "
        f"delim=',', quote='\"', escape='\"', nullstr='', columns={{{columns}}})) "
        f"TO {_quoted(str(target))} (FORMAT parquet)"
    )


def _type(name: str) -> str:
    return "VARCHAR" if name in TEXT else "BIGINT" if name in _WHOLE else "DOUBLE"


def _chosen(name: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    if name not in TEXT:
        return column
    text = f"coalesce({column}, '')"
    return f"CASE WHEN regexp_matches({text}, {_GUARD}) THEN substr({text}, 2) ELSE {text} END AS {column}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def write_frames(results: Results) -> list[Path]:
    """Writes each table of a comparison or sweep again as Parquet. Raises `ResultsError`."""
    import duckdb  # noqa: PLC0415 - an extra, and heavy

    written = []
    with duckdb.connect(":memory:") as base, sentences(f"{results.folder} can't be written"):
        base.execute("SET threads = 1")
        for name in results.manifest["tables"]:
            target = (results.folder / name).with_suffix(".parquet")
            base.register("content", results.table(Path(name).stem))
            text = str(target).replace("'", "''")
            try:
                base.execute(f"COPY (SELECT * FROM content) TO '{text}' (FORMAT parquet)")
            except duckdb.Error as error:
                raise ResultsError(f"{target} can't be written: {str(error).splitlines()[0]}") from None
            written.append(target)
    return written
