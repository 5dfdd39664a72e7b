"""Plans an answer to why: the causes and levers of a scenario, and what is looked at. Invalid requests are refused."""

from __future__ import annotations

import difflib
import math
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.estimates import Measure
from sim.errors import InputError, Problem
from sim.experiment.planning import SEED, TOP, ModelOf, check_causes, model_of
from sim.experiment.why.coalitions import MOST_EXACT, OFF, ON, Coalitions, key_of, keys_of
from sim.experiment.why.levers import Pulled, levers_of
from sim.experiment.why.look import BESIDE, BY, Look, is_by_lots
from sim.experiment.worker import Model
from sim.results.folder import default_folder, settled
from sim.results.identity import program_hash, slug
from sim.results.manifest import installed_version
from sim.results.why_folder import LeverLayout, WhyIdentity, WhyLayout
from sim.scenario.lots import lot_table
from sim.scenario.reading import stem_of
from sim.tape.tape import PARTS, causes_of, frame

if TYPE_CHECKING:
    from sim.scenario.door import Loaded
    from sim.scenario.scenario import Scenario

REPLICATIONS, LEAST = 40, 2
"""Default and smallest number of replications."""
MOST = 400
"""Default of the most replications, where a precision is asked for; it is checked after each `REPLICATIONS`."""
HEADLINE = "extracted_share"
_SPREAD = ("median", "quantile", "percentile", "p05", "p5", "p25", "p50", "p75", "p95", "variance", "min", "max")


@dataclass(frozen=True)
class WhyRequest:
    """The request: a scenario as it was loaded, and the options of `drawdown why`."""

    loaded: Loaded
    file: str
    replications: int | None = None
    seed: int = SEED
    sets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    of: str = HEADLINE
    by: str | None = None
    exact: bool = False
    levers: bool = True
    out: Path | None = None
    precision: float | None = None
    most: int | None = None


@dataclass(frozen=True)
class WhyPlan:
    """All that is known of an answer before the first replication. `base` is the model of the scenario as filed."""

    folder: Path
    identity: WhyIdentity
    model: Model
    base: Model
    layout: WhyLayout
    file: str
    command: str
    written: date | None = None
    """When the scenario was written."""

    @property
    def replications(self) -> int:
        """Number of replications; with a precision the most."""
        return self.identity.replications

    def looks(self) -> Iterator[int]:
        """Yields the number of replications at each check of the precision; without one only the last."""
        if self.identity.precision is not None:
            yield from range(REPLICATIONS, self.replications, REPLICATIONS)
        yield self.replications


def plan_why(request: WhyRequest, on: ModelOf = model_of) -> WhyPlan:
    """Plans an answer; raises `InputError` for options that can't be met. Writes nothing."""
    _check_precision(request)
    scenario, without = request.loaded.scenario, check_causes(request.without)
    base = on(scenario, frozenset(without))
    measure = _measure(request.of, base)
    causes = _causes(scenario, without)
    if request.exact and len(causes) > MOST_EXACT:
        raise InputError([Problem("--exact", f"too many causes: {len(causes)}", allowed=f"at most {MOST_EXACT}")])
    pulled, left_out = levers_of(scenario, request.loaded.data) if request.levers else ([], [])
    look = _look(scenario, base, measure, request.by)
    models = {one.move.words: on(one.scenario, frozenset(without)) for one in pulled}
    keys = keys_of(causes, models, look)
    kept = replace(base.layout, measures=tuple(Measure(key, "", "", bounded=False) for key in keys))
    model = Model(Coalitions, (base, causes, models, look, request.exact), kept, keeps="responses")
    identity = WhyIdentity(
        scenario.name, scenario.hash(), request.of, request.by, request.exact, causes,
        tuple((one.move.words, one.scenario.hash()) for one in pulled), request.seed,
        _most(request), without, installed_version(), program_hash(), precision=request.precision,
    )  # fmt: skip
    folder = request.out or default_folder(TOP / "why", [slug(stem_of(request.file))], identity, _is_plain(request))
    layout = _layout(measure, look, base, causes, pulled, left_out, request.exact)
    return WhyPlan(settled(folder), identity, model, base, layout, request.file, _command(request), scenario.as_of)


def _check_precision(request: WhyRequest) -> None:
    if request.precision is None:
        if request.most is not None:
            raise InputError([Problem("--max-replications", "this needs --precision; or use --replications")])
    elif request.replications is not None:
        raise InputError([Problem("--precision", "--replications fixes the number already: give one of them")])
    elif not 0 < request.precision < math.inf:
        allowed = "a half-width above 0 in the unit of the response, such as 0.01 for a point of a share"
        raise InputError([Problem("--precision", "out of range", f"{request.precision:g}", allowed)])


def _most(request: WhyRequest) -> int:
    if request.precision is not None:
        return request.most or MOST
    return request.replications or REPLICATIONS


def _is_plain(request: WhyRequest) -> bool:
    """Whether all is as by default, so that the folder needs no mark."""
    changed = request.sets or request.without or request.by or request.exact or not request.levers
    changed = changed or request.precision is not None
    usual = request.of == HEADLINE and request.seed == SEED and request.replications in (None, REPLICATIONS)
    return not changed and usual


def _causes(scenario: Scenario, without: Iterable[str]) -> tuple[str, ...]:
    """The causes that can occur in a scenario and are not removed from all of it."""
    gone = {part for cause in without for part in (cause, *PARTS.get(cause, ()))}
    return tuple(cause for cause in causes_of(frame(scenario)) if cause not in gone)


def _measure(of: str, base: Model) -> Measure:
    by_name = {measure.name: measure for measure in base.layout.measures}
    if of in by_name:
        return by_name[of]
    if any(word in of.casefold().replace("(", ".").replace(")", ".").split(".") for word in _SPREAD):
        wrong = "causes and levers account for means only; a median or another quantile can't be split among them"
        raise InputError([Problem("--of", wrong, of[:80], "the name of a response, such as extracted_share")])
    near = difflib.get_close_matches(of[:300], by_name, 1)
    raise InputError([Problem("--of", "there is no such response", of[:80], nearest=near[0] if near else None)])


def _look(scenario: Scenario, base: Model, measure: Measure, by: str | None) -> Look:
    names = tuple(dict.fromkeys((measure.name, *BESIDE)))
    if by is None:
        return Look(measure.name, names)
    if by not in BY:
        near = difflib.get_close_matches(by, BY, 1)
        raise InputError([Problem("--by", "no such groups", by[:80], ", ".join(BY), near[0] if near else None)])
    if not is_by_lots(measure.name):
        allowed = "a share of lots, such as extracted_share or destroyed_share_value"
        raise InputError([Problem("--by", f"{measure.name} is not told by {by}", None, allowed)])
    closing, lots = base.layout.closing, lot_table(scenario)
    cells = [cell for cell in zip(lots.place, lots.lot_class, lots.owner, strict=True) if cell[0] in closing]
    groups = tuple(dict.fromkeys(str(cell[BY.index(by)]) for cell in cells))
    return Look(measure.name, names, by, groups, closing)


def _layout(
    measure: Measure, look: Look, base: Model, causes: tuple[str, ...], pulled: Iterable[Pulled],
    left_out: Iterable[tuple[str, str]], exact: bool,
) -> WhyLayout:  # fmt: skip
    units = {one.name: one.unit for one in base.layout.measures if one.name in look.names}
    units |= dict.fromkeys(map(look.of_group, look.groups), "share") | ({look.tonnes: "t"} if look.tonnes else {})
    moves = [
        LeverLayout(one.move.lever, one.move.words, one.move.side, one.move.sets, asdict(one.move.step))
        for one in pulled
    ]
    coalitions = 2 ** len(causes) if exact else worlds_of(len(causes))
    return WhyLayout(
        measure, look.names, {name: units[name] for name in look.names},
        {look.of_group(group): group for group in look.groups}, causes, tuple(moves), tuple(left_out),
        coalitions + len(moves), (ON, OFF), key_of,
    )  # fmt: skip


def worlds_of(causes: int) -> int:
    """How many worlds one random order of the causes and its reverse pass through at most."""
    return 2 * max(causes - 1, 0) + (2 if causes else 1)


def _command(request: WhyRequest) -> str:
    """The command that makes the same tables."""
    words = ["drawdown", "why", request.file, "--seed", str(request.seed)]
    words += ["--replications", str(request.replications)] if request.replications else []
    words += ["--precision", f"{request.precision:g}"] if request.precision is not None else []
    words += ["--max-replications", str(request.most)] if request.most else []
    words += ["--of", request.of] if request.of != HEADLINE else []
    words += ["--by", request.by] if request.by else []
    words += ["--exact"] if request.exact else []
    words += [] if request.levers else ["--no-levers"]
    words += [part for text in request.sets for part in ("--set", text)]
    words += [part for cause in sorted(set(request.without)) for part in ("--without", cause)]
    return shlex.join(words)
