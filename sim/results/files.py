"""Writing files so that they are whole or absent, and tables so that equal rows are equal bytes."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from sim.errors import ResultsError

HALF = ".tmp"
"""What the name of a file ends in while it is written."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_THOUSAND = 1000
_BUFFER = 1 << 18
_SENTENCES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "there is no permission",
    errno.EPERM: "there is no permission",
    errno.ENOENT: "the folder has vanished",
    errno.ENOTDIR: "there is a file where a folder should be",
    errno.EEXIST: "something else has this name",
    errno.EISDIR: "there is a folder where a file should be",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its links lead in a circle",
    errno.EMFILE: "too few files may be open at once (`ulimit -n` says how many)",
    errno.ENFILE: "too many files are open on this machine",
}
_FAULTS = frozenset({errno.ENOENT, errno.EEXIST, errno.EBADF, errno.EINTR, errno.EINVAL})
"""What no disk, limit or permission is to blame for, where nobody expected it."""
_NUL = "\0"


def surroundings(error: OSError) -> str | None:
    """Describes why the machine refused; `None` for an error that may be a fault of the program."""
    if error.errno is None or error.errno in _FAULTS:
        return None
    return _SENTENCES.get(error.errno, error.strerror or type(error).__name__)


@contextmanager
def sentences(doing: str) -> Iterator[None]:
    """Turns what the disk refuses into a `ResultsError` of one sentence."""
    try:
        yield
    except OSError as error:
        why = _SENTENCES.get(error.errno or 0, error.strerror or type(error).__name__)
        raise ResultsError(f"{doing}: {why}") from error
    except ValueError as error:
        if _NUL not in doing:  # the one sign that no path may hold
            raise
        raise ResultsError(f"{doing}: a path can't hold the character U+0000") from error


def fresh(path: Path) -> IO[bytes]:
    """Opens a new file for writing. An existing file is removed, never written through: it may be a link."""
    path.unlink(missing_ok=True)
    return path.open("xb")


def write_whole(path: Path, content: bytes) -> None:
    """Puts a file in place at once: a reader sees the old one, or all of the new one. Raises `OSError`."""
    half = path.with_name(path.name + HALF)
    with fresh(half) as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    half.replace(path)


def to_json(value: object) -> bytes:
    """JSON with indents, the keys in the order given, and no NaN; ends with a line feed."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False, default=_plain)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _plain(value: Any) -> object:
    """Numbers of numpy as Python's own."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no plain data")


def thousandths(whole: int) -> str:
    """A whole number of thousandths (kilograms as tonnes), exactly, without trailing zeros."""
    if whole < 0:
        return f"-{thousandths(-whole)}"
    above, below = divmod(whole, _THOUSAND)
    return f"{above}.{below:03d}".rstrip("0") if below else str(above)


def cell(value: object) -> str:
    """A cell's text: the shortest digits that read back the same, nothing for `None`, text safe to open."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, str):
        return guarded(value)
    return str(value)


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def one_line(values: Iterable[object]) -> str:
    """Cells with commas between, quoted where need be."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="").writerow([cell(value) for value in values])
    return stream.getvalue()


class Table:
    """One CSV table while it is written: counts its rows and hashes its bytes. Use it in a `with`."""

    def __init__(self, path: Path, columns: Iterable[str]) -> None:
        self.path, self.rows = path, 0
        self._hash = hashlib.sha256()
        self._stream = fresh(path)
        self._text = io.StringIO(newline="")
        self._csv = csv.writer(self._text, lineterminator="\n")
        self._csv.writerow([guarded(column) for column in columns])

    def row(self, *values: object) -> None:
        """Appends a row."""
        self._csv.writerow([cell(value) for value in values])
        self.rows += 1
        self._flush_some()

    def lines(self, text: str, rows: int) -> None:
        """Appends this number of rows that are text already."""
        self._text.write(text)
        self.rows += rows
        self._flush_some()

    def _flush_some(self) -> None:
        if self._text.tell() > _BUFFER:
            self._flush()

    def _flush(self) -> None:
        content = self._text.getvalue().encode("utf-8", "backslashreplace")
        self._text.seek(0)
        self._text.truncate()
        self._hash.update(content)
        self._stream.write(content)

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stream:
            if error is None:
                self._flush()
                self._stream.flush()
                os.fsync(self._stream.fileno())

    @property
    def described(self) -> dict[str, Any]:
        """Rows and hash for the manifest; valid once the table is closed."""
        return {"rows": self.rows, "sha256": self._hash.hexdigest()}
