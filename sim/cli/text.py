"""Names and counts as text of an answer."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable

from sim.errors import visible
from sim.figures.labels import unlike

WIDE, PLAIN = 100, 80
"""Widths of answers; `PLAIN` is that of answers which do not follow the terminal."""


def clipped(text: str, most: int) -> str:
    """Returns a user's text on one line, with control characters made visible, cut to `most` columns."""
    text = visible(" ".join(text.split()))
    if width_of(text) <= most:
        return text
    while width_of(text) > most - 1:
        text = text[:-1]
    return text + "…"


def clipped_apart(texts: Iterable[str], most: int) -> list[str]:
    """Returns users' texts for a column, each on one line of at most `most` columns, and no two alike."""
    return unlike([visible(" ".join(text.split())) for text in texts], most, clipped)


def width_of(text: str) -> int:
    """Returns the columns that a text takes on a terminal: two for a wide character, none for a combining one."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)


def padded(text: str, columns: int) -> str:
    """Pads a text with spaces to this number of columns."""
    return text + " " * max(columns - width_of(text), 0)


def wrapped(text: str, indent: str = "", width: int = WIDE) -> list[str]:
    """Wraps a sentence to the width of an answer."""
    return textwrap.wrap(visible(text), width, initial_indent=indent, subsequent_indent=indent) or [""]


def wrapped_plain(text: str, indent: str = "") -> list[str]:
    """Wraps a sentence to 80 columns."""
    return wrapped(text, indent, PLAIN)
