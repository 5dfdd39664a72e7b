import math
from statistics import fmean, stdev, variance

import pytest
from scipy import stats

from sim.analysis.estimates import Measure
from sim.analysis.paired import paired

SHARE = Measure("extracted_share", "share", "tonnes", bounded=True)
COUNT = Measure("alarms", "alarms", "mission", bounded=False)
A = [0.2, 0.3, 0.25, 0.4, 0.1, 0.35]
B = [0.25, 0.38, 0.28, 0.52, 0.11, 0.36]


def test_the_interval_is_students_on_the_differences():
    said = paired(SHARE, list(zip(A, B, strict=True)))
    gaps = [b - a for a, b in zip(A, B, strict=True)]
    low, high = stats.t.interval(0.95, 5, fmean(gaps), stdev(gaps) / math.sqrt(6))
    assert (said.mean, said.low, said.high) == pytest.approx((fmean(gaps), low, high))
    assert (said.verdict, said.method) == ("more", "95 % paired t")


def test_several_comparisons_share_the_error_among_them():
    said = paired(SHARE, list(zip(A, B, strict=True)), comparisons=3)
    gaps = [b - a for a, b in zip(A, B, strict=True)]
    low, high = stats.t.interval(1 - 0.05 / 3, 5, fmean(gaps), stdev(gaps) / math.sqrt(6))
    assert (said.low, said.high) == pytest.approx((low, high))
    assert "Bonferroni" in said.method


def test_the_variance_factor_is_that_of_independent_seeds_over_that_of_pairs():
    said = paired(SHARE, list(zip(A, B, strict=True)))
    gaps = [b - a for a, b in zip(A, B, strict=True)]
    assert said.factor == pytest.approx((variance(A) + variance(B)) / variance(gaps))


def test_a_factor_below_1_is_said_so_and_one_of_exactly_1_is_not():
    worse = paired(COUNT, list(zip(A, reversed(A), strict=True)))
    assert worse.factor < 1
    assert "did not reduce the variance" in worse.words
    assert "did not reduce the variance" not in paired(COUNT, [(0.0, value) for value in A]).words


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([(0.1, 0.1), (0.2, 0.2)], "the same in every replication"),
        ([(1.0, 3.0), (2.0, 4.0)], "more, by the same amount in every replication"),
        ([(4.0, 3.0), (5.0, 4.0)], "less, by the same amount in every replication"),
        ([(0.1, 0.2), (0.2, 0.1)], "tied"),
        ([(0.1, 0.2)], "one pair: no interval"),
        ([(None, 0.2)], "no pair of replications has a value on both sides"),
    ],
)
def test_exact_differences_ties_and_missing_values_have_their_words(pairs, words):
    assert paired(COUNT, pairs).verdict == words


def test_the_chance_counts_ties_half_with_the_exact_binomial_interval():
    said = paired(COUNT, [(0, 1)] * 6 + [(1, 0)] * 2 + [(1, 1)] * 2).chance
    exact = stats.binomtest(7, 10).proportion_ci(0.95, "exact")
    assert (said.chance, said.ties) == (0.7, 2)
    assert (said.low, said.high) == pytest.approx((exact.low, exact.high))


def test_a_difference_that_few_replications_show_is_flagged():
    said = paired(SHARE, [(0.5, 0.5)] * 97 + [(0.5, 0.0)] * 3)
    assert "differs from 0 in only 3 replications" in said.words
    assert paired(SHARE, [(0.5, 0.5 + n / 1000) for n in range(1, 101)]).rare is None


def test_replications_without_a_value_are_counted_and_not_guessed():
    said = paired(COUNT, [(1.0, 2.0), (None, 5.0), (1.5, 2.5), (2.0, 2.0)])
    assert (said.count, said.nulls, said.mean) == (3, 1, pytest.approx(2 / 3))
    assert "1 replication without a value" in said.words


def test_failed_pairs_bound_a_share_at_worst_and_at_best():
    said = paired(SHARE, [(0.2, 0.4)] * 8 + [(0.2, 0.5)], failed=[(0.2, None), (None, None)])
    worst = (8 * 0.2 + 0.3 + (0 - 0.2) + (0 - 1)) / 11
    best = (8 * 0.2 + 0.3 + (1 - 0.2) + (1 - 0)) / 11
    assert said.ends["mean"] == pytest.approx((worst, best))
    assert said.ends["low"][0] <= said.low < said.high <= said.ends["high"][1]
    assert paired(COUNT, [(1, 2), (1, 3)], failed=[(1, None)]).ends is None


def test_an_interval_of_a_share_stays_within_a_whole():
    said = paired(SHARE, [(0.0, 1.0), (0.0, 0.9), (0.3, 0.5)])
    assert said.high == 1.0
    assert said.method.endswith("cut at 1")


@pytest.mark.parametrize("gap", [0.0, 0.25, -0.5, 1.0, -1.0])
def test_a_share_that_differed_by_the_same_in_every_replication_is_bounded_by_what_was_never_seen(gap):
    said = paired(SHARE, [(max(0.0, -gap), max(0.0, gap))] * 20)
    other = 1 - 0.05 ** (1 / 20)  # the greatest chance of what 20 replications miss in one case of 20
    assert (said.low, said.high) == pytest.approx((gap * (1 - other) - other, gap * (1 - other) + other))
    assert -1 <= said.low < said.high <= 1
    assert said.plain()["never_seen"] == pytest.approx(other)
    assert "a different value has a chance of at most 13.9 %" in said.words


def test_several_comparisons_share_the_error_of_what_was_never_seen_too():
    said = paired(SHARE, [(0.2, 0.2)] * 20, comparisons=3)
    assert said.high == pytest.approx(1 - (0.05 / 3) ** (1 / 20))
    assert "Bonferroni" in said.method


def test_only_one_scenario_on_both_sides_makes_no_difference_certain():
    pairs = [(0.2, 0.2), (0.3, 0.3)] * 10
    assert paired(SHARE, pairs).low < 0 < paired(SHARE, pairs).high
    same = paired(SHARE, pairs, one_scenario=True)
    assert (same.low, same.high, same.method) == (0.0, 0.0, "exact: one scenario on both sides")
    assert same.words == "the same in every replication"


def test_what_has_no_limits_has_no_bound_and_says_how_likely_another_difference_is():
    said = paired(COUNT, [(1.0, 3.0), (2.0, 4.0)] * 10)
    assert (said.low, said.high, said.method) == (2.0, 2.0, "exact: same in every replication")
    assert (
        said.words == "more, by the same amount in every replication; a different value has a chance of at most 13.9 %"
    )
    assert said.plain()["never_seen"] == pytest.approx(1 - 0.05 ** (1 / 20))


@pytest.mark.parametrize("odd", [1, 2])
def test_one_or_two_replications_that_differ_make_nothing_better_known_than_none(odd):
    none = paired(SHARE, [(0.5, 0.5)] * 20)
    said = paired(SHARE, [(0.5, 0.5)] * (20 - odd) + [(0.5, 0.5 - 0.1 * at) for at in range(1, odd + 1)])
    other = stats.beta.ppf(0.95, odd + 1, 20 - odd)  # Clopper and Pearson, one-sided
    assert (said.low, said.high) == pytest.approx((-other, other))
    assert said.low < none.low < none.high < said.high
    assert f"the same in all but {odd} replication" in said.words
    assert said.plain()["seen_rarely"] == pytest.approx(other)


def test_three_that_differ_have_students_interval_and_the_flag():
    said = paired(SHARE, [(0.5, 0.5)] * 17 + [(0.5, 0.4), (0.5, 0.3), (0.5, 0.2)])
    assert said.method == "95 % paired t"
    assert "differs from 0 in only 3 replications" in said.words


@pytest.mark.parametrize("measure", [SHARE, COUNT])
def test_rounding_is_no_difference_and_no_spread(measure):
    shifted = [(0.1 * at, 0.1 * at + 0.1) for at in range(9)]  # 0.1 apart but for the last bits
    assert len({b - a for a, b in shifted}) > 1
    assert paired(measure, shifted).verdict == "more, by the same amount in every replication"
    tied = paired(measure, [(0.3, 0.1 + 0.2)] * 5)
    assert (tied.verdict, tied.mean, tied.chance.ties) == ("the same in every replication", 0.0, 5)


def test_failed_pairs_make_nothing_better_known():
    said = paired(SHARE, [(0.2, 0.4)] * 20, failed=[(0.2, None)] * 3)
    assert said.ends["low"][0] <= said.low
    assert said.ends["high"][1] >= said.high


def test_a_spread_too_small_for_its_square_is_no_division_by_zero():
    assert paired(COUNT, [(0.0, 1e-200), (0.0, 2e-200), (0.0, 4e-200), (0.0, 7e-200)]).factor is None
