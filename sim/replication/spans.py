"""Spans: periods of time as flags on one grid, so that many conditions can be combined at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

Pairs = Sequence[tuple[int, int]] | np.ndarray


class DayGrid:
    """A grid of instants: the ends of all spans that will be put on it, from 0 to `end_s`."""

    def __init__(self, end_s: int, spans: Iterable[Pairs], instants: Iterable[int] = ()) -> None:
        pairs = [np.asarray(each, dtype=np.int64).ravel() for each in spans if len(each)]
        known = np.sort(np.concatenate([np.array([0, end_s, *instants], dtype=np.int64), *pairs]))
        known = known[(known >= 0) & (known <= end_s)]
        self.edges = known[np.concatenate(([True], known[1:] != known[:-1]))]
        if len(self.edges) == 1:
            self.edges = np.array([self.edges[0], self.edges[0] + 1])

    def depth(self, pairs: Pairs) -> np.ndarray:
        """Number of spans that cover each stretch of the grid."""
        many = len(self.edges)
        if not len(pairs):
            return np.zeros(many - 1, dtype=np.int64)
        ends = np.searchsorted(self.edges, np.asarray(pairs, dtype=np.int64))
        change = np.bincount(ends[:, 0], minlength=many + 1) - np.bincount(ends[:, 1], minlength=many + 1)
        return np.cumsum(change)[: many - 1]

    def flags(self, pairs: Pairs) -> np.ndarray:
        """Whether a span covers each stretch of the grid (spans may overlap)."""
        return self.depth(pairs) > 0

    def held(self, settings: Sequence[tuple[int, float]], at_first: float = 0.0) -> np.ndarray:
        """A value that changes at instants: the last one set at or before the begin of each stretch."""
        if not settings:
            return np.full(len(self.edges) - 1, at_first)
        at, values = zip(*settings, strict=True)
        return self.held_at(np.array(at, dtype=np.int64), np.array(values, dtype=float), at_first)

    def held_at(self, at_s: np.ndarray, values: np.ndarray, at_first: float = 0.0) -> np.ndarray:
        """The same with instants and values as arrays."""
        after = np.searchsorted(at_s, self.edges[:-1], side="right")
        return np.concatenate(([at_first], values))[after]

    def before(self, at_s: np.ndarray) -> np.ndarray:
        """Index of the stretch that contains the moment just before an instant."""
        return np.clip(np.searchsorted(self.edges, at_s, side="left") - 1, 0, len(self.edges) - 2)

    def seconds_by_code(
        self, codes: np.ndarray, since_s: np.ndarray, until_s: np.ndarray
    ) -> tuple[list[int], np.ndarray]:
        """The codes that occur on the grid, and the seconds under each code from one instant to another.

        Seconds are whole numbers by [code, pair of instants]; instants lie on the grid.
        """
        begins = np.flatnonzero(np.diff(codes, prepend=-1))  # where the code changes, mostly few of all stretches
        starts, runs = self.edges[begins], codes[begins]
        held = np.flatnonzero(np.bincount(runs))
        under = runs == held[:, None]
        before = np.zeros((len(held), len(runs)), dtype=np.int64)
        np.cumsum(under[:, :-1] * np.diff(starts), axis=1, out=before[:, 1:])
        instants = np.concatenate((since_s, until_s))
        run = np.searchsorted(starts, instants, side="right") - 1
        total = before[:, run] + under[:, run] * (instants - starts[run])
        return held.tolist(), total[:, len(since_s) :] - total[:, : len(since_s)]
