"""Designs: the combinations of factors to simulate, each point generated from its number when needed.

A grid and one factor at a time give indexes of levels; a Latin hypercube, Sobol points and Morris trajectories give
coordinates from 0 to 1.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCRAMBLES = 8
"""The number of independent scrambles in a sample of Sobol points."""
_BITS = 30
_SALIB = "this design needs SALib: pip install 'drawdown[sweep]'"


class Grid:
    """All combinations of levels, the last factor changing fastest; may be larger than memory."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = tuple(sizes)
        self.size = math.prod(self._sizes)

    def point(self, index: int) -> tuple[int, ...]:
        """Index of the level of each factor."""
        found = []
        for size in reversed(self._sizes):
            index, at = divmod(index, size)
            found.append(at)
        return tuple(reversed(found))


class OneAtATime:
    """The base first, then each factor's other levels in order, all other factors at their base."""

    def __init__(self, sizes: Sequence[int], base: Sequence[int]) -> None:
        self._base = tuple(base)
        self._moves = [
            (factor, level) for factor, size in enumerate(sizes) for level in range(size) if level != base[factor]
        ]
        self.size = 1 + len(self._moves)

    def point(self, index: int) -> tuple[int, ...]:
        """Index of the level of each factor."""
        if index == 0:
            return self._base
        factor, level = self._moves[index - 1]
        return (*self._base[:factor], level, *self._base[factor + 1 :])


class _Sampled(ABC):
    """Points as rows of coordinates strictly or not strictly between 0 and 1."""

    size: int

    @property
    @abstractmethod
    def coordinates(self) -> NDArray[np.float64]:
        """All points: [point, factor]."""

    def point(self, index: int) -> tuple[float, ...]:
        """Coordinates of one point, a number from 0 to 1 a factor."""
        return tuple(float(one) for one in self.coordinates[index])


class LatinHypercube(_Sampled):
    """Points of which each factor has exactly one in each of `points` equal parts of its range.

    A factor's column is keyed only by seed and name: other factors may be added, removed or reordered (McKay,
    Beckman and Conover 1979, with a random position inside each part).
    """

    def __init__(self, names: Sequence[str], points: int, seed: int) -> None:
        self._names, self.size, self._seed = tuple(names), points, seed

    @cached_property
    def coordinates(self) -> NDArray[np.float64]:
        """All points: [point, factor], strictly inside (0, 1)."""
        import numpy as np

        from sim.tape.streams import Streams

        stream = Streams(self._seed, 0)
        columns = []
        for name in self._names:
            parts = np.argsort(stream.uniforms(self.size, "design", "part", name), kind="stable")
            columns.append((parts + stream.uniforms(self.size, "design", "within", name)) / self.size)
        return np.column_stack(columns) if columns else np.zeros((self.size, 0))


class Independent(_Sampled):
    """Independent points; a factor's column is keyed only by seed and name."""

    def __init__(self, names: Sequence[str], points: int, seed: int) -> None:
        self._names, self.size, self._seed = tuple(names), points, seed

    @cached_property
    def coordinates(self) -> NDArray[np.float64]:
        """All points: [point, factor], strictly inside (0, 1)."""
        import numpy as np

        from sim.tape.streams import Streams

        stream = Streams(self._seed, 0)
        return np.column_stack([stream.uniforms(self.size, "design", "alone", name) for name in self._names])


class ScrambledSobol(_Sampled):
    """Eight scrambles of the first points of a Sobol sequence, one after another, each with a power of two of points.

    The first factor has the first dimension. Scrambles are independent, and each point alone is uniform (Owen 1997;
    the scrambling is that of `scipy.stats.qmc`: Matousek, "On the L2-discrepancy for anchored boxes", 1998).
    """

    def __init__(self, names: Sequence[str], points: int, seed: int) -> None:
        self._names, self.size, self._seed = tuple(names), points, seed

    @cached_property
    def coordinates(self) -> NDArray[np.float64]:
        """All points: [point, factor], strictly inside (0, 1)."""
        import numpy as np
        from scipy.stats import qmc

        from sim.tape.streams import Streams

        stream, each, found = Streams(self._seed, 0), self.size // SCRAMBLES, []
        for key in stream.raw(SCRAMBLES, "design", "scrambles"):
            sequence = qmc.Sobol(len(self._names), scramble=True, bits=_BITS, seed=np.random.default_rng(int(key)))
            found.append(sequence.random(each))
        return np.vstack(found) + 2.0 ** -(_BITS + 1)  # the midpoints of 2^30 parts: never 0


class Sobol(_Sampled):
    """Saltelli's scheme on scrambled Sobol points: base × (blocks + 2) points (Saltelli 2002, through SALib).

    A block is a factor, or with `groups`, the group of each factor, all factors of one group, which then move together.
    """

    def __init__(self, names: Sequence[str], base: int, seed: int, groups: Sequence[str] = ()) -> None:
        if base & (base - 1) or base < 2:  # noqa: PLR2004 - at least two points
            raise InputError("the base of a sobol design should be a power of two, such as 256")
        self._names, self._base, self._seed = tuple(names), base, seed
        self._groups = tuple(groups)
        self.size = base * (len(self.blocks) + 2)

    @property
    def blocks(self) -> list[str]:
        """The blocks that have an index: factors, or groups in order of first appearance."""
        return list(dict.fromkeys(self._groups or self._names))

    @property
    def problem(self) -> dict[str, Any]:
        """The factors in the form that SALib expects."""
        return _problem(self._names) | ({"groups": list(self._groups)} if self._groups else {})

    @cached_property
    def coordinates(self) -> NDArray[np.float64]:
        """All points: [point, factor]. Raises `InputError` without SALib."""
        try:
            from SALib.sample import sobol
        except ImportError:
            raise InputError(_SALIB) from None
        found: NDArray[np.float64] = sobol.sample(
            self.problem, self._base, calc_second_order=False, scramble=True, seed=_small(self._seed)
        )
        return found


class Morris(_Sampled):
    """Trajectories that change one factor at a time on a grid of levels (Morris 1991, through SALib)."""

    def __init__(self, names: Sequence[str], trajectories: int, levels: int, seed: int) -> None:
        if levels % 2 or levels < 2 or trajectories < 2:  # noqa: PLR2004 - below that there are no effects
            raise InputError("a morris design needs at least two trajectories, and an even number of levels")
        self._names, self._trajectories, self.levels, self._seed = tuple(names), trajectories, levels, seed
        self.size = trajectories * (len(self._names) + 1)

    @property
    def problem(self) -> dict[str, Any]:
        """The factors in the form that SALib expects."""
        return _problem(self._names)

    @cached_property
    def coordinates(self) -> NDArray[np.float64]:
        """All points: [point, factor]. Raises `InputError` without SALib."""
        try:
            from SALib.sample import morris
        except ImportError:
            raise InputError(_SALIB) from None
        found: NDArray[np.float64] = morris.sample(
            self.problem, self._trajectories, num_levels=self.levels, seed=_small(self._seed)
        )
        return found


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _small(seed: int) -> int:
    return seed % 2**32
