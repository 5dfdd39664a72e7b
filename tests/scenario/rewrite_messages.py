"""Rewrites the message of every broken file: run it as a script, then review the diff."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError
from sim.scenario.door import load

BROKEN = Path(__file__).parents[1] / "data" / "broken"


def rewrite() -> None:
    """Write each broken file's message next to it; a valid file keeps its old message, and its test fails."""
    for file in sorted(BROKEN.glob("*.yaml")):
        try:
            load(file)
        except InputError as error:
            text = str(error).replace(f"{BROKEN}/", "") + "\n"
            file.with_suffix(".txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
