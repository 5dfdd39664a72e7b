"""Plans a sweep from its file; all problems are reported before the first replication."""

from __future__ import annotations

import difflib
import hashlib
import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.estimates import Measure
from sim.analysis.gates import Gate, parse_sweep_gates
from sim.analysis.sampling import CROSSED
from sim.errors import InputError, Problem
from sim.experiment.planning import TOP, ModelOf, check_causes, model_of
from sim.experiment.running import Precision
from sim.experiment.sweep.checks import check_names, check_points, check_sampling, check_size
from sim.experiment.sweep.factors import Varied, graded, overlapping, varied
from sim.experiment.sweep.points import Points
from sim.experiment.sweep.varying import plainly, swept_scenario
from sim.results.folder import default_folder, settled
from sim.results.identity import program_hash, slug
from sim.results.manifest import installed_version
from sim.results.sweeps import FactorLayout, SweepIdentity, SweepLayout
from sim.scenario.alike import folded
from sim.scenario.changes import meaningful
from sim.scenario.document import Draft
from sim.scenario.door import load_draft
from sim.scenario.extending import chain_of
from sim.scenario.pedigree import pedigree
from sim.scenario.sweep import SCENARIO, Factor, SweepFile, SweepForm, read_sweep

REPLICATIONS, MOST = 50, 1_000
"""Defaults of the file: replications for each point, and the most of them with a precision."""
RESPONSES = ("extracted_share", "destroyed_share", "disabled_share", "people_out_share")


@dataclass(frozen=True)
class SweepRequest:
    """The request: a sweep file and options that override it; or a scenario file and what varies in it."""

    file: str
    seed: int | None = None
    replications: int | None = None
    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    out: Path | None = None
    strict: bool = False
    sampling: str | None = None
    vary: tuple[str, ...] = ()
    shift: tuple[str, ...] = ()

    @property
    def is_one_line(self) -> bool:
        """Whether the file is a scenario, and the options say what varies."""
        return bool(self.vary or self.shift)


@dataclass(frozen=True)
class SweepPlan:
    """All that is known of a sweep before the first replication. `warnings` are those of its scenario files."""

    folder: Path
    identity: SweepIdentity
    points: Points
    layout: SweepLayout
    precision: Precision | None
    file: SweepFile
    command: str
    warnings: tuple[Problem, ...]

    @property
    def replications(self) -> int:
        """Largest number of replications for each point."""
        return self.identity.replications or (self.precision.most if self.precision else 0)

    def before(self, point: int) -> int:
        """Number of replications numbered before those of a point: its draw may have its own random events."""
        points = self.points
        return 0 if points.sampling == CROSSED else point % points.draws * self.replications

    def levels(self) -> dict[str, list[str]]:
        """Returns the texts of the levels that each lever takes, in the order of the points."""
        found: dict[str, dict[str, None]] = {factor.name: {} for factor in self.points.factors}
        for point in range(self.points.lever_points):
            for texts, level in zip(found.values(), self.points.lever_settings(point), strict=True):
                texts[level.text] = None
        return {name: list(texts) for name, texts in found.items()}

    @property
    def size(self) -> int:
        """Number of points."""
        return self.points.size


def plan_sweep(request: SweepRequest, on: ModelOf = model_of) -> SweepPlan:
    """Plans a sweep; raises `InputError` with the problems of file and options. Writes nothing."""
    if not request.is_one_line:
        return _planned(read_sweep(request.file), request, on)
    file = swept_scenario(request.file, request.vary, request.shift)
    try:
        return _planned(file, request, on)
    except InputError as error:
        raise plainly(error, file) from None


def _planned(file: SweepFile, request: SweepRequest, on: ModelOf) -> SweepPlan:
    sweep = _with_options(file.sweep, request)
    check_sampling(file, sweep, request.sampling)
    without = _causes(file, sweep, request)
    points = _points(file, sweep, request, frozenset(without), on)
    check_size(file, points, sweep.most or MOST if sweep.precision else _replications(sweep))
    warnings = check_points(file, points, request.strict)
    first = points(0)
    measures = _measures(file, sweep, first.layout.measures)
    precision = _precision(file, sweep, first.layout.measures)
    if precision is not None:
        measures += tuple(one for one, _ in precision.wanted if one not in measures)
    check_names(file, sweep, measures)
    identity = _identity(sweep, points, measures, without)
    plain = not (request.sets or request.without or request.replications or request.seed not in (None, file.sweep.seed))
    plain = plain and sweep.uncertain == file.sweep.uncertain and not request.is_one_line
    folder = request.out or default_folder(TOP / "sweep", [slug(Path(file.path).stem)], identity, plain)
    return SweepPlan(
        settled(folder), identity, points, _layout(points, measures, sweep, file), precision, file,
        _command(request), warnings,
    )  # fmt: skip


def _with_options(sweep: SweepForm, request: SweepRequest) -> SweepForm:
    """Returns the sweep with the options applied."""
    if request.replications is not None:
        sweep = sweep.model_copy(update={"replications": request.replications, "precision": {}, "most": None})
    if request.sampling is not None and sweep.uncertain is not None:
        uncertain = sweep.uncertain.model_copy(update={"sampling": request.sampling})
        sweep = sweep.model_copy(update={"uncertain": uncertain})
    return sweep if request.seed is None else sweep.model_copy(update={"seed": request.seed})


def _replications(sweep: SweepForm) -> int:
    """Replications for each point without a precision."""
    return sweep.replications or (REPLICATIONS if sweep.sampling == CROSSED else 1)


def _causes(file: SweepFile, sweep: SweepForm, request: SweepRequest) -> tuple[str, ...]:
    """Returns the causes that file and options remove; problems of the file's are reported with their line."""
    try:
        check_causes(sweep.without)
    except InputError as error:
        raise InputError(
            [file.problem(("without",), one.wrong, one.got, one.allowed, one.nearest) for one in error.problems]
        ) from None
    return check_causes((*sweep.without, *request.without))


def _points(file: SweepFile, sweep: SweepForm, request: SweepRequest, without: frozenset[str], on: ModelOf) -> Points:
    factors, uncertain = _factors(file, sweep, without)
    drafts = _drafts(file, sweep, factors)
    if sweep.design.kind == "sobol":  # it splits the variance, and so can attribute it to grades of inputs
        inputs = [one for draft in drafts.values() for one in pedigree(load_draft(draft, request.sets).data)]
        factors = [graded(factor, inputs) for factor in factors]
    draws = sweep.uncertain.draws if sweep.uncertain else 1
    return Points(
        tuple(factors), tuple(uncertain), sweep.design, draws, sweep.sampling, drafts, request.sets, without, on
    )


def _factors(file: SweepFile, sweep: SweepForm, off: frozenset[str]) -> tuple[list[Varied], list[Varied]]:
    problems: list[Problem] = []
    found: list[list[Varied]] = []
    parts: list[tuple[tuple[str, ...], Mapping[str, Factor]]] = [(("factors",), sweep.factors)]
    parts += [(("uncertain", "factors"), sweep.uncertain.factors)] if sweep.uncertain else []
    for path, factors in parts:
        made = []
        for name, factor in factors.items():
            role = "uncertainty" if path[0] == "uncertain" else factor.role
            try:
                made.append(varied(file, path, name, factor.model_copy(update={"role": role}), off))
            except InputError as error:
                problems += error.problems
        found.append(made)
    levers, drawn = found[0], found[1] if len(found) > 1 else []
    if not problems:
        problems += [file.problem(("factors", name), wrong) for name, wrong in overlapping([*levers, *drawn])]
        twice = [one.name for one in drawn if any(folded(one.name) == folded(other.name) for other in levers)]
        problems += [file.problem(("uncertain", "factors", name), "a factor has this name already") for name in twice]
    if problems:
        raise InputError(problems)
    return levers, drawn


def _drafts(file: SweepFile, sweep: SweepForm, factors: Iterable[Varied]) -> dict[str, Draft]:
    """Loads the scenario files by their level; raises `InputError` with all problems of all."""
    levels = [level for factor in factors if factor.name == SCENARIO for level in factor.levels]
    if levels and sweep.scenario is not None:
        wrong = "the factor `scenario` names the scenarios already; leave this out"
        raise InputError([file.problem(("scenario",), wrong)])
    if not levels and sweep.scenario is None:
        allowed = "scenario: ../tessalit.yaml, or a factor `scenario` with files as levels"
        raise InputError([file.problem((), "the scenario is missing", None, allowed)])
    if not levels:
        return {"": chain_of(file.scenario_file(str(sweep.scenario), ("scenario",)))}
    drafts, problems = {}, []
    for level in levels:
        assert level.file is not None, "the levels of this factor are files"
        try:
            drafts[level.text] = chain_of(level.file)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return drafts


def _measures(file: SweepFile, sweep: SweepForm, known: Iterable[Measure]) -> tuple[Measure, ...]:
    by_name = {measure.name: measure for measure in known}
    wanted = dict.fromkeys(sweep.responses or [name for name in RESPONSES if name in by_name])
    problems = [
        _unknown(file, (section,), name, by_name)
        for section, names in (("responses", wanted), ("pareto", sweep.pareto)) for name in names if name not in by_name
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return tuple(by_name[name] for name in dict.fromkeys((*wanted, *sweep.pareto)))


def _unknown(file: SweepFile, path: tuple[str, ...], name: str, known: Iterable[str]) -> Problem:
    near = difflib.get_close_matches(name, list(known), 1)
    return file.problem(path, "no such response", name[:80], near=near[0] if near else None)


def _precision(file: SweepFile, sweep: SweepForm, known: Iterable[Measure]) -> Precision | None:
    if not sweep.precision:
        return None
    by_name = {measure.name: measure for measure in known}
    problems = [_unknown(file, ("precision",), name, by_name) for name in sweep.precision if name not in by_name]
    problems += [file.problem(("precision", name), "this should be above 0", repr(width))
                 for name, width in sweep.precision.items() if not 0 < width < float("inf")]  # fmt: skip
    if problems:
        raise InputError(problems)
    wanted = tuple((by_name[name], width) for name, width in sorted(sweep.precision.items()))
    return Precision(wanted, sweep.most or MOST)


def _identity(sweep: SweepForm, points: Points, measures: Iterable[Measure], without: tuple[str, ...]) -> SweepIdentity:
    return SweepIdentity(
        name=sweep.name,
        scenarios=tuple((name, _hash(meaningful(draft.data), points.sets)) for name, draft in points.drafts.items()),
        points=points.hash(), design=_design_said(sweep, points),
        seed=sweep.seed, replications=None if sweep.precision else _replications(sweep),
        precision=tuple(sorted(sweep.precision.items())), most=(sweep.most or MOST) if sweep.precision else None,
        responses=tuple(measure.name for measure in measures), pareto=tuple(sweep.pareto.items()), without=without,
        version=installed_version(), program=program_hash(),
    )  # fmt: skip


def _design(sweep: SweepForm) -> dict[str, Any]:
    """Returns the design, with the sampling of draws unless it is the default."""
    how = sweep.sampling
    return sweep.design.model_dump(exclude_none=True) | ({} if how == CROSSED else {"sampling": how})


def _design_said(sweep: SweepForm, points: Points) -> str:
    """Returns the design for the identity, with the grades of the factors if tables show them."""
    grades = {factor.name: factor.grade for factor in points.factors if factor.grade}
    return json.dumps(_design(sweep) | ({"grades": grades} if grades else {}), sort_keys=True)


def _hash(data: Mapping[str, Any], sets: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps([data, sets], sort_keys=True).encode()).hexdigest()


def _layout(points: Points, measures: tuple[Measure, ...], sweep: SweepForm, file: SweepFile) -> SweepLayout:
    def settings(point: int) -> list[tuple[str, float | None]]:
        return [(level.text, level.number) for level in points.settings(point)]

    def repeat(point: int, replication: int) -> str:
        levels = points.settings(point)
        chosen = next((level for level in levels if level.file is not None), None)
        draft = points.drafts[chosen.text if chosen else ""]
        scenario = file.argument(chosen.file if chosen else None)
        sets = [*points.sets, *(change.patch(draft) for level in levels for change in level.changes)]
        words = ["drawdown", "trace", scenario, "--seed", str(sweep.seed)]
        words += [part for text in sets for part in ("--set", text)]
        words += [part for cause in sorted(points.off(levels)) for part in ("--without", cause)]
        return shlex.join([*words, "-k", str(replication)])

    factors = tuple(_factor_layout(factor) for factor in (*points.factors, *points.uncertain))
    return SweepLayout(
        factors, len(points.factors), points.draws, points.sampling, points.size, _design(sweep), measures,
        sweep.pareto, settings, lambda: points.coordinates, repeat,
    )  # fmt: skip


def _factor_layout(factor: Varied) -> FactorLayout:
    scale = factor.scale
    kind = "name" if scale is None else scale.kind
    return FactorLayout(
        factor.name, factor.role, factor.paths, kind, scale.unit if scale else "", bool(scale and scale.whole),
        tuple(level.text for level in factor.levels), factor.grade,
    )  # fmt: skip


def _command(request: SweepRequest) -> str:
    """The command that makes the same tables."""
    words = ["drawdown", "sweep", request.file]
    words += [part for text in request.vary for part in ("--vary", text)]
    words += [part for text in request.shift for part in ("--shift", text)]
    words += ["--seed", str(request.seed)] if request.seed is not None else []
    words += ["--replications", str(request.replications)] if request.replications is not None else []
    words += ["--sampling", request.sampling] if request.sampling is not None else []
    words += [part for text in request.sets for part in ("--set", text)]
    words += [part for cause in sorted(set(request.without)) for part in ("--without", cause)]
    return shlex.join(words)


def gates_of(plan: SweepPlan, more: Sequence[str]) -> list[Gate]:
    """Returns the gates of file and command; raises `InputError` with all their problems."""
    problems: list[Problem] = []
    gates: list[Gate] = []
    texts = [(text, ("gates", str(at))) for at, text in enumerate(plan.file.sweep.gates)]
    wanted = [*texts, *((text, None) for text in more)]
    levels = plan.levels() if wanted else {}
    for text, path in wanted:
        try:
            gates += parse_sweep_gates([text], plan.layout.responses, levels)
        except InputError as error:
            problems += [
                one if path is None else plan.file.problem(path, one.wrong, one.got, one.allowed, one.nearest)
                for one in error.problems
            ]
    if problems:
        raise InputError(problems)
    return gates
