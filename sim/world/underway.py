"""Sorties under way to a place: who they are, and what they were sent to take together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.world.sortie import Sortie


class UnderWay:
    """Sorties that are to lift from a place and have not left it, in the order in which they were sent.

    `seats` are those that they were sent to take and have not yet filled; `claiming` those sent for lots that they
    have not yet chosen.
    """

    __slots__ = ("seats", "sorties")

    def __init__(self) -> None:
        self.sorties: list[Sortie] = []
        self.seats = 0

    @property
    def claiming(self) -> list[Sortie]:
        """Sorties that were sent for lots and have not yet chosen any."""
        return [sortie for sortie in self.sorties if sortie.claim_kg or sortie.claim_milli]

    def add(self, sortie: Sortie) -> None:
        """A sortie is sent."""
        self.sorties.append(sortie)
        self.seats += sortie.claim_seats

    def settle(self, sortie: Sortie) -> None:
        """What a sortie came for is aboard, or was taken by others: it claims nothing more."""
        self.seats -= sortie.claim_seats
        sortie.claim_kg = sortie.claim_milli = sortie.claim_seats = 0

    def remove(self, sortie: Sortie) -> None:
        """A sortie has left the place, or does not come."""
        self.sorties.remove(sortie)
        self.seats -= sortie.claim_seats
