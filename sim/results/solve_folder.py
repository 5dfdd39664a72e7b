"""A finished search for a level that meets targets: what makes two the same, its tables written, and read back."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.solving import Shown, Target, plain
from sim.results.files import Table, to_json, write_whole
from sim.results.finished import Results, frame_of
from sim.results.folder import FolderKind, finished_in
from sim.results.identity import OF_ALL, PYTHON, SCHEMA, Identity
from sim.results.manifest import NAME, commit, file_hash
from sim.results.rows import Failure, ResultRow

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = frozenset({"number", "mean", "low", "high", "replications", "replication", "value", "wanted"})
_WHOLE = frozenset({"replications", "replication"})


@dataclass(frozen=True, slots=True)
class SolveIdentity(Identity):
    """All that decides a search. `points` is a hash over the levels of the grid."""

    name: str
    scenario: str
    field: str
    points: str
    targets: tuple[str, ...]
    greatest: bool
    seed: int
    replications: int
    without: tuple[str, ...]
    version: str
    program: str
    schema: int = SCHEMA
    python: str = PYTHON


SOLVE = FolderKind(
    "solve", "drawdown solve", "drawdown solve in progress", ("curve",),
    {"name": "the scenario's name", "scenario": "the scenario", "field": "what is varied", "points": "the levels",
     "targets": "the targets", "greatest": "which end is looked for", **OF_ALL},
)  # fmt: skip
"""A search as a kind of folder."""


@dataclass(frozen=True)
class SolveResults(Results):
    """A finished search. Every table is checked against the hash in the manifest when it is read."""

    def _frame(self, content: bytes) -> pd.DataFrame:
        """A table of its own as a frame."""
        return frame_of(content, _NUMBERS, _WHOLE)


def read_solve(folder: str | Path) -> SolveResults:
    """The search in a folder; raises `ResultsError` where it holds none."""
    return SolveResults(Path(folder), finished_in(Path(folder), SOLVE))


@dataclass(frozen=True)
class Solved:
    """How a search ended: what each level that was run shows, by its place in the grid.

    `answer` is `None` where no level meets; such a search is not written.
    `possible` are the first and last level that can't be excluded, in the
    order of the search; `turn` says between which levels the response rises and falls.
    """

    levels: tuple[tuple[str, float | None], ...]
    targets: tuple[Target, ...]
    by_level: Mapping[int, Sequence[Shown]]
    rows: Mapping[int, tuple[Sequence[ResultRow], Sequence[Failure]]]
    answer: int | None
    possible: tuple[int | None, int | None]
    turn: tuple[tuple[int, int], tuple[int, int]] | None


def write_solve(
    folder: Path, identity: SolveIdentity, solved: Solved, about: Mapping[str, Any], clock: Mapping[str, Any]
) -> None:
    """Writes both tables, summary.json and manifest.json, the last last. Raises `OSError`."""
    with Table(folder / "levels.csv", ("level", "number", "target", "wanted", "mean", "low", "high", "method",
                                       "replications", "meets")) as levels:  # fmt: skip
        for at, found in sorted(solved.by_level.items()):
            for target, one in zip(solved.targets, found, strict=True):
                meets = "yes" if one.meets else "no"
                levels.row(*solved.levels[at], target.text, target.number, one.mean, one.low, one.high, one.method,
                           one.count, meets)  # fmt: skip
    with Table(folder / "replications.csv", ("level", "replication", "response", "value")) as values:
        for at, (rows, _) in sorted(solved.rows.items()):
            for row in rows:
                for name, value in row.responses.items():
                    values.row(solved.levels[at][0], row.replication, name, value)
    write_whole(folder / "summary.json", to_json(_summary(identity, solved)))
    failures = [(solved.levels[at][0], one) for at, (_, lost) in sorted(solved.rows.items()) for one in lost]
    kinds = [one.kind for _, one in failures]
    said = {
        "kind": SOLVE.finished, "schema": identity.schema, "solve": identity.hash, "seed": identity.seed,
        "name": identity.name, "replications": identity.replications, **about,
        "failed": len(kinds), "lost": kinds.count("lost"), "faults": kinds.count("fault"),
        "failures": [
            {"level": level, "replication": one.replication, "kind": one.kind, "error": one.error}
            for level, one in failures
        ],
        "identity": identity.plain(),
        "versions": {"drawdown": identity.version, "python": platform.python_version()}, "commit": commit(),
        "summary": {"sha256": file_hash(folder / "summary.json")},
        "tables": {one.path.name: one.described for one in (levels, values)}, "clock": dict(clock),
    }  # fmt: skip
    write_whole(folder / NAME, to_json(said))


def _summary(identity: SolveIdentity, solved: Solved) -> dict[str, Any]:
    def text(at: int | None) -> str | None:
        return None if at is None else solved.levels[at][0]

    turn = solved.turn
    return {
        "name": identity.name, "field": identity.field, "targets": list(identity.targets),
        "greatest": identity.greatest, "seed": identity.seed, "replications": identity.replications,
        "grid": {"first": text(0), "last": text(len(solved.levels) - 1), "levels": len(solved.levels)},
        "answer": text(solved.answer), "possible": [text(at) for at in solved.possible],
        "turn": None if turn is None else [[text(at) for at in step] for step in turn],
        "levels": [
            {"level": solved.levels[at][0], "number": solved.levels[at][1], "at": at,
             "shown": [plain(one) for one in found]}
            for at, found in sorted(solved.by_level.items())
        ],
        "units": [target.measure.unit for target in solved.targets],
        "conditions": [dict(sorted(target.parts.items())) for target in solved.targets],
        "wanted": [target.number for target in solved.targets],
    }  # fmt: skip
