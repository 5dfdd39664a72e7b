"""Materiel: the classes of lots."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.distributions import Distribution
from sim.scenario.lift import Aircraft
from sim.scenario.parts import Part, not_given
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
    """A class of lots: mass, size, value and work of one lot."""

    stream: StreamName | None = None
    """Name of the random streams; default: the class's own name."""
    container: Flag = False
    """Whether it is a sea container, which flies only in types that take containers."""
    mass: MassDistribution
    """Mass of a lot."""
    floor: PositionsMilli = 0
    """Floor of a lot in pallet positions; a 20-foot container takes three."""
    value: Dollars = 0
    """Value of a lot."""
    moves: tuple[Move, ...] = Field(min_length=1)
    """How it can move: by itself on the road, on a truck, or in an aircraft."""
    flies_in: tuple[str, ...] | None = Field(default=None, min_length=1, exclude_if=not_given)
    """Aircraft types that take it, if it moves in aircraft; default: all."""
    prepare: DurationDistribution = _NO_TIME
    """Time of one crew for packing, cleaning, verification and customs papers."""
    load: DurationDistribution = _NO_TIME
    """Time of one loader to load it."""
    unload: DurationDistribution = _NO_TIME
    """Time of one loader to unload it."""
    destroy: DurationDistribution = _NO_TIME
    """Time of one crew to destroy it."""
    disable: DurationDistribution = _NO_TIME
    """Time of one crew to disable it."""
    transfer: dict[Owner, Literal["agreed"]] = {}
    """Owners whose lots are transferred to the host state by agreement."""
    sensitive: Flag = False
    """Weapons, ammunition, communications: never abandoned by policy, first in every order."""
    crew: Count = 0
    """Number of people who drive it, if it moves by itself."""
    seats: Count = 0
    """Number of passengers in addition to its crew, if it moves by itself."""
    needed_until_s: Annotated[Seconds | None, BeforeValidator(lambda value: value)] = Field(
        default=None, alias="needed_until"
    )
    """How long before the handover the camp still needs it; it is released then, not earlier."""

    def fits_in(self, name: str, aircraft: Aircraft) -> bool:
        """Whether an aircraft type takes it, whatever its mass: by its moves, its floor, and what the class says."""
        named = self.flies_in is None or name in self.flies_in
        fits = self.floor <= aircraft.positions and (aircraft.containers or not self.container)
        return "aircraft" in self.moves and named and fits
