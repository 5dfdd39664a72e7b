"""Scenarios from standard input: `-` in place of a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.cli.terminal import note
from sim.errors import InputError, Problem
from sim.scenario.reading import MOST_BYTES, STDIN, STDIN_SHOWN, refuse

if TYPE_CHECKING:
    from sim.scenario.door import Loaded


def given(files: Sequence[str]) -> bytes | None:
    """Returns standard input if one of the files is `-`; raises `InputError` for more than one, or too much."""
    count = list(files).count(STDIN)
    if not count:
        return None
    if count > 1:
        allowed = "- for one scenario, files for others"
        raise InputError([Problem(STDIN, "standard input can be read only once", allowed=allowed)])
    try:
        if sys.stdin.isatty():
            note("reading a scenario from standard input; Ctrl-D ends it")
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    except (AttributeError, OSError, ValueError):  # closed, or without bytes
        raise refuse(STDIN_SHOWN, "this cannot be read") from None


def load_from(file: str, content: bytes | None, sets: Sequence[str], strict: bool) -> Loaded:
    """Returns the scenario of a file, or of the content that `given` read for `-`; raises `InputError`."""
    from sim.scenario.door import load, load_given

    if file != STDIN or content is None:
        return load(file, sets, strict)
    return load_given(content, STDIN_SHOWN, sets, strict)
