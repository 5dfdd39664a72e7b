"""A finished backtest in its folder: what makes two the same, its tables written, and read back."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.files import Table, to_json, write_whole
from sim.results.finished import Results, frame_of
from sim.results.folder import FolderKind, finished_in
from sim.results.identity import OF_ALL, PYTHON, SCHEMA, Identity
from sim.results.manifest import NAME, commit, file_hash

if TYPE_CHECKING:
    import pandas as pd

_FLAT = (
    "name", "measure", "at", "on", "unit", "record", "low", "high", "members", "median", "half_low", "half_high",
    "most_low", "most_high", "in_half", "in_most", "in_doubt", "crps", "pit",
)  # fmt: skip
_STICKS = ("plan", "pace", "line")
_VALUES = frozenset({"record", "low", "high", "median", "half_low", "half_high", "most_low", "most_high", *_STICKS})
_FIGURES = frozenset({"members", "crps", "pit", "member", "value", *(f"{stick}_skill" for stick in _STICKS)})
_WHOLE = frozenset({"members", "member"})
_FLAGS = frozenset({"in_half", "in_most", "in_doubt"})


@dataclass(frozen=True, slots=True)
class BacktestIdentity(Identity):
    """All that decides a backtest. `sides` are names, each with the hashes of its scenario and of its targets."""

    sides: tuple[tuple[str, str, str], ...]
    cut: str
    seed: int
    replications: int
    version: str
    program: str
    schema: int = SCHEMA
    python: str = PYTHON


BACKTEST = FolderKind(
    "backtest", "drawdown backtest", "drawdown backtest in progress", ("record",),
    {"sides": "the scenarios or their record", "cut": "the cut", **OF_ALL},
)  # fmt: skip
"""A backtest as a kind of folder."""


class BacktestResults(Results):
    """A finished backtest; its `summary` has the whole answer. Checked against the hash in the manifest when read."""

    def _frame(self, content: bytes) -> pd.DataFrame:
        """A table of its own as a frame; values of targets are days as text, or numbers, each in the target's unit."""
        frame = frame_of(content, _FIGURES, _WHOLE)
        for column in frame.columns.intersection(list(_VALUES)):
            frame[column] = frame[column].map(_day_or_number).astype(object)
        for column in frame.columns.intersection(list(_FLAGS)):
            frame[column] = frame[column] == "True"
        return frame


def _day_or_number(text: str) -> str | float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return text


def read_backtest(folder: str | Path) -> BacktestResults:
    """The backtest in a folder; raises `ResultsError` where it holds none."""
    return BacktestResults(Path(folder), finished_in(Path(folder), BACKTEST))


def write_backtest(
    folder: Path, identity: BacktestIdentity, summary: Mapping[str, Any],
    ensembles: Iterable[tuple[str, str, Sequence[float]]], about: Mapping[str, Any], clock: Mapping[str, Any],
) -> None:  # fmt: skip
    """Writes both tables, summary.json and manifest.json, the last last. Raises `OSError`."""
    sticks = [f"{stick}{what}" for stick in _STICKS for what in ("", "_skill")]
    with Table(folder / "scores.csv", ("scenario", *_FLAT, *sticks, "source")) as scores:
        for side in summary["sides"]:
            for one in side["targets"]:
                reported = [one[kind][stick] for stick in _STICKS for kind in ("reference_forecasts", "skills")]
                scores.row(side["name"], *(one[column] for column in _FLAT), *reported, one["source"])
    with Table(folder / "ensembles.csv", ("scenario", "name", "member", "value")) as members:
        for side_name, name, values in ensembles:
            for number, value in enumerate(values, 1):
                members.row(side_name, name, number, value)
    write_whole(folder / "summary.json", to_json(summary))
    said = {
        "kind": BACKTEST.finished, "schema": identity.schema, "backtest": identity.hash,
        "name": f"backtest of {summary['sides'][0]['scenario']}", "seed": identity.seed,
        "replications": identity.replications, **about, "identity": identity.plain(),
        "versions": {"drawdown": identity.version, "python": platform.python_version()}, "commit": commit(),
        "summary": {"sha256": file_hash(folder / "summary.json")},
        "tables": {one.path.name: one.described for one in (scores, members)}, "clock": dict(clock),
    }  # fmt: skip
    write_whole(folder / NAME, to_json(said))


def targets_hash(targets: Mapping[str, Any]) -> str:
    """SHA-256 of a record's targets, which a scenario's own hash leaves out."""
    plain = {name: one.model_dump(mode="json") for name, one in targets.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
