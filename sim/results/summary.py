"""What is said about the responses: `summary.json`, and the same by group in `summary.csv`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim.analysis.estimates import CONFIDENCE, Estimate, estimate
from sim.analysis.groups import GroupEstimate
from sim.results.identity import RunIdentity
from sim.results.layout import Layout
from sim.results.tables import Gathered
from sim.results.writing import Table, to_json, write_whole

HEADER = ("response", "group", "name", "value", "low", "high", "unit", "method", "replications", "flag")


def estimates_of(layout: Layout, gathered: Gathered, guarantee: bool) -> list[Estimate]:
    """An estimate a response of the mission, in the order of the layout."""
    failed = len(gathered.failures)
    return [
        estimate(measure, gathered.columns.of(measure.name), failed, guarantee) for measure in layout.measures
    ]


def write_summary(
    folder: Path, identity: RunIdentity, replications: int, estimates: list[Estimate], gathered: Gathered
) -> dict[str, dict[str, Any]]:
    """Writes both files; gives rows and hashes for the manifest. Raises `OSError`."""
    said: dict[str, Any] = {
        "scenario": identity.name, "seed": identity.seed, "replications": replications,
        "failed": len(gathered.failures), "confidence": CONFIDENCE,
        "responses": {one.measure.name: one.plain() for one in estimates},
    }  # fmt: skip
    content = to_json(said)
    write_whole(folder / "summary.json", content)
    return {"summary.csv": _write_groups(folder / "summary.csv", estimates, gathered.groups.estimates())}


def _write_groups(path: Path, mission: list[Estimate], groups: Iterable[GroupEstimate]) -> dict[str, Any]:
    with Table(path, HEADER) as table:
        for one in mission:
            table.row(
                one.measure.name, "mission", "", one.mean, one.low, one.high, one.measure.unit, one.method,
                one.count, "" if one.rare is None else one.rare.flag(one.count),
            )  # fmt: skip
        for row in groups:
            table.row(
                row.response, row.group, row.name, row.value, row.low, row.high, "share", row.method,
                row.count, row.flag,
            )  # fmt: skip
    return table.described
