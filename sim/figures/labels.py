"""Users' texts on pictures: shown literally, never as markup, and cut to the space available.

A name with letters written from right to left is put between Unicode isolates (UAX 9). It is then laid out by itself:
it neither reverses the line that it begins nor moves adjacent numbers to its other side.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

_NAME_ROOM = 26
_UNSHOWN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_RIGHT_TO_LEFT = ("R", "AL")
_ISOLATE, _END = "\u2068", "\u2069"


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
    """A text on one line without control or direction marks, which would break XML or confuse readers."""
    shown = "".join(" " if letter in "\t\n\r" else letter for letter in str(text))
    shown = "".join(letter for letter in shown if unicodedata.category(letter) not in _UNSHOWN)
    return " ".join(shown.split(" ")).strip() or "(no name)"


def literal(text: object) -> str:
    """Escapes a text for matplotlib, so that a dollar sign does not begin mathematics."""
    return _isolated(plain(text).replace("$", r"\$"))


def _isolated(text: str) -> str:
    """Puts a text between isolates if it has letters written from right to left."""
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text)
    return f"{_ISOLATE}{text}{_END}" if turns else text


def short(text: object, room: int = _NAME_ROOM) -> str:
    """Returns the same, with the middle of a long text omitted."""
    return literal(_middle_out(plain(text), room))


def labels(texts: Iterable[object], room: int = _NAME_ROOM) -> list[str]:
    """Returns short labels for texts next to each other, no two alike."""
    return [literal(label) for label in unlike([plain(text) for text in texts], room, _middle_out)]


def labels_by(texts: Iterable[object], room: int = _NAME_ROOM) -> dict[str, str]:
    """Returns the same as a mapping from text to label."""
    known = list(dict.fromkeys(str(text) for text in texts))
    return dict(zip(known, labels(known, room), strict=True))


def unlike(texts: list[str], room: int, cut: Callable[[str, int], str]) -> list[str]:
    """Shortens texts with `cut` to `room` columns; texts that became alike are cut to show where they differ.

    If they are still alike, a number is added.
    """
    found = {text: cut(text, room) for text in texts}
    for alike in _alike(found):
        found |= _from_where_they_differ(alike, room)
    return _numbered([found[text] for text in texts], room)


def _alike(found: dict[str, str]) -> list[list[str]]:
    """Texts with one label, those of each label together."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for text, label in found.items():
        by_label[label].append(text)
    return [texts for texts in by_label.values() if len(texts) > 1]


def _from_where_they_differ(texts: list[str], room: int) -> dict[str, str]:
    """Labels texts with a common beginning: a few letters of it, then each from its first different word."""
    common = next(at for at, signs in enumerate(zip_longest(*texts)) if len(set(signs)) > 1)
    word = 1 + max(texts[0].rfind(sign, 0, common) for sign in " -_/.")
    start = word if common - word <= room // 3 else common
    while start and any(unicodedata.combining(text[start : start + 1] or " ") for text in texts):
        start -= 1
    head = _fitting(texts[0][:start], room // 3).rstrip()
    left = room - width(head) - 1
    found = {text: f"{head}…{_middle_out(text[start:], left)}" if start else _middle_out(text, room) for text in texts}
    for alike in _alike(found):
        if len(alike) < len(texts):
            found |= _from_where_they_differ(alike, room)
    return found


def _numbered(shown: list[str], room: int) -> list[str]:
    """Adds a number to each label that was used before."""
    taken, found = set(shown), []
    seen: set[str] = set()
    for label in shown:
        marks = (f" ({number})" for number in range(2, len(shown) + 2))
        numbered = (_fitting(label, room - len(mark)) + mark for mark in marks)
        found.append(next(one for one in numbered if one not in taken) if label in seen else label)
        taken.add(found[-1])
        seen.add(label)
    return found


def _middle_out(text: str, room: int) -> str:
    if width(text) <= room:
        return text
    head, tail = (room - 1) * 2 // 3, (room - 1) // 3
    return f"{_fitting(text, head)}…{_fitting(text[::-1], tail)[::-1]}"


def legend_label(text: object) -> str:
    """A short text for a legend."""
    return in_legend(short(text))


def in_legend(shown: str) -> str:
    """Protects a label for a legend, which would hide one that begins with an underscore."""
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
    """Closes open isolates at the end of each line, and reopens them on the next."""
    torn = 0
    for line in lines:
        still = torn + line.count(_ISOLATE) - line.count(_END)
        yield _ISOLATE * torn + line + _END * still
        torn = still


def balanced(text: str, room: int) -> list[str]:
    """Returns as few lines as `wrap`, of similar length."""
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
