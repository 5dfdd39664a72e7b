"""The packed replay: its counts are those of the timeline and of the trace, and its bytes are checked."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pytest
from random_world import random_world

from sim.errors import InputError
from sim.ledger.kinds import LiftId, Of
from sim.ledger.states import STATE_NAMES, State
from sim.replication.history import History
from sim.replication.replay import SPANS, Replay, counts_by_day, instants, replay_of
from sim.replication.replay_bytes import packed, unpacked
from sim.replication.simulator import Simulator
from sim.replication.timeline import TIMELINE_COLUMNS, day_ends, timeline
from sim.replication.trace import events
from sim.scenario.door import load, load_data

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SOME = ("tessalit", "examples/twelve-trucks", "kandahar-2011", "barkhane-2021", "niger-2023")


@cache
def history(name: str, replication: int = 3) -> History:
    return Simulator(load(SCENARIOS / f"{name}.yaml").scenario).history(5, replication)


@pytest.mark.parametrize("name", SOME)
def test_every_count_of_every_day_is_that_of_the_timeline(name: str) -> None:
    replay = unpacked(packed(replay_of(history(name))))
    assert np.array_equal(counts_by_day(replay), timeline(history(name)))


def test_so_it_is_in_random_worlds() -> None:
    tried = 0
    for number in range(60):
        try:
            scenario = load_data(random_world(Random(f"replay-{number}"))).scenario
        except InputError:
            continue
        past = Simulator(scenario).history(1, number)
        replay = unpacked(packed(replay_of(past)))
        assert np.array_equal(counts_by_day(replay), timeline(past)), number
        tried += 1
    assert tried > 30


@pytest.mark.parametrize("name", ["examples/twelve-trucks", "kandahar-2011", "barkhane-2021"])
def test_a_day_of_it_is_what_the_trace_adds_up_to(name: str) -> None:
    """Lots by state from the words of the trace alone, in a scenario whose containers are not broken down."""
    past = history(name)
    now = dict.fromkeys(past.paths, "in_use")
    changed = [(event.at_s, event.lot, event.kind.replace(" ", "_")) for event in events(past) if event.lot]
    changed = [each for each in changed if each[2] in STATE_NAMES]
    counts, at = counts_by_day(unpacked(packed(replay_of(past)))), 0
    for day, end_s in enumerate(day_ends(past).tolist()):
        while at < len(changed) and changed[at][0] <= end_s:
            now[changed[at][1]] = changed[at][2]
            at += 1
        seen = Counter(now.values())
        shown = dict(zip(TIMELINE_COLUMNS, counts[day].sum(axis=0).tolist(), strict=True))
        del shown["people"]
        assert shown == {state: seen[state] for state in STATE_NAMES}


def rows(replay: Replay, table: str, *columns: str) -> list[tuple[int, ...]]:
    return list(zip(*(replay.arrays[f"{table}.{column}"].tolist() for column in columns), strict=True))


def test_every_sortie_that_takes_off_loaded_is_a_leg_with_its_load() -> None:
    past = history("tessalit")
    replay = replay_of(past)
    flown = Counter((s.count, s.people) for s in past.ledger.lift if s.what.name == "TAKES_OFF" and s.count + s.people)
    air = {at for at, (kind, _) in enumerate(replay.head["lifts"]) if kind == "aircraft"}
    legs = rows(replay, "leg", "lift", "lots", "people")
    assert Counter((lots, people) for lift, lots, people in legs if lift in air and lots + people) == flown
    assert len(flown) > 10


def test_a_convoy_is_under_way_from_its_departure_until_it_arrives_or_the_horizon() -> None:
    past = history("examples/twelve-trucks")
    replay = replay_of(past)
    every = instants(replay.head["step_s"], replay.head["ends_s"], replay.head["horizon_s"])
    departed, ends_s = past.convoys[0], past.convoys_end_s
    wanted = sorted((step.at_s, ends_s.get(lift, past.horizon_s)) for lift, step in departed.items())
    roads = {at for at, (kind, _) in enumerate(replay.head["lifts"]) if kind == "convoy"}
    legs = [(at, until) for at, until, lift in rows(replay, "leg", "at", "until", "lift") if lift in roads]
    assert len(legs) == len(wanted) > 10
    for (at, until), (start_s, end_s) in zip(legs, wanted, strict=True):
        assert 0 <= every[at] - start_s < replay.head["step_s"]
        assert 0 <= every[until] - end_s < 2 * replay.head["step_s"]


@pytest.mark.parametrize("name", ["kandahar-2011", "examples/twelve-trucks", "tessalit"])
def test_the_loads_of_convoys_add_up_to_the_lots_that_left_by_road(name: str) -> None:
    past = history(name)
    replay, columns = replay_of(past), past.columns
    left = [
        int(past.stock.counted[columns.lot[at]]) if past.stock.counted is not None else 1
        for at in np.flatnonzero(columns.state == State.MOVING).tolist()
        if isinstance(columns.by[at], LiftId) and columns.by[at].of is Of.ROUTE
    ]
    roads = {at for at, (kind, _) in enumerate(replay.head["lifts"]) if kind == "convoy"}
    loads = [lots for lift, lots in rows(replay, "leg", "lift", "lots") if lift in roads]
    assert sum(loads) == sum(left) > 3
    if name == "kandahar-2011":  # a truck takes one lot there
        vehicles = [many for lift, many in rows(replay, "leg", "lift", "vehicles") if lift in roads]
        assert all(lots <= many for lots, many in zip(loads, vehicles, strict=True))


def test_a_road_is_refused_on_the_days_on_which_no_truck_may_leave_on_it() -> None:
    past = history("tessalit")
    replay, time = replay_of(past), past.scenario.time
    every = instants(600, replay.head["ends_s"], replay.head["horizon_s"]).tolist()
    spans = [span for span in rows(replay, "span", "kind", "which", "at", "until") if SPANS[span[0]] == "refused"]
    shown = {
        (replay.head["routes"][which], day)
        for _, which, at, until in spans for day in range(time.day_of(every[at]), time.day_of(every[until] - 1) + 1)
    }  # fmt: skip
    wanted = {
        (route, day)
        for route in replay.head["routes"] for day in range(len(replay.head["ends_s"]))
        if not past.tape.road_cleared(route, "trucks", day)
    }  # fmt: skip
    assert shown == wanted
    assert {route for route, _ in shown} == {"gao-tessalit"}


def test_alarms_are_shown_until_the_all_clear_and_no_longer_than_the_place_stands() -> None:
    past = history("tessalit")
    replay = replay_of(past)
    names, every = replay.head["places"], instants(600, replay.head["ends_s"], replay.head["horizon_s"]).tolist()
    spans = [span for span in rows(replay, "span", "kind", "which", "at", "until") if SPANS[span[0]] == "alarm"]
    found = sorted((names[which], every[at], every[until]) for _, which, at, until in spans)
    wanted = sorted(
        (place, start_s, min(until_s, past.ends_s(place)))
        for place in names for start_s, until_s in past.tape.shelter[place].pairs() if start_s < past.ends_s(place)
    )  # fmt: skip
    assert len(found) == len(wanted) > 3
    for (place, *shown), (where, *real) in zip(found, wanted, strict=True):
        assert place == where
        assert all(0 <= one - other < 1200 for one, other in zip(shown, real, strict=True))
    closed = {names[place] for place, _ in replay.head["closed"]}
    assert closed == set(past.closings_s)


@pytest.mark.parametrize("horizon_s", [86_400, 10 * 86_400, 400 * 86_400, 3000 * 86_400])
def test_the_number_of_instants_stays_small_whatever_the_horizon(horizon_s: int) -> None:
    from sim.replication.replay import STEPS_S

    assert min(horizon_s // step for step in STEPS_S) < 33_000


def test_the_bytes_are_the_same_each_time_and_carry_no_clock() -> None:
    one, other = (packed(replay_of(history("tessalit"))) for _ in range(2))
    assert one == other
    assert one[4:8] == bytes(4)


def repacked(change: object) -> bytes:
    raw = zlib.decompress(packed(replay_of(history("examples/twelve-trucks"))), 31)
    long = int.from_bytes(raw[:4], "little")
    head = json.loads(raw[4 : 4 + long])
    change(head)  # type: ignore[operator]
    text = json.dumps(head).encode()
    squeezed = zlib.compressobj(wbits=31)
    return squeezed.compress(len(text).to_bytes(4, "little") + text + raw[4 + long :]) + squeezed.flush()


@pytest.mark.parametrize(
    "change",
    [
        lambda head: head.update(form=99),
        lambda head: head.update(places=head["places"][:1]),
        lambda head: head.update(cells=head["cells"][:1], begin=head["begin"][:1]),
        lambda head: head.update(people=[-1] * len(head["people"])),
        lambda head: head.update(step_s=0),
        lambda head: head.update(ends_s=head["ends_s"][::-1]),
        lambda head: head["columns"][0].__setitem__(2, 10**9),
        lambda head: head["columns"][3].__setitem__(2, 1),
        lambda head: head.update(closed=[[99, 1]]),
        lambda head: head.update(date=5),
    ],
)
def test_bytes_that_say_what_no_replay_can_are_refused(change: object) -> None:
    assert unpacked(repacked(lambda head: None)).head["form"] == 1
    with pytest.raises((ValueError, IndexError)):
        unpacked(repacked(change))


def test_bytes_that_are_cut_off_or_unpack_to_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = packed(replay_of(history("examples/twelve-trucks")))
    for wrong in (whole[:-9], whole + b"x", b"", b"no gzip"):
        with pytest.raises(ValueError, match=r"cut off|not packed"):
            unpacked(wrong)
    monkeypatch.setattr("sim.replication.replay_bytes.MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="more than 1,000 bytes"):
        unpacked(whole)
