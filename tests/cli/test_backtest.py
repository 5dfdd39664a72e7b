"""`drawdown backtest` from the command line, with what the model says fixed beforehand."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from foretold import Foretelling

from sim.cli import main
from sim.errors import InputError

RECORD = """
schema: 1
name: Two camps
calendar: {start: 2023-07-01, deadline: 2023-12-31}
phases: {one: {start: 2023-07-11}}
places:
  near: {role: camp, phase: one, handover: 2023-07-31, evacuate: {port: [road]}}
  far: {role: camp, handover: 2023-10-31, evacuate: {port: [road]}, threat: {shelter: 1 h, alarms: {listed: {
    firing: {from: 2023-10-02T10:00, until: 2023-10-02T11:00}}}}}
  east: {role: camp, handover: 2023-11-30, evacuate: {port: [road]}}
  port: {role: exit}
lift:
  trucks: {pool: {count: 3, base: port, payload: 20 t, floor: 6}}
routes:
  road: {through: [port, near, far, east], km: [100, 100, 100], a_day: {calm: 50 km}}
record:
  targets:
    near_closed: {measure: closed, at: near, on: 2023-07-31, value: 2023-07-31, unit: date, source: a paper}
    near_days: {measure: column_days, at: near, on: 2023-08-02, value: 4, unit: days, km: 100.0, source: a paper}
    far_closed: {measure: closed, at: far, on: 2023-10-11, value: 2023-10-11, unit: date, source: a paper}
    east_closed: {measure: closed, at: east, on: 2023-11-30, value: 2023-11-30, high: 2023-12-02, unit: date, source: a}
    far_days: {measure: column_days, at: far, on: 2023-10-15, value: 8, low: 5, unit: days, km: 200.0, source: a paper}
    far_hurt: {measure: column_hurt, at: far, on: 2023-10-15, value: 37, unit: people, km: 200.0, source: a paper}
"""
FORECAST = """
schema: 1
name: Two camps, foreseen
extends: record.yaml
places: {far: {threat: {alarms: {listed: null}}}}
record: {known_until: 2023-08-31}
"""
# days counted from 1 July: 11 October is 102, 31 October 122, 30 November 152
SAID = {
    "near_closed": [30.0], "near_days": [4.0], "far_closed": [122.0], "east_closed": [150.0, 152.0, 154.0],
    "far_days": [4.0, 6.0], "far_hurt": [0.0, 2.0],
}  # fmt: skip


@pytest.fixture(autouse=True)
def files(here):
    Path("record.yaml").write_text(RECORD)
    Path("forecast.yaml").write_text(FORECAST)
    return here


def backtest(*arguments, figures=SAID, trouble=None):
    """Exit code or error, and output."""
    command = ["backtest", "forecast.yaml", "--fit", "record.yaml", "-n", "60", "-j", "1", "--quiet", *arguments]
    on = Foretelling(figures, trouble or {})
    said = CliRunner().invoke(main, command, obj=on, standalone_mode=False)
    return said.return_value if said.exception is None else said.exception, said.output


def plain(*arguments, **more):
    code, said = backtest("--json", *arguments, **more)
    assert code == 0
    return json.loads(said)["summary"]


def forecast_of(summary):
    return {one["name"]: one for one in summary["sides"][0]["targets"]}


def test_what_was_settled_by_the_cut_is_not_scored():
    assert set(forecast_of(plain())) == {"far_closed", "east_closed", "far_days", "far_hurt"}


def test_every_miss_is_printed_by_name_with_its_way():
    code, said = backtest()
    words = " ".join(said.split())
    assert code == 0
    assert "far closed: the record has 11 Oct, the model 31 Oct – 31 Oct: too late." in words
    assert "far column, hurt: the record has 37, the model 0 – 2: too low." in words
    assert "far column, days: the record has 8, the model 4 – 6: too low. Sources have 5 to 8: according" in words
    assert "Hits: 1 of 4 in the 50 % interval, 1 of 4 in the 90 % interval." in words
    assert "east closed: the record" not in words


def test_the_misses_are_those_outside_the_wide_interval():
    side = plain()["sides"][0]
    assert side["misses"] == [one["name"] for one in side["targets"] if not one["in_most"]]
    assert side["misses"] == ["far_closed", "far_days", "far_hurt"]


def test_yardsticks_know_the_plan_and_what_was_settled_and_no_more():
    said = forecast_of(plain())
    # near took 20 days from the phase's start; four days for 100 km; planned at 50 km a day
    assert said["far_closed"]["reference_forecasts"] == {
        "plan": "2023-10-31",
        "pace": "2023-09-20",
        "line": "2023-10-31",
    }
    assert said["east_closed"]["reference_forecasts"] == {
        "plan": "2023-11-30",
        "pace": "2023-10-10",
        "line": "2023-12-31",
    }
    assert said["far_days"]["reference_forecasts"] == {"plan": 4.0, "pace": 8.0, "line": None}
    assert said["far_hurt"]["reference_forecasts"] == {"plan": 0.0, "pace": None, "line": None}


def test_a_model_that_says_what_the_plan_says_has_no_skill_over_it():
    one = forecast_of(plain())["far_closed"]
    assert (one["crps"], one["skills"]["plan"], one["skills"]["pace"]) == (20.0, 0.0, 1 - 20 / 21)


def test_what_hindsight_knew_is_listed_and_the_fit_is_not_called_a_forecast():
    summary = plain()
    assert summary["hindsight"] == [{"input": "places.far.threat.alarms.listed.firing", "from": "2023-10-02"}]
    assert summary["replaced"] == ["places.far.threat"]
    assert "The fit: the scenario with hindsight. It is not a forecast" in backtest()[1]


def test_no_line_is_wider_than_a_hundred_columns():
    assert [line for line in backtest()[1].splitlines() if len(line) > 100] == []


def test_a_target_that_few_replications_have_is_not_scored_and_is_a_miss():
    code, said = backtest(figures=SAID | {"far_days": [6.0, None, None]})
    words = " ".join(said.split())
    assert code == 0
    assert "far column, days: 20 of 60 replications have a value; not scored" in words
    assert "far column, days: the record has 8, the model no value in most replications." in words


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ("yesterday", "--cut: not a date; got 'yesterday'; allowed: a date such as 2023-08-31"),
        ("2023-02-30", "--cut: not a date"),
        ("20230831", "--cut: not a date"),
        ("2023-08-01", "the forecast knows events up to 2023-08-31; an earlier cut would score events that it knows"),
        ("2024-01-01", "nothing is left to score after 2024-01-01: its record ends on 2023-11-30"),
    ],
)
def test_a_wrong_cut_is_a_sentence_and_exit_2(cut, said):
    command = ["backtest", "forecast.yaml", "--cut", cut, "--fit", "record.yaml"]
    reported = CliRunner().invoke(main, command)
    assert (reported.exit_code, said in reported.stderr, "Traceback" in reported.stderr) == (2, True, False)


def test_what_was_settled_on_the_day_of_a_later_cut_is_set():
    assert set(forecast_of(plain("--cut", "2023-10-11"))) == {"east_closed", "far_days", "far_hurt"}


def test_a_forecast_that_knows_what_came_after_is_refused():
    Path("forecast.yaml").write_text(FORECAST.replace("places: {far: {threat: {alarms: {listed: null}}}}\n", ""))
    error, _ = backtest()
    assert isinstance(error, InputError)
    assert "places.far.threat.alarms.listed.firing: it begins on 2023-10-02, after 2023-08-31" in str(error)


def test_a_scenario_that_does_not_say_what_it_knew_is_no_forecast():
    reported = CliRunner().invoke(main, ["backtest", "record.yaml", "--no-fit"])
    assert (reported.exit_code, "write record.known_until" in reported.stderr) == (2, True)


def test_a_folder_is_written_found_again_and_never_overwritten_by_another():
    code, said = backtest("--out", "r")
    assert (code, "Written: r/" in said) == (0, True)
    assert {file.name for file in Path("r").iterdir()} == {
        "scores.csv", "ensembles.csv", "summary.json", "manifest.json", "record.png", "record.svg",
    }  # fmt: skip
    assert "Already there: r/" in backtest("--out", "r")[1]
    assert "differs in the seed" in str(backtest("--out", "r", "--seed", "2")[0])
    assert backtest("--out", "r", "--seed", "2", "--force")[0] == 0
    assert not Path("r.partial").exists()


def test_the_same_backtest_is_the_same_bytes_with_two_processes():
    backtest("--out", "one", "--no-plots")
    backtest("--out", "two", "--no-plots", "-j", "2")
    for name in ("scores.csv", "ensembles.csv", "summary.json"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()


def test_a_replication_that_fails_is_exit_3_and_in_no_value():
    code, said = backtest("--no-plots", "--out", "r", trouble={7: "fails"})
    assert code == 3
    assert "59 replications succeeded, 1 failed" in said
    assert "replication 7 failed: too many events" in said


def test_ctrl_c_is_130_and_leaves_nothing():
    code, said = backtest("--out", "r", trouble={7: "ctrl-c"})
    assert (code, "stopped; a backtest starts again from the beginning" in said) == (130, True)
    assert not Path("r").exists()
    assert not Path("r.partial").exists()


def test_a_forecast_that_is_named_stands_alone_unless_a_fit_is_named_too():
    command = ["backtest", "forecast.yaml", "-n", "2", "-j", "1", "--quiet", "--json"]
    said = CliRunner().invoke(main, command, obj=Foretelling(SAID), standalone_mode=False)
    assert [side["name"] for side in json.loads(said.output)["summary"]["sides"]] == ["forecast"]
