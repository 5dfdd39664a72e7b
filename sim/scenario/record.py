"""The historical record: observed values, each with its day and source, that forecasts are scored against."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from sim.scenario.calendar import parse_local
from sim.scenario.parts import Part
from sim.scenario.quantities import Text, Unit

Measure = Literal[
    "closed", "rank", "emptied", "home", "out_share", "round_days", "column_days", "column_attacks", "column_hurt",
    "trucks_through",
]  # fmt: skip
"""What an observed value measures; `sim.replication.observed` computes the same from a history."""
UNITS: dict[str, str] = {
    "closed": "date", "rank": "rank", "emptied": "date", "home": "people", "out_share": "share", "round_days": "days",
    "column_days": "days", "column_attacks": "attacks", "column_hurt": "people", "trucks_through": "trucks",
}  # fmt: skip
_OF_ALL = ("emptied", "out_share")
"""Measures of lots: of one class or all, at one place or all that must close."""


def _day(value: object) -> date:
    moment = parse_local(value)
    if isinstance(moment, datetime):
        raise ValueError("this should be a date without an hour, such as 2023-10-21")
    return moment


def _figure(value: object) -> date | float:
    if isinstance(value, bool) or not isinstance(value, int | float | str | date):
        raise ValueError("this should be a plain number, or a date such as 2023-10-21")
    if isinstance(value, int | float):
        if not 0 <= value <= 10**9:
            raise ValueError("this is out of range; allowed: 0 to 1,000,000,000")
        return float(value)
    return _day(value)


Day = Annotated[
    date, BeforeValidator(_day), WithJsonSchema({"type": "string", "unit": "date", "examples": ["2023-10-21"]})
]
Figure = Annotated[
    date | float,
    BeforeValidator(_figure),
    WithJsonSchema({"type": ["string", "number"], "unit": "plain number, or date", "examples": ["2023-10-21", 37]}),
]


class Target(Part):
    """An observed value against which a backtest scores a forecast."""

    measure: Measure
    """closed: the day on which a camp was left; rank: its position in the order of closing; emptied: the day on which
    the last lot left a camp; home: people out of the country by that day; out_share: share of lots, by number, out by
    that day; round_days: of the first trucks to a camp, until the first are back; column_days, column_attacks,
    column_hurt: of the last column from a camp; trucks_through: loads of trucks that reached places beyond the first
    of a route by that day."""
    at: Text | None = None
    """The camp; the route for `trucks_through`; not given for `home`. `emptied` and `out_share` without it are of all
    places that must close."""
    of: Text | None = Field(default=None, exclude_if=lambda value: value is None)
    """The class of lots, for `emptied` and `out_share`; default: all."""
    on: Day
    """The day on which it became known; earlier forecasts do not use it."""
    value: Figure
    """The value, in its unit."""
    low: Figure | None = None
    """The lowest value of the sources, if they disagree."""
    high: Figure | None = None
    """The highest value of the sources, if they disagree."""
    unit: Literal["date", "people", "days", "attacks", "trucks", "share", "rank"]
    """Its unit."""
    km: Annotated[float, Field(gt=0, strict=True), Unit("km")] | None = None
    """Kilometres that the column marched, for values computed from its pace."""
    source: Text = Field(min_length=1)
    """Title or address."""
    note: Text | None = None
    """Who is counted, reasoning, doubts."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.measure == "home") != (self.at is None) and self.measure not in _OF_ALL:
            raise ValueError("`home` is for the mission, every other measure for one place or route; write `at`")
        if self.of is not None and self.measure not in _OF_ALL:
            raise ValueError("only `emptied` and `out_share` count lots, by their class `of`")
        if self.unit != UNITS[self.measure]:
            raise ValueError(f"this is counted in {UNITS[self.measure]}; write unit: {UNITS[self.measure]}")
        ends = [self.value if end is None else end for end in (self.low, self.value, self.high)]
        if any(isinstance(end, date) != (self.unit == "date") for end in ends):
            raise ValueError("`closed` and `emptied` are dates, every other measure a plain number")
        if self.unit == "share" and any(isinstance(end, float) and end > 1 for end in ends):
            raise ValueError("a share is at most 1; write 0.31 for 31 %")
        if not ends[0] <= ends[1] <= ends[2]:  # type: ignore[operator] # all of one kind, by the line above
            raise ValueError("`low` should be at most the value, and `high` at least")
        return self


class Record(Part):
    """What happened; the simulation never reads it. It may have any further keys."""

    model_config = ConfigDict(extra="allow")

    known_until: Day | None = None
    """For a forecast: the last day covered by its inputs, where a backtest cuts."""
    targets: dict[str, Target] = {}
    """Observed values that a backtest scores, by name."""
