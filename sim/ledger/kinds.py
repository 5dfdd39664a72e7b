"""The vocabulary of the ledger: kinds of steps and their causes, as data without text to parse.

A kind that is not defined here cannot be written. `sim.replication.wording` has the text of each.
"""

from __future__ import annotations

from enum import IntEnum, auto
from typing import NamedTuple


class Of(IntEnum):
    """The kind of a lift."""

    AIRCRAFT = auto()  # a sortie of one tail of a type
    ROUTE = auto()  # a convoy on a route; number 0 means one that has not left yet
    POOL = auto()  # trucks of a pool
    VESSEL = auto()  # a sailing of a vessel


class LiftId(NamedTuple):
    """A lift: sortie `sortie` of tail `number` of an aircraft type, convoy `number` of a route, or a pool.

    `name` is the name of the type, route or pool as the scenario has it; numbers count from 1.
    """

    of: Of
    name: str
    number: int = 0
    sortie: int = 0

    def __str__(self) -> str:
        """The lift as people read it, `c130/2#5` or `gao-kidal#3`; never parse it."""
        tail = f"/{self.number}" if self.of == Of.AIRCRAFT else ""
        count = self.sortie if self.of == Of.AIRCRAFT else self.number
        return f"{self.name}{tail}#{count}" if count else f"{self.name}{tail}"


class Crew(NamedTuple):
    """A crew or explosives team of the lot's place, each counted from 0.

    `half_destroyed`: the place closed before the lot was destroyed, and the work put in was that of disabling.
    """

    number: int
    half_destroyed: bool = False
    explosives: bool = False


class Bound(NamedTuple):
    """Loaded on a convoy to a destination that has not left yet: vehicles loaded, people aboard."""

    dest: str


class OnVehicle(NamedTuple):
    """Loaded on a vehicle that drives itself, by the path of that lot as people read it; never parse it."""

    path: str


class Why(IntEnum):
    """Why a lot enters a state, if neither a lift nor a crew is the cause."""

    NOTHING_TO_PREPARE = auto()
    NOT_LOADED_IN_TIME = auto()
    NO_DRIVER = auto()
    CLOSING = auto()
    CAME_TO_CLOSED = auto()  # it came to a place that had closed
    HORIZON = auto()
    FIRE = auto()
    ATTACK = auto()
    ACCIDENT = auto()
    PREPARING_WAIVED = auto()  # a vehicle that drives itself, under an order
    VEHICLE_CONDEMNED = auto()  # the vehicle that it was loaded on
    PEOPLE_NEED_SEATS = auto()  # of the vehicle that it was loaded on
    VEHICLE_TAKEN = auto()  # by other lift, the vehicle that it was loaded on


By = LiftId | Crew | Bound | OnVehicle | Why | None
"""The cause of a lot's step; `None` if there is none."""


class Did(IntEnum):
    """Actions of a lift. Comments give the meaning of `number`, `count`, `people` and `to` of the step."""

    DEPARTS = auto()  # a sortie: kilometres to its first landing; a convoy: count of vehicles, people, to
    FLIES = auto()  # seconds, to
    HELD = auto()  # seconds
    LANDS = auto()  # 1 in an alarm
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
    DROVE = auto()  # vehicle-kilometres: written once, when a convoy ends or at the horizon
    ARRIVES = auto()  # kilometres, count of vehicles, people
    COLUMN_LOST = auto()  # a convoy that has lost all vehicles and has no people aboard ends
    IDLE = auto()  # count of trucks of a pool at their base
    WAITING = auto()  # count of trucks of a pool, to
    BERTHS = auto()
    SAILS = auto()  # kilograms, count of lots, to
    PUTS_IN = auto()
    RECALLED = auto()  # empty trucks on their way to a place turn at the next one


ACCIDENTS = frozenset({Did.ACCIDENT, Did.HULL_LOST})
HITS = frozenset({Did.HIT, Did.HIT_UNDER_FIRE})


class Passage(IntEnum):
    """Movements of people."""

    LEFT = auto()
    OUT = auto()
    ARRIVED = auto()  # at a hub that sends them on
    HOME = auto()  # from a custody hub, where they were out before
    STILL = auto()  # still there at the horizon


class Moment(IntEnum):
    """Events of a place as a whole."""

    STARTED = auto()
    ORDER = auto()  # number: the new handover, in seconds
    HANDOVER = auto()
    CLOSED = auto()
    CONDEMNED = auto()  # number: lots
    HELD_AIR = auto()  # hold: why idle aircraft do not go there
    HELD_ROAD = auto()  # hold: why idle trucks or convoys do not go there


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
    NO_ROOM = auto()


class Verdict(IntEnum):
    """Marks of a lot that change no state."""

    CONDEMNED = auto()
    REINSTATED = auto()
    PROCESSED = auto()  # its processing begins


class Reason(IntEnum):
    """Why planning gives a lot up, as it sees things when it condemns it."""

    NONE = 0  # the mark is no condemnation
    TOO_LARGE = auto()  # no lift of the scenario can carry it
    BY_ROAD = auto()  # road lift by planning factors does not reach it before the handover
    BY_AIR = auto()
    BY_SEA = auto()
    IN_TIME = auto()  # it could go by several ways, and none reaches it
    NO_WAY_OPEN = auto()  # each way that could carry it is closed or refused, or has nothing left to carry it
    CREW_HOURS = auto()  # lift reaches it, and crews can't prepare it before the handover
    ORDER = auto()  # an order to leave is in force, and the time left is too short
    LEAD = auto()  # the date of `fixed_lead` has come
    LAST_MOMENT = auto()  # it could not be destroyed any more if crews began later
    LAST_TO_DISABLE = auto()  # it could not even be disabled any more if crews began later
    HANDOVER = auto()  # it was not ready at the handover
    LEFT = auto()  # ready after the handover, with crews free to destroy or disable it


class Task(IntEnum):
    """Work of a crew on a lot, or of an explosives team."""

    PREPARE = auto()
    DESTROY = auto()
    DISABLE = auto()
    STAGE = auto()  # prepare a condemned lot for its disposal
    DEMOLISH = auto()  # an explosives team destroys it; `crew` is the number of the team
