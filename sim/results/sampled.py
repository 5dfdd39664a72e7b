"""Draws with luck of their own: sampled.csv, a row a lever point and response over all that was drawn there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.analysis.sampling import sampled
from sim.results.journal import Journal
from sim.results.sweep_tables import Wanted, columns_of
from sim.results.sweeps import SweepLayout
from sim.results.writing import Table

COLUMNS = (
    "mean", "low", "high", "method", "unit", "replications", "failed", "all_p05", "all_p95", "variance_factor",
    "variance_factor_low", "variance_factor_high", "flag",
)  # fmt: skip
_ENDS = (0.05, 0.95)


def write_sampled(folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted) -> dict[str, Any]:
    """Writes the table into a folder. Raises `OSError`."""
    header = ("lever_point", *layout.names[: layout.levers], "response", *COLUMNS)
    with Table(folder / "sampled.csv", header) as table:
        for at in range(layout.lever_points):
            texts = [text for text, _ in layout.settings(at * layout.draws)[: layout.levers]]
            columns, failed = _drawn(layout, journal, wanted, at)
            for measure in layout.measures:
                found = sampled(measure, [draw[measure.name] for draw in columns], failed, layout.sampling)
                said = found.said
                ends = {one.share: one.value for one in said.quantiles}
                flag = "" if said.rare is None else said.rare.flag(said.count)
                table.row(
                    at, *texts, measure.name, said.mean, said.low, said.high,
                    said.reason if said.mean is None else said.method, measure.unit, said.count, said.failed,
                    *(ends.get(share) for share in _ENDS), found.factor, found.factor_low, found.factor_high, flag,
                )  # fmt: skip
    return {table.path.name: table.described}


def _drawn(
    layout: SweepLayout, journal: Journal, wanted: Wanted, lever_point: int
) -> tuple[list[dict[str, list[float | None]]], int]:
    """Values by response of each draw of a lever point, and how many replications failed there."""
    found, failed = [], 0
    for point in range(lever_point * layout.draws, (lever_point + 1) * layout.draws):
        rows, failures = journal.point(point, wanted(point))
        found.append(columns_of(rows, layout.responses))
        failed += len(failures)
    return found, failed
