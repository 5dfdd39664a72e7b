"""Writes the numbers of docs/credibility.md between their marks: `python scripts/credibility.py`, as `make docs` does.

They are counted in the project itself: oracles, grades of inputs, the sweep that splits the variance by grade, the
sensitivity sweeps, and the hits of the forecast. Nothing is simulated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sim.cli.terminal import answer
from sim.scenario.document import read_document
from sim.scenario.door import load
from sim.scenario.pedigree import counted, pedigree

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "credibility.md"
BEGIN, END = "<!-- figures: begin; written by make docs -->\n", "<!-- figures: end -->\n"
CASES = ("tessalit", "kidal-region", "minusma")
SHARES = "pedigree-tessalit"
"""The sweep whose reference answer says what share of the variance rests on guesses."""
_HITS = re.compile(r"Hits: (\d+ of \d+) in the 50 % interval, (\d+ of \d+) in the 90 % interval")


def page() -> str:
    """Returns the page with new numbers."""
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    rows = ["| what | number |", "| --- | --- |", *(f"| {what} | {figure} |" for what, figure in figures())]
    return before + BEGIN + "\n".join(rows) + "\n" + END + after


def figures() -> Iterator[tuple[str, str]]:
    """Yields each number with its label."""
    yield _oracles()
    for name in CASES:
        inputs = pedigree(load(ROOT / "scenarios" / f"{name}.yaml").data)
        bare = sum(one.grade == "guess" and not one.ranged for one in inputs)
        counts = ", ".join(f"{count} {grade}" for grade, count in counted(inputs).items())
        yield f"inputs of `{name}`", f"{len(inputs)}: {counts}; {bare} guesses have no range"
    yield f"variance, `{SHARES}`", _shares()
    for folder in sorted((ROOT / "results" / "reference" / "sweep").glob("sensitivity-*")):
        yield _factors(folder.name)
    yield _hits()


def _oracles() -> tuple[str, str]:
    """Oracles by whether they are held to the digit or by chance; one that has both counts as of chance."""
    kinds: Counter[bool] = Counter()
    expectations = 0
    for file in sorted((ROOT / "tests" / "verification" / "oracles").glob("*.yaml")):
        expected = read_document(str(file), file.name).data["expect"]
        kinds[any(one.get("test") == "z" for one in expected)] += 1
        expectations += len(expected)
    return "oracles", f"{kinds.total()}: {kinds[False]} exact, {kinds[True]} statistical; {expectations} expectations"


def _shares() -> str:
    """The sentences of the reference answer, one a response."""
    file = ROOT / "results" / "reference" / "sweep" / SHARES / "answer.txt"
    text = " ".join(file.read_text(encoding="utf-8").split())
    return " ".join(re.findall(r"(?:Of|How much of) the variance of .*?(?: with their interactions\.|\)\.)", text))


def _factors(name: str) -> tuple[str, str]:
    """How many factors a sweep moves whose result is kept."""
    said: dict[str, Any] = read_document(str(ROOT / "scenarios" / "sweeps" / f"{name}.yaml"), name).data
    return f"factors whose effect is measured, `{name}`", f"{len(said['factors'])} ({said['design']['kind']})"


def _hits() -> tuple[str, str]:
    found = _HITS.search((ROOT / "docs" / "validation.md").read_text(encoding="utf-8"))
    assert found is not None, "docs/validation.md has the hits of the forecast"
    half, nine = found.groups()
    return "values of the record that the forecast hit", f"{half} in its 50 % interval, {nine} in its 90 % interval"


@click.command()
def main() -> None:
    """Writes docs/credibility.md."""
    PAGE.write_text(page(), encoding="utf-8")
    answer(f"{PAGE.relative_to(ROOT)}: written")


if __name__ == "__main__":
    main()
