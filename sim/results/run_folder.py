"""The finished folder of a run: tables in one pass over its replications, summary.json, manifest.json last of all."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.estimates import CONFIDENCE, Estimate, Measure, estimate
from sim.analysis.groups import MEASURES, GroupEstimate, GroupShares
from sim.results.files import Table, to_json, write_whole
from sim.results.findings import Findings
from sim.results.folder import RUN
from sim.results.identity import SCHEMA, RunIdentity
from sim.results.manifest import LIBRARIES, NAME, commit, file_hash
from sim.results.response_columns import ResponseColumns
from sim.results.rows import Block, Failure, Layout
from sim.results.timeline_table import write_timeline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLUMNS = {
    "fates": ("replication", "place", "class", "owner", "fate", "lots", "tonnes", "floor", "usd"),
    "causes": ("replication", "place", "class", "cause", "lots", "tonnes", "usd", "hours"),
    "tape": ("replication", "source", "place", "draws_hash", "values_hash"),
    "episodes": ("place", "kind", "from_s", "until_s"),
    "use": ("replication", "means", "name", "used_h", "available_h", "hours"),
    "given_up": ("replication", "place", "day", "reason", "lots", "tonnes", "lots_not_out", "tonnes_not_out"),
    "places": (
        "replication",
        "place",
        "tonnes_out",
        "sheltered_h",
        "handover_s",
        "closed_s",
        "rear_left_s",
        "rear_out_s",
        "order_s",
        "by",
        "episode",
    ),
    "progress": ("replication", "day", "tonnes_out", "people_out", "closed"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What a run was made of: scenario as resolved, files read with their hashes, changes, its command.

    `repeat` is the command that runs one replication again, without its number; `never` is what the scenario plans
    and can never do. `impossible` are the fates that no lot can meet; `assumed` counts the values that are assumed or
    have no source, and all values; `planner` is what lift and crews can do by planning factors, a row a place.
    """

    data: dict[str, Any]
    scenario_file: str
    files: tuple[tuple[str, str], ...]
    sets: tuple[str, ...]
    command: str
    repeat: str
    never: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()
    assumed: tuple[int, int] = (0, 0)
    planner: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Stopping:
    """How many replications there are, and why no more; `reached` is `None` where a number was asked for."""

    replications: int
    looks: int = 0
    reached: bool | None = None


@dataclass
class Gathered:
    """What one pass over the blocks leaves in memory besides the tables on the disk.

    `columns` has each response's values in the order of replication numbers; `timelines` are mapped arrays
    [replication, day, place, column].
    """

    columns: ResponseColumns
    groups: GroupShares
    findings: Findings = field(default_factory=Findings)
    timelines: list[NDArray[np.int32]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)


def write_tables(folder: Path, layout: Layout, blocks: Iterable[Block], values: ResponseColumns) -> Gathered:
    """Writes replications, fates, causes, tape and episodes as CSV into a folder, and responses into `values`.

    Raises `OSError`.
    """
    names = [measure.name for measure in layout.measures]
    gathered = Gathered(values, GroupShares(layout.fates))
    columns = {"replications": ("replication", "tape_hash", *names), **_COLUMNS}
    with ExitStack() as open_tables:
        tables = {
            name: open_tables.enter_context(Table(folder / f"{name}.csv", header)) for name, header in columns.items()
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
        gathered.findings.add(record.replication, record.lines, record.responses.get("tonnes"))
    gathered.failures += block.failures
    if block.timeline is not None:
        gathered.timelines.append(block.timeline)


def policies_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The policies of a scenario's plain data by name, with the parts that decide; those not given by their default."""
    given = data.get("policy") or {}
    disposal = given.get("disposal", "projected")
    named = {"dispatch": "nearest_handover", "load": "sensitive_then_value", "aircraft": "name"}
    found = {name: given.get(name, default) for name, default in named.items()}
    found["disposal"] = disposal if isinstance(disposal, str) else disposal.get("kind", "projected")
    return found | {name: given[name] for name in ("least_fill", "transfer_under_order") if name in given}


_SUMMARY = ("response", "group", "name", "value", "low", "high", "unit", "method", "replications", "flag")


def estimates_of(layout: Layout, gathered: Gathered, guarantee: bool) -> list[Estimate]:
    """An estimate a response of the mission, in the order of the layout."""
    failed = len(gathered.failures)
    return [estimate(measure, gathered.columns.of(measure.name), failed, guarantee) for measure in layout.measures]


def totals_of(gathered: Gathered) -> dict[str, Any]:
    """Sums of fates that are read together: what was destroyed or disabled, by each measure."""
    found = {}
    for suffix in MEASURES:
        names = [f"{fate}_share{suffix}" for fate in ("destroyed", "disabled")]
        if not all(gathered.columns.has(name) for name in names):
            continue
        pairs = zip(*(gathered.columns.of(name) for name in names), strict=True)
        column = [None if one is None or other is None else min(one + other, 1.0) for one, other in pairs]
        measure = Measure(f"destroyed_or_disabled_share{suffix}", "share", "as its parts", bounded=True)
        found[measure.name] = estimate(measure, column, len(gathered.failures)).plain()
    return found


def write_summary(
    folder: Path, identity: RunIdentity, replications: int, estimates: list[Estimate], gathered: Gathered,
    policy: Mapping[str, Any], planner: Sequence[dict[str, Any]] = (),
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """Writes both files; gives rows and hashes for the manifest. Raises `OSError`."""
    said: dict[str, Any] = {
        "scenario": identity.name, "seed": identity.seed, "replications": replications,
        "failed": len(gathered.failures), "confidence": CONFIDENCE,
        "responses": {one.measure.name: one.plain() for one in estimates},
    }  # fmt: skip
    if gathered.findings.numbers:
        said["findings"] = gathered.findings.plain(estimates, gathered.columns.of, policy)
        said["findings"]["totals"] = totals_of(gathered)
    if planner:
        said["planner"] = list(planner)
    content = to_json(said)
    write_whole(folder / "summary.json", content)
    return {"summary.csv": _write_groups(folder / "summary.csv", estimates, gathered.groups.estimates())}


def _write_groups(path: Path, mission: list[Estimate], groups: Iterable[GroupEstimate]) -> dict[str, Any]:
    with Table(path, _SUMMARY) as table:
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


def write_run(
    folder: Path, identity: RunIdentity, layout: Layout, blocks: Iterable[Block], about: About, stopping: Stopping,
    clock: Mapping[str, Any],
) -> None:  # fmt: skip
    """Writes everything but the pictures into a folder. Raises `OSError`."""
    with ResponseColumns(folder.parent, [measure.name for measure in layout.measures]) as columns:
        gathered = write_tables(folder, layout, blocks, columns)
        kept_timelines = sum(len(part) for part in gathered.timelines)
        tables = gathered.tables | {"timeline.csv": write_timeline(folder, layout, gathered.timelines)}
        estimates = estimates_of(layout, gathered, identity.guarantee)
        policy = policies_of(about.data)
        tables |= write_summary(folder, identity, stopping.replications, estimates, gathered, policy, about.planner)
    contents = {
        "timeline": {"replications": kept_timelines},
        "summary": {"sha256": file_hash(folder / "summary.json")},
        "tables": dict(sorted(tables.items())),
    }
    failures = sorted(gathered.failures, key=lambda row: row.replication)
    _write_manifest(folder, identity, about, stopping, failures, contents, clock)


def _write_manifest(
    folder: Path,
    identity: RunIdentity,
    about: About,
    stopping: Stopping,
    failures: list[Failure],
    contents: dict[str, Any],
    clock: Mapping[str, Any],
) -> None:
    """Writes manifest.json, last of all. `contents` has the tables; only `clock` differs from run to run."""
    said = {
        "kind": RUN.finished, "schema": SCHEMA, "run": identity.hash, "name": identity.name, "seed": identity.seed,
        "replications": stopping.replications, "succeeded": stopping.replications - len(failures),
        "stopping": {"looks": stopping.looks, "reached": stopping.reached}, "identity": identity.plain(),
        "command": about.command, "scenario_file": about.scenario_file, "sets": list(about.sets),
        "files_read": [{"name": name, "sha256": digest} for name, digest in about.files],
        "failures": [_failure(row, about.repeat) for row in failures],
        "versions": {"drawdown": identity.version, "python": platform.python_version()}
        | {name: version(name) for name in LIBRARIES},
        "commit": commit(), **contents, "scenario": about.data, "clock": dict(clock),
    }  # fmt: skip
    said |= {"impossible": list(about.impossible),
             "inputs": {"assumed": about.assumed[0], "all": about.assumed[1]}}  # fmt: skip
    if about.never:
        said["never"] = list(about.never)
    write_whole(folder / NAME, to_json(said))


def _failure(row: Failure, repeat: str) -> dict[str, Any]:
    again = f"{repeat} -k {row.replication}"
    return {"replication": row.replication, "kind": row.kind, "error": row.error, "repeat": again}
