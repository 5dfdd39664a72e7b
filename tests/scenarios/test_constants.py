"""The historic camp in extremes: with nothing in the way all comes out, with no lift nothing does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sim.ledger.kinds import Did, Of
from sim.replication.history import History
from sim.replication.simulator import Rows, Simulator, rows
from sim.scenario.door import load

TESSALIT = Path(__file__).parents[2] / "scenarios" / "tessalit.yaml"
CALM = (
    "places.tessalit.threat=null",
    "places.tessalit.escalation=null",
    "places.tessalit.strip.closures=null",
    "places.gao.strip.closures=null",
    "routes.gao-tessalit.attacks=null",
    "routes.gao-tessalit.periods=null",
    "routes.gao-tessalit.washouts=null",
    "routes.gao-tessalit.pace=calm",
    "lift.convoys.breakdown=null",
    "lift.aircraft.c130.available=100 %",
    "lift.aircraft.c130.breakdown=null",
    "lift.aircraft.mi8.available=100 %",
    "lift.aircraft.mi8.breakdown=null",
    "accidents=null",
    "hits=null",
    "clearance=null",
)
NO_LIFT = (
    "lift.aircraft.c130.count=0",
    "lift.aircraft.mi8.count=0",
    "lift.trucks=null",
    "places.tessalit.evacuate={gao: [air]}",
    "places.tessalit.drawdown.leave_by=[air]",
    "policy.unliftable=allow",
)
WHOLE = {"extracted", "transferred"}


def _simulated(*sets: str, replications: int = 2) -> list[Rows]:
    return [rows(history) for history in _histories(*sets, replications=replications)]


def _histories(*sets: str, replications: int = 2) -> list[History]:
    simulator = Simulator(load(TESSALIT, sets=sets).scenario)
    return [simulator.history(1, number) for number in range(1, replications + 1)]


def _fates(simulated: Rows) -> set[str]:
    return {fate for place, _, _, fate, *_ in simulated.fates if place == "tessalit"}


def test_without_threat_on_open_roads_and_under_clear_skies_tessalit_comes_out_whole() -> None:
    assert [_fates(simulated) for simulated in _simulated(*CALM)] == [WHOLE, WHOLE]


def test_without_threat_on_open_roads_and_under_clear_skies_everyone_is_out_by_the_planned_handover() -> None:
    responses = [simulated.responses for simulated in _simulated(*CALM)]
    assert [(each["people_out_share"], each["people_late"]) for each in responses] == [(1.0, 0), (1.0, 0)]


def test_in_calm_with_a_tenth_of_the_trucks_what_stays_behind_was_given_up_early_or_waited_for_trucks() -> None:
    simulated = _simulated(*CALM, "lift.trucks.contract.count=20", replications=1)[0]
    left: Counter[str] = Counter()
    for _, _, cause, lots, *_ in simulated.causes:
        left[cause] += lots if cause != "retained or transferred" else 0
    assert simulated.responses["extracted_share"] < 0.7
    assert {cause for cause, _ in left.most_common(2)} == {
        "not released or still needed",
        "no truck or aircraft available",
    }


def test_with_no_lift_at_all_nothing_comes_out() -> None:
    simulated = _simulated(*NO_LIFT)
    assert [each.responses["extracted_share_lots"] for each in simulated] == [0.0, 0.0]
    assert [each.responses["people_out_share"] for each in simulated] == [0.0, 0.0]


def test_none_of_the_trucks_that_are_held_reaches_the_north() -> None:
    for history in _histories(replications=3):
        sent = [
            step.lift.name for step in history.ledger.lift
            if step.what is Did.DEPARTS and step.place == "gao" and step.lift.of is Of.ROUTE
        ]  # fmt: skip
        assert sent == []
