"""Replications that can't differ are not simulated twice.

If a cause never occurred in a replication, removing it cannot change the result. So points that only remove causes run
after the point without removed causes: results that its replications show to be the same are recorded for them as well,
with the hash of their own tape, and the rest is simulated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sim.experiment.sweep.points import Points
from sim.experiment.worker import Model
from sim.results.rows import Block, GivenResponses, ResultRow, Simulated

Beside = Mapping[frozenset[str], int]
"""Points that remove additional causes, by those causes."""


class Alike:
    """Runs replications of a point for their responses, and finds causes whose removal changes nothing."""

    def __init__(self, model: Model, beside: tuple[frozenset[str], ...]) -> None:
        self._simulator: Any = model.make(*model.arguments)
        self._beside = beside

    def run(self, seed: int, replication: int) -> Simulated:
        """Returns the rows of one replication; raises `ReplicationError`."""
        simulated: Simulated = self._simulator.run(seed, replication)
        return simulated

    def numbers(self, seed: int, replication: int) -> GivenResponses:
        """Returns the responses of one replication; raises `ReplicationError`."""
        found: GivenResponses = self._simulator.numbers(seed, replication, self._beside)
        return found


class Sparing:
    """The models of a sweep's points, and which replications of one point are also those of another."""

    def __init__(self, points: Points) -> None:
        self._points, self._beside = points, _beside(points)

    def __call__(self, point: int) -> Model:
        """Returns the model of a point; raises `InputError` if its scenario is invalid."""
        model, others = self._points(point), self._beside.get(point)
        if not others or not hasattr(model.make, "numbers"):
            return model
        return replace(model, make=Alike, arguments=(model, tuple(others)))

    def waves(self, points: Iterable[int]) -> Iterator[list[int]]:
        """Yields first the points whose results others may share, then all others."""
        listed = list(points)
        for first in (True, False):
            wave = [point for point in listed if (point in self._beside) == first]
            if wave or not first:
                yield wave

    def same(self, point: int, block: Block) -> Iterator[tuple[int, list[ResultRow]]]:
        """Yields other points that share results of a block, each with its records."""
        for off, other in self._beside.get(point, {}).items():
            yield (
                other,
                [replace(record, tape_hash=record.alike[off]) for record in block.records if off in record.alike],
            )


def _beside(points: Points) -> dict[int, Beside]:
    """Returns, for each point that removes nothing, the points that differ from it only by removed causes."""
    if points.design.kind not in ("grid", "one_at_a_time") or not any(factor.off for factor in points.factors):
        return {}
    alike: dict[tuple[object, ...], dict[frozenset[str], int]] = defaultdict(dict)
    for point in range(points.size):
        levers = points.lever_settings(point // points.draws)
        off = frozenset[str]().union(*(level.without for level in levers))
        texts = [None if factor.off else level.text for factor, level in zip(points.factors, levers, strict=True)]
        alike[point % points.draws, *texts].setdefault(off, point)
    nothing = frozenset[str]()
    return {group.pop(nothing): group for group in alike.values() if nothing in group and len(group) > 1}
