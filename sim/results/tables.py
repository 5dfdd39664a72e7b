"""From blocks to tables: one pass over the replications in the order of their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.groups import GroupShares
from sim.results.columns import Columns
from sim.results.layout import Layout
from sim.results.records import Block, Failure
from sim.results.writing import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLUMNS = {
    "fates": ("replication", "place", "class", "owner", "fate", "lots", "tonnes", "floor", "usd"),
    "causes": ("replication", "place", "class", "cause", "lots", "tonnes", "usd", "hours"),
    "tape": ("replication", "source", "place", "draws_hash", "values_hash"),
    "episodes": ("place", "kind", "from_s", "until_s"),
}


@dataclass
class Gathered:
    """What one pass over the blocks leaves in memory beside the tables on the disk.

    `columns` has each response's values in the order of replication numbers; `timelines` are mapped arrays
    [replication, day, place, column].
    """

    columns: Columns
    groups: GroupShares
    timelines: list[NDArray[np.int32]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)


def write_tables(folder: Path, layout: Layout, blocks: Iterable[Block], values: Columns) -> Gathered:
    """Writes replications, fates, causes, tape and episodes as CSV into a folder, and responses into `values`.

    Raises `OSError`.
    """
    names = [measure.name for measure in layout.measures]
    gathered = Gathered(values, GroupShares(layout.fates))
    columns = {"replications": ("replication", "tape_hash", *names), **COLUMNS}
    with ExitStack() as open_tables:
        tables = {
            name: open_tables.enter_context(Table(folder / f"{name}.csv", header))
            for name, header in columns.items()
        }
        for block in blocks:
            _take(block, names, tables, gathered)
    gathered.tables = {table.path.name: table.described for table in tables.values()}
    return gathered


def _take(block: Block, names: list[str], tables: dict[str, Table], gathered: Gathered) -> None:
    for record in block.records:
        responses = [record.responses[name] for name in names]
        tables["replications"].row(record.replication, record.tape_hash, *responses)
        for name, lines in record.lines.items():
            tables[name].lines(lines, record.rows[name])
        gathered.columns.add(responses)
        gathered.groups.add(record.shares, record.causes)
    gathered.failures += block.failures
    if block.timeline is not None:
        gathered.timelines.append(block.timeline)
