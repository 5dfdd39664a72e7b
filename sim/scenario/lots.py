"""The table of all lots of a scenario, in the order that defines their indices everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sim.scenario.places import Held, Owner
    from sim.scenario.scenario import Scenario

OWNERS: tuple[Owner, ...] = ("coe", "unoe")


@dataclass(frozen=True, slots=True)
class Lots:
    """All lots, one entry a lot: by place, class and number; the order of the file never matters.

    Places and classes are sorted by stream, then name. Numbers run 1..n through both owners of a class at a
    place, which take turns in proportion to their lots (`in_turns`). `spans` gives the indices [first, end) of every
    place, `groups` those of the numbered lots of every class at a place.

    Behind these come the pieces of the containers that are broken down, container by container: `broken` has their
    indices by that of their container, which is the shell. A piece has place, class, owner and number of its
    container; `piece` counts from 1, and is 0 for other lots. `kind` is the class that says how a lot moves and what
    work it takes.
    """

    place: tuple[str, ...]
    lot_class: tuple[str, ...]
    owner: tuple[str, ...]
    number: tuple[int, ...]
    piece: tuple[int, ...]
    kind: tuple[str, ...]
    spans: dict[str, tuple[int, int]]
    groups: dict[tuple[str, str], tuple[int, int]]
    broken: dict[int, range]

    def __len__(self) -> int:
        """The number of lots."""
        return len(self.number)

    def id(self, i: int) -> str:
        """The path of a lot, such as `tessalit/generator/17`, or `tessalit/container/17/piece/3`."""
        piece = f"/piece/{self.piece[i]}" if self.piece[i] else ""
        return f"{self.place[i]}/{self.lot_class[i]}/{self.number[i]}{piece}"

    def ids(self) -> list[str]:
        """The paths of all lots."""
        return [self.id(i) for i in range(len(self))]

    def index(self, id: str) -> int:
        """The index of a lot by its path; raises `KeyError` for an unknown lot."""
        return {known: i for i, known in enumerate(self.ids())}[id]


class _Row(NamedTuple):
    """One lot of the table."""

    place: str
    lot_class: str
    owner: Owner
    number: int
    piece: int
    kind: str


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
    rows: list[_Row] = []
    spans: dict[str, tuple[int, int]] = {}
    groups: dict[tuple[str, str], tuple[int, int]] = {}
    broken: dict[int, range] = {}
    for place in places:
        held = scenario.places[place].lots
        first = len(rows)
        for lot_class in sorted(held, key=lambda name: (scenario.stream_of("classes", name), name)):
            begin = len(rows)
            owners = enumerate(in_turns(held[lot_class].owners()), 1)
            rows.extend(_Row(place, lot_class, owner, number, 0, lot_class) for number, owner in owners)
            if len(rows) > begin:
                groups[place, lot_class] = (begin, len(rows))
            _break_down(scenario, held[lot_class], rows, begin, broken)
        spans[place] = (first, len(rows))
    return Lots(
        place=tuple(row.place for row in rows),
        lot_class=tuple(row.lot_class for row in rows),
        owner=tuple(row.owner for row in rows),
        number=tuple(row.number for row in rows),
        piece=tuple(row.piece for row in rows),
        kind=tuple(row.kind for row in rows),
        spans=spans,
        groups=groups,
        broken=broken,
    )


def _break_down(scenario: Scenario, held: Held, rows: list[_Row], begin: int, broken: dict[int, range]) -> None:
    """Add the pieces of the lots from `begin` on that are broken down: the first ones of each owner."""
    into = scenario.classes[rows[begin].lot_class].breaks_into if len(rows) > begin else None
    if into is None:
        return
    left = {owner: broken_down(held, count) for owner, count in held.owners().items()}
    for shell in range(begin, len(rows)):
        whole = rows[shell]
        if left[whole.owner] > 0:
            left[whole.owner] -= 1
            broken[shell] = range(len(rows), len(rows) + into.pieces)
            rows.extend(whole._replace(piece=piece, kind=into.lot_class) for piece in range(1, into.pieces + 1))


def broken_down(held: Held, count: int) -> int:
    """How many of some lots of an owner are broken down: the share of them, rounded half up."""
    share = Decimal(str(held.broken_down or 0))  # as it is written: 29 % of 50 are 14.5, so 15
    return int(share * count + Decimal("0.5"))
