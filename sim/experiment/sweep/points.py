"""The points of a sweep, made one at a time by number, never all at once.

A point is one combination of levels. The design gives coordinates, the factors turn them into levels, and the scenario
of a point is the file with the changes of its levels, applied in the same way as `--set`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from sim.analysis.sampling import CROSSED, PLAIN, SOBOL
from sim.errors import InputError
from sim.experiment.planning import ModelOf
from sim.experiment.sweep.factors import Varied, given_level
from sim.experiment.sweep.levels import Level
from sim.experiment.worker import Model
from sim.scenario.document import Draft
from sim.scenario.door import scenario_of
from sim.scenario.scenario import Scenario
from sim.scenario.sweep import Design

_HASHED = 2_000
"""Number of points whose levels are part of the hash."""


class Coordinates(Protocol):
    """A design by its points: indexes of levels, or numbers from 0 to 1."""

    def point(self, index: int, /) -> Sequence[float]:
        """Coordinates of one point."""


@dataclass(frozen=True)
class Points:
    """All points: levers by design, and at each of their points the same draws of the uncertain factors.

    `sampling`: how draws are placed, and whether they share random events. `drafts`: scenario files by the level of
    the factor `scenario`, or one under the empty name. It can be pickled, and a process makes the model of any point
    from it.
    """

    factors: tuple[Varied, ...]
    uncertain: tuple[Varied, ...]
    design: Design
    draws: int
    sampling: str
    drafts: Mapping[str, Draft]
    sets: tuple[str, ...]
    without: frozenset[str]
    on: ModelOf

    @property
    def lever_points(self) -> int:
        """Number of combinations in the design, without draws of uncertain factors."""
        kind, count = self.design.kind, len(self.factors)
        if not count:
            return 1
        if kind == "grid":
            return math.prod(len(levels) for levels in self._levels)
        if kind == "one_at_a_time":
            return 1 + sum(len(levels) - 1 for levels in self._levels)
        if kind == "latin_hypercube":
            return self.design.points or 0
        if kind == "sobol":
            return (self.design.base or 0) * ((len(set(self._groups)) or count) + 2)
        return (self.design.trajectories or 0) * (count + 1)

    @property
    def size(self) -> int:
        """Number of points; may be more than could ever be run."""
        return self.lever_points * self.draws

    @cached_property
    def _levels(self) -> tuple[tuple[Level, ...], ...]:
        """Levels by factor, for designs by levels; with one at a time, the first is the value in the file."""
        first = next(iter(self.drafts.values()))
        if self.design.kind != "one_at_a_time":
            return tuple(factor.stepped(factor.steps) for factor in self.factors)
        return tuple(self._with_base(factor, first) for factor in self.factors)

    def _with_base(self, factor: Varied, draft: Draft) -> tuple[Level, ...]:
        levels = factor.levels or factor.stepped(2)
        if any(level.file for level in levels):
            return levels  # the first of the files is the base
        base = given_level(factor, draft)
        return (base, *(level for level in levels if level.text != base.text))

    @cached_property
    def coordinates(self) -> Coordinates:
        """The coordinates of the design; raises `InputError` if a library that it needs is missing."""
        from sim.analysis import designs

        names = [factor.name for factor in self.factors]
        given = self.design
        if given.kind == "grid":
            return designs.Grid([len(levels) for levels in self._levels])
        if given.kind == "one_at_a_time":
            return designs.OneAtATime([len(levels) for levels in self._levels], [0] * len(names))
        if given.kind == "latin_hypercube":
            return designs.LatinHypercube(names, given.points or 0, given.seed)
        if given.kind == "sobol":
            return designs.Sobol(names, given.base or 0, given.seed, self._groups)
        return designs.Morris(names, given.trajectories or 0, given.levels or 4, given.seed)

    @property
    def _groups(self) -> tuple[str, ...]:
        """The group of each factor, whose members move together; empty if each moves alone."""
        return tuple(factor.grade for factor in self.factors) if self.design.groups else ()

    @cached_property
    def _drawn(self) -> Coordinates:
        from sim.analysis import designs

        kinds: dict[str, Callable[[Sequence[str], int, int], Coordinates]] = {
            CROSSED: designs.LatinHypercube, PLAIN: designs.Independent, SOBOL: designs.ScrambledSobol,
        }  # fmt: skip
        return kinds[self.sampling]([factor.name for factor in self.uncertain], self.draws, self.design.seed)

    def lever_settings(self, lever_point: int) -> tuple[Level, ...]:
        """Returns the level of each lever at a point of the design."""
        if not self.factors:
            return ()
        at = self.coordinates.point(lever_point)
        if self.design.kind in ("grid", "one_at_a_time"):
            return tuple(levels[int(one)] for levels, one in zip(self._levels, at, strict=True))
        tails = self.design.kind == "morris"
        return tuple(factor.at(float(one), tails) for factor, one in zip(self.factors, at, strict=True))

    def settings(self, point: int) -> tuple[Level, ...]:
        """Returns the level of each factor at a point: levers, then drawn factors."""
        levers = self.lever_settings(point // self.draws)
        if not self.uncertain:
            return levers
        drawn = self._drawn.point(point % self.draws)
        return (*levers, *(factor.at(float(one)) for factor, one in zip(self.uncertain, drawn, strict=True)))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the factors in the order of the settings."""
        return tuple(factor.name for factor in (*self.factors, *self.uncertain))

    def each_level(self) -> Iterator[tuple[Level, ...]]:
        """Yields the levels of the first point with one factor at each of its other levels, for designs by levels."""
        if self.design.kind not in ("grid", "one_at_a_time"):
            return
        first = self.settings(0)
        for at, levels in enumerate(self._levels):
            for level in levels[1:]:
                yield (*first[:at], level, *first[at + 1 :])

    def scenario(self, settings: Iterable[Level]) -> Scenario:
        """Returns the scenario at some levels; raises `InputError` if it is invalid."""
        levels = list(settings)
        file = next((level.text for level in levels if level.file is not None), "")
        draft = self.drafts[file]
        patches = tuple(change.patch(draft) for level in levels for change in level.changes)
        return scenario_of(draft, (*self.sets, *patches))

    def __call__(self, point: int) -> Model:
        """Returns the model of a point, which keeps only responses. Raises `InputError` if its scenario is invalid."""
        settings = self.settings(point)
        return replace(self.on(self.scenario(settings), self.off(settings)), keeps="responses")

    def off(self, settings: Iterable[Level]) -> frozenset[str]:
        """Returns the causes that are removed at some levels, with those of the whole sweep."""
        return self.without.union(*(level.without for level in settings))

    def hash(self) -> str:
        """SHA-256 of the levels of the first points, which distinguishes designs and factors."""
        digest = hashlib.sha256(f"{self.size}/{self.draws}".encode())
        for point in range(min(self.size, _HASHED)):
            said: list[Any] = [
                (name, level.text, [(change.path, change.value, change.times) for change in level.changes])
                + ((sorted(level.without),) if level.without else ())
                for name, level in zip(self.names, self.settings(point), strict=True)
            ]
            digest.update(repr(said).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


Wrong = tuple[tuple[Level, ...], InputError]
"""The levels of a point whose scenario is invalid, and the error."""


def first_wrong(points: Points, most: int) -> list[Wrong]:
    """Returns invalid points among at most `most` spread evenly, and among the single levels of a larger grid."""
    size = points.size
    chosen = range(size) if size <= most else sorted({round(at * (size - 1) / (most - 1)) for at in range(most)})
    tried = [points.settings(point) for point in chosen]
    if size > most:
        tried += list(points.each_level())[:most]
    found = []
    for settings in tried:
        try:
            points.scenario(settings)
        except InputError as error:
            found.append((settings, error))
    return found
