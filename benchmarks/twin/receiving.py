"""The receiving end of a place: room for lots from elsewhere, taking them in day by day, and a border before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import WINDOWS
from benchmarks.twin.things import Lot

if TYPE_CHECKING:
    from benchmarks.twin.site import Site

ENOUGH = 1 << 30


class Receiving:
    """What `receiving` says of one place; without it there is room for all, and nothing takes time."""

    def __init__(self, site: Site) -> None:
        self.site, self.rule = site, site.place.receiving
        self.counted: set[Lot] = set()
        self._day = 0
        self._begun: Counter[int] = Counter()
        borders = self.rule.border if self.rule is not None else {}
        closed = site.world.tape.border_closed
        self.closed = {name: closed[site.name, name] for name in borders if (site.name, name) in closed}
        for openings in self.closed.values():
            site.clock.process(self._opens(openings.ends))

    def _opens(self, ends: list[int]) -> Generator[Event, None, None]:
        for at in ends:
            yield self.site.clock.moment(at, WINDOWS, self.site.rank)
            self.site.world.all_changes()

    @property
    def room(self) -> int:
        """Further lots that there is room for."""
        if self.rule is None or self.rule.holding is None:
            return ENOUGH
        return max(self.rule.holding - len(self.counted), 0)

    def shut(self) -> set[str]:
        """Classes that do not cross the border now."""
        now = self.site.clock.now_s
        return {name for name, closed in self.closed.items() if closed.is_open(now)}

    def listed(self) -> set[str]:
        """Classes that a listed closure stops now."""
        if self.rule is None or "closures" in self.site.world.tape.without:
            return set()
        now = self.site.clock.now_s
        borders = self.rule.border.items()
        return {name for name, border in borders if any(window.covers(now) for window in border.closures.values())}

    def crosses_from(self, lots: list[Lot]) -> int:
        """The first instant at which the border is open for all these lots."""
        first = -1
        at: int = self.site.clock.now_s
        while at != first:
            first = at
            for lot in lots:
                if lot.class_name in self.closed:
                    at = self.closed[lot.class_name].closes_after(at)
        return at

    def taken_in_at(self, lot: Lot) -> int:
        """When the processing of a lot that is unloaded now is over."""
        now = self.site.clock.now_s
        if self.rule is None or lot.origin == self.site.name:
            return now
        begins, time = now, self.site.scenario.time
        if self.rule.capacity is not None:
            today = time.day_of(now)
            self._day = max(self._day, today)
            while self._begun[self._day] >= self.rule.capacity:
                self._day += 1
            self._begun[self._day] += 1
            if self._day > today:
                starts = time.day_starts_s
                begins = starts[self._day] if self._day < len(starts) else ENOUGH
        return begins + self.site.world.tape.processing_s.get((self.site.name, lot.index), 0)
