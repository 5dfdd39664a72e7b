"""Materiel: the classes of lots."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.scenario.distributions import Distribution
from sim.scenario.lift import UNLIMITED_MILLI, Aircraft
from sim.scenario.parts import Part, not_given
from sim.scenario.places import Owner
from sim.scenario.quantities import (
    Count,
    Dollars,
    DurationDistribution,
    Flag,
    Kilograms,
    MassDistribution,
    PositionsMilli,
    Seconds,
    StreamName,
)

Move = Literal["self", "truck", "aircraft"]
_NO_TIME = Distribution("fixed", (0.0,))
_ALIKE = 1


def _alike(denial: int) -> bool:
    """Whether the lots of a class help no more than any other: so in files without `denial`."""
    return denial == _ALIKE


def _by_crews(destroyed_by: str) -> bool:
    """Whether any crew may destroy the lots of a class: so in files without `destroyed_by`."""
    return destroyed_by == "crew"


class Stage(Part):
    """How a condemned lot is staged, so that it can be disposed of at short notice."""

    work_s: Seconds = Field(alias="work")
    """Time of one crew to stage it."""
    staged_s: Seconds = Field(alias="staged")
    """Time of one crew to destroy or disable it once it is staged."""


class Pieces(Part):
    """What a container is broken down into: pieces of another class, and the empty shell."""

    lot_class: str = Field(alias="class")
    """Class of a piece: how it moves, its floor and the work on it; mass and value are parts of the container's."""
    pieces: Count = Field(ge=1)
    """Number of pieces of one container."""
    work: DurationDistribution
    """Time of one crew to break one container down, instead of `prepare`."""
    shell: Kilograms
    """Mass of the empty shell."""
    shell_value: Dollars = 0
    """Value of the empty shell."""


class Carries(Part):
    """What a vehicle that drives out takes along: lots that move by truck and do not drive."""

    payload: Kilograms
    """Payload of one vehicle."""
    floor: PositionsMilli = UNLIMITED_MILLI
    """Floor of one vehicle in pallet positions; default: not limited."""


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
    truck_floor: PositionsMilli | None = Field(default=None, exclude_if=not_given)
    """Floor of a lot on a truck, in pallet positions; default: as `floor`."""
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
    """Owners whose lots are transferred to the host state by agreement, unless they are sensitive."""
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
    denial: Count = Field(default=_ALIKE, ge=1, le=5, exclude_if=_alike)
    """How much it helps an armed group that takes it, from 1 to 5; those with more are destroyed or disabled first."""
    carries: Carries | None = Field(default=None, exclude_if=not_given)
    """Load of other lots that it takes along, if it moves by itself; a loaded one has no seats for passengers."""
    destroyed_by: Literal["crew", "eod"] = Field(default="crew", exclude_if=_by_crews)
    """Who may destroy it: any crew, or only explosives teams (eod); crews disable it then, and never destroy it."""
    breaks_into: Pieces | None = Field(default=None, exclude_if=not_given)
    """Pieces into which a lot is broken down, where a place says which share of its lots is (`broken_down`)."""

    @property
    def floor_on_truck(self) -> int:
        """Floor on a truck in thousandths of a position."""
        return self.floor if self.truck_floor is None else self.truck_floor

    stage: Stage | None = Field(default=None, exclude_if=not_given)
    """How crews with nothing to prepare stage it when it is condemned; default: it is not staged."""

    def rides_in(self, hold: Carries) -> bool:
        """Whether such lots can be loaded on a vehicle that drives out, whatever their mass."""
        return "truck" in self.moves and "self" not in self.moves and self.floor_on_truck <= hold.floor

    def is_transferred(self, owner: Owner) -> bool:
        """Whether an owner's lots are for the host state: by agreement, and never sensitive ones."""
        return owner in self.transfer and not self.sensitive

    def fits_in(self, name: str, aircraft: Aircraft) -> bool:
        """Whether an aircraft type takes it, whatever its mass: by its moves, its floor, and what the class says."""
        named = self.flies_in is None or name in self.flies_in
        fits = self.floor <= aircraft.positions and (aircraft.containers or not self.container)
        return "aircraft" in self.moves and named and fits
