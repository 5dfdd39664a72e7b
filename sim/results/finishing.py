"""Finishing: from the blocks of a run to a whole results folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.results.columns import Columns
from sim.results.folder import clear, put_in_place
from sim.results.identity import Identity
from sim.results.layout import Layout
from sim.results.manifest import About, Stopping, file_hash, write_manifest
from sim.results.partial import Partial
from sim.results.records import Failure
from sim.results.summary import estimates_of, write_summary
from sim.results.tables import write_tables
from sim.results.timeline import write_timeline
from sim.results.writing import sentences


@dataclass(frozen=True, slots=True)
class Finished:
    """A folder that is whole, the replications that failed, and where strangers' files were kept, if any."""

    folder: Path
    failures: tuple[Failure, ...]
    kept: Path | None


def finish(
    partial: Partial,
    folder: Path,
    identity: Identity,
    layout: Layout,
    about: About,
    stopping: Stopping,
    clock: dict[str, Any],
) -> Finished:
    """Writes all tables from the blocks and puts the folder in place; the blocks stay where work was lost.

    Raises `ResultsError` of one sentence; what stood at the folder is untouched then.
    """
    whole, names = partial.path / "whole", [measure.name for measure in layout.measures]
    refused = sentences(f"{folder} can't be written (what was played stays, and the same command goes on)")
    with refused, Columns(partial.path, names) as columns:
        clear(whole)
        gathered = write_tables(whole, layout, partial.blocks(stopping.replications), columns)
        kept_timelines = sum(len(part) for part in gathered.timelines)
        tables = gathered.tables | {"timeline.csv": write_timeline(whole, layout, gathered.timelines)}
        estimates = estimates_of(layout, gathered, identity.guarantee)
        tables |= write_summary(whole, identity, stopping.replications, estimates, gathered)
        contents = {
            "timeline": {"replications": kept_timelines},
            "summary": {"sha256": file_hash(whole / "summary.json")},
            "tables": dict(sorted(tables.items())),
        }
        failures = sorted(gathered.failures, key=lambda row: row.replication)
        write_manifest(whole, identity, about, stopping, failures, contents, clock)
        gathered.timelines.clear()
        kept = put_in_place(whole, folder)
    if any(row.kind == "lost" for row in failures):
        partial.release()  # the same command may have more luck with what a worker took along
    else:
        partial.remove()
    return Finished(folder, tuple(failures), kept)
