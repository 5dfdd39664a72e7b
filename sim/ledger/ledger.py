"""The ledger: the append-only history of a replication, which refuses illegal steps."""

from __future__ import annotations

from itertools import starmap
from typing import Any, NamedTuple

from sim.errors import ModelFault
from sim.ledger.kinds import Bound, By, Did, Hold, LiftId, Moment, Passage, Reason, Task, Verdict
from sim.ledger.states import LEGAL_BITS, STATE_NAMES, State

_MOVING = int(State.MOVING)  # a plain number: there are many steps, and an enum look-up would double their cost


class LotStep(NamedTuple):
    """A lot enters a state at a place; `by` is the lift, crew or reason."""

    at_s: int
    lot: int
    state: int
    place: str
    by: By


_FIELDS = len(LotStep._fields)


class Mark(NamedTuple):
    """A mark of a lot that changes no state; `reason` is that of a condemnation."""

    at_s: int
    lot: int
    what: Verdict
    place: str
    reason: Reason = Reason.NONE


class Work(NamedTuple):
    """Work of a crew or explosives team on a lot; `done` if it was finished."""

    place: str
    crew: int
    lot: int
    task: Task
    from_s: int
    until_s: int
    done: bool


class PeopleStep(NamedTuple):
    """People of an origin `left` a place, are `out`, `arrived` at a hub, or went `home` from a custody hub."""

    at_s: int
    what: Passage
    origin: str
    place: str
    count: int  # type: ignore[assignment]  # the clearest name, although tuples have a method of that name
    by: LiftId | Bound | None


class LiftStep(NamedTuple):
    """An action of a sortie, convoy or pool at a place; `Did` explains the other fields."""

    at_s: int
    lift: LiftId
    what: Did
    place: str
    number: float = 0.0
    count: int = 0  # type: ignore[assignment]  # as above
    people: int = 0
    to: str = ""


class PlaceStep(NamedTuple):
    """An event of a place as a whole."""

    at_s: int
    place: str
    what: Moment
    number: int = 0
    hold: Hold = Hold.NONE


class Ledger:
    """Everything that happened in one replication.

    `state[lot]` is the present state of each lot as a byte, `left_s[lot]` when it last began to move. `steps` has
    the fields of all steps of lots one after another, in the order of `LotStep`, without an object per step. The steps
    of lots that a custody hub sends on, `forwarded`, are in `onward` from then on: their fate is struck. Raises
    `ModelFault` for an illegal step.
    """

    def __init__(self, places: tuple[str, ...]) -> None:
        """Start with every lot in use at its place of origin."""
        self.state = bytearray(len(places))
        self.origins = places
        self.steps: list[int | str | By] = []
        self.marks: list[Mark] = []
        self.work: list[Work] = []
        self.people: list[PeopleStep] = []
        self.lift: list[LiftStep] = []
        self.places: list[PlaceStep] = []
        self.left_s: dict[int, int] = {}
        self.onward: list[LotStep] = []
        self.forwarded: set[int] = set()
        self.loader_waits: dict[str, list[tuple[int, int]]] = {}
        self.loader_work: dict[str, list[tuple[int, int]]] = {}

    @property
    def lots(self) -> list[LotStep]:
        """The steps of all lots, built at each call."""
        return list(starmap(LotStep, zip(*self.columns(), strict=True)))

    def columns(self) -> tuple[list[int], list[int], list[int], list[str], list[By]]:
        """The steps of all lots, field by field in the order of `LotStep`."""
        kept: list[Any] = self.steps
        return kept[0::_FIELDS], kept[1::_FIELDS], kept[2::_FIELDS], kept[3::_FIELDS], kept[4::_FIELDS]

    def lot(self, at_s: int, lot: int, state: State, place: str, by: By = None) -> None:
        """Record that a lot enters a state."""
        before = self.state[lot]
        if not LEGAL_BITS[before] >> state & 1:
            raise ModelFault(f"lot {lot} went from {STATE_NAMES[before]} to {STATE_NAMES[state]} at {at_s} s")
        self.state[lot] = state
        if state == _MOVING:
            self.left_s[lot] = at_s
        if self.forwarded and lot in self.forwarded:
            self.onward.append(LotStep(at_s, lot, state, place, by))
        else:
            self.steps += (at_s, lot, state, place, by)

    def forward(self, at_s: int, lot: int, place: str, by: By) -> None:
        """Record that an extracted lot is ready to go on; raises `ModelFault` if it is not extracted."""
        if self.state[lot] != State.EXTRACTED:
            raise ModelFault(f"lot {lot} was to go on from {place} at {at_s} s and is not extracted")
        self.forwarded.add(lot)
        self.state[lot] = State.READY
        self.onward.append(LotStep(at_s, lot, State.READY, place, by))

    def fates(self) -> bytes:
        """The last state of each lot, of one that was sent on its fate."""
        fates = bytearray(self.state)
        for lot in self.forwarded:
            fates[lot] = State.EXTRACTED
        return bytes(fates)
