"""The types of scenario fields, as annotated types that read text with a unit.

A field of type `Seconds` reads `90 min` as 5400. The annotations carry the JSON Schema for editors and the
`unit` for the reference of fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetPydanticSchema,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import core_schema

from sim import units
from sim.scenario.calendar import Calendar, DailyHours, parse_hours
from sim.scenario.distributions import COUNT, DISTRIBUTIONS, Distribution, parse_distribution

_BIGGEST = 10**15
_SMALLEST = Decimal("1e-12")  # dividing by less overflows every range
_MOST_COUNT = 1_000_000


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a field's bounds, for messages."""

    name: str


def _whole(dimension: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        number = _in_range(units.to_base(value, dimension))
        return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    return read


def _real(dimension: str) -> Callable[[object], float]:
    def read(value: object) -> float:
        return float(_in_range(units.to_base(value, dimension)))

    return read


def _in_range(number: Decimal) -> Decimal:
    if number < 0:
        raise ValueError("this cannot be negative")
    if number > _BIGGEST:
        raise ValueError("this is out of range")
    if 0 < number < _SMALLEST:
        raise ValueError("this is too small to be distinguished from 0")
    return number


def _distribution(dimension: str) -> Callable[[object], Distribution]:
    return lambda value: value if isinstance(value, Distribution) else parse_distribution(value, dimension)


def _above_zero(number: float) -> float:
    if number <= 0:
        raise ValueError("this should be above 0")
    return number


def _count(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 1e3
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("this should be a whole number, without a unit")
    if not 0 <= value <= _MOST_COUNT:
        raise ValueError(f"this is out of range; allowed: 0 to {_MOST_COUNT:,}")
    return value


def _milli(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("this should be a plain number of pallet positions, such as 3")
    if not 0 <= value <= _MOST_COUNT:
        raise ValueError(f"this is out of range; allowed: 0 to {_MOST_COUNT:,} pallet positions")
    return round(value * 1000)


def _multiplier(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("this should be a plain number, such as 13")
    if not 0 <= value <= _MOST_COUNT:
        raise ValueError(f"this is out of range; allowed: 0 to {_MOST_COUNT:,}")
    return float(value)


def _calendar(info: ValidationInfo) -> Calendar:
    calendar = (info.context or {})["calendar"]
    assert isinstance(calendar, Calendar), "dates are read by a calendar, which `Scenario.read` gives"
    return calendar


def _from(value: object, info: ValidationInfo) -> int:
    return _calendar(info).first_instant(value)


def _until(value: object, info: ValidationInfo) -> int:
    return _calendar(info).last_instant(value)


def _text(unit: str, *examples: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "unit": unit, "examples": list(examples)})


def _distribution_form(value: dict[str, Any]) -> dict[str, Any]:
    """One value, or a map of one key: the name of a distribution, and below it its parameters."""
    listed = {"type": "array", "items": value}
    forms: dict[str, dict[str, Any]] = {
        name: {"type": "object", "description": form} for name, form in DISTRIBUTIONS.items()
    }
    forms["fixed"] = {**value, "description": DISTRIBUTIONS["fixed"]}
    for name, count in (("uniform", 2), ("triangular", 3), ("pert", 3)):
        forms[name] = {**listed, "minItems": count, "maxItems": count, "description": DISTRIBUTIONS[name]}
    forms["empirical"] = {**listed, "minItems": 1, "description": DISTRIBUTIONS["empirical"]}
    distribution = {
        "type": "object",
        "properties": forms,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"anyOf": [value, distribution], "description": "One value, or a distribution by name."}


DISTRIBUTION_FORMS = {"Law": _distribution_form({"type": "string"}), "CountLaw": _distribution_form({"type": "number"})}


def _distribution_schema(unit: str, *examples: Any, form: str = "Law") -> WithJsonSchema:
    """The schema of a distribution; `form` names the definition with its alternatives."""
    return WithJsonSchema(
        {"anyOf": DISTRIBUTION_FORMS[form]["anyOf"], "form": form, "unit": unit, "examples": list(examples)}
    )


def _already(kind: type) -> GetPydanticSchema:
    """The schema of an object from `BeforeValidator`: a dataclass is valid by construction and not inspected."""
    return GetPydanticSchema(lambda _kind, _handler: core_schema.is_instance_schema(kind))


_as_distribution = PlainSerializer(
    lambda distribution: [
        distribution.kind,
        list(distribution.numbers),
        [[w, [p.kind, list(p.numbers)]] for w, p in distribution.parts],
    ]
)

Seconds = Annotated[int, BeforeValidator(_whole("duration")), _text("time", "90 min", "6 h", "2 d")]
Kilograms = Annotated[int, BeforeValidator(_whole("mass")), _text("mass", "900 kg", "14 t")]
Dollars = Annotated[int, BeforeValidator(_whole("money")), _text("money", "60 kUSD")]
Kilometres = Annotated[float, BeforeValidator(_real("distance")), _text("distance", "350 km")]
KilometresPerHour = Annotated[float, BeforeValidator(_real("speed")), _text("speed", "430 km/h")]
DollarsPerHour = Annotated[float, BeforeValidator(_real("money_rate")), _text("money per time", "9 kUSD/h")]
DollarsPerKilometre = Annotated[
    float, BeforeValidator(_real("money_per_distance")), _text("money per distance", "3 USD/km")
]
PerDay = Annotated[float, BeforeValidator(_real("rate")), _text("rate", "0.03 /day")]
PerKilometre = Annotated[float, BeforeValidator(_real("per_distance")), _text("number per distance", "0.011 /km")]
Share = Annotated[
    float,
    BeforeValidator(units.share),
    WithJsonSchema({"type": ["string", "number"], "unit": "share from 0 to 1", "examples": ["15 %", 0.15]}),
]
Count = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 0, "unit": "count"})]
PositionsMilli = Annotated[
    int,
    BeforeValidator(_milli),
    WithJsonSchema({"type": "number", "minimum": 0, "unit": "pallet positions", "examples": [3]}),
]
Multiplier = Annotated[
    float, BeforeValidator(_multiplier), WithJsonSchema({"type": "number", "minimum": 0, "unit": "times"})
]
DurationDistribution = Annotated[
    Distribution,
    _already(Distribution),
    BeforeValidator(_distribution("duration")),
    _as_distribution,
    _distribution_schema("time, or distribution of times", "6 h", {"lognormal": {"mean": "6 h", "cv": 0.5}}),
]
MassDistribution = Annotated[
    Distribution,
    _already(Distribution),
    BeforeValidator(_distribution("mass")),
    _as_distribution,
    _distribution_schema("mass, or distribution of masses", "14 t", {"triangular": ["6 t", "12 t", "20 t"]}),
]
CountDistribution = Annotated[
    Distribution,
    _already(Distribution),
    BeforeValidator(_distribution(COUNT)),
    _as_distribution,
    _distribution_schema("count, or distribution of counts", 1, {"poisson": {"mean": 1.2}}, form="CountLaw"),
]
FromS = Annotated[
    int,
    BeforeValidator(_from),
    _text("date (its first instant) or date-time", "2023-10-12", "2023-10-16T06:30"),
]
UntilS = Annotated[
    int,
    BeforeValidator(_until),
    _text("date (its last instant) or date-time", "2023-10-21", "2023-10-16T07:20"),
]
Hours = Annotated[
    DailyHours,
    _already(DailyHours),
    BeforeValidator(parse_hours),
    PlainSerializer(lambda hours: [hours.from_s, hours.until_s]),
    _text("daily hours, local", "06:00-18:00"),
]
AboveZero = AfterValidator(_above_zero)
Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Text = Annotated[str, StringConstraints(strict=True)]
StreamName = Annotated[str, StringConstraints(min_length=1, max_length=300)]
