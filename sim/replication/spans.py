"""Spans: stretches of time as flags on one grid, so that many conditions can be laid over each other at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

Pairs = Sequence[tuple[int, int]]


class Grid:
    """A grid of instants made of the ends of all spans that will be laid on it, from 0 to `end_s`."""

    def __init__(self, end_s: int, spans: Iterable[Pairs], instants: Iterable[int] = ()) -> None:
        edges = [0, end_s, *instants]
        for pairs in spans:
            for pair in pairs:
                edges.extend(pair)
        known = np.unique(np.array(edges, dtype=np.int64))
        self.edges = known[(known >= 0) & (known <= end_s)]
        if len(self.edges) == 1:
            self.edges = np.array([self.edges[0], self.edges[0] + 1])

    def flags(self, pairs: Pairs) -> np.ndarray:
        """Whether each stretch of the grid lies in one of the spans (they may overlap)."""
        depth = np.zeros(len(self.edges) + 1, dtype=np.int32)
        if pairs:
            ends = np.array(pairs, dtype=np.int64)
            np.add.at(depth, np.searchsorted(self.edges, ends[:, 0]), 1)
            np.add.at(depth, np.searchsorted(self.edges, ends[:, 1]), -1)
        return np.asarray(np.cumsum(depth)[: len(self.edges) - 1] > 0)

    def level(self, changes: Sequence[tuple[int, float]], at_first: float = 0.0) -> np.ndarray:
        """A level that changes at instants of the grid: the sum of the changes up to each stretch."""
        level = np.zeros(len(self.edges) + 1)
        level[0] = at_first
        if changes:
            where = np.searchsorted(self.edges, np.array([at for at, _ in changes], dtype=np.int64))
            np.add.at(level, where, np.array([by for _, by in changes], dtype=float))
        return np.asarray(np.cumsum(level)[: len(self.edges) - 1])

    def held(self, settings: Sequence[tuple[int, float]], at_first: float = 0.0) -> np.ndarray:
        """A value that is set anew at instants: the last one set before or at the begin of each stretch."""
        if not settings:
            return np.full(len(self.edges) - 1, at_first)
        at = np.array([when for when, _ in settings], dtype=np.int64)
        values = np.array([at_first, *(value for _, value in settings)], dtype=float)
        return np.asarray(values[np.searchsorted(at, self.edges[:-1], side="right")])

    def before(self, at_s: np.ndarray) -> np.ndarray:
        """Index of the stretch that ends at or holds the moment just before an instant."""
        return np.clip(np.searchsorted(self.edges, at_s, side="left") - 1, 0, len(self.edges) - 2)

    def seconds_until(self, flags: np.ndarray, at_s: np.ndarray) -> np.ndarray:
        """Seconds under a flag from 0 to each instant."""
        total = np.concatenate(([0.0], np.cumsum(np.diff(self.edges) * flags)))
        return np.asarray(np.interp(at_s, self.edges, total))
