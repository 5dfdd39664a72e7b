import math
from itertools import permutations

import pytest

from sim.analysis.shapley import all_subsets, along, exact_bars, sampled_bars, sampled_orders


def world(subset, replication):
    """Changes 0, 1, 2 add 1, 2 and 4 times the replication's luck; 0 and 2 together 3 more, all three 5."""
    stream, made = 1 + 0.1 * replication, set(subset)
    return 5 + stream * sum((1, 2, 4)[at] for at in made) + 3 * ({0, 2} <= made) + 5 * (made == {0, 1, 2})


def worlds(subsets, replications=4):
    return {subset: [world(subset, k) for k in range(replications)] for subset in subsets}


def test_a_bar_is_the_mean_over_all_orders_of_what_a_change_adds():
    found = exact_bars(worlds(all_subsets(3)), 3)
    orders = list(permutations(range(3)))
    for change, bar in enumerate(found):
        adds = [
            world(order[: order.index(change) + 1], k) - world(order[: order.index(change)], k)
            for order in orders for k in range(4)
        ]  # fmt: skip
        assert bar.mean == pytest.approx(math.fsum(adds) / len(adds))


def test_bars_sum_to_the_difference():
    some = worlds(all_subsets(3), 7)
    total = sum(some[frozenset({0, 1, 2})]) / 7 - sum(some[frozenset()]) / 7
    assert math.fsum(bar.mean for bar in exact_bars(some, 3)) == pytest.approx(total, abs=1e-12)
    sampled = sampled_bars(some, sampled_orders(3))
    assert math.fsum(bar.mean for bar in sampled) == pytest.approx(total, abs=1e-12)


def test_the_one_bar_of_one_change_is_the_difference_itself():
    a, b = [0.1, 0.25, 0.3], [0.7, 0.35, 0.9]
    bar = exact_bars({frozenset(): a, frozenset({0}): b}, 1)[0]
    assert bar.mean == pytest.approx(math.fsum(y - x for x, y in zip(a, b, strict=True)) / 3, abs=1e-15)
    assert bar.low < bar.mean < bar.high


def test_orders_come_with_their_reverse_and_are_the_same_each_time():
    orders = sampled_orders(9)
    assert orders[:3:2] == [(7, 0, 4, 3, 1, 2, 8, 5, 6), (3, 4, 2, 8, 0, 7, 1, 6, 5)]  # by every version of Python
    assert len(orders) == 16
    assert all(orders[at + 1] == tuple(reversed(orders[at])) for at in range(0, 16, 2))
    assert {frozenset(), frozenset(range(9))} < set(along(orders))


def test_a_change_that_never_does_anything_has_a_bar_of_nothing_and_for_a_share_the_bound_of_what_was_not_seen():
    some = {subset: [float(0 in subset)] * 20 for subset in all_subsets(2)}
    bar = exact_bars(some, 2)[1]
    assert (bar.mean, bar.low, bar.high, bar.method) == (0, 0, 0, "exact: same in every replication")
    share = exact_bars(some, 2, reach=1.0)[1]
    other = 1 - 0.05 ** (1 / 20)
    assert (share.mean, share.low, share.high) == pytest.approx((0, -other, other))
    assert share.method == "95 % exact bound: 0 in every replication"


def test_sampled_bars_that_never_vary_have_the_same_bound():
    orders = sampled_orders(3)
    some = {subset: [0.5 * (0 in subset) + 0.1 * (2 in subset)] * 20 for subset in along(orders)}
    nothing, share = sampled_bars(some, orders)[1], sampled_bars(some, orders, reach=1.0)[1]
    other = 1 - 0.05 ** (1 / 20)
    assert (nothing.low, nothing.high) == (0, 0)
    assert (share.low, share.high) == pytest.approx((-other, other))
    assert share.method == "95 % exact bound: 0 in every replication, over 16 sampled orders"


def test_the_interval_of_sampled_orders_is_wider_than_that_of_replications_alone():
    changes = 3
    some = worlds(all_subsets(changes), 30)
    exact, sampled = exact_bars(some, changes)[0], sampled_bars(some, sampled_orders(changes))[0]
    assert sampled.high - sampled.low > exact.high - exact.low
    assert "16 sampled orders" in sampled.method
