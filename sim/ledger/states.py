"""The states and fates of a lot, and the one table of legal steps between them."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """The state of a lot; from `EXTRACTED` on, a fate."""

    IN_USE = 0
    RELEASED = 1
    PREPARING = 2
    READY = 3
    LOADING = 4
    MOVING = 5
    EXTRACTED = 6
    RETAINED = 7
    TRANSFERRED = 8
    DESTROYED = 9
    DISABLED = 10
    LOST = 11
    ABANDONED = 12
    LATE = 13


FATES: tuple[State, ...] = tuple(state for state in State if state >= State.EXTRACTED)
FATE_NAMES: tuple[str, ...] = tuple(fate.name.lower() for fate in FATES)
STATE_NAMES: tuple[str, ...] = tuple(state.name.lower() for state in State)

_LEFT_AT_PLACE = {State.TRANSFERRED, State.DESTROYED, State.DISABLED, State.LOST, State.ABANDONED, State.RETAINED}
LEGAL: dict[int, frozenset[int]] = {
    State.IN_USE: frozenset({State.RELEASED} | _LEFT_AT_PLACE),
    State.RELEASED: frozenset({State.PREPARING} | _LEFT_AT_PLACE),
    # back to released if work was stopped: unfinished work is lost
    State.PREPARING: frozenset({State.READY, State.RELEASED} | _LEFT_AT_PLACE),
    State.READY: frozenset({State.LOADING, State.LATE} | _LEFT_AT_PLACE),
    # back to ready if the lift leaves without it
    State.LOADING: frozenset({State.MOVING, State.READY, State.LOST, State.LATE}),
    State.MOVING: frozenset({State.READY, State.EXTRACTED, State.LATE, State.LOST}),
    # a disabled lot may still be destroyed; every other fate is final
    State.DISABLED: frozenset({State.DESTROYED}),
}
LEGAL_BITS: tuple[int, ...] = tuple(sum(1 << after for after in LEGAL.get(state, ())) for state in State)
"""The same table, with one bit per legal next state."""
