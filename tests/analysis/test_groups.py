import statistics

import pytest

from sim.analysis.groups import GroupShares, GroupSums, Running
from sim.analysis.intervals import t_interval

FATES = ("extracted", "destroyed")


def shares(*replications, causes=()):
    sums = GroupSums(FATES, {"a": "one", "b": "two", "depot": None}, {"a", "b"})
    groups = GroupShares(FATES)
    for at, rows in enumerate(replications):
        groups.add(sums.shares(rows), sums.cause_shares(rows, causes[at] if causes else []))
    return {(one.response, one.group, one.name): one for one in groups.estimates()}


def test_a_share_is_a_ratio_within_a_replication_and_then_averaged():
    found = shares(
        [("a", "box", "unoe", "extracted", 1, 100, 0, 0), ("a", "box", "unoe", "destroyed", 1, 300, 0, 0)],
        [("a", "box", "unoe", "extracted", 1, 900, 0, 0)],
    )
    assert found["extracted_share", "place", "a"].value == statistics.mean([0.25, 1.0])
    assert found["extracted_share_lots", "place", "a"].value == statistics.mean([0.5, 1.0])


def test_a_lot_of_a_place_that_stays_counts_for_its_place_and_for_no_other_group():
    found = shares(
        [("a", "box", "unoe", "extracted", 1, 100, 0, 0), ("depot", "box", "coe", "destroyed", 9, 900, 0, 0)]
    )
    assert found["destroyed_share", "place", "depot"].value == 1
    assert found["extracted_share", "class", "box"].value == 1
    assert ("extracted_share", "owner", "coe") not in found


def test_a_share_by_a_measure_of_which_there_is_none_is_none_with_a_reason():
    found = shares([("a", "box", "unoe", "extracted", 1, 100, 0, 0)])
    none = found["extracted_share_value", "phase", "one"]
    assert (none.value, none.low, none.method) == (None, None, "a share of nothing")


def test_a_cause_first_seen_late_had_no_share_before():
    rows = [("a", "box", "unoe", "destroyed", 1, 100, 0, 0)]
    late = [("a", "box", "fires", 1, 100, 0, 0.0)]
    found = shares(rows, rows, rows, rows, causes=[[], [], [], late])
    assert found["not_out_share", "cause", "fires"].value == 0.25


def test_running_mean_and_interval_are_those_of_all_values_at_once():
    values = [0.1, 0.4, 0.35, 0.8, 0.62]
    running = Running(1)
    for value in values:
        running.add([value])
    assert running.mean[0] == pytest.approx(statistics.mean(values))
    low, high, method = running.interval(0)
    assert (low, high) == pytest.approx(t_interval(values))
    assert method == "95 % t"


def test_a_share_by_group_that_left_0_in_few_replications_is_flagged():
    row, late = ("a", "box", "unoe", "destroyed", 1, 100, 0, 0), ("a", "box", "fires", 1, 100, 0, 0.0)
    found = shares(*[[row]] * 30, causes=[[late]] * 2 + [[]] * 28)
    flag = "other than 0 in only 2 of 30: the interval may be too narrow"
    assert found["not_out_share", "cause", "fires"].flag == flag
    assert found["destroyed_share", "place", "a"].flag == ""


def test_a_share_by_group_that_never_varied_may_have_been_something_else():
    running = Running(1)
    running.add([0.5], 30)
    low, high, method = running.interval(0)
    assert (low, high) == pytest.approx((0.5 * 0.05 ** (1 / 30), 1 - 0.5 * 0.05 ** (1 / 30)))
    assert method == "95 % exact bound: 0.5 in every replication"


def test_many_equal_values_at_once_are_as_many_one_by_one():
    many, one = Running(2), Running(2)
    many.add([0.0, None], 7)
    for values in [[0.0, None]] * 7:
        one.add(values)
    for running in (many, one):
        running.add([0.5, 1.0])
    assert (one.count.tolist(), one.mean.tolist()) == (many.count.tolist(), many.mean.tolist())
    assert one.squares == pytest.approx(many.squares)
    assert one.count.tolist() == [8, 1]
