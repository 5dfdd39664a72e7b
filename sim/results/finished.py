"""A finished results folder as frames, read from JSON and CSV alone; nothing in it is ever run."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import ResultsError
from sim.results.files import sentences, unguarded
from sim.results.folder import RUN, manifest_in
from sim.results.untrusted import (
    MOST_JSON,
    MOST_NUMBER,
    MOST_TABLE,
    as_written,
    in_range,
    json_in,
    lines_in,
    opened,
    read_file,
)

if TYPE_CHECKING:
    import pandas as pd

MOST_COLUMNS, MOST_CELLS = 20_000, 1 << 28
"""Columns and cells of a table that are read as a frame at most."""
TEXT = frozenset({
    "tape_hash", "place", "class", "owner", "fate", "cause", "source", "draws_hash", "values_hash", "day",
    "state", "response", "group", "name", "unit", "method", "flag", "kind", "means", "reason", "by",
})  # fmt: skip
"""Columns that hold text; all others hold numbers."""


@dataclass(frozen=True)
class Results:
    """A finished results folder. Every table is checked against the hash in the manifest when it is read."""

    folder: Path
    manifest: dict[str, Any]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """`summary.json`. Raises `ResultsError` where it was changed."""
        with as_written(self.folder):
            content = self._content("summary.json", self.manifest["summary"]["sha256"], MOST_JSON)
        said = json_in(content, self.folder / "summary.json", numbers=True)
        if not isinstance(said, dict):
            raise ResultsError(f"{self.folder / 'summary.json'} is not as drawdown writes it")
        return said

    @property
    def bound(self) -> dict[str, Any] | None:
        """`bound.json`, which `--bound` adds; `None` without it. Raises `ResultsError` for another run's."""
        path = self.folder / "bound.json"
        if not path.exists():
            return None
        said = json_in(read_file(path, MOST_JSON), path, numbers=True)
        if not isinstance(said, dict) or said.get("run") != self.manifest["run"]:
            raise ResultsError(f"{path} is not of this run; remove it")
        return said

    def table(self, name: str) -> pd.DataFrame:
        """A table by name (`fates`), text as text and numbers as numbers, empty cells as missing.

        Raises `ResultsError` if it is missing or was changed.
        """
        file = f"{name}.csv"
        if file not in self.manifest["tables"]:
            known = ", ".join(Path(table).stem for table in self.manifest["tables"])
            raise ResultsError(f"{self.folder} has no table {name}; it has {known}")
        content = self._content(file, self.manifest["tables"][file]["sha256"], MOST_TABLE)
        self._check_size(content, file)
        with as_written(self.folder / file):
            return self._frame(content)

    def _check_size(self, content: bytes, file: str) -> None:
        """Raises `ResultsError` for more cells than a frame may have, counted before any is made."""
        head = content.partition(b"\n")[0]
        columns, cells = head.count(b",") + 1, content.count(b",") + content.count(b"\n")
        if columns > MOST_COLUMNS or cells > MOST_CELLS:
            most = f"{MOST_COLUMNS:,} columns and {MOST_CELLS:,} cells"
            raise ResultsError(f"{self.folder / file} has {columns:,} columns and {cells:,} cells; read are {most}")

    def _frame(self, content: bytes) -> pd.DataFrame:
        """A table of a run as a frame."""
        import pandas as pd

        header = content.partition(b"\n")[0].decode()
        frame = pd.read_csv(
            io.BytesIO(content), dtype=dict.fromkeys(TEXT, "str"), keep_default_na=False,
            na_values={column: [""] for column in _names(header) if column not in TEXT},
        )  # fmt: skip
        for column in frame.columns.difference([*TEXT, *frame.select_dtypes(["number", "bool"]).columns]):
            if any(isinstance(cell, str) for cell in frame[column]):  # pandas before 3 leaves 1e999 as text
                frame[column] = frame[column].map(float)
        _check_range(frame)
        for column in frame.columns.intersection(list(TEXT)):
            frame[column] = frame[column].map(unguarded)
        return frame

    def _content(self, file: str, digest: str, most: int) -> bytes:
        with sentences(f"{self.folder / file} can't be read"):
            content = read_file(self.folder / file, most)
        if hashlib.sha256(content).hexdigest() != digest:
            raise ResultsError(f"{self.folder / file} has been changed since it was written")
        return content


def _check_range(frame: pd.DataFrame) -> None:
    """Raises `ValueError` where a column holds a number beyond any range, which no table of ours does."""
    numbers = frame.select_dtypes("float")
    odd = [str(name) for name in numbers.columns if (numbers[name].abs() > MOST_NUMBER).any()]
    if odd:
        raise ValueError(f"a number in {odd[0]} is beyond any range")


def _names(header: str) -> list[str]:
    return next(csv.reader([header]))


def frame_of(content: bytes, values: Collection[str], whole: Collection[str]) -> pd.DataFrame:
    """A table's bytes as a frame: columns of `figures` as numbers exactly as written, all others as text."""
    import pandas as pd

    frame = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False)
    frame.columns = [unguarded(column) for column in frame.columns]
    for column in frame.columns:
        if column not in values:
            frame[column] = frame[column].map(unguarded)
        elif column in whole and "" not in set(frame[column]):
            frame[column] = frame[column].map(int)
        else:  # exactly as written: the last digit counts where a difference is nothing
            frame[column] = frame[column].map(lambda text: in_range(text) if text else float("nan")).astype(float)
    return frame


def rows_of(results: Results, name: str) -> Iterator[dict[str, str]]:
    """The rows of a table as text; raises `ResultsError` where it is missing or was changed."""
    path = results.folder / f"{name}.csv"
    with sentences(f"{path} can't be read"), opened(path) as stream:
        said = results.manifest["tables"].get(path.name, {}).get("sha256")
        if hashlib.file_digest(stream, "sha256").hexdigest() != said:
            raise ResultsError(f"{path} has been changed since it was written")
        stream.seek(0)
        reader = csv.reader(line.decode() for line in lines_in(stream, path))
        names = [unguarded(name) for name in next(reader, [])]
        for row in reader:
            yield dict(zip(names, row, strict=True))


def _nearest(folder: Path) -> str:
    """Where nothing of this name is there: the folder beside it with the nearest name, as a question."""
    if os.path.lexists(folder):
        return ""
    near: list[str] = []
    with suppress(OSError):
        near = difflib.get_close_matches(
            folder.name, [one.name for one in os.scandir(folder.parent) if one.is_dir()], 1
        )
    return "; there is no such folder" + (f"; did you mean {folder.parent / near[0]}?" if near else "")


def read_results(folder: str | Path) -> Results:
    """Returns the results in a folder; raises `ResultsError` if they are not drawdown's."""
    folder = Path(folder)
    manifest = manifest_in(folder, RUN)
    if manifest is None:
        whole = f"{folder if folder.name not in ('', '..') else os.path.abspath(folder)}.partial"
        # not `Path.is_dir`, which raises for a name that no disk takes
        more = f"; {whole} is unfinished: run the same command again" if os.path.isdir(whole) else ""
        raise ResultsError(f"{folder} is not a finished results folder{more or _nearest(folder)}")
    if not isinstance(manifest.get("summary"), dict):
        raise ResultsError(f"{folder}/manifest.json is not as drawdown writes it")
    return Results(folder, manifest)
