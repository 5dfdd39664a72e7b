"""A scenario: one complete description of a drawdown, frozen, in base units."""

import hashlib
import json
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr

from sim.scenario.calendar import Calendar, parse_calendar
from sim.scenario.lift import Accidents, Hits, Lift, Route
from sim.scenario.materiel import LotClass
from sim.scenario.parts import Part
from sim.scenario.places import Place
from sim.scenario.plan import ClearanceRules, Expectation, Phase, Policy, Source
from sim.scenario.record import Record

_NOT_MEANING = ("schema_", "name", "note", "sources", "record", "expect")


class Scenario(Part):
    """One complete description of a drawdown. Build it with `Scenario.read`."""

    schema_: Literal[1] = Field(alias="schema")
    """Version of the form of the file."""
    name: str = Field(min_length=1, max_length=300)
    """What the scenario is called."""
    note: str = ""
    """What a reader should know of it."""
    calendar: dict[str, Any]
    """start, deadline, horizon (the deadline where not given) and zone (UTC where not given)."""
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
    """Who may move when."""
    policy: Policy = Policy.model_construct()
    """What movement control decides, and how."""
    scope: Literal["mission", "all"] = "mission"
    """What shares are of: what stood at places that must close, or custody hubs' own as well."""
    expect: tuple[Expectation, ...] = ()
    """What an oracle must show; scenarios of planners have none."""
    sources: dict[str, Source] = {}
    """Where numbers come from, by dotted path."""
    record: Record = Record.model_construct()
    """What happened; never read by the world."""

    _calendar: Calendar = PrivateAttr()

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """The scenario in plain data; raises pydantic's `ValidationError` with every problem of form.

        The calendar must be right (else `CalendarError`) before anything dated can be read.
        """
        calendar = parse_calendar(data.get("calendar"))
        scenario = cls.model_validate(data, context={"calendar": calendar})
        scenario.keep_time(calendar)
        return scenario

    def keep_time(self, calendar: Calendar) -> None:
        """Give a scenario that was just read the calendar that its dates were read by."""
        self._calendar = calendar

    @property
    def time(self) -> Calendar:
        """The calendar in seconds."""
        return self._calendar

    def stream_of(self, kind: Literal["places", "routes", "classes", "aircraft", "trucks"], name: str) -> str:
        """The name that chance and order are keyed by."""
        table = getattr(self.lift, kind) if kind in ("aircraft", "trucks") else getattr(self, kind)
        return table[name].stream or name

    def meaning(self) -> dict[str, Any]:
        """The scenario in base units and plain data, without what changes no figure (name, sources ...)."""
        plain = self.model_dump(mode="json", exclude=set(_NOT_MEANING) | {"calendar"})
        time = self.time
        plain["calendar"] = [time.start.isoformat(), time.zone, time.deadline_s, time.horizon_s]
        return plain

    def hash(self) -> str:
        """SHA-256 of the meaning: equal for `24 h` and `1 d`, and for `extends` written out."""
        text = json.dumps(self.meaning(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()
