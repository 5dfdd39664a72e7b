"""Files of a results folder, opened as if a stranger had made them: nothing in them is run, followed or waited for.

What is read is a plain file of a size that was looked at first. Links, pipes, devices and folders in its place are
refused in a sentence, as is JSON with more values than a limit counted before it is parsed. Nothing is unpacked.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, NoReturn

from sim.errors import DrawdownError, ResultsError

MOST_TABLE = 2 << 30
"""Bytes of a table that are read at most."""
MOST_JSON = 1 << 26
"""Bytes of a JSON file that are read at most."""
MOST_LINE = 1 << 26
"""Bytes of a line of a journal or a table that are read at most."""
MOST_VALUES = 4_000_000
"""Values in a JSON text at most: a list of empty lists takes twenty times its own size in memory."""
_KINDS = (
    (stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
)  # fmt: skip
_CAUTION = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
MOST_NUMBER = 1e100
"""The greatest number of a table or a JSON file: sums and squares of greater ones would leave the range of floats."""
_SHORT = 100


@contextmanager
def opened(path: Path, most: int = MOST_TABLE) -> Iterator[BufferedReader]:
    """A plain file of at most so many bytes, open for reading.

    Raises `ResultsError` for anything else at that name, `OSError` where the disk refuses.
    """
    _check_kind(os.lstat(path), path)
    with os.fdopen(os.open(path, os.O_RDONLY | _CAUTION), "rb") as stream:
        found = os.fstat(stream.fileno())
        _check_kind(found, path)
        if found.st_size > most:
            raise ResultsError(f"{path} has {found.st_size:,} bytes; at most {most:,} are read")
        yield stream


def read_file(path: Path, most: int = MOST_TABLE) -> bytes:
    """What a plain file of at most so many bytes holds; raises as `opened`."""
    with opened(path, most) as stream:
        size = os.fstat(stream.fileno()).st_size  # room for `most` bytes would be set aside at once
        content = stream.read(size + 1)
    if len(content) > size:
        raise ResultsError(f"{path} grows while it is read")
    return content


def open_to_append(path: Path) -> IO[bytes]:
    """A plain file of this one name, made where there is none, open for reading and for writing at its end.

    Raises `ResultsError` where something else stands there, which might lead out of the folder; `OSError`.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | _CAUTION
    try:
        handle = os.open(path, flags, 0o666)
    except OSError:
        if path.is_symlink() or path.exists():
            _check_kind(os.lstat(path), path)
        raise
    try:
        found = os.fstat(handle)
        _check_kind(found, path)
        if found.st_nlink > 1:
            raise ResultsError(f"{path} has another name elsewhere; only plain files of one name are written")
        return os.fdopen(handle, "a+b")
    except BaseException:
        os.close(handle)
        raise


def _check_kind(found: os.stat_result, path: Path) -> None:
    for is_kind, name in _KINDS:
        if is_kind(found.st_mode):
            raise ResultsError(f"{path} is {name}; only plain files are taken for results")


def json_in(content: bytes, path: Path, numbers: bool = False) -> Any:
    """The value in a JSON text; raises `ResultsError` where it is none, too deep, or holds too many values.

    With `numbers`, also for one beyond all range (`1e999`), which takes longer: every number is looked at.
    """
    values = content.count(b",") + content.count(b"[") + content.count(b"{")
    if values > MOST_VALUES:
        raise ResultsError(f"{path} may hold {values:,} values; at most {MOST_VALUES:,} are read")
    try:
        return json.loads(content.decode(), parse_constant=_no_number, parse_float=in_range if numbers else None)
    except RecursionError:
        raise ResultsError(f"{path} is nested too deep") from None
    except ValueError:
        raise ResultsError(f"{path} is no JSON") from None


def in_range(text: str) -> float:
    """The number in a text; raises `ValueError` for what no table or JSON of ours holds: too large, or none at all."""
    number = float(text)
    if not abs(number) <= MOST_NUMBER:
        raise ValueError(f"{text[:_SHORT]} is beyond any range")
    return number


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def lines_in(stream: IO[bytes], path: Path) -> Iterator[bytes]:
    """The lines of a file, each with its end; raises `ResultsError` for one too long to be ours."""
    while line := stream.readline(MOST_LINE + 1):
        if len(line) > MOST_LINE:
            raise ResultsError(f"{path} has a line of more than {MOST_LINE:,} bytes; that is none of ours")
        yield line


@contextmanager
def as_written(path: object) -> Iterator[None]:
    """Around whatever is done with results that may be a stranger's: they may hold anything in any place.

    What goes wrong there is a `ResultsError` of one sentence; the disk and our own errors speak for themselves.
    """
    try:
        yield
    except (DrawdownError, OSError, MemoryError):
        raise
    except Exception as error:
        said = (str(error).strip().splitlines() or [""])[0][:_SHORT]
        why = f"{type(error).__name__}: {said}" if said else type(error).__name__
        if isinstance(error, KeyError):
            why = f"it has no {said}"
        raise ResultsError(f"{path} is not as this version of drawdown writes it ({why})") from error


def found_there(path: object, already: bool) -> AbstractContextManager[None]:
    """`as_written` around results that lay there already; where they are of just now, what goes wrong is ours."""
    return as_written(path) if already else nullcontext()
