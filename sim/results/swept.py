"""A finished sweep as frames, read from JSON and CSV alone; nothing in it is ever run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import ResultsError
from sim.results.folder import manifest_in
from sim.results.reading import Results, frame_of
from sim.results.sweeps import SWEEP

if TYPE_CHECKING:
    import pandas as pd

FIGURES = frozenset({
    "point", "lever_point", "number", "replication", "replications", "failed", "mean", "low", "high", "min", "max",
    "p05", "p50", "p95", "difference", "value_a", "value_b", "on_front", "chance", "variance", "share",
    "factors", "ignorance_p05", "ignorance_p95", "chance_p05", "chance_p95", "all_p05", "all_p95",
    "variance_factor", "variance_factor_low", "variance_factor_high",
})  # fmt: skip
"""Columns that hold figures, beside those of responses; all others hold text."""
_WHOLE = frozenset({"factors", "point", "lever_point", "replication", "replications", "failed", "on_front"})
_INDEX = "index"


@dataclass(frozen=True)
class Swept(Results):
    """A finished sweep. Every table is checked against the hash in the manifest when it is read."""

    def _frame(self, content: bytes) -> pd.DataFrame:
        """A table as a frame; `value` is a figure where it is of an index, and a level's text elsewhere."""
        header = content.partition(b"\n")[0].decode().split(",")
        figures = FIGURES | self._responses | ({"value"} if _INDEX in header else set())
        return frame_of(content, figures, _WHOLE)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """A table's rows as plain data, `None` where there is no figure."""
        frame = self.table(name)
        return [
            {str(key): None if isinstance(value, float) and isnan(value) else value for key, value in row.items()}
            for row in frame.to_dict("records")
        ]

    @cached_property
    def _responses(self) -> frozenset[str]:
        return frozenset(self.summary["responses"])


def read_sweep(folder: str | Path) -> Swept:
    """The sweep in a folder; raises `ResultsError` where it holds none."""
    manifest = manifest_in(Path(folder), SWEEP)
    if manifest is None or not isinstance(manifest.get("summary"), dict):
        raise ResultsError(f"{folder} is not a finished sweep")
    return Swept(Path(folder), manifest)
