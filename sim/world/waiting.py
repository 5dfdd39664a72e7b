"""What waits for crews: condemned lots in the order of disposal, with the work that they take in all."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence


class Waiting(deque[int]):
    """Lots of one site that wait for a crew to destroy or disable them, the first in order first.

    `destroy_left_s` is the work of destroying all of them. `destroy_s` and `disable_s` are by lot; they change only for
    lots that do not wait.
    """

    def __init__(self, lots: Iterable[int], destroy_s: Sequence[int], disable_s: Sequence[int]) -> None:
        super().__init__(lots)
        self._destroy_s, self._disable_s = destroy_s, disable_s
        self.destroy_left_s = sum(map(destroy_s.__getitem__, self))
        self._disable_left_s: int | None = None

    def disable_left_s(self) -> int:
        """The work of disabling all that waits, or of destroying it where that is no longer."""
        if self._disable_left_s is None:
            destroy_s, disable_s = self._destroy_s.__getitem__, self._disable_s.__getitem__
            self._disable_left_s = sum(map(min, map(disable_s, self), map(destroy_s, self)))
        return self._disable_left_s

    def take_first(self) -> int:
        """A crew takes the first of them."""
        lot = self.popleft()
        self._gone(lot)
        return lot

    def take(self, lot: int) -> None:
        """A crew takes one of them."""
        self.remove(lot)
        self._gone(lot)

    def _gone(self, lot: int) -> None:
        destroy_s, disable_s = self._destroy_s[lot], self._disable_s[lot]
        self.destroy_left_s -= destroy_s
        if self._disable_left_s is not None:
            self._disable_left_s -= min(disable_s, destroy_s)
