"""The finished folder of a run: all tables from its journal, then summary.json, and manifest.json last of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.results.columns import Columns
from sim.results.folder import RUN
from sim.results.identity import RunIdentity
from sim.results.layout import Layout
from sim.results.manifest import About, Stopping, file_hash, write_manifest
from sim.results.records import Block
from sim.results.summary import estimates_of, write_summary
from sim.results.tables import write_tables
from sim.results.timeline import write_timeline


def write_run(
    folder: Path, identity: RunIdentity, layout: Layout, blocks: Iterable[Block], about: About, stopping: Stopping,
    clock: Mapping[str, Any],
) -> None:  # fmt: skip
    """Writes everything but the pictures into a folder. Raises `OSError`."""
    with Columns(folder.parent, [measure.name for measure in layout.measures]) as columns:
        gathered = write_tables(folder, layout, blocks, columns)
        kept_timelines = sum(len(part) for part in gathered.timelines)
        tables = gathered.tables | {"timeline.csv": write_timeline(folder, layout, gathered.timelines)}
        estimates = estimates_of(layout, gathered, identity.guarantee)
        tables |= write_summary(folder, identity, stopping.replications, estimates, gathered)
    contents = {
        "timeline": {"replications": kept_timelines},
        "summary": {"sha256": file_hash(folder / "summary.json")},
        "tables": dict(sorted(tables.items())),
    }
    failures = sorted(gathered.failures, key=lambda row: row.replication)
    write_manifest(folder, RUN.finished, identity, about, stopping, failures, contents, clock)
