"""Plans a comparison from scenario files and results folders, and refuses sides that can't be paired."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem
from sim.experiment.planning import REPLICATIONS, SEED, TOP, ModelOf, Request, model_of, plan_run
from sim.experiment.running import RunPlan
from sim.experiment.sides import Opened, names_of
from sim.experiment.worlds import FEW, End, WorldsPlan, levers_of, plan_worlds, world_key
from sim.results.comparison_folder import HEADLINE, ComparisonIdentity, folder_name
from sim.results.folder import default_folder, settled
from sim.results.identity import program_hash
from sim.results.manifest import installed_version

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class ComparisonRequest:
    """The request: sides as they were opened, and the options of `drawdown compare`."""

    sides: tuple[Opened, ...]
    replications: int | None = None
    seed: int | None = None
    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    of: str = HEADLINE
    waterfall: bool | None = None
    out: Path | None = None


@dataclass(frozen=True)
class SidePlan:
    """One side: its run, or the given results."""

    name: str
    opened: Opened
    run: RunPlan | None

    @property
    def identity(self) -> dict[str, Any]:
        """The identity of its run, in plain data."""
        if self.run is not None:
            return self.run.identity.plain()
        assert self.opened.results is not None, "a side is a file or a folder"
        found: dict[str, Any] = self.opened.results.manifest["identity"]
        return found

    @property
    def responses(self) -> list[str]:
        """Names of its responses."""
        if self.run is not None:
            return [measure.name for measure in self.run.model.layout.measures]
        assert self.opened.results is not None, "a side is a file or a folder"
        return list(self.opened.results.summary["responses"])

    @property
    def end(self) -> End:
        """Its scenario, as an end of a waterfall."""
        data = self.run.about.data if self.run is not None else self.opened.data
        return End(self.name, data, str(self.identity["scenario"]), frozenset(self.identity["without"]))


@dataclass(frozen=True)
class ComparisonPlan:
    """All that is known of a comparison before the first replication.

    `waterfalls` are keyed by the name of their second side; `notes` are sentences for the user.
    """

    folder: Path
    identity: ComparisonIdentity
    sides: tuple[SidePlan, ...]
    waterfalls: dict[str, WorldsPlan]
    on: ModelOf
    command: str
    notes: tuple[str, ...] = ()

    @property
    def responses(self) -> list[str]:
        """Names of responses that all sides have."""
        others = [set(side.responses) for side in self.sides[1:]]
        return [name for name in self.sides[0].responses if all(name in other for other in others)]

    @property
    def between(self) -> dict[str, tuple[Scenario, frozenset[str]]]:
        """The combinations that the waterfalls need, once each."""
        worlds = [world for plan in self.waterfalls.values() for world in plan.between.values()]
        ends = {world_key(side.end.hash, side.end.without) for side in self.sides}
        return {world.key: (world.scenario, world.without) for world in worlds if world.key not in ends}


def plan_comparison(request: ComparisonRequest, on: ModelOf = model_of) -> ComparisonPlan:
    """Plans a comparison; raises `InputError` for a request that can't be met. Writes nothing."""
    if len(request.sides) < 2:  # noqa: PLR2004 - the two that a comparison takes
        raise InputError([Problem("A B", "a comparison needs at least two scenarios or results folders")])
    seed, most = _stream(request)
    sides = [_side(name, opened, request, (seed, most), on) for name, opened in names_of(request.sides)]
    identity = ComparisonIdentity(
        tuple((side.name, side.identity) for side in sides), seed,
        min([most, *(int(one.results.manifest["replications"]) for one in request.sides if one.results)]),
        request.of, installed_version(), program_hash(),
    )  # fmt: skip
    plain = not (request.sets or request.without) and request.of == HEADLINE and seed == SEED
    plain = plain and request.replications in (None, REPLICATIONS)
    folder = request.out or default_folder(
        TOP / "compare", [folder_name(one.stem) for one in request.sides], identity, plain
    )
    waterfalls, notes = _waterfalls(sides, request)
    if request.sets and any(one.variant for one in request.sides):
        notes.append(f"--set changes every side: {', '.join(request.sets)}")
    found = ComparisonPlan(
        settled(folder), identity, tuple(sides), waterfalls, on, _command(request, seed), (*_doubts(sides), *notes)
    )
    if request.of not in found.responses:
        near = difflib.get_close_matches(request.of, found.responses, 1)
        what = "not a response of all sides"
        raise InputError([Problem("--of", what, request.of, nearest=near[0] if near else None)])
    return found


def _stream(request: ComparisonRequest) -> tuple[int, int]:
    """Returns seed and number of replications; default: those of the folders given."""
    seeds = {one.file: int(one.results.manifest["seed"]) for one in request.sides if one.results}
    asked = {"--seed": request.seed} if request.seed is not None else {}
    if len({*seeds.values(), *asked.values()}) > 1:
        seeds_used = ", ".join(f"{file} was run with seed {seed}" for file, seed in seeds.items())
        seeds_used += f", --seed is {request.seed}" if asked else ""
        raise InputError(
            [Problem("--seed", f"runs with different seeds can't be paired: {seeds_used}", allowed="one seed")]
        )
    if seeds and (request.sets or request.without):
        file, what = next(iter(seeds)), "--set" if request.sets else "--without"
        raise InputError([Problem(what, f"{file} holds results, which can't be changed; give its scenario")])
    seed = next(iter({*seeds.values(), *asked.values()}), SEED)
    there = [int(one.results.manifest["replications"]) for one in request.sides if one.results]
    return seed, request.replications or min(there, default=REPLICATIONS)


def _side(name: str, opened: Opened, request: ComparisonRequest, stream: tuple[int, int], on: ModelOf) -> SidePlan:
    if opened.loaded is None:
        return SidePlan(name, opened, None)
    seed, replications = stream
    asked = Request(opened.loaded, opened.file, seed, replications, (*request.sets, *opened.sets), request.without)
    return SidePlan(name, opened, plan_run(asked, on))


def _waterfalls(sides: Sequence[SidePlan], request: ComparisonRequest) -> tuple[dict[str, WorldsPlan], list[str]]:
    """Returns the waterfalls wanted, and sentences about those that are left out."""
    found: dict[str, WorldsPlan] = {}
    notes: list[str] = []
    first = sides[0].end
    for side in sides[1:] if request.waterfall is not False else ():
        count = len(levers_of(first, side.end))
        if not count:
            continue
        if count > FEW and request.waterfall is None:
            what = f"{count} groups of keys differ between {first.name} and {side.name}"
            notes.append(f"{what}: --waterfall shows how much each accounts for")
            continue
        try:
            planned = plan_worlds(first, side.end)
        except InputError as error:
            if request.waterfall:
                raise
            notes.append(f"no waterfall: {error}")
            continue
        if planned.levers:
            found[side.name] = planned
    return found, notes


def _doubts(sides: Sequence[SidePlan]) -> list[str]:
    """Returns warnings about sides whose runs should be alike and are not."""
    programs = {str(side.identity.get("program")) for side in sides}
    if len(programs) == 1:
        return []
    return ["warning: different versions of the program ran the sides; a difference may come from the program"]


def _command(request: ComparisonRequest, seed: int) -> str:
    """The command that makes the same tables."""
    words = ["drawdown", "compare", *(one.file for one in request.sides if one.option is None)]
    words += [part for one in request.sides for part in one.option or ()]
    words += ["--seed", str(seed)]
    words += [part for text in request.sets for part in ("--set", text)]
    words += [part for cause in sorted(set(request.without)) for part in ("--without", cause)]
    words += ["--replications", str(request.replications)] if request.replications else []
    words += ["--of", request.of] if request.of != HEADLINE else []
    words += [] if request.waterfall is None else ["--waterfall" if request.waterfall else "--no-waterfall"]
    return shlex.join(words)
