"""Text of users on a picture: shown as it is, never as markup, and no longer than there is room.

A name that holds letters written from right to left stands between Unicode's isolates (UAX 9). So it is laid out by
itself: it neither turns the line that it begins nor draws the numbers beside it to its other side.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from matplotlib import ft2font

_NAME_ROOM = 26
_UNSHOWN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_RIGHT_TO_LEFT = ("R", "AL")
_ISOLATE, _END = "\u2068", "\u2069"
_LAYS_OUT = hasattr(ft2font, "__libraqm_version__")
"""Whether this matplotlib (3.11 or later) orders letters by their script; an earlier one draws isolates as boxes."""


def width(text: str) -> int:
    """Columns that a text takes: letters of East Asia count two, combining marks none."""
    return sum(
        0
        if unicodedata.combining(letter) or letter in (_ISOLATE, _END)
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def plain(text: object) -> str:
    """A text on one line without control or direction marks, which XML and readers stumble over."""
    shown = "".join(" " if letter in "\t\n\r" else letter for letter in str(text))
    shown = "".join(letter for letter in shown if unicodedata.category(letter) not in _UNSHOWN)
    return " ".join(shown.split(" ")).strip() or "(no name)"


def literal(text: object) -> str:
    """A text that matplotlib shows letter by letter, a dollar sign not as the beginning of mathematics."""
    return _isolated(plain(text).replace("$", r"\$"))


def _isolated(text: str) -> str:
    """A text between isolates where it has letters written from right to left; any other as it is."""
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text)
    return f"{_ISOLATE}{text}{_END}" if turns and _LAYS_OUT else text


def short(text: object, room: int = _NAME_ROOM) -> str:
    """The same, with the middle of a long text left out."""
    whole = plain(text)
    if width(whole) > room:
        head, tail = (room - 1) * 2 // 3, (room - 1) // 3
        whole = f"{_fitting(whole, head)}…{_fitting(whole[::-1], tail)[::-1]}"
    return literal(whole)


def legend_label(text: object, *more: object) -> str:
    """A short text for a legend, which would hide one that begins with an underscore; `more` stands behind it."""
    shown = " ".join(short(part) for part in (text, *more))
    return f"\u200b{shown}" if shown.startswith("_") else shown


def wrap(text: str, room: int) -> list[str]:
    """Lines of at most `room` columns, broken between words, or within one that is longer than a line."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width(lines[-1]) + 1 + width(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return list(_each_isolated(piece for line in lines for piece in _pieces(line, room)))


def _each_isolated(lines: Iterable[str]) -> Iterator[str]:
    """Lines of which each ends the isolates that it begins, and begins anew what a line before has torn."""
    torn = 0
    for line in lines:
        still = torn + line.count(_ISOLATE) - line.count(_END)
        yield _ISOLATE * torn + line + _END * still
        torn = still


def balanced(text: str, room: int) -> list[str]:
    """As few lines as `wrap` gives, of about one length."""
    fewest = len(wrap(text, room))
    return next(lines for less in range(room // 2, room + 1) if len(lines := wrap(text, less)) <= fewest)


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 replication`, `200 replications`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _pieces(line: str, room: int) -> list[str]:
    pieces = []
    while width(line) > room:
        head = _fitting(line, room)
        pieces.append(head)
        line = line[len(head) :]
    return [*pieces, line]


def _fitting(text: str, room: int) -> str:
    """The longest beginning of a text that takes at most `room` columns."""
    used = 0
    for place, letter in enumerate(text):
        used += width(letter)
        if used > room:
            return text[:place]
    return text
