"""Text of users on a picture: shown as it is, never as markup, and no longer than there is room."""

from __future__ import annotations

import unicodedata

_NAME_ROOM = 26
_UNSHOWN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def width(text: str) -> int:
    """Columns that a text takes: letters of East Asia count two, combining marks none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def plain(text: object) -> str:
    """A text on one line without control or direction marks, which XML and readers stumble over."""
    shown = "".join(" " if letter in "\t\n\r" else letter for letter in str(text))
    shown = "".join(letter for letter in shown if unicodedata.category(letter) not in _UNSHOWN)
    return " ".join(shown.split(" ")).strip() or "(no name)"


def literal(text: object) -> str:
    """A text that matplotlib shows letter by letter, a dollar sign not as the beginning of mathematics."""
    return plain(text).replace("$", r"\$")


def short(text: object, room: int = _NAME_ROOM) -> str:
    """The same, with the middle of a long text left out."""
    whole = plain(text)
    if width(whole) > room:
        head, tail = (room - 1) * 2 // 3, (room - 1) // 3
        whole = f"{_fitting(whole, head)}…{_fitting(whole[::-1], tail)[::-1]}"
    return literal(whole)


def legend_label(text: object) -> str:
    """A short text for a legend, which would hide one that begins with an underscore."""
    shown = short(text)
    return f"\u200b{shown}" if shown.startswith("_") else shown


def wrap(text: str, room: int) -> list[str]:
    """Lines of at most `room` columns, broken between words, or within one that is longer than a line."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width(lines[-1]) + 1 + width(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [piece for line in lines for piece in _pieces(line, room)]


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
