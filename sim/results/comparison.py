"""What makes two comparisons the same, and where one is put."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.results.folder import Kind, manifest_in
from sim.results.identity import OF_ALL, OF_THE_PROGRAM, PYTHON, SCHEMA, Identity, hash_of, slug

RUNS = "runs"
"""Folder of the runs that a comparison played itself."""


@dataclass(frozen=True, slots=True)
class ComparisonIdentity(Identity):
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
        said = Identity.plain(self)
        return {**said, "sides": [{"name": name, "run": run} for name, run in said["sides"]]}

    @property
    def hash(self) -> str:
        """SHA-256 of what was asked for; the program's own state is told apart beside it."""
        asked = self.plain()
        for side in asked["sides"]:
            side["run"] = {key: value for key, value in side["run"].items() if key not in OF_THE_PROGRAM}
        return hash_of(asked)


def _sides(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """In words, what two comparisons differ in that are alike but for what is compared."""
    if [side["name"] for side in ours["sides"]] != [side.get("name") for side in theirs.get("sides", [])]:
        return ["what is compared"]
    pairs = zip(ours["sides"], theirs["sides"], strict=True)
    return [f"the run of {mine['name']}" for mine, other in pairs if mine["run"] != other.get("run")]


COMPARISON = Kind(
    "comparison", "drawdown comparison", "drawdown comparison in progress",
    ("fates", "differences", "replications", "timelines", "waterfall"), {"of": "the response looked at", **OF_ALL},
    RUNS, _sides,
)  # fmt: skip
"""A comparison as a kind of folder."""


def folder_name(name: str) -> str:
    """The name of a side as that of a folder, which an `@` in it survives."""
    return "@".join(slug(part) for part in name.split("@") if part) or slug(name)


def comparison_in(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished comparison; `None` where the folder holds none."""
    return manifest_in(folder, COMPARISON)
