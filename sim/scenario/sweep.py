"""A sweep file: which fields of a scenario vary, over which values, by which design, and the responses."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from sim.errors import InputError, Problem
from sim.scenario.document import Draft, read_document
from sim.scenario.extending import scenario_folder, through_link
from sim.scenario.form import path_of, problem_of
from sim.scenario.look_alikes import look_alikes
from sim.scenario.parts import Part
from sim.scenario.paths import Path, under
from sim.scenario.quantities import Flag, Text
from sim.scenario.shipped import Located, look_up

MOST_POINTS, MOST_REPLICATIONS = 1_000_000, 10_000_000
SCENARIO = "scenario"
"""The factor whose levels are scenario files."""
GIVEN = "as it is"
"""The level at which a factor changes nothing, if the file's own value is not a single value."""
NONE, EACH = "none", "each"
"""`none`: the level that removes no cause; `each`: that level, and one for each cause alone."""


class Factor(Part):
    """A factor: one field, several fields together, named bundles of changes, or removed causes."""

    path: Text | None = None
    """The field, such as lift.aircraft.c130.count."""
    paths: tuple[Text, ...] = ()
    """Several fields that take the same value, or the same multiple."""
    role: Literal["lever", "uncertainty"] = "lever"
    """A lever is a decision; an uncertainty is not."""
    levels: tuple[Any, ...] | dict[str, Any] | None = None
    """Values, or named values; without a path, named maps of changes."""
    range: tuple[Any, Any] | None = None
    """Lowest and highest value, in the same unit; or dates."""
    steps: int = Field(default=3, ge=2, le=1000, strict=True)
    """Number of levels that a grid takes from a range."""
    prior: dict[str, Any] | None = None
    """Prior distribution of the value, such as {triangular: [1 h, 2 h, 4 h]}."""
    without: Literal["each"] | tuple[Text, ...] | dict[str, tuple[Text, ...]] | None = None
    """Causes removed from the tape: each alone, those of a list one at a time, or named groups together."""
    times: Flag = False
    """Whether levels, range and prior are multiples of the scenario's value."""
    note: str = ""
    """Reason for, and source of, these values."""

    @field_validator("without", mode="before")
    @classmethod
    def _causes(cls, given: Any) -> Any:
        lists = given.values() if isinstance(given, dict) else [given]
        named = all(isinstance(one, list | tuple) and all(isinstance(name, str) for name in one) for one in lists)
        if given != EACH and not named:
            raise ValueError(f"this should be {EACH}, a list such as [{NONE}, alarms], or lists of causes by name")
        return given

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [name for name in ("levels", "range", "prior", "without") if getattr(self, name) is not None]
        if len(given) != 1:
            said = f"not {' and '.join(given)}" if given else "none is given"
            raise ValueError(f"a factor has one of levels, range, prior and without; {said}")
        if self.path is not None and self.paths:
            raise ValueError("a factor has path or paths, not both")
        if any(isinstance(one, tuple | dict) and not one for one in (self.levels, self.without)):
            raise ValueError("a factor needs at least one level")
        if self.without is not None and (self.fields or self.times):
            raise ValueError("a factor that removes causes changes no field; leave out path, paths and times")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it changes; empty for bundles of changes."""
        return (self.path,) if self.path is not None else self.paths


class Design(Part):
    """The design: which combinations are simulated."""

    kind: Literal["grid", "one_at_a_time", "latin_hypercube", "sobol", "morris"] = "grid"
    """grid: all; one_at_a_time: each level alone; latin_hypercube: spread evenly; sobol, morris: for sensitivity."""
    points: int | None = Field(default=None, ge=2, le=MOST_POINTS, strict=True)
    """latin_hypercube: number of points."""
    base: int | None = Field(default=None, ge=2, le=MOST_POINTS, strict=True)
    """sobol: a power of two; there are base × (factors + 2) points."""
    groups: Literal["grade"] | None = None
    """sobol: `grade` varies all factors with inputs of one grade together; there are base × (grades + 2) points."""
    trajectories: int | None = Field(default=None, ge=2, le=10_000, strict=True)
    """morris: number of trajectories; there are trajectories × (factors + 1) points."""
    levels: int | None = Field(default=None, ge=2, le=100, strict=True)
    """morris: levels per factor, an even number. Default: 4."""
    seed: int = Field(default=1, ge=0, le=2**63 - 1, strict=True)
    """Random seed of the points; independent of that of the replications."""

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        wanted = {"latin_hypercube": {"points"}, "sobol": {"base"}, "morris": {"trajectories"}}.get(self.kind, set())
        allowed = wanted | {"morris": {"levels"}, "sobol": {"groups"}}.get(self.kind, set())
        sizes = ("points", "base", "trajectories", "levels", "groups")
        given = {name for name in sizes if getattr(self, name) is not None}
        if missing := sorted(wanted - given):
            raise ValueError(f"{self.kind} needs {missing[0]}")
        if odd := sorted(given - allowed):
            raise ValueError(f"{self.kind} has no {odd[0]}")
        if self.base is not None and self.base & (self.base - 1):
            raise ValueError("base should be a power of two; write 64, 128, 256 ...")
        if self.levels is not None and self.levels % 2:
            raise ValueError("levels should be an even number; write 4")
        return self


class Uncertain(Part):
    """Uncertain inputs, drawn at each point: the same draws at every point of the levers."""

    draws: int = Field(ge=2, le=10_000, strict=True)
    """Number of draws per point."""
    sampling: Literal["crossed", "plain", "sobol"] = "crossed"
    """crossed: the same random events for all draws; plain, sobol: own random events per draw, independent or Sobol."""
    factors: dict[str, Factor] = Field(min_length=1)
    """Factors that are drawn, each with a prior or a range (uniform)."""


class SweepForm(Part):
    """A design over factors of a scenario."""

    model_config = ConfigDict(title="Sweep")

    schema_: Literal[1] = Field(alias="schema")
    """Version of the file format."""
    name: str = Field(min_length=1, max_length=300)
    """Name of the sweep."""
    note: str = ""
    """Notes for readers."""
    scenario: Text | None = None
    """The scenario file, relative to this one; not needed if a factor `scenario` has files as levels."""
    seed: int = Field(default=1, ge=0, le=2**63 - 1, strict=True)
    """Random seed, the same at every point."""
    replications: int | None = Field(default=None, ge=1, le=1_000_000, strict=True)
    """Replications per point; default: 50, or 1 per draw if each draw has its own random events."""
    precision: dict[str, float] = {}
    """Instead of replications: half-widths of responses at which a point is done."""
    most: int | None = Field(default=None, ge=2, le=1_000_000, strict=True)
    """With precision: maximum replications per point; default: 1,000."""
    design: Design = Design.model_construct()
    """Combinations that are simulated; default: all."""
    responses: tuple[Text, ...] = ()
    """Responses; default: extracted_share, destroyed_share, disabled_share, people_out_share."""
    without: tuple[Text, ...] = ()
    """Causes removed from the tape."""
    factors: dict[str, Factor] = {}
    """Factors by name."""
    uncertain: Uncertain | None = None
    """Uncertain inputs, drawn at each point."""
    pareto: dict[str, Literal["more", "less"]] = Field(default={}, max_length=5)
    """Responses of the Pareto front, each with the better direction."""
    gates: tuple[Text, ...] = ()
    """Gates that must hold."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.factors and self.uncertain is None:
            raise ValueError("a sweep needs factors, or something uncertain")
        if self.precision and self.replications is not None:
            raise ValueError("replications or precision says when a point is done, not both")
        if self.most is not None and not self.precision:
            raise ValueError("most needs precision; write replications")
        if len(self.pareto) == 1:
            raise ValueError("a front needs at least two responses")
        return self

    @property
    def sampling(self) -> str:
        """How uncertain inputs are drawn; crossed if there are none."""
        return self.uncertain.sampling if self.uncertain else "crossed"


@dataclass(frozen=True)
class SweepFile:
    """A sweep file that is valid in form: its content, and its draft with lines and SHA-256.

    `path` is the file as the user gave it, which may be the name of a shipped sweep; `file` is where it was found.
    """

    path: str
    file: Located
    sweep: SweepForm
    draft: Draft

    def problem(self, path: Path, wrong: str, got: str | None = None, allowed: str | None = None,
                near: str | None = None) -> Problem:  # fmt: skip
        """A problem at a path of the file."""
        return self.draft.problem(path, wrong, got, allowed, near)

    def scenario_file(self, given: str, at: Path) -> Located:
        """The scenario that the file names; raises `InputError` for one outside the scenario folder."""
        own = os.path.abspath(self.file.path)
        home = scenario_folder(own)
        odd = "://" in given or given.startswith(("~", "/", "\\")) or "\\" in given or given[1:2] == ":"
        target = os.path.normpath(os.path.join(os.path.dirname(own), given))
        if odd or "\0" in given or os.path.commonpath([home, target]) != home:
            allowed = "a path relative to this file, inside its scenario folder, such as ../tessalit.yaml"
            raise InputError([self.problem(at, "not a scenario file in this folder", repr(given)[:80], allowed)])
        if through_link(home, target):
            raise InputError([self.problem(at, "this path goes through a symbolic link", repr(given)[:80])])
        path, shown_as = (
            os.path.normpath(os.path.join(os.path.dirname(one), given)) for one in (self.file.path, self.file.shown_as)
        )
        return Located(path, shown_as, self.file.shipped)

    def argument(self, scenario: Located | None) -> str:
        """The argument by which a command names a scenario of this sweep (default: its only one)."""
        own = scenario.shown_as if scenario else str(FilePath(self.path).parent / str(self.sweep.scenario))
        return FilePath(own).stem if self.file.shipped else own


def looks_like_sweep(path: str) -> bool:
    """Whether a file is a sweep rather than a scenario; raises `InputError` if it can't be read."""
    file = look_up(path)
    data = read_document(os.path.abspath(file.path), file.shown_as).data
    return not {"places", "extends"} & set(data) and bool({"factors", "uncertain", "design"} & set(data))


def read_sweep(path: str) -> SweepFile:
    """The sweep in a file, or the shipped one of this name; raises `InputError` with every problem of form."""
    file = look_up(path)
    draft = read_document(os.path.abspath(file.path), file.shown_as)
    if not {"factors", "uncertain"} & set(draft.data) and {"places", "extends"} & set(draft.data):
        raise InputError([Problem("", "this is a scenario, not a sweep; run it with `drawdown run`", file=path)])
    draft.problems += look_alikes(draft)
    try:
        sweep = SweepForm.model_validate(draft.data)
    except ValidationError as error:
        reported: list[Path] = list(draft.spoiled)
        for finding in error.errors(include_url=False):
            at, _ = path_of(finding, draft.data)
            if not any(under(at, gone) for gone in reported):
                found = problem_of(draft, draft.data, finding, at, _keys)
                draft.problems.append(found if at else replace(found, got=None))  # not the whole file again
                reported.append(at)
        raise InputError(sorted(draft.problems, key=lambda one: one.line or 0)) from None
    if draft.problems:
        raise InputError(draft.problems)
    return SweepFile(path, file, sweep, draft)


def _keys(path: Path) -> tuple[str, ...] | None:
    """The keys that the form knows below a path."""
    if not path:
        return _names(SweepForm)
    if path == ("design",):
        return _names(Design)
    if path == ("uncertain",):
        return _names(Uncertain)
    return _names(Factor) if path[-2:-1] == ("factors",) else None


def _names(part: type[Part]) -> tuple[str, ...]:
    return tuple(info.alias or name for name, info in part.model_fields.items())
