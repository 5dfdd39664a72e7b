"""Attribution of a difference to several changes, independent of their order.

The Shapley value (1953): the mean, over all orders, of what a change adds in its turn. Worlds are subsets of the
changes, each with one value per replication; bars sum to the difference in every replication.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sim.analysis.estimates import CONFIDENCE, SAME
from sim.analysis.intervals import mean_of, spread_of, t_quantile
from sim.analysis.paired import interval_of, without_rounding

MOST_EXACT = 8
"""Maximum number of changes for which every subset is simulated; above, orders are sampled."""
ORDERS = 16
"""Number of sampled orders; every second order is the reverse of the previous one."""

Subset = frozenset[int]
Worlds = Mapping[Subset, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Bar:
    """The contribution of one change: mean over replications, its interval, and the method."""

    mean: float
    low: float | None
    high: float | None
    method: str


def all_subsets(changes: int) -> list[Subset]:
    """Every world between none and all of the changes, by size."""
    return [frozenset(some) for size in range(changes + 1) for some in combinations(range(changes), size)]


def sampled_orders(changes: int, count: int = ORDERS) -> list[tuple[int, ...]]:
    """Orders of the changes drawn by a fixed seed, in pairs of an order and its reverse."""
    stream, orders = random.Random("waterfall"), []  # nosec B311  # reproducible, not for security
    for _ in range(count // 2):
        order = stream.sample(range(changes), changes)
        orders += [tuple(order), tuple(reversed(order))]
    return orders


def along(orders: Iterable[Sequence[int]]) -> list[Subset]:
    """The worlds that these orders pass through, by size."""
    found = {frozenset(order[:size]) for order in orders for size in range(len(order) + 1)}
    return sorted(found, key=lambda subset: (len(subset), sorted(subset)))


def shares_along(
    values: Mapping[Subset, Sequence[float | None]], orders: Sequence[Sequence[int]], at: int
) -> list[float | None]:
    """The share of each change in one replication: the mean over some orders of what it adds in its turn.

    `values` are by the changes made, each with several numbers, of which `at` is one. The shares sum to the number
    with all changes less that with none. A share is `None` where a number in its turn is.
    """
    adds: list[list[float | None]] = [[] for _ in orders[0]]
    for order in orders:
        made: Subset = frozenset()
        for change in order:
            before, made = values[made][at], made | {change}
            after = values[made][at]
            adds[change].append(None if before is None or after is None else after - before)
    return [_mean_or_none(some) for some in adds]


def shares_of_all(values: Mapping[Subset, Sequence[float | None]], changes: int, at: int) -> list[float | None]:
    """The Shapley value of each change in one replication, from the numbers of every subset, as `shares_along`."""
    found: list[float | None] = []
    for change in range(changes):
        terms = [
            (_weight(len(made), changes), values[made | {change}][at], some[at])
            for made, some in values.items() if change not in made
        ]  # fmt: skip
        known = [weight * (more - less) for weight, more, less in terms if more is not None and less is not None]
        found.append(math.fsum(known) if len(known) == len(terms) else None)
    return found


def _mean_or_none(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return mean_of(known) if len(known) == len(values) else None


def exact_bars(worlds: Worlds, changes: int, reach: float | None = None) -> list[Bar]:
    """One bar per change, from every subset's values in the order of replication numbers; `reach` is 1 for a share."""
    return [_over_replications(_contributions(worlds, changes, change, reach), reach) for change in range(changes)]


def _contributions(worlds: Worlds, changes: int, change: int, reach: float | None) -> list[float]:
    """What one change adds in each replication, weighted over all orders."""
    terms = [
        (_weight(len(subset), changes), worlds[subset | {change}], worlds[subset])
        for subset in worlds
        if change not in subset
    ]
    length = len(worlds[frozenset()])
    adds = [math.fsum(weight * (more[k] - less[k]) for weight, more, less in terms) for k in range(length)]
    return without_rounding(adds, (value for values in worlds.values() for value in values), reach)


def _weight(size: int, changes: int) -> float:
    return math.factorial(size) * math.factorial(changes - size - 1) / math.factorial(changes)


def _over_replications(values: Sequence[float], reach: float | None) -> Bar:
    """A bar with the interval of a difference: what a change adds to a share is also between -1 and 1."""
    found = interval_of(values, reach, CONFIDENCE, "t over replications")
    return Bar(mean_of(values), found.low, found.high, found.method)


def sampled_bars(worlds: Worlds, orders: Sequence[Sequence[int]], reach: float | None = None) -> list[Bar]:
    """One bar per change, from sampled orders in pairs; the interval covers both replications and orders.

    The variances of the mean over replications and over pairs of orders are added, which counts their common
    part twice: the interval is conservative.
    """
    by_order = [_steps(worlds, order) for order in orders]
    values = [value for world in worlds.values() for value in world]
    rows = ([steps[change] for steps in by_order] for change in range(len(orders[0])))
    return [_of_sample(some, values, reach) for some in rows]


def _steps(worlds: Worlds, order: Sequence[int]) -> dict[int, list[float]]:
    """What each change adds in each replication in its turn of one order."""
    before = worlds[frozenset()]
    found = {}
    for change, after in zip(order, _followed(worlds, order), strict=True):
        found[change] = [more - less for more, less in zip(after, before, strict=True)]
        before = after
    return found


def _followed(worlds: Worlds, order: Sequence[int]) -> Iterator[Sequence[float]]:
    for size in range(1, len(order) + 1):
        yield worlds[frozenset(order[:size])]


def _of_sample(rows: Sequence[Sequence[float]], values: Sequence[float], reach: float | None) -> Bar:
    """`rows` are what one change adds [order, replication]; `values` are all values behind these differences."""
    means = [mean_of([*rows[at], *rows[at + 1]]) for at in range(0, len(rows), 2)]
    by_pair = without_rounding(means, values, reach)
    by_replication = without_rounding([mean_of(column) for column in zip(*rows, strict=True)], values, reach)
    mean = mean_of(by_replication)
    count = min(len(by_pair), len(by_replication))
    if count == 1:
        return Bar(mean, None, None, "too few for an interval")
    variance = spread_of(by_pair) ** 2 / len(by_pair) + spread_of(by_replication) ** 2 / len(by_replication)
    half = t_quantile(count - 1, 0.5 + CONFIDENCE / 2) * math.sqrt(variance)
    orders = f"{len(rows)} sampled orders"
    seen = interval_of(by_replication, reach, CONFIDENCE)
    if reach is not None and seen.unseen is not None and seen.low is not None and seen.high is not None:
        return Bar(mean, min(seen.low, mean - half), max(seen.high, mean + half), f"{seen.method}, over {orders}")
    said = f"{CONFIDENCE * 100:g} % t over replications and {orders}"
    return Bar(mean, mean - half, mean + half, SAME if half == 0 else said)
