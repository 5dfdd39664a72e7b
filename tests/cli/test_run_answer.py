"""The answer of a run, from a camp that is really simulated: what it says, and that it says no more than it knows."""

import json
import os
import pty
import re
import sys
import tty
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.cli.run_rows import Page
from sim.cli.terminal import answer, width_of_output

CAMP = """
schema: 1
name: A camp
calendar: {start: 2023-07-01, deadline: 2023-07-20, horizon: 2023-07-31}
places:
  camp:
    role: camp
    people: {unit: 60}
    handover: 2023-07-12
    drawdown: {start: 2023-07-03, rear_party: 10, leave_by: [road]}
    evacuate: {port: [road]}
    working_hours: "06:00-18:00"
    crews: {count: 2}
    lots: {box: {coe: 30}, jeep: {coe: 2}}
    threat: {alarms: {rate: 0.3 /day}, shelter: {lognormal: {mean: 6 h, cv: 1}}}
    escalation: {episodes: {count: 3, within: 7 d, notice: 2 d}}
  store: {role: hub, keeps_custody: true, lots: {box: {unoe: 10}}}
  port: {role: exit}
classes:
  box: {mass: 5 t, floor: 1.5, value: 40 kUSD, moves: [truck], prepare: 3 h, destroy: 1 h}
  jeep: {mass: 2 t, moves: [self], seats: 4, crew: 1}
lift:
  trucks: {pool: {count: 2, base: port, payload: 10 t, floor: 6, seats: 20}}
  convoys: {at_once: 1, vehicles: {least: 1, most: 3}, cost: 2 USD/km}
routes:
  road: {through: [camp, port], km: [100], a_day: {calm: 100 km}}
"""


@pytest.fixture
def made(tmp_path, monkeypatch):
    """The answer of a run of the camp with some options, and its folder."""
    monkeypatch.chdir(tmp_path)
    Path("camp.yaml").write_text(CAMP)

    def make(*options):
        said = CliRunner().invoke(main, ["run", "camp.yaml", "--no-plots", "-n", "40", "-j", "1", "--quiet",
                                         "--out", "out", *options])  # fmt: skip
        assert said.exit_code == 0, said.output
        return said.stdout, json.loads(Path("out/summary.json").read_text())

    return make


def test_the_first_sentence_names_denominator_date_spread_and_assumptions(made):
    text, _ = made()
    said = " ".join(text.split())
    quoted = r"In the model, \S+ % of the equipment of camp \(154 t, 75\.5 % of all\) is out by 2023-07-20;"
    assert re.search(quoted + r" single withdrawals spread from \S+ to \S+ % \(5 – 95 %\)\.", said)
    assert re.search(r"All of its \d+ inputs are assumptions\.", said)


def test_what_can_not_be_is_left_out_and_what_was_destroyed_or_disabled_has_a_sum(made):
    text, said = made()
    rows = re.findall(r"^  +(\w+)(?: or disabled)? ", text.split("What becomes of it")[1].split("\n\n")[0], re.M)[1:]
    assert rows == ["extracted", "destroyed", "destroyed", "disabled", "abandoned", "late"]
    both = said["findings"]["totals"]["destroyed_or_disabled_share"]["mean"]
    parts = [said["responses"][f"{fate}_share"]["mean"] for fate in ("destroyed", "disabled")]
    assert both == pytest.approx(sum(parts), abs=1e-12)


def test_people_at_risk_are_a_chance_and_how_many_then(made):
    _, calm = made()
    risk = calm["findings"]["people_at_risk"]
    text, said = made("--set", "routes.road.closures={rain: {from: 2023-07-04, until: 2023-07-18}}", "--force")
    stuck = said["findings"]["people_at_risk"]
    assert stuck["mean"] > risk["mean"]
    late = said["responses"]["people_late"]
    assert stuck["mean"] * stuck["chance"] == pytest.approx(late["mean"])
    words = r"still in a place after its handover is \S+ % \([^)]+\); then some \d+ \(up to (\d+), in"
    assert int(re.search(words, " ".join(text.split()))[1]) == late["max"] == stuck["most"]
    assert "people per replication" not in text


def test_a_date_that_moved_says_which_order_moved_it(made):
    text, said = made()
    order = said["findings"]["orders"]["camp"]
    assert set(order["by"]) == {"episodes"}
    assert "moved by an order to leave after shelter episode 3, with a chance of" in " ".join(text.split())


def test_the_scarcest_means_come_first(made):
    text, said = made()
    rows = [row for row in said["findings"]["use"] if row["utilisation"] is not None]
    assert [row["utilisation"] for row in rows] == sorted((row["utilisation"] for row in rows), reverse=True)
    shown = text.split("Busiest means")[1].split("\n\n")[0]
    assert f"{rows[0]['means']}" in shown.splitlines()[1]


def test_reasons_of_planning_are_shares_of_what_did_not_come_out(made):
    text, said = made()
    reasons = said["findings"]["given_up"]["reasons"]
    assert "no lift by road in time" in {one["reason"] for one in reasons}
    out = said["responses"]["extracted_share"]["mean"]
    assert 0 < sum(one["mean"] for one in reasons) <= 1 - out + 1e-9
    assert "What planning gave up" in text


def test_policies_say_what_they_did(made):
    text, _ = made()
    done = r"disposal projected \(\S+ lots given up for good; \S+ condemnations, \S+ of them on 2023-07-01\)"
    assert re.search(done, " ".join(text.split()))  # fmt: skip


def test_the_odd_replication_can_be_traced(made):
    text, said = made()
    odd = said["findings"]["odd"]
    assert f"drawdown trace camp.yaml --seed 1 -k {odd['replication']}\n" in text
    rows = [row.split(",") for row in Path("out/replications.csv").read_text().splitlines()]
    shares = {int(row[0]): float(row[rows[0].index("extracted_share")]) for row in rows[1:]}
    assert shares[odd["replication"]] == odd["extracted_share"]
    assert max(abs(one - odd["median"]) for one in shares.values()) == abs(odd["extracted_share"] - odd["median"])


def test_verbose_spells_warnings_out_and_changes_no_result(made):
    text, _ = made()
    before = Path("out/summary.json").read_bytes()
    assert text.count("! ") == 1
    full, _ = made("--verbose")
    assert full.count("! ") > 1
    assert Path("out/summary.json").read_bytes() == before


def shown_on_a_terminal(monkeypatch, text, **environment):
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", **environment}.items():
        monkeypatch.setenv(name, value)
    reader, writer = pty.openpty()
    tty.setraw(writer)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        width = width_of_output()
        answer(text)
        content = os.read(reader, 10_000).decode()
    os.close(reader)
    return width, content


def test_colour_is_for_terminals_and_not_where_no_color_is_set(monkeypatch, capsys):
    text = "A camp\n──────\n  ! careful\n  plain"
    coloured = "\x1b[1mA camp\x1b[0m\n──────\n\x1b[33m  ! careful\x1b[0m\n  plain\n"
    assert shown_on_a_terminal(monkeypatch, text)[1] == coloured
    assert shown_on_a_terminal(monkeypatch, text, NO_COLOR="1")[1] == f"{text}\n"
    assert shown_on_a_terminal(monkeypatch, text, TERM="dumb")[1] == f"{text}\n"
    monkeypatch.undo()
    answer(text)
    assert capsys.readouterr().out == f"{text}\n"


def test_the_layout_follows_the_terminal_between_40_and_100_columns(monkeypatch):
    assert [shown_on_a_terminal(monkeypatch, "", COLUMNS=wide)[0] for wide in ("60", "200", "10")] == [60, 100, 40]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_but_a_command_is_wider_than_the_terminal(made, width):
    from sim.cli.run_answer import run_text
    from sim.results.finished import read_results

    made()
    lines = run_text(read_results("out"), width).splitlines()
    assert [line for line in lines if len(line) > width and "drawdown trace" not in line] == []


def test_a_share_below_all_digits_does_not_touch_the_column_before_it():
    row = Page(80).row("  abandoned", "0.01 %", "0 – 0.02 %", "0 %", "< 0.01 %", "0.01 %")
    assert row.split() == ["abandoned", "0.01", "%", "0", "–", "0.02", "%", "0", "%", "<0.01", "%", "0.01", "%"]
    assert len(row) == 80
