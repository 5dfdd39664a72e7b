"""A factor whose levels are removed causes."""

import json
from pathlib import Path

import pytest
from levers import LITTLE, StagedLevers

from sim.experiment.backend import Backend
from sim.experiment.planning import model_of
from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep
from sim.replication.simulator import Simulator
from sim.results.sweep_folder import read_sweep
from sim.tape.tape import CAUSES

WAR = """
schema: 1
extends: little.yaml
name: A camp under fire
calendar: {deadline: 2023-07-08}
places:
  camp:
    handover: 2023-07-08
    lots: {box: {unoe: 12}}
    threat: {alarms: {rate: 0.3 /day}, shelter: {fixed: 3 h}, fires: 0.01 /day}
routes:
  road:
    attacks: {rate: 0.002 /km, delay: {fixed: 6 h}, vehicles_lost: {poisson: {mean: 0.5}}, hurt: {poisson: {mean: 1}}}
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder of its own with a little war in it, as the current one."""
    monkeypatch.chdir(tmp_path)
    Path("little.yaml").write_text(LITTLE)
    Path("war.yaml").write_text(WAR)
    return tmp_path


def planned(factors, kind="one_at_a_time", out="r", on=None, request=None, **fields):
    said = {"schema": 1, "name": "Causes", "scenario": "war.yaml", "replications": 12, "design": {"kind": kind}}
    said |= {"factors": factors} | fields
    Path("causes.yaml").write_text("\n".join(f"{key}: {json.dumps(value)}" for key, value in said.items()))
    return plan_sweep(SweepRequest("causes.yaml", out=Path(out), **(request or {})), on or StagedLevers())


def off(plan):
    """By point, the levels and the causes that are off."""
    settings = [plan.points.settings(point) for point in range(plan.size)]
    return [(*(level.text for level in levels), sorted(plan.points.off(levels))) for levels in settings]


def test_each_is_every_cause_by_itself_beside_the_file_as_it_is():
    plan = planned({"off": {"without": "each"}})
    assert off(plan) == [("none", []), *((cause, [cause]) for cause in CAUSES)]


def test_a_list_takes_off_what_it_names_and_a_map_several_at_once():
    assert off(planned({"off": {"without": ["alarms", "none"]}}, "grid")) == [("alarms", ["alarms"]), ("none", [])]
    quiet = planned({"off": {"without": {"as it was": [], "quiet": ["fires", "alarms"]}}})
    assert off(quiet) == [("as it was", []), ("quiet", ["alarms", "fires"])]


def test_in_a_grid_two_factors_take_off_what_both_name():
    plan = planned({"a": {"without": ["none", "alarms"]}, "f": {"without": ["none", "fires"]}}, "grid")
    assert [causes for *_, causes in off(plan)] == [[], ["fires"], ["alarms"], ["alarms", "fires"]]


def test_each_leaves_out_what_the_whole_sweep_takes_off():
    plan = planned({"off": {"without": "each"}}, without=["hits"], request={"without": ("fires",)})
    assert off(plan)[0] == ("none", ["fires", "hits"])
    assert {level for level, _ in off(plan)} == {"none", *CAUSES} - {"fires", "hits"}


def test_a_point_is_the_scenario_without_its_causes_and_the_command_that_runs_it_again_says_so():
    plan = planned({"off": {"without": ["attacks"]}}, without=["hits"])
    assert plan.points(1).arguments[2] == {"attacks", "hits"}
    assert plan.layout.repeat(1, 7) == ("drawdown trace war.yaml --seed 1 --without attacks --without hits -k 7")


def test_other_causes_are_another_sweep():
    one, other = ({"off": {"without": {"quiet": causes}}} for causes in (["alarms"], ["fires"]))
    assert planned(one).identity.points != planned(other).identity.points


def sweep(plan, workers=1, reported=lambda *_: None):
    return read_sweep(carry_out_sweep(plan, begin_sweep(plan), Backend(workers), reported).folder)


def tables(folder):
    return {path.name: path.read_bytes() for path in Path(folder).glob("*.csv")}


EACH = {
    "off": {"without": ["fires", "attacks", "alarms", "hits"]},
    "crews": {"path": "places.camp.crews.count", "levels": [2, 3]},
}
AT_ONCE = {"off": {"without": {"as it was": [], "safe": ["fires", "attacks"], "quiet": ["alarms"]}},
           "crews": {"path": "places.camp.crews.count", "levels": [2, 3]}}  # fmt: skip


@pytest.mark.parametrize(("factors", "kind"), [(EACH, "one_at_a_time"), (AT_ONCE, "grid")])
def test_what_is_not_run_twice_has_the_rows_that_it_would_have_if_it_were(factors, kind):
    plan = planned(
        factors, kind, on=model_of, responses=["extracted_share", "lost_share", "attacks", "sheltered_hours"]
    )
    swept = sweep(plan)
    reported = {(row["point"], row["replication"]): row for row in swept.rows("replications")}
    for point in range(plan.size):
        simulator = Simulator(plan.points.scenario(plan.points.settings(point)), off(plan)[point][-1])
        for number in range(1, 13):
            rows, row = simulator.run(1, number), reported.pop((point, number))
            assert row["tape_hash"] == rows.tape_hash
            assert [row[name] for name in plan.layout.responses] == [
                rows.responses[name] for name in plan.layout.responses
            ]
    assert not reported
    assert swept.manifest["clock"]["spared"] > 10


def stopping_at(until):
    def reported(done, *_):
        if done >= until:
            raise KeyboardInterrupt

    return reported


def test_a_sweep_over_causes_has_the_same_bytes_whatever_the_workers_and_however_often_it_was_stopped():
    sweep(planned(EACH, out="one", on=model_of))
    sweep(planned(EACH, out="two", on=model_of), workers=2)
    for until in (3, 20, 40):
        with pytest.raises(KeyboardInterrupt):
            sweep(planned(EACH, out="three", on=model_of), reported=stopping_at(until))
    sweep(planned(EACH, out="three", on=model_of))
    assert tables("one") == tables("two") == tables("three")
