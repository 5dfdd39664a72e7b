import pytest

from sim.analysis.estimates import SAME, Measure, estimate

SHARE = Measure("extracted_share", "share", "tonnes at start", bounded=True)
COUNT = Measure("alarms", "1", "", bounded=False)


def test_an_estimate_keeps_name_unit_denominator_and_method():
    said = estimate(SHARE, [0.4, 0.5, 0.6]).plain()
    assert (said["unit"], said["denominator"], said["method"]) == ("share", "tonnes at start", "95 % t")
    assert (said["mean"], said["min"], said["max"]) == (0.5, 0.4, 0.6)


def test_the_interval_of_a_share_never_leaves_0_to_1_and_says_that_it_was_cut():
    found = estimate(SHARE, [0.9, 1.0, 1.0])
    assert (found.high, found.method) == (1.0, "95 % t, cut at 1")


@pytest.mark.parametrize(("value", "ends"), [(0.0, (0, 0.0148670)), (1.0, (1 - 0.0148670, 1))])
def test_a_share_at_an_end_in_every_replication_has_a_one_sided_exact_bound(value, ends):
    found = estimate(SHARE, [value] * 200)
    assert (found.low, found.high) == pytest.approx(ends, abs=1e-6)
    assert "one-sided" in found.method


def test_a_response_that_never_varies_is_called_the_same_and_not_plus_minus_0():
    assert estimate(COUNT, [3, 3, 3]).method == SAME


def test_a_share_that_never_varied_may_have_been_something_else_where_nobody_looked():
    found = estimate(SHARE, [0.5] * 30)
    assert (found.low, found.high) == pytest.approx((0.5 * 0.05 ** (1 / 30), 1 - 0.5 * 0.05 ** (1 / 30)))
    assert found.method == "95 % exact bound: 0.5 in every replication"
    assert estimate(SHARE, [0.5]).low is None


def test_a_share_of_0s_and_1s_has_the_exact_interval_of_a_chance():
    found = estimate(SHARE, [1] * 3 + [0] * 17)
    assert (found.low, found.high) == pytest.approx((0.0321, 0.3789), abs=5e-5)
    assert found.method == "95 % exact binomial"


def test_a_share_of_nothing_is_none_with_a_reason():
    found = estimate(SHARE, [None, None])
    assert (found.mean, found.low, found.high) == (None, None, None)
    assert found.reason == "a share of nothing (tonnes at start) in every replication"


def test_replications_without_a_value_are_counted_and_not_averaged():
    found = estimate(COUNT, [2, None, 4])
    assert (found.mean, found.count, found.nulls) == (3, 2, 1)
    assert "1 of 3 replications" in found.reason


def test_a_single_replication_has_no_interval():
    found = estimate(COUNT, [2])
    assert (found.mean, found.low, found.method) == (2, None, "one replication: no interval")


def test_a_quantile_without_enough_replications_says_how_many_it_needs():
    by_share = {q.share: q for q in estimate(COUNT, list(range(10))).quantiles}
    assert (by_share[0.5].value, by_share[0.5].low, by_share[0.5].high) == (4, 1, 8)
    assert (by_share[0.05].low, by_share[0.05].note) == (None, "an interval needs at least 72 replications")


def test_failed_replications_stand_at_worst_and_best_in_the_interval_of_a_share():
    values = [0.5, 0.6] * 20
    whole, hurt = estimate(SHARE, values), estimate(SHARE, values, failed=2)
    assert hurt.mean == whole.mean
    assert hurt.low_at_worst == estimate(SHARE, [*values, 0, 0]).low < whole.low
    assert hurt.high_at_best == estimate(SHARE, [*values, 1, 1]).high > whole.high
    assert hurt.half_width > whole.half_width


def test_a_rare_mode_at_an_atom_is_flagged_with_its_exact_chance():
    mode = estimate(SHARE, [0.7 + i / 1000 for i in range(197)] + [0, 0, 0]).rare
    assert (mode.where, mode.count) == ("exactly 0", 3)
    assert (mode.low, mode.high) == pytest.approx((0.0031, 0.0432), abs=5e-5)


def test_a_rare_mode_beyond_a_gap_is_flagged():
    mode = estimate(COUNT, [float(i % 10) for i in range(95)] + [90.0] * 5).rare
    assert (mode.where, mode.count) == ("at or above 90", 5)


def test_twenty_replications_in_the_rarer_mode_are_enough():
    assert estimate(SHARE, [0.7 + i / 1000 for i in range(180)] + [0] * 20).rare is None


@pytest.mark.parametrize(("count", "unseen"), [(30, 0.0950), (148, 0.0200), (149, None)])
def test_a_t_interval_of_a_share_says_what_catastrophe_so_few_replications_may_have_missed(count, unseen):
    found = estimate(SHARE, [0.7 + i % 7 / 100 for i in range(count)])
    assert found.unseen == (unseen and pytest.approx(unseen, abs=5e-5))
    assert ("unseen" in found.plain()) == (unseen is not None)


@pytest.mark.parametrize(
    ("measure", "values", "guarantee"),
    [(COUNT, [1, 2, 3], False), (SHARE, [0, 1, 1], False), (SHARE, [0.5, 0.5], False), (SHARE, [0.5, 0.6], True)],
)
def test_an_interval_that_holds_with_few_replications_is_not_flagged_for_them(measure, values, guarantee):
    assert estimate(measure, values, guarantee=guarantee).unseen is None


def test_a_guarantee_is_wider_than_a_t_interval_and_says_what_it_is():
    values = [0.4 + 0.2 * (i % 2) for i in range(200)]
    plain, sure = estimate(SHARE, values), estimate(SHARE, values, guarantee=True)
    assert "betting" in sure.method
    assert sure.low < plain.low < plain.high < sure.high


def test_a_guarantee_leaves_responses_without_bounds_to_t():
    assert estimate(COUNT, [1, 2, 3], guarantee=True).method == "95 % t"
