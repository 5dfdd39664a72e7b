"""Sums of floats that every version of Python adds up to the same bits.

The built-in `sum` rounds floats in another way since Python 3.12, so it adds up whole numbers only. What one
replication adds up goes through `sum_in_order`; figures over many use `math.fsum`, which depends on no order.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add


def sum_in_order(numbers: Iterable[float]) -> float:
    """The sum from left to right, rounded at each step; 0 of nothing."""
    return reduce(add, numbers, 0)
