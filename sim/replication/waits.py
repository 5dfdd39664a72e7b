"""Waits: why a lot waited at an instant, and how long it spent in each wait.

For each place and each way of moving, the reasons share one grid of time; where several hold, the first in the order
of `CAUSES` counts.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

import numpy as np

from sim.ledger.kinds import Hold
from sim.ledger.states import State
from sim.replication.history import History
from sim.replication.lift_over_time import HELD, LiftOverTime, clip
from sim.replication.spans import DayGrid, Pairs
from sim.scenario.places import Crews, Mode, Place

CAUSES: tuple[str, ...] = (
    "too large for any lift",
    "not released or still needed",
    "no crew",
    "shelter",
    "no loader",
    "route or strip closed",
    "clearance refused",
    "no driver",
    "no truck or aircraft available",
    "lift full",
    "below minimum load",
    "out of hours",
    "work under way",
    "lost to an accident",
    "lost to an attack",
    "lost to fire",
    "retained or transferred",
)
CODE = {name: code for code, name in enumerate(CAUSES)}
_HELD: dict[Hold, str | None] = {
    Hold.BELOW_LEAST: "below minimum load",
    Hold.TOO_FEW_TRUCKS: "below minimum load",
    Hold.OUT_OF_HOURS: "out of hours",
    Hold.APRON_FULL: "no truck or aircraft available",
    Hold.ELSEWHERE: "no truck or aircraft available",
    Hold.NO_DRIVER: "no driver",
    Hold.NO_ROOM: "no truck or aircraft available",
    Hold.CLEARANCE: None,  # days refused and closures are known from the tape
    Hold.CLOSED: None,
}
_BY_HOLDING = frozenset(cause for cause in _HELD.values() if cause is not None)
_HELD_CODE = {hold: -1.0 if cause is None else float(CODE[cause]) for hold, cause in _HELD.items()}
_WAYS: tuple[tuple[Mode, str], ...] = (("road", "people"), ("road", "trucks"), ("air", "cargo"))
"""Mode and movement of lots that drive themselves, ride on trucks, and fly."""
Ways = tuple[frozenset[str] | None, frozenset[str] | None, frozenset[str] | None]
"""For lots of a class, by way: `None` if they do not move so, else the pools of trucks that can carry them."""
NO_WAYS: Ways = (None, None, None)
Reasons = list[tuple[str, np.ndarray]]


class PlaceWaits:
    """Reasons over time at one place; `ready` differs by the ways in which lots move."""

    def __init__(self, history: History, place: str, shared: LiftOverTime) -> None:
        self.history, self.place, self.shared = history, place, shared
        self.end_s = history.horizon_s
        ledger, tape = history.ledger, history.tape
        self.work = shared.work[place]
        self.shelter = clip(tape.shelter[place].pairs(), self.end_s)
        self.hours = clip(tape.hours[place].pairs(), self.end_s)
        self._ways: dict[tuple[str, str, frozenset[str]], Reasons] = {}
        self.loader_waits = ledger.loader_waits.get(place, [])
        self.crew_changes = self._crews_allowed()
        self.held = {mode: shared.held[place, step] for mode, step in HELD.items()}

    def _crews_allowed(self) -> list[tuple[int, float]]:
        """Crews that people can man, from instants on: people leave, and an order may change the rules."""
        place, order = self.history.scenario.places[self.place], self.history.tape.orders.get(self.place)
        ordered_s = self.end_s + 1 if order is None or place.under_order is None else order.at_s
        present = place.headcount
        settings = [(0, _manned(place, place.crews, present))]
        changes = [(step.at_s, step.count) for step in self.shared.left[self.place] if step.origin == self.place]
        for at_s, gone in sorted([*changes, (ordered_s, 0)]):
            present -= gone
            crews = place.crews if at_s < ordered_s else place.crews_under_order
            settings.append((at_s, _manned(place, crews, present)))
        return settings

    @cached_property
    def grid(self) -> DayGrid:
        """One grid for all reasons at this place."""
        spans: list[Pairs] = [self.work, self.shelter, self.hours, self.loader_waits]
        instants = [at for at, _ in self.crew_changes]
        for mode in HELD:
            instants += [at for at, _ in self.held[mode]]
        spans += self.shared.spans_of(self.place)
        return DayGrid(self.end_s, spans, [*instants, *self.shared.instants_of(self.place)])

    @cached_property
    def _sheltering(self) -> np.ndarray:
        return self.grid.flags(self.shelter)

    @cached_property
    def _at_work(self) -> np.ndarray:
        return self.grid.flags(self.hours)

    def reasons(self, state: int, ways: Ways) -> np.ndarray:
        """Cause code on each stretch of the grid for a lot in a state that moves by itself, truck, aircraft."""
        grid = self.grid
        size = len(grid.edges) - 1
        shelter, hours = self._sheltering, self._at_work
        if state == State.IN_USE:
            return np.full(size, CODE["not released or still needed"])
        reasons: Reasons = []
        if state == State.RELEASED:
            busy = grid.depth(self.work)
            allowed = grid.held(self.crew_changes)
            reasons.append(("no crew", busy >= allowed))
        reasons.append(("shelter", shelter))
        if state in (State.READY, State.LOADING):
            reasons.append(("no loader", grid.flags(self.loader_waits)))
        if state == State.READY:
            reasons += self._ready(ways)
            reported = np.logical_or.reduce([flags for _, flags in reasons])
            reasons += [("out of hours", ~hours & ~reported), ("below minimum load", hours & ~reported)]
            return _first(reasons, size)
        reasons.append(("out of hours", ~hours))
        reasons.append(("work under way", np.ones(size, dtype=bool)))
        return _first(reasons, size)

    def _ready(self, ways: Ways) -> Reasons:
        found: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(self.grid.edges) - 1, dtype=bool))
        for (mode, movement), pools in zip(_WAYS, ways, strict=True):
            if pools is not None:
                for cause, flags in self._way(mode, movement, pools):
                    found[cause] = found[cause] | flags
        return [(cause, found[cause]) for cause in CAUSES if cause in found]

    def _way(self, mode: Mode, movement: str, pools: frozenset[str]) -> Reasons:
        """Reasons of one way of moving, on trucks of some pools; put on the grid once, for all classes that move so."""
        if (mode, movement, pools) not in self._ways:
            found = list(self.shared.reasons(self.place, mode, movement, self.grid, pools).items())
            codes = self._held_codes(mode)
            held = sorted(_BY_HOLDING - (set() if movement == "people" else {"no driver"}))
            self._ways[mode, movement, pools] = [*found, *((cause, codes == CODE[cause]) for cause in held)]
        return self._ways[mode, movement, pools]

    def _held_codes(self, mode: Mode) -> np.ndarray:
        """The reason of movement control on each stretch where it had idle lift and sent none."""
        settings = [(at, _HELD_CODE[hold]) for at, hold in self.held[mode]]
        return self.grid.held(settings, -1.0)


def _manned(place: Place, crews: Crews, present: int) -> float:
    """Crews that the people present can man."""
    manned = int(present * crews.labour_share / crews.size + 1e-9)
    return float(crews.count if place.people is None else min(crews.count, manned))


def _first(reasons: Reasons, size: int) -> np.ndarray:
    """Code of the first reason that holds on each stretch, in the order of `CAUSES`."""
    codes = np.full(size, CODE["work under way"])
    for name, flags in sorted(reasons, key=lambda reason: -CODE[reason[0]]):
        codes[flags] = CODE[name]
    return codes
