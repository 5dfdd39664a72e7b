"""Plans a run from a request; invalid options are reported before the first replication."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.estimates import Measure
from sim.errors import InputError, Problem
from sim.experiment.running import Precision, RunPlan
from sim.experiment.worker import Model
from sim.results.folder import default_folder, settled
from sim.results.identity import RunIdentity, program_hash, slug
from sim.results.manifest import installed_version
from sim.results.rows import Layout
from sim.results.run_folder import About
from sim.scenario.capability import capabilities
from sim.scenario.door import tally
from sim.scenario.fates import impossible_fates
from sim.scenario.reading import stem_of

if TYPE_CHECKING:
    from sim.scenario.door import Loaded
    from sim.scenario.scenario import Scenario

REPLICATIONS, SEED, MOST = 200, 1, 10_000
"""Defaults of --replications, --seed and --max-replications."""
TOP = Path("results")
"""Parent of results folders without --out."""

ModelOf = Callable[["Scenario", frozenset[str]], Model]
_OTHER_WORDS = {
    "gunfire": "alarms", "shelter": "alarms", "firing": "alarms", "orders": "escalation", "permits": "clearance",
    "weather": "closures", "rain": "closures", "crashes": "accidents", "ambushes": "attacks",
}  # fmt: skip
"""Other words for a cause, where the nearest spelling would be another one."""
"""Makes the model of a scenario: what simulates it, and the layout of its tables."""


@dataclass(frozen=True)
class Request:
    """The request: a scenario as it was loaded, and the options of `drawdown run`.

    With `bound`, what the best plan could have brought out is computed for the first tapes. With `replays`, the
    worst, the median and the best replication are packed to be looked at.
    """

    loaded: Loaded
    file: str
    seed: int = SEED
    replications: int | None = None
    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    precision: tuple[tuple[str, float], ...] = ()
    max_replications: int | None = None
    guarantee: bool = False
    out: Path | None = None
    bound: bool = False
    replays: bool = False


def model_of(scenario: Scenario, without: frozenset[str]) -> Model:
    """Returns the model of a scenario, without the given causes."""
    from sim.ledger.states import FATE_NAMES
    from sim.replication.catalogue import catalogue
    from sim.replication.simulator import Simulator
    from sim.replication.timeline import TIMELINE_COLUMNS

    measures = tuple(Measure(one.name, one.unit, one.denominator, one.bounded) for one in catalogue(scenario))
    places = sorted(scenario.places, key=lambda name: (scenario.stream_of("places", name), name))
    layout = Layout(
        measures, tuple(places), tuple(TIMELINE_COLUMNS), tuple(FATE_NAMES), scenario.time.date_of_day(0),
        scenario.in_scope,
        {name: place.phase for name, place in scenario.places.items()},
    )  # fmt: skip
    return Model(Simulator, (scenario, without), layout)


def known_causes() -> tuple[str, ...]:
    """Returns all causes that can be removed, without their parts."""
    from sim.tape.tape import CAUSES

    return CAUSES


def check_causes(without: Iterable[str]) -> tuple[str, ...]:
    """Returns causes that can be removed, once each and sorted; raises `InputError` for any other.

    A cause takes the place of its parts, and of all of them together.
    """
    from sim.tape.tape import PARTS, REMOVABLE

    causes = REMOVABLE
    names = sorted(set(without))
    problems = []
    for name in names:
        if name not in causes:
            from difflib import get_close_matches

            near = [_OTHER_WORDS[name]] if name in _OTHER_WORDS else get_close_matches(name, causes, 1)
            known = ", ".join(causes)
            problems.append(Problem("--without", "no such cause", name, known, near[0] if near else None))
    if problems:
        raise InputError(problems)
    for whole, parts in PARTS.items():
        if whole in names or set(parts) <= set(names):
            names = sorted({whole, *names} - set(parts))
    return tuple(names)


def plan_run(request: Request, on: ModelOf = model_of) -> RunPlan:
    """Plans a run; raises `InputError` for options that can't be met. Writes nothing."""
    without = check_causes(request.without)
    model = on(request.loaded.scenario, frozenset(without))
    precision = _precision(request, model.layout)
    scenario = request.loaded.scenario
    identity = RunIdentity(
        name=scenario.name, scenario=scenario.hash(), seed=request.seed,
        replications=None if precision else request.replications or REPLICATIONS,
        precision=tuple(sorted(request.precision)), max_replications=precision.most if precision else None,
        guarantee=request.guarantee, without=without, version=installed_version(), program=program_hash(),
    )  # fmt: skip
    folder = request.out or default_folder(TOP, [slug(stem_of(request.file))], identity, _is_plain(request))
    return RunPlan(settled(folder), identity, model, _about(request, identity), precision)


def _is_plain(request: Request) -> bool:
    """Whether seed, replications and changes are the defaults, so that the folder needs no mark."""
    changed = request.sets or request.without or request.precision or request.guarantee
    return not changed and request.seed == SEED and request.replications in (None, REPLICATIONS)


def _precision(request: Request, layout: Layout) -> Precision | None:
    if not request.precision:
        if request.max_replications is not None:
            raise InputError([Problem("--max-replications", "this needs --precision; or use --replications")])
        return None
    if request.replications is not None:
        raise InputError([Problem("--precision", "--replications fixes the number already: give one of them")])
    known = {measure.name: measure for measure in layout.measures}
    problems = [_unknown(name, known) for name, _ in request.precision if name not in known]
    if request.guarantee:
        problems += [
            Problem("--guarantee", "only for responses from 0 to 1", got=name)
            for name, _ in request.precision if name in known and not known[name].bounded
        ]  # fmt: skip
    if problems:
        raise InputError(problems)
    wanted = tuple((known[name], width) for name, width in sorted(request.precision))
    return Precision(wanted, request.max_replications or MOST, request.guarantee)


def _unknown(name: str, known: Iterable[str]) -> Problem:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 1)
    return Problem("--precision", "no such response", name, nearest=near[0] if near else None)


def _about(request: Request, identity: RunIdentity) -> About:
    """The command that makes the same tables: without options for place and speed."""
    both = [request.file, "--seed", str(request.seed)]
    both += [part for text in request.sets for part in ("--set", text)]
    both += [part for name in identity.without for part in ("--without", name)]
    run = ["drawdown", "run", *both]
    run += ["--replications", str(identity.replications)] if identity.replications else []
    run += [part for name, width in identity.precision for part in ("--precision", f"{name}={width!r}")]
    if identity.max_replications is not None:
        run += ["--max-replications", str(identity.max_replications)]
    run += ["--guarantee"] if identity.guarantee else []
    loaded, time = request.loaded, request.loaded.scenario.time
    kinds = tally(loaded)
    return About(
        loaded.data, request.file, loaded.files, request.sets, shlex.join(run),
        shlex.join(["drawdown", "trace", *both]), tuple(problem.wrong for problem in loaded.never),
        impossible_fates(loaded.scenario), (kinds["assumed"] + kinds["none"], sum(kinds.values())),
        tuple(row.plain(time) for row in capabilities(loaded.scenario)),
    )  # fmt: skip
