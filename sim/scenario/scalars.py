"""Values of unquoted scalars in YAML 1.2: null, a boolean, a finite number, or text."""

from __future__ import annotations

import re
from typing import Any

from sim.errors import visible
from sim.scenario.paths import short

_MOST_DIGITS = 18
_INTEGER = re.compile(r"[-+]?[0-9]+\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_NULLS = ("", "~", "null", "Null", "NULL")
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_LONGEST_NUMBER = 300


class BadValueError(ValueError):
    """An unacceptable value; its text is the message, `got` the value, `allowed` the remedy."""

    def __init__(self, wrong: str, got: str | None = None, allowed: str | None = None) -> None:
        super().__init__(wrong)
        self.wrong, self.got, self.allowed = wrong, got, allowed


def plain_scalar(text: str) -> Any:
    """The value of an unquoted scalar in YAML 1.2; raises `BadValueError`."""
    if text in _NULLS:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _NO_NUMBER.match(text):
        raise BadValueError("this is not a finite number", text, "a finite number")
    if _INTEGER.match(text):
        if len(text) > _MOST_DIGITS:
            raise BadValueError("this number is out of range", short(text, 24), f"at most {_MOST_DIGITS} digits")
        return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
    if _REAL.match(text):
        number = float(text) if len(text) <= _LONGEST_NUMBER else float("inf")
        if number in (float("inf"), float("-inf")):
            raise BadValueError("this number is out of range", short(text, 24), "a finite number")
        return number
    return visible(text, keep="\n\t")
