import hashlib
import json
from pathlib import Path

import pytest
from levers import StagedLevers

from sim.errors import InputError, ResultsError
from sim.experiment.backend import Backend
from sim.experiment.comparison_plan import ComparisonRequest, plan_comparison
from sim.experiment.comparison_study import begin_comparison, carry_out_comparison
from sim.experiment.planning import Request, plan_run
from sim.experiment.running import begin, carry_out
from sim.experiment.sides import Opened, open_sides
from sim.results.comparison_folder import read_comparison
from sim.results.folder import partial_of
from sim.results.parquet import write_frames
from sim.scenario.door import load_data


def world(crews=2, trucks=3, **more):
    return {
        "schema": 1, "name": f"{crews} crews, {trucks} trucks",
        "calendar": {"start": "2023-07-01", "deadline": "2023-07-04"},
        "places": {
            "camp": {"role": "camp", "handover": "2023-07-04", "evacuate": {"port": ["road"]},
                     "crews": {"count": crews}, "lots": {"box": {"unoe": 10}}},
            "port": {"role": "exit"},
        },
        "classes": {"box": {"mass": "1.25 t", "floor": 1.5, "value": "40 kUSD", "moves": ["truck"], "prepare": "1 h"}},
        "lift": {"trucks": {"pool": {"count": trucks, "base": "port", "payload": "20 t", "floor": 6}},
                 "convoys": {"at_once": 1, "vehicles": {"least": 1, "most": 3}}},
        "routes": {"road": {"through": ["camp", "port"], "km": [100], "a_day": {"calm": "100 km"}}},
    } | more  # fmt: skip


def side(name="a", **options):
    return Opened(f"{name}.yaml", load_data(world(**options)))


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def planned(*sides, replications=12, trouble=None, **options):
    return plan_comparison(ComparisonRequest(sides, replications, **options), StagedLevers(trouble))


def compare(*sides, workers=1, force=False, observes=None, **options):
    plan = planned(*sides, **options)
    received = observes or (lambda name: lambda done, wanted, failed: None)
    made = carry_out_comparison(plan, begin_comparison(plan, force), Backend(workers), received, lambda text: None)
    return read_comparison(made.folder)


def simulated(name, seed=1, replications=12, trouble=None, **options):
    """A results folder, as `run` makes it."""
    request = Request(load_data(world(**options)), f"{name}.yaml", seed, replications, out=Path(name))
    plan = plan_run(request, StagedLevers(trouble))
    return open_sides([str(carry_out(plan, begin(plan), Backend(1)).folder)])[0]


def headline(comparison, at=0):
    return comparison.summary["comparisons"][at]["responses"]["extracted_share"]


def tables(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.*") if path.name != "manifest.json"}


def test_a_scenario_against_itself_differs_by_exactly_nothing_and_is_run_once():
    comparison = compare(side(), side())
    frame = comparison.table("differences").dropna(subset=["difference"])
    assert set(frame["difference"]) == {0.0}
    assert set(frame["words"]) == {"the same in every replication"}
    assert comparison.manifest["waterfalls"] == []
    assert [path.name for path in (comparison.folder / "runs").iterdir()] == ["a"]
    assert set(frame["b"]) == {"a-2"}


def test_the_difference_is_that_of_pairs_and_the_one_bar_is_the_difference():
    comparison = compare(side(), side("b", crews=5))
    said, fall = headline(comparison), comparison.summary["comparisons"][0]["waterfall"]
    assert said["mean"] == pytest.approx(0.3)
    assert [(bar["change"], bar["mean"]) for bar in fall["bars"]] == [("places.camp.crews", said["mean"])]
    assert fall["to"] - fall["from"] == pytest.approx(said["mean"])


def test_bars_share_what_two_changes_do_together_and_sum_to_the_difference():
    comparison = compare(side(), side("b", crews=4, trucks=4))
    bars = {bar["change"]: bar["mean"] for bar in comparison.summary["comparisons"][0]["waterfall"]["bars"]}
    assert bars == {"lift.trucks.pool": pytest.approx(0.15), "places.camp.crews": pytest.approx(0.25)}
    assert sum(bars.values()) == pytest.approx(headline(comparison)["mean"], abs=1e-12)
    frame = comparison.table("worlds")
    both = "lift.trucks.pool + places.camp.crews"
    assert set(frame["changed"]) == {"", "lift.trucks.pool", "places.camp.crews", both}


def test_changes_that_make_no_valid_scenario_apart_are_joined_with_the_reason():
    later = {"calendar": {"start": "2023-07-01", "deadline": "2023-07-09"}}
    b = world(**later)
    b["places"]["camp"] |= {"handover": "2023-07-08", "crews": {"count": 3}}
    comparison = compare(side(), Opened("b.yaml", load_data(b)))
    bars = comparison.summary["comparisons"][0]["waterfall"]["bars"]
    assert [bar["change"] for bar in bars] == ["calendar + places.camp.handover", "places.camp.crews"]
    assert "after the deadline" in bars[0]["why"]


def test_a_change_of_words_alone_is_no_bar():
    b = world(crews=3)
    b["classes"]["box"] |= {"mass": "1250 kg"}
    comparison = compare(side(), Opened("b.yaml", load_data(b)))
    assert [bar["change"] for bar in comparison.summary["comparisons"][0]["waterfall"]["bars"]] == ["places.camp.crews"]


def many(**more):
    """A world in which nine groups of keys differ from the first."""
    b = world(crews=3, trucks=4)
    b["places"]["camp"] |= {"loaders": 2, "working_hours": "06:00-16:00", "release": {"start": "2023-07-01"}}
    b["places"]["port"] |= {"loaders": 3, "working_hours": "05:00-17:00"}
    b["classes"]["box"] |= {"mass": "1 t"}
    b["routes"]["road"] |= {"km": [90]}
    return Opened("b.yaml", load_data(b | more))


def test_with_many_groups_a_waterfall_is_run_only_when_it_is_asked_for_and_the_plan_says_how():
    plan = planned(side(), many())
    assert plan.waterfalls == {}
    assert any("--waterfall shows how much" in note for note in plan.notes)


def test_above_eight_groups_orders_are_sampled_and_the_bars_still_sum_to_the_difference():
    comparison = compare(side(), many(), replications=3, waterfall=True)
    fall = comparison.summary["comparisons"][0]["waterfall"]
    assert (len(fall["bars"]), fall["orders"]) == (9, 16)
    assert sum(bar["mean"] for bar in fall["bars"]) == pytest.approx(headline(comparison)["mean"], abs=1e-12)


def test_several_sides_are_compared_with_the_first_at_a_shared_confidence():
    comparison = compare(side(), side("b", crews=3), side("c", crews=4), replications=12)
    assert [one["b"] for one in comparison.summary["comparisons"]] == ["b", "c"]
    assert comparison.summary["together"] == 2
    assert headline(comparison, 1)["mean"] == pytest.approx(0.2)


def test_one_worker_and_two_write_the_same_bytes():
    one = compare(side(), side("b", crews=4, trucks=4), out=Path("one"))
    two = compare(side(), side("b", crews=4, trucks=4), out=Path("two"), workers=2)
    assert tables(one.folder) == tables(two.folder)
    assert len(tables(one.folder)) == 7


def test_results_folders_are_paired_by_their_common_replications():
    comparison = compare(simulated("x", replications=12), simulated("y", replications=8, crews=3), replications=None)
    assert comparison.manifest["replications"] == 8
    assert list(comparison.table("pairs")["replication"].unique()) == list(range(1, 9))
    assert not (comparison.folder / "runs").exists()


def test_a_file_next_to_a_folder_takes_the_seed_of_the_folder():
    comparison = compare(simulated("x", seed=7, replications=9), side("b", crews=3), replications=None)
    assert (comparison.manifest["seed"], comparison.manifest["replications"]) == (7, 9)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (lambda: [simulated("x"), simulated("y", seed=2)], "y was run with seed 2"),
        (lambda: [side()], "at least two scenarios or results folders"),
    ],
)
def test_what_can_not_be_paired_is_refused_with_what_differs(given, message):
    with pytest.raises(InputError, match=message):
        planned(*given())


def test_results_can_not_be_changed_and_an_unknown_response_is_named():
    with pytest.raises(InputError, match="give its scenario"):
        planned(simulated("x"), side(), without=("alarms",))
    with pytest.raises(InputError, match="did you mean extracted_share"):
        planned(side(), side(), of="extractd_share")
    with pytest.raises(InputError, match="--seed is 3"):
        planned(simulated("x"), side(), seed=3)


def test_a_run_that_is_there_is_reused():
    request = Request(load_data(world()), "a.yaml", 1, 12)
    plan = plan_run(request, StagedLevers())
    there = carry_out(plan, begin(plan), Backend(1)).folder
    received = []

    def observes(name):
        received.append(name)
        return lambda done, wanted, failed: None

    comparison = compare(side(), side("b", crews=3), observes=observes)
    assert received == ["b", "waterfall"]
    assert comparison.manifest["sides"][0]["folder"] == str(there)


def test_a_finished_comparison_is_reused_another_refused_and_replaced_by_force():
    first = compare(side(), side("b", crews=3), out=Path("c"))
    when = (first.folder / "manifest.json").stat().st_mtime_ns
    assert compare(side(), side("b", crews=3), out=Path("c")).manifest == first.manifest
    assert (first.folder / "manifest.json").stat().st_mtime_ns == when
    with pytest.raises(ResultsError, match="differs in the run of b"):
        compare(side(), side("b", crews=4), out=Path("c"))
    (first.folder / "fates.png").write_bytes(b"old")
    again = compare(side(), side("b", crews=4), out=Path("c"), force=True)
    assert headline(again)["mean"] == pytest.approx(0.2)
    assert sorted(path.name for path in Path().iterdir()) == ["c"]


def test_a_waterfall_asked_for_later_is_added_from_the_same_runs():
    compare(side(), side("b", crews=3), out=Path("c"), waterfall=False)
    received = []

    def observes(name):
        received.append(name)
        return lambda done, wanted, failed: None

    assert compare(side(), side("b", crews=3), out=Path("c"), observes=observes).manifest["waterfalls"] == ["b"]
    assert received == ["waterfall"]
    assert (Path("c") / "runs" / "a" / "manifest.json").is_file()
    assert compare(side(), side("b", crews=3), out=Path("c"), waterfall=False).manifest["waterfalls"] == ["b"]


def stopping_at(part, count):
    def observes(name):
        def reported(done, wanted, failed):
            if name == part and done >= count:
                raise KeyboardInterrupt

        return reported

    return observes


@pytest.mark.parametrize("part", ["a", "b", "waterfall"])
def test_work_that_was_stopped_goes_on_and_ends_in_the_same_bytes(part):
    sides = side(), side("b", crews=4, trucks=4)
    whole = compare(*sides, out=Path("whole"))
    with pytest.raises(KeyboardInterrupt):
        compare(*sides, out=Path("cut"), observes=stopping_at(part, 6))
    assert not Path("cut").exists()
    first = {}

    def observes(name):
        return lambda done, wanted, failed: first.setdefault(name, done)

    cut = compare(*sides, out=Path("cut"), observes=observes)
    assert first[part] >= 6
    assert tables(cut.folder) == tables(whole.folder)
    assert not partial_of(Path("cut")).exists()


def test_unfinished_work_of_another_comparison_is_refused():
    with pytest.raises(KeyboardInterrupt):
        compare(side(), side("b", crews=4), out=Path("cut"), observes=stopping_at("b", 6))
    with pytest.raises(ResultsError, match="unfinished work of another comparison"):
        compare(side(), side("b", crews=5), out=Path("cut"))
    compare(side(), side("b", crews=5), out=Path("cut"), force=True)


def test_what_is_none_of_ours_stays_where_it_is():
    Path("mine").mkdir()
    (Path("mine") / "notes.txt").write_text("mine")
    with pytest.raises(ResultsError, match="holds no comparison"):
        compare(side(), side("b", crews=3), out=Path("mine"), force=True)
    made = compare(side(), side("b", crews=3), out=Path("c")).folder
    (made / "notes.txt").write_text("mine")
    compare(side(), side("b", crews=4), out=Path("c"), force=True)
    assert (Path("c.replaced") / "notes.txt").read_text() == "mine"


def test_failed_replications_are_in_no_pair_and_bound_the_difference():
    comparison = compare(side(), side("b", crews=3), trouble={4: "fails"})
    said = headline(comparison)
    assert (said["replications"], said["failed"], comparison.manifest["failed"]) == (11, 1, 2)
    assert said["ends"]["mean"][0] < said["mean"] < said["ends"]["mean"][1]
    assert comparison.summary["comparisons"][0]["waterfall"]["dropped"] == 1


def test_a_tape_that_differs_without_a_reason_is_reported():
    comparison = compare(side(), side("b", crews=3))
    assert set(comparison.table("tapes")["words"]) == {"the same random events"}
    other = simulated("y", crews=3)
    tape = other.results.folder / "tape.csv"
    tape.write_text(tape.read_text().replace(",d,", ",e,"))
    manifest = json.loads((other.results.folder / "manifest.json").read_text())
    manifest["tables"]["tape.csv"]["sha256"] = hashlib.sha256(tape.read_bytes()).hexdigest()
    (other.results.folder / "manifest.json").write_text(json.dumps(manifest))
    tapes = compare(simulated("x"), open_sides(["y"])[0], out=Path("d")).table("tapes")
    assert list(tapes["meant"]) == ["NO"]
    assert "nothing that differs between the scenarios says why" in tapes["words"][0]


def test_a_table_that_was_changed_is_refused():
    comparison = compare(side(), side("b", crews=3))
    (comparison.folder / "differences.csv").write_text("x\n")
    with pytest.raises(ResultsError, match="has been changed"):
        comparison.table("differences")


def test_tables_are_written_as_parquet_too():
    duckdb = pytest.importorskip("duckdb")
    comparison = compare(side(), side("b", crews=3))
    assert {path.name for path in write_frames(comparison)} >= {"differences.parquet", "waterfall.parquet"}
    path = comparison.folder / "differences.parquet"
    found = duckdb.sql(f"SELECT difference FROM '{path}' WHERE response = 'extracted_share'").fetchall()
    assert found == [(headline(comparison)["mean"],)]


def test_a_comparison_is_no_side_of_another():
    made = compare(side(), side("b", crews=3), out=Path("c"))
    with pytest.raises(InputError, match="this is a comparison"):
        open_sides([str(made.folder)])
