"""A forecast whose inputs are drawn anew in every replication, with a model that says what it was given."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from foretold import Foretelling, Foretold

from sim.cli import main
from sim.errors import InputError

RECORD = """
schema: 1
name: A camp
calendar: {start: 2023-07-01, deadline: 2023-12-31}
places:
  camp: {role: camp, handover: 2023-10-31, evacuate: {port: [road]}, lots: {box: {coe: 4}}}
  port: {role: exit}
classes: {box: {mass: 1 t, moves: [truck]}}
lift:
  trucks: {pool: {count: 3, base: port, payload: 20 t, floor: 6}}
routes:
  road: {through: [port, camp], km: [100], a_day: {calm: 50 km}}
record:
  known_until: 2023-08-31
  targets:
    out: {measure: out_share, at: camp, of: box, on: 2023-10-31, value: 0.31, low: 0.29, unit: share, source: a paper}
    back: {measure: round_days, at: camp, on: 2023-09-10, value: 3, unit: days, km: 100.0, source: a paper}
"""
KNOWN = """
schema: 1
name: A camp, the closure known
extends: record.yaml
routes: {road: {closures: {shut: {from: 2023-10-02, until: 2023-12-31}}}}
"""
SWEEP = """
schema: 1
name: A camp over what is not known
responses: [extracted_share]
factors:
  scenario: {levels: {unknown: record.yaml, known: known.yaml}}
uncertain:
  draws: 8
  sampling: plain
  factors:
    trucks: {path: lift.trucks.pool.count, prior: {uniform: [1, 100]}}
"""


class SaysItsTrucks(Foretold):
    """The share that is out is the number of trucks in per cent, less 50 points where a road is closed."""

    def run(self, seed, replication):
        said = super().run(seed, replication)
        closed = any(route.closures for route in self.scenario.routes.values())
        said.responses["out"] = self.scenario.lift.trucks["pool"].count / 100 - 0.5 * closed
        said.responses["back"] = float(replication)
        return said

    def __init__(self, scenario, figures, trouble):
        super().__init__(scenario, figures, trouble)
        self.scenario = scenario


class Said(Foretelling):
    def __call__(self, scenario):
        from dataclasses import replace

        return replace(super().__call__(scenario), make=SaysItsTrucks)


@pytest.fixture(autouse=True)
def files(here):
    Path("record.yaml").write_text(RECORD)
    Path("known.yaml").write_text(KNOWN)
    Path("sweep.yaml").write_text(SWEEP)
    return here


def backtest(*arguments):
    command = ["backtest", *(arguments or ["sweep.yaml"]), "-n", "50", "-j", "1", "--quiet"]
    said = CliRunner().invoke(main, command, obj=Said({"out": [0.0], "back": [0.0]}), standalone_mode=False)
    return said.return_value if said.exception is None else said.exception, said.output


def plain(*arguments):
    code, said = backtest(*(arguments or ["sweep.yaml"]), "--json")
    assert code == 0
    return json.loads(said)["summary"]


def members(side):
    rows = Path(side, "ensembles.csv").read_text().splitlines()[1:]
    return {name: [float(row.split(",")[3]) for row in rows if row.startswith(f"{name},out,")]
            for name in ("forecast", "fit")}  # fmt: skip


def test_every_replication_has_its_own_draw_and_both_scenarios_have_the_same():
    assert backtest("sweep.yaml", "--out", "r", "--no-plots")[0] == 0
    said = members("r")
    assert len(set(said["forecast"])) > 30
    assert said["fit"] == pytest.approx([share - 0.5 for share in said["forecast"]])


def test_replication_k_has_random_events_k_whatever_its_draw():
    assert backtest("sweep.yaml", "--out", "r", "--no-plots")[0] == 0
    rows = [row.split(",") for row in Path("r", "ensembles.csv").read_text().splitlines()[1:]]
    assert [float(row[3]) for row in rows if row[:2] == ["forecast", "back"]] == [float(k) for k in range(1, 51)]


def test_the_second_file_is_the_fit_and_its_closure_is_listed():
    summary = plain()
    assert [side["name"] for side in summary["sides"]] == ["forecast", "fit"]
    assert [side["sampled"] for side in summary["sides"]] == [["trucks"], ["trucks"]]
    assert summary["hindsight"] == [{"input": "routes.road.closures.shut", "from": "2023-10-02"}]
    assert [side["name"] for side in plain("sweep.yaml", "--no-fit")["sides"]] == ["forecast"]


def test_a_share_is_scored_beside_the_plan_and_a_straight_line_and_printed_in_per_cent():
    one = plain()["sides"][0]["targets"][0]
    # 61 of the 122 days from the cut to the deadline have gone; the plan has all out by its handover
    assert one["reference_forecasts"] == {"plan": 1.0, "pace": None, "line": 0.5}
    words = " ".join(backtest()[1].split())
    assert "camp out by 31 Oct 31.0 %" in words
    assert "Every replication has its own draw of: trucks." in words
    assert "No share destroyed is scored" in words
    assert "Order of closing" not in words


def test_the_plan_has_a_round_of_trucks_at_the_pace_of_the_road():
    assert plain()["sides"][0]["targets"][1]["reference_forecasts"] == {"plan": 4.0, "pace": None, "line": None}


def test_another_sweep_is_another_backtest():
    assert backtest("sweep.yaml", "--out", "r", "--no-plots")[0] == 0
    assert "Already there" in backtest("sweep.yaml", "--out", "r", "--no-plots")[1]
    Path("sweep.yaml").write_text(SWEEP.replace("[1, 100]", "[1, 90]"))
    assert "differs" in str(backtest("sweep.yaml", "--out", "r", "--no-plots")[0])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sampling: plain", "sampling: crossed", "a backtest needs a draw of its own in every replication"),
        ("known: known.yaml", "known: known.yaml, again: known.yaml", "a backtest takes one scenario file"),
        ("factors:\n  scenario:", "without: [closures]\nfactors:\n  scenario:", "a forecast removes no cause"),
        ("factors:\n  scenario:", "factors:\n  pace: {path: routes.road.km.0, levels: [9, 10]}\n  scenario:",
         "a forecast has no levers"),
    ],
)  # fmt: skip
def test_a_sweep_that_is_no_forecast_is_told(old, new, said):
    Path("sweep.yaml").write_text(SWEEP.replace(old, new))
    error, _ = backtest()
    assert isinstance(error, InputError)
    assert said in str(error)


def test_a_sweep_names_the_scenario_with_hindsight_itself():
    error, _ = backtest("sweep.yaml", "--fit", "known.yaml")
    assert "--fit: the forecast is a sweep: name the scenario with hindsight as the second file" in str(error)
