"""Scores of forecasts against closed forms of tiny ensembles."""

import builtins

import pytest

from sim.analysis.scores import crps_of, hit_rates, interval_of, mid_pit, order, require_scoring, score, skill
from sim.errors import InputError


def test_the_crps_of_two_members_is_its_closed_form():
    # mean distance to 4 is (4 + 6) / 2; half the mean distance of two members is 10 / 4
    assert crps_of([0.0, 10.0], 4.0) == pytest.approx(5 - 2.5)


def test_the_crps_of_three_members_is_its_closed_form():
    # distances to 1: 1, 0, 2; pairs: 1, 3, 2, each twice of nine
    assert crps_of([0.0, 1.0, 3.0], 1.0) == pytest.approx(3 / 3 - 0.5 * 2 * (1 + 3 + 2) / 9)


def test_an_ensemble_at_the_record_scores_nothing_and_a_point_scores_its_error():
    assert [crps_of([7.0] * 5, 7.0), crps_of([7.0] * 5, 10.0), crps_of([7.0], 4.5)] == [0.0, 3.0, 2.5]


def test_pit_counts_members_below_and_half_of_those_at_the_record():
    assert [mid_pit([1, 2, 2, 3], at) for at in (0, 1, 2, 3, 4)] == [0, 0.125, 0.5, 0.875, 1]


def test_intervals_are_central_and_their_ends_are_members():
    members = list(range(1, 101))
    assert (interval_of(members, 0.5), interval_of(members, 0.9)) == ((25, 75), (5, 95))


def test_a_record_may_lie_in_the_wide_interval_alone_or_in_none():
    members = list(range(1, 101))
    found = [(one.in_half, one.in_most) for one in (score(members, at) for at in (50, 10, 99))]
    assert found == [(True, True), (False, True), (False, False)]


def test_skill_is_nothing_where_a_yardstick_was_exact_or_silent():
    assert [skill(2.0, 8.0), skill(8.0, 8.0), skill(2.0, 0.0), skill(2.0, None)] == [0.75, 0.0, None, None]


def test_a_reversed_order_is_minus_one_and_ties_alone_are_no_order():
    reversed_, same, none = order([3, 2, 1], [1, 2, 3]), order([4, 5, 9], [1, 2, 3]), order([1, 1, 1], [1, 2, 3])
    assert (reversed_.spearman, reversed_.kendall) == pytest.approx((-1, -1))
    assert (same.spearman, same.kendall) == pytest.approx((1, 1))
    assert (none.spearman, none.kendall) == (None, None)


def test_few_targets_exclude_little():
    assert hit_rates(5, 10) == pytest.approx((0.187, 0.813), abs=0.001)
    assert hit_rates(10, 10) == pytest.approx((0.741, 1.0), abs=0.001)


def test_without_the_library_the_message_says_how_to_install_it(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "scoringrules":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match="pip install scoringrules"):
        require_scoring()
