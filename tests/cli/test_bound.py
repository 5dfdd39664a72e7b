"""`drawdown run --bound`: the bound of the first tapes beside the share of the plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import main
from sim.errors import ModelFault
from sim.experiment.bounding import bounds
from sim.replication.simulator import Simulator
from sim.scenario.door import load


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["run", "little.yaml", "--no-plots", "-n", "25", "-j", "1", *words])


def test_the_answer_has_the_bound_of_20_tapes_and_the_folder_keeps_it(here: Path) -> None:
    said = run("--bound")
    assert said.exit_code == 0
    assert "Bound, mean of 20 tapes" in said.stdout
    assert "best plan, knowing everything" in said.stdout
    assert max(len(line) for line in said.stdout.splitlines()) <= 100
    [folder] = (here / "results").iterdir()
    kept = json.loads((folder / "bound.json").read_text())
    assert [row["replication"] for row in kept["rows"]] == list(range(1, 21))
    assert all(row["extracted_share"] <= row["bound"] + 1e-6 for row in kept["rows"])
    assert sum("peace" in row for row in kept["rows"]) == 5


def test_a_finished_run_gets_its_bound_later_and_json_has_it(here: Path) -> None:
    assert "Bound" not in run().stdout
    said = json.loads(run("--bound", "--json", "--quiet").stdout)["runs"][0]
    assert said["reused"] is True
    assert said["bound"]["tapes"] == 20
    [folder] = (here / "results").iterdir()
    before = (folder / "bound.json").stat().st_mtime_ns
    assert "Bound" in run().stdout
    assert (folder / "bound.json").stat().st_mtime_ns == before


def test_another_run_in_the_place_of_one_with_a_bound_leaves_nothing_of_it(here: Path) -> None:
    assert run("--bound", "--out", "out").exit_code == 0
    said = run("--seed", "2", "--out", "out", "--force")
    assert said.exit_code == 0
    assert "Bound" not in said.stdout
    assert [path.name for path in here.iterdir() if path.name.startswith("out")] == ["out"]


def test_a_bound_of_another_run_is_refused_in_a_sentence(here: Path) -> None:
    run("--bound", "--out", "out")
    kept = json.loads((here / "out" / "bound.json").read_text())
    (here / "out" / "bound.json").write_text(json.dumps(kept | {"run": "another"}))
    said = run("--out", "out")
    assert said.exit_code != 0
    assert "is not of this run; remove it" in said.stderr
    assert "Traceback" not in said.output


def test_a_bound_that_is_beaten_is_a_fault_of_the_program(here: Path) -> None:
    simulator = Simulator(load(here / "little.yaml").scenario)
    with pytest.raises(ModelFault, match="replication 3 extracts"):
        bounds(simulator.scenario, 1, frozenset(), {3: 1.5})
