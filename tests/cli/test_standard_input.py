import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.cli.standard_input import given
from sim.errors import InputError

QUICK = ("-n", "5", "-j", "1", "--no-plots")


def little(*changes):
    text = Path("little.yaml").read_text()
    for old, new in changes:
        text = text.replace(old, new)
    return text


def drawdown(*arguments, said=None):
    """A command whose standard input holds the little scenario where nothing else is said."""
    return CliRunner().invoke(main, [str(one) for one in arguments], input=little() if said is None else said)


def test_check_reads_a_dash_as_standard_input_and_names_its_lines(here):
    assert drawdown("check", "-").stdout.startswith("standard input: OK; 2 places, 10 lots")
    wrong = drawdown("check", "-", said=little(("1 h", "1 parsec")))
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith("standard input:14: classes.box.prepare: 'parsec' is not a unit for this")
    assert json.loads(drawdown("check", "-", "--json").stdout)["scenarios"][0]["file"] == "standard input"


def test_a_run_of_standard_input_has_the_tables_of_the_file_and_is_found_again(here):
    assert drawdown("run", "-", *QUICK, "--out", "a").exit_code == 0
    assert drawdown("run", "little.yaml", *QUICK, "--out", "b", said="").exit_code == 0
    for name in ("replications", "fates", "summary", "timeline", "tape"):
        assert (here / "a" / f"{name}.csv").read_bytes() == (here / "b" / f"{name}.csv").read_bytes()
    assert json.loads((here / "a" / "manifest.json").read_text())["command"].startswith("drawdown run - --seed 1")
    assert "Already there: a/" in drawdown("run", "-", *QUICK, "--out", "a").stdout
    other = drawdown("run", "-", *QUICK, "--out", "a", said=little(("count: 2", "count: 4")))
    assert other.exit_code == 2
    assert "another run, which differs in the scenario" in other.stderr


def test_results_of_standard_input_go_to_a_folder_called_stdin(here):
    assert "Written: results/stdin@" in drawdown("run", "-", *QUICK).stdout


def test_changes_and_extends_hold_for_standard_input(here):
    said = "extends: little.yaml\nname: More crews\nplaces: {camp: {crews: {count: 4}}}\n"
    assert drawdown("check", "-", "--set", "places.camp.crews.count=3", said=said).exit_code == 0
    outside = drawdown("check", "-", said="extends: ../other.yaml\n")
    assert "standard input:1: extends: this path leaves the scenario folder" in outside.stderr


def test_trace_compare_and_select_read_it_too(here):
    assert drawdown("trace", "-").stdout == drawdown("trace", "little.yaml", said="").stdout != ""
    compared = drawdown("compare", "-", "little.yaml", *QUICK, "--no-waterfall", "--out", "c").stdout
    assert compared.startswith("A  stdin: A little camp\nB  little: A little camp\n")
    best = ("--best", "extracted_share", "--indifference", "0.1", "-j", "1", "--no-plots", "--out", "s")
    assert drawdown("select", "-", "little.yaml", *best).exit_code == 0


@pytest.mark.parametrize("arguments", [("check", "-", "-"), ("run", "-", "-"), ("compare", "-", "-")])
def test_standard_input_is_read_once(here, arguments):
    said = drawdown(*arguments)
    assert said.exit_code == 2
    assert "-: standard input can be read only once; allowed: - for one scenario, files for others" in said.stderr


@pytest.mark.parametrize("arguments", [("sweep", "-"), ("verify", "-"), ("backtest", "-")])
def test_commands_that_read_files_alone_say_so(here, arguments):
    said = drawdown(*arguments)
    assert said.exit_code == 2
    assert "-: standard input is not accepted here; give a file" in said.stderr


def test_what_is_no_scenario_is_refused_as_a_file_would_be(here):
    assert "standard input: this file is empty" in drawdown("check", "-", said="").stderr
    assert "standard input: this file is too large for a scenario" in drawdown("check", "-", said="#" * 2**21).stderr
    sweep = drawdown("check", "-", said="schema: 1\nfactors: {}\n").stderr
    assert "standard input: this is a sweep, not a scenario" in sweep


def test_a_closed_standard_input_is_reported_in_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="standard input: this cannot be read"):
        given(["-"])


def test_a_file_called_dash_is_reached_by_its_folder(here):
    (here / "-").write_text(little())
    assert drawdown("check", "./-", said="").stdout.startswith("./-: OK")
