"""By when: one run read at many dates, journeys worked backwards, and a line through replications."""

import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from test_run_answer import CAMP

from sim.analysis.slopes import slope_of
from sim.api import load, run
from sim.cli import main
from sim.results.by_when import progress_of, scenario_of, when

FIXED = """
schema: 1
name: A camp without chance
calendar: {start: 2023-01-01, deadline: 2023-01-20}
places:
  camp:
    role: camp
    people: {unit: 20}
    handover: 2023-01-10
    drawdown: {start: 2023-01-08, rear_party: 4, leave_by: [road]}
    evacuate: {port: [road]}
    lots: {jeep: {unoe: 5}}
  port: {role: exit}
classes:
  jeep: {mass: 2 t, moves: [self], seats: 4, crew: 1}
routes:
  road: {through: [camp, port], km: [100], a_day: 100 km}
"""
"""A camp whose people drive a day, whenever they leave."""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("camp.yaml").write_text(CAMP)
    Path("fixed.yaml").write_text(FIXED)


def test_one_run_read_at_many_dates_equals_a_run_for_each_deadline():
    made = run(load("camp.yaml"), replications=12, workers=1, out="one").results
    read = progress_of(made, scenario_of(made))
    for day in ("2023-07-12", "2023-07-14", "2023-07-15", "2023-07-17", "2023-07-25"):
        other = load("camp.yaml", sets=[f"calendar.deadline={day}"])
        own = run(other, replications=12, workers=1, out=f"of-{day}").replications
        by = date.fromisoformat(day)
        assert read.shares(by) == pytest.approx(own["extracted_share"].tolist(), abs=1e-12)
        assert read.all_people(by) == pytest.approx((own["people_out_share"] == 1).mean())
        assert read.all_closed(by) == pytest.approx(own["deadline_met"].mean())


def test_no_curve_ever_falls():
    curve = when(run(load("camp.yaml"), replications=12, workers=1, out="one").results)["curve"]
    for name in ("all_people_out", "all_closed", "share_out", "p05", "p95"):
        values = [row[name] for row in curve]
        assert values == sorted(values)
    days = [date.fromisoformat(row["day"]) for row in curve]
    assert [b - a for a, b in pairwise(days)] == [timedelta(days=1)] * (len(days) - 1)
    assert days[-1] == date(2023, 7, 31)


def test_the_last_safe_departure_is_the_schedule_worked_backwards():
    said = when(run(load("fixed.yaml"), replications=2, workers=1, out="one").results)
    # a day of march; the deadline is the midnight that ends 20 January
    assert said["last_safe_departure"]["camp"] == {"replications": 2} | dict.fromkeys(
        ("0.8", "0.9", "0.95"), "2023-01-20 00:00"
    )
    assert said["hour_in_shelter"]["camp"]["tonnes"] is None
    # they leave at the midnight that ends 10 January and arrive at the next: that is still the 11th
    assert said["people"]["0.5"]["day"] == "2023-01-11"


def test_a_journey_that_never_ends_has_no_safe_departure():
    shut = load("fixed.yaml", sets=["routes.road.closures={rain: {from: 2023-01-09, until: 2023-01-31}}"])
    said = when(run(shut, replications=2, workers=1, out="one").results)
    assert said["last_safe_departure"]["camp"]["0.8"] is None
    assert said["people"] is None


def test_a_place_whose_drawdown_follows_the_deadline_is_named():
    custody = {"store": "{role: hub, keeps_custody: true, people: {unit: 9}, drawdown: {start: 2023-01-02}, evacuate: "
               "{port: [road]}}"}  # fmt: skip
    text = FIXED.replace("  port: {role: exit}", f"  port: {{role: exit}}\n  store: {custody['store']}")
    Path("more.yaml").write_text(
        text.replace("through: [camp, port], km: [100]", "through: [camp, store, port], km: [50, 50]")
    )
    assert when(run(load("more.yaml"), replications=2, workers=1, out="one").results)["follows_deadline"] == ["store"]


def test_a_line_through_points_on_a_line_is_that_line():
    xs = [0.0, 1.0, 2.0, 5.0, 9.0]
    exact = slope_of(xs, [3 - 2 * x for x in xs])
    assert (exact.value, exact.low, exact.high) == pytest.approx((-2, -2, -2))
    assert slope_of([1.0] * 5, xs).value is None
    assert slope_of(xs[:3], xs[:3]).value is None


def test_the_interval_of_a_slope_covers_the_true_one_about_19_times_in_20():
    import numpy as np

    dice, hits = np.random.default_rng(7), 0
    for _ in range(1000):
        xs = dice.gamma(2.0, 5.0, size=60)
        found = slope_of(xs.tolist(), (4 - 0.5 * xs + dice.normal(size=60) * (1 + xs / 5)).tolist())
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= -0.5 <= found.high
    assert 920 <= hits <= 980


def test_the_command_uses_the_results_of_run_and_prints_80_columns():
    def drawdown(*words):
        said = CliRunner().invoke(main, [*words, "--no-plots", "--quiet", "-n", "10", "-j", "1"])
        assert said.exit_code == 0, said.output
        return said.stdout

    drawdown("run", "camp.yaml")
    text = drawdown("when", "camp.yaml")
    assert "Already there: results/camp@" in text
    assert max(map(len, text.partition("Already there")[0].splitlines())) <= 80
    assert "  all people are out" in text


def test_a_notebook_has_the_same_dates_and_the_tables_behind_the_answer():
    result = run(load("camp.yaml"), replications=12, workers=1, out="one")
    assert result.when == when(result.results)
    assert set(result.use["means"]) == {"crews", "escorts", "trucks"}
    assert set(result.findings) >= {"use", "given_up", "people_at_risk", "odd", "orders", "policy", "totals"}
    kept = result.given_up.groupby("replication")["tonnes_not_out"].sum()
    out = result.replications.set_index("replication")["extracted_share"]
    assert ((kept / 154 + out) <= 1 + 1e-9).all()
