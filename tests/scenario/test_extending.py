"""`extends`: one file on top of another, inside one folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario.door import load, tally, unsourced

SMALL = (Path(__file__).parents[1] / "data" / "broken" / "base" / "small-camp.yaml").read_text()


def folder(tmp_path: Path, **files: str) -> Path:
    """A folder `scenarios` with files by stem; `sub__name` lies in the folder `sub`."""
    home = tmp_path / "scenarios"
    for name, text in files.items():
        file = home / f"{name.replace('__', '/')}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return home


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load(path)
    return str(caught.value)


def test_an_extended_file_is_the_same_scenario_as_the_file_written_out(tmp_path: Path) -> None:
    home = folder(
        tmp_path,
        base=SMALL,
        out=SMALL.replace("count: 2,", "count: 3,").replace("km: [590]", "km: [600]"),
        change="extends: base.yaml\nplaces: {camp: {crews: {count: 3}}}\nroutes: {north: {km: [600]}}\n",
    )
    assert load(home / "change.yaml").scenario.hash() == load(home / "out.yaml").scenario.hash()


def test_maps_merge_null_deletes_and_the_rest_replaces(tmp_path: Path) -> None:
    home = folder(
        tmp_path,
        base=SMALL,
        change=("extends: base.yaml\nplaces: {camp: {threat: null, people: {police: 5}, evacuate: {hub: [air]}}}\n"),
    )
    camp = load(home / "change.yaml").scenario.places["camp"]
    assert camp.people == {"military": 100, "police": 5}
    assert camp.evacuate == (("hub", ("air",)),)
    assert camp.threat.alarms.rate == 0


def test_a_distribution_of_another_name_replaces_the_one_below(tmp_path: Path) -> None:
    home = folder(
        tmp_path,
        base=SMALL.replace("shelter: 2 h", "shelter: {lognormal: {mean: 2 h, cv: 1}}"),
        other="extends: base.yaml\nplaces: {camp: {threat: {shelter: {exponential: {mean: 3 h}}}}}\n",
        same="extends: base.yaml\nplaces: {camp: {threat: {shelter: {lognormal: {cv: 0.5}}}}}\n",
    )
    shelter = load(home / "other.yaml").scenario.places["camp"].threat.shelter
    assert shelter is not None
    assert (shelter.kind, shelter.numbers) == ("exponential", (10_800.0,))
    camp = load(home / "same.yaml").data["places"]["camp"]
    assert camp["threat"]["shelter"] == {"lognormal": {"mean": "2 h", "cv": 0.5}}


def test_a_problem_is_reported_in_the_file_that_says_the_value(tmp_path: Path) -> None:
    home = folder(
        tmp_path,
        base=SMALL.replace("prepare: 6 h", "prepare: 6 km"),
        change="extends: base.yaml\n\nplaces: {camp: {yard: some}}\n",
    )
    lines = refusal(home / "change.yaml").replace(f"{home}/", "").splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["base.yaml:23", "change.yaml:3"]


def test_names_that_read_alike_in_two_files_are_reported_with_both(tmp_path: Path) -> None:
    home = folder(tmp_path, base=SMALL, change="extends: base.yaml\nplaces: {Hub: {role: exit}}\n")
    message = refusal(home / "change.yaml").replace(f"{home}/", "")
    assert "two names that read alike: hub and Hub, on base.yaml:21 and change.yaml:2" in message


def test_the_chain_is_named_from_the_lowest_with_its_hashes(tmp_path: Path) -> None:
    home = folder(tmp_path, base__small=SMALL, mid="extends: base/small.yaml\n", top="extends: mid.yaml\n")
    files = load(home / "top.yaml").files
    assert [name for name, _ in files] == ["base/small.yaml", "mid.yaml", "top.yaml"]
    assert all(len(digest) == 64 for _, digest in files)


def test_a_file_in_a_folder_below_may_extend_one_above_inside_the_scenario_folder(tmp_path: Path) -> None:
    home = folder(tmp_path, small=SMALL, variants__change="extends: ../small.yaml\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "change.yaml").write_text("extends: ../scenarios/small.yaml\n")
    assert load(home / "variants" / "change.yaml").scenario.name == "A small camp"
    assert "this path leaves the scenario folder" in refusal(tmp_path / "other" / "change.yaml")


def test_eight_files_below_the_first_are_read_and_nine_are_not(tmp_path: Path) -> None:
    links = {f"f{n}": f"extends: f{n + 1}.yaml\n" for n in range(9)}
    home = folder(tmp_path, **links, f9=SMALL)
    assert load(home / "f1.yaml").scenario.name == "A small camp"
    message = refusal(home / "f0.yaml").replace(f"{home}/", "")
    assert "this chain of files is too deep: f0.yaml -> f1.yaml ->" in message
    assert "at most 8 files below the first" in message


def test_a_link_is_not_followed_by_extends(tmp_path: Path) -> None:
    home = folder(tmp_path, small=SMALL, change="extends: linked.yaml\n", through="extends: there/small.yaml\n")
    (home / "linked.yaml").symlink_to(home / "small.yaml")
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "small.yaml").write_text(SMALL)
    (home / "there").symlink_to(tmp_path / "away")
    for name in ("change", "through"):
        assert "this path goes through a symbolic link" in refusal(home / f"{name}.yaml")


def test_a_scenario_that_is_asked_for_by_a_link_is_read(tmp_path: Path) -> None:
    home = folder(tmp_path, small=SMALL)
    (tmp_path / "linked.yaml").symlink_to(home / "small.yaml")
    assert load(tmp_path / "linked.yaml").scenario.name == "A small camp"


def test_a_misspelt_field_that_is_deleted_is_reported(tmp_path: Path) -> None:
    home = folder(tmp_path, small=SMALL, change="extends: small.yaml\nplaces: {camp: {thread: null}}\n")
    message = refusal(home / "change.yaml")
    assert "places.camp.thread: nothing of this name to delete; did you mean threat?" in message


def test_a_changed_figure_loses_the_source_it_inherits(tmp_path: Path) -> None:
    home = folder(
        tmp_path,
        base=SMALL + "sources: {places: {kind: document}, places.camp.crews.count: {kind: report, cite: a paper}}\n",
        change="extends: base.yaml\nplaces: {camp: {crews: {count: 9}, yard: 5}}\n",
        told=("extends: base.yaml\nplaces: {camp: {crews: {count: 9}}}\nsources: {places.camp: {kind: derived}}\n"),
        same="extends: base.yaml\nplaces: {camp: {crews: {count: 2}}}\n",
    )
    sources = load(home / "change.yaml").sources
    assert sources["places.camp.crews.count"].kind == "assumed"
    assert sources["places.camp.yard"].kind == "assumed"
    assert sources["places"].kind == "document"
    reported = load(home / "told.yaml")
    assert reported.sources["places.camp"].kind == "derived"
    assert "places.camp.crews.count" not in reported.sources
    assert load(home / "same.yaml").sources["places.camp.crews.count"].kind == "report"


def test_a_figure_that_nobody_sourced_stays_without_a_source(tmp_path: Path) -> None:
    home = folder(
        tmp_path,
        base=SMALL + "sources: {places: {kind: document}}\n",
        change="extends: base.yaml\nroutes: {north: {km: [600]}}\n",
    )
    loaded = load(home / "change.yaml")
    assert "routes.north.km.0" in [problem.path for problem in unsourced(loaded)]
    assert tally(loaded)["assumed"] == 0


def test_a_source_of_what_an_extending_file_deletes_goes_with_it(tmp_path: Path) -> None:
    home = folder(
        tmp_path,
        base=SMALL + "sources: {places.camp.threat.shelter: {kind: report}}\n",
        change="extends: base.yaml\nplaces: {camp: {threat: null}}\n",
    )
    assert load(home / "change.yaml").sources == {}


def test_a_sweep_is_no_scenario(tmp_path: Path) -> None:
    (tmp_path / "sweep.yaml").write_text("schema: 1\nname: A sweep\nscenario: a.yaml\nfactors: {}\n")
    with pytest.raises(InputError, match="this is a sweep, not a scenario; run it with `drawdown sweep`"):
        load(tmp_path / "sweep.yaml")


def test_a_bare_name_extends_the_shipped_scenario_from_any_folder(tmp_path: Path) -> None:
    home = folder(tmp_path, ours="extends: tessalit\nplaces: {tessalit: {crews: {count: 9}}}\n")
    ours = load(home / "ours.yaml")
    assert ours.scenario.hash() == load("tessalit", ["places.tessalit.crews.count=9"]).scenario.hash()
    assert [name for name, _ in ours.files] == ["shipped:base/sahel.yaml", "shipped:tessalit.yaml", "ours.yaml"]


def test_a_file_of_that_name_in_the_folder_comes_before_the_shipped_scenario(tmp_path: Path) -> None:
    home = folder(tmp_path, ours="extends: tessalit\n")
    (home / "tessalit").write_text(SMALL)
    assert load(home / "ours.yaml").scenario.name == "A small camp"


def test_a_misspelt_shipped_scenario_is_named(tmp_path: Path) -> None:
    assert refusal(folder(tmp_path, ours="extends: tesalit.yaml\n") / "ours.yaml").endswith("did you mean tessalit?")
