import pytest

from sim.analysis.baseline import judge_move
from sim.analysis.estimates import Measure

SHARE, COST = Measure("x", "share", "tonnes", bounded=True), Measure("cost", "USD", "", bounded=False)
BEFORE = [0.1 * (at % 5) + 0.2 for at in range(20)]


def moved(by, spread=0.001, failed=(), measure=SHARE, tolerance=0.01):
    pairs = [(value, value + by + (spread if at % 2 else -spread)) for at, value in enumerate(BEFORE)]
    return judge_move("x", measure, pairs, failed, tolerance)


@pytest.mark.parametrize(("by", "verdict"), [(0.0, "holds"), (0.005, "holds"), (0.02, "fails"), (-0.02, "fails")])
def test_a_response_has_moved_where_its_whole_interval_lies_beyond_the_tolerance(by, verdict):
    said = moved(by)
    assert (said.text, said.verdict) == ("x within 0.01 of the baseline", verdict)
    assert f"it moved by {by:+.6g}" in said.values


def test_nothing_moved_is_certain_of_one_scenario_and_program_alone():
    pairs = [(value, value) for value in BEFORE]
    same = judge_move("x", SHARE, pairs, (), 0.01, one_scenario=True)
    assert (same.values, same.decides) == ("it moved by +0 (interval +0 to +0, 20 replications)", "")
    other = moved(0.0, spread=0.0)
    assert other.verdict == "holds"
    assert other.values == "it moved by +0 (interval -0.139108 to +0.139108, 20 replications)"
    assert other.decides == "the change could be as large as 0.139108: about 299 replications would decide it"


@pytest.mark.parametrize(("by", "odd"), [(0.02, 0), (-0.02, 0), (0.02, 1), (0.02, 2)])
def test_what_was_not_seen_excuses_no_move_that_was(by, odd):
    pairs = [(value, value + (by if at >= odd else 0.9 * by)) for at, value in enumerate(BEFORE)]
    assert judge_move("x", SHARE, pairs, (), 0.01).verdict == "fails"


def test_a_difference_of_differences_that_never_moved_is_bounded_by_twice_as_much():
    said = judge_move("x", COST, [(0.2, 0.2)] * 20, (), 0.01, reach=2.0)
    assert said.values == "it moved by +0 (interval -0.278217 to +0.278217, 20 replications)"


def test_an_interval_that_reaches_beyond_is_reported_with_what_would_decide_it():
    said = moved(0.011, spread=0.01)
    assert said.verdict == "holds"
    assert said.decides.startswith("the change could be as large as 0.01")
    assert "replications would decide it" in said.decides


def test_replications_that_failed_leave_it_open_where_they_could_turn_it():
    many = [(0.5, None)] * 20  # at worst all of them fell by a half
    assert moved(0.0, failed=many).verdict == "open"
    assert moved(0.0, failed=many, tolerance=0.5).verdict == "holds"
    assert moved(0.0, failed=many[:1], measure=COST).verdict == "open"


def test_without_common_replications_it_fails():
    assert judge_move("x", SHARE, [], [], 0.01).values == "no replication has a value on both sides"
