"""What comes with the program, run by its name from a folder that holds nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from standin import Staged

from sim.cli import main
from sim.scenario.shipped import shipped

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    """An empty folder, as the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drawdown(*arguments):
    return CliRunner().invoke(main, [str(one) for one in arguments], obj=Staged())


def tables(folder):
    return {file.name: file.read_bytes() for file in sorted(Path(folder).glob("*.csv"))}


def run(scenario, *more):
    return drawdown("run", scenario, "-n", 5, "-j", 1, "--no-plots", *more)


def test_a_run_by_name_is_recognised_by_path_and_has_the_same_tables():
    assert run("tessalit").exit_code == 0
    (folder,) = Path("results").iterdir()
    assert "Already there" in run(SCENARIOS / "tessalit.yaml").stdout
    assert list(Path("results").iterdir()) == [folder]
    run(SCENARIOS / "tessalit.yaml", "--out", "by-path")
    assert tables(folder) == tables("by-path") != {}


def test_results_of_a_shipped_scenario_name_no_folder_of_the_machine():
    run("tessalit", "--set", "places.tessalit.crews.count=3")
    (folder,) = Path("results").iterdir()
    assert folder.name.startswith("tessalit")
    for file in folder.glob("*.json"):
        assert str(SCENARIOS.parent) not in file.read_text(encoding="utf-8")
    assert json.loads((folder / "manifest.json").read_text())["command"].startswith("drawdown run tessalit --seed 1")


def test_a_wrong_change_of_a_shipped_scenario_is_reported_with_its_name():
    said = run("tessalit", "--set", "places.tesalit.crews.count=3")
    assert said.exit_code == 2
    assert str(SCENARIOS.parent) not in said.stderr


def test_check_takes_the_names_of_shipped_scenarios_and_sweeps():
    said = drawdown("check", "tessalit", "gated")
    assert said.exit_code == 0
    named = [line.split(":")[0] for line in said.stdout.splitlines() if not line.startswith(" ")]
    assert named == ["tessalit", "gated"]


def test_list_shows_every_shipped_file_by_its_name_and_marks_it():
    said = drawdown("list")
    lines = dict(line.split(maxsplit=1) for line in said.stdout.splitlines())
    assert lines.keys() == shipped().keys()
    assert lines["tessalit"] == "shipped; Tessalit, autumn 2023"
    assert lines["gated"].startswith("shipped; sweep, grid: ")
    assert "no scenarios in scenarios/" in said.stderr


def test_list_in_the_checkout_shows_its_scenarios_once_by_their_paths():
    said = drawdown("list", "--scenarios", SCENARIOS, "--quiet")
    assert sorted(said.stdout.splitlines()) == sorted(map(str, shipped().values()))


def test_the_demo_is_a_run_of_tessalit_and_names_the_picture_to_start_with():
    said = drawdown("demo")
    assert said.exit_code == 0
    assert said.stdout.endswith("Start with results/tessalit/fates.png.\n")
    assert Path("results/tessalit/fates.png").is_file()
    assert "Already there" in drawdown("run", "tessalit").stdout


def test_the_demo_replaces_results_of_another_run_only_by_force():
    run("tessalit", "--seed", 2, "--out", "results/tessalit")
    refused = drawdown("demo")
    assert refused.exit_code != 0
    assert "replace it with --force" in refused.stderr
    assert drawdown("demo", "--force", "--quiet").exit_code == 0


def test_the_demo_runs_no_other_scenario_of_its_name(empty):
    (empty / "tessalit.yaml").write_text("schema: 1\n")
    said = drawdown("demo")
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.startswith("tessalit.yaml: this file has the name of the scenario that the demo runs")
    assert not Path("results").exists()


def test_a_baseline_that_is_neither_a_folder_nor_shipped_is_refused():
    said = CliRunner().invoke(main, ["sweep", "gated", "--dry-run", "-j", "1", "--baseline", "gatd"])
    assert said.exit_code == 2
    assert "--baseline" in said.stderr
    assert CliRunner().invoke(main, ["sweep", "gated", "--dry-run", "-j", "1", "--baseline", "gated"]).exit_code == 0
