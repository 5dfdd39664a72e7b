"""Lift by air and road, routes, accidents and hits."""

from collections.abc import Callable
from math import inf
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from sim.scenario.calendar import ALWAYS, Calendar
from sim.scenario.parts import Part, Window, not_given, not_used
from sim.scenario.places import Washouts
from sim.scenario.quantities import (
    AboveZero,
    Count,
    CountDistribution,
    DollarsPerHour,
    DollarsPerKilometre,
    DurationDistribution,
    Flag,
    FromS,
    Hours,
    Kilograms,
    Kilometres,
    KilometresPerHour,
    Multiplier,
    Number,
    PerKilometre,
    PositionsMilli,
    Seconds,
    Share,
    StreamName,
    Unit,
    UntilS,
)

ANY_SURFACE = "any"
UNLIMITED_MILLI = 1_000_000_000


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _by_surface(value: object) -> object:
    return value if isinstance(value, dict) else {ANY_SURFACE: value}


def _by_pace(value: object) -> object:
    return value if isinstance(value, dict) else {"calm": value}


Payload = Annotated[
    dict[str, Kilograms],
    BeforeValidator(_by_surface),
    Field(min_length=1),
    WithJsonSchema(
        {
            "type": ["string", "object"],
            "unit": "mass, or masses by surface",
            "examples": ["9 t", {"asphalt": "9 t", "gravel": "6 t"}],
        }
    ),
]
"""Payload by surface; a single mass applies to all surfaces; `none` is for places without a strip."""


class Season(Window):
    """A dated factor on payload (heat, rain)."""

    payload: Share
    """Share of the payload that remains usable."""


class Breakdown(Part):
    """Breakdowns of a tail."""

    per_sortie: Share
    """Probability of a breakdown per sortie, found when the tail is back at its base."""
    repair: DurationDistribution
    """Repair time."""


class Aircraft(Part):
    """A type of aircraft, with its tails."""

    count: Count
    """Number of tails."""
    stream: StreamName | None = None
    """Name of the random streams; default: the type's own name."""
    base: str
    """Place of idle tails."""
    from_s: FromS | None = Field(default=None, alias="from")
    """When the tails become available (a charter); default: the start."""
    until_s: UntilS | None = Field(default=None, alias="until", exclude_if=not_given)
    """From when on tails begin no more sorties (the end of a charter); default: never."""
    weekdays: tuple[Weekday, ...] = Field(default=(), exclude_if=not_used)
    """Days of the week on which tails begin sorties; default: all, unless `dates` are given."""
    dates: tuple[FromS, ...] = Field(default=(), exclude_if=not_used)
    """Dates on which tails begin sorties, besides `weekdays`."""
    helicopter: Flag = False
    """Needs no strip."""
    payload: Payload
    """Payload by surface; the smaller of the two ends of a leg counts; `none` is for places without a strip."""
    seasons: dict[str, Season] = {}
    """Dated factors on the payload; where they overlap, the smallest applies."""
    positions: PositionsMilli = UNLIMITED_MILLI
    """Floor in pallet positions; default: not limited."""
    containers: Flag = False
    """Whether it can carry sea containers."""
    seats: Count = 0
    """Number of passengers."""
    block_speed: Annotated[KilometresPerHour, AboveZero]
    """Distance divided by the time from blocks off to blocks on."""
    range: Kilometres | None = None
    """Longest leg; default: not limited."""
    ground_time_s: Seconds = Field(default=0, alias="ground_time")
    """Minimum time on the ground to load, and to unload."""
    hours_a_day_s: Seconds | None = Field(default=None, alias="hours_a_day")
    """Flying hours of a tail per day; default: not limited."""
    crew_day_s: Seconds | None = Field(default=None, alias="crew_day")
    """Time from a day's first departure to the last return; default: not limited."""
    available: Share = 1.0
    """Probability that a tail is fit to fly on a day."""
    breakdown: Breakdown | None = None
    """Breakdowns by sortie."""
    hold_s: Seconds = Field(default=0, alias="hold")
    """How long it holds over a place that cannot take it, before it returns empty."""
    commit_s: Seconds = Field(default=0, alias="commit", exclude_if=not_used)
    """It lands all the same where an alarm begins less than this before its landing; default: it never does."""
    ground_time_under_fire_s: Seconds | None = Field(default=None, alias="ground_time_under_fire", exclude_if=not_given)
    """Time on the ground after a landing in an alarm, to board people or to put off cargo; default: `ground_time`."""
    cost: DollarsPerHour = 0.0
    """Cost per flying hour."""

    @property
    def cost_a_seat(self) -> float:
        """Cost of a seat and kilometre in US dollars; without seats, more than any."""
        return self.cost / (self.seats * self.block_speed) if self.seats else inf

    def flies(self, time: Calendar) -> Callable[[int], bool]:
        """Returns whether tails begin sorties on a local day, by its number: its schedule has it, or there is none."""
        if not (self.weekdays or self.dates):
            return lambda _day: True
        dated = {time.day_of(at_s) for at_s in self.dates}
        return lambda day: day in dated or WEEKDAYS[time.date_of_day(day).weekday()] in self.weekdays

    @property
    def under_fire_s(self) -> int:
        """Time on the ground after a landing in an alarm."""
        return self.ground_time_s if self.ground_time_under_fire_s is None else self.ground_time_under_fire_s


class TruckPool(Part):
    """Trucks with their own drivers."""

    count: Count
    """Number of trucks."""
    stream: StreamName | None = None
    """Name that the order of pools follows; default: the pool's own name."""
    base: str
    """Place of idle trucks."""
    from_s: FromS | None = Field(default=None, alias="from")
    """When the trucks become available (a contract); default: the start."""
    payload: Kilograms
    """Payload of one truck."""
    floor: PositionsMilli = UNLIMITED_MILLI
    """Floor of one truck in pallet positions; default: not limited."""
    load: DurationDistribution | None = None
    """Loading time of one loader for the vehicle itself, in addition to that of its lots."""
    unload: DurationDistribution | None = None
    """Unloading time of one loader for the vehicle itself, in addition to that of its lots."""
    seats: Count = 0
    """Passengers per truck, in addition to its own driver."""


class Vessel(Part):
    """A vessel that loads at one port, sails by date, and unloads at another."""

    stream: StreamName | None = None
    """Name that the order of vessels follows; default: the vessel's own name."""
    at: str
    """Port where it loads; its `evacuate` names the other port with the mode `sea`."""
    to: str
    """Port where it unloads."""
    sailings: tuple[FromS, ...] = ()
    """When it sails."""
    first_s: FromS | None = Field(default=None, alias="first")
    """First of its regular sailings."""
    every_s: Seconds | None = Field(default=None, alias="every")
    """Time from one regular sailing to the next."""
    at_berth_s: Annotated[Seconds, AboveZero] = Field(alias="at_berth")
    """How long before it sails it is at its berth and loads."""
    at_sea_s: Seconds = Field(alias="at_sea")
    """Time from port to port."""
    payload: Kilograms
    """Payload."""
    positions: PositionsMilli = UNLIMITED_MILLI
    """Room in pallet positions; default: not limited."""
    loaders: Annotated[Count, Field(ge=1)] = 1
    """Loaders that load it at the same time, besides those of the port."""
    takes: tuple[str, ...] | None = None
    """Classes that it takes; default: all."""

    def sails(self, until_s: int) -> list[int]:
        """When it sails, from the start up to an instant."""
        found = set(self.sailings)
        if self.first_s is not None:
            regular = range(self.first_s, until_s + 1, self.every_s) if self.every_s else (self.first_s,)
            found.update(regular)
        return sorted(at_s for at_s in found if 0 <= at_s <= until_s)


class Vehicles(Part):
    """Number of vehicles in a convoy."""

    least: Annotated[Count, Field(ge=1)] = 1
    """Minimum number, except for a place's last convoy."""
    most: Annotated[Count, Field(ge=1)] = 1_000_000
    """Maximum number."""


class RoadBreakdown(Part):
    """Breakdowns of a convoy."""

    per_km: PerKilometre
    """Breakdowns per convoy-kilometre."""
    repair: DurationDistribution
    """Time for which the convoy stops."""


class Convoys(Part):
    """Rules for convoys."""

    at_once: Annotated[Count | None, Field()] = None
    """Convoys on the road at the same time (escorts); default: not limited."""
    vehicles: Vehicles = Vehicles.model_construct()
    """Minimum and maximum number of vehicles."""
    load_at_least_s: Seconds = Field(default=0, alias="load_at_least")
    """Minimum time at a place to load."""
    form_within_s: Seconds = Field(default=0, alias="form_within", exclude_if=lambda time_s: not time_s)
    """How long a convoy that is long enough may wait for more, from when its first vehicle was loaded."""
    cost: DollarsPerKilometre = 0.0
    """Cost per vehicle-kilometre."""
    breakdown: RoadBreakdown | None = None
    """Breakdowns per convoy-kilometre."""


class Lift(Part):
    """Carrying capacity by air and road."""

    aircraft: dict[str, Aircraft] = {}
    """Types of aircraft by name."""
    trucks: dict[str, TruckPool] = {}
    """Pools of trucks by name."""
    vessels: dict[str, Vessel] = Field(default={}, exclude_if=not_used)
    """Vessels by name."""
    convoys: Convoys = Convoys.model_construct()
    """Rules for convoys."""
    distances: dict[str, dict[str, Kilometres]] = {}
    """Distances by air, valid in both directions; default: the great circle."""


class Attacks(Part):
    """Attacks on convoys."""

    rate: PerKilometre
    """Attacks per convoy-kilometre, of a convoy of 100 vehicles if `size_power` is given."""
    size_power: Number = Field(default=0.0, ge=0, le=3, exclude_if=lambda power: not power)
    """Power x of a convoy's size: it is attacked rate × (vehicles at its departure ÷ 100)^x times a kilometre."""
    delay: DurationDistribution
    """Time for which the convoy stops after an attack, in wall-clock time."""
    vehicles_lost: CountDistribution
    """Vehicles lost in an attack, with their loads."""
    hurt: CountDistribution
    """People hurt in an attack."""


class RoutePeriod(Window):
    """A dated pace or multiplier of attacks."""

    pace: str | None = None
    """Name of the pace; where periods overlap, the slowest applies."""
    times: Multiplier = 1.0
    """Factor on the rate of attacks; where periods overlap, the largest applies."""


class LegClosure(Window):
    """A time at which one leg of a route is closed."""

    leg: tuple[str, str]
    """The two places between which it is closed, next to each other on the route."""


class Route(Part):
    """A chain of places by road."""

    stream: StreamName | None = None
    """Name of the random streams; default: the route's own name."""
    through: tuple[str, ...] = Field(min_length=2)
    """Places in order, from one end to the other."""
    km: tuple[Annotated[Number, Field(gt=0, le=20_000), Unit("km")], ...]
    """Kilometres of each leg."""
    joins: tuple[str, ...] = ()
    """Places where a passing convoy picks up people and ready vehicles."""
    marching_hours: Hours = ALWAYS
    """Daily hours of movement."""
    a_day: Annotated[
        dict[str, Annotated[Kilometres, AboveZero]],
        BeforeValidator(_by_pace),
        Field(min_length=1),
        WithJsonSchema(
            {
                "type": ["string", "object"],
                "unit": "distance a day",
                "examples": [{"calm": "150 km", "threat": "65 km"}],
            }
        ),
    ]
    """Kilometres per day by pace; a single distance is the pace `calm`."""
    pace: str = "calm"
    """Pace outside all periods."""
    periods: dict[str, RoutePeriod] = {}
    """Dated paces and multipliers of attacks."""
    closures: dict[str, Window] = {}
    """Listed times at which the road is closed (rains, border shut)."""
    leg_closures: dict[str, LegClosure] = Field(default={}, exclude_if=not_used)
    """Listed times at which one leg of the road is closed."""
    washouts: Washouts | None = None
    """Random closures."""
    attacks: Attacks | None = None
    """Attacks on convoys, in either direction."""


class LandingAccidents(Part):
    """Accidents on landing."""

    chance: Annotated[
        dict[str, Share],
        BeforeValidator(_by_surface),
        WithJsonSchema(
            {
                "type": ["string", "number", "object"],
                "unit": "share from 0 to 1, or shares by surface",
                "examples": ["0.2 %", {"asphalt": "0.2 %", "gravel": "0.5 %"}],
            }
        ),
    ]
    """Probability per landing, by surface; a single share applies to all; `none` is for places without a strip."""
    strip_closed_s: Seconds = Field(default=0, alias="strip_closed")
    """How long the strip is closed after an accident."""
    hull_lost: Share = 0.0
    """Probability that the aircraft is lost, with its load."""
    repair: DurationDistribution | None = None
    """Repair time if the aircraft is not lost."""
    stand_down_s: Seconds = Field(default=0, alias="stand_down")
    """How long all tails of that type stay on the ground after an accident."""


class Accidents(Part):
    """Accidents by kind of event."""

    landing: LandingAccidents | None = None
    """Accidents on landing."""


class LandingHits(Part):
    """Hits by fire on landing."""

    quiet: Share = 0.0
    """Probability per landing in quiet."""
    under_fire: Share = 0.0
    """Probability per landing less than an hour after the last all-clear."""
    out: DurationDistribution | None = None
    """How long the tail is out of service after its return to base."""


class Hits(Part):
    """Hits by fire."""

    landing: LandingHits | None = None
    """On landing."""
