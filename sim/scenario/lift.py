"""Lift by air and road, routes, accidents and hits."""

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from sim.scenario.calendar import ALWAYS
from sim.scenario.parts import Part, Window
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
)

ANY_SURFACE = "any"
UNLIMITED_MILLI = 1_000_000_000


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
"""Payload by surface; a single mass holds for all, `none` for places without a strip."""


class Season(Window):
    """A dated factor on payload (heat, rain)."""

    payload: Share
    """Share of the payload that remains."""


class Breakdown(Part):
    """Breakdowns of a tail."""

    per_sortie: Share
    """Chance of a breakdown, found when the tail is back at its base."""
    repair: DurationDistribution
    """Time of repair."""


class Aircraft(Part):
    """A type of aircraft, with its tails."""

    count: Count
    """Tails."""
    stream: StreamName | None = None
    """Name that chance is keyed by; the type's own unless given."""
    base: str
    """Place where tails stand idle."""
    from_s: FromS | None = Field(default=None, alias="from")
    """When the tails are there (a charter); from the start where not given."""
    helicopter: Flag = False
    """Needs no strip."""
    payload: Payload
    """Payload by surface, the least of the two ends of a leg; `none` where there is no strip."""
    seasons: dict[str, Season] = {}
    """Dated factors on the payload; where they overlap the smallest holds."""
    positions: PositionsMilli = UNLIMITED_MILLI
    """Floor in pallet positions; not limited where not given."""
    containers: Flag = False
    """Whether it takes sea containers."""
    seats: Count = 0
    """Passengers."""
    block_speed: Annotated[KilometresPerHour, AboveZero]
    """Distance over time from blocks off to blocks on."""
    range: Kilometres | None = None
    """Longest leg; not limited where not given."""
    ground_time_s: Seconds = Field(default=0, alias="ground_time")
    """Least stay on the ground to load, and to unload."""
    hours_a_day_s: Seconds | None = Field(default=None, alias="hours_a_day")
    """Flying hours of a tail in a day; not limited where not given."""
    crew_day_s: Seconds | None = Field(default=None, alias="crew_day")
    """From a day's first departure to the last return; not limited where not given."""
    available: Share = 1.0
    """Chance that a tail is fit to fly on a day."""
    breakdown: Breakdown | None = None
    """Breakdowns by sortie."""
    hold_s: Seconds = Field(default=0, alias="hold")
    """How long it waits over a place that cannot take it, before it goes back empty."""
    cost: DollarsPerHour = 0.0
    """Cost of a flying hour."""


class TruckPool(Part):
    """Trucks with their own drivers."""

    count: Count
    """Trucks."""
    stream: StreamName | None = None
    """Name that order is keyed by; the pool's own unless given."""
    base: str
    """Place where they stand idle."""
    from_s: FromS | None = Field(default=None, alias="from")
    """When the trucks are there (a contract); from the start where not given."""
    payload: Kilograms
    """Payload of one truck."""
    floor: PositionsMilli = UNLIMITED_MILLI
    """Floor of one truck in pallet positions; not limited where not given."""
    load: DurationDistribution | None = None
    """Time of one loader for the vehicle itself, beside that of its lots."""
    unload: DurationDistribution | None = None
    """Time of one loader for the vehicle itself, beside that of its lots."""
    seats: Count = 0
    """Passengers it takes beside its own driver."""


class Vehicles(Part):
    """How many vehicles make a convoy."""

    least: Annotated[Count, Field(ge=1)] = 1
    """Least number that leaves, save a place's last convoy."""
    most: Annotated[Count, Field(ge=1)] = 1_000_000
    """Greatest number."""


class RoadBreakdown(Part):
    """Breakdowns of a convoy."""

    per_km: PerKilometre
    """Breakdowns a kilometre of a convoy."""
    repair: DurationDistribution
    """Time that the convoy stands."""


class Convoys(Part):
    """Rules for convoys."""

    at_once: Annotated[Count | None, Field()] = None
    """Convoys on the road at once (escorts); not limited where not given."""
    vehicles: Vehicles = Vehicles.model_construct()
    """Least and greatest number of vehicles."""
    load_at_least_s: Seconds = Field(default=0, alias="load_at_least")
    """Least stay at a place to load."""
    cost: DollarsPerKilometre = 0.0
    """Cost of a vehicle-kilometre."""
    breakdown: RoadBreakdown | None = None
    """Breakdowns by convoy-kilometre."""


class Lift(Part):
    """Carrying capacity by air and road."""

    aircraft: dict[str, Aircraft] = {}
    """Types of aircraft by name."""
    trucks: dict[str, TruckPool] = {}
    """Pools of trucks by name."""
    convoys: Convoys = Convoys.model_construct()
    """Rules for convoys."""
    distances: dict[str, dict[str, Kilometres]] = {}
    """Distances by air, either direction, where the great circle is not meant."""


class Attacks(Part):
    """Attacks on convoys."""

    rate: PerKilometre
    """Attacks a kilometre of a convoy."""
    delay: DurationDistribution
    """Time that the convoy stands after one, by the clock on the wall."""
    vehicles_lost: CountDistribution
    """Vehicles lost to one, with what they carry."""
    hurt: CountDistribution
    """People hurt in one."""


class RoutePeriod(Window):
    """A dated pace or multiplier of attacks."""

    pace: str | None = None
    """Name of the pace that holds; where periods overlap the slowest holds."""
    times: Multiplier = 1.0
    """Factor on the rate of attacks; where periods overlap the largest holds."""


class Route(Part):
    """A chain of places by road."""

    stream: StreamName | None = None
    """Name that chance is keyed by; the route's own unless given."""
    through: tuple[str, ...] = Field(min_length=2)
    """Places in order, from one end to the other."""
    km: tuple[Annotated[Number, Field(gt=0, le=20_000), Unit("km")], ...]
    """Kilometres of each leg."""
    joins: tuple[str, ...] = ()
    """Places where a convoy that passes takes along people and ready vehicles."""
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
    """Kilometres a day by name of pace; one distance alone is the pace `calm`."""
    pace: str = "calm"
    """Pace outside all periods."""
    periods: dict[str, RoutePeriod] = {}
    """Dated paces and multipliers of attacks."""
    closures: dict[str, Window] = {}
    """Listed times at which the road is closed (rains, border shut)."""
    washouts: Washouts | None = None
    """Closures by chance."""
    attacks: Attacks | None = None
    """Attacks on convoys, either direction."""


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
    """Chance a landing, by surface; a single share holds for all, `none` where there is no strip."""
    strip_closed_s: Seconds = Field(default=0, alias="strip_closed")
    """How long the strip is closed after one."""
    hull_lost: Share = 0.0
    """Chance that the aircraft is lost, with its load."""
    repair: DurationDistribution | None = None
    """Time of repair where it is not."""
    stand_down_s: Seconds = Field(default=0, alias="stand_down")
    """How long tails of that type stay on the ground after one."""


class Accidents(Part):
    """Accidents by kind of event."""

    landing: LandingAccidents | None = None
    """On landing."""


class LandingHits(Part):
    """Hits by fire on landing."""

    quiet: Share = 0.0
    """Chance a landing in quiet."""
    under_fire: Share = 0.0
    """Chance a landing less than an hour after the last all-clear."""
    out: DurationDistribution | None = None
    """How long the tail is out of service once it is back at its base."""


class Hits(Part):
    """Hits by fire."""

    landing: LandingHits | None = None
    """On landing."""
