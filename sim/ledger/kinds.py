"""What the ledger can say: kinds of steps, and who or what did them. No word of prose, nothing to take apart.

A kind that is not here cannot be written: it fails where it is named. `sim.replication.wording` has how each reads.
"""

from __future__ import annotations

from enum import IntEnum, auto
from typing import NamedTuple


class Of(IntEnum):
    """What a lift is one of."""

    AIRCRAFT = auto()  # a sortie of one tail of a type
    ROUTE = auto()  # a convoy on a route; with number 0 one that has not set out yet
    POOL = auto()  # trucks of a pool


class Lift(NamedTuple):
    """Which lift: sortie `sortie` of tail `number` of an aircraft type, convoy `number` of a route, or a pool.

    `name` is the name of the type, route or pool as the scenario has it; numbers count from 1.
    """

    of: Of
    name: str
    number: int = 0
    sortie: int = 0

    def __str__(self) -> str:
        """As people read it, `c130/2#5` or `gao-kidal#3`; never to be taken apart again."""
        tail = f"/{self.number}" if self.of == Of.AIRCRAFT else ""
        count = self.sortie if self.of == Of.AIRCRAFT else self.number
        return f"{self.name}{tail}#{count}" if count else f"{self.name}{tail}"


class Crew(NamedTuple):
    """Which crew of the place where the lot stands, counted from 0.

    `half_destroyed`: the place closed before the lot was destroyed, and the work put in was that of disabling.
    """

    number: int
    half_destroyed: bool = False


class Bound(NamedTuple):
    """By road to a destination, before the convoy has set out: vehicles that are loaded, people who board."""

    dest: str


class Why(IntEnum):
    """Why a lot enters a state, where neither lift nor a crew brings it there."""

    NOTHING_TO_PREPARE = auto()
    NOT_LOADED_IN_TIME = auto()
    NO_DRIVER = auto()
    CLOSING = auto()
    CAME_TO_CLOSED = auto()  # it came to a place that had closed
    HORIZON = auto()
    FIRE = auto()
    ATTACK = auto()
    ACCIDENT = auto()


By = Lift | Crew | Bound | Why | None
"""Who or what brings a lot into a state; `None` where no one does."""


class Did(IntEnum):
    """What lift does. Behind each kind what `number`, `count`, `people` and `to` of its step are."""

    DEPARTS = auto()  # a sortie: kilometres to its first landing; a convoy: count of vehicles, people, to
    FLIES = auto()  # seconds, to
    HELD = auto()  # seconds
    LANDS = auto()
    HIT = auto()  # at a landing that was not under fire
    HIT_UNDER_FIRE = auto()
    ACCIDENT = auto()  # the hull is kept
    HULL_LOST = auto()
    TAKES_OFF = auto()  # kilograms, count of lots, people
    FILL = auto()  # the larger share of mass and floor
    WASTED = auto()  # kilometres
    RETURNS = auto()  # kilometres
    IS_BACK = auto()  # seconds out of service
    BREAKS_DOWN = auto()  # seconds
    STANDS = auto()  # seconds
    ATTACKED = auto()  # people hurt, count of vehicles lost
    VEHICLE_LOST = auto()  # count of lots
    JOINED = auto()  # count of vehicles, people
    DROVE = auto()  # vehicle-kilometres: told once, when a convoy ends or the horizon finds it on the road
    ARRIVES = auto()  # kilometres, count of vehicles, people
    COLUMN_LOST = auto()  # a convoy without a vehicle any more, and with nobody aboard, ends
    IDLE = auto()  # count of trucks of a pool at their base
    WAITING = auto()  # count of trucks of a pool, to


ACCIDENTS = frozenset({Did.ACCIDENT, Did.HULL_LOST})
HITS = frozenset({Did.HIT, Did.HIT_UNDER_FIRE})


class Passage(IntEnum):
    """What people do."""

    LEFT = auto()
    OUT = auto()
    ARRIVED = auto()  # at a hub that sends them on
    HOME = auto()  # from a custody hub, where they were out before
    STILL = auto()  # still there at the horizon


class Moment(IntEnum):
    """What happens to a place as a whole."""

    STARTED = auto()
    ORDER = auto()  # number: the new handover, in seconds
    HANDOVER = auto()
    CLOSED = auto()
    CONDEMNED = auto()  # number: lots
    HELD_AIR = auto()  # hold: why idle aircraft do not go there
    HELD_ROAD = auto()  # hold: why idle trucks or convoys do not go


class Hold(IntEnum):
    """Why idle lift does not go to a place."""

    NONE = 0  # the step is not about lift
    BELOW_LEAST = auto()
    TOO_FEW_TRUCKS = auto()
    NO_DRIVER = auto()
    ELSEWHERE = auto()
    APRON_FULL = auto()
    OUT_OF_HOURS = auto()
    CLEARANCE = auto()
    CLOSED = auto()


class Verdict(IntEnum):
    """What is said of a lot that changes no state."""

    CONDEMNED = auto()
    REINSTATED = auto()


class Task(IntEnum):
    """What a crew does with a lot."""

    PREPARE = auto()
    DESTROY = auto()
    DISABLE = auto()
