"""What makes two comparisons the same, and where one is put."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim.results.identity import OF_THE_PROGRAM, PYTHON, SCHEMA, slug
from sim.results.work import Kind, manifest_in

RUNS = "runs"
"""Folder of the runs that a comparison played itself."""
PICTURES = ("fates", "differences", "replications", "timelines", "waterfall")
"""Pictures that are drawn into a comparison."""
_LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class ComparisonIdentity:
    """All that decides a comparison. `sides` are names, each with the identity of its run in plain data."""

    sides: tuple[tuple[str, dict[str, Any]], ...]
    seed: int
    replications: int
    of: str
    version: str
    program: str
    schema: int = SCHEMA
    python: str = PYTHON

    def plain(self) -> dict[str, Any]:
        """The identity as JSON holds it."""
        said = json.loads(json.dumps(asdict(self)))
        return {**said, "sides": [{"name": name, "run": run} for name, run in said["sides"]]}

    @property
    def hash(self) -> str:
        """SHA-256 of what was asked for; the program's own state is told apart beside it."""
        asked = {key: value for key, value in self.plain().items() if key not in OF_THE_PROGRAM}
        for side in asked["sides"]:
            side["run"] = {key: value for key, value in side["run"].items() if key not in OF_THE_PROGRAM}
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


_WORDS = {
    "seed": "the seed", "replications": "the number of replications", "of": "the response looked at",
    "version": "the version of drawdown", "program": "the program", "schema": "the form of the results",
    "python": "the version of Python",
}  # fmt: skip
_TELLING = ("seed", "replications", "of", "version", "python")


def differing(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """In words, what two identities differ in; empty for the same comparison."""
    said: list[str] = []
    for key, words in _WORDS.items():
        if ours[key] != theirs.get(key):
            both = f" ({json.dumps(theirs.get(key))[:60]}, now {json.dumps(ours[key])[:60]})" if key in _TELLING else ""
            said.append(words + both)
    if [side["name"] for side in ours["sides"]] != [side.get("name") for side in theirs.get("sides", [])]:
        return [*said, "what is compared"]
    pairs = zip(ours["sides"], theirs["sides"], strict=True)
    runs = [f"the run of {mine['name']}" for mine, other in pairs if mine["run"] != other.get("run")]
    return said or runs


def default_folder(names: Sequence[str], identity: ComparisonIdentity, plain: bool, top: Path) -> Path:
    """`compare/a-vs-b` below `top`, with `@` and eight characters of the hash where it is not `plain`."""
    stem = "-vs-".join("@".join(slug(part) for part in name.split("@") if part) or slug(name) for name in names)
    if len(stem) > _LONGEST_NAME:
        stem = f"{stem[:_LONGEST_NAME]}-{hashlib.sha256(stem.encode()).hexdigest()[:8]}"
    return top / "compare" / (stem if plain else f"{stem}@{identity.hash[:8]}")


COMPARISON = Kind("comparison", PICTURES, differing, RUNS)
"""A comparison as a kind of folder."""


def comparison_in(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished comparison; `None` where the folder holds none."""
    return manifest_in(folder, COMPARISON)
