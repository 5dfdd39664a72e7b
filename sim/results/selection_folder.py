"""A finished selection: what makes two the same, its tables written, and read back as frames."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.estimates import Measure, estimate
from sim.analysis.paired import EQUAL, ONE_SCENARIO, Difference, Value, paired
from sim.results.files import Table, to_json, write_whole
from sim.results.finished import Results, frame_of
from sim.results.folder import FolderKind, finished_in
from sim.results.identity import OF_ALL, PYTHON, SCHEMA, Identity
from sim.results.manifest import NAME, commit, file_hash

if TYPE_CHECKING:
    import pandas as pd

_FIGURES = frozenset({
    "mean", "low", "high", "replications", "dropped_at", "difference", "difference_low", "difference_high",
    "replication", "value",
})  # fmt: skip
_WHOLE = frozenset({"replications", "dropped_at", "replication"})


@dataclass(frozen=True, slots=True)
class SelectionIdentity(Identity):
    """All that decides a selection. `sides` are names, each with the hash of its scenario."""

    sides: tuple[tuple[str, str], ...]
    response: str
    smallest: bool
    indifference: float
    confidence: float
    first: int
    most: int
    seed: int
    without: tuple[str, ...]
    version: str
    program: str
    schema: int = SCHEMA
    python: str = PYTHON


SELECTION = FolderKind(
    "selection", "drawdown selection", "drawdown selection in progress", ("differences",),
    {"sides": "the alternatives", "response": "the response", "smallest": "which way is better",
     "indifference": "the indifference", "confidence": "the confidence", "first": "the first stage",
     "most": "the most replications", **OF_ALL},
)  # fmt: skip
"""A selection as a kind of folder."""


@dataclass(frozen=True)
class Chosen:
    """How a selection ended. `values` are those that counted, by alternative and number of the replication.

    `best` is `None` where the replications were used up before one was chosen; `needed` is how many would do.
    `skipped` are numbers in which an alternative that was still watched failed or had no value.
    """

    names: tuple[str, ...]
    measure: Measure
    values: tuple[Mapping[int, float], ...]
    dropped: Mapping[int, int]
    best: int | None
    alive: tuple[int, ...]
    taken: int
    needed: int | None
    skipped: int

    @property
    def leader(self) -> int:
        """The reference for differences: the best, or the current leader of several left."""
        return self.best if self.best is not None else self.alive[0]


@dataclass(frozen=True)
class SelectionResults(Results):
    """A finished selection. Every table is checked against the hash in the manifest when it is read."""

    def _frame(self, content: bytes) -> pd.DataFrame:
        """A table of its own as a frame."""
        return frame_of(content, _FIGURES, _WHOLE)


def read_selection(folder: str | Path) -> SelectionResults:
    """The selection in a folder; raises `ResultsError` where it holds none."""
    return SelectionResults(Path(folder), finished_in(Path(folder), SELECTION))


def write_selection(
    folder: Path, identity: SelectionIdentity, chosen: Chosen, about: Mapping[str, Any], clock: Mapping[str, Any]
) -> None:
    """Writes both tables, summary.json and manifest.json, the last last. Raises `OSError`."""
    rows = [_row(chosen, identity, at) for at in range(len(chosen.names))]
    columns = ("alternative", "mean", "low", "high", "replications", "dropped_at", "difference", "difference_low",
               "difference_high", "difference_method", "words")  # fmt: skip
    with Table(folder / "selection.csv", columns) as table:
        for row in rows:
            table.row(*(row[column] for column in columns))
    with Table(folder / "replications.csv", ("alternative", "replication", "value")) as values:
        for name, known in zip(chosen.names, chosen.values, strict=True):
            for number, value in sorted(known.items()):
                values.row(name, number, value)
    summary = {
        "response": chosen.measure.name, "unit": chosen.measure.unit, "smallest": identity.smallest,
        "indifference": identity.indifference, "confidence": identity.confidence, "seed": identity.seed,
        "best": None if chosen.best is None else chosen.names[chosen.best],
        "left": [chosen.names[at] for at in chosen.alive], "replications": chosen.taken,
        "succeeded": sum(map(len, chosen.values)), "needed": chosen.needed, "skipped": chosen.skipped,
        "alternatives": rows,
    }  # fmt: skip
    write_whole(folder / "summary.json", to_json(summary))
    said = {
        "kind": SELECTION.finished, "schema": identity.schema, "selection": identity.hash, "seed": identity.seed,
        "name": " vs ".join(chosen.names), "replications": chosen.taken, **about, "identity": identity.plain(),
        "versions": {"drawdown": identity.version, "python": platform.python_version()}, "commit": commit(),
        "summary": {"sha256": file_hash(folder / "summary.json")},
        "tables": {one.path.name: one.described for one in (values, table)}, "clock": dict(clock),
    }  # fmt: skip
    write_whole(folder / NAME, to_json(said))


def _row(chosen: Chosen, identity: SelectionIdentity, at: int) -> dict[str, Any]:
    """What is said about one alternative: its mean, and how it compares with the best."""
    own = estimate(chosen.measure, list(chosen.values[at].values()))
    row: dict[str, Any] = {
        "alternative": chosen.names[at], "mean": own.mean, "low": own.low, "high": own.high,
        "replications": len(chosen.values[at]), "dropped_at": chosen.dropped.get(at),
    }  # fmt: skip
    if at == chosen.leader:
        words = "the best" if chosen.best is not None else "leads, but is not chosen"
        nothing = dict.fromkeys(("difference", "difference_low", "difference_high", "difference_method"))
        return row | nothing | {"words": words}
    lead, mine = chosen.values[chosen.leader], chosen.values[at]
    pairs: list[tuple[Value, Value]] = [(lead[number], mine[number]) for number in sorted(lead.keys() & mine.keys())]
    alike = identity.sides[at][1] == identity.sides[chosen.leader][1]
    found = paired(chosen.measure, pairs, comparisons=len(chosen.names) - 1, one_scenario=alike)
    return row | {
        "difference": found.mean, "difference_low": found.low, "difference_high": found.high,
        "difference_method": found.method, "words": _words(found, identity, at in chosen.alive),
    }  # fmt: skip


def _words(found: Difference, identity: SelectionIdentity, left: bool) -> str:
    """How one that is not the best compares with it."""
    if left:
        return "not told apart yet"
    if found.low is None or found.high is None:
        return "dropped"
    if found.method == ONE_SCENARIO:
        return "exactly alike"
    if found.verdict == EQUAL:
        return "alike in every replication"
    if found.low <= 0 <= found.high:
        return "can't be told apart"
    far = max(abs(found.low), abs(found.high))
    return "worse, by less than what matters" if far < identity.indifference else "worse"
