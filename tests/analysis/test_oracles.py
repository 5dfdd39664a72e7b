import numpy as np
import pytest

from sim.analysis.oracles import at_most, band_of_squares, by_chance, exact, limit_of


def test_exact_is_every_value_to_the_last_digit():
    assert exact([0.1 + 0.2] * 3, 0.1 + 0.2).holds
    assert not exact([0.1 + 0.2], 0.3).holds
    assert not exact([1.0, 1.0, None], 1.0).holds
    assert exact([None], None).holds
    assert not exact([], 1.0).holds


def test_a_bound_is_kept_by_every_value():
    assert at_most([0.1, 0.2], 0.2).holds
    assert not at_most([0.1, 0.21], 0.2).holds
    assert not at_most([None], 0.2).holds


@pytest.mark.parametrize(("of", "equals"), [("mean", 3.0), ("variance", 4.0), ({"share_at": 0.0}, 0.3)])
def test_z_is_standard_where_the_figure_is_right(of, equals):
    stream = np.random.Generator(np.random.Philox(11))
    zs = []
    for _ in range(400):
        values = stream.normal(3, 2, 200)
        if isinstance(of, dict):
            values = np.where(stream.random(200) < 0.3, 0.0, 1.0)
        zs.append(by_chance(values.tolist(), of, equals, 9.0).z)
    assert np.mean(zs) == pytest.approx(0, abs=0.2)
    assert np.std(zs) == pytest.approx(1, abs=0.15)


def test_a_number_that_is_wrong_by_the_error_named_is_found():
    stream = np.random.Generator(np.random.Philox(12))
    values = stream.normal(100, 10, 400).tolist()
    reported = by_chance(values, "mean", 100.0, limit_of(30))
    assert reported.holds
    assert not by_chance(values, "mean", 100.0 * (1 + reported.bias), limit_of(30)).holds


def test_what_never_varies_is_right_or_infinitely_wrong():
    assert by_chance([2.0] * 9, "mean", 2.0, 3.0).z == 0
    assert not by_chance([2.0] * 9, "mean", 2.1, 3.0).holds
    assert not by_chance([2.0, None], "mean", 2.0, 3.0).holds


def test_limits_grow_with_the_number_of_figures():
    assert limit_of(1) == pytest.approx(3.2905, abs=1e-3)
    assert limit_of(30) > limit_of(1)
    low, high = band_of_squares(30)
    assert low < 30 < high
