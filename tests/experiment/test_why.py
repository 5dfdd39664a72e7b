"""Why: shares of causes and values of levers, against worlds known by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from little import ROAD, TRUCK, camp, world

from sim.cli.why_answer import why_text
from sim.errors import InputError, ReplicationError
from sim.experiment.backend import Backend
from sim.experiment.why.coalitions import Coalitions, order_of
from sim.experiment.why.why_plan import HEADLINE, WhyRequest, plan_why
from sim.experiment.why.why_study import begin_why, carry_out_why
from sim.replication.simulator import Simulator
from sim.results.why_folder import read_why, widest
from sim.scenario.door import load_data

BOX = {"box": {"mass": "10 t"}}  # one a truck
ALL_TIME = {"from": "2023-01-01", "until": "2023-01-20"}
ATTACKS = {"rate": "0.001 /km", "delay": "12 h", "vehicles_lost": 1, "hurt": 0}
ALARMS = {"alarms": {"rate": "0.3 /day"}, "shelter": "6 h", "fires": "0.01 /day"}


def shut(**road):
    """A camp whose only road is closed and refused all the time: one of the two would do."""
    route = {"r": {**ROAD["r"], "closures": {"works": ALL_TIME}, **road}}
    refused = {"road": {"r": {"trucks": {"refused": 1.0}}}}
    return world({"camp": camp(lots={"box": {"unoe": 6}})}, BOX, lift={"trucks": {"t": TRUCK}}, routes=route,
                 clearance=refused)  # fmt: skip


def war(**more):
    """A camp with two trucks under attacks, alarms, fires and refusals."""
    road = {"r": {**ROAD["r"], "attacks": ATTACKS}}
    place = camp(lots={"box": {"unoe": 80}}, crews={"count": 2}, people={"staff": 20}, threat=ALARMS)
    box = {"box": {"mass": "10 t", "prepare": "2 h"}}
    refused = {"road": {"r": {"trucks": {"refused": 0.3, "lasting": "2 d"}}}}
    lift = {"trucks": {"t": {**TRUCK, "count": 2, "seats": 9}}, "convoys": {"cost": "3 USD/km"}}
    return world({"camp": place}, box, lift=lift, routes=road, clearance=refused, **more)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def planned(data, **options):
    options = {"replications": 6, "out": Path("r"), **options}
    return plan_why(WhyRequest(load_data(data), "little.yaml", **options))


def answered(data, workers=1, **options):
    plan = planned(data, **options)
    carry_out_why(plan, begin_why(plan), Backend(workers), lambda *_: None)
    return read_why(plan.folder)


def causes(answer, response="extracted_share"):
    return {one["cause"]: one["effects"][response]["mean"] for one in answer.summary["causes"]}


def levers(answer, response="extracted_share"):
    return {one["move"]: one["effects"][response]["mean"] for one in answer.summary["levers"]}


@pytest.mark.parametrize("exact", [False, True])
def test_shares_sum_in_every_replication_to_what_all_causes_cost_together(exact):
    answer = answered(war(), exact=exact, levers=False)
    rows = answer.table("replications")
    assert len(causes(answer)) == 4
    for response in ("extracted_share", "cost_usd", "extracted_tonnes", "destroyed_share"):
        for _, one in rows[rows["response"] == response].groupby("replication"):
            on, off = (float(one[one["kind"] == kind]["value"].iloc[0]) for kind in ("on", "off"))
            total = math.fsum(one[one["kind"] == "cause"]["value"])
            assert total == pytest.approx(on - off, abs=1e-9 * max(1.0, abs(on)))
    assert causes(answer)["attacks"] < 0


def test_one_cause_has_all_that_was_lost():
    data = shut()
    del data["routes"]["r"]["closures"]
    answer = answered(data, levers=False)
    assert (answer.summary["on"]["mean"], answer.summary["off"]["mean"]) == (0.0, 1.0)
    assert causes(answer) == {"clearance_road": -1.0}


@pytest.mark.parametrize("exact", [False, True])
def test_two_causes_each_of_which_would_do_share_equally(exact):
    assert causes(answered(shut(), exact=exact, levers=False)) == {"clearance_road": -0.5, "closures": -0.5}


def test_a_cause_at_rate_0_has_no_share_and_its_worlds_are_not_simulated(monkeypatch):
    data = shut(attacks={**ATTACKS, "rate": "0 /km"})
    data["places"]["camp"]["threat"] = {"alarms": {"rate": "0.000000001 /day"}, "shelter": "6 h"}
    simulated = []
    outcome = Simulator.outcome

    def counted(self, *arguments):
        simulated.append(self.without)
        return outcome(self, *arguments)

    monkeypatch.setattr(Simulator, "outcome", counted)
    answer = answered(data, levers=False, replications=2)
    assert causes(answer) == {"clearance_road": -0.5, "closures": -0.5, "attacks": 0.0, "alarms": 0.0}
    assert not any("alarms" in without for without in simulated)
    assert len(simulated) <= 2 * 5  # of 8 worlds: alarms never occur, attacks only on an open road


def test_at_most_two_orders_of_worlds_are_simulated_and_one_for_each_lever(monkeypatch):
    simulated = []
    outcome = Simulator.outcome
    monkeypatch.setattr(Simulator, "outcome", lambda self, *a: simulated.append(1) or outcome(self, *a))
    plan = planned(war(), replications=3)
    carry_out_why(plan, begin_why(plan), Backend(1), lambda *_: None)
    moves = len(plan.layout.levers)
    assert plan.layout.worlds == 2 * (4 - 1) + 2 + moves
    assert 3 * moves < len(simulated) <= 3 * plan.layout.worlds


def test_orders_come_from_a_stream_of_their_own():
    drawn = {order_of(seed, number, 4) for seed in (1, 2) for number in range(1, 200)}
    assert len(drawn) == 24
    assert order_of(1, 7, 4) == order_of(1, 7, 4)
    plan = planned(war(), levers=False)
    numbers = Coalitions(*plan.model.arguments).numbers(1, 3)
    assert numbers.tape_hash == Simulator(load_data(war()).scenario).numbers(1, 3).tape_hash


def test_a_replication_with_a_failed_world_is_left_out_everywhere(monkeypatch):
    outcome = Simulator.outcome

    def failing(self, seed, replication, *more):
        if replication == 2 and len(self.without) == 2:
            raise ReplicationError("it broke")
        return outcome(self, seed, replication, *more)

    whole = answered(war(), replications=4)
    monkeypatch.setattr(Simulator, "outcome", failing)
    answer = answered(war(), replications=4, out=Path("s"))
    assert [(row["replication"], row["error"]) for row in answer.manifest["failures"]] == [(2, "it broke")]
    rows, left = answer.table("replications"), whole.table("replications")
    assert rows.equals(left[left["replication"] != 2].reset_index(drop=True))
    assert (
        answer.summary["on"]["replications"] == answer.summary["causes"][0]["effects"]["cost_usd"]["replications"] == 3
    )


def test_where_nothing_is_random_a_truck_is_worth_the_lots_that_it_can_carry():
    place = camp(lots={"box": {"unoe": 80}})
    answer = answered(world({"camp": place}, BOX, lift={"trucks": {"t": TRUCK}}, routes=ROAD), replications=2)
    on = answer.summary["on"]["mean"]
    assert on * 80 == pytest.approx(30)  # a round trip takes 8 h, and the handover is after 240 h
    found = levers(answer)
    assert found["trucks t +1"] == pytest.approx(on)
    assert found["trucks t -1"] == pytest.approx(-on)
    assert found["deadline +7 d"] * 80 == pytest.approx(21)
    assert answer.summary["causes"] == []


def test_a_lever_that_never_binds_changes_nothing():
    place = camp(lots={"box": {"unoe": 5}}, loaders=3)
    answer = answered(world({"camp": place}, BOX, lift={"trucks": {"t": TRUCK}}, routes=ROAD), replications=2)
    assert {move: gap for move, gap in levers(answer).items() if move != "trucks t -1"} == {
        "trucks t +1": 0.0, "loaders +1 at camp": 0.0, "loaders -1 at camp": 0.0, "deadline +7 d": 0.0,
        "deadline -7 d": 0.0, "disposal projected": 0.0, "disposal last_moment": 0.0,
    }  # fmt: skip
    assert {one["rank"] for one in answer.summary["levers"] if one["move"] != "trucks t -1"} == {1}


def test_a_lever_that_lowers_the_share_is_flagged_with_what_it_changed():
    lift = {"trucks": {"big": {**TRUCK, "count": 4}}, "convoys": {"vehicles": {"least": 4}, "at_once": 1}}
    place = camp(lots={"box": {"unoe": 80}})
    answer = answered(world({"camp": place}, BOX, lift=lift, routes=ROAD), replications=2)
    flags = {one["move"]: one["flag"] for one in answer.summary["levers"]}
    lower = {move for move, gap in levers(answer).items() if gap < 0 and move.endswith("+1")}
    assert {move for move, flag in flags.items() if flag} == lower


def test_by_place_class_and_owner_shares_of_groups_sum_too():
    data = war()
    data["classes"]["bin"] = {"mass": "5 t", "moves": ["truck"]}
    data["places"]["camp"]["lots"]["bin"] = {"coe": 10, "unoe": 10}
    for by, groups in (("class", ["box", "bin"]), ("owner", ["unoe", "coe"]), ("place", ["camp"])):
        answer = answered(data, by=by, levers=False, out=Path(by), replications=3)
        assert sorted(one["group"] for one in answer.summary["groups"]) == sorted(groups)
        for one in answer.summary["groups"]:
            total = math.fsum(cause["mean"] for cause in one["causes"])
            assert total == pytest.approx(one["on"] - one["off"], abs=1e-9)
        if by == "place":
            assert answer.summary["groups"][0]["on"] == pytest.approx(answer.summary["on"]["mean"])


def test_an_interrupted_answer_resumes_to_the_same_tables(monkeypatch):
    whole = answered(war(), replications=4)
    plan = planned(war(), replications=4, out=Path("again"))
    run = Coalitions.numbers

    def stops(self, seed, replication):
        if replication == 3:
            raise KeyboardInterrupt
        return run(self, seed, replication)

    monkeypatch.setattr(Coalitions, "numbers", stops)
    with pytest.raises(KeyboardInterrupt):
        carry_out_why(plan, begin_why(plan), Backend(1), lambda *_: None)
    monkeypatch.setattr(Coalitions, "numbers", run)
    work = begin_why(plan)
    assert work.count() == 2
    carry_out_why(plan, work, Backend(1), lambda *_: None)
    assert read_why(plan.folder).manifest["tables"] == whole.manifest["tables"]
    assert begin_why(plan) is None


def test_two_processes_give_the_same_tables_as_one():
    one, two = answered(war(), replications=4), answered(war(), workers=2, replications=4, out=Path("two"))
    assert one.manifest["tables"] == two.manifest["tables"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"of": "extracted_shares"}, "there is no such response; got extracted_shares; did you mean extracted_share?"),
        ({"of": "median(extracted_share)"},
         "--of: causes and levers account for means only; a median or another quantile can't be split among them; got "
         "median(extracted_share); allowed: the name of a response, such as extracted_share"),
        ({"by": "clas"}, "--by: no such groups; got clas; allowed: place, class, owner; did you mean class?"),
        ({"by": "class", "of": "cost_usd"},
         "--by: cost_usd is not told by class; allowed: a share of lots, such as extracted_share or "
         "destroyed_share_value"),
        ({"without": ("clearence",)}, "did you mean clearance?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(options, said):
    with pytest.raises(InputError) as error:
        planned(war(), **options)
    assert str(error.value).endswith(said)
    assert not Path("r").exists()


def test_causes_removed_from_the_request_are_no_causes():
    plan = planned(war(), without=("clearance", "fires"))
    assert plan.identity.causes == ("alarms", "attacks")
    assert replace(plan.identity, seed=2).hash != plan.identity.hash


def test_with_a_precision_it_stops_when_all_causes_and_levers_are_as_narrow_as_asked():
    wide = answered(war(), replications=40, levers=False, out=Path("forty")).summary
    half = widest([one["effects"][HEADLINE] for one in wide["causes"]])
    asked = 0.8 * half
    answer = answered(war(), replications=None, precision=asked, levers=False)
    assert answer.summary["replications"] % 40 == 0
    assert 40 < answer.summary["replications"] < 400
    said = answer.summary["precision"]
    assert (said["asked"], said["most"]) == (asked, 400)
    assert 0 < said["reached"] <= asked
    same = answered(war(), replications=answer.summary["replications"], levers=False, out=Path("same"))
    assert same.summary == {key: value for key, value in answer.summary.items() if key != "precision"}


def test_a_precision_that_the_most_replications_do_not_reach_is_said_to_be_missed():
    answer = answered(war(), replications=None, precision=1e-9, most=3, levers=False)
    assert answer.summary["replications"] == 3
    assert "Asked for ±0.00 points: not reached with the most of 3 replications" in why_text(answer)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"precision": 0.01, "replications": 5}, "give one of them"),
        ({"replications": None, "most": 5}, "this needs --precision"),
        ({"precision": float("nan"), "replications": None}, "out of range"),
    ],
)
def test_a_precision_that_makes_no_sense_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        planned(war(), **options)
