"""Characters that no text of a scenario may contain, raw or as escapes, and blanks that only look like spaces.

Characters are refused if readers would not see them or a terminal would obey them: control characters, characters that
change the direction of text, and lone surrogates. Multi-line text may contain line breaks and tabs, a name may not.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SEEN = "text without hidden characters"
ONE_LINE = "a name on one line, without line breaks and tabs"
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff]"
)
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_ODD_BLANK = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000"
_ODD_INDENT = re.compile(rf"[ \t]*(?:- *)?([{_ODD_BLANK}])")


class Sign(NamedTuple):
    """A refused character: its description, its code, and its position in the text."""

    what: str
    code: str
    at: int


def hidden(text: str) -> Sign | None:
    """The first character that no text may contain; a carriage return counts only as an escape."""
    match = _HIDDEN.search(text)
    return None if match is None else Sign(_kind(match.group()), _code(match.group()), match.start())


def _hidden_escape(text: str) -> Sign | None:
    """The same in text that YAML has read, in which a carriage return can only come from an escape."""
    found, at = hidden(text), text.find("\r")
    if at >= 0 and (found is None or at < found.at):
        return Sign("a control character", _code("\r"), at)
    return found


def _broken_name(name: str) -> Sign | None:
    """The first line break or tab of a name, which must be on one line."""
    at = next((at for at, sign in enumerate(name) if sign in _BREAKS), None)
    return None if at is None else Sign(_BREAKS[name[at]], _code(name[at]), at)


def text_problem(text: str) -> tuple[str, str, str] | None:
    """What is wrong with a text of the file, got and allowed; `None` if it is valid."""
    sign = _hidden_escape(text)
    return None if sign is None else (f"this text contains {sign.what}, as an escape", sign.code, SEEN)


def name_problem(name: str) -> tuple[str, str, str] | None:
    """The same for a key, which is a name."""
    sign = _hidden_escape(name)
    if sign is not None and sign.code != "U+000D":
        return f"this name contains {sign.what}, as an escape", sign.code, SEEN
    sign = _broken_name(name)
    return None if sign is None else (f"this name contains {sign.what}", sign.code, ONE_LINE)


def joined(text: str) -> str:
    """The text with each surrogate pair, as JSON writes characters above U+FFFF, joined into one character."""
    return _PAIR.sub(lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), text)


def odd_indent(line: str) -> str | None:
    """The name of a non-space blank in a line's indentation; `None` if there is none."""
    match = _ODD_INDENT.match(line)
    return None if match is None else f"{_name(match.group(1))} (U+{ord(match.group(1)):04X})"


def _name(blank: str) -> str:
    import unicodedata

    name = unicodedata.name(blank).lower()
    return f"an {name}" if name[0] in "aeio" else f"a {name}"


def _kind(sign: str) -> str:
    if _BIDI.match(sign):
        return "a character that changes the direction of text"
    return "half a character (a lone surrogate)" if "\ud800" <= sign <= "\udfff" else "a control character"


def _code(sign: str) -> str:
    return f"U+{ord(sign):04X}"
