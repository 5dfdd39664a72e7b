"""Places: camps, hubs and exits, with their people, crews, strip, threat, escalation and lots."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from sim.scenario.calendar import ALWAYS
from sim.scenario.parts import Part, Window, not_given
from sim.scenario.quantities import (
    Count,
    DurationDistribution,
    Flag,
    FromS,
    Hours,
    Multiplier,
    Number,
    PerDay,
    Seconds,
    Share,
    StreamName,
    Unit,
    UntilS,
)

Mode = Literal["air", "road"]
Owner = Literal["coe", "unoe"]
OWNERS_ALLOWED = (
    "coe (contingent-owned) or unoe (United Nations-owned); what belongs to others, such as a contractor or the host "
    "state, and moves with the mission's lift is counted as unoe, and what their own lift moves is left out"
)


class Position(Part):
    """Where a place is, in degrees."""

    lat: Annotated[Number, Unit("degrees")] = Field(ge=-90, le=90)
    """Latitude in degrees, north positive."""
    lon: Annotated[Number, Unit("degrees")] = Field(ge=-180, le=180)
    """Longitude in degrees, east positive."""


class Drawdown(Part):
    """How a place's people leave: evenly from `start` to handover down to the rear party."""

    start_s: FromS = Field(alias="start")
    """When people begin to leave (never before the phase starts)."""
    rear_party: Count = 0
    """How many stay until the last day."""
    leave_by: tuple[Mode, ...] = ("air", "road")
    """Modes in order of preference."""
    last_convoy_needs_clearance: Flag = False
    """Whether the last convoy, with the rear party, waits for road clearance."""


class Release(Part):
    """When lots leave use: spread evenly over a span from `start`."""

    start_s: FromS | None = Field(default=None, alias="start")
    """First of it; without it, or when the phase starts later, the start of the phase."""
    over_s: Seconds = Field(default=0, alias="over")
    """Time over which a class's lots are released, in order of number."""


class Crews(Part):
    """Crews that prepare, destroy and disable."""

    count: Count
    """How many crews there are."""
    size: Annotated[Count, Field(ge=1)] = 1
    """People in one crew."""
    labour_share: Share = 1.0
    """Share of the people present who can be in crews."""


class ThreatPeriod(Window):
    """A dated multiplier."""

    times: Multiplier
    """Factor on the base rate; where periods overlap, the largest holds."""


class Washouts(Part):
    """Closures by chance: a Poisson process with durations."""

    rate: PerDay
    """Washouts a day."""
    lasts: DurationDistribution
    """How long one closes the road or strip."""
    periods: dict[str, ThreatPeriod] = {}
    """Dated multipliers of the rate; where they overlap the largest holds."""


class Strip(Part):
    """An airstrip: without one, only helicopters land."""

    surface: str = Field(min_length=1, max_length=60)
    """Surface by name, such as asphalt or gravel; payloads and accident chances refer to it."""
    lights: Flag = True
    """Whether it can be used at night; an unlit strip must say its flying hours."""
    mog: Annotated[Count, Field(ge=1)] = 1
    """Working MOG: aircraft that can be handled at once."""
    takes: tuple[str, ...] | None = None
    """Aircraft types that may land; all where not given."""
    flying_hours: Hours = ALWAYS
    """Daily hours of landing and take-off."""
    closures: dict[str, Window] = {}
    """Listed times at which the strip is closed (others on the runway, works)."""
    washouts: Washouts | None = None
    """Closures by chance."""


class Aftershocks(Part):
    """Further alarms that an alarm sets off."""

    mean: Number = Field(ge=0, lt=1)
    """Mean number of aftershocks of an alarm, below 1."""
    delay: DurationDistribution
    """Time from an alarm to its aftershock."""


class Alarms(Part):
    """Alarms at a place: by chance, and listed ones."""

    rate: PerDay = 0.0
    """Base rate of alarms a day."""
    listed: dict[str, Window] = {}
    """Alarms known beforehand, from the alarm to its all-clear; they set off no aftershocks."""
    aftershocks: Aftershocks | None = None
    """What an alarm by chance may set off."""


class Threat(Part):
    """What a place is exposed to."""

    alarms: Alarms = Alarms.model_construct()
    """Alarms that send people to shelter."""
    shelter: DurationDistribution | None = None
    """Time in the shelter per alarm; needed where the alarm rate is not zero."""
    fires: PerDay = 0.0
    """Rate a day at which indirect fire destroys a lot that stands here."""
    periods: dict[str, ThreatPeriod] = {}
    """Dated multipliers of the rates of alarms and fires."""


class Episodes(Part):
    """So many shelter episodes within so many days bring the order to leave."""

    count: Annotated[Count, Field(ge=1)]
    """Number of episodes."""
    within_s: Seconds = Field(alias="within")
    """Time within which they begin."""
    notice_s: Seconds = Field(default=0, alias="notice")
    """From the order to the new handover."""


class DatedOrder(Part):
    """An order to leave on a date, with a chance."""

    on_s: FromS = Field(alias="on")
    """When it comes."""
    chance: Share = 1.0
    """Chance that it comes."""
    notice_s: Seconds = Field(default=0, alias="notice")
    """From the order to the new handover."""


class Follows(Part):
    """An order that follows another place's."""

    place: str
    """The place that is followed."""
    after_s: Seconds = Field(alias="after")
    """From that place's order to this one's."""
    notice_s: Seconds | None = Field(default=None, alias="notice")
    """From the order to the new handover; that of the place followed where not given."""


class Escalation(Part):
    """What brings a place's handover forward; of several, the one with the earliest new handover holds."""

    episodes: Episodes | None = None
    """By count of shelter episodes."""
    date: DatedOrder | None = None
    """On a date, with a chance."""
    follows: Follows | None = None
    """After another place's order."""


def _routing(value: object) -> object:
    """`{gao: [road, air]}` as ordered pairs: the order of the file is the order of preference."""
    if not isinstance(value, dict):
        raise ValueError("this should be destinations with their modes, such as {gao: [road, air]}")
    legs: list[tuple[str, tuple[str, ...]]] = []
    for place, modes in value.items():
        if not isinstance(modes, list) or not modes or any(mode not in ("air", "road") for mode in modes):
            raise ValueError(f"the modes to {place} should be a list of air and road, in order of preference")
        legs.append((str(place), tuple(dict.fromkeys(modes))))
    return tuple(legs)


Routing = Annotated[
    tuple[tuple[str, tuple[Mode, ...]], ...],
    BeforeValidator(_routing),
    PlainSerializer(lambda legs: [[place, list(modes)] for place, modes in legs]),
    WithJsonSchema(
        {
            "type": "object",
            "examples": [{"gao": ["road", "air"]}],
            "additionalProperties": {"type": "array", "items": {"enum": ["air", "road"]}},
        }
    ),
]


class Place(Part):
    """A camp, a hub or an exit."""

    role: Literal["camp", "hub", "exit"]
    """camp: is handed over; hub: lots pass through it, or stay in its custody; exit: out."""
    stream: StreamName | None = None
    """Name that chance is keyed by; the place's own unless given."""
    keeps_custody: Flag = False
    """A hub that is a liquidation site: what comes from elsewhere is out, its own stays."""
    position: Position | None = None
    """Latitude and longitude; needed where distances by air are not given."""
    people: dict[str, Count] | None = None
    """People by kind; without them the place has as many crews as it says and closes at handover."""
    phase: str | None = None
    """Phase it belongs to."""
    handover_s: UntilS | None = Field(default=None, alias="handover")
    """Planned handover; camps need one."""
    drawdown: Drawdown | None = None
    """How its people leave; where not given they leave in the last day."""
    release: Release = Release.model_construct()
    """When its lots leave use."""
    working_hours: Hours = ALWAYS
    """Daily hours of crews and loaders."""
    crews: Crews = Crews.model_construct(count=0)
    """Crews that prepare and destroy."""
    loaders: Count | None = None
    """Loaders; not limited where not given."""
    yard: Count | None = None
    """Lots that can stand prepared or in preparation; not limited where not given."""
    strip: Strip | None = None
    """Airstrip."""
    evacuate: Routing = ()
    """Destinations and modes, in order of preference."""
    lots: dict[str, dict[Owner, Count]] = {}
    """Lots by class and owner: `coe` is contingent-owned, `unoe` United Nations-owned; there are no others."""
    threat: Threat = Threat.model_construct()
    """Alarms, shelter, fires."""
    escalation: Escalation | None = None
    """What brings the handover forward."""
    transfer_under_order: Flag | None = Field(default=None, exclude_if=not_given)
    """Whether its lots whose transfer is agreed are still transferred after an order; as in `policy` if not given."""

    @property
    def headcount(self) -> int:
        """People of all kinds at the start."""
        return sum((self.people or {}).values())

    @property
    def gives_release(self) -> bool:
        """Whether its own release is given, be it all at once."""
        return "release" in self.model_fields_set

    @property
    def takes_out(self) -> bool:
        """Whether lots from elsewhere that are unloaded here are out."""
        return self.role == "exit" or self.keeps_custody
