"""A scenario: one complete description of a drawdown, frozen, in base units."""

import hashlib
import json
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr

from sim.scenario.calendar import Calendar, parse_calendar
from sim.scenario.lift import Accidents, Hits, Lift, Route
from sim.scenario.materiel import LotClass
from sim.scenario.parts import Part, not_given
from sim.scenario.places import Place
from sim.scenario.plan import ClearanceRules, Expectation, Phase, Policy, Source
from sim.scenario.record import Day, Record

_NOT_MEANING = ("schema_", "name", "titles", "note", "as_of", "sources", "record", "expect")

Title = Annotated[str, Field(min_length=1, max_length=300)]


def _empty(titles: object) -> bool:
    """Whether there are none: so in files without `titles`."""
    return not titles


class Scenario(Part):
    """One complete description of a drawdown. Build it with `Scenario.read`."""

    schema_: Literal[1] = Field(alias="schema")
    """Version of the file format."""
    name: str = Field(min_length=1, max_length=300)
    """Name of the scenario."""
    titles: dict[Literal["fr", "ar"], Title] = Field(default={}, exclude_if=_empty)
    """Name of the scenario in the other languages of pages: `fr`, `ar`."""
    note: str = ""
    """Notes for readers."""
    as_of: Day | None = Field(default=None, exclude_if=not_given)
    """The day on which this version of the scenario was written; pictures show it, no result depends on it."""
    calendar: dict[str, Any]
    """start, deadline, horizon (default: the deadline) and zone (default: UTC)."""
    phases: dict[str, Phase] = {}
    """Phases by name."""
    places: dict[str, Place] = Field(min_length=1)
    """Places by name."""
    classes: dict[str, LotClass] = {}
    """Classes of lots by name."""
    lift: Lift = Lift.model_construct()
    """Carrying capacity."""
    routes: dict[str, Route] = {}
    """Roads by name."""
    accidents: Accidents = Accidents.model_construct()
    """Accidents."""
    hits: Hits = Hits.model_construct()
    """Hits by fire."""
    clearance: ClearanceRules = ClearanceRules.model_construct()
    """Permission to move, by air and road."""
    policy: Policy = Policy.model_construct()
    """Rules by which movement control decides."""
    scope: Literal["mission", "all"] = "mission"
    """Base of shares: lots at places that must close, or also the own lots of custody hubs."""
    expect: tuple[Expectation, ...] = ()
    """Expected results of an oracle; empty in other scenarios."""
    sources: dict[str, Source] = {}
    """Sources of numbers, by dotted path."""
    record: Record = Record.model_construct()
    """What happened; never read by the simulation."""

    _calendar: Calendar = PrivateAttr()

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """The scenario in plain data; raises pydantic's `ValidationError` with every problem of form.

        The calendar must be valid (else `CalendarError`) before dates can be read.
        """
        calendar = parse_calendar(data.get("calendar"))
        scenario = cls.model_validate(data, context={"calendar": calendar})
        scenario.keep_time(calendar)
        return scenario

    def keep_time(self, calendar: Calendar) -> None:
        """Attach the calendar with which the dates of a scenario were read."""
        self._calendar = calendar

    @property
    def time(self) -> Calendar:
        """The calendar in seconds."""
        return self._calendar

    @property
    def in_scope(self) -> frozenset[str]:
        """Places whose lots and people responses are about: those that must close, or all."""
        if self.scope == "all":
            return frozenset(self.places)
        return frozenset(name for name, place in self.places.items() if place.handover_s is not None)

    @property
    def people_in_scope(self) -> list[str]:
        """Places whose people must be out: of those in scope, those that must close or are no end of the way."""
        places = self.places
        return [name for name in self.in_scope if places[name].handover_s is not None or not places[name].takes_out]

    def stream_of(self, kind: Literal["places", "routes", "classes", "aircraft", "trucks"], name: str) -> str:
        """The name that keys random streams and order."""
        table = getattr(self.lift, kind) if kind in ("aircraft", "trucks") else getattr(self, kind)
        return table[name].stream or name

    def meaning(self) -> dict[str, Any]:
        """The scenario in base units and plain data, without keys that change no result (name, sources ...)."""
        plain = self.model_dump(mode="json", exclude=set(_NOT_MEANING) | {"calendar"})
        time = self.time
        plain["calendar"] = [time.start.isoformat(), time.zone, time.deadline_s, time.horizon_s]
        return plain

    def hash(self) -> str:
        """SHA-256 of the meaning: the same for `24 h` and `1 d`, and for `extends` written out."""
        text = json.dumps(self.meaning(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()
