"""One factor at a time: what each level changes against the base point, replication by replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.analysis.intervals import mean_of
from sim.analysis.paired import Difference, Value, paired
from sim.results.journal import Journal
from sim.results.records import Failure, Record
from sim.results.sweep_tables import Wanted
from sim.results.sweeps import SweepLayout
from sim.results.writing import Table

COLUMNS = ("response", "factor", "role", "value", "base", "difference", "low", "high", "method", "words")
_BASE = 0


def write_effects(folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted) -> dict[str, Any]:
    """Writes effects.csv: a row a response and level that is not the base's. Raises `OSError`."""
    base = _over_draws(layout, journal, wanted, _BASE)
    before = layout.settings(_BASE)
    with Table(folder / "effects.csv", COLUMNS) as table:
        for lever_point in range(1, layout.lever_points):
            now = layout.settings(lever_point * layout.draws)
            at = next(at for at, (one, other) in enumerate(zip(now, before, strict=True)) if one != other)
            factor = layout.factors[at]
            here = _over_draws(layout, journal, wanted, lever_point)
            for said in differences(layout, base, here, layout.lever_points - 1):
                table.row(
                    said.measure.name, factor.name, factor.role, now[at][0], before[at][0], said.mean, said.low,
                    said.high, said.method, said.words,
                )  # fmt: skip
    return {table.path.name: table.described}


def _over_draws(
    layout: SweepLayout, journal: Journal, wanted: Wanted, lever_point: int
) -> tuple[list[Record], list[Failure]]:
    """Rows of a lever point, each the mean over what was drawn there; one that failed at a draw has failed."""
    points = range(lever_point * layout.draws, (lever_point + 1) * layout.draws)
    found = [journal.point(point, wanted(point)) for point in points]
    if layout.draws == 1:
        return found[0]
    failed = {row.replication: row for _, failures in found for row in failures}
    by_draw = [{row.replication: row for row in rows} for rows, _ in found]
    numbers = [number for number in by_draw[0] if all(number in draw for draw in by_draw)]
    rows = [_mean_row([draw[number] for draw in by_draw]) for number in sorted(numbers)]
    return rows, [failed[number] for number in sorted(failed)]


def _mean_row(rows: Sequence[Record]) -> Record:
    columns = {name: [row.responses[name] for row in rows] for name in rows[0].responses}
    means: dict[str, float | int | None] = {
        name: None if None in column else mean_of([v for v in column if v is not None])
        for name, column in columns.items()
    }
    return replace(rows[0], responses=means)


def differences(
    layout: SweepLayout,
    a: tuple[Sequence[Record], Sequence[Failure]],
    b: tuple[Sequence[Record], Sequence[Failure]],
    comparisons: int = 1,
) -> list[Difference]:
    """What one point has more than another, of every response, paired by the number of the replication."""
    return [
        paired(measure, *pairs_of(a, b, measure.name), comparisons=comparisons) for measure in layout.measures
    ]


def pairs_of(
    a: tuple[Sequence[Record], Sequence[Failure]], b: tuple[Sequence[Record], Sequence[Failure]], response: str
) -> tuple[list[tuple[Value, Value]], list[tuple[Value, Value]]]:
    """Values of one response by replication that both points have, and of those that failed at one of them."""
    mine, theirs = ({row.replication: row.responses[response] for row in rows} for rows, _ in (a, b))
    pairs = [(mine[number], theirs[number]) for number in sorted(mine.keys() & theirs.keys())]
    failed = sorted({row.replication for _, failures in (a, b) for row in failures})
    return pairs, [(mine.get(number), theirs.get(number)) for number in failed]
