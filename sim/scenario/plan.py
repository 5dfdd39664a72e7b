"""The plan around places and lift: phases, clearance, policies, sources, and expectations of oracles."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.parts import Part, Window
from sim.scenario.quantities import Count, Flag, FromS, Number, Seconds, Share, Unit


class Phase(Part):
    """A phase of the withdrawal."""

    start_s: FromS = Field(alias="start")
    """Earliest start."""
    after: tuple[str, ...] = ()
    """Phases whose places must all have closed before."""


class Spells(Part):
    """Days refused: their share and the mean length of a refused spell."""

    refused: Share = 0.0
    """Share of days refused."""
    lasting_s: Seconds | None = Field(default=None, alias="lasting")
    """Mean length of a refused spell; default: independent days."""


class ClearanceWindow(Window, Spells):
    """A dated window with other shares; where windows overlap, the one that refuses most applies."""

    places: tuple[str, ...] | None = None
    """Places to which it applies (air only); default: all to which the base applies."""
    classes: tuple[str, ...] | None = None
    """Classes of movement to which it applies; default: all."""


class Clearance(Spells):
    """Clearance of one class of movement: a base and listed windows."""

    windows: dict[str, ClearanceWindow] = {}
    """Dated windows."""


class PlaceClearance(Part):
    """Clearance of flights at one place by name."""

    people: Clearance | None = None
    """Flights with people."""
    cargo: Clearance | None = None
    """Flights with cargo."""
    medical: Clearance | None = None
    """Medical flights."""


class AirClearance(PlaceClearance):
    """Clearance of flights at camps and at hubs without custody; other places grant it unless they are named."""

    windows: dict[str, ClearanceWindow] = {}
    """Dated windows for all classes of movement, or for those that they name."""
    places: dict[str, PlaceClearance] = {}
    """Places with their own clearance, which may be custody hubs, exits and bases of aircraft."""


class RoadClearance(Part):
    """Clearance of convoys on one route."""

    people: Clearance | None = None
    """Vehicles that drive themselves, with people."""
    trucks: Clearance | None = None
    """Trucks."""
    windows: dict[str, ClearanceWindow] = {}
    """Dated windows for both classes, or for those that they name."""


class ClearanceRules(Part):
    """Clearance by air and road."""

    air: AirClearance | None = None
    """Flights."""
    road: dict[str, RoadClearance] = {}
    """Convoys, by route."""


class LeastFill(Part):
    """Minimum load for a trip."""

    share: Share = 0.0
    """Minimum fill of a load, by mass or floor, whichever is larger."""
    waived_s: Seconds = Field(default=0, alias="waived")
    """Time before a place's handover in which the minimum is waived."""


def _disposal(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


class Disposal(Part):
    """When lots that cannot come out are condemned."""

    kind: Literal["fixed_lead", "projected", "last_moment", "none"] = "projected"
    """Name of the policy."""
    lead_s: Seconds = Field(default=0, alias="lead")
    """fixed_lead: time before handover at which all lots not ready are condemned."""
    ready_lead_s: Seconds = Field(default=0, alias="ready_lead")
    """fixed_lead: time before handover at which lots ready but not loaded are condemned; 0 means never."""
    review_s: Annotated[Seconds, Field(ge=60), Unit("s")] = Field(default=86_400, alias="review")
    """Time between reviews."""
    planning_fill: Share = 0.7
    """projected: share of a load by air that planning assumes."""
    margin_s: Seconds | None = Field(default=None, alias="margin", exclude_if=lambda margin_s: margin_s is None)
    """Working time by which last moments come earlier; default: where a class is staged, the shelter to be expected."""


class Policy(Part):
    """Policies by name."""

    dispatch: Literal["nearest_handover", "largest_backlog"] = "nearest_handover"
    """Where idle lift goes first."""
    load: Literal["sensitive_then_value", "first_fit", "next_fit"] = "sensitive_then_value"
    """How a chalk is loaded."""
    aircraft: Literal["name", "cost_a_seat"] = Field(default="name", exclude_if=lambda order: order == "name")
    """Order in which types of aircraft are tried: that of their stream names, or the cost of a seat and kilometre."""
    least_fill: LeastFill = LeastFill.model_construct()
    """Minimum load for a trip."""
    disposal: Annotated[
        Disposal,
        BeforeValidator(
            _disposal,
            json_schema_input_type=Disposal | Literal["fixed_lead", "projected", "last_moment", "none"],
        ),
    ] = Disposal.model_construct()
    """When lots that cannot come out are condemned."""
    unliftable: Literal["refuse", "allow"] = "refuse"
    """Whether lots too large for any lift are an error of the file, or condemned from the start."""
    transfer_under_order: Flag = False
    """Whether lots with an agreed transfer are still transferred after an order; default for places."""


class Source(Part):
    """The source of a number, or of all numbers below a path."""

    kind: Literal["document", "report", "derived", "assumed"]
    """document: the source text; report: cited; derived: computed from such numbers; assumed."""
    cite: str | None = None
    """Title or address."""
    note: str | None = None
    """Range, reasoning, doubts."""
    range: tuple[Any, Any] | None = None
    """Lowest and highest plausible value, in the units of the field."""
    grade: Literal["official", "corroborated", "reported"] | None = None
    """Grade of a document or report, if it does not follow from its address."""

    @model_validator(mode="after")
    def _grade_of_a_publication(self) -> Self:
        if self.grade is not None and self.kind not in ("document", "report"):
            raise ValueError("only a document or a report can have a grade; leave it out, it follows from the kind")
        return self


class Expectation(Part):
    """An expected result of an oracle."""

    response: str | None = None
    """Name of a response; required unless `same_as` is given."""
    at: str | None = None
    """Place or class, or a cause if the response is `not_out_share`; default: the mission."""
    of: Literal["mean", "variance"] | dict[Literal["share_at"], Number] = "mean"
    """Statistic over replications."""
    equals: Number | None = None
    """The known value."""
    same_as: str | None = None
    """Another scenario file that must give the same values by place."""
    test: Literal["z", "exact", "bound"] = "exact"
    """How the value is compared."""
    replications: Annotated[Count, Field(ge=1)] = 1
    """Number of replications."""
    kills: tuple[str, ...] = ()
    """Planted faults that this oracle must catch."""
