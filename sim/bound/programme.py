"""A linear programme in the making: columns from 0 up to a limit, rows up to a limit, the greatest gain wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

Floats = NDArray[np.float64]
Terms = Iterable[tuple[int, float]]


@dataclass(slots=True)
class Programme:
    """Maximise gain · x, for 0 <= x <= most and rows · x <= limits. All limits of columns are finite.

    So any multipliers of the rows, none below zero, prove a bound (`proven`), whatever solver they are from.
    """

    most: list[float] = field(default_factory=list)
    gain: list[float] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    _row: list[int] = field(default_factory=list)
    _column: list[int] = field(default_factory=list)
    _value: list[float] = field(default_factory=list)

    def column(self, most: float, gain: float = 0.0) -> int:
        """A new quantity; returns its number."""
        self.most.append(max(most, 0.0))
        self.gain.append(gain)
        return len(self.most) - 1

    def row(self, terms: Terms, limit: float) -> None:
        """A new limit; terms of one column add up."""
        number = len(self.limits)
        before = len(self._row)
        for column, value in terms:
            if value:
                self._row.append(number)
                self._column.append(column)
                self._value.append(value)
        if len(self._row) > before:
            self.limits.append(limit)

    def matrix(self) -> csc_array:
        """The rows as a sparse matrix."""
        shape = len(self.limits), len(self.most)
        return csc_array((self._value, (self._row, self._column)), shape=shape)

    def proven(self, multipliers: Floats, matrix: csc_array) -> float:
        """What no x exceeds: limits · y + the sum over columns of most · max(0, gain - y · column), for y >= 0.

        Source: weak duality of linear programmes with bounded columns (Neumaier and Shcherbina, Safe bounds in linear
        and mixed-integer linear programming, Mathematical Programming 99, 2004).
        """
        y = np.maximum(np.nan_to_num(multipliers, nan=0.0, posinf=0.0, neginf=0.0), 0.0)
        left = np.maximum(np.asarray(self.gain) - matrix.T @ y, 0.0)
        return float(np.asarray(self.limits) @ y + np.asarray(self.most) @ left)
