import pytest

from sim.analysis.gates import parse_differences, parse_gate, parse_gates
from sim.analysis.judging import judge
from sim.errors import InputError

SAID = {"extracted_share": {"mean": 0.6, "low": 0.55, "high": 0.65, "min": 0.1, "max": 0.9, "method": "t",
                            "replications": 98}}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("extracted_share.low >= 0.55", "holds"),
        ("extracted_share.low > 0.55", "fails"),
        ("extracted_share < .61", "holds"),
        ('"extracted_share".max == 0.9', "holds"),
        ("extracted_share.min != 1e-1", "fails"),
    ],
)
def test_a_gate_compares_one_figure_with_one_number(text, verdict):
    assert judge(parse_gate(text), SAID).verdict == verdict


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "extracted_share >= 0.5 + 0.1",
        "extracted_share.__class__ >= 0",
        "extracted_share >= other",
        "extracted_share",
        "0.5 <= extracted_share",
        "extracted_share >= 0.5; 1",
        "extracted_share >= " + "9" * 500,
        "",
    ],
)
def test_nothing_but_a_name_a_comparison_and_a_number_is_a_gate(text):
    with pytest.raises(InputError):
        parse_gate(text)


def test_all_wrong_gates_are_reported_at_once_with_the_nearest_name():
    with pytest.raises(InputError) as reported:
        parse_gates(["extractd_share > 0", "extracted_share.hihg > 0", "("], ["extracted_share"])
    assert [problem.nearest for problem in reported.value.problems] == ["extracted_share", "high", None]


def test_a_response_without_a_value_does_not_pass_its_gate():
    said = {"x": {"mean": None, "method": "none", "null": {"reason": "there is no equipment"}}}
    judged = judge(parse_gate("x >= 0"), said)
    assert (judged.verdict, judged.values) == ("fails", "x.mean has no value: there is no equipment")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("extracted_share.low >= 0.5", "holds"),
        ("extracted_share.low >= 0.54", "open"),
        ("extracted_share.low >= 0.7", "fails"),
        ("extracted_share.high <= 0.7", "holds"),
        ("extracted_share >= 0.595", "open"),
        ("extracted_share.max < 0.95", "open"),
    ],
)
def test_a_gate_that_failed_replications_could_turn_is_open(text, verdict):
    ends = {"failed": 2, "low_at_worst": 0.53, "high_at_best": 0.67}
    assert judge(parse_gate(text), {"extracted_share": SAID["extracted_share"] | ends}).verdict == verdict


def test_with_failed_replications_a_response_without_bounds_leaves_its_gate_open():
    said = {"mean": 3.0, "low": 2.0, "high": 4.0, "method": "95 % t", "replications": 9, "failed": 1}
    assert judge(parse_gate("alarms < 100"), {"alarms": said}).verdict == "open"


SIDES = ["tessalit", "roads-open", "2 camps"]


def differences(*texts):
    return parse_differences(texts, SIDES, ["extracted_share", "cost_usd"], "extracted_share")


@pytest.mark.parametrize(
    ("text", "key", "field"),
    [
        ("difference(tessalit, roads-open).low > 0", "difference(tessalit, roads-open, extracted_share)", "low"),
        ("difference(tessalit,roads-open,cost_usd) < 1e6", "difference(tessalit, roads-open, cost_usd)", "mean"),
        ('difference("tessalit", "2 camps").high >= 0', "difference(tessalit, 2 camps, extracted_share)", "high"),
    ],
)
def test_a_gate_of_a_comparison_calls_difference_on_names(text, key, field):
    gate = differences(text)[0]
    assert (gate.key, gate.field) == (key, field)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extracted_share > 0", "not a gate of a comparison"),
        ("difference(tessalit) > 0", "wrong number of names in difference()"),
        ("rank(tessalit, roads-open) > 0", "unknown response"),
        ("difference(roads-open, tessalit) > 0", "from the first side"),
        ("difference(tessalit, roads-opn) > 0", "did you mean roads-open"),
        ("difference(tessalit, roads-open, cost) > 0", "unknown response"),
        ("difference(tessalit, roads-open(1)) > 0", "not a gate"),
        ("difference(a, b, c, d) > 0", "not a gate"),
        ("difference(tessalit, __import__('os')) > 0", "not a gate"),
        ("difference(tessalit, roads-open).lows > 0", "no such field"),
    ],
)
def test_nothing_but_difference_on_known_names_is_a_gate_of_a_comparison(text, message):
    with pytest.raises(InputError, match=message):
        differences(text)


def test_a_run_refuses_the_calls_of_a_comparison():
    with pytest.raises(InputError, match=r"a run has no difference\(\)"):
        parse_gates(["difference(a, b) > 0"], ["extracted_share"])


def test_a_difference_is_judged_by_its_key_and_open_where_failed_pairs_could_turn_it():
    gate = differences("difference(tessalit, roads-open).low > 0")[0]
    said = {"mean": 0.2, "low": 0.1, "high": 0.3, "min": 0.0, "max": 0.4, "method": "t", "replications": 9}
    assert judge(gate, {gate.key: said}).verdict == "holds"
    failed = said | {"failed": 1, "ends": {"low": (-0.1, 0.15)}}
    assert judge(gate, {gate.key: failed}).verdict == "open"
    assert judge(gate, {gate.key: said | {"failed": 1, "ends": {"low": (0.05, 0.15)}}}).verdict == "holds"
