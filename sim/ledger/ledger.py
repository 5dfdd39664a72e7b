"""The ledger: the one memory of a replication, append-only, which refuses an impossible history."""

from __future__ import annotations

from typing import NamedTuple

from sim.errors import ModelFault
from sim.ledger.states import LEGAL_BITS, STATE_NAMES, State

_made = tuple.__new__  # a named tuple's own constructor takes three times as long, and steps are many


class LotStep(NamedTuple):
    """A lot enters a state at a place; `by` names the lift, crew or cause."""

    at_s: int
    lot: int
    state: int
    place: str
    by: str


class Mark(NamedTuple):
    """Something said of a lot that changes no state: condemned, pardoned."""

    at_s: int
    lot: int
    what: str
    place: str


class Work(NamedTuple):
    """A crew's work on a lot; `done` where it was finished."""

    place: str
    crew: int
    lot: int
    task: str
    from_s: int
    until_s: int
    done: bool


class PeopleStep(NamedTuple):
    """People of an origin `left` a place, are `out`, `arrived` at a hub, or went `home` from a custody hub."""

    at_s: int
    what: str
    origin: str
    place: str
    count: int  # type: ignore[assignment]  # the plain word, though tuples have a method of that name
    by: str


class LiftStep(NamedTuple):
    """A tail or convoy does something at a place; numbers by meaning of `what` (see `LIFT_WORDS`)."""

    at_s: int
    lift: str
    what: str
    place: str
    number: float = 0.0
    detail: str = ""


class PlaceStep(NamedTuple):
    """Something happens to a place as a whole: phase, order, handover, closed, review, no_lift (a reason)."""

    at_s: int
    place: str
    what: str
    detail: str = ""


class Ledger:
    """Everything that happened in one replication.

    `state[lot]` is the present state of each lot as a byte, `left_s[lot]` when it last began to move. Raises
    `ModelFault` for a step that the table of legal steps does not know, or one back in time.
    """

    def __init__(self, places: tuple[str, ...]) -> None:
        """Begin with every lot in use at its place of origin."""
        self.state = bytearray(len(places))
        self.origins = places
        self.lots: list[LotStep] = []
        self.marks: list[Mark] = []
        self.work: list[Work] = []
        self.people: list[PeopleStep] = []
        self.lift: list[LiftStep] = []
        self.places: list[PlaceStep] = []
        self.left_s: dict[int, int] = {}
        self.loader_waits: dict[str, list[tuple[int, int]]] = {}
        self._last_s = [0] * len(places)

    def lot(self, at_s: int, lot: int, state: State, place: str, by: str = "") -> None:
        """A lot enters a state."""
        before = self.state[lot]
        if not LEGAL_BITS[before] >> state & 1:
            raise ModelFault(f"lot {lot} went from {STATE_NAMES[before]} to {STATE_NAMES[state]} at {at_s} s")
        if at_s < self._last_s[lot]:
            raise ModelFault(f"lot {lot} went back in time from {self._last_s[lot]} s to {at_s} s")
        self.state[lot] = state
        if state == State.MOVING:
            self.left_s[lot] = at_s
        self._last_s[lot] = at_s
        self.lots.append(_made(LotStep, (at_s, lot, state, place, by)))
