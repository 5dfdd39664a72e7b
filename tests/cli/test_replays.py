"""`replays.json` beside a run: which replications it holds, when it is made, and what is refused."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from sim.cli import main
from sim.errors import InputError, ResultsError
from sim.experiment.replaying import add_replays, replay_of_number
from sim.replication.replay import counts_by_day
from sim.replication.replay_bytes import unpacked
from sim.replication.timeline import TIMELINE_COLUMNS
from sim.results.finished import read_results
from sim.results.replays import Ranked, picked, read_replays, succeeded

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def run(scenario: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["run", scenario, "-j", "1", "--quiet", *words])


def shares(folder: Path) -> dict[int, float]:
    with (folder / "replications.csv").open() as stream:
        return {int(row["replication"]): float(row["extracted_share"]) for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def camp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "camp"
    file = SCENARIOS / "examples" / "twelve-trucks.yaml"
    assert run(str(file), "-n", "7", "--out", str(folder)).exit_code == 0
    return folder


def test_a_run_keeps_its_worst_median_and_best_replication(camp: Path) -> None:
    kept = read_replays(read_results(camp))
    order = sorted(shares(camp).items(), key=lambda each: each[::-1])
    assert [(one.roles, one.replication, one.value) for one in kept] == [
        (("worst",), *order[0]), (("median",), *order[3]), (("best",), *order[6]),
    ]  # fmt: skip
    assert len({share for _, share in order}) == 7
    for one in kept:
        assert unpacked(one.packed).head["replication"] == one.replication


def test_of_equal_replications_the_first_is_meant_and_one_may_be_all_three() -> None:
    def rows(*values: float | None) -> list[Ranked]:
        return [Ranked(number, "", "extracted_share", value) for number, value in enumerate(values, 1)]

    def numbers(*values: float | None) -> dict[str, int]:
        return {role: one.replication for roles, one in picked(rows(*values)) for role in roles}

    assert numbers(0.5) == {"worst": 1, "median": 1, "best": 1}
    assert numbers(0.5, 0.2) == {"worst": 2, "median": 2, "best": 1}
    assert numbers(0.4, 0.9, 0.9, 0.1, 0.1) == {"worst": 4, "median": 1, "best": 2}
    assert numbers(None, 0.3, None, 0.7) == {"worst": 2, "median": 2, "best": 4}
    assert numbers(None, None) == {"worst": 1, "median": 1, "best": 1}
    assert numbers() == {}


def test_the_counts_of_a_single_replication_are_those_of_its_table_over_time(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    run(str(SCENARIOS / "tessalit.yaml"), "-n", "1", "--out", str(folder))
    [kept] = read_replays(read_results(folder))
    replay = unpacked(kept.packed)
    counts, scope = counts_by_day(replay), np.array(replay.head["in_scope"], dtype=bool)
    table = pd.read_csv(folder / "timeline.csv")
    for place, mine in [("mission", counts[:, scope].sum(axis=1)), *zip(
        replay.head["places"], counts.transpose(1, 0, 2), strict=True
    )]:  # fmt: skip
        rows = table[table["place"] == place]
        for at, state in enumerate(TIMELINE_COLUMNS):
            column = "people_mean" if state == "people" else "lots_mean"
            assert rows[rows["state"] == state][column].tolist() == mine[:, at].tolist(), (place, state)


def test_tables_of_a_run_have_the_same_bytes_with_replays_and_without(camp: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    run(str(SCENARIOS / "examples" / "twelve-trucks.yaml"), "-n", "7", "--no-plots", "--out", str(bare))
    assert not (bare / "replays.json").exists()
    names = {path.name for path in bare.iterdir()} - {"manifest.json"}
    assert {name: (bare / name).read_bytes() for name in names} == {name: (camp / name).read_bytes() for name in names}
    one, other = (json.loads((folder / "manifest.json").read_text()) for folder in (bare, camp))
    assert one["run"] == other["run"]
    assert one["tables"] == other["tables"]


def test_a_finished_run_without_replays_gets_the_same_bytes_later(camp: Path, tmp_path: Path) -> None:
    folder, wanted = tmp_path / "later", (camp / "replays.json").read_bytes()
    words = (str(SCENARIOS / "examples" / "twelve-trucks.yaml"), "-n", "7", "--out", str(folder))
    run(*words, "--no-plots")
    assert run(*words).exit_code == 0
    assert (folder / "replays.json").read_bytes() == wanted
    (folder / "replays.json").unlink()
    add_replays(folder)  # from the scenario in the manifest
    assert (folder / "replays.json").read_bytes() == wanted


def test_another_run_in_its_place_leaves_no_replay_of_it(here: Path) -> None:
    run("little.yaml", "-n", "3", "--out", "out")
    assert run("little.yaml", "-n", "3", "--seed", "2", "--no-plots", "--out", "out", "--force").exit_code == 0
    assert not Path("out/replays.json").exists()
    assert [path.name for path in here.iterdir() if path.name.startswith("out")] == ["out"]


def test_any_other_replication_is_simulated_again_from_the_folder_alone(camp: Path) -> None:
    results = read_results(camp)
    known = {one.replication: one for one in read_replays(results)}
    for number in range(1, 8):
        one = replay_of_number(results, number)
        assert (one.roles, one.replication, one.value) == (("chosen",), number, shares(camp)[number])
        assert number not in known or one.packed == known[number].packed
    with pytest.raises(InputError, match=r"no such replication.*got 8; allowed: 1 to 7"):
        replay_of_number(results, 8)


def test_a_replication_that_is_not_that_of_the_tables_is_refused(camp: Path) -> None:
    results = read_results(camp)
    identity = results.manifest["identity"] | {"seed": 2}
    other = replace(results, manifest=results.manifest | {"identity": identity})
    with pytest.raises(ResultsError, match=r"replication 3 of .* is not the same when it is run again"):
        replay_of_number(other, 3)


def test_so_is_one_whose_random_events_differ(camp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [replace(one, tape_hash="0" * 64) for one in succeeded(read_results(camp))]
    monkeypatch.setattr("sim.experiment.replaying.succeeded", lambda results: known)
    with pytest.raises(ResultsError, match="is not the same when it is run again"):
        replay_of_number(read_results(camp), 3)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda said: said | {"run": "another"}, "is not of this run; remove it"),
        (lambda said: said | {"replays": 5}, "is not as this version of drawdown writes it"),
        (lambda said: said | {"replays": [said["replays"][0] | {"packed": "a"}]}, "a replay is cut off"),
        (lambda said: said | {"replays": [said["replays"][0] | {"roles": ["<b>"]}]}, "names no replication"),
    ],
)
def test_a_file_of_replays_that_is_not_ours_is_refused_in_a_sentence(
    camp: Path, monkeypatch: pytest.MonkeyPatch, change: object, says: str
) -> None:
    said = json.loads((camp / "replays.json").read_text())
    changed = json.dumps(change(said)).encode()  # type: ignore[operator]
    monkeypatch.setattr("sim.results.replays.read_file", lambda path, most: changed)
    with pytest.raises(ResultsError, match=says):
        read_replays(read_results(camp))
