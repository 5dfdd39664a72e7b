import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.fronts import chance_on_front, front

POINTS = st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=25)


@given(POINTS, st.tuples(*[st.booleans()] * 3))
def test_a_point_is_on_the_front_when_no_other_is_as_good_everywhere_and_better_somewhere(points, more):
    values = np.array(points, dtype=float)
    good = np.where(more, values, -values)
    expected = [not any((other >= one).all() and (other > one).any() for other in good) for one in good]
    assert front(values, more).tolist() == expected


def test_equal_points_are_on_it_together():
    assert front(np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 1.0]]), [True, True]).tolist() == [True, True, False]


def test_the_chance_is_1_for_what_is_always_on_it_0_for_what_never_is_and_between_for_the_rest():
    stream = np.random.Generator(np.random.Philox(1))
    noise = stream.normal(size=50)
    own = stream.normal(size=50)
    same = np.zeros(50)
    values = np.array([[5 + noise, same], [noise, same], [5 + noise + own - own.mean(), same]])
    chances = [chance for chance, _ in chance_on_front(values, [True, True], 1)]
    assert chances[1] == 0.0
    assert 0.2 < chances[2] < 0.8
    assert chances[0] > 0.2
    alone = chance_on_front(values[:2], [True, True], 1)
    assert [chance for chance, _ in alone] == [1.0, 0.0]


def test_common_random_numbers_distinguish_what_single_means_would_not():
    noise = np.random.Generator(np.random.Philox(2)).normal(size=30) * 10
    values = np.array([[noise, noise], [noise - 0.1, noise - 0.1]])
    assert [chance for chance, _ in chance_on_front(values, [True, True], 1)] == [1.0, 0.0]
