"""The plan around places and lift: phases, clearance, policies, sources, and what oracles expect."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario.parts import Part, Window
from sim.scenario.quantities import Count, Flag, FromS, Number, Seconds, Share, Unit


class Phase(Part):
    """A phase of the withdrawal."""

    start_s: FromS = Field(alias="start")
    """Earliest start."""
    after: tuple[str, ...] = ()
    """Phases whose places must all have closed first."""


class Spells(Part):
    """Days refused: their share and the mean length of a refused spell."""

    refused: Share = 0.0
    """Share of days refused."""
    lasting_s: Seconds | None = Field(default=None, alias="lasting")
    """Mean length of a refused spell; independent days where not given."""


class ClearanceWindow(Window, Spells):
    """A dated window in which other shares hold; where windows overlap, the one that refuses most."""

    places: tuple[str, ...] | None = None
    """Places it holds for (air only); where not given, all that the base holds for."""
    classes: tuple[str, ...] | None = None
    """Classes of movement it holds for; where not given, all."""


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
    """Clearance of flights at camps and at hubs without custody; other places grant unless they are named."""

    windows: dict[str, ClearanceWindow] = {}
    """Dated windows for all classes of movement, or those they name."""
    places: dict[str, PlaceClearance] = {}
    """Places with a base of their own, custody hubs, exits and bases of aircraft among them."""


class RoadClearance(Part):
    """Clearance of convoys on one route."""

    people: Clearance | None = None
    """Vehicles that drive themselves, with people."""
    trucks: Clearance | None = None
    """Trucks."""
    windows: dict[str, ClearanceWindow] = {}
    """Dated windows for both classes, or those they name."""


class ClearanceRules(Part):
    """Clearance by air and road."""

    air: AirClearance | None = None
    """Flights."""
    road: dict[str, RoadClearance] = {}
    """Convoys, by route."""


class LeastFill(Part):
    """What makes a load worth the trip."""

    share: Share = 0.0
    """The larger of mass and floor fill that a load must reach."""
    waived_s: Seconds = Field(default=0, alias="waived")
    """Time before a place's handover in which it need not."""


def _disposal(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


class Disposal(Part):
    """When what can't come out is condemned."""

    kind: Literal["fixed_lead", "projected", "last_moment", "none"] = "projected"
    """Name of the policy."""
    lead_s: Seconds = Field(default=0, alias="lead")
    """fixed_lead: time before handover at which everything not ready is condemned."""
    ready_lead_s: Seconds = Field(default=0, alias="ready_lead")
    """fixed_lead: time before handover at which what is ready but not loaded is condemned; 0 is never."""
    review_s: Annotated[Seconds, Field(ge=60), Unit("s")] = Field(default=86_400, alias="review")
    """Time between reviews."""
    planning_fill: Share = 0.7
    """projected: share of a load that planning counts on, by air."""


class Policy(Part):
    """Policies by name."""

    dispatch: Literal["nearest_handover", "largest_backlog"] = "nearest_handover"
    """Where idle lift goes first."""
    load: Literal["sensitive_then_value", "first_fit", "next_fit"] = "sensitive_then_value"
    """How a chalk is filled."""
    least_fill: LeastFill = LeastFill.model_construct()
    """What makes a load worth the trip."""
    disposal: Annotated[
        Disposal,
        BeforeValidator(
            _disposal,
            json_schema_input_type=Disposal | Literal["fixed_lead", "projected", "last_moment", "none"],
        ),
    ] = Disposal.model_construct()
    """When what can't come out is condemned."""
    unliftable: Literal["refuse", "allow"] = "refuse"
    """Whether lots that no lift can carry are an error of the file, or condemned from the start."""
    transfer_under_order: Flag = False
    """Whether lots whose transfer is agreed are still transferred after an order, at places that do not say."""


class Source(Part):
    """Where a number, or all below a path, comes from."""

    kind: Literal["document", "report", "derived", "assumed"]
    """document: the source text; report: cited; derived: from such figures; assumed."""
    cite: str | None = None
    """Title or address."""
    note: str | None = None
    """Range, reasoning, doubt."""
    range: tuple[Any, Any] | None = None
    """Lowest and highest plausible value, in the units of the field."""
    grade: Literal["official", "corroborated", "reported"] | None = None
    """Of a document or report: how good it is, where that does not follow from its address."""

    @model_validator(mode="after")
    def _grade_of_a_publication(self) -> Self:
        if self.grade is not None and self.kind not in ("document", "report"):
            raise ValueError("only a document or a report is given a grade; leave it out, it follows from the kind")
        return self


class Expectation(Part):
    """What an oracle must show."""

    response: str | None = None
    """Name of a response; needed where `same_as` is not given."""
    at: str | None = None
    """Place or class it is meant for, or a cause where the response is `not_out_share`; the mission where not given."""
    of: Literal["mean", "variance"] | dict[Literal["share_at"], Number] = "mean"
    """What of its distribution over replications."""
    equals: Number | None = None
    """The figure."""
    same_as: str | None = None
    """Another scenario file that must give the same figures by place."""
    test: Literal["z", "exact", "bound"] = "exact"
    """How it is compared."""
    replications: Annotated[Count, Field(ge=1)] = 1
    """How many are played."""
    kills: tuple[str, ...] = ()
    """Faults that this case must catch."""
