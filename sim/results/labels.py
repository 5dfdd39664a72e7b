"""The label of a results folder: a name of the user's own beside its tables, of which no result depends."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError, Problem, ResultsError
from sim.results.files import sentences, write_whole
from sim.results.untrusted import read_file

LABEL = "label.txt"
_LONGEST = 200


def check_label(text: str | None) -> None:
    """Raises `InputError` for a label that is empty, too long, or not one line."""
    if text is not None and (not text.strip() or len(text) > _LONGEST or len(text.splitlines()) > 1):
        raise InputError(
            [Problem("--label", "not a label", repr(text[:40]), f"one line of 1 to {_LONGEST} characters")]
        )


def write_label(folder: Path, text: str) -> None:
    """Writes the label of a folder, in place of an earlier one; raises `ResultsError`."""
    with sentences(f"{folder / LABEL} can't be written"):
        write_whole(folder / LABEL, (text.strip() + "\n").encode())


def read_label(folder: Path) -> str | None:
    """Returns the label of a folder; `None` where there is none that can be read."""
    file = folder / LABEL
    if not file.is_file() or file.is_symlink():
        return None
    try:
        text = read_file(file, 4 * _LONGEST + 1).decode("utf-8", "replace").strip()
    except (OSError, ResultsError):
        return None
    return " ".join(text.split())[:_LONGEST] or None
