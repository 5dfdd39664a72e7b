"""The trace has all events in the order of time, and the story of a lot in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from little import ROAD, TRUCK, by_air, camp, world

from sim.errors import InputError
from sim.replication.simulator import Simulator
from sim.replication.trace import Event, lot_story, trace
from sim.scenario.door import load_data
from sim.scenario.scenario import Scenario


def _scenario(**more: Any) -> Scenario:
    threat = {"alarms": {"listed": {"a": {"from": "2023-01-01T01:00", "until": "2023-01-01T02:00"}}}}
    place = camp(
        lots={"box": {"unoe": 1}, "press": {"unoe": 1}}, crews={"count": 1}, people={"soldiers": 2},
        evacuate={"out": ["road", "air"]}, threat=threat,
    ) | more  # fmt: skip
    classes = {"box": {"prepare": "3 h", "value": "5 kUSD"}, "press": {"mass": "50 t", "destroy": "2 h"}}
    lift = {"trucks": {"t": TRUCK}, **by_air()}
    return load_data(world({"camp": place}, classes, lift=lift, routes=ROAD, policy={"disposal": "projected"})).scenario


def _kinds(events: Sequence[Event]) -> list[str]:
    return [event.kind for event in events]


def test_events_stand_in_the_order_of_time() -> None:
    events = trace(_scenario(), 1, 1)
    assert [event.at_s for event in events] == sorted(event.at_s for event in events)
    assert events[-1].when.startswith("2023-01-")


def test_all_that_the_ledger_holds_and_the_alarms_of_the_tape_are_reported() -> None:
    history = Simulator(_scenario()).history(1, 1)
    ledger, events = history.ledger, trace(_scenario(), 1, 1)
    steps = len(ledger.lots) + len(ledger.people) + len(ledger.lift) + len(ledger.places) + len(ledger.marks)
    assert len(events) == steps + 2 * len(ledger.work) + 2
    assert [(e.when, e.place) for e in events if e.kind == "alarm"] == [("2023-01-01 01:00:00", "camp")]
    assert [e.detail for e in events if e.kind == "all-clear"] == ["after 1.0 h"]


def test_a_cause_taken_off_is_not_reported() -> None:
    assert "alarm" in _kinds(trace(_scenario(), 1, 1))
    assert "alarm" not in _kinds(trace(_scenario(), 1, 1, frozenset({"alarms"})))


def test_of_one_second_what_arrives_comes_first_and_what_leaves_comes_last() -> None:
    events = list(trace(_scenario(), 1, 1))
    arrival = next(event for event in events if event.kind == "arrives" and event.place == "out")
    out = [event.kind for event in events if event.at_s == arrival.at_s]
    assert out.index("arrives") < out.index("extracted")
    departure = next(event for event in events if event.kind == "departs" and event.place == "camp")
    off = [event.kind for event in events if event.at_s == departure.at_s]
    assert off.index("loading") < off.index("departs")


def test_a_verdict_is_told_before_the_work_of_the_same_second() -> None:
    place = camp(lots={"press": {"unoe": 1}}, crews={"count": 1})
    kind = {"mass": "50 t", "destroy": "1 h", "stage": {"work": "1 h", "staged": "5 min"}}
    data = world({"camp": place}, {"press": kind}, lift={"trucks": {"t": TRUCK}, "convoys": {}}, routes=ROAD,
                 policy={"disposal": "projected"})  # fmt: skip
    said = [line.split(": ", 1)[1] for line in lot_story(load_data(data).scenario, 1, 1, "camp/press/1")]
    at = [
        next(at for at, line in enumerate(said) if words in line) for words in ("it is condemned", "begins to stage it")
    ]
    assert at == sorted(at)


def test_a_trace_is_a_sequence_of_events() -> None:
    events = trace(_scenario(), 1, 1)
    assert events[0] == next(iter(events))
    assert [*events[1:3]] == [*events][1:3]
    assert events[-1].kind == [*events][-1].kind


def test_times_are_local_where_clocks_change_too() -> None:
    calendar = {"start": "2023-10-27", "deadline": "2023-10-30", "zone": "Europe/Berlin"}
    listed = {"night": {"from": "2023-10-28T01:30", "until": "2023-10-28T01:31"},
              "after": {"from": "2023-10-29T03:30", "until": "2023-10-29T03:31"}}  # fmt: skip
    place = camp(evacuate={}, handover="2023-10-30", threat={"alarms": {"listed": listed}})
    scenario = load_data(world({"camp": place}, calendar=calendar)).scenario
    events = trace(scenario, 1, 1)
    assert [event.when for event in events if event.kind == "alarm"] == ["2023-10-28 01:30:00", "2023-10-29 03:30:00"]
    assert [event.when for event in events] == [
        scenario.time.local(event.at_s).isoformat(" ", "seconds") for event in events
    ]  # fmt: skip


def test_times_are_local() -> None:
    scenario = load_data(world({"camp": camp(evacuate={})}, calendar={"zone": "Asia/Kathmandu"})).scenario
    closed = [event for event in trace(scenario, 1, 1) if event.kind == "closed"]
    assert [event.when for event in closed] == ["2023-01-11 00:00:00"]


def test_the_story_of_a_lot_has_its_work_its_waits_and_its_fate_with_dates() -> None:
    story = lot_story(_scenario(), 1, 1, "camp/box/1")
    assert story == [
        "camp/box/1: box of 1 t, UNOE, worth 5,000 USD, in use at camp",
        "2023-01-01 00:00: it is released for packing from the start",
        "2023-01-01 00:00: a crew (crew 1) begins to prepare it",
        "2023-01-01 04:00: it is ready at camp (until then: work under way 3.0 h, shelter 1.0 h)",
        "2023-01-01 04:00: it is being loaded at camp, on t",
        "2023-01-01 04:00: it leaves camp with r",
        "2023-01-01 08:00: it is unloaded at out: out",
        "fate: extracted",
    ]


def test_the_story_of_a_lot_that_stays_names_its_binding_cause() -> None:
    story = lot_story(_scenario(), 1, 1, "camp/press/1")
    assert "2023-01-01 00:00: it is condemned, it will not be lifted: too large for any lift" in story
    assert "2023-01-09 22:00: a crew (crew 1) begins to destroy it" in story
    assert story[-1] == ("fate: destroyed; given up for: too large for any lift; it stood then: too large for any lift")


def test_a_lot_that_is_not_there_is_reported_with_the_nearest_ones() -> None:
    with pytest.raises(InputError, match="did you mean camp/box/1"):
        lot_story(_scenario(), 1, 1, "camp/bx/1")


def test_a_place_without_lots_says_so() -> None:
    scenario = load_data(world({"camp": camp(evacuate={})})).scenario
    with pytest.raises(InputError, match="there are no lots"):
        lot_story(scenario, 1, 1, "camp/box/1")
