"""The finished folder of a sweep: tables, summary.json, manifest.json last of all; and read back as frames."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.design_tables import PointMeans, Wanted, write_analysis, write_point_tables
from sim.results.files import to_json, write_whole
from sim.results.finished import Results, frame_of
from sim.results.folder import finished_in
from sim.results.journal import Journal
from sim.results.manifest import LIBRARIES, NAME, commit, dated, file_hash
from sim.results.sweeps import SWEEP, FactorLayout, SweepIdentity, SweepLayout

if TYPE_CHECKING:
    import pandas as pd

_ONE_AT_A_TIME = "one_at_a_time"


@dataclass(frozen=True)
class SweepAbout:
    """What a sweep was made of: its file as read, files with their hashes, changes, its command, and the clock."""

    data: dict[str, Any]
    file: str
    files: tuple[tuple[str, str], ...]
    sets: tuple[str, ...]
    command: str
    clock: Mapping[str, Any]
    days: tuple[object, ...] = ()
    """When its scenarios were written."""


def write_sweep(
    folder: Path, identity: SweepIdentity, layout: SweepLayout, journal: Journal, wanted: Wanted, about: SweepAbout
) -> None:
    """Writes everything but the pictures into a folder. Raises `OSError`."""
    swept = write_point_tables(folder, layout, journal, wanted)
    tables = swept.tables | write_analysis(folder, layout, journal, wanted, swept, identity.seed)
    write_whole(folder / "summary.json", to_json(_summary(identity, layout, swept)))
    said = {
        "kind": SWEEP.finished, "schema": identity.schema, "sweep": identity.hash, "name": identity.name,
        "seed": identity.seed, "points": layout.size, "replications": swept.replications, "failed": swept.failed,
        "lost": swept.failures.get("lost", 0), "faults": swept.failures.get("fault", 0),
        "command": about.command, "file": about.file, "sets": list(about.sets),
        "files_read": [{"name": name, "sha256": digest} for name, digest in about.files],
        "identity": identity.plain(),
        "versions": {"drawdown": identity.version, "python": platform.python_version()}
        | {name: version(name) for name in LIBRARIES},
        "commit": commit(), "summary": {"sha256": file_hash(folder / "summary.json")},
        "tables": dict(sorted(tables.items())), "sweep_file": about.data,
        "clock": dict(about.clock), **dated(about.days),
    }  # fmt: skip
    write_whole(folder / NAME, to_json(said))


def _summary(identity: SweepIdentity, layout: SweepLayout, swept: PointMeans) -> dict[str, Any]:
    names = layout.names
    return {
        "kind": SWEEP.finished, "name": identity.name, "design": dict(layout.design), "seed": identity.seed,
        "replications": swept.replications, "replications_a_point": identity.replications, "points": layout.size,
        "responses": {one.name: {"unit": one.unit, "denominator": one.denominator, "bounded": one.bounded}
                      for one in layout.measures},
        "factors": {one.name: _factor(one) for one in layout.factors},
        "levers": names[: layout.levers], "uncertain": names[layout.levers :], "draws": layout.draws,
        "sampling": layout.sampling,
        "pareto": dict(layout.pareto), "failed": swept.failed,
        "base_point": 0 if layout.design["kind"] == _ONE_AT_A_TIME else None,
    }  # fmt: skip


def _factor(factor: FactorLayout) -> dict[str, Any]:
    return {
        "role": factor.role, "paths": list(factor.paths), "unit": factor.unit, "kind": factor.kind,
        "levels": list(factor.levels), "whole": factor.whole,
    } | ({"grade": factor.grade} if factor.grade else {})  # fmt: skip


FIGURES = frozenset({
    "point", "lever_point", "number", "replication", "replications", "failed", "mean", "low", "high", "min", "max",
    "p05", "p50", "p95", "difference", "value_a", "value_b", "on_front", "chance", "variance", "share",
    "factors", "ignorance_p05", "ignorance_p95", "chance_p05", "chance_p95", "all_p05", "all_p95",
    "variance_factor", "variance_factor_low", "variance_factor_high",
})  # fmt: skip
"""Columns of numbers, in addition to those of responses; all others hold text."""
_WHOLE = frozenset({"factors", "point", "lever_point", "replication", "replications", "failed", "on_front"})
_INDEX = "index"


@dataclass(frozen=True)
class SweepResults(Results):
    """A finished sweep. Every table is checked against the hash in the manifest when it is read."""

    def _frame(self, content: bytes) -> pd.DataFrame:
        """Returns a table as a frame; `value` is a number for an index, otherwise the text of a level."""
        header = content.partition(b"\n")[0].decode().split(",")
        values = FIGURES | self._responses | ({"value"} if _INDEX in header else set())
        return frame_of(content, values, _WHOLE)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Returns the rows of a table as plain data, `None` for missing numbers."""
        frame = self.table(name)
        return [
            {str(key): None if isinstance(value, float) and isnan(value) else value for key, value in row.items()}
            for row in frame.to_dict("records")
        ]

    @cached_property
    def _responses(self) -> frozenset[str]:
        return frozenset(self.summary["responses"])


def read_sweep(folder: str | Path) -> SweepResults:
    """The sweep in a folder; raises `ResultsError` where it holds none."""
    return SweepResults(Path(folder), finished_in(Path(folder), SWEEP))
