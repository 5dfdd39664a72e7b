"""The exceptions of the program: user errors and failures during a run."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]")


def visible(text: str, keep: str = "") -> str:
    """The text with characters that a terminal obeys or hides as escapes, except those in `keep`."""
    return _UNSEEN.sub(lambda seen: seen.group() if seen.group() in keep else _escape(seen.group()), text)


def unseen_in_json(text: str) -> str:
    """An equivalent JSON text with such characters as JSON escapes."""
    return _UNSEEN.sub(lambda seen: seen.group() if seen.group() == "\n" else f"\\u{ord(seen.group()):04x}", text)


def _escape(character: str) -> str:
    latin = ord(character) < 0x100  # noqa: PLR2004 - what repr writes in two digits
    return repr(character)[1:-1] if latin else f"\\u{ord(character):04x}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem in a user's file, with its place in the file and the remedy.

    `path` is the dotted path of the field; `line` is 1-based, `None` if no line is at fault.
    """

    path: str
    wrong: str
    got: str | None = None
    allowed: str | None = None
    nearest: str | None = None
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """`file:line: field.path: what is wrong; got X; allowed Y; did you mean Z?`."""
        where = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        head = ": ".join(part for part in (where, self.path) if part)
        tail = [self.wrong]
        if self.got is not None:
            tail.append(f"got {self.got}")
        if self.allowed is not None:
            tail.append(f"allowed: {self.allowed}")
        if self.nearest is not None:
            tail.append(f"did you mean {self.nearest}?")
        return visible(f"{head}: {'; '.join(tail)}" if head else "; ".join(tail))


class DrawdownError(Exception):
    """Base of all exceptions; its text is meant for users."""


class InputError(DrawdownError):
    """The user's input is wrong (file, option, scenario); exit code 2. Carries every problem found."""

    def __init__(self, problems: list[Problem] | str) -> None:
        self.problems = [Problem("", problems)] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ResultsError(DrawdownError):
    """A results folder that can't be written, read or resumed; exit code 2 or 3, as the caller decides."""


class ReplicationError(DrawdownError):
    """One replication failed (broken invariant, too many events); recorded, never averaged."""


class ModelFault(ReplicationError):  # noqa: N818 - a fault of the model, not an error of the user
    """An invariant of the model does not hold: a fault of the program, never of the user."""
