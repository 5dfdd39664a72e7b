import numpy as np
import pytest

from sim.analysis.selection import KimNelson


def run(draw, count, indifference, **options):
    """Plays a rule on rows of values until it has chosen."""
    rule = KimNelson(count, indifference, **options)
    while not rule.done:
        rule.add(draw())
    return rule


def slippage(stream, means, spreads, shared):
    """Values with these means; `shared` is the part of the luck that all have in common."""

    def draw():
        common = stream.standard_normal()
        own = stream.standard_normal(len(means))
        return [float(m + s * (shared * common + (1 - shared**2) ** 0.5 * one))
                for m, s, one in zip(means, spreads, own, strict=True)]  # fmt: skip

    return draw


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spreads", "shared"),
    [((1, 1, 1, 1, 1), 0.0), ((0.5, 1, 1.5, 2, 2.5), 0.0), ((1, 1, 1, 1, 1), 0.8)],
)
def test_the_right_one_is_chosen_as_often_as_promised_where_the_best_is_better_by_the_indifference(spreads, shared):
    stream = np.random.Generator(np.random.Philox(7))
    means = (1.0, 0.0, 0.0, 0.0, 0.0)  # the slippage configuration: all others just the indifference behind
    right = sum(run(slippage(stream, means, spreads, shared), 5, 1.0, first=10).best == 0 for _ in range(500))
    assert right >= 0.93 * 500


def test_common_random_numbers_spare_replications():
    stream = np.random.Generator(np.random.Philox(3))
    taken = {
        shared: run(slippage(stream, (0.3, 0.0), (1, 1), shared), 2, 0.3, first=20).taken for shared in (0.0, 0.95)
    }
    assert taken[0.95] < taken[0.0]


def test_those_far_behind_are_dropped_on_the_way():
    stream = np.random.Generator(np.random.Philox(1))
    rule = run(slippage(stream, (0.0, 0.1, -5.0), (1, 1, 1), 0.0), 3, 0.1, first=20)
    assert rule.dropped[2] == 20
    assert rule.dropped[1 - rule.best] > 20 if rule.best in (0, 1) else False


def test_alternatives_that_never_differ_end_with_the_first_stage():
    values = iter([0.1 * (at % 7) for at in range(100)])
    rule = run(lambda: [next(values)] * 2, 2, 0.01, first=10)
    assert (rule.best, rule.taken, rule.dropped) == (0, 10, {1: 10})


def test_the_smallest_is_best_where_that_is_asked_for():
    stream = np.random.Generator(np.random.Philox(2))
    assert run(slippage(stream, (3.0, 1.0, 2.0), (0.1, 0.1, 0.1), 0.0), 3, 0.5, first=10, smallest=True).best == 1


def test_it_ends_at_the_latest_where_its_variances_say():
    stream = np.random.Generator(np.random.Philox(5))
    rule = KimNelson(2, 0.2, first=20)
    draw = slippage(stream, (0.0, 0.0), (1, 1), 0.0)
    assert rule.needed is None
    for _ in range(20):
        rule.add(draw())
    most = rule.needed
    while not rule.done:
        rule.add(draw())
    assert rule.taken <= most
