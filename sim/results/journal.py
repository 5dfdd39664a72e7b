"""What was simulated so far, appended as it finishes: a line a block, with its own checksum.

Whatever stops a program costs the line that was being written at most: a torn or changed line does not count, and
what it held is simulated again. A run has one *point*; a sweep, a selection and the worlds of a waterfall have many.
Values stay on the disk; in memory is of each replication where its line begins. Timelines are next to the journal in
files of their own, which a line names by their checksum.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sim.errors import ResultsError
from sim.results.files import sentences, write_whole
from sim.results.manifest import file_hash
from sim.results.rows import Block, Failure, ResultRow
from sim.results.untrusted import MOST_LINE, as_written, json_in, lines_in, open_to_append, opened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "journal.jsonl"
LAST = 10_000_000
"""The greatest number of a replication."""
MOST_JOURNAL = 1 << 40
"""The largest journal that is resumed, in bytes; only one of its lines is in memory."""
_HASH = 64  # hexadecimal digits of a SHA-256
_AXES = 4
_LONG = 1 << 22  # bytes of a line, above which each replication has one of its own
_TOGETHER = 16  # replications whose places are kept side by side: few are wasted, and each takes 8 bytes
_FORMULA = re.compile(r'(?:^|,)"?(?:[=+@\t\r]|-[^\d.])', re.MULTILINE)

Point = int | str
"""What a replication is of: a point of a design, an alternative, a world by its key; a run has the point 0."""
_Entry = tuple[Point, Block, str | None]
"""What a line says: the point, its block without its timeline, and the checksum of that."""


class _Lines:
    """Of the replications of one point, where the line of each begins; of those lost with a worker apart."""

    __slots__ = ("_at", "lost", "settled")

    def __init__(self) -> None:
        self._at: dict[int, array[int]] = {}  # by number, some together: where its line begins, from 1; 0 is none
        self.lost: dict[int, int] = {}
        self.settled = 0

    def note(self, block: Block, at: int) -> None:
        """Takes in a block whose line begins there."""
        for failure in block.failures:
            if failure.kind == "lost":
                self.lost[failure.replication] = at
            else:
                self._put(failure.replication, at)
        for record in block.records:
            self._put(record.replication, at)

    def _put(self, number: int, at: int) -> None:
        self.settled += not self.has(number)
        self._at.setdefault(number // _TOGETHER, array("q", bytes(8 * _TOGETHER)))[number % _TOGETHER] = at + 1

    def has(self, number: int) -> bool:
        """Whether a replication has a row or failed for good."""
        together = self._at.get(number // _TOGETHER)
        return together is not None and together[number % _TOGETHER] > 0

    def of(self, number: int) -> int | None:
        """Where the line of a replication begins; a row wins over an earlier loss."""
        return self._at[number // _TOGETHER][number % _TOGETHER] - 1 if self.has(number) else self.lost.get(number)

    def numbers(self, until: int) -> Iterator[int]:
        """In order, numbers up to one that hold all that there are."""
        for together in sorted({*self._at, *(number // _TOGETHER for number in self.lost)}):
            yield from range(together * _TOGETHER, min((together + 1) * _TOGETHER, until + 1))


class Journal:
    """The journal in a folder under work. One process at a time: whoever holds the folder's lock."""

    def __init__(self, folder: Path) -> None:
        """Reads what is there; raises `ResultsError` where the disk refuses."""
        self.path = folder / NAME
        self._points: dict[Point, _Lines] = {}
        self._stream: IO[bytes] | None = None
        with sentences(f"{self.path} can't be read"):
            self._end = self._read() if os.path.lexists(self.path) else 0

    def _read(self) -> int:
        """Takes in whole lines; gives where the last of them ends."""
        end = 0
        with opened(self.path, MOST_JOURNAL) as stream:
            for line in lines_in(stream, self.path):
                if not line.endswith(b"\n"):
                    break
                entry = _entry(line)
                if entry is not None and (entry[2] is None or entry[2] == self._hash_of_timeline(end)):
                    self._points.setdefault(entry[0], _Lines()).note(entry[1], end)
                end += len(line)
        return end

    def _timeline_file(self, at: int) -> Path:
        return self.path.with_name(f"timeline-{at:012d}.npy")

    def _hash_of_timeline(self, at: int) -> str | None:
        try:
            return file_hash(self._timeline_file(at))
        except (OSError, ResultsError):
            return None

    def missing(self, point: Point, numbers: Iterable[int]) -> array[int]:
        """Those of some numbers to be simulated, in order: those lost with a worker are worth another try."""
        known = self._points.get(point)
        return array("i", numbers if known is None else (number for number in numbers if not known.has(number)))

    def count(self) -> int:
        """How many replications are done, of all points."""
        return sum(lines.settled for lines in self._points.values())

    @property
    def any_lost(self) -> bool:
        """Whether a replication was lost with a worker, and not simulated since."""
        return any(not lines.has(number) for lines in self._points.values() for number in lines.lost)

    def add(self, point: Point, block: Block) -> None:
        """Keeps some replications; they are on the disk when this returns. Raises `ResultsError`."""
        if not block.numbers:
            return
        timeline = _array(block)
        line = _line(point, block, None if timeline is None else hashlib.sha256(timeline).hexdigest())
        if len(line) > _LONG and len(block.numbers) > 1:  # so that no line is too long to be read
            for number in block.numbers:
                self.add(point, _part_of(block, {number}))
            return
        with sentences(f"{self.path} can't be written (finished replications are kept)"):
            if self._stream is None:
                self._stream = open_to_append(self.path)
                self._stream.truncate(self._end)  # a torn tail of an earlier process
            if timeline is not None:
                write_whole(self._timeline_file(self._end), timeline)
            try:
                self._stream.write(line)
                self._stream.flush()
                os.fsync(self._stream.fileno())
            except OSError:
                self.close()  # an incomplete line is cut off at the next write
                raise
        self._points.setdefault(point, _Lines()).note(block, self._end)
        self._end += len(line)

    def close(self) -> None:
        """Lets go of the file."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            try:
                stream.close()
            except OSError:  # its buffer could not be written either
                return

    def blocks(self, point: Point = 0, until: int = LAST) -> Iterator[Block]:
        """All replications of a point up to a number, in the order of their numbers, whatever blocks they came in."""
        known = self._points.get(point)
        if known is None:
            return
        for at, numbers in groupby(known.numbers(until), known.of):
            if at is not None:
                with self._opened() as stream:
                    block = self._block(stream, at)
                yield _part_of(block, set(numbers))

    def point(self, point: Point, until: int = LAST) -> tuple[list[ResultRow], list[Failure]]:
        """Records and failures of a point up to a number, in the order of their numbers; each line is read once."""
        known = self._points.get(point)
        if known is None:
            return [], []
        by_line: dict[int, set[int]] = {}
        for number in known.numbers(until):
            if (at := known.of(number)) is not None:
                by_line.setdefault(at, set()).add(number)
        with self._opened() as stream:
            parts = [_part_of(self._block(stream, at), numbers) for at, numbers in by_line.items()]
        records = sorted((row for part in parts for row in part.records), key=lambda row: row.replication)
        return records, sorted((row for part in parts for row in part.failures), key=lambda row: row.replication)

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        with sentences(f"{self.path} can't be read"), as_written(self.path), opened(self.path, MOST_JOURNAL) as stream:
            yield stream

    def _block(self, stream: IO[bytes], at: int) -> Block:
        """The block of a line that was whole; its timeline is mapped, so that it takes no memory until it is used."""
        stream.seek(at)
        entry = _entry(stream.readline(MOST_LINE))
        if entry is None:
            raise ValueError("a line that is none of ours")
        _, block, digest = entry
        return block if digest is None else Block(block.records, block.failures, _mapped(self._timeline_file(at)))


def _line(point: Point, block: Block, timeline: str | None) -> bytes:
    said = [point, [_plain_of(row) for row in block.records],
            [[row.replication, row.kind, row.error, row.details] for row in block.failures], timeline]  # fmt: skip
    body = json.dumps(said, allow_nan=False, separators=(",", ":"), default=lambda value: value.item()).encode()
    return hashlib.sha256(body).hexdigest().encode() + b" " + body + b"\n"


def _plain_of(row: ResultRow) -> list[Any]:
    """A record as a line holds it: shorter where nothing but responses is kept of a replication."""
    more = (row.rows, row.lines, row.shares, row.causes)
    return [row.replication, row.tape_hash, row.responses, *(more if any(more) else ())]


def _entry(line: bytes) -> _Entry | None:
    """What a line says; `None` for one that is torn, was changed, or says what `_line` does not write."""
    body = line[_HASH + 1 :].removesuffix(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != line[:_HASH] or not line.endswith(b"\n"):
        return None
    try:
        point, rows, failures, timeline = json_in(body, Path(NAME))
        if not isinstance(point, int | str) or not isinstance(timeline, str | None):
            return None
        block = Block(
            tuple(_record(*row) for row in rows),
            tuple(Failure(int(number), kind, str(error), str(more)) for number, kind, error, more in failures),
        )
    except (ValueError, TypeError, AttributeError, ResultsError):
        return None
    return (point, block, timeline) if all(0 < number <= LAST for number in block.numbers) else None


def _record(
    number: Any, tape_hash: Any, responses: Any, rows: Any = None, lines: Any = None, shares: Any = None,
    causes: Any = None,
) -> ResultRow:  # fmt: skip
    """A record as it was read; raises what shows that it is not as `_plain_of` gives it."""
    if not all(value is None or isinstance(value, int | float) for value in responses.values()):
        raise TypeError("no number")
    lines = lines or {}
    if any(_FORMULA.search(text) for text in lines.values()):
        raise ValueError("a cell that a spreadsheet would take for a formula")
    return ResultRow(int(number), str(tape_hash), responses, rows or {}, lines, shares or {}, causes or {})


def _array(block: Block) -> bytes | None:
    """The timeline of a block as a file holds it."""
    if block.timeline is None:
        return None
    import numpy as np

    stream = io.BytesIO()
    np.save(stream, block.timeline, allow_pickle=False)
    return stream.getvalue()


def _mapped(file: Path) -> NDArray[np.int32]:
    """The array in a file, mapped; raises `ValueError` for objects, which would be a pickle, and other shapes."""
    import numpy as np

    with opened(file):  # a plain file, and none that is too big
        timeline = np.lib.format.open_memmap(file, mode="r")
    if timeline.dtype != np.int32 or timeline.ndim != _AXES:
        raise ValueError(f"an array of {timeline.dtype} with {timeline.ndim} axes")
    return timeline


def _part_of(block: Block, numbers: set[int]) -> Block:
    """Those of a block's replications with these numbers, which are neighbours in it where it has a timeline."""
    at = [i for i, row in enumerate(block.records) if row.replication in numbers]
    timeline = None
    if block.timeline is not None and at and at[0] < len(block.timeline):
        timeline = block.timeline[at[0] : at[-1] + 1]
    failures = tuple(row for row in block.failures if row.replication in numbers)
    return Block(tuple(block.records[i] for i in at), failures, timeline)
