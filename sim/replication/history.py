"""A history: one replication's ledger beside the tape and the description it was played from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.ledger.ledger import Ledger
from sim.scenario.scenario import Scenario
from sim.tape.openings import Openings
from sim.tape.tape import Frame, Tape
from sim.world.planned import PlannedNetwork
from sim.world.stock import Stock


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

    def strip_closed(self, place: str) -> Openings:
        """When the strip of a place was closed: by window and washout, and after accidents."""
        rules = self.scenario.accidents.landing
        closed_s = rules.strip_closed_s if rules is not None else 0
        accidents = [
            (step.at_s, step.at_s + closed_s)
            for step in self.ledger.lift
            if step.what == "accident" and step.place == place
        ]
        return self.tape.strip_closed[place].either(Openings.from_pairs(accidents))

    @cached_property
    def steps(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Steps of all lots, by lot and in order: instants, lots, states, and the state before each."""
        ledger = self.ledger
        at = np.fromiter((step.at_s for step in ledger.lots), dtype=np.int64, count=len(ledger.lots))
        lot = np.fromiter((step.lot for step in ledger.lots), dtype=np.int64, count=len(ledger.lots))
        state = np.fromiter((step.state for step in ledger.lots), dtype=np.int64, count=len(ledger.lots))
        order = np.argsort(lot, kind="stable")
        at, lot, state = at[order], lot[order], state[order]
        before = np.zeros_like(state)
        before[1:] = np.where(lot[1:] == lot[:-1], state[:-1], 0)
        return at, lot, state, before
