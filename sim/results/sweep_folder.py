"""The finished folder of a sweep: all tables from the journal, then summary.json, and manifest.json last of all."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.results.journal import Journal
from sim.results.manifest import LIBRARIES, NAME, commit, file_hash
from sim.results.sweep_analysis import write_analysis
from sim.results.sweep_tables import Swept, Wanted, write_point_tables
from sim.results.sweeps import SWEEP, FactorLayout, SweepIdentity, SweepLayout
from sim.results.writing import to_json, write_whole

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
        "tables": dict(sorted(tables.items())), "sweep_file": about.data, "clock": dict(about.clock),
    }  # fmt: skip
    write_whole(folder / NAME, to_json(said))


def _summary(identity: SweepIdentity, layout: SweepLayout, swept: Swept) -> dict[str, Any]:
    names = layout.names
    return {
        "kind": SWEEP.finished, "name": identity.name, "design": dict(layout.design), "seed": identity.seed,
        "replications": swept.replications, "replications_a_point": identity.replications, "points": layout.size,
        "responses": {one.name: {"unit": one.unit, "denominator": one.denominator, "bounded": one.bounded}
                      for one in layout.measures},
        "factors": {one.name: _factor(one) for one in layout.factors},
        "levers": names[: layout.levers], "uncertain": names[layout.levers :], "draws": layout.draws,
        "pareto": dict(layout.pareto), "failed": swept.failed,
        "base_point": 0 if layout.design["kind"] == _ONE_AT_A_TIME else None,
    }  # fmt: skip


def _factor(factor: FactorLayout) -> dict[str, Any]:
    return {
        "role": factor.role, "paths": list(factor.paths), "unit": factor.unit, "kind": factor.kind,
        "levels": list(factor.levels), "whole": factor.whole,
    } | ({"grade": factor.grade} if factor.grade else {})  # fmt: skip
