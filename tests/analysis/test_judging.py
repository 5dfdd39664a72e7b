import pytest

from sim.analysis.estimates import Measure, estimate
from sim.analysis.gates import parse_gate, parse_sweep_gates
from sim.analysis.judging import deciding, judge, judge_rank, judge_sweep
from sim.analysis.paired import paired
from sim.errors import InputError

SAID = {"mean": 0.6, "low": 0.5, "high": 0.7, "min": 0.1, "max": 0.9, "method": "t", "replications": 100}
FACTORS = {"trucks": ["50", "200"], "refused": ["5 %", "20 %"], "roads": ["open", "closed"]}


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        # the half-width 0.1 has to shrink to 0.05: four times as many
        ("x.low >= 0.55", "about 400 replications would decide it, if mean and spread stay as they are"),
        ("x.high <= 0.61", "about 10,000 replications would decide it, if mean and spread stay as they are"),
        ("x.low >= 0.65", "the mean is on the wrong side, but part of its interval is not: about 400 replications"),
        ("x >= 0.8", "the mean and its whole interval are on the wrong side: more replications would not help"),
        ("x.low >= 0.6", "no number of replications would decide it: the mean equals the threshold"),
        ("x.min > 0.2", "more replications can only move it further away"),
        ("x == 0.2", ""),
    ],
)
def test_it_is_said_how_many_replications_would_decide_a_gate(gate, words):
    assert deciding(parse_gate(gate), SAID).startswith(words)
    assert judge(parse_gate(gate), {"x": SAID}).verdict == "fails"


def test_a_gate_that_fails_has_its_figures_beside_it():
    said = judge(parse_gate("x.low >= 0.55"), {"x": SAID})
    assert said.sentence == (
        "x.low is 0.5 (mean 0.6, interval 0.5 to 0.7, 100 replications); about 400 replications would decide it, "
        "if mean and spread stay as they are"
    )


SHARE, COST = Measure("x", "share", "tonnes", bounded=True), Measure("x", "USD", "", bounded=False)


def of_one(measure, values):
    return estimate(measure, values).plain()


def of_two(measure, gaps):
    return paired(measure, [(0.0, gap) for gap in gaps]).plain()


@pytest.mark.parametrize("said", [of_one(SHARE, [0.0] * 20), of_two(SHARE, [0.0] * 20)])
def test_a_gate_on_what_never_varied_does_not_hold_by_that_alone_and_299_like_it_would_decide_1_percent(said):
    found = judge(parse_gate("x.high <= 0.01"), {"x": said})
    assert found.verdict == "fails"
    assert "0 in every replication, a different value has a chance of at most 13.9 %" in found.values
    assert found.decides == "about 300 replications would decide it, if all stay the same"
    again = of_two(SHARE, [0.0] * 299)
    assert judge(parse_gate("x.high <= 0.01"), {"x": again}).verdict == "holds"


@pytest.mark.parametrize("said", [of_one(COST, [0.0] * 20), of_two(COST, [0.0] * 20)])
def test_a_gate_on_what_never_varied_and_has_no_limits_says_that_nothing_is_sure(said):
    values = judge(parse_gate("x.high <= 0"), {"x": said}).values
    assert "the same in each of 20 replications; a different value has a chance of at most 13.9 %" in values
    assert "its size is unknown" in values


def test_a_level_against_itself_is_certain_in_a_sweep():
    assert verdict("difference(open, open).low >= 0").verdict == "holds"


def test_a_rank_is_a_place_in_the_order_of_means():
    means = {"a": 0.2, "b": 0.5, "c": 0.5, "d": None}
    gate = parse_sweep_gates(["rank(open) == 1"], ["x"], FACTORS)[0]
    places = {name: judge_rank(type(gate)("t", "x", "mean", "==", 1.0, "rank", (name,)), means) for name in means}
    assert [one.verdict for one in places.values()] == ["fails", "holds", "holds", "fails"]
    assert "is 3 (means: b 0.5, c 0.5, a 0.2)" in places["a"].values


@pytest.mark.parametrize(
    "text",
    [
        "x.low >= 0.5 at(trucks=200)", "x.low at(trucks=200, refused=\"5 %\") >= 0.5", "difference(open, closed) > 0",
        "difference(open, closed, x) > 0 at(trucks=50)", "rank(open) <= 2", "rank(200) == 1", "rank(\"5 %\", x) == 1",
    ],
)  # fmt: skip
def test_gates_of_a_sweep(text):
    assert parse_sweep_gates([text], ["x"], FACTORS)[0].text == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("__import__('os').system('true') > 0", "this is not a gate"),
        ("x > 0 at(__import__('os')=1)", "this is not a gate"),
        ("x > 0 at(truks=50)", "unknown factor; got truks; did you mean trucks?"),
        ("x > 0 at(trucks=51)", "unknown level of trucks; got 51"),
        ("y > 0", "unknown response"),
        ("x > 0 at(trucks=50) at(trucks=200)", "this is not a gate"),
        ("x at(trucks=50) > 0 at(trucks=200)", "a gate can have only one filter"),
        ("difference(open, close) > 0", "no factor has these levels"),
        ("differance(open, closed) > 0", "did you mean difference?"),
        ("rank(open).low == 1", "a rank has no .low"),
        ("rank() == 1", "this is not a gate"),
        ("difference(open) > 0", "wrong number of names in difference()"),
    ],
)
def test_what_is_no_gate_of_a_sweep_is_refused(text, words):
    with pytest.raises(InputError) as reported:
        parse_sweep_gates([text], ["x"], FACTORS)
    assert words in str(reported.value)


def test_levels_that_two_factors_have_are_no_names_of_a_call():
    with pytest.raises(InputError, match="a and b both have these levels"):
        parse_sweep_gates(["rank(1) == 1"], ["x"], {"a": ["1", "2"], "b": ["1", "3"]})


class View:
    """A sweep of two trucks by two roads whose means are a table."""

    means = (0.5, 0.2, 0.9, 0.3)

    def __init__(self):
        self.factors = {"trucks": ["50", "200"], "roads": ["open", "closed"]}
        self.settings = [{"trucks": trucks, "roads": roads} for trucks in ("50", "200") for roads in ("open", "closed")]

    def column(self, point):
        return [self.means[point] + (1 + 0.1 * point) * shift for shift in (-0.01, 0.0, 0.01)]

    def estimate(self, point, _response):
        return {"mean": self.means[point], "low": self.means[point] - 0.02, "high": self.means[point] + 0.02,
                "method": "t", "replications": 3}  # fmt: skip

    def measure(self, response):
        return Measure(response, "share", "tonnes", bounded=True)

    def pairs(self, a, b, _response):
        return list(zip(self.column(a), self.column(b), strict=True)), []


def verdict(text):
    gate = parse_sweep_gates([text], ["x"], View().factors)[0]
    return judge_sweep(gate, View())


def test_a_gate_of_a_sweep_must_hold_at_every_point_that_its_filter_picks():
    assert verdict("x > 0.1").verdict == "holds"
    assert verdict("x > 0.4 at(roads=open)").verdict == "holds"
    failed = verdict("x > 0.25")
    assert failed.verdict == "fails"
    assert failed.values.startswith("at 1 of 4 points, such as trucks=50, roads=closed: x.mean is 0.2")


def test_calls_compare_points_that_are_alike_in_all_else():
    assert verdict("difference(closed, open).low > 0.25").verdict == "holds"
    assert verdict("difference(closed, open).low > 0.4").verdict == "fails"
    assert verdict("difference(closed, open).low > 0.4 at(trucks=200)").verdict == "holds"
    assert verdict("rank(open) == 1").verdict == "holds"
    assert verdict("rank(closed) == 1").verdict == "fails"


def test_the_difference_of_a_gate_is_the_paired_one():
    view = View()
    found = paired(view.measure("x"), *view.pairs(1, 0, "x"))
    said = verdict("difference(closed, open) > 0 at(trucks=50)").values
    assert f"difference(closed, open, x).mean is {found.mean:.6g} (interval {found.low:.6g} to {found.high:.6g}" in said
