"""One factor at a time: what each level changes against the base point, replication by replication."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.analysis.paired import Difference, Value, paired
from sim.results.journal import Journal, Row
from sim.results.records import Failure
from sim.results.sweep_tables import Wanted, played
from sim.results.sweeps import SweepLayout
from sim.results.writing import Table

COLUMNS = ("response", "factor", "role", "value", "base", "difference", "low", "high", "method", "words")
_BASE = 0


def write_effects(folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted) -> dict[str, Any]:
    """Writes effects.csv: a row a response and level that is not the base's. Raises `OSError`."""
    base = played(journal, _BASE, wanted(_BASE))
    before = layout.settings(_BASE)
    with Table(folder / "effects.csv", COLUMNS) as table:
        for draw in range(layout.draws, layout.size, layout.draws):
            now = layout.settings(draw)
            at = next(at for at, (one, other) in enumerate(zip(now, before, strict=True)) if one != other)
            factor = layout.factors[at]
            found = differences(layout, base, played(journal, draw, wanted(draw)), layout.lever_points - 1)
            for said in found:
                table.row(
                    said.measure.name, factor.name, factor.role, now[at][0], before[at][0], said.mean, said.low,
                    said.high, said.method, said.words,
                )  # fmt: skip
    return {table.path.name: table.described}


def differences(
    layout: SweepLayout,
    a: tuple[Sequence[Row], Sequence[Failure]],
    b: tuple[Sequence[Row], Sequence[Failure]],
    comparisons: int = 1,
) -> list[Difference]:
    """What one point has more than another, of every response, paired by the number of the replication."""
    return [
        paired(measure, *pairs_of(a, b, at), comparisons=comparisons) for at, measure in enumerate(layout.measures)
    ]


def pairs_of(
    a: tuple[Sequence[Row], Sequence[Failure]], b: tuple[Sequence[Row], Sequence[Failure]], at: int
) -> tuple[list[tuple[Value, Value]], list[tuple[Value, Value]]]:
    """Values of one response by replication that both points have, and of those that failed at one of them."""
    mine, theirs = ({row.replication: row.values[at] for row in rows} for rows, _ in (a, b))
    pairs = [(mine[number], theirs[number]) for number in sorted(mine.keys() & theirs.keys())]
    failed = sorted({row.replication for _, failures in (a, b) for row in failures})
    return pairs, [(mine.get(number), theirs.get(number)) for number in failed]
