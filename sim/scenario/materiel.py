"""Materiel: the classes of lots."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.distributions import Distribution
from sim.scenario.parts import Part
from sim.scenario.places import Owner
from sim.scenario.quantities import (
    Count,
    Dollars,
    DurationDistribution,
    Flag,
    MassDistribution,
    PositionsMilli,
    Seconds,
    StreamName,
)

Move = Literal["self", "truck", "aircraft"]
_NO_TIME = Distribution("fixed", (0.0,))


class LotClass(Part):
    """A class of lots: what one weighs, fills, is worth, and takes in work."""

    stream: StreamName | None = None
    """Name that chance is keyed by; the class's own unless given."""
    container: Flag = False
    """A sea container: flies only in types that take containers."""
    mass: MassDistribution
    """Mass of a lot."""
    floor: PositionsMilli = 0
    """Floor of a lot in pallet positions; a 20-foot container is three."""
    value: Dollars = 0
    """Value of a lot."""
    moves: tuple[Move, ...] = Field(min_length=1)
    """How it can move: by itself on the road, on a truck, in an aircraft."""
    prepare: DurationDistribution = _NO_TIME
    """Packing, cleaning, verification, customs papers: time of one crew."""
    load: DurationDistribution = _NO_TIME
    """Time of one loader."""
    unload: DurationDistribution = _NO_TIME
    """Time of one loader."""
    destroy: DurationDistribution = _NO_TIME
    """Time of one crew."""
    disable: DurationDistribution = _NO_TIME
    """Time of one crew."""
    transfer: dict[Owner, Literal["agreed"]] = {}
    """Owners whose lots go to the host state by agreement."""
    sensitive: Flag = False
    """Weapons, ammunition, communications: never abandoned by policy, first in every order."""
    crew: Count = 0
    """People who drive it, where it moves by itself."""
    seats: Count = 0
    """Passengers it takes beside its crew, where it moves by itself."""
    needed_until_s: Annotated[Seconds | None, BeforeValidator(lambda value: value)] = Field(
        default=None, alias="needed_until"
    )
    """How long before handover it still serves the camp; it is released then, not before."""
