"""Names of one map that read alike, as problems of a draft."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.alike import alike
from sim.scenario.document import Draft
from sim.scenario.paths import Path


def look_alikes(draft: Draft) -> Iterator[Problem]:
    """A problem for each pair of names in one map of a draft that read alike."""
    for one, other in alike(draft.data):
        lines = f"{_place(draft, one)} and {_place(draft, other)}"
        yield draft.problem(other, f"two names that read alike: {one[-1]} and {other[-1]}, on {lines}")


def _place(draft: Draft, path: Path) -> str:
    spot = draft.spot(path)
    return (
        "line ?" if spot.line is None else f"line {spot.line}" if len(draft.files) == 1 else f"{spot.file}:{spot.line}"
    )
