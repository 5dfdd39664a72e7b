import json
import shutil
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
from sim.scenario.door import load
from sim.scenario.shipped import baseline_folder, look_up, oracle_files, scenario_files, shipped
from sim.scenario.sweep import looks_like_sweep, read_sweep

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    """An empty folder, as the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def wrong_with(name):
    with pytest.raises(InputError) as reported:
        load(name)
    return reported.value.problems


def test_every_shipped_scenario_and_sweep_has_a_name_of_its_own():
    files = [file for folder in ("", "examples", "sweeps") for file in (SCENARIOS / folder).glob("*.yaml")]
    assert sorted(shipped().values()) == sorted(files)


def test_a_checkout_uses_its_own_folders():
    assert scenario_files() == SCENARIOS
    assert oracle_files() == SCENARIOS.parent / "tests" / "verification" / "oracles"


@pytest.mark.parametrize("name", ["tessalit", "tessalit-roads-open"])
def test_a_scenario_is_the_same_by_name_and_by_path(name):
    by_name, by_path = load(name), load(SCENARIOS / f"{name}.yaml")
    assert (by_name.scenario.hash(), by_name.data) == (by_path.scenario.hash(), by_path.data)
    assert by_name.files == by_path.files
    assert by_name.sources == by_path.sources


def test_a_sweep_is_the_same_by_name_and_by_path():
    by_name, by_path = (plan_sweep(SweepRequest(file)) for file in ("gated", f"{SCENARIOS}/sweeps/gated.yaml"))
    assert by_name.identity == by_path.identity
    assert by_name.folder == by_path.folder


def test_what_is_found_by_name_says_nothing_of_where_it_lies():
    loaded, plan = load("tessalit"), plan_sweep(SweepRequest("gated"))
    names = {spot.file for spot in (*loaded.spots.values(), *plan.file.draft.spots.values())}
    assert names - {None} == {"tessalit.yaml", "base/sahel.yaml", "sweeps/gated.yaml"}
    assert str(SCENARIOS.parent) not in json.dumps([loaded.files, plan.file.draft.files, plan.command])
    assert plan.layout.repeat(0, 3).startswith("drawdown trace tessalit --seed")


def test_a_local_file_of_the_name_comes_before_a_shipped_one(empty):
    text = (SCENARIOS.parent / "tests" / "data" / "whole-form.yaml").read_text(encoding="utf-8")
    (empty / "tessalit.yaml").write_text(text, encoding="utf-8")
    assert look_up("tessalit").path == "tessalit.yaml"
    (empty / "tessalit").write_text(text, encoding="utf-8")
    assert look_up("tessalit").path == "tessalit"
    assert load("tessalit").scenario.name != load(SCENARIOS / "tessalit.yaml").scenario.name


def test_a_folder_of_the_name_hides_no_shipped_scenario(empty):
    (empty / "tessalit").mkdir()
    assert look_up("tessalit").shipped


@pytest.mark.parametrize("given", ["scenarios/tessalit", "./tessalit", "tessalit.yaml", "tessalit.txt", "", ".", "-"])
def test_only_a_bare_name_is_looked_up(given):
    try:
        found = look_up(given).shipped
    except InputError:
        found = False
    assert not found


@pytest.mark.parametrize(("given", "near"), [
    ("tesalit", "tessalit"), ("gatd", "gated"), ("tessalit.yaml", "tessalit"), ("scenarios/minusma.yaml", "minusma"),
    ("qwxz", None), ("tessalit.txt", None),
])  # fmt: skip
def test_a_near_miss_names_the_nearest_shipped_file(given, near):
    assert [(one.wrong, one.nearest) for one in wrong_with(given)] == [("no such file", near)]


def test_a_near_miss_names_a_local_file_before_a_shipped_one(empty):
    (empty / "tessalita.yaml").write_text("schema: 1\n")
    assert wrong_with("tessalta")[0].nearest == "tessalita.yaml"


def test_a_shipped_sweep_is_no_scenario_and_a_shipped_scenario_no_sweep():
    assert looks_like_sweep("gated")
    assert not looks_like_sweep("tessalit")
    assert "this is a sweep" in wrong_with("gated")[0].wrong
    with pytest.raises(InputError, match="this is a scenario, not a sweep"):
        read_sweep("tessalit")


def test_a_local_sweep_means_the_scenario_beside_it_not_a_shipped_one(empty):
    shutil.copytree(SCENARIOS, empty / "scenarios")
    (empty / "scenarios" / "tessalit.yaml").write_text("schema: 1\n")
    with pytest.raises(InputError):
        plan_sweep(SweepRequest("scenarios/sweeps/gated.yaml"))
    assert plan_sweep(SweepRequest("gated")).size > 1


def test_the_shipped_baseline_is_found_by_name_unless_a_folder_has_it(empty):
    found = baseline_folder(Path("gated"))
    assert (found / "manifest.json").is_file()
    (empty / "gated").mkdir()
    assert baseline_folder(Path("gated")) == Path("gated")
    assert baseline_folder(Path("nowhere")) == Path("nowhere")
