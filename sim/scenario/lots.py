"""The table of all lots of a scenario, in the order that defines their indices everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.places import Owner
    from sim.scenario.scenario import Scenario

OWNERS: tuple[Owner, ...] = ("coe", "unoe")


@dataclass(frozen=True, slots=True)
class Lots:
    """All lots, one entry a lot: by place, class and number; the order of the file never matters.

    Places and classes are sorted by stream, then name. Numbers run 1..n through both owners of a class at a
    place, which take turns in proportion to their lots (`in_turns`). `spans` gives the indices [first, end) of every
    place, `groups` those of every class at a place.
    """

    place: tuple[str, ...]
    lot_class: tuple[str, ...]
    owner: tuple[str, ...]
    number: tuple[int, ...]
    spans: dict[str, tuple[int, int]]
    groups: dict[tuple[str, str], tuple[int, int]]

    def __len__(self) -> int:
        """The number of lots."""
        return len(self.number)

    def id(self, i: int) -> str:
        """The path of a lot, such as `tessalit/generator/17`."""
        return f"{self.place[i]}/{self.lot_class[i]}/{self.number[i]}"

    def ids(self) -> list[str]:
        """The paths of all lots."""
        named = zip(self.place, self.lot_class, self.number, strict=True)
        return [f"{place}/{lot_class}/{number}" for place, lot_class, number in named]

    def index(self, id: str) -> int:
        """The index of a lot by its path; raises `KeyError` for an unknown lot."""
        place, _, rest = id.partition("/")
        lot_class, _, number = rest.rpartition("/")
        first, end = self.groups.get((place, lot_class), (0, 0))
        i = first + int(number) - 1 if number.isdecimal() else -1
        if not first <= i < end or self.id(i) != id:
            raise KeyError(id)
        return i


def in_turns(held: Mapping[Owner, int]) -> list[Owner]:
    """The owners of the lots of a class at a place, in order of number: the method of Sainte-Laguë, ties to COE.

    The i-th lot (from 1) of an owner who has n stands at (2i - 1) / n; so each first part of the list has owners in
    proportion to their lots.
    """
    coe, unoe = held.get("coe", 0), held.get("unoe", 0)
    others = {"coe": unoe, "unoe": coe}
    at = [
        ((2 * i + 1) * others[owner], turn, owner)
        for turn, owner in enumerate(OWNERS)
        for i in range(held.get(owner, 0))
    ]
    return [owner for _, _, owner in sorted(at)]


def lot_table(scenario: Scenario) -> Lots:
    """The lots of a scenario; a place without lots has an empty span, a class without lots no group."""
    places = sorted(scenario.places, key=lambda name: (scenario.stream_of("places", name), name))
    rows: list[tuple[str, str, str, int]] = []
    spans: dict[str, tuple[int, int]] = {}
    groups: dict[tuple[str, str], tuple[int, int]] = {}
    for place in places:
        held = scenario.places[place].lots
        first = len(rows)
        for lot_class in sorted(held, key=lambda name: (scenario.stream_of("classes", name), name)):
            begin = len(rows)
            owners = enumerate(in_turns(held[lot_class]), 1)
            rows.extend((place, lot_class, owner, number) for number, owner in owners)
            if len(rows) > begin:
                groups[place, lot_class] = (begin, len(rows))
        spans[place] = (first, len(rows))
    return Lots(
        place=tuple(row[0] for row in rows),
        lot_class=tuple(row[1] for row in rows),
        owner=tuple(row[2] for row in rows),
        number=tuple(row[3] for row in rows),
        spans=spans,
        groups=groups,
    )
