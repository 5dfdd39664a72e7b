"""The output of a command: answers on standard output, all else on standard error, and an exit code.

A closed pipe is no error. On a terminal that orders characters by script, a name written from right to left is put
between Unicode isolates (UAX 9), which have no width: `تساليت 5 of 7` would otherwise read as `7 of 5`. A file or a
pipe gets the bytes of the answer without isolates.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterable
from typing import IO

import click

from sim.errors import DrawdownError, InputError, unseen_in_json, visible

DONE, UNMET, WRONG, BROKEN, FAULT, STOPPED = 0, 1, 2, 3, 70, 130
"""Exit codes. 130 means stopped by Ctrl-C, SIGTERM or SIGHUP."""
_FIRST = (FAULT, STOPPED, WRONG, BROKEN, UNMET, DONE)
SHOWN = 20
"""The largest number of problems printed for a file."""
_BAR = 30
_USUAL, _NARROWEST, _WIDEST = 80, 40, 100
_PLAIN = ("", "dumb")
"""Terminals, by TERM, without colours."""
_EVERY_S = 10.0
_REDRAW_S = 0.1
_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""Blocks of the scripts that are written from right to left."""
_RIGHT_TO_LEFT = re.compile(f"[{_LETTERS}]+(?:(?: ?[-'’._\\d]+ ?| )[{_LETTERS}]+)*(?:[-_.]?\\d+)?")
"""A name of one or several words; two blanks, as between columns, end it."""
_COPIED = re.compile(r"(?:^|\s)drawdown \w|^\S+$")
"""Lines that readers copy, commands and paths: an invisible character would be copied too."""
_ORDERS_NOTHING = ("", "dumb", "linux")
"""Terminals, by TERM, that order nothing, and show unknown characters as boxes."""


def first_that_applies(codes: Iterable[int]) -> int:
    """Returns the exit code of several studies together: the first of 70, 130, 2, 3 and 1, otherwise 0."""
    return min(codes, key=_FIRST.index, default=DONE)


class OutputError(DrawdownError):
    """An answer that could not be printed; exit code 3."""


def answer(text: str) -> None:
    """Prints lines of an answer, with control characters made visible; on a terminal titles and warnings in colour.

    After the reader has closed the pipe (`| head`), the rest is dropped. Raises `OutputError` if the disk is full.
    """
    shown = visible(text, keep="\n")
    _report(sys.stdout, (_coloured(shown) if _has_colour(sys.stdout) else shown) + "\n")


def width_of_output() -> int:
    """The columns of the terminal that standard output is, within limits; 80 for a file or a pipe."""
    try:
        columns = shutil.get_terminal_size((_USUAL, 24)).columns if sys.stdout.isatty() else _USUAL
    except (AttributeError, ValueError):  # there is no standard output, or it was closed
        columns = _USUAL
    return min(max(columns, _NARROWEST), _WIDEST)


def _has_colour(stream: IO[str] | None) -> bool:
    """Whether a stream is a terminal that shows colours, and NO_COLOR is not set (no-color.org)."""
    try:
        terminal = stream is not None and stream.isatty()
    except ValueError:
        terminal = False
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") not in _PLAIN


def _coloured(text: str) -> str:
    """Titles bold, warnings yellow, gates that fail red."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if at + 1 < len(lines) and line and set(lines[at + 1]) == {"─"}:
            lines[at] = click.style(line, bold=True)
        elif line.lstrip().startswith("! "):
            lines[at] = click.style(line, fg="yellow")
        elif line.startswith("DOES NOT HOLD"):
            lines[at] = click.style(line, fg="red")
    return "\n".join(lines)


def answer_json(value: object, indent: int | None = 1) -> None:
    """Prints plain data as JSON, with control and invisible characters escaped."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    _write(sys.stdout, unseen_in_json(text) + "\n")


def complain(text: str) -> None:
    """Prints an error message. Where standard error can't be written, this and all later messages are lost."""
    _report(sys.stderr, f"drawdown: {visible(text, keep=chr(10))}\n")


def note(text: str) -> None:
    """Prints a line about progress."""
    _report(sys.stderr, visible(text) + "\n")


def complain_of(error: InputError) -> None:
    """Prints one message for each of the first 20 problems, and counts the rest."""
    for problem in error.problems[:SHOWN]:
        _report(sys.stderr, f"{problem}\n")
    if len(error.problems) > SHOWN:
        _write(sys.stderr, f"… and {len(error.problems) - SHOWN} more problems\n")


def draw(line: str) -> None:
    """Replaces the current line of standard error."""
    _report(sys.stderr, f"\r\x1b[2K{line}")


def complain_of_usage(error: click.ClickException) -> None:
    """Prints an error of the command line, in the words of click."""
    said = io.StringIO()
    error.show(said)
    _write(sys.stderr, said.getvalue())


def show_trace(error: BaseException) -> None:
    """Prints the traceback of an error, for debugging."""
    import traceback

    _write(sys.stderr, "".join(traceback.format_exception(error)))


def _report(stream: IO[str] | None, text: str) -> None:
    """Writes text for a reader; JSON is for programs too, and has no isolates."""
    _write(stream, _isolated(text, stream))


def _write(stream: IO[str] | None, text: str) -> None:
    if stream is None:
        return
    try:
        click.echo(text, file=stream, nl=False)
        stream.flush()
    except OSError as error:  # reported once; the flush at exit must not fail again
        _deafen(stream)
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            raise OutputError(f"output could not be written: {error.strerror}") from error
    except ValueError:  # the stream was closed
        return


def _deafen(stream: IO[str]) -> None:
    """Discards all later output, including the flush at exit."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def close_output() -> None:
    """Flushes both streams for the last time, ignoring a closed pipe."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            _write(stream, "")


def _isolated(text: str, stream: IO[str] | None) -> str:
    """Returns the text for a stream: on a terminal in UTF-8, with isolates around names written from right to left."""
    if text.isascii() or stream is None or not _orders(stream):
        return text
    return "".join(_with_isolates(line) for line in text.splitlines(keepends=True))


def _orders(stream: IO[str]) -> bool:
    try:
        utf8 = codecs.lookup(getattr(stream, "encoding", None) or "ascii").name == "utf-8"
        return utf8 and stream.isatty() and os.environ.get("TERM", "") not in _ORDERS_NOTHING
    except (LookupError, ValueError):  # an unknown encoding; a closed stream
        return False


def _with_isolates(line: str) -> str:
    return line if _COPIED.search(line) else _RIGHT_TO_LEFT.sub("\u2068\\g<0>\u2069", line)


class Progress:
    """Shows the progress of one scenario on standard error; with `quiet`, nothing."""

    def __init__(self, name: str, quiet: bool) -> None:
        self._name, self._quiet = name, quiet
        self._moving = sys.stderr is not None and sys.stderr.isatty()
        self._began = self._last = time.monotonic()
        self._first: int | None = None
        self._drawn = False

    def __call__(self, done: int, wanted: int, failed: int) -> None:
        """Receives progress."""
        now = time.monotonic()
        if self._first is None:
            self._first = done
            if done and not self._quiet:
                note(f"{self._name}: {done} of {wanted} replications were finished earlier; resuming")
        if self._quiet or (now - self._last < self._pause() and done < wanted):
            return
        self._last = now
        line = f"{self._name}: {done} of {wanted} replications{self._left(done, wanted, now)}"
        line += f", {failed} failed" if failed else ""
        if self._moving:
            self._draw(f"{_bar(done, wanted)} {line}")
        elif done > self._first:
            note(line)

    def _pause(self) -> float:
        return _REDRAW_S if self._moving else _EVERY_S

    def _left(self, done: int, wanted: int, now: float) -> str:
        simulated = done - (self._first or 0)
        if not simulated or done >= wanted:
            return ""
        seconds = (now - self._began) / simulated * (wanted - done)
        return f", about {seconds:.0f} s left" if seconds < 100 else f", about {seconds / 60:.0f} min left"  # noqa: PLR2004

    def _draw(self, line: str) -> None:
        draw(line[:100])
        self._drawn = True

    def end(self) -> None:
        """Clears the progress line."""
        if self._drawn:
            draw("")


def _bar(done: int, wanted: int) -> str:
    full = _BAR * done // max(wanted, 1)
    return "█" * full + "░" * (_BAR - full)
