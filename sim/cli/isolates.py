"""Names written from right to left, on a terminal that orders signs by their script.

Beside such a name a number would change its side: `تساليت 5 of 7` would read as `7 of 5`. On a terminal the name
stands between Unicode's isolates (UAX 9), which take no room. A file or a pipe gets the bytes of the answer alone.
"""

from __future__ import annotations

import codecs
import os
import re
from typing import IO

_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
"""Blocks of the scripts that are written from right to left."""
_NAME = re.compile(f"[{_LETTERS}]+(?:(?: ?[-'’._\\d]+ ?| )[{_LETTERS}]+)*(?:[-_.]?\\d+)?")
"""A name of one or several words; two blanks, as between columns, end it."""
_COPIED = re.compile(r"(?:^|\s)drawdown \w|^\S+$")
"""Lines that readers copy, commands and paths: a sign that is not seen would be copied with them."""
_PLAIN = ("", "dumb", "linux")
"""Terminals, by TERM, that order nothing, and show signs that they do not know as boxes."""


def isolated(text: str, stream: IO[str] | None) -> str:
    """The text for a stream: on a terminal in UTF-8 with isolates around names written from right to left."""
    if text.isascii() or stream is None or not _orders(stream):
        return text
    return "".join(_isolated(line) for line in text.splitlines(keepends=True))


def _orders(stream: IO[str]) -> bool:
    try:
        utf8 = codecs.lookup(getattr(stream, "encoding", None) or "ascii").name == "utf-8"
        return utf8 and stream.isatty() and os.environ.get("TERM", "") not in _PLAIN
    except (LookupError, ValueError):  # an unknown encoding; a closed stream
        return False


def _isolated(line: str) -> str:
    return line if _COPIED.search(line) else _NAME.sub("\u2068\\g<0>\u2069", line)
