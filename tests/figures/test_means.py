import math

import pandas as pd
import pytest

from sim.figures.means import Mean, estimate, fate_shares, percent, percent_range, quantile, response


def test_a_share_is_a_ratio_within_a_replication_and_only_then_averaged():
    rows = [(1, "extracted", 9.0), (1, "lost", 1.0), (2, "lost", 90.0)]
    table = fate_shares(pd.DataFrame(rows, columns=["replication", "fate", "tonnes"]), "tonnes", [1, 2])
    assert table["extracted"].tolist() == [0.9, 0.0]
    assert table["extracted"].mean() == 0.45


def test_a_replication_without_lots_is_a_share_of_nothing_and_is_not_averaged():
    rows = pd.DataFrame([(1, "extracted", 9.0)], columns=["replication", "fate", "tonnes"])
    shares = fate_shares(rows, "tonnes", [1, 2])["extracted"]
    assert math.isnan(shares[2])
    found = estimate(shares)
    assert found is not None
    assert found.mean == 1.0


def test_the_interval_of_five_shares_is_students():
    found = estimate([0.4, 0.5, 0.6, 0.5, 0.5])
    assert found is not None
    half = 2.7764451 * math.sqrt(0.005) / math.sqrt(5)
    assert (found.low, found.high) == (pytest.approx(0.5 - half), pytest.approx(0.5 + half))


def test_nothing_extracted_in_fifty_replications_is_no_certainty():
    found = estimate([0.0] * 50)
    assert found is not None
    assert (found.low, found.high) == (0.0, pytest.approx(1 - 0.05 ** (1 / 50)))


def test_one_value_seen_nine_times_is_no_certainty():
    found = estimate([0.3] * 9)
    assert found is not None
    other = 1 - 0.05 ** (1 / 9)  # the greatest chance of something else, and then anything from 0 to 1
    assert (found.low, found.high) == (pytest.approx(0.3 * (1 - other)), pytest.approx(0.3 + other * 0.7))


def test_one_value_has_no_interval():
    found = estimate([0.3])
    assert found is not None
    assert not found.has_interval
    assert found.words() == "30\u00a0% (no interval)"


def test_no_value_at_all_is_no_estimate():
    assert estimate([math.nan]) is None
    assert response({"extracted_share": {"mean": None}}, "extracted_share") is None
    assert response({}, "extracted_share") is None


def test_a_mean_is_shown_with_as_many_decimals_as_its_interval():
    assert Mean(0.6149, 0.57, 0.65).words() == "61\u00a0% (95 % interval of the mean 57–65\u00a0%)"
    assert Mean(0.6149, 0.61, 0.62).words() == "61.5\u00a0% (95 % interval of the mean 61.0–62.0\u00a0%)"


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0"), (0.0001, "0.1"), (0.004, "0.4"), (0.5, "50"), (0.9999, "99.9"), (1, "100")]
)
def test_a_small_share_is_never_shown_as_nothing_nor_a_large_one_as_all(share, words):
    assert percent(share) == f"{words}\u00a0%"


def test_two_ends_are_never_shown_as_one():
    assert percent_range(0.123, 0.127) == "12.3–12.7\u00a0%"


def test_a_quantile_is_a_value_that_was_seen():
    values = pd.Series([5.0, 1.0, 3.0, math.nan])
    assert [quantile(values, share) for share in (0, 0.5, 1)] == [1.0, 3.0, 5.0]
