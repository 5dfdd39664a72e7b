"""What there is to bring out: lots in bins, with the earliest time at which each may be packed and ready."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

from sim.scenario.materiel import LotClass
from sim.scenario.openings import Openings
from sim.scenario.places import Crews, Place
from sim.tape.tape import Frame, Order, Tape

BINS = 4
"""Bins of the lots of one class at a place, by the work that a kilogram of them takes."""
_NEVER = 1 << 60


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot that may be lifted: when it is released, when it is ready at the earliest, and its work in seconds.

    `packing_s` is the work of a crew that is counted: none where an order may waive it, its part of the breaking down
    for a shell or a piece.
    """

    index: int
    kg: int
    released_s: int
    ready_s: int
    packing_s: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Lots of one class at a place that are alike enough: each takes the least that any of them takes a kilogram."""

    place: str
    name: str
    kind: LotClass
    lots: tuple[Lot, ...]

    @property
    def kg(self) -> int:
        """The mass of all of them."""
        return sum(lot.kg for lot in self.lots)

    @property
    def packing_s_per_kg(self) -> float:
        """Least seconds of a crew a kilogram."""
        return min(lot.packing_s / lot.kg for lot in self.lots)

    def per_kg(self, amount: float) -> float:
        """An amount that each lot takes, a kilogram, at the least."""
        return amount / max(lot.kg for lot in self.lots)


@dataclass(frozen=True, slots=True)
class Dates:
    """When a place begins at the earliest, and its handover, an order counted; `None` without one."""

    begins_s: int
    handover_s: int | None
    order: Order | None


def dates_of(frame: Frame, tape: Tape) -> dict[str, Dates]:
    """The dates of all places on a tape. Phases begin as early as they can, orders begin a place."""
    scenario = frame.scenario
    orders = tape.orders
    handovers = {
        name: orders[name].handover_s if name in orders else place.handover_s for name, place in scenario.places.items()
    }

    def begins_s(name: str, place: Place) -> int:
        phase = scenario.phases.get(place.phase or "")
        if phase is None:
            return 0
        waits = [handovers[other] or 0 for other, one in scenario.places.items()
                 if one.phase in phase.after and not one.takes_out]  # fmt: skip
        return min(max(0, phase.start_s, *waits), orders[name].at_s if name in orders else _NEVER)

    return {
        name: Dates(begins_s(name, place), handovers[name], orders.get(name)) for name, place in scenario.places.items()
    }


def crews_at(place: Place, crews: Crews) -> int:
    """The most crews that the people of a place can form."""
    if place.people is None:
        return crews.count
    return min(crews.count, floor(place.headcount * crews.labour_share / crews.size + 1e-9))


def bins_of(frame: Frame, tape: Tape, dates: dict[str, Dates], wanted: frozenset[str]) -> list[Bin]:
    """The bins of the lots of some places, in the order of the table."""
    found: list[Bin] = []
    for name in sorted(wanted, key=frame.place_rank.__getitem__):
        groups: dict[tuple[str, str, bool], list[Lot]] = {}
        for lot in _lots(frame, tape, name, dates[name]):
            i = lot.index
            inside = bool(frame.lots.piece[i]) or i in frame.lots.broken
            groups.setdefault((frame.lots.lot_class[i], frame.lots.kind[i], inside), []).append(lot)
        for (_, kind, _), lots in groups.items():
            found += [Bin(name, kind, frame.scenario.classes[kind], tuple(some)) for some in _cut(lots)]
    return found


def _cut(lots: list[Lot]) -> Iterator[list[Lot]]:
    """Lots by the work a kilogram; those that take the same stay together."""
    ordered = sorted(lots, key=lambda lot: (lot.packing_s / lot.kg, lot.kg, lot.index))
    alike = len({(lot.packing_s, lot.kg) for lot in lots}) == 1
    many = 1 if alike else min(BINS, len(lots))
    for part in range(many):
        some = ordered[len(lots) * part // many : len(lots) * (part + 1) // many]
        if some:
            yield some


def _lots(frame: Frame, tape: Tape, name: str, dates: Dates) -> Iterator[Lot]:
    """The lots of a place that may ever be lifted."""
    place, table = frame.scenario.places[name], frame.lots
    begin, end = table.spans[name]
    released = _releases(frame, name, dates)
    shell_of = {piece: shell for shell, pieces in table.broken.items() for piece in pieces}
    for i in range(begin, end):
        released_s = released.get(shell_of.get(i, i))
        if released_s is None or not tape.mass_kg[i]:
            continue
        if dates.handover_s is not None and released_s > dates.handover_s:
            continue
        lot = _packed(frame, tape, place, i, shell_of.get(i), released_s, dates)
        if lot is not None:
            yield lot


def _packed(
    frame: Frame, tape: Tape, place: Place, i: int, shell: int | None, released_s: int, dates: Dates
) -> Lot | None:
    """A lot with the earliest time at which one crew may have packed it; `None` if never."""
    table = frame.lots
    working = tape.working[table.place[i]]
    kind = frame.scenario.classes[table.kind[i]]
    apart, ready_s = 0.0, released_s
    if shell is not None or i in table.broken:
        container = i if shell is None else shell
        apart = tape.prepare_s[container] / (1 + len(table.broken[container]))
        ready = _done(working, released_s, tape.prepare_s[container])
        if ready is None:
            return None
        ready_s = ready
    if shell is None and i in table.broken:
        return Lot(i, tape.mass_kg[i], released_s, ready_s, apart)
    waives = place.under_order is not None and not place.under_order.prepare_vehicles
    if "self" in kind.moves and dates.order is not None and waives:
        return Lot(i, tape.mass_kg[i], released_s, ready_s, 0.0)
    packed = _done(working, ready_s, tape.prepare_s[i])
    return None if packed is None else Lot(i, tape.mass_kg[i], released_s, packed, apart + tape.prepare_s[i])


def _done(working: Openings, from_s: int, work_s: int) -> int | None:
    return working.finish(from_s, work_s) if work_s else from_s


def _releases(frame: Frame, name: str, dates: Dates) -> dict[int, int]:
    """The earliest release of the lots of a place, by lot; those that are never for lift are not in it."""
    scenario, table = frame.scenario, frame.lots
    place = scenario.places[name]
    begin, end = table.spans[name]
    own = [i for i in range(begin, end) if not table.piece[i]]
    if place.handover_s is None and not place.gives_release:
        return {}
    wholes = {i: scenario.classes[table.lot_class[i]] for i in own}
    agreed = {i for i in own if wholes[i].is_transferred(table.owner[i])}  # type: ignore[arg-type]  # coe and unoe
    start_s, found = max(dates.begins_s, place.release.start_s or 0), {}
    by_class: dict[str, list[int]] = {}
    for i in own:
        if i not in agreed:
            by_class.setdefault(table.kind[i], []).append(i)
    for lots in by_class.values():
        for turn, i in enumerate(lots, 1):
            planned_s = start_s + turn * place.release.over_s // len(lots)
            needed_s = wholes[i].needed_until_s
            if needed_s is not None and place.handover_s is not None:
                planned_s = max(dates.begins_s, place.handover_s - needed_s)
            found[i] = planned_s
    order = dates.order
    if order is None:
        return found
    keeps = place.transfer_under_order
    keeps = scenario.policy.transfer_under_order if keeps is None else keeps
    for i in own:
        if i in agreed and keeps:
            continue
        needed_s = wholes[i].needed_until_s
        at_s = order.at_s if needed_s is None else max(order.at_s, order.handover_s - needed_s)
        found[i] = min(found.get(i, _NEVER), at_s)
    return found
