import math

import numpy as np
import pytest
from scipy import stats

from sim.analysis.designs import LatinHypercube, Morris, Sobol
from sim.analysis.sensitivity import sensitivity, shares_by_grade

NAMES = ["x1", "x2", "x3"]
# Ishigami and Homma (1990) with a = 7, b = 0.1
S1 = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
ST = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}


def ishigami(u):
    x = (2 * u - 1) * math.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def indices(design, values, names=NAMES):
    return {(one.factor, one.index): one for one in sensitivity(design, names, list(values), 1)}


@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_ishigamis_function_has_its_known_indices_also_under_noise_that_all_points_share(noise):
    design = Sobol(NAMES, 2048, 1)
    found = indices(design, ishigami(design.coordinates) + noise)
    for name in NAMES:
        first, total = found[name, "S1"], found[name, "ST"]
        assert first.low <= S1[name] <= first.high
        assert total.low <= ST[name] <= total.high
        assert first.high - first.low < 0.2


def test_a_linear_response_has_its_slopes_as_effects():
    design = Morris(NAMES, 10, 4, 1)
    found = indices(design, design.coordinates @ [3.0, -2.0, 0.0] + 5)
    assert [found[name, "mu_star"].value for name in NAMES] == pytest.approx([3, 2, 0], abs=1e-9)
    assert found["x2", "mu"].value == pytest.approx(-2, abs=1e-9)
    assert found["x1", "sigma"].value == pytest.approx(0, abs=1e-9)
    assert (found["x1", "mu_star"].low, found["x1", "mu_star"].high) == pytest.approx((3, 3), abs=1e-9)


def test_what_acts_through_another_has_a_spread():
    design = Morris(["a", "b"], 20, 4, 1)
    found = indices(design, design.coordinates[:, 0] * design.coordinates[:, 1], ["a", "b"])
    assert found["a", "sigma"].value > 0.1


def test_rank_correlations_are_spearmans():
    design = LatinHypercube(["a", "b"], 60, 3)
    values = np.exp(design.coordinates[:, 0]) + 0.2 * design.coordinates[:, 1]
    found = indices(design, values, ["a", "b"])
    for at, name in enumerate(("a", "b")):
        one = found[name, "rank_correlation"]
        assert one.value == pytest.approx(stats.spearmanr(design.coordinates[:, at], values).statistic)
        assert one.low < one.value < one.high


@pytest.mark.parametrize(
    ("values", "why"),
    [([0.5] * 40, "the response is the same at all points"), ([None, *[0.1] * 39], "no value at 1 of 40 points")],
)
def test_where_there_is_no_index_the_reason_stands_in_its_place(values, why):
    found = sensitivity(Sobol(NAMES, 8, 1), NAMES, values, 1)
    assert {(one.value, one.method) for one in found} == {(None, why)}
    assert len(found) == 6


def test_the_bootstrap_is_seeded():
    design = Sobol(NAMES, 64, 1)
    values = list(ishigami(design.coordinates))
    assert sensitivity(design, NAMES, values, 1) == sensitivity(design, NAMES, values, 1)
    assert sensitivity(design, NAMES, values, 1) != sensitivity(design, NAMES, values, 2)


def shares(design, values, grades=("guess", "judged", "guess"), seed=1):
    return {(one.factor, one.index): one for one in shares_by_grade(design, grades, list(values), seed)}


def test_a_design_of_groups_gives_the_share_of_each_group_with_what_its_factors_do_together():
    design = Sobol(NAMES, 2048, 1, ["guess", "judged", "guess"])
    assert design.size == 2048 * 4
    values = ishigami(design.coordinates)
    by_group, by_grade = indices(design, values), shares(design, values)
    for name, share in (("guess", 1 - S1["x2"]), ("judged", S1["x2"])):  # x1 and x3 act on each other alone
        for index in ("S1", "ST"):
            found = by_grade[name, index]
            assert found.low <= share <= found.high
            assert found.value == pytest.approx(by_group[name, index].value)
            assert (found.low, found.high) == pytest.approx((by_group[name, index].low, by_group[name, index].high))


def test_where_each_factor_moves_alone_the_shares_are_sums_and_reported_as_bounds():
    design = Sobol(NAMES, 2048, 1)
    found = shares(design, ishigami(design.coordinates))
    assert found["guess", "S1"].low <= S1["x1"] + S1["x3"] <= found["guess", "S1"].high
    assert found["guess", "ST"].low <= ST["x1"] + ST["x3"] <= found["guess", "ST"].high
    assert found["guess", "S1"].method.startswith("at least this: sum over 2 factors; 95 % bootstrap")
    assert found["guess", "ST"].method.startswith("at most this: ")
    assert found["judged", "S1"].method == "95 % bootstrap of 1000 resamples of points"


def test_the_interval_of_a_sum_is_of_the_same_resamples():
    design = Sobol(["a", "b"], 256, 1)
    rows = indices(design, design.coordinates[:, 0] + design.coordinates[:, 1], ["a", "b"])
    whole = shares(design, design.coordinates.sum(axis=1), ("guess", "guess"))["guess", "S1"]
    apart = sum(rows[name, "S1"].high - rows[name, "S1"].value for name in ("a", "b"))
    assert whole.high - whole.value < 0.8 * apart  # what one takes the other lacks


def test_shares_that_are_not_there_have_their_reason():
    design = Sobol(NAMES, 8, 1, ["guess", "judged", "guess"])
    found = shares_by_grade(design, ["guess", "judged", "guess"], [0.5] * 32, 1)
    assert {(one.value, one.method) for one in found} == {(None, "the response is the same at all points")}
    assert {one.factor for one in sensitivity(design, NAMES, [0.5] * 32, 1)} == {"guess", "judged"}


def test_a_seed_of_zero_is_a_seed():
    design = Sobol(NAMES, 64, 1)
    values = list(ishigami(design.coordinates))
    assert sensitivity(design, NAMES, values, 0) == sensitivity(design, NAMES, values, 0)
