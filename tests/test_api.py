import json
import sys
from pathlib import Path

import pytest

import sim
from sim.errors import InputError, ResultsError
from sim.scenario.door import load_data

sys.path.insert(0, str(Path(__file__).resolve().parent / "standin"))
from levers import StagedLevers
from standin import Staged

LITTLE = {
    "schema": 1, "name": "A little camp", "calendar": {"start": "2023-07-01", "deadline": "2023-07-04"},
    "places": {"camp": {"role": "camp", "handover": "2023-07-04"}},
}  # fmt: skip


def run(*arguments, **options):
    return sim.run(load_data(LITTLE), *arguments, workers=1, on=Staged(), **options)


def test_a_result_holds_its_tables_as_frames():
    result = run(20)
    assert len(result.replications) == 20
    assert set(result.fates["fate"]) == {"extracted", "destroyed"}
    assert {"response", "group", "value", "low", "high"} <= set(result.summary.columns)
    assert result.manifest["replications"] == 20
    assert set(result.causes["cause"]) == {"no_crew"}
    assert {"day", "state"} <= set(result.timeline.columns)
    assert list(result.tape["replication"]) == list(range(1, 21))


def test_a_result_without_a_folder_of_its_own_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(5)
    folder = result.folder
    del result
    assert not folder.exists()
    assert list(tmp_path.iterdir()) == []


def test_results_in_a_folder_are_given_back_as_they_are(tmp_path):
    first = run(5, out=tmp_path / "r")
    assert run(5, out=tmp_path / "r").manifest["clock"] == first.manifest["clock"]
    with pytest.raises(ResultsError):
        run(6, out=tmp_path / "r")


def test_a_picture_is_called_by_its_name():
    axes = run(5).plot.fates()
    assert type(axes).__name__ == "Axes"
    with pytest.raises(AttributeError, match="no picture nothing"):
        run(5).plot.nothing()


@pytest.mark.parametrize("options", [{"replications": 0}, {"replications": 1e12}, {"seed": -1}])
def test_numbers_out_of_range_are_reported_as_input(options):
    with pytest.raises(InputError, match="out of range"):
        run(**options)


def test_the_version_is_that_of_the_package():
    assert sim.__version__[0].isdigit()


def little(crews):
    camp = LITTLE["places"]["camp"] | {"crews": {"count": crews}}
    return load_data(LITTLE | {"places": {"camp": camp}})


def compare(*sides, **options):
    return sim.compare(sides, 10, workers=1, on=StagedLevers(), **options)


def test_a_comparison_holds_its_tables_as_frames_and_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    comparison = compare(little(2), little(3))
    rows = comparison.differences.set_index("response")
    assert rows.loc["extracted_share", "difference"] == pytest.approx(0.1)
    assert {"value_a", "value_b", "difference"} <= set(comparison.pairs)
    assert list(comparison.waterfall["kind"]) == ["from", "change", "to"]
    assert set(comparison.tapes["meant"]) == {"yes"}
    assert set(comparison.timelines["state"]) == {"extracted", "people"}
    assert type(comparison.plot.waterfall()).__name__ == "Axes"
    folder = comparison.folder
    del comparison, rows
    assert not folder.exists()
    assert list(tmp_path.iterdir()) == []


def test_results_that_were_run_are_compared_as_they_are(tmp_path):
    options = {"workers": 1, "on": StagedLevers()}
    one = sim.run(little(2), 10, out=tmp_path / "one", **options)
    two = sim.run(little(4), 10, out=tmp_path / "two", **options)
    comparison = compare(one, two, out=tmp_path / "c")
    assert comparison.summary["replications"] == 10
    assert not (tmp_path / "c" / "runs").exists()


def test_a_sweep_gives_frames_and_pictures(tmp_path):
    (tmp_path / "little.yaml").write_text(json.dumps(LITTLE))
    (tmp_path / "sweep.yaml").write_text(
        "{schema: 1, name: A sweep, scenario: little.yaml, replications: 4, "
        "factors: {crews: {path: places.camp.crews.count, levels: [1, 2]}}}"
    )
    swept = sim.sweep(tmp_path / "sweep.yaml", workers=1, on=StagedLevers())
    assert list(swept.points["crews"]) == ["1", "2"]
    assert len(swept.replications) == 8
    assert swept.estimates["response"].nunique() == 4
    assert swept.plot.response().get_xlabel() == "crews"
