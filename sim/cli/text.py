"""Names and counts as words of an answer."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable

from sim.errors import visible
from sim.figures.labels import unlike

WIDE = 100


def clipped(text: str, most: int) -> str:
    """A user's text on one line, in signs that a terminal shows and does not obey, cut to so many columns."""
    text = visible(" ".join(text.split()))
    if width_of(text) <= most:
        return text
    while width_of(text) > most - 1:
        text = text[:-1]
    return text + "…"


def clipped_apart(texts: Iterable[str], most: int) -> list[str]:
    """Users' texts that stand below one another, each on one line of so many columns, and no two alike."""
    return unlike([visible(" ".join(text.split())) for text in texts], most, clipped)


def width_of(text: str) -> int:
    """Columns that a text takes on a terminal: two for a wide sign, none for one that joins another."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)


def padded(text: str, columns: int) -> str:
    """A text filled up to so many columns."""
    return text + " " * max(columns - width_of(text), 0)


def wrapped(text: str, indent: str = "") -> list[str]:
    """Lines of a sentence within the width of an answer."""
    return textwrap.wrap(visible(text), WIDE, initial_indent=indent, subsequent_indent=indent) or [""]
