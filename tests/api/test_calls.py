"""Calls that share their work with the command line: both find the same."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from levers import StagedLevers

import sim
from sim.cli import main
from sim.errors import InputError

ONE = {"workers": 1, "on": StagedLevers()}


def drawdown(*words, on=None):
    return CliRunner().invoke(main, list(words), obj=on)


def test_select_gives_the_tables_of_the_command(here):
    chosen = sim.select(["little.yaml", "more.yaml"], "extracted_share", 0.05, first=10, out="python", **ONE)
    words = ["--best", "extracted_share", "--indifference", "0.05", "--first", "10"]
    words += ["--out", "cli", "-j", "1", "--no-plots"]
    assert drawdown("select", "little.yaml", "more.yaml", *words, on=StagedLevers()).exit_code == 0
    for name in ("selection.csv", "replications.csv", "summary.json"):
        assert Path("python", name).read_bytes() == Path("cli", name).read_bytes()
    assert chosen.alternatives["alternative"].tolist() == ["little", "more"]
    assert set(chosen.replications.columns) == {"alternative", "replication", "value"}
    assert type(chosen.plot.differences()).__name__ == "Axes"


def test_select_takes_scenarios_that_were_loaded(here):
    loaded = [sim.load("little.yaml", {"places.camp.crews.count": crews}) for crews in (1, 3)]
    assert sim.select(loaded, "extracted_share", 0.05, first=10, **ONE).best == "little-2"


def test_select_finds_what_was_run_again(here):
    options = {"first": 10, "out": "r", **ONE}
    first = sim.select(["little.yaml", "more.yaml"], "extracted_share", 0.05, **options)
    assert sim.select(["little.yaml", "more.yaml"], "extracted_share", 0.05, **options).manifest == first.manifest


def test_trace_gives_the_events_of_the_command(here):
    events = sim.trace("little.yaml", 2, seed=3)
    reported = json.loads(drawdown("trace", "little.yaml", "-k", "2", "--seed", "3", "--json").stdout)["events"]
    assert [event._asdict() for event in events] == [{k: v for k, v in row.items() if k != "at"} for row in reported]


def test_trace_of_a_lot_gives_the_sentences_of_the_command(here):
    story = sim.trace("little.yaml", lot="camp/box/3")
    assert drawdown("trace", "little.yaml", "--lot", "camp/box/3").stdout.splitlines() == story


def test_trace_takes_causes_off(here):
    with pytest.raises(InputError, match=r"^without: no such cause; got alarm; .* did you mean alarms\?"):
        sim.trace("little.yaml", without=["alarm"])
    assert len(sim.trace("little.yaml", without=["alarms"])) > 10


def test_check_finds_what_the_command_finds(here):
    Path("wrong.yaml").write_text("schema: 1\nname: Wrong\nplaces: {camp: {role: camps}}\n")
    Path("bad-sweep.yaml").write_text(Path("sweep.yaml").read_text().replace("}}}", "}}, gates: [x > 1]}"))
    for file in ("little.yaml", "sweep.yaml", "wrong.yaml", "bad-sweep.yaml", "nothing.yaml"):
        [reported] = json.loads(drawdown("check", file, "--json").stdout)["scenarios"]
        found = sim.check(file)
        assert [str(one) for one in found.problems] == [one["text"] for one in reported["problems"]]
        assert found.valid is reported["right"] is not bool(found.problems)
    assert sim.check("little.yaml").scenario.scenario.name == "A little camp"
    assert sim.check("sweep.yaml").sweep.size == 2


def test_check_counts_sources(here):
    found = sim.check("little.yaml")
    assert found.sources["none"] == len(found.unsourced) > 0


def test_strict_makes_warnings_problems(here):
    sets = {"classes.box.value": "9000 MUSD"}
    assert (sim.check("little.yaml", sets).valid, sim.check("little.yaml", sets, strict=True).valid) == (True, False)


def test_paths_may_be_paths(here):
    assert sim.run(Path("little.yaml"), 2, out=Path("r"), **ONE).folder == Path("r")
    assert sim.read(Path("r")).manifest["succeeded"] == 2
    assert sim.check(Path("little.yaml")).valid
