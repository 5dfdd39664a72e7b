"""What a command leaves that was killed in its first or its last instant."""

import json
import shutil
from pathlib import Path

import pytest
from levers import StagedLevers
from standin import plan

from sim.errors import ResultsError
from sim.experiment.backend import Backend
from sim.experiment.running import begin, carry_out
from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep

SWEEP = """
schema: 1
name: A sweep
scenario: small-camp.yaml
replications: 4
factors: {crews: {path: places.camp.crews.count, levels: [1, 2, 3]}}
"""
BASE = Path(__file__).parents[1] / "data" / "broken" / "base" / "small-camp.yaml"


def stop(done, *_):
    if done:
        raise KeyboardInterrupt


def swept(reported=lambda *_: None):
    planned = plan_sweep(SweepRequest("sweep.yaml", out=Path("r")), StagedLevers())
    return carry_out_sweep(planned, begin_sweep(planned), Backend(1), reported)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(BASE, "small-camp.yaml")
    Path("sweep.yaml").write_text(SWEEP)
    return tmp_path


def test_work_left_beside_its_whole_results_is_taken_away_by_the_same_command(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        carry_out(plan(tmp_path / "r"), begin(plan(tmp_path / "r")), Backend(1), stop)
    shutil.copytree(tmp_path / "r.partial", tmp_path / "kept")
    carry_out(plan(tmp_path / "r"), begin(plan(tmp_path / "r")), Backend(1))
    (tmp_path / "kept").rename(tmp_path / "r.partial")
    assert begin(plan(tmp_path / "r")) is None
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_work_of_another_run_beside_results_stays(tmp_path):
    other = plan(tmp_path / "r", seed=2)
    with pytest.raises(KeyboardInterrupt):
        carry_out(other, begin(other), Backend(1), stop)
    (tmp_path / "r.partial").rename(tmp_path / "kept")
    carry_out(plan(tmp_path / "r"), begin(plan(tmp_path / "r")), Backend(1))
    (tmp_path / "kept").rename(tmp_path / "r.partial")
    assert begin(plan(tmp_path / "r")) is None
    assert (tmp_path / "r.partial" / "run.json").exists()


def test_unfinished_work_of_an_older_program_is_refused_in_a_sentence_and_nothing_of_it_is_lost(tmp_path):
    old = tmp_path / "r.partial"
    old.mkdir()
    identity = plan(tmp_path / "r", program="older").identity.plain()
    (old / "run.json").write_text(json.dumps({"kind": "drawdown work in progress", "run": "x", "identity": identity}))
    (old / "block-0000001-0000025.json").write_text("what it kept")
    before = {path.name: path.read_text() for path in old.iterdir()}
    with pytest.raises(ResultsError, match=r"holds the unfinished work of another run, which differs in the program;"):
        begin(plan(tmp_path / "r"))
    assert {path.name: path.read_text() for path in old.iterdir()} == before | {"lock": (old / "lock").read_text()}
    carry_out(plan(tmp_path / "r"), begin(plan(tmp_path / "r"), force=True), Backend(1))
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_work_left_beside_a_whole_sweep_is_taken_away_by_the_same_command(here):
    with pytest.raises(KeyboardInterrupt):
        swept(stop)
    shutil.copytree("r.partial", "kept")
    swept()
    Path("kept").rename("r.partial")
    assert swept().reused
    assert not Path("r.partial").exists()


@pytest.mark.parametrize("names", [[], ["lock"], ["lock", "sweep.json.tmp"], ["sweep.json.tmp"]])
def test_a_sweep_that_was_killed_before_it_said_whose_work_it_is_can_be_begun_again(here, names):
    Path("r.partial").mkdir()
    for name in names:
        Path("r.partial", name).write_text("{")
    assert swept().folder == Path("r")
    assert not Path("r.partial").exists()
