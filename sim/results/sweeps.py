"""What makes two sweeps the same, what their tables need to know, and where one is put."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.estimates import Measure
from sim.results.identity import PYTHON, SCHEMA, hash_of, plain_of, slug
from sim.results.work import Kind, manifest_in

PICTURES = (
    "response", "heat", "tornado", "morris", "sobol", "correlations", "parallel", "pareto", "bands",
    "variance",
)  # fmt: skip
"""Pictures that are drawn into a sweep, each where its design has what it shows."""


@dataclass(frozen=True, slots=True)
class SweepIdentity:
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

    def plain(self) -> dict[str, Any]:
        """The identity as JSON holds it."""
        return plain_of(self)

    @property
    def hash(self) -> str:
        """SHA-256 of what was asked for; the program's own state is told apart beside it."""
        return hash_of(self.plain())


_WORDS = {
    "name": "the sweep's name", "scenarios": "the scenario", "points": "the factors or their levels",
    "design": "the design", "seed": "the seed", "replications": "the number of replications",
    "precision": "the precision asked for", "most": "the most replications", "responses": "the responses looked at",
    "pareto": "the front", "without": "the causes taken off", "version": "the version of drawdown",
    "program": "the program", "schema": "the form of the results",
    "python": "the version of Python",
}  # fmt: skip
_TELLING = ("name", "seed", "replications", "precision", "most", "without", "version", "python")


def differing(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """In words, what two identities differ in; empty for the same sweep."""
    said = []
    for key, words in _WORDS.items():
        if ours[key] != theirs.get(key):
            both = f" ({json.dumps(theirs.get(key))[:60]}, now {json.dumps(ours[key])[:60]})" if key in _TELLING else ""
            said.append(words + both)
    return said


SWEEP = Kind("sweep", PICTURES, differing)
"""A sweep as a kind of folder."""


def sweep_in(folder: Path) -> dict[str, Any] | None:
    """The manifest of a finished sweep; `None` where the folder holds none."""
    return manifest_in(folder, SWEEP)


def default_folder(stem: str, identity: SweepIdentity, plain: bool, top: Path) -> Path:
    """`sweep/<stem>` below `top`, with `@` and eight characters of the hash where it is not `plain`."""
    return top / "sweep" / (slug(stem) if plain else f"{slug(stem)}@{identity.hash[:8]}")


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
    `repeat` the command that plays a replication of a point again.
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
