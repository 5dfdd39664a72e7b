"""What was played of many points, appended as it finishes: a line a block, with its own checksum.

Whatever stops a program costs the line that was being written at most: a torn or changed line does not count, and
what it held is played again. Values stay on the disk; in memory are only the numbers of what is done.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sim.errors import ResultsError
from sim.results.records import Failure
from sim.results.strangers import MOST_LINE, json_in, lines_in, open_to_append, opened
from sim.results.writing import sentences

NAME = "journal.jsonl"
MOST_JOURNAL = 1 << 36
"""Bytes of a journal that is gone on with at most; of its lines only one is in memory."""
_HASH = 64  # hexadecimal digits of a SHA-256


@dataclass(frozen=True, slots=True)
class Row:
    """One replication of a point: values in the order of the responses that are kept."""

    replication: int
    tape_hash: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Some replications of one point."""

    point: int
    rows: tuple[Row, ...]
    failures: tuple[Failure, ...] = ()


@dataclass(slots=True)
class _Done:
    """Where the lines of a point begin, which of its replications have rows or failed, and which were lost."""

    at: list[int]
    settled: set[int]
    lost: set[int]


class Journal:
    """The journal in a folder under work. One process at a time: whoever holds the folder's lock."""

    def __init__(self, folder: Path) -> None:
        """Reads what is there; raises `ResultsError` where the disk refuses."""
        self.path = folder / NAME
        self._points: dict[int, _Done] = {}
        self._stream: IO[bytes] | None = None
        with sentences(f"{self.path} can't be read"):
            self._end = self._read() if os.path.lexists(self.path) else 0

    def _read(self) -> int:
        """Takes in whole lines; gives where the last of them ends."""
        end = 0
        with opened(self.path, MOST_JOURNAL) as stream:
            for line in lines_in(stream, self.path):
                entry = _entry(line)
                if entry is not None:
                    self._note(entry, end)
                end += len(line)
                if not line.endswith(b"\n"):
                    return end - len(line)
        return end

    def _note(self, entry: Entry, at: int) -> None:
        done = self._points.setdefault(entry.point, _Done([], set(), set()))
        done.at.append(at)
        done.settled.update(row.replication for row in entry.rows)
        done.settled.update(row.replication for row in entry.failures if row.kind != "lost")
        done.lost.update(row.replication for row in entry.failures if row.kind == "lost")

    def done(self, point: int) -> frozenset[int]:
        """Replications of a point that need not be played again; those lost with a worker are worth another try."""
        known = self._points.get(point)
        return frozenset(known.settled) if known else frozenset()

    def count(self) -> int:
        """How many replications are done, of all points."""
        return sum(len(done.settled) for done in self._points.values())

    @property
    def any_lost(self) -> bool:
        """Whether a replication was lost with a worker, and not played since."""
        return any(done.lost - done.settled for done in self._points.values())

    def add(self, entry: Entry) -> None:
        """Keeps some replications; they are on the disk when this returns. Raises `ResultsError`."""
        if not entry.rows and not entry.failures:
            return
        line = _line(entry)
        with sentences(f"{self.path} can't be written (what was played before stays)"):
            if self._stream is None:
                self._stream = open_to_append(self.path)
                self._stream.truncate(self._end)  # a torn tail of an earlier process
            try:
                self._stream.write(line)
                self._stream.flush()
                os.fsync(self._stream.fileno())
            except OSError:
                self._drop_tail()
                raise
        self._note(entry, self._end)
        self._end += len(line)

    def _drop_tail(self) -> None:
        """After a write that failed: what is half there is cut off by whoever writes next."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            try:
                stream.close()
            except OSError:  # its buffer could not be written either
                return

    def point(self, point: int) -> tuple[list[Row], list[Failure]]:
        """Rows and failures of a point in the order of their numbers; a row wins over an earlier loss."""
        known = self._points.get(point)
        if known is None:
            return [], []
        rows: dict[int, Row] = {}
        failures: dict[int, Failure] = {}
        with sentences(f"{self.path} can't be read"), opened(self.path, MOST_JOURNAL) as stream:
            for at in known.at:
                stream.seek(at)
                entry = _entry(stream.readline(MOST_LINE))
                if entry is not None:
                    rows |= {row.replication: row for row in entry.rows}
                    failures |= {row.replication: row for row in entry.failures}
        failures = {number: row for number, row in failures.items() if number not in rows}
        return [rows[number] for number in sorted(rows)], [failures[number] for number in sorted(failures)]

    def close(self) -> None:
        """Lets go of the file."""
        self._drop_tail()


def _line(entry: Entry) -> bytes:
    rows = [[row.replication, row.tape_hash, row.values] for row in entry.rows]
    failures = [[row.replication, row.kind, row.error, row.details] for row in entry.failures]
    body = json.dumps([entry.point, rows, failures], allow_nan=False, separators=(",", ":"), default=_plain).encode()
    return hashlib.sha256(body).hexdigest().encode() + b" " + body + b"\n"


def _plain(value: Any) -> object:
    return value.item()  # numbers of numpy as Python's own


def _entry(line: bytes) -> Entry | None:
    """What a line says; `None` for one that is torn, was changed, or says what `_line` does not write."""
    body = line[_HASH + 1 :].removesuffix(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != line[:_HASH] or not line.endswith(b"\n"):
        return None
    try:
        point, rows, failures = json_in(body, Path(NAME))
        return Entry(
            int(point),
            tuple(Row(int(number), str(tape), tuple(map(_figure, values))) for number, tape, values in rows),
            tuple(Failure(int(number), kind, str(error), str(more)) for number, kind, error, more in failures),
        )
    except (ValueError, TypeError, ResultsError):
        return None


def _figure(value: Any) -> float | None:
    if value is None or isinstance(value, int | float):
        return value
    raise TypeError("no figure")


def columns_of(rows: Sequence[Row], names: Sequence[str]) -> dict[str, list[float | None]]:
    """Values by response in the order of replication numbers."""
    return {name: [row.values[at] for row in rows] for at, name in enumerate(names)}
