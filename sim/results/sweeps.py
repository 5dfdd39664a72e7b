"""What makes two sweeps the same, what their tables need to know, and where one is put."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.estimates import Measure
from sim.results.folder import FolderKind
from sim.results.identity import OF_ALL, PYTHON, SCHEMA, Identity


@dataclass(frozen=True, slots=True)
class SweepIdentity(Identity):
    """All that decides a byte of a sweep's tables. `points` is a hash over the levels of its points.

    `replications` is `None` where a precision decides them. `scenarios` are hashes of the scenario files as read,
    by the level of the factor `scenario`.
    """

    name: str
    scenarios: tuple[tuple[str, str], ...]
    points: str
    design: str
    seed: int
    replications: int | None
    precision: tuple[tuple[str, float], ...]
    most: int | None
    responses: tuple[str, ...]
    pareto: tuple[tuple[str, str], ...]
    without: tuple[str, ...]
    version: str
    program: str
    schema: int = SCHEMA
    python: str = PYTHON


SWEEP = FolderKind(
    "sweep", "drawdown sweep", "drawdown sweep in progress",
    ("response", "heat", "tornado", "morris", "sobol", "correlations", "parallel", "pareto", "bands", "variance"),
    {"name": "the sweep's name", "scenarios": "the scenario", "points": "the factors or their levels",
     "design": "the design", "precision": "the precision asked for", "most": "the most replications",
     "responses": "the responses looked at", "pareto": "the front", **OF_ALL},
)  # fmt: skip
"""A sweep as a kind of folder: pictures are drawn where its design has what they show."""


@dataclass(frozen=True, slots=True)
class FactorLayout:
    """What tables and pictures need to know of a factor; `kind` is number, date or name.

    `grade` is the worst grade of the inputs that it changes, where the design splits the variance.
    """

    name: str
    role: str
    paths: tuple[str, ...]
    kind: str
    unit: str
    whole: bool
    levels: tuple[str, ...]
    grade: str = ""


@dataclass(frozen=True)
class SweepLayout:
    """What the tables of a sweep need to know: factors (levers first), points, and what is looked at.

    `settings` gives text and number of each factor's level at a point; `coordinates` the design itself;
    `repeat` the command that runs a replication of a point again.
    """

    factors: tuple[FactorLayout, ...]
    levers: int
    draws: int
    sampling: str
    size: int
    design: Mapping[str, Any]
    measures: tuple[Measure, ...]
    pareto: Mapping[str, str]
    settings: Callable[[int], Sequence[tuple[str, float | None]]]
    coordinates: Callable[[], Any]
    repeat: Callable[[int, int], str]

    @property
    def names(self) -> list[str]:
        """Names of the factors, levers first."""
        return [factor.name for factor in self.factors]

    @property
    def lever_points(self) -> int:
        """How many combinations of levers there are."""
        return self.size // self.draws

    @property
    def responses(self) -> list[str]:
        """Names of the responses that are kept."""
        return [measure.name for measure in self.measures]
