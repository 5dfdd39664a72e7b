import json

import pytest

from sim.errors import ResultsError
from sim.figures.run_tables import RunTables


def test_a_place_called_na_is_a_place_and_a_guarded_name_is_read_without_its_guard(results):
    folder = results(camps={"NA": ("2023-11-01", 5), "=1": ("2023-11-02", 5)}, replications=1, lots=3)
    assert "'=1" in (folder / "fates.csv").read_text(encoding="utf-8")
    assert sorted(set(RunTables.read(folder).fates["place"])) == ["=1", "NA", "gao"]


def test_a_place_that_never_closed_is_a_missing_number(results, rewrite):
    folder = results(camps={"a": ("2023-11-01", 5)}, replications=2, lots=3)
    rewrite(folder, "replications.csv", "replication,tape_hash,closed_a\n1,ff,\n2,fe,60.5\n")
    closed = RunTables.read(folder).replications["closed_a"]
    assert closed.isna().tolist() == [True, False]
    assert closed[1] == 60.5


def test_the_mission_leaves_out_places_that_keep_custody(results):
    tables = RunTables.read(results(replications=1, lots=3))
    assert "gao" in set(tables.fates["place"])
    assert set(tables.of_mission(tables.fates)["place"]) == {"tessalit", "aguelhok", "kidal"}


def test_an_episode_on_a_route_belongs_to_every_place_on_it(results, rewrite):
    folder = results(replications=1, lots=3)
    rows = "place,kind,from_s,until_s\nnorth,refused_road,0,60\ntessalit,refused_road,60,90\nkidal,work,0,9\n"
    scenario = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["scenario"]
    road = {"through": ["gao", "tessalit"], "km": [500], "a_day": {"calm": "100 km"}}
    rewrite(folder, "episodes.csv", rows, scenario=scenario | {"routes": {"north": road}})
    tables = RunTables.read(folder)
    assert tables.episodes_of("tessalit", "refused_road")["until_s"].tolist() == [60, 90]
    assert tables.episodes_of("kidal", "refused_road").empty


def test_a_table_of_no_episodes_is_no_episodes(results, rewrite):
    folder = results(replications=1, lots=3)
    rewrite(folder, "episodes.csv", "place,kind,from_s,until_s\n")
    assert RunTables.read(folder).episodes is None


def test_a_table_changed_since_it_was_written_is_refused(results):
    folder = results(replications=1, lots=3)
    (folder / "fates.csv").write_text("replication\n", encoding="utf-8")
    with pytest.raises(ResultsError, match=r"fates\.csv has been changed"):
        RunTables.read(folder)


@pytest.mark.parametrize("said", [{"scenario": {"schema": 2}}, {"seed": None}, {"scenario": None}])
def test_a_manifest_that_this_version_does_not_write_is_refused_in_one_sentence(results, rewrite, said):
    folder = results(replications=1, lots=3)
    rewrite(folder, **said)
    with pytest.raises(ResultsError, match="not one that this version writes") as refused:
        RunTables.read(folder)
    assert "\n" not in str(refused.value)
