"""Reads a file safely: regular, at most 1 MiB, read once, UTF-8, without hidden characters."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError, Problem
from sim.scenario.foreign import START, recognised_by_bytes, recognised_by_name, recognised_by_text
from sim.scenario.paths import nearest
from sim.scenario.signs import SEEN, hidden

MOST_BYTES = 1 << 20
STDIN, STDIN_SHOWN, _STDIN_STEM = "-", "standard input", "stdin"
"""Names of standard input on a command line, in messages, and in folder names."""
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISLNK, "a symbolic link"),
)
_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file, and the SHA-256 of its bytes."""

    text: str
    sha256: str


def stem_of(file: str) -> str:
    """The name of a scenario file without folders and ending, for folders and lines of progress."""
    return _STDIN_STEM if file == STDIN else Path(file).stem


def refuse(
    file: str,
    wrong: str,
    *,
    got: str | None = None,
    allowed: str | None = None,
    near: str | None = None,
    line: int | None = None,
) -> InputError:
    """An error about a whole file."""
    return InputError([Problem("", wrong, got, allowed, near, file, line)])


def read_text(path: str, shown_as: str, *, through_links: bool = True) -> Text:
    """The text of a file; raises `InputError` for anything but a small regular file of clean UTF-8."""
    return as_text(_read_bytes(path, shown_as, through_links), shown_as)


def as_text(raw: bytes, shown_as: str) -> Text:
    """The text in bytes; raises `InputError` for anything but clean UTF-8, tables and spreadsheets among it."""
    if len(raw) > MOST_BYTES:
        raise _too_big(shown_as)
    reported = recognised_by_bytes(raw, shown_as)
    if reported is not None:
        raise refuse(shown_as, reported)
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            _refuse_table(raw.decode(encoding, "replace"), shown_as)
            raise refuse(shown_as, f"this is {encoding} text", allowed="UTF-8; save it as UTF-8 in your editor")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_table(raw.decode("latin-1"), shown_as)
        line = raw.count(b"\n", 0, error.start) + 1
        raise refuse(
            shown_as,
            "this is not UTF-8 text (Latin-1, perhaps, or no text at all)",
            line=line,
            got=f"byte 0x{raw[error.start]:02x}",
            allowed="UTF-8; save it as UTF-8 in your editor",
        ) from None
    text = text.removeprefix("\ufeff")
    _refuse_table(text, shown_as)
    refuse_hidden(text, shown_as)
    return Text(text, hashlib.sha256(raw).hexdigest())


def _refuse_table(text: str, shown_as: str) -> None:
    reported = recognised_by_text(text, shown_as)
    if reported is not None:
        raise refuse(shown_as, reported)


def refuse_hidden(text: str, shown_as: str) -> None:
    """Raise `InputError` if a text contains hidden characters: NUL, control, direction marks."""
    sign = hidden(text)
    if sign is not None:
        line = text.count("\n", 0, sign.at) + 1
        raise refuse(shown_as, f"the file contains {sign.what}", got=sign.code, allowed=SEEN, line=line)


def _read_bytes(path: str, shown_as: str, through_links: bool) -> bytes:
    try:
        _refuse_kind(os.stat(path) if through_links else os.lstat(path), path, shown_as)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags if through_links else flags | getattr(os, "O_NOFOLLOW", 0))
    except (OSError, ValueError) as error:
        if shown_as == STDIN:
            raise refuse(STDIN, "standard input is not accepted here; give a file") from None
        raise refuse(shown_as, _why(error), near=_neighbour(path, shown_as, error), allowed=_allowed(error)) from None
    with os.fdopen(handle, "rb") as file:
        _refuse_kind(os.fstat(file.fileno()), path, shown_as)
        try:
            raw = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise refuse(shown_as, _why(error)) from None
    return raw


def _refuse_kind(status: os.stat_result, path: str, shown_as: str) -> None:
    for is_kind, name in _KINDS:
        if is_kind(status.st_mode):
            results = name == "a folder" and os.path.isfile(os.path.join(path, "summary.json"))
            what = "a folder of results" if results else name
            raise refuse(shown_as, f"this is {what}, not a scenario file; {START}")
    if status.st_size > MOST_BYTES:
        raise _too_big(shown_as)


def _too_big(shown_as: str) -> InputError:
    reported = recognised_by_name(shown_as)
    if reported is not None:
        return refuse(shown_as, reported)
    return refuse(shown_as, "this file is too large for a scenario", allowed="at most 1 MiB")


def _why(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ENOTDIR):
        return "no such file"
    if number in (errno.EACCES, errno.EPERM):
        return "no permission to read this file"
    if number == errno.ELOOP:
        return "this path goes through a symbolic link"
    return "this file cannot be read" if number is None else f"this file cannot be read ({os.strerror(number)})"


def _allowed(error: Exception) -> str | None:
    return START if getattr(error, "errno", None) == errno.ENOENT else None


def _neighbour(path: str, shown_as: str, error: Exception) -> str | None:
    if getattr(error, "errno", None) != errno.ENOENT:
        return None
    folder, name = os.path.split(path)
    try:
        found = [entry for entry in os.listdir(folder or ".") if entry.endswith((".yaml", ".yml"))]
    except OSError:
        return None
    near = nearest(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml", found)
    return None if near is None else os.path.join(os.path.dirname(shown_as), near)
