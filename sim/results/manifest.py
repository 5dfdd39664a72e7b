"""The manifest: all that is needed to know where a result came from and to make it again."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.results.identity import SCHEMA, Identity
from sim.results.records import Failure
from sim.results.writing import sentences, to_json, write_whole

KIND = "drawdown results"
NAME = "manifest.json"
LIBRARIES = ("numpy", "scipy", "simpy", "pydantic", "ruamel.yaml", "pint")
_LONGEST = 1 << 26


@dataclass(frozen=True, slots=True)
class About:
    """What a run was made of: scenario as resolved, files read with their hashes, changes, its command.

    `repeat` is the command that plays one replication again, but for its number.
    """

    data: dict[str, Any]
    scenario_file: str
    files: tuple[tuple[str, str], ...]
    sets: tuple[str, ...]
    command: str
    repeat: str


@dataclass(frozen=True, slots=True)
class Stopping:
    """How many replications there are, and why no more; `reached` is `None` where a number was asked for."""

    replications: int
    looks: int = 0
    reached: bool | None = None


def installed_version() -> str:
    """The version of drawdown that is installed."""
    try:
        return version("drawdown")
    except PackageNotFoundError:
        return "unknown"


def write_manifest(
    folder: Path,
    identity: Identity,
    about: About,
    stopping: Stopping,
    failures: list[Failure],
    contents: dict[str, Any],
    clock: dict[str, Any],
) -> None:
    """Writes manifest.json, last of all. `contents` has the tables; only `clock` differs from run to run."""
    said = {
        "kind": KIND, "schema": SCHEMA, "run": identity.hash, "name": identity.name, "seed": identity.seed,
        "replications": stopping.replications, "played": stopping.replications - len(failures),
        "stopping": {"looks": stopping.looks, "reached": stopping.reached}, "identity": identity.plain(),
        "command": about.command, "scenario_file": about.scenario_file, "sets": list(about.sets),
        "files_read": [{"name": name, "sha256": digest} for name, digest in about.files],
        "failures": [_failure(row, about.repeat) for row in failures],
        "versions": {"drawdown": identity.version, "python": platform.python_version()}
        | {name: version(name) for name in LIBRARIES},
        "commit": commit(), **contents, "scenario": about.data, "clock": clock,
    }  # fmt: skip
    write_whole(folder / NAME, to_json(said))


def _failure(row: Failure, repeat: str) -> dict[str, Any]:
    again = f"{repeat} -k {row.replication}"
    return {"replication": row.replication, "kind": row.kind, "error": row.error, "repeat": again}


def commit() -> str | None:
    """The commit that the program runs from, where it is a checkout; read, not asked of git."""
    top = Path(__file__).resolve().parents[2] / ".git"
    try:
        head = (top / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        if (top / name).is_file():
            return (top / name).read_text(encoding="utf-8").strip()
        packed = (top / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), None)
    except OSError:
        return None


def manifest_of(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished results folder; `None` where the folder is none of ours.

    Raises `ResultsError` where there is one that the disk does not give.
    """
    file = folder / NAME
    try:
        with sentences(f"{file} can't be read"):
            if not file.is_file() or file.stat().st_size > _LONGEST:
                return None
            content = file.read_bytes()
        said = json.loads(content.decode())
    except (ValueError, RecursionError):
        return None
    ours = isinstance(said, dict) and said.get("kind") == KIND and isinstance(said.get("tables"), dict)
    return said if ours and isinstance(said.get("identity"), dict) else None


def file_hash(path: Path) -> str:
    """SHA-256 of a file. Raises `OSError`."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
