"""Writes the message of every broken file anew; run it as a script, then read the difference."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError
from sim.scenario.door import load

BROKEN = Path(__file__).parents[1] / "data" / "broken"


def rewrite() -> None:
    """Each broken file's message beside it; a file that is right keeps its old one, and fails its test."""
    for file in sorted(BROKEN.glob("*.yaml")):
        try:
            load(file)
        except InputError as error:
            text = str(error).replace(f"{BROKEN}/", "") + "\n"
            file.with_suffix(".txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
