"""Runs, for one replication, all worlds that its answer needs: with causes removed one by one, and with levers moved.

A replication is one job: it has a value for every cause and lever, or it failed as a whole, so that no answer is over
some replications here and others there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from sim.analysis.shapley import Subset, shares_along, shares_of_all
from sim.errors import ModelFault, ReplicationError
from sim.experiment.why.look import Look
from sim.experiment.worker import Model
from sim.replication.simulator import Numbers, Simulator
from sim.tape.streams import Streams

MOST_EXACT = 10
"""Largest number of causes of which every coalition is simulated."""
ON, OFF = "on", "off"
_ON_THE_TAPE = frozenset({"alarms", "escalation", "closures", "clearance_air", "clearance_road"})
"""Causes that are wholly on the tape: those that never occur as filed occur in no world with fewer causes."""
_World = tuple[tuple[float | None, ...], frozenset[str]]
"""The numbers of a world, and the causes that never occurred in it."""


def order_of(seed: int, replication: int, causes: int) -> tuple[int, ...]:
    """The random order in which a replication removes causes; its stream is independent of those of the tape."""
    drawn = Streams(seed, replication).raw(causes, "why", "order").tolist()
    return tuple(sorted(range(causes), key=lambda cause: (drawn[cause], cause)))


def key_of(world: str, name: str) -> str:
    """The name under which a number of a world, a cause or a lever is kept."""
    return f"{world}|{name}"


def keys_of(causes: Iterable[str], levers: Iterable[str], look: Look) -> tuple[str, ...]:
    """All names of a replication's numbers, in order."""
    return tuple(key_of(world, name) for world in (ON, OFF, *causes, *levers) for name in look.names)


class Coalitions:
    """Runs replications: each with and without causes, and with each lever moved.

    `levers` are models by the words of a move; they are built in a process when they are first needed.
    """

    def __init__(
        self, base: Model, causes: tuple[str, ...], levers: Mapping[str, Model], look: Look, exact: bool
    ) -> None:
        self._base = _simulator(base)
        self._causes, self._look, self._exact = causes, look, exact
        self._levers = {words: _once(model) for words, model in levers.items()}

    def run(self, seed: int, replication: int) -> Any:
        """A replication of this kind has no tables of its own."""
        raise ModelFault(f"replication {replication} of seed {seed} has no tables")

    def numbers(self, seed: int, replication: int) -> Numbers:
        """Returns the numbers of one replication by key; raises `ReplicationError` if one of its worlds fails."""
        worlds = _Worlds(self._base, self._causes, self._look, seed, replication)
        everything = frozenset(range(len(self._causes)))
        shares = worlds.exact() if self._exact else worlds.sampled(order_of(seed, replication, len(self._causes)))
        found = dict(zip(self._keys(ON), worlds.values(frozenset()), strict=True))
        found |= zip(self._keys(OFF), worlds.values(everything), strict=True)
        for at, cause in enumerate(self._causes):
            found |= zip(self._keys(cause), (share[at] for share in shares), strict=True)
        for words, simulator in self._levers.items():
            values = self._look.numbers(simulator().outcome(seed, replication, self._look.by is not None))
            if values[0] is None:
                raise ReplicationError(f"{self._look.of} has no value with {words}")
            found |= zip(self._keys(words), values, strict=True)
        return Numbers(replication, worlds.tape_hash, found, {})

    def _keys(self, world: str) -> list[str]:
        return [key_of(world, name) for name in self._look.names]


def _once(model: Model) -> Callable[[], Simulator]:
    """The simulator of a model, built when it is first asked for."""
    built: list[Simulator] = []

    def simulator() -> Simulator:
        if not built:
            built.append(_simulator(model))
        return built[0]

    return simulator


def _simulator(model: Model) -> Simulator:
    made: Any = model.make(*model.arguments)
    simulator: Simulator = made
    return simulator


class _Worlds:
    """The worlds of one replication by the causes removed, each simulated once.

    A world in which a cause never occurred takes the same steps without it: it is not simulated again.
    """

    def __init__(self, base: Simulator, causes: Sequence[str], look: Look, seed: int, replication: int) -> None:
        self._base, self._causes, self._look = base, causes, look
        self._seed, self._replication = seed, replication
        self._known: dict[Subset, _World] = {}
        self._never: Subset = frozenset()
        self.tape_hash = ""

    def values(self, removed: Subset) -> tuple[float | None, ...]:
        """The numbers of the world without these causes."""
        return self._world(removed)[0]

    def _world(self, removed: Subset) -> _World:
        if removed not in self._known:
            self._known[removed] = self._shared(removed) or self._simulated(removed)
        return self._known[removed]

    def _shared(self, removed: Subset) -> _World | None:
        """The same world with a cause more, if it is known, or will be, and the cause never occurs in it."""
        if removed & self._never:
            return self._world(removed - self._never)
        for cause in removed:
            known = self._known.get(removed - {cause})
            if known is not None and self._causes[cause] in known[1]:
                return known
        return None

    def _simulated(self, removed: Subset) -> _World:
        names = frozenset(self._causes[cause] for cause in removed)
        outcome = self._base.lacking(names).outcome(self._seed, self._replication, self._look.by is not None)
        values = self._look.numbers(outcome)
        if values[0] is None:
            raise ReplicationError(f"{self._look.of} has no value without {', '.join(sorted(names)) or 'any change'}")
        if not removed:
            self.tape_hash = outcome.tape_hash
            never = outcome.idle & _ON_THE_TAPE
            self._never = frozenset(at for at, cause in enumerate(self._causes) if cause in never)
        return values, outcome.idle

    def sampled(self, order: Sequence[int]) -> list[list[float | None]]:
        """By number, the share of each cause: its mean over an order and the reverse."""
        orders = [tuple(order), tuple(reversed(order))]
        for one in orders:
            for size in range(len(one) + 1):
                self._world(frozenset(one[:size]))
        return [self._negated(shares_along(self._numbers(), orders, at)) for at in range(len(self._look.names))]

    def exact(self) -> list[list[float | None]]:
        """The same from all coalitions."""
        count = len(self._causes)
        for size in range(count + 1):
            for some in combinations(range(count), size):
                self._world(frozenset(some))
        return [self._negated(shares_of_all(self._numbers(), count, at)) for at in range(len(self._look.names))]

    def _numbers(self) -> dict[Subset, tuple[float | None, ...]]:
        return {removed: values for removed, (values, _) in self._known.items()}

    @staticmethod
    def _negated(shares: list[float | None]) -> list[float | None]:
        """What each cause does where it acts, from what its removal does."""
        return [None if share is None else -share for share in shares]
