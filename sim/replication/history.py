"""A history: the ledger of one replication, with its tape and the scenario that was simulated."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.ledger.kinds import ACCIDENTS, By, Did, LiftId, Moment, Of
from sim.ledger.ledger import Ledger, LiftStep
from sim.ledger.states import State
from sim.scenario.openings import Openings
from sim.scenario.scenario import Scenario
from sim.tape.tape import Frame, Tape
from sim.world.convoy import PoolCount
from sim.world.setting import PlannedNetwork
from sim.world.stock import Stock

_TWO_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class StepArrays:
    """Steps of lots as arrays of int64, with lists of the place and of who or what caused each step."""

    at_s: np.ndarray
    lot: np.ndarray
    state: np.ndarray
    place: list[str]
    by: list[By]


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of lots, lot by lot and each lot's in their order: arrays of int64.

    `begins` marks the first step of each lot. Before its step a lot was in the state `before`, since `since_s`.
    """

    at_s: np.ndarray
    lot: np.ndarray
    state: np.ndarray
    begins: np.ndarray
    since_s: np.ndarray
    before: np.ndarray


@dataclass(frozen=True)
class History:
    """The outcome of one replication; everything reported is derived from it."""

    frame: Frame
    network: PlannedNetwork
    stock: Stock
    tape: Tape
    ledger: Ledger
    events: int
    unliftable: frozenset[int]
    trucks: dict[str, PoolCount]

    @property
    def scenario(self) -> Scenario:
        """The description."""
        return self.frame.scenario

    @property
    def horizon_s(self) -> int:
        """Last instant."""
        return self.scenario.time.horizon_s

    @cached_property
    def handovers_s(self) -> dict[str, int]:
        """Handover by place, the new one where an order came."""
        planned = {name: place.handover_s for name, place in self.scenario.places.items()}
        found = {name: when for name, when in planned.items() if when is not None}
        for step in self.ledger.places:
            if step.what is Moment.ORDER:
                found[step.place] = step.number
        return found

    @cached_property
    def closings_s(self) -> dict[str, int]:
        """Instant of closing by place, of those that closed."""
        return {step.place: step.at_s for step in self.ledger.places if step.what is Moment.CLOSED}

    @cached_property
    def in_scope(self) -> frozenset[str]:
        """Places whose lots and people responses are about: those that must close, or all."""
        return self.scenario.in_scope

    def ends_s(self, place: str) -> int:
        """Instant until which a place counts in responses: its closing, or the horizon."""
        return self.closings_s.get(place, self.horizon_s)

    @cached_property
    def _strips(self) -> dict[str, Openings]:
        rules = self.scenario.accidents.landing
        closed_s = rules.strip_closed_s if rules is not None else 0
        accidents: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for step in self.ledger.lift:
            if step.what in ACCIDENTS:
                accidents[step.place].append((step.at_s, step.at_s + closed_s))
        closed = self.tape.strip_closed
        return {
            name: closed[name].either(Openings.from_pairs(accidents[name])) if name in accidents else closed[name]
            for name in closed
        }

    def strip_closed(self, place: str) -> Openings:
        """When the strip of a place was closed: by window and washout, and after accidents."""
        return self._strips[place]

    @cached_property
    def convoys(self) -> tuple[dict[LiftId, LiftStep], dict[LiftId, LiftStep]]:
        """First and last steps of convoys, by convoy."""
        lift = self.ledger.lift
        departed = {step.lift: step for step in lift if step.what is Did.DEPARTS and step.lift.of is Of.ROUTE}
        arrived = {step.lift: step for step in lift if step.what is Did.ARRIVES}
        return departed, arrived

    @cached_property
    def convoys_end_s(self) -> dict[LiftId, int]:
        """When convoys arrived, or were lost with all their vehicles, by convoy."""
        ends = (Did.ARRIVES, Did.COLUMN_LOST)
        return {step.lift: step.at_s for step in self.ledger.lift if step.what in ends}

    @cached_property
    def fated(self) -> np.ndarray:
        """The fate of each lot, as int64."""
        return np.frombuffer(self.ledger.fates(), dtype=np.uint8).astype(np.int64)

    @cached_property
    def paths(self) -> list[str]:
        """The path of each lot."""
        return self.frame.lots.ids()

    @cached_property
    def columns(self) -> StepArrays:
        """The steps of all lots, column by column, in the order of the ledger."""
        at_s, lot, state, place, by = self.ledger.columns()
        many = len(at_s)
        return StepArrays(
            np.fromiter(at_s, np.int64, many),
            np.fromiter(lot, np.int64, many),
            np.frombuffer(bytes(state), dtype=np.uint8).astype(np.int64),
            place,
            by,
        )

    @cached_property
    def order(self) -> np.ndarray:
        """Indices of the steps of lots in the ledger, lot by lot: lots in order of their first steps."""
        lot = self.columns.lot
        first = np.zeros(self.stock.count, dtype=np.int64)
        first[lot[::-1]] = np.arange(len(lot))[::-1]  # the first step of each lot is written last
        keys = first[lot]
        # numbers of two bytes are sorted in one sweep over them
        return np.argsort(keys.astype(np.uint16) if len(lot) <= _TWO_BYTES else keys, kind="stable")

    @cached_property
    def steps(self) -> Steps:
        """The steps of all lots in that order."""
        columns, order = self.columns, self.order
        at_s, lot, state = columns.at_s[order], columns.lot[order], columns.state[order]
        begins = np.ones(len(lot), dtype=bool)
        begins[1:] = lot[1:] != lot[:-1]
        since_s, before = np.zeros_like(at_s), np.zeros_like(state)
        since_s[1:], before[1:] = at_s[:-1], state[:-1]
        since_s[begins] = 0
        before[begins] = State.IN_USE
        return Steps(at_s, lot, state, begins, since_s, before)
