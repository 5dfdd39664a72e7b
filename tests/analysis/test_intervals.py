import math
import random

import pytest

from sim.analysis.betting import betting_interval
from sim.analysis.intervals import (
    exact_chance,
    least_count,
    never_seen,
    quantile_ranks,
    rank_of,
    t_interval,
    t_quantile,
)


@pytest.mark.parametrize(("freedom", "printed"), [(1, 12.706), (9, 2.262), (29, 2.045), (199, 1.972)])
def test_the_quantile_of_t_is_that_of_the_printed_table(freedom, printed):
    assert round(t_quantile(freedom, 0.975), 3) == printed


def test_the_t_interval_of_five_values_is_that_worked_by_hand():
    # mean 3, deviation sqrt(2.5), t(4) = 2.776445: half-width 2.776445 * sqrt(2.5 / 5)
    low, high = t_interval([1, 2, 3, 4, 5])
    assert (low, high) == pytest.approx((3 - 1.963243, 3 + 1.963243), abs=1e-6)


def test_clopper_and_pearson_give_three_in_twenty_its_published_interval():
    assert exact_chance(3, 20) == pytest.approx((0.0321, 0.3789), abs=5e-5)


def test_an_exact_chance_at_an_end_has_one_side_with_all_of_the_error():
    assert exact_chance(0, 100) == pytest.approx((0, 1 - 0.05 ** (1 / 100)))
    assert exact_chance(100, 100) == pytest.approx((0.05 ** (1 / 100), 1))


def test_what_was_never_seen_follows_the_rule_of_three():
    assert never_seen(200) == pytest.approx(3 / 200, rel=0.02)


@pytest.mark.parametrize(("count", "ranks"), [(5, None), (6, (1, 6)), (10, (2, 9)), (20, (6, 15))])
def test_the_median_lies_between_the_ranks_of_the_published_table(count, ranks):
    assert quantile_ranks(count, 0.5) == ranks


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5, 0.75, 0.95])
def test_a_quantile_has_an_interval_from_the_least_count_on_and_not_before(share):
    least = least_count(share)
    assert quantile_ranks(least, share) is not None
    assert quantile_ranks(least - 1, share) is None
    beyond = max(share, 1 - share)  # chance that a value lies on the more likely side; that all do is the worse tail
    assert beyond**least <= 0.025 < beyond ** (least - 1)


def test_ranks_enclose_the_quantile_as_often_as_promised():
    for count, share in ((100, 0.05), (80, 0.5), (400, 0.95)):
        low, high = quantile_ranks(count, share)
        chance = [math.comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(count + 1)]
        assert sum(chance[low:high]) >= 0.95


def test_the_sample_quantile_is_the_least_value_with_that_share_at_or_below_it():
    assert [rank_of(10, share) for share in (0.05, 0.5, 0.95, 1)] == [1, 5, 10, 10]


def test_betting_covers_a_rare_catastrophe_where_t_does_not():
    stream = random.Random(7)
    missed = {"betting": 0, "t": 0}
    for _ in range(60):
        values = [0.1 if stream.random() < 0.02 else 0.9 for _ in range(60)]
        truth = 0.02 * 0.1 + 0.98 * 0.9
        for name, interval in (("betting", betting_interval), ("t", t_interval)):
            low, high = interval(values)
            missed[name] += not low - 1e-12 <= truth <= high + 1e-12
    assert missed["betting"] <= 3
    assert missed["t"] > 6


def test_betting_holds_at_every_look_and_not_only_at_the_last():
    stream = random.Random(3)
    missed = 0
    for _ in range(40):
        values = [stream.betavariate(2, 3) for _ in range(200)]
        low, high = betting_interval(values)  # a running intersection: one miss at any time shows at the end
        missed += not low <= 0.4 <= high
    assert missed <= 4


def test_betting_narrows_with_the_spread_and_with_the_count():
    stream = random.Random(1)
    widths = [
        high - low
        for spread, count in ((0.3, 200), (0.05, 200), (0.05, 800))
        for low, high in [betting_interval([0.5 + spread * stream.uniform(-1, 1) for _ in range(count)])]
    ]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.02


def test_betting_on_ten_ones_leaves_what_the_longest_bets_leave():
    # a bet gains 1 + 0.75 (1 - m) / m, and a candidate m falls where ten have gained 2 / 0.05
    low, high = betting_interval([1.0] * 10)
    assert (low, high) == (pytest.approx(1 / (1 + (40**0.1 - 1) / 0.75), abs=0.0015), 1.0)


def test_betting_refuses_values_outside_0_to_1():
    with pytest.raises(ValueError, match="0 to 1"):
        betting_interval([0.5, 1.5])
