import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from levers import LITTLE, StagedLevers
from standin import Staged

from sim.errors import InputError, ResultsError
from sim.experiment.backend import Backend
from sim.experiment.sweep.scale import multiplied
from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep
from sim.results.journal import NAME
from sim.results.sweep_folder import read_sweep

GRID = """
  crews: {path: places.camp.crews.count, levels: [1, 2, 3]}
  trucks: {path: lift.trucks.pool.count, levels: [2, 4]}
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder of its own with a little scenario in it, as the current one."""
    monkeypatch.chdir(tmp_path)
    Path("little.yaml").write_text(LITTLE)
    return tmp_path


def write(factors=GRID, name="sweep.yaml", **fields):
    said = {"schema": 1, "name": "A sweep", "replications": 30, "scenario": "little.yaml"} | fields
    lines = [f"{key}: {json.dumps(value)}" for key, value in said.items() if value is not None]
    Path(name).write_text("\n".join([*lines, f"factors: {factors}" if factors else ""]))
    return name


def planned(factors=GRID, out="r", on=None, sets=(), **fields):
    return plan_sweep(SweepRequest(write(factors, **fields), out=Path(out), sets=sets), on or StagedLevers())


def sweep(plan, workers=1, reported=lambda *_: None, force=False):
    return read_sweep(carry_out_sweep(plan, begin_sweep(plan, force), Backend(workers), reported).folder)


def tables(folder):
    return {path.name: path.read_bytes() for path in Path(folder).glob("*.csv")}


def texts(plan, names=None):
    points = range(plan.size)
    return [tuple(level.text for level in plan.points.settings(point)) for point in points]


def refused(factors=GRID, **fields):
    with pytest.raises(InputError) as reported:
        planned(factors, **fields)
    return str(reported.value)


def test_a_grid_has_every_combination_the_last_factor_fastest():
    assert texts(planned()) == [("1", "2"), ("1", "4"), ("2", "2"), ("2", "4"), ("3", "2"), ("3", "4")]


def test_one_at_a_time_begins_with_the_file_as_it_is_and_changes_one_factor_a_point():
    plan = planned(design={"kind": "one_at_a_time"})
    assert texts(plan) == [("2", "3"), ("1", "3"), ("3", "3"), ("2", "2"), ("2", "4")]
    assert plan.points(0).arguments == StagedLevers()(plan.points.scenario(()), frozenset()).arguments


def test_ranges_of_counts_are_whole_and_others_evenly_spaced_with_their_unit():
    plan = planned("""
  crews: {path: places.camp.crews.count, range: [1, 4], steps: 4}
  payload: {path: lift.trucks.pool.payload, range: [10 t, 20 t]}
  handover: {path: places.camp.handover, range: [2023-07-02, 2023-07-04]}
""")
    levels = plan.levels()
    assert levels["crews"] == ["1", "2", "3", "4"]
    assert levels["payload"] == ["10 t", "15 t", "20 t"]
    assert levels["handover"] == ["2023-07-02", "2023-07-03", "2023-07-04"]


def test_a_multiple_changes_every_number_below_a_path_and_no_shape():
    plan = planned("\n  slower: {path: classes.box.prepare, times: true, levels: [1, 3]}\n")
    patch = plan.points.settings(1)[0].changes[0].patch(plan.points.drafts[""])
    assert patch == 'classes.box.prepare={"lognormal": {"mean": "6 h", "cv": 0.5}}'


def test_a_multiple_of_an_inventory_leaves_the_share_that_is_broken_down():
    assert multiplied({"box": {"coe": 10, "broken_down": "40 %"}}, 1.5) == {"box": {"coe": 15, "broken_down": "40 %"}}


def test_several_paths_take_one_value_and_a_bundle_changes_several_fields():
    plan = planned("""
  size: {paths: [places.camp.crews.count, lift.trucks.pool.count], levels: [2, 4]}
  roads: {levels: {calm: {}, slow: {routes.road.a_day.calm: 50 km, lift.convoys.at_once: 2}}}
""")
    point = plan.points.scenario(plan.points.settings(3))
    assert (point.places["camp"].crews.count, point.lift.trucks["pool"].count) == (4, 4)
    assert (point.routes["road"].a_day["calm"], point.lift.convoys.at_once) == (50, 2)


def test_a_factor_scenario_runs_files():
    Path("more.yaml").write_text("schema: 1\nname: More\nextends: little.yaml\nplaces: {camp: {crews: {count: 4}}}\n")
    plan = planned("\n  scenario: {levels: {now: little.yaml, more: more.yaml}}\n", scenario=None)
    swept = sweep(plan)
    means = {row["scenario"]: row["mean"] for row in swept.rows("estimates") if row["response"] == "extracted_share"}
    assert means["more"] > means["now"]


def test_what_is_uncertain_is_drawn_alike_at_every_lever_point_and_apart_by_name():
    drawn = {"payload": {"path": "lift.trucks.pool.payload", "prior": {"uniform": ["10 t", "20 t"]}}}
    one = planned(uncertain={"draws": 4, "factors": drawn})
    more = drawn | {"slower": {"path": "classes.box.prepare", "times": True, "range": [0.5, 2]}}
    two = planned(uncertain={"draws": 4, "factors": more})
    first = [text for _, _, text in texts(one)]
    assert first == first[:4] * 6
    assert len(set(first)) == 4
    assert [row[2] for row in texts(two)] == first


def test_a_replication_has_the_same_random_events_at_every_point():
    swept = sweep(planned())
    tapes = {}
    for row in swept.rows("replications"):
        tapes.setdefault(row["replication"], set()).add(row["tape_hash"])
    assert {len(found) for found in tapes.values()} == {1}
    assert len(tapes) == 30


def test_workers_do_not_change_a_byte():
    sweep(planned(out="one"), workers=1)
    sweep(planned(out="two"), workers=2)
    assert tables("one") == tables("two")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_sweep_that_was_stopped_goes_on_to_the_same_bytes(workers):
    sweep(planned(out="whole"))

    def stop(done, _wanted, _failed):
        if done >= 70:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(planned(), workers, stop)
    assert not Path("r").exists()
    received = []
    sweep(planned(), workers, lambda done, *_: received.append(done))
    assert received[0] >= 70
    assert tables("r") == tables("whole")
    assert not Path("r.partial").exists()


def test_a_torn_or_changed_line_of_the_journal_is_run_again():
    sweep(planned(out="whole"))
    work = begin_sweep(planned())

    def stop(done, *_):
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out_sweep(planned(), work, Backend(1), stop)
    journal = Path("r.partial") / NAME
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"0.", b"1.", 1)
    journal.write_bytes(b"".join(lines)[:-7])
    sweep(planned())
    assert tables("r") == tables("whole")


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {standin!r})
from standin import Staged
from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep
from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
from sim.experiment.backend import Backend
import os, signal
def reported(done, wanted, failed):
    if done >= {after}:
        os.kill(os.getpid(), signal.SIGKILL)
if __name__ == "__main__":
    plan = plan_sweep(SweepRequest("sweep.yaml", out=Path("r")), Staged())
    carry_out_sweep(plan, begin_sweep(plan), Backend({workers}), reported)
"""
STANDIN = str(Path(__file__).resolve().parents[1] / "standin")


@pytest.mark.slow
def test_a_sweep_of_60_points_killed_at_ten_moments_ends_with_the_bytes_of_an_unbroken_one():
    factors = """
  crews: {path: places.camp.crews.count, range: [1, 10], steps: 10}
  trucks: {path: lift.trucks.pool.count, range: [1, 6], steps: 6}
"""
    sweep(planned(factors, out="whole", on=Staged(), replications=50))
    for at, after in enumerate((25, 300, 450, 800, 1000, 1325, 1700, 2200, 2600, 2975)):
        code = KILLED.format(standin=STANDIN, after=after, workers=1 + at % 2)
        killed = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, timeout=120)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
    sweep(planned(factors, on=Staged(), replications=50), workers=2)
    assert tables("r") == tables("whole")


def test_a_worker_that_dies_costs_nothing_and_what_fails_is_reported_with_its_command(here):
    trouble = {3: f"dies once {here}/died", 7: "fails"}
    swept = sweep(planned(on=StagedLevers(trouble), out="a dir"), workers=2)
    rows = swept.rows("failures")
    assert {(row["replication"], row["kind"]) for row in rows} == {(7, "failed")}
    assert len(rows) == 6
    assert rows[3]["repeat"] == (
        "drawdown trace little.yaml --seed 1 --set places.camp.crews.count=2 --set lift.trucks.pool.count=4 -k 7"
    )
    assert swept.manifest["failed"] == 6
    assert {row["replications"] for row in swept.rows("points")} == {29}


def test_what_was_lost_with_its_worker_is_run_again_by_the_same_command():
    factors = "\n  crews: {path: places.camp.crews.count, levels: [2]}\n"
    lost = sweep(planned(factors, on=StagedLevers({3: "dies"}), replications=4), workers=2)
    assert lost.manifest["lost"] == 1
    again = sweep(planned(factors, replications=4))
    assert again.manifest["lost"] == 0
    sweep(planned(factors, out="whole", replications=4))
    assert tables("r") == tables("whole")


def test_a_finished_sweep_is_recognised_and_another_is_never_overwritten():
    sweep(planned())
    assert begin_sweep(planned()) is None
    with pytest.raises(ResultsError, match=r"differs in the seed \(1, now 2\)"):
        begin_sweep(planned(seed=2))
    with pytest.raises(ResultsError, match="the factors or their levels"):
        begin_sweep(planned(GRID.replace("[2, 4]", "[2, 5]")))
    Path("little.yaml").write_text(LITTLE.replace("100 km", "90 km"))
    with pytest.raises(ResultsError, match="differs in the scenario"):
        begin_sweep(planned())
    assert sweep(planned(), force=True).manifest["identity"]["seed"] == 1


def test_unfinished_work_of_another_sweep_is_not_mixed_in():
    def stop(done, *_):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(planned(), reported=stop)
    with pytest.raises(ResultsError, match="unfinished work of another sweep, which differs in the seed"):
        begin_sweep(planned(seed=2))


def test_two_processes_on_one_sweep_do_no_harm():
    work = begin_sweep(planned())
    with pytest.raises(ResultsError, match="is being worked on by process"):
        begin_sweep(planned())
    carry_out_sweep(planned(), work, Backend(1), lambda *_: None)
    sweep(planned(out="whole"))
    assert tables("r") == tables("whole")


def test_a_disk_that_gives_out_is_a_sentence_and_what_was_run_stays():
    work = begin_sweep(planned())
    (work.path / "whole").write_text("a file stands in the way of finishing")
    with pytest.raises(ResultsError, match="can't be written"):
        carry_out_sweep(planned(), work, Backend(1), lambda *_: None)
    (work.path / "whole").unlink()
    received = []
    sweep(planned(), reported=lambda done, *_: received.append(done))
    assert received[0] == 180


def test_a_precision_stops_each_point_for_itself_whatever_the_workers():
    fields = {"replications": None, "precision": {"extracted_share": 0.012}, "most": 400}
    factors = "\n  crews: {path: places.camp.crews.count, levels: [1, 20]}\n"  # with 20 all comes out every time
    one = sweep(planned(factors, out="one", **fields))
    sweep(planned(factors, out="two", **fields), workers=2)
    assert [row["replications"] for row in one.rows("points")] == [200, 150]
    assert tables("one") == tables("two")


def test_effects_are_paired_with_the_file_as_it_is():
    swept = sweep(planned(design={"kind": "one_at_a_time"}, responses=["extracted_share"]))
    said = {(row["factor"], row["value"]): row["difference"] for row in swept.rows("effects")}
    # the stand-in extracts one lot of ten more or less for a crew or truck, within random variation and the ten lots
    assert said["crews", "1"] == pytest.approx(-0.1)
    assert said["trucks", "4"] == pytest.approx(0.1)


def test_what_can_not_be_swept_is_refused_before_anything_is_run():
    assert "did you mean places.camp.crews.count" in refused("\n  a: {path: places.camp.crews.cuont, levels: [1]}\n")
    assert "did you mean extracted_share" in refused(responses=["extractd_share"])
    two = "\n  a: {path: places.camp.crews.count, levels: [1]}\n  b: {path: places.camp.crews, levels: [{count: 2}]}\n"
    assert "the factor a changes places.camp.crews as well" in refused(two)
    assert "a column of the tables has this name" in refused("\n  mean: {path: places.camp.crews.count, levels: [1]}\n")
    assert "numbers in one unit" in refused("\n  a: {path: classes.box.mass, range: [1 t, 900 kg]}\n")
    assert "duplicate level" in refused("\n  a: {path: places.camp.crews.count, levels: [1, 1]}\n")
    assert "the point with a=2000000 is not a valid scenario" in refused(
        "\n  a: {path: places.camp.crews.count, levels: [1, 2000000]}\n"
    )
    assert "not a scenario file in this folder" in refused(scenario="../other.yaml")
    assert not Path("r.partial").exists()


def test_a_billion_points_are_counted_and_refused_at_once():
    wide = "".join(
        f"\n  f{n}: {{path: classes.box.{name}, times: true, range: [1, 2], steps: 1000}}"
        for n, name in enumerate(("mass", "value", "prepare"))
    )
    said = refused(wide + "\n")
    assert "1,000,000,000 points of 30 replications each, 30,000,000,000 in all" in said
    assert "at most 1,000,000 points" in said


def test_a_point_that_no_check_saw_and_is_no_scenario_is_recorded_as_failed():
    levels = [1] * 350 + [2_000_000] + [1] * 50
    spread = ", ".join(str(level if level > 1 else 1 + at) for at, level in enumerate(levels))
    plan = planned(f"\n  a: {{path: places.camp.crews.count, levels: [{spread}]}}\n", replications=1, on=Staged())
    swept = sweep(plan)
    rows = swept.rows("failures")
    assert [row["point"] for row in rows] == [350]
    assert "out of range" in rows[0]["error"]


def test_effects_are_over_all_draws_of_what_is_uncertain():
    drawn = {"draws": 3, "factors": {"trucks": {"path": "lift.trucks.pool.count", "range": [2, 4]}}}
    crews = "\n  crews: {path: places.camp.crews.count, levels: [3]}\n"
    swept = sweep(planned(crews, design={"kind": "one_at_a_time"}, uncertain=drawn, responses=["extracted_share"]))
    # a third crew brings out a lot of ten, and one more where there are four trucks: one draw of three
    assert swept.rows("effects")[0]["difference"] == pytest.approx(0.4 / 3)


DRAWN = {"payload": {"path": "lift.trucks.pool.payload", "prior": {"uniform": ["10 t", "20 t"]}}}
SOBOL = {"draws": 32, "sampling": "sobol", "factors": DRAWN}


def test_each_draw_of_a_sample_has_random_events_of_its_own_and_has_them_at_every_lever_point():
    swept = sweep(planned(uncertain=SOBOL, replications=2))
    numbers = [(row["point"], row["replication"]) for row in swept.rows("replications")]
    assert numbers == [(point, point % 32 * 2 + at) for point in range(6 * 32) for at in (1, 2)]
    tapes = {}
    for row in swept.rows("replications"):
        tapes.setdefault(row["replication"], set()).add(row["tape_hash"])
    assert {len(found) for found in tapes.values()} == {1}
    assert [row["replications"] for row in swept.rows("sampled")][:2] == [64, 64]


def test_a_sample_runs_one_replication_a_draw_where_nothing_else_is_said():
    plan = planned(uncertain=SOBOL, replications=None)
    assert (plan.replications, plan.size) == (1, 6 * 32)


def test_a_sample_has_the_same_bytes_whatever_the_workers_and_however_often_it_was_stopped():
    sweep(planned(out="one", uncertain=SOBOL, replications=None))

    def stop(done, _wanted, _failed):
        if done >= 70:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(planned(uncertain=SOBOL, replications=None), 2, stop)
    received = []
    sweep(planned(uncertain=SOBOL, replications=None), 2, lambda done, *_: received.append(done))
    assert received[0] >= 70
    assert tables("r") == tables("one")


def test_another_sampling_is_another_sweep():
    sweep(planned(uncertain=SOBOL, replications=None))
    request = SweepRequest("sweep.yaml", out=Path("r"), sampling="plain")
    plain = plan_sweep(request, StagedLevers())
    assert plain.command == "drawdown sweep sweep.yaml --sampling plain"
    with pytest.raises(ResultsError, match="the design"):
        begin_sweep(plain)


def test_nothing_uncertain_can_not_be_sampled():
    write()
    with pytest.raises(InputError, match="nothing to sample"):
        plan_sweep(SweepRequest("sweep.yaml", sampling="sobol"), StagedLevers())
