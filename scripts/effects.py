"""Writes docs/effects.md: what each cause and each main lever changes in the shipped cases.

`python scripts/effects.py` runs the variants that docs/effects.yaml lists, each with the same seed as its case, and
writes the paired differences beside what was expected before. `--only NAME` runs one case and prints its table. The
whole page takes half an hour and more on two cores.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

import sim
from sim.analysis.estimates import Measure
from sim.analysis.intervals import mean_of
from sim.analysis.paired import paired
from sim.replication.catalogue import Response, catalogue
from sim.replication.responses import Number
from sim.scenario.document import read_document

ROOT = Path(__file__).resolve().parent.parent
PAGE, LIST = ROOT / "docs" / "effects.md", ROOT / "docs" / "effects.yaml"
SEED = 1
FEW = 2
HEAD = """# What each cause and each lever changes

Each line takes one cause off a shipped case, or moves one lever, and runs the same replications with
the same random events. The numbers are changes in percentage points of the mission's tonnes, with
the 95 % interval of the mean difference; a number without an interval was the same in every
replication, and where only one or two replications differ, their number stands in place of it.
*Expected* was written down from arithmetic before the first of these runs and is not
changed afterwards ([effects.yaml](effects.yaml)); *why* was written after it. Shares are statements
about the model. `python scripts/effects.py` makes this page.
"""


class Variant(NamedTuple):
    """One line of the page: what is changed, and what was expected of it."""

    name: str
    sets: dict[str, Any]
    without: tuple[str, ...]
    expected: str
    why: str


def variants(case: dict[str, Any]) -> Iterator[Variant]:
    """Yields the lines of a case: causes, then levers."""
    for cause, said in case["causes"].items():
        yield Variant(f"without {cause}", {}, (cause,), said["expected"], said["why"])
    for name, said in case["levers"].items():
        yield Variant(name, said["sets"], (), said["expected"], said["why"])


def values(name: str, case: dict[str, Any], responses: list[str], variant: Variant, jobs: int) -> list[list[Number]]:
    """The responses of every replication of a variant of a shipped scenario; raises where one failed."""
    numbers = range(1, case["replications"] + 1)
    found = sim.stream(name, SEED, numbers, sets=variant.sets, without=variant.without, workers=jobs)
    return [[one.responses[response] for response in responses] for one in found]


def page(only: str | None, jobs: int) -> str:
    """The page, or the section of one case."""
    listed = read_document(str(LIST), LIST.name).data
    names = [only] if only else list(listed["cases"])
    sections = [_section(name, listed["cases"][name], listed["responses"], jobs) for name in names]
    return "\n".join(([] if only else [HEAD]) + sections)


def _section(name: str, case: dict[str, Any], responses: list[str], jobs: int) -> str:
    measures = {one.name: one for one in catalogue(sim.load(name).scenario)}
    base = values(name, case, responses, Variant("as shipped", {}, (), "", ""), jobs)
    means = ", ".join(
        f"{_short(response)} {100 * mean_of([row[at] or 0.0 for row in base]):.1f} %"
        for at, response in enumerate(responses)
    )
    lines = [f"## {name}", "", f"{len(base)} replications, seed {SEED}. As shipped: {means}.", ""]
    lines += [f"| change | {' | '.join(map(_short, responses))} | expected | why |"]
    lines += ["| --- |" + " --- |" * (len(responses) + 2)]
    for variant in variants(case):
        changed = values(name, case, responses, variant, jobs)
        cells = [
            _points(_measure(measures[response]), [(a[at], b[at]) for a, b in zip(base, changed, strict=True)])
            for at, response in enumerate(responses)
        ]
        lines.append(f"| {variant.name} | {' | '.join(cells)} | {variant.expected} | {variant.why} |")
    return "\n".join([*lines, ""])


def _short(response: str) -> str:
    return response.removesuffix("_share")


def _measure(one: Response) -> Measure:
    return Measure(one.name, one.unit, one.denominator, one.bounded)


def _points(measure: Measure, pairs: list[tuple[Number, Number]]) -> str:
    """The mean difference with its interval, or with the number of replications that differ where these are one or two.

    Such an interval is as wide as what was not seen in the others allows, which says nothing of the ones that differ.
    """
    found, differ = paired(measure, pairs), sum(before != after for before, after in pairs)
    assert found.mean is not None
    said = f"{100 * found.mean:+.1f}"
    if 0 < differ <= FEW:
        said += f" (in {differ} of {len(pairs)})"
    elif not found.constant and found.low is not None and found.high is not None:
        said += f" ({100 * found.low:.1f} to {100 * found.high:.1f})"
    return said.replace("-", "−")


@click.command()
@click.option("--only", help="One case; its table is printed and nothing is written.")
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes.")
def main(only: str | None, jobs: int) -> None:
    """Write docs/effects.md: what each cause and each lever changes."""
    text = page(only, jobs)
    if only:
        click.echo(text)
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
