"""What a run found, from the lines of its tables: chances, conditional means, and which replication shows it."""

import pytest

from sim.analysis.estimates import Measure, estimate
from sim.analysis.modes import member, rare_mode
from sim.results.findings import Findings


def found(late, out, lines=None):
    """The findings of replications numbered 11, 12, ...; `lines` by replication."""
    columns = {"people_late": late, "extracted_share": out}
    measures = [Measure("people_late", "people", "mission", False), Measure("extracted_share", "share", "t", True)]
    findings = Findings()
    for at in range(len(late)):
        findings.add(11 + at, (lines or {}).get(at, {}), 100.0)
    return findings.plain([estimate(one, columns[one.name]) for one in measures], columns.__getitem__, {})


def test_people_at_risk_are_those_of_replications_in_which_any_were_late():
    risk = found([0, 200, 0, 40], [0.5, 0.4, 0.5, 0.6])["people_at_risk"]
    assert (risk["chance"], risk["mean"], risk["most"], risk["replication"]) == (0.5, 120, 200, 12)
    calm = found([0, 0], [0.5, 0.5])["people_at_risk"]
    assert (calm["chance"], calm["replications"]) == (0, 0)
    assert "mean" not in calm


def test_the_odd_replication_is_farthest_from_the_median_and_the_first_of_equals():
    assert found([0] * 4, [0.5, 0.52, 0.1, 0.9])["odd"] == {
        "replication": 13, "extracted_share": 0.1, "median": 0.5,
    }  # fmt: skip
    assert found([0] * 2, [0.5, 0.1])["odd"] is None


def test_a_reason_first_seen_late_had_no_share_before():
    row = "1,camp,2023-01-01,crew hours,2,20.0,1,10.0\n"
    said = found([0, 0], [0.9, 0.9], {1: {"given_up": row}})["given_up"]
    assert [(one["reason"], one["mean"]) for one in said["reasons"]] == [("crew hours", pytest.approx(0.05))]
    assert (said["lots_condemned"], said["lots_not_out"]) == (1.0, 0.5)
    assert said["largest_day"] == {"day": "2023-01-01", "lots": 1.0}


def test_utilisation_is_of_sums_and_what_had_nothing_to_do_comes_last():
    lines = {0: {"use": "1,trucks,a,1.0,10.0,5.0\n1,trucks,b,0.0,0.0,0.0\n"},
             1: {"use": "2,trucks,a,9.0,10.0,5.0\n2,trucks,b,0.0,0.0,0.0\n"}}  # fmt: skip
    rows = found([0, 0], [0.9, 0.9], lines)["use"]
    assert [(row["name"], row["utilisation"]) for row in rows] == [("a", 0.5), ("b", None)]


def test_an_order_says_how_often_when_and_by_what():
    rows = {0: {"places": "1,camp,5,0.0,86400,86400,,,86400,episodes,3\n"},
            1: {"places": "2,camp,5,0.0,86400,86400,,,,,\n"}}  # fmt: skip
    order = found([0, 0], [0.9, 0.9], rows)["orders"]["camp"]
    assert (order["chance"], order["by"], order["episode"], order["days"]["0.5"]) == (0.5, {"episodes": 1}, 3, 1.0)


def test_names_with_commas_and_quotes_are_read_back():
    rows = {0: {"use": '1,trucks,"a, ""b""",1.0,2.0,2.0\n'}}
    assert found([0], [0.5], rows)["use"][0]["name"] == 'a, "b"'


@pytest.mark.parametrize(
    ("column", "at"), [([0.5] * 29 + [0.0], 29), ([0.0] * 29 + [0.5], 29), ([0.5] * 24 + [0.1, 0.05] + [0.51] * 4, 25)]
)
def test_a_rare_mode_names_a_replication_that_is_in_it(column, at):
    mode = rare_mode(column, bounded=True)
    assert mode is not None
    assert member(mode, column) == at
