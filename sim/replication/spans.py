"""Spans: stretches of time as flags on one grid, so that many conditions can be laid over each other at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

Pairs = Sequence[tuple[int, int]] | np.ndarray


class Grid:
    """A grid of instants made of the ends of all spans that will be laid on it, from 0 to `end_s`."""

    def __init__(self, end_s: int, spans: Iterable[Pairs], instants: Iterable[int] = ()) -> None:
        pairs = [np.asarray(each, dtype=np.int64).ravel() for each in spans if len(each)]
        known = np.sort(np.concatenate([np.array([0, end_s, *instants], dtype=np.int64), *pairs]))
        known = known[(known >= 0) & (known <= end_s)]
        self.edges = known[np.concatenate(([True], known[1:] != known[:-1]))]
        if len(self.edges) == 1:
            self.edges = np.array([self.edges[0], self.edges[0] + 1])

    def depth(self, pairs: Pairs) -> np.ndarray:
        """How many of the spans each stretch of the grid lies in."""
        many = len(self.edges)
        if not len(pairs):
            return np.zeros(many - 1, dtype=np.int64)
        ends = np.searchsorted(self.edges, np.asarray(pairs, dtype=np.int64))
        change = np.bincount(ends[:, 0], minlength=many + 1) - np.bincount(ends[:, 1], minlength=many + 1)
        return np.cumsum(change)[: many - 1]

    def flags(self, pairs: Pairs) -> np.ndarray:
        """Whether each stretch of the grid lies in one of the spans (they may overlap)."""
        return self.depth(pairs) > 0

    def held(self, settings: Sequence[tuple[int, float]], at_first: float = 0.0) -> np.ndarray:
        """A value that is set anew at instants: the last one set before or at the begin of each stretch."""
        if not settings:
            return np.full(len(self.edges) - 1, at_first)
        at, values = zip(*settings, strict=True)
        return self.held_at(np.array(at, dtype=np.int64), np.array(values, dtype=float), at_first)

    def held_at(self, at_s: np.ndarray, values: np.ndarray, at_first: float = 0.0) -> np.ndarray:
        """The same with instants and values as arrays."""
        after = np.searchsorted(at_s, self.edges[:-1], side="right")
        return np.concatenate(([at_first], values))[after]

    def before(self, at_s: np.ndarray) -> np.ndarray:
        """Index of the stretch that ends at or holds the moment just before an instant."""
        return np.clip(np.searchsorted(self.edges, at_s, side="left") - 1, 0, len(self.edges) - 2)

    @cached_property
    def _widths(self) -> np.ndarray:
        return np.diff(self.edges)

    def seconds_until(self, flags: np.ndarray, at_s: np.ndarray) -> np.ndarray:
        """Seconds under a flag from 0 to each instant."""
        total = np.concatenate(([0.0], np.cumsum(self._widths * flags)))
        return np.asarray(np.interp(at_s, self.edges, total))
