"""What waits for crews: condemned lots in the order of disposal, with the work that they take in all."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Container, Iterable, Sequence

from sim.world.jobs import makespan_of, runs_of, shared_s


class Works:
    """The work of some jobs in order: of each, of all, and the longest, kept as jobs come and go."""

    def __init__(self, each_s: Iterable[int]) -> None:
        self.each_s = list(each_s)
        self.all_s = sum(self.each_s)
        self._longest_s: int | None = None
        self._runs: list[tuple[int, int]] | None = None

    @property
    def longest_s(self) -> int:
        """The longest; 0 where there is none."""
        if self._longest_s is None:
            self._longest_s = max(self.each_s, default=0)
        return self._longest_s

    def within_s(self, crews: int) -> int:
        """A time in which crews can do all, in whatever order."""
        return shared_s(self.all_s, self.longest_s, crews)

    def makespan(self, crews: int) -> int:
        """The time in which crews do all in this order."""
        if self._runs is None:
            self._runs = runs_of(self.each_s)
        return makespan_of(self._runs, crews)

    def pop(self, at: int) -> int:
        """A job goes; returns its work."""
        if self._runs is not None and not at:
            work_s, count = self._runs[0]
            self._runs[:1] = [(work_s, count - 1)] if count > 1 else []
        else:
            self._runs = None
        work_s = self.each_s.pop(at)
        self.all_s -= work_s
        if work_s == self._longest_s:
            self._longest_s = None
        return work_s

    def insert(self, at: int, work_s: int) -> None:
        """A job comes."""
        self._runs = None
        self.each_s.insert(at, work_s)
        self.all_s += work_s
        if self._longest_s is not None and work_s > self._longest_s:
            self._longest_s = work_s


class Waiting:
    """Lots of one site that wait for a crew to destroy or disable them: `lots`, the first in order first.

    `destroy_s` and `disable_s` are by lot; they change only for lots that do not wait. `destroying` and `disabling` are
    the works of those that wait, in their order. `to_stage` are those of them that crews stage first, and `for_teams`
    those that only explosives teams destroy.
    """

    def __init__(
        self,
        lots: Iterable[int],
        destroy_s: Sequence[int],
        disable_s: Sequence[int],
        by_teams: Sequence[bool],
        stages: Container[int],
        staged: Container[int],
    ) -> None:
        self.lots = list(lots)
        self._destroy_s, self._disable_s = destroy_s, disable_s
        self.destroying = Works(map(destroy_s.__getitem__, self.lots))
        self.disabling = Works(map(disable_s.__getitem__, self.lots))
        self.to_stage = [lot for lot in self.lots if lot in stages and lot not in staged]
        self.for_teams = list(filter(by_teams.__getitem__, self.lots))
        self._shorter_s: int | None = None

    def shorter_s(self) -> int:
        """The work of disabling all that waits, or of destroying it where that is no longer."""
        if self._shorter_s is None:
            self._shorter_s = sum(map(min, self.disabling.each_s, self.destroying.each_s))
        return self._shorter_s

    def take_first(self) -> int:
        """A crew takes the first of them."""
        return self._taken(0)

    def take(self, lot: int) -> None:
        """A crew takes one of them."""
        self._taken(self.lots.index(lot))

    def _taken(self, at: int) -> int:
        lot = self.lots.pop(at)
        shorter_s = min(self.destroying.pop(at), self.disabling.pop(at))
        if self._shorter_s is not None:
            self._shorter_s -= shorter_s
        for some in (self.to_stage, self.for_teams):
            if lot in some:
                some.remove(lot)
        return lot

    def put_back(self, lot: int, turns: Sequence[int]) -> None:
        """A crew has staged a lot: it waits again at its place, with less work; `turns` are by lot, in disposal."""
        at = bisect(self.lots, turns[lot], key=turns.__getitem__)
        self.lots.insert(at, lot)
        self.destroying.insert(at, self._destroy_s[lot])
        self.disabling.insert(at, self._disable_s[lot])
        self._shorter_s = None
