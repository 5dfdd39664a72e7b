"""Ready lots of a site for one lift: in the order of lift and summed, kept up to date with the site."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from sim.world.chalk import Room
from sim.world.stock import Floors, Stock


class Standing:
    """The ready lots of a site (lot -> since when) that a lift carries, according to `carried` by lot.

    Lots are kept by rank, so that a change costs a search instead of a sort. It is updated on demand
    (`Site.standing`), from the list of lots that became ready or no longer are; `seen` is the part of the list that
    it has processed.
    """

    __slots__ = (
        "_by_floor", "_by_mass", "_carried", "_come_and_gone", "_floors", "_least", "_ready", "_stock",
        "floor_milli", "kg", "seen",
    )  # fmt: skip

    def __init__(
        self, stock: Stock, floors: Floors, ready: dict[int, int], come_and_gone: list[int], carried: bytes
    ) -> None:
        self._stock, self._floors = stock, floors
        self._ready, self._come_and_gone, self._carried = ready, come_and_gone, carried
        self._begin_anew()

    def _begin_anew(self) -> None:
        stock, lots = self._stock, list(filter(self._carried.__getitem__, self._ready))
        self._by_mass = sorted(map(stock.by_mass.__getitem__, lots))
        self._by_floor: list[int] | None = None
        self._least: tuple[int, int] | None = None
        self.kg = sum(map(stock.mass_kg.__getitem__, lots))
        self.floor_milli = sum(map(self._floors.milli.__getitem__, lots))
        self.seen = len(self._come_and_gone)

    def __len__(self) -> int:
        """Number of lots."""
        return len(self._by_mass)

    def catch_up(self) -> None:
        """Update with the lots that have become ready, or no longer are, since the last call."""
        come_and_gone, ready, carried = self._come_and_gone, self._ready, self._carried
        fresh = len(come_and_gone) - self.seen
        if fresh > len(ready) + 1:  # sorting is faster than searching one by one
            self._begin_anew()
            return
        for lot in come_and_gone[self.seen :]:
            if carried[lot]:
                self._note(lot, is_ready=lot in ready)
        self.seen += fresh

    def _note(self, lot: int, *, is_ready: bool) -> None:
        stock, ranks = self._stock, self._by_mass
        rank = stock.by_mass[lot]
        at = bisect_left(ranks, rank)
        was_ready = at < len(ranks) and ranks[at] == rank
        if is_ready == was_ready:
            return  # it has come and gone again, or gone and come
        self._least = None
        sign = 1 if is_ready else -1
        self.kg += sign * stock.mass_kg[lot]
        self.floor_milli += sign * self._floors.milli[lot]
        by_floor = self._by_floor
        if is_ready:
            ranks.insert(at, rank)
            if by_floor is not None:
                insort(by_floor, self._floors.rank[lot])
        else:
            del ranks[at]
            if by_floor is not None:
                del by_floor[bisect_left(by_floor, self._floors.rank[lot])]

    def may_fit(self, room: Room) -> bool:
        """Whether a room suffices for the least mass and the least floor of these lots; if not, none of them fits."""
        if not self._by_mass:
            return False
        if self._least is None:
            kg, milli = self._stock.mass_kg, self._floors.milli
            self._least = min(map(kg.__getitem__, self.lots())), min(map(milli.__getitem__, self.lots()))
        return self._least[0] <= room.kg and self._least[1] <= room.floor_milli

    def lots(self) -> Iterable[int]:
        """The lots, by value per kilogram."""
        return map(self._stock.lot_by_mass.__getitem__, self._by_mass)

    def in_order(self, room: Room) -> Iterable[int]:
        """The lots in the order of lift: sensitive first, then by value per unit of the scarcer of mass and floor.

        Which of the two is scarcer is determined from all lots here.
        """
        if self.floor_milli * max(1, room.kg) <= self.kg * max(1, room.floor_milli):
            return self.lots()
        if self._by_floor is None:
            self._by_floor = sorted(map(self._floors.rank.__getitem__, self.lots()))
        return map(self._floors.lot_of_rank.__getitem__, self._by_floor)
