"""A history: one replication's ledger beside the tape and the description it was played from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.ledger.ledger import Ledger, LiftStep
from sim.scenario.scenario import Scenario
from sim.tape.openings import Openings
from sim.tape.tape import Frame, Tape
from sim.world.planned import PlannedNetwork
from sim.world.stock import Stock


@dataclass(frozen=True, slots=True)
class Columns:
    """Steps of lots as arrays of int64, and the words beside them."""

    at_s: np.ndarray
    lot: np.ndarray
    state: np.ndarray
    place: tuple[str, ...]
    by: tuple[str, ...]


@dataclass(frozen=True)
class History:
    """What one replication leaves behind; everything reported is derived from it."""

    frame: Frame
    network: PlannedNetwork
    stock: Stock
    tape: Tape
    ledger: Ledger
    events: int
    unliftable: frozenset[int]

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
            if step.what == "order":
                found[step.place] = int(step.detail)
        return found

    @cached_property
    def closings_s(self) -> dict[str, int]:
        """Instant of closing by place, of those that closed."""
        return {step.place: step.at_s for step in self.ledger.places if step.what == "closed"}

    @cached_property
    def in_scope(self) -> frozenset[str]:
        """Places whose lots and people responses are about: those that must close, or all."""
        places = self.scenario.places
        if self.scenario.scope == "all":
            return frozenset(places)
        return frozenset(name for name, place in places.items() if place.handover_s is not None)

    def ends_s(self, place: str) -> int:
        """Instant until which a place is looked at: its closing, or the horizon."""
        return self.closings_s.get(place, self.horizon_s)

    @cached_property
    def _strips(self) -> dict[str, Openings]:
        rules = self.scenario.accidents.landing
        closed_s = rules.strip_closed_s if rules is not None else 0
        accidents: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for step in self.ledger.lift:
            if step.what == "accident":
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
    def convoys(self) -> tuple[dict[str, LiftStep], dict[str, LiftStep]]:
        """First and last steps of convoys, by id."""
        routes = tuple(f"{route}#" for route in self.scenario.routes)
        lift = self.ledger.lift
        departed = {step.lift: step for step in lift if step.what == "departs" and step.lift.startswith(routes)}
        arrived = {step.lift: step for step in lift if step.what == "arrives"}
        return departed, arrived

    @cached_property
    def fated(self) -> np.ndarray:
        """The last state of each lot, its fate, as int64."""
        return np.frombuffer(bytes(self.ledger.state), dtype=np.uint8).astype(np.int64)

    @cached_property
    def columns(self) -> Columns:
        """The steps of all lots, column by column, in the order of the ledger."""
        steps = self.ledger.lots
        at, lot, state, place, by = zip(*steps, strict=True) if steps else ((), (), (), (), ())
        return Columns(
            np.array(at, dtype=np.int64), np.array(lot, dtype=np.int64), np.array(state, dtype=np.int64), place, by
        )

    @cached_property
    def steps(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Steps of all lots, by lot and in order: instants, lots, states, and the state before each."""
        order = np.argsort(self.columns.lot, kind="stable")
        at, lot, state = self.columns.at_s[order], self.columns.lot[order], self.columns.state[order]
        before = np.zeros_like(state)
        before[1:] = np.where(lot[1:] == lot[:-1], state[:-1], 0)
        return at, lot, state, before
