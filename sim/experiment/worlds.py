"""Scenarios between two others, for waterfalls: which combinations there are, each run once with the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from sim.analysis.estimates import Measure
from sim.analysis.shapley import (
    MOST_EXACT,
    Subset,
    all_subsets,
    along,
    exact_bars,
    sampled_bars,
    sampled_orders,
)
from sim.errors import InputError
from sim.experiment.backend import Backend
from sim.experiment.blocks import blocks_of
from sim.experiment.loop import OnProgress, loop_at
from sim.experiment.worker import Job, Model
from sim.results.journal import Journal
from sim.results.waterfalls import Lever, Waterfall, by_subset
from sim.scenario.changes import changed, grouped, mixed
from sim.scenario.door import load_data

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

Values = dict[int, float | None]
FEW = 3
"""Largest number of groups of changed keys for which a waterfall is made without being asked for."""


@dataclass(frozen=True)
class End:
    """One of the two scenarios: its name, resolved data, hash, and removed causes."""

    name: str
    data: Mapping[str, Any]
    hash: str
    without: frozenset[str]


@dataclass(frozen=True)
class Mixture:
    """A scenario between two others; mixtures that can't differ have the same `key`."""

    scenario: Scenario
    without: frozenset[str]

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that identify it."""
        return world_key(self.scenario.hash(), self.without)


def world_key(scenario_hash: str, without: Iterable[str]) -> str:
    """Returns sixteen hexadecimal digits for the hash of a scenario and its removed causes."""
    return hashlib.sha256("\0".join([scenario_hash, *sorted(without)]).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class WorldsPlan:
    """The combinations to run for the waterfall of two ends; `orders` is `None` if all subsets are run."""

    a: str
    b: str
    levers: tuple[Lever, ...]
    orders: tuple[tuple[int, ...], ...] | None
    worlds: dict[Subset, Mixture]

    @property
    def between(self) -> dict[str, Mixture]:
        """Combinations other than the two ends, once each."""
        ends = {self.worlds[frozenset()].key, self.worlds[frozenset(range(len(self.levers)))].key}
        return {world.key: world for world in self.worlds.values() if world.key not in ends}


def levers_of(a: End, b: End) -> list[Lever]:
    """Returns the changes by group, and the causes that are removed at one end only."""
    levers = [Lever(name, paths) for name, paths in grouped(changed(a.data, b.data)).items()]
    return levers + [Lever(f"without {cause}", (), frozenset({cause})) for cause in sorted(a.without ^ b.without)]


def plan_worlds(a: End, b: End) -> WorldsPlan:
    """Plans the combinations between two ends: all subsets of up to eight groups of changes, else sampled orders.

    Changes without effect are left out; groups that are only valid together are joined. Raises `InputError` if an
    end is not a scenario of this version.
    """
    mixing = _Mixing(a, b)
    levers = [lever for lever in levers_of(a, b) if mixing.matters(lever)]
    while True:
        orders = tuple(sampled_orders(len(levers))) if len(levers) > MOST_EXACT else None
        subsets = all_subsets(len(levers)) if orders is None else along(orders)
        joined = next((made for subset in subsets if (made := _joined(mixing, levers, subset))), None)
        if joined is None:
            worlds = {subset: mixing.world([levers[at] for at in subset]) for subset in subsets}
            return WorldsPlan(a.name, b.name, tuple(levers), orders, worlds)
        levers = joined


def _joined(mixing: _Mixing, levers: Sequence[Lever], subset: Subset) -> list[Lever] | None:
    """If the combination of a subset is invalid, joins its levers with the fewest others that make it valid."""
    why = mixing.problem([levers[at] for at in subset])
    if why is None:
        return None
    others = [at for at in range(len(levers)) if at not in subset]
    enough = next(
        more for size in (1, 2, len(others)) for more in combinations(others, min(size, len(others)))
        if mixing.problem([levers[at] for at in (*subset, *more)]) is None
    )  # fmt: skip
    one = sorted({*subset, *enough})
    parts = [levers[at] for at in one]
    said = f"separately they are not a valid scenario: {why}"
    whole = Lever(
        " + ".join(part.name for part in parts), tuple(path for part in parts for path in part.paths),
        frozenset().union(*(part.off for part in parts)), said,
    )  # fmt: skip
    return [whole if at == one[0] else lever for at, lever in enumerate(levers) if at == one[0] or at not in one]


class _Mixing:
    """Makes combinations between two ends, each once."""

    def __init__(self, a: End, b: End) -> None:
        self._a, self._b = a, b
        self._made: dict[tuple[Any, ...], Mixture | str] = {}
        self._all = levers_of(a, b)
        for end, levers in ((a, []), (b, self._all)):
            if self.world(levers).scenario.hash() != end.hash:
                raise InputError(f"the scenario of {end.name} no longer reads as it did when it was run; run it again")

    def matters(self, lever: Lever) -> bool:
        """Whether a change has an effect: alone, or as the last one."""
        rest = [other for other in self._all if other != lever]
        if any(self.problem(levers) for levers in ([lever], rest)):
            return True
        first, last = self.world([lever]), self.world(rest)
        return first.key != self.world([]).key or last.key != self.world(self._all).key

    def problem(self, levers: Sequence[Lever]) -> str | None:
        """Returns why the combination of some changes is invalid; `None` if it is valid."""
        made = self._make(levers)
        return made if isinstance(made, str) else None

    def world(self, levers: Sequence[Lever]) -> Mixture:
        """Returns the combination of some changes; raises `InputError` if it is invalid."""
        made = self._make(levers)
        if isinstance(made, str):
            raise InputError(made)
        return made

    def _make(self, levers: Sequence[Lever]) -> Mixture | str:
        paths = tuple(sorted(path for lever in levers for path in lever.paths))
        off = self._a.without ^ frozenset().union(*(lever.off for lever in levers))
        key = paths, tuple(sorted(off))
        if key not in self._made:
            try:
                loaded = load_data(mixed(self._a.data, self._b.data, paths))
                self._made[key] = Mixture(loaded.scenario, off)
            except InputError as error:
                self._made[key] = str(error.problems[0])
        return self._made[key]


def run_worlds(
    worlds: Mapping[str, Model],
    seed: int,
    numbers: Sequence[int],
    of: str,
    journal: Journal,
    backend: Backend,
    on_progress: OnProgress,
) -> None:
    """Runs what is missing of each combination, by its key, into the journal; failed replications have no value.

    Raises `KeyboardInterrupt` after an orderly stop, `ResultsError` if the disk or all workers fail.
    """
    missing = {key: journal.missing(key, numbers) for key in worlds}
    keys = [key for key in worlds if missing[key]]
    wanted, left = len(worlds) * len(numbers), sum(map(len, missing.values()))
    if not left:
        on_progress(wanted, wanted, 0)
        return
    width = backend.width_for(left)
    jobs = (Job(seed, block, at) for at, key in enumerate(keys) for block in blocks_of(missing[key], width))
    with loop_at(backend, [worlds[key] for key in keys], left, on_progress) as loop:
        loop.run(jobs, wanted - left, wanted, lambda job, block: journal.add(keys[job.model], block.only([of])))


def values_of(journal: Journal, key: str, of: str) -> Values:
    """Returns the values of a combination by replication; `None` for one that failed."""
    records, failures = journal.point(key)
    return {row.replication: row.responses[of] for row in records} | {row.replication: None for row in failures}


def waterfall_of(
    plan: WorldsPlan, values: Mapping[str, Values], numbers: Sequence[int], of: Measure
) -> Waterfall | None:
    """Returns the bars of one response, from its values in all combinations; `None` if no replication has them all."""
    found, kept = by_subset({subset: values[world.key] for subset, world in plan.worlds.items()}, numbers)
    if not kept:
        return None
    reach, count = 1.0 if of.bounded else None, len(plan.levers)
    bars = exact_bars(found, count, reach) if plan.orders is None else sampled_bars(found, plan.orders, reach)
    whole = Waterfall(plan.a, plan.b, of.name, plan.levers, tuple(bars), found, kept, len(numbers) - len(kept), None)
    return whole if plan.orders is None else replace(whole, orders=len(plan.orders))
