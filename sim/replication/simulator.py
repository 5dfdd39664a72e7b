"""Simulates one replication and returns the rows of every table."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass, field

import numpy as np

from sim.errors import DrawdownError, ModelFault
from sim.ledger.states import STATE_NAMES
from sim.replication.causes import CauseRow, causes
from sim.replication.episodes import EpisodeRow, episodes
from sim.replication.given_up import GivenUpRow, given_up
from sim.replication.history import History
from sim.replication.invariants import assert_invariants
from sim.replication.progress import PlaceRow, ProgressRow, place_rows, progress
from sim.replication.responses import Number, responses
from sim.replication.timeline import timeline
from sim.replication.unmet import unmet
from sim.replication.utilisation import UseRow, utilisation
from sim.scenario.scenario import Scenario
from sim.tape.tape import draw, frame
from sim.world.clock import Clock
from sim.world.world import World, WorldFrame

FateRow = tuple[str, str, str, str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """All that the tables need from one replication, as plain data.

    `fates`: place, class, owner, fate, lots, kilograms, floor in thousandths of a position, dollars. `causes`: place,
    class, cause, lots, kilograms, dollars, hours. `tape`: source, place, hash of draws, hash of values. `timeline`:
    int32 by [day, place, column]. `episodes`: only in replication 1, for pictures. `use`, `given_up`, `places`
    and `progress` are as `utilisation`, `given_up` and `progress` of this package have them.
    """

    replication: int
    tape_hash: str
    responses: dict[str, Number]
    fates: list[FateRow]
    causes: list[CauseRow]
    tape: list[tuple[str, str, str, str]]
    timeline: np.ndarray
    episodes: list[EpisodeRow] = field(default_factory=list)
    use: list[UseRow] = field(default_factory=list)
    given_up: list[GivenUpRow] = field(default_factory=list)
    places: list[PlaceRow] = field(default_factory=list)
    progress: list[ProgressRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Only the responses of one replication.

    `alike` holds those of the given sets of causes whose removal would change no response, with the hash of the tape
    without them.
    """

    replication: int
    tape_hash: str
    responses: dict[str, Number]
    alike: dict[frozenset[str], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The responses of one replication, lots by fate as `Rows` has them, and the causes that never occurred."""

    tape_hash: str
    responses: dict[str, Number]
    fates: list[FateRow]
    idle: frozenset[str]


class Simulator:
    """Simulates replications of one scenario; built once in a process."""

    def __init__(self, scenario: Scenario, without: frozenset[str] = frozenset(), *, remembers: bool = True) -> None:
        self.scenario = scenario
        self.without = without
        self.remembers = remembers
        self.frame = frame(scenario)
        self.static = WorldFrame.build(self.frame)

    def lacking(self, causes: frozenset[str]) -> Simulator:
        """Returns the simulator of the same scenario without more causes; it shares what all replications share."""
        other = copy(self)
        other.without = self.without | causes
        return other

    def history(self, seed: int, replication: int, clock: Clock | None = None) -> History:
        """Simulate one replication and assert its invariants.

        Raises `ReplicationError` (or its subclass `ModelFault`) if it fails.
        """
        tape = draw(self.frame, seed, replication, self.without)
        world = World(self.static, tape, clock, remembers=self.remembers)
        try:
            ledger = world.run()
        except (DrawdownError, MemoryError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise ModelFault(f"replication {replication}, seed {seed}: {type(error).__name__}: {error}") from error
        stock = world.setting.stock
        events, trucks = world.clock.events, world.control.marches.trucks()
        history = History(
            self.frame, self.static.network, stock, tape, ledger, events, world.reviews.unliftable, trucks
        )
        assert_invariants(history)
        return history

    def run(self, seed: int, replication: int) -> Rows:
        """Returns the rows of one replication."""
        return rows(self.history(seed, replication))

    def numbers(self, seed: int, replication: int, beside: Collection[frozenset[str]] = ()) -> Numbers:
        """Returns the responses of one replication, and which of the sets of causes `beside` would change none."""
        history = self.history(seed, replication)
        idle = unmet(history) if beside else frozenset()
        tapes = {off: draw(self.frame, seed, replication, self.without | off) for off in beside if off <= idle}
        alike = {off: tape.hash() for off, tape in tapes.items()}
        return Numbers(replication, history.tape.hash(), responses(history), alike)

    def outcome(self, seed: int, replication: int, with_fates: bool = False) -> Outcome:
        """Returns the outcome of one replication, with `fates` only where they are asked for."""
        history = self.history(seed, replication)
        found = fates(history) if with_fates else []
        return Outcome(history.tape.hash(), responses(history), found, unmet(history))


def rows(history: History) -> Rows:
    """Returns the rows of all tables for a history."""
    tape = history.tape
    return Rows(
        tape.replication,
        tape.hash(),
        responses(history),
        fates(history),
        causes(history),
        tape.hashes(),
        timeline(history),
        episodes(history) if tape.replication == 1 else [],
        utilisation(history),
        given_up(history),
        place_rows(history),
        progress(history),
    )


def fates(history: History) -> list[FateRow]:
    """Returns lots, mass, floor and value by place of origin, class, owner and fate, sorted."""
    stock, lots = history.stock, history.frame.lots
    key = stock.owned * len(STATE_NAMES) + history.fated
    present = np.unique(key)
    many = np.bincount(key, stock.counted)[present].astype(np.int64)
    measures = (np.array(stock.mass_kg, dtype=float), stock.floors["air"].array, stock.values)
    sums = [np.bincount(key, weights=each)[present].tolist() for each in measures]  # whole numbers far below 2^53
    found = []
    for code, count, kg, milli, usd in zip(present.tolist(), many.tolist(), *sums, strict=True):
        whose, fate = divmod(code, len(STATE_NAMES))
        lot = stock.first_owned[whose]
        names = (lots.place[lot], lots.lot_class[lot], lots.owner[lot], STATE_NAMES[fate])
        found.append((*names, count, int(kg), int(milli), int(usd)))
    return sorted(found)
