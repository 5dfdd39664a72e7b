"""Sums of floats with the same bits on every version of Python.

The built-in `sum` rounds floats differently since Python 3.12, so it is used for whole numbers only. Sums within a
replication use `sum_in_order`; sums over replications use `math.fsum`, which does not depend on the order.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add


def sum_in_order(numbers: Iterable[float]) -> float:
    """The sum from left to right, rounded at each step; 0 of nothing."""
    return reduce(add, numbers, 0)
