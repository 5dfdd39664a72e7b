import numpy as np
import pytest

from sim.analysis.designs import SCRAMBLES, Independent, ScrambledSobol
from sim.analysis.estimates import Measure, estimate
from sim.analysis.sampling import PLAIN, SOBOL, is_even, sampled

SHARE = Measure("extracted_share", "share", "tonnes at start", bounded=True)
COUNT = Measure("alarms", "1", "", bounded=False)


def eight(*means, each=2):
    """Draws of eight scrambles with these means, of values 0.1 below and above."""
    return [[mean + (0.1 if at % 2 else -0.1)] for mean in means for at in range(each)]


def test_the_interval_over_scrambles_is_students_of_their_eight_means():
    means = [0.5, 0.52, 0.48, 0.51, 0.49, 0.5, 0.53, 0.47]
    said = sampled(SHARE, eight(*means), 0, SOBOL).said
    half = 2.364624 * np.std(means, ddof=1) / 8**0.5
    assert (said.mean, said.low, said.high) == pytest.approx((0.5, 0.5 - half, 0.5 + half), abs=1e-6)
    assert (said.method, said.count) == ("95 % t over 8 scrambles", 16)


def test_the_factor_is_the_variance_of_as_many_independent_runs_over_that_of_the_mean():
    means = [0.5, 0.52, 0.48, 0.51, 0.49, 0.5, 0.53, 0.47]
    draws = eight(*means, each=4)
    found = sampled(SHARE, draws, 0, SOBOL)
    values = [value for draw in draws for value in draw]
    assert found.factor == pytest.approx((np.var(values, ddof=1) / 32) / (np.var(means, ddof=1) / 8))
    assert (found.factor_low / found.factor, found.factor_high / found.factor) == pytest.approx((0.2414, 2.2875), 1e-3)


def test_scrambles_that_all_agree_have_an_interval_of_one_point_each_way_and_no_factor():
    draws = [[0.0], [0.0], [0.0], [1.0]] * 8
    found = sampled(SHARE, draws, 0, SOBOL)
    assert (found.said.mean, found.said.low, found.said.high) == (0.25, 0.0, 0.5)
    assert found.factor is None


def test_a_share_that_no_draw_moved_has_the_bound_of_what_was_never_seen():
    found = sampled(SHARE, [[0.0]] * 64, 0, SOBOL)
    assert (found.said.low, found.said.high) == pytest.approx((0, 1 - 0.05 ** (1 / 64)))
    assert found.factor is None


def test_plain_draws_are_estimated_by_draw_however_many_replications_each_has():
    found = sampled(COUNT, [[1, 3], [2, 4], [6, 6]], 0, PLAIN)
    assert found.said == estimate(COUNT, [2, 3, 6])
    assert found.factor is None


def test_a_scramble_without_a_value_leaves_no_interval():
    draws = [[None], [None]] + [[0.1], [0.2]] * 7
    said = sampled(SHARE, draws, 2, SOBOL).said
    assert (said.low, said.high, said.method) == (None, None, "none: a scramble has no value")


def test_few_draws_of_a_share_may_have_missed_a_catastrophe():
    assert sampled(SHARE, eight(*[0.5, 0.6] * 4), 0, SOBOL).said.unseen == pytest.approx(1 - 0.05 ** (1 / 16))
    assert sampled(SHARE, eight(*[0.5, 0.6] * 4, each=32), 0, SOBOL).said.unseen is None


@pytest.mark.parametrize(("draws", "even"), [(8, False), (16, True), (24, False), (256, True)])
def test_eight_scrambles_take_powers_of_two(draws, even):
    assert is_even(draws) is even


def test_each_scramble_has_one_point_in_each_part_of_each_factor():
    points = ScrambledSobol(["a", "b", "c"], 128, 1).coordinates
    assert (points.shape, points.min() > 0, points.max() < 1) == ((128, 3), True, True)
    for first in range(0, 128, 128 // SCRAMBLES):
        for column in points[first : first + 16].T:
            assert sorted((column * 16).astype(int)) == list(range(16))


def test_points_hang_on_seed_alone_and_scrambles_differ():
    one, same, other = (ScrambledSobol(["a", "b"], 64, seed).coordinates for seed in (1, 1, 2))
    assert (one == same).all()
    assert len({row.tobytes() for row in (*one.reshape(8, 16), other[:8].reshape(16))}) == 9


def test_a_column_of_independent_points_does_not_hang_on_the_others():
    one, two = Independent(["a", "b"], 16, 1).coordinates, Independent(["b", "z"], 16, 1).coordinates
    assert (one[:, 1] == two[:, 0]).all()


def covered(distribution, mean, seeds, draws):
    """In how many of so many samples the interval holds the mean, and the mean factor."""
    points = (ScrambledSobol("abcd", draws, seed).coordinates for seed in range(seeds))
    found = [sampled(SHARE, [[distribution(point)] for point in one], 0, SOBOL) for one in points]
    return sum(one.said.low <= mean <= one.said.high for one in found) / seeds


@pytest.mark.parametrize(
    ("distribution", "mean"),
    [(lambda u: (u[0] + u[1] * u[2]) / 2, 0.375), (lambda u: float(u[0] + u[1] < 0.9), 0.405)],
    ids=["a mean", "a share at 0 and 1"],
)
def test_the_interval_over_scrambles_covers_about_as_often_as_it_promises(distribution, mean):
    assert 0.90 <= covered(distribution, mean, 200, 128) <= 0.99
