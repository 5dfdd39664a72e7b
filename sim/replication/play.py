"""One replication as the rows of every table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from sim.errors import DrawdownError, ModelFault
from sim.ledger.states import STATE_NAMES
from sim.replication.causes import CauseRow, causes
from sim.replication.episodes import EpisodeRow, episodes
from sim.replication.history import History
from sim.replication.identities import assert_identities
from sim.replication.responses import Number, responses
from sim.replication.timeline import timeline
from sim.replication.unmet import unmet
from sim.scenario.scenario import Scenario
from sim.tape.tape import draw, frame
from sim.world.clock import Clock
from sim.world.world import World, WorldFrame

FateRow = tuple[str, str, str, str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything the tables need of one replication, as plain data.

    `fates`: place, class, owner, fate, lots, kilograms, floor in thousandths of a position, dollars. `causes`: place,
    class, cause, lots, kilograms, dollars, hours. `tape`: source, place, hash of draws, hash of values. `timeline`:
    int32 by [day, place, column]. `episodes`: of replication 1 only, for pictures.
    """

    replication: int
    tape_hash: str
    responses: dict[str, Number]
    fates: list[FateRow]
    causes: list[CauseRow]
    tape: list[tuple[str, str, str, str]]
    timeline: np.ndarray
    episodes: list[EpisodeRow] = field(default_factory=list)


class Player:
    """Plays replications of one scenario; built once in a process."""

    def __init__(self, scenario: Scenario, without: frozenset[str] = frozenset()) -> None:
        self.scenario = scenario
        self.without = without
        self.frame = frame(scenario)
        self.static = WorldFrame.build(self.frame)

    def history(self, seed: int, replication: int, clock: Clock | None = None) -> History:
        """Play one replication and assert its identities.

        Raises `ReplicationError` (with `ModelFault` below it) where it does not end well.
        """
        tape = draw(self.frame, seed, replication, self.without)
        world = World(self.static, tape, clock)
        try:
            ledger = world.play()
        except (DrawdownError, MemoryError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise ModelFault(f"replication {replication}, seed {seed}: {type(error).__name__}: {error}") from error
        stock = world.setting.stock
        history = History(
            self.frame, self.static.network, stock, tape, ledger, world.clock.events, world.reviews.unliftable
        )
        assert_identities(history)
        return history

    def play(self, seed: int, replication: int) -> Rows:
        """The rows of one replication."""
        return rows(self.history(seed, replication))

    def play_beside(
        self, seed: int, replication: int, offs: Iterable[frozenset[str]]
    ) -> tuple[Rows, dict[frozenset[str], str]]:
        """The rows of one replication, and which of some sets of causes would change no response if taken off besides.

        Those with the hash of the tape without them.
        """
        history = self.history(seed, replication)
        idle = unmet(history)
        tapes = {off: draw(self.frame, seed, replication, self.without | off) for off in offs if off <= idle}
        return rows(history), {off: tape.hash() for off, tape in tapes.items()}


def rows(history: History) -> Rows:
    """What the tables say of a history."""
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
    )


def fates(history: History) -> list[FateRow]:
    """Lots, mass, floor and value by place of origin, class, owner and fate, sorted."""
    stock, lots = history.stock, history.frame.lots
    key = stock.owned * len(STATE_NAMES) + history.fated
    present, many = np.unique(key, return_counts=True)
    measures = (np.array(stock.mass_kg, dtype=float), stock.floors, stock.values)
    sums = [np.bincount(key, weights=each)[present].tolist() for each in measures]  # whole numbers far below 2^53
    found = []
    for code, count, kg, milli, usd in zip(present.tolist(), many.tolist(), *sums, strict=True):
        whose, fate = divmod(code, len(STATE_NAMES))
        lot = stock.first_owned[whose]
        names = (lots.place[lot], lots.lot_class[lot], lots.owner[lot], STATE_NAMES[fate])
        found.append((*names, count, int(kg), int(milli), int(usd)))
    return sorted(found)
