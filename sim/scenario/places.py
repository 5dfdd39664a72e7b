"""Places: camps, hubs and exits, with their people, crews, strip, threat, escalation and lots."""

from math import floor
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from sim.scenario.calendar import ALWAYS, HOUR_S, DailyHours
from sim.scenario.parts import Part, Window, not_given
from sim.scenario.quantities import (
    Count,
    DurationDistribution,
    Flag,
    FromS,
    Hours,
    Kilograms,
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
Way = Literal["air", "road", "sea"]
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
    """Number of people who stay until the last day."""
    leave_by: tuple[Mode, ...] = ("air", "road")
    """Modes in order of preference."""
    last_convoy_needs_clearance: Flag = False
    """Whether the last convoy, with the rear party, waits for road clearance."""


class Release(Part):
    """When lots are released for packing: spread evenly over a period from `start`."""

    start_s: FromS | None = Field(default=None, alias="start")
    """First instant; default, and if the phase starts later: the start of the phase."""
    over_s: Seconds = Field(default=0, alias="over")
    """Time over which a class's lots are released, in order of number."""


class Crews(Part):
    """Crews that prepare, destroy and disable."""

    count: Count
    """Number of crews."""
    size: Annotated[Count, Field(ge=1)] = 1
    """People per crew."""
    labour_share: Share = 1.0
    """Share of the people present who can be in crews."""


class Eod(Part):
    """Explosives teams: they destroy the classes that only they may destroy, by daylight, and do nothing else."""

    teams: Annotated[Count, Field(ge=1)]
    """Number of teams; they are there as long as own people are."""
    a_day: Annotated[Kilograms, Field(gt=0)]
    """Mass that one team destroys in the daylight of a day."""

    def work_s(self, kg: int, daylight_s: int) -> int:
        """Seconds of daylight that one team takes to destroy a mass, rounded half up."""
        return (2 * kg * daylight_s + self.a_day) // (2 * self.a_day)


class Demolition(Part):
    """Where lots are burnt and demolished: by daylight only, and so many at once."""

    sites: Annotated[Count, Field(ge=1)]
    """Number of lots that can be destroyed at the same time, by crews and explosives teams together."""
    halts_for: tuple[Literal["aircraft", "column"], ...] = ()
    """Lift within the safety distance: work is halted while an aircraft is on the ground, or while a column forms."""


class CrewsUnderOrder(Part):
    """Crews from an order to leave on."""

    count: Count | None = None
    """Number of crews; default: as many as the people there can form (without `people`: as in `crews`)."""
    size: Annotated[Count, Field(ge=1)] = 4
    """People per crew."""
    labour_share: Share = 0.6
    """Share of the people present who can be in crews."""


class UnderOrder(Part):
    """How a place works from an order to leave on."""

    working_hours: Hours = DailyHours(5 * HOUR_S, 22 * HOUR_S)
    """Daily hours of crews and loaders."""
    crews: CrewsUnderOrder = CrewsUnderOrder.model_construct()
    """Crews that prepare and destroy."""
    prepare_vehicles: Flag = False
    """Whether vehicles that drive themselves are still prepared; if not, they are ready as soon as released."""


class ThreatPeriod(Window):
    """A dated multiplier."""

    times: Multiplier
    """Factor on the base rate; where periods overlap, the largest applies."""


class Washouts(Part):
    """Random closures: a Poisson process with durations."""

    rate: PerDay
    """Washouts per day."""
    lasts: DurationDistribution
    """How long one closes the road or strip."""
    periods: dict[str, ThreatPeriod] = {}
    """Dated multipliers of the rate; where they overlap, the largest applies."""


class Strip(Part):
    """An airstrip; without one, only helicopters can land."""

    surface: str = Field(min_length=1, max_length=60)
    """Surface by name, such as asphalt or gravel; payloads and accident chances refer to it."""
    lights: Flag = True
    """Whether it can be used at night; an unlit strip needs `flying_hours`."""
    mog: Annotated[Count, Field(ge=1)] = 1
    """Working MOG: number of aircraft that can be handled at the same time."""
    takes: tuple[str, ...] | None = None
    """Aircraft types that may land; default: all."""
    flying_hours: Hours = ALWAYS
    """Daily hours of landing and take-off."""
    closures: dict[str, Window] = {}
    """Listed times at which the strip is closed (others on the runway, works)."""
    washouts: Washouts | None = None
    """Random closures."""


class Aftershocks(Part):
    """Further alarms that an alarm sets off."""

    mean: Number = Field(ge=0, lt=1)
    """Mean number of aftershocks per alarm, below 1."""
    delay: DurationDistribution
    """Time from an alarm to its aftershock."""


class Alarms(Part):
    """Alarms at a place: random and listed."""

    rate: PerDay = 0.0
    """Base rate of alarms per day."""
    listed: dict[str, Window] = {}
    """Alarms on given dates, from the alarm to its all-clear; they set off no aftershocks."""
    aftershocks: Aftershocks | None = None
    """Further alarms that a random alarm may set off."""


class Threat(Part):
    """Alarms and indirect fire at a place."""

    alarms: Alarms = Alarms.model_construct()
    """Alarms that send people to shelter."""
    shelter: DurationDistribution | None = None
    """Time in the shelter per alarm; required unless the alarm rate is zero."""
    fires: PerDay = 0.0
    """Rate per day at which indirect fire destroys a lot at this place."""
    periods: dict[str, ThreatPeriod] = {}
    """Dated multipliers of the rates of alarms and fires."""


class Episodes(Part):
    """A number of shelter episodes within a period that triggers the order to leave."""

    count: Annotated[Count, Field(ge=1)]
    """Number of episodes."""
    within_s: Seconds = Field(alias="within")
    """Period within which they begin."""
    notice_s: Seconds = Field(default=0, alias="notice")
    """Time from the order to the new handover."""


class DatedOrder(Part):
    """An order to leave on a date, with a probability."""

    on_s: FromS = Field(alias="on")
    """When the order comes."""
    chance: Share = 1.0
    """Probability that it comes."""
    notice_s: Seconds = Field(default=0, alias="notice")
    """Time from the order to the new handover."""


class Follows(Part):
    """An order that follows another place's."""

    place: str
    """The place that is followed."""
    after_s: Seconds = Field(alias="after")
    """Time from that place's order to this one's."""
    notice_s: Seconds | None = Field(default=None, alias="notice")
    """Time from the order to the new handover; default: that of the followed place."""


class Escalation(Part):
    """Orders that bring a place's handover forward; the earliest new handover applies."""

    episodes: Episodes | None = None
    """After a number of shelter episodes."""
    date: DatedOrder | None = None
    """On a date, with a probability."""
    follows: Follows | None = None
    """After another place's order."""


class Border(Part):
    """When a class of cargo does not cross a border that lies before a place by road; people and other cargo do."""

    closures: dict[str, Window] = {}
    """Listed times."""
    washouts: Washouts | None = None
    """Random times."""


class Receiving(Part):
    """The receiving end: what can stand at a hub or an exit, and how it is taken in."""

    holding: Count | None = None
    """Number of lots from elsewhere that can stand there or be bound for it; default: not limited."""
    capacity: Annotated[Count | None, Field(ge=1)] = None
    """Number of lots whose processing can begin on a local day; default: not limited."""
    processing: dict[str, DurationDistribution] = {}
    """Time from unloading to the end of customs, washing and papers, by class; default: none."""
    border: dict[str, Border] = {}
    """Classes of cargo that a border on the road there stops at times."""


def _routing(value: object) -> object:
    """`{gao: [road, air]}` as ordered pairs: the order of the file is the order of preference."""
    if not isinstance(value, dict):
        raise ValueError("this should be destinations with their modes, such as {gao: [road, air]}")
    legs: list[tuple[str, tuple[str, ...]]] = []
    for place, modes in value.items():
        if not isinstance(modes, list) or not modes or any(mode not in ("air", "road", "sea") for mode in modes):
            raise ValueError(f"the modes to {place} should be a list of air, road and sea, in order of preference")
        legs.append((str(place), tuple(dict.fromkeys(modes))))
    return tuple(legs)


Routing = Annotated[
    tuple[tuple[str, tuple[Way, ...]], ...],
    BeforeValidator(_routing),
    PlainSerializer(lambda legs: [[place, list(modes)] for place, modes in legs]),
    WithJsonSchema(
        {
            "type": "object",
            "examples": [{"gao": ["road", "air"]}],
            "additionalProperties": {"type": "array", "items": {"enum": ["air", "road", "sea"]}},
        }
    ),
]


DAYLIGHT = DailyHours(6 * HOUR_S, 18 * HOUR_S)


def _usual_daylight(hours: DailyHours) -> bool:
    """Whether daylight has the usual hours: so in files that do not give it."""
    return hours == DAYLIGHT


class Held(Part):
    """The lots of one class at a place."""

    coe: Count | None = Field(default=None, exclude_if=not_given)
    """Number of contingent-owned lots."""
    unoe: Count | None = Field(default=None, exclude_if=not_given)
    """Number of United Nations-owned lots."""
    broken_down: Share | None = Field(default=None, exclude_if=not_given)
    """Share of each owner's lots that are broken down into pieces, for a class with `breaks_into`."""

    def owners(self) -> dict[Owner, int]:
        """Number of lots by owner, of those that are given."""
        given: dict[Owner, int | None] = {"coe": self.coe, "unoe": self.unoe}
        return {owner: count for owner, count in given.items() if count is not None}

    @property
    def count(self) -> int:
        """Number of lots of all owners."""
        return sum(self.owners().values())


class Place(Part):
    """A camp, a hub or an exit."""

    role: Literal["camp", "hub", "exit"]
    """camp: is handed over; hub: lots pass through it, or stay in its custody; exit: lots there are out."""
    stream: StreamName | None = None
    """Name of the random streams; default: the place's own name."""
    keeps_custody: Flag = False
    """Whether a hub is a liquidation site: lots that arrive there are out, its own stay."""
    receiving: Receiving | None = Field(default=None, exclude_if=not_given)
    """How a hub or an exit takes in what other places send."""
    forwards: Flag | None = Field(default=None, exclude_if=not_given)
    """Whether a hub with custody sends on, by its `evacuate`, what other places sent to it; default: it keeps it.

    Where a place says yes or no, results count what is out of the country beside what is out of the camps."""
    position: Position | None = None
    """Latitude and longitude; required unless distances by air are given."""
    people: dict[str, Count] | None = None
    """People by kind; without them, all crews are available and the place closes at handover."""
    phase: str | None = None
    """Phase to which it belongs."""
    handover_s: UntilS | None = Field(default=None, alias="handover")
    """Planned handover; required for camps."""
    drawdown: Drawdown | None = None
    """How its people leave; default: all on the last day."""
    release: Release = Release.model_construct()
    """When its lots are released for packing."""
    working_hours: Hours = ALWAYS
    """Daily hours of crews and loaders."""
    crews: Crews = Crews.model_construct(count=0)
    """Crews that prepare and destroy."""
    loaders: Count | None = None
    """Number of loaders; default: not limited."""
    yard: Count | None = None
    """Number of lots that can be prepared or in preparation at a time; default: not limited."""
    strip: Strip | None = None
    """Airstrip."""
    evacuate: Routing = ()
    """Destinations and modes, in order of preference."""
    lots: dict[str, Held] = {}
    """Lots by class and owner, such as `{container: {coe: 210, unoe: 40}}`."""
    threat: Threat = Threat.model_construct()
    """Alarms, shelter, fires."""
    escalation: Escalation | None = None
    """Orders that bring the handover forward."""
    transfer_under_order: Flag | None = Field(default=None, exclude_if=not_given)
    """Whether its lots with an agreed transfer are still transferred after an order; default: as in `policy`."""
    daylight: Hours = Field(default=DAYLIGHT, exclude_if=_usual_daylight)
    """Daily hours of daylight, in which explosives teams work, and in which `demolition` allows to destroy."""
    demolition: Demolition | None = Field(default=None, exclude_if=not_given)
    """Limits to destroying; default: none, and crews destroy in all working hours."""
    eod: Eod | None = Field(default=None, exclude_if=not_given)
    """Explosives teams; default: none, and crews only disable what none but they may destroy."""
    under_order: UnderOrder | None = Field(default=None, exclude_if=not_given)
    """How it works from an order to leave on; default: as before. What the section leaves out has its defaults."""

    @property
    def headcount(self) -> int:
        """People of all kinds at the start."""
        return sum((self.people or {}).values())

    @property
    def needs_daylight(self) -> bool:
        """Whether some work here is done by daylight only."""
        return self.eod is not None or self.demolition is not None

    @property
    def crews_under_order(self) -> Crews:
        """Its crews from an order to leave on."""
        if self.under_order is None:
            return self.crews
        plan = self.under_order.crews
        formed = floor(self.headcount * plan.labour_share / plan.size + 1e-9)
        most = self.crews.count if self.people is None else formed
        count = most if plan.count is None else plan.count
        return Crews.model_construct(count=count, size=plan.size, labour_share=plan.labour_share)

    @property
    def sends_people_on(self) -> bool:
        """Whether people who come from elsewhere go on from here: by air or road, not by sea."""
        return any(way != "sea" for _, ways in self.evacuate for way in ways)

    @property
    def gives_release(self) -> bool:
        """Whether its own release is given, even if all at once."""
        return "release" in self.model_fields_set

    @property
    def takes_out(self) -> bool:
        """Whether lots from other places that are unloaded here are out."""
        return self.role == "exit" or self.keeps_custody
