"""From the journal of a sweep to its tables: one pass over the points in the order of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.analysis.estimates import Estimate, estimate
from sim.results.journal import Journal
from sim.results.records import Failure, Record
from sim.results.sweeps import SweepLayout
from sim.results.writing import Table

ESTIMATES = ("response", "mean", "low", "high", "method", "unit", "replications", "failed", "min", "max", "p05",
             "p50", "p95", "flag")  # fmt: skip
_QUANTILES = (0.05, 0.5, 0.95)

Wanted = Callable[[int], int]
"""The number of the last replication of a point."""


@dataclass
class Swept:
    """What one pass leaves in memory: each response's mean by point, and what became of replications."""

    means: dict[str, list[float | None]]
    replications: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """How many replications have no rows."""
        return sum(self.failures.values())


def columns_of(rows: Sequence[Record], names: Sequence[str]) -> dict[str, list[float | None]]:
    """Values by response in the order of replication numbers."""
    return {name: [row.responses[name] for row in rows] for name in names}


def write_point_tables(folder: Path, layout: SweepLayout, journal: Journal, wanted: Wanted) -> Swept:
    """Writes settings, points, estimates, replications and failures as CSV into a folder. Raises `OSError`."""
    names, responses = layout.names, layout.responses
    headers = {
        "settings": ("point", "factor", "role", "value", "number", "unit"),
        "points": ("point", *names, "replications", "failed"),
        "estimates": ("point", *names, *ESTIMATES),
        "replications": ("point", "replication", "tape_hash", *responses),
        "failures": ("point", "replication", "kind", "error", "repeat"),
    }
    swept = Swept({name: [] for name in responses})
    with ExitStack() as opened:
        tables = {name: opened.enter_context(Table(folder / f"{name}.csv", head)) for name, head in headers.items()}
        for point in range(layout.size):
            _point(point, layout, journal.point(point, wanted(point)), tables, swept)
    swept.tables = {table.path.name: table.described for table in tables.values()}
    return swept


def _point(
    point: int, layout: SweepLayout, found: tuple[list[Record], list[Failure]], tables: dict[str, Table], swept: Swept
) -> None:
    rows, failures = found
    settings = layout.settings(point)
    texts = [text for text, _ in settings]
    for factor, (text, number) in zip(layout.factors, settings, strict=True):
        tables["settings"].row(point, factor.name, factor.role, text, number, factor.unit)
    tables["points"].row(point, *texts, len(rows), len(failures))
    for row in rows:
        values = (row.responses[name] for name in layout.responses)
        tables["replications"].row(point, row.replication, row.tape_hash, *values)
    for failure in failures:
        again = layout.repeat(point, failure.replication)
        tables["failures"].row(point, failure.replication, failure.kind, failure.error, again)
        swept.failures[failure.kind] = swept.failures.get(failure.kind, 0) + 1
    columns = columns_of(rows, layout.responses)
    for measure in layout.measures:
        said = estimate(measure, columns[measure.name], len(failures))
        tables["estimates"].row(point, *texts, measure.name, *_cells(said))
        swept.means[measure.name].append(said.mean)
    swept.replications += len(rows) + len(failures)


def _cells(said: Estimate) -> Sequence[object]:
    quantiles = {one.share: one.value for one in said.quantiles}
    rare = said.rare
    flag = "" if rare is None else rare.flag(said.count)
    return (
        said.mean, said.low, said.high, said.reason if said.mean is None else said.method, said.measure.unit,
        said.count, said.failed, said.least, said.most, *(quantiles.get(share) for share in _QUANTILES), flag,
    )  # fmt: skip
