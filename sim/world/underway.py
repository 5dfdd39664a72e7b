"""Sorties under way to a place: who they are, and what they were sent to take together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.world.sortie import Sortie


class UnderWay:
    """Sorties that are to lift from a place and have not left it, in the order in which they were sent.

    `kg`, `floor_milli` and `seats` are what they were sent to take and have not yet chosen.
    """

    __slots__ = ("floor_milli", "kg", "seats", "sorties")

    def __init__(self) -> None:
        self.sorties: list[Sortie] = []
        self.kg = self.floor_milli = self.seats = 0

    def add(self, sortie: Sortie) -> None:
        """A sortie is sent."""
        self.sorties.append(sortie)
        self._count(sortie, 1)

    def settle(self, sortie: Sortie) -> None:
        """What a sortie came for is aboard, or was taken by others: it claims nothing more."""
        self._count(sortie, -1)
        sortie.claim_kg = sortie.claim_milli = sortie.claim_seats = 0

    def remove(self, sortie: Sortie) -> None:
        """A sortie has left the place, or does not come."""
        self.sorties.remove(sortie)
        self._count(sortie, -1)

    def _count(self, sortie: Sortie, sign: int) -> None:
        self.kg += sign * sortie.claim_kg
        self.floor_milli += sign * sortie.claim_milli
        self.seats += sign * sortie.claim_seats
