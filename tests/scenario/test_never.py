"""Plans that cannot work are told by the file alone, and by the world too; one step from there nothing is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "worldkit"))
from little import HELI, ROAD, TRUCK, camp, world

from sim.errors import InputError
from sim.replication.simulator import Simulator
from sim.scenario.door import Loaded, load, load_data

FOLDER = Path(__file__).parents[2] / "scenarios"
BOX = {"box": {"prepare": "30 min"}}
LOTS = {"lots": {"box": {"coe": 1}}, "crews": {"count": 1}}
BY_ROAD = world({"camp": camp(**LOTS)}, BOX, routes=ROAD, lift={"trucks": {"t": {**TRUCK, "base": "out"}}})
STRIP = {"surface": "gravel"}
BY_AIR = world(
    {"camp": {**camp(**LOTS, strip=STRIP), "evacuate": {"out": ["air"]}}, "out": {"role": "exit", "strip": STRIP}},
    BOX, lift={"aircraft": {"heli": HELI}, "distances": {"out": {"camp": "100 km"}}},
)  # fmt: skip
DRIVEN = world(
    {"camp": camp(lots={"car": {"coe": 1}}, people={"military": 2})},
    {"car": {"moves": ["self"], "crew": 2}}, routes=ROAD,
)  # fmt: skip
WAITING = world(
    {"camp": camp(**LOTS, phase="second"), "other": camp(phase="first")}, BOX, routes=ROAD,
    lift={"trucks": {"t": {**TRUCK, "base": "out"}}},
    phases={"first": {"start": "2023-01-01"}, "second": {"start": "2023-01-01", "after": ["first"]}},
)  # fmt: skip
WAITING["places"]["other"]["evacuate"] = {}

Sets = tuple[str, ...]
SHORT: Sets = ("calendar.deadline=2023-01-01T12:00", "places.camp.handover=2023-01-01T12:00")
NO_CREWS = "no crew will ever work at camp: it has no crews"
CASES: list[tuple[str, dict, Sets, Sets, str]] = [
    ("places.camp.crews", BY_ROAD, ("places.camp.crews.count=0",), (), NO_CREWS),
    ("places.camp.crews", BY_ROAD, ("places.camp.crews=null",), (), NO_CREWS),
    (
        "places.camp.crews", BY_ROAD,
        ("places.camp.people={military: 19}", "places.camp.crews={count: 1, size: 10, labour_share: 50 %}"),
        ("places.camp.people={military: 20}", "places.camp.crews={count: 1, size: 10, labour_share: 50 %}"),
        "no crew will ever work at camp: 50 % of 19 people are too few for a crew of 10",
    ),
    (
        "places.camp.working_hours", BY_ROAD,
        ("places.camp.working_hours=13:00-14:00", *SHORT), ("places.camp.working_hours=01:00-11:00", *SHORT),
        "no one will ever work at camp: it has no working hours between 2023-01-01 and the horizon 2023-01-01 12:00",
    ),
    (
        "places.camp.threat.alarms.listed", BY_ROAD,
        ("places.camp.threat.alarms.listed={a: {from: 2023-01-01, until: 2023-01-10}}",),
        ("places.camp.threat.alarms.listed={a: {from: 2023-01-01, until: 2023-01-09}}",),
        "no one will ever work at camp: listed alarms cover all working hours between 2023-01-01 and its handover "
        "2023-01-11",
    ),
    (
        "places.camp.loaders", BY_ROAD, ("places.camp.loaders=0",), ("places.camp.loaders=1",),
        "nothing will ever be loaded at camp: it has no loaders",
    ),
    (
        "places.out.loaders", BY_ROAD, ("places.out.loaders=0",), ("places.out.loaders=1",),
        "nothing will ever be unloaded at out: it has no loaders",
    ),
    (
        "places.camp.yard", BY_ROAD, ("places.camp.yard=0",), ("places.camp.yard=1",),
        "nothing will ever be prepared at camp: its yard has no room",
    ),
    (
        "places.camp.release.start", BY_ROAD,
        ("places.camp.release={start: 2023-01-11}",), ("places.camp.release={start: 2023-01-10}",),
        "nothing will ever be released at camp: its release begins after its handover",
    ),
    (
        "places.camp.phase", WAITING, ("places.other.handover=2023-01-10",), ("places.other.handover=2023-01-08",),
        "nothing will ever be prepared at camp: its phase waits for other, which is handed over on 2023-01-11 at the "
        "earliest",
    ),
    (
        "policy.disposal.lead", BY_ROAD,
        ("policy.disposal={kind: fixed_lead, lead: 10 d}",), ("policy.disposal={kind: fixed_lead, lead: 9 d}",),
        "nothing will ever be ready at camp: everything is condemned before a crew can begin",
    ),
    (
        "places.camp.lots.car", DRIVEN, ("places.camp.people={military: 1}",), (),
        "no car will ever leave camp: one needs a crew of 2, and camp has 1 people",
    ),
    (
        "routes.r.closures", BY_ROAD,
        ("routes.r.closures={a: {from: 2023-01-01, until: 2023-01-08}, b: {from: 2023-01-09, until: 2023-01-20}}",),
        ("routes.r.closures={a: {from: 2023-01-01, until: 2023-01-08}, b: {from: 2023-01-10, until: 2023-02-01}}",),
        "no convoy will ever move on r: it is closed throughout",
    ),
    (
        "routes.r.marching_hours", BY_ROAD,
        ("routes.r.marching_hours=13:00-14:00", *SHORT), ("routes.r.marching_hours=00:00-12:00", *SHORT),
        "no convoy will ever move on r: it is closed in all its marching hours",
    ),
    (
        "lift.convoys.at_once", BY_ROAD, ("lift.convoys={at_once: 0}",), ("lift.convoys={at_once: 1}",),
        "no convoy will ever leave, except a camp's last: there are no escorts",
    ),
    (
        "clearance.road.r.trucks", BY_ROAD,
        ("clearance.road={r: {trucks: {refused: 100 %}}}",),
        ("clearance.road={r: {trucks: {refused: 100 %, windows: {w: {from: 2023-01-03, until: 2023-01-06}}}}}",),
        "no truck will ever be cleared on r, except in a camp's last convoy: every day is refused",
    ),
    (
        "lift.trucks.t.from", BY_ROAD, ("lift.trucks.t.from=2023-01-21",), ("lift.trucks.t.from=2023-01-09",),
        "the trucks of t will never be used: they arrive after the horizon",
    ),
    (
        "places.camp.evacuate", BY_ROAD,
        ("lift.convoys={vehicles: {least: 2}}",), ("lift.convoys={vehicles: {least: 2}}", "lift.trucks.t.count=2"),
        "no truck will ever be sent to camp: a convoy needs at least 2 vehicles, and the pool has 1",
    ),
    (
        "places.camp.evacuate", BY_ROAD,
        ("lift.trucks.t.from=2023-01-10T20:01",), ("lift.trucks.t.from=2023-01-10T19:59",),
        "no truck will ever be sent to camp: from out they arrive too late to load before its handover",
    ),
    (
        "places.camp.evacuate.out", BY_ROAD,
        ("routes.r.km=[12700]", "routes.r.marching_hours=06:00-18:00", "lift.trucks.t.base=camp"),
        ("routes.r.km=[9000]", "lift.trucks.t.base=camp"),
        "no convoy from camp will ever be at out by the deadline: 12,700 km at 600 km a day take 21.0 d, and there are "
        "20.0 d from 2023-01-01 on",
    ),
    (
        "lift.aircraft.heli.from", BY_AIR,
        ("lift.aircraft.heli.from=2024-01-01",), ("lift.aircraft.heli.from=2023-01-05",),
        "no heli will ever fly: they arrive after the horizon",
    ),
    (
        "lift.aircraft.heli.available", BY_AIR, ("lift.aircraft.heli.available=0 %",), (),
        "no heli will ever fly: none is ever fit",
    ),
    (
        "places.camp.strip.closures", BY_AIR,
        ("places.camp.strip.closures={old: {from: 2019-01-01, until: 2020-01-01}, "
         "works: {from: 2022-12-01, until: 2023-01-20}}",),
        ("places.camp.strip.closures={works: {from: 2022-12-01, until: 2023-01-05}}",),
        "no aircraft will ever land at camp: its strip is closed throughout",
    ),
    (
        "clearance.air", BY_AIR,
        ("clearance.air={cargo: {refused: 100 %}}",),
        ("clearance.air={cargo: {refused: 100 %, windows: {w: {from: 2023-01-03, until: 2023-01-06}}}}",),
        "no flight with cargo will ever be cleared at camp: every day is refused",
    ),
    (
        "places.camp.evacuate.out", BY_AIR,
        ("lift.aircraft.heli.hours_a_day=119 min",), ("lift.aircraft.heli.hours_a_day=2 h",),
        "no aircraft will ever fly from camp to out: heli would fly 2 h, and may fly 1.98 h a day",
    ),
    (
        "places.camp.evacuate.out", BY_AIR,
        ("lift.aircraft.heli.ground_time=30 min", "lift.aircraft.heli.crew_day=179 min"),
        ("lift.aircraft.heli.ground_time=30 min", "lift.aircraft.heli.crew_day=3 h"),
        "no aircraft will ever fly from camp to out: heli would take 3 h, and its crew day is 2.98 h",
    ),
    (
        "places.camp.evacuate.out", BY_AIR,
        ("places.camp.strip.flying_hours=09:30-10:30", "places.out.strip.flying_hours=05:30-08:30"),
        ("places.camp.strip.flying_hours=06:30-07:30", "places.out.strip.flying_hours=05:30-08:30"),
        "no aircraft will ever fly from camp to out: heli cannot make every landing within flying hours",
    ),
    (
        "places.camp.evacuate.out", BY_AIR,
        ("places.out.strip.flying_hours=05:30-07:30",), ("places.out.strip.flying_hours=05:30-07:31",),
        "no aircraft will ever fly from camp to out: heli cannot make every landing within flying hours",
    ),
]  # fmt: skip
PEOPLE: list[tuple[dict, Sets, Sets, str]] = [
    (BY_AIR, ("lift.aircraft.heli.seats=0",), (), "no seat by air"),
    (BY_ROAD, (), ("lift.trucks.t.seats=5",), "no vehicle of its own or seat on a truck by road"),
]  # fmt: skip


def reported(loaded: Loaded) -> dict[str, str]:
    return {problem.path: problem.wrong for problem in loaded.never}


def response(loaded: Loaded, name: str) -> float:
    found = Simulator(loaded.scenario, frozenset()).run(1, 1).responses[name]
    assert found is not None
    return found


@pytest.mark.parametrize(("path", "data", "bad", "good", "words"), CASES, ids=[case[4][:60] for case in CASES])
def test_lots_that_can_never_come_out_are_reported_with_the_reason_and_others_are_not(path, data, bad, good, words):
    never, may = load_data(data, bad), load_data(data, good)
    assert (reported(never).get(path), response(never, "extracted_share")) == (words, 0.0)
    assert (reported(may).get(path), response(may, "extracted_share")) == (None, 1.0)


@pytest.mark.parametrize(("data", "bad", "good", "why"), PEOPLE, ids=[case[3] for case in PEOPLE])
def test_people_who_can_never_leave_are_reported_with_the_reason_and_others_are_not(data, bad, good, why):
    there = ("places.camp.people={military: 5}",)
    never, may = load_data(data, there + bad), load_data(data, there + good)
    assert reported(never).get("places.camp.people") == f"the people of camp can never leave: {why}"
    assert response(never, "people_out_share") == 0.0
    assert (reported(may), response(may, "people_out_share")) == ({}, 1.0)


LISTED = {
    name: {"from": f"2023-01-0{day}T01:00", "until": f"2023-01-0{day}T02:00"} for name, day in (("a", 3), ("b", 4))
}
QUIET = {"threat": {"alarms": {"listed": LISTED}}}
ORDERS: list[tuple[dict, dict, str]] = [
    (
        {"episodes": {"count": 3, "within": "5 d"}}, {"episodes": {"count": 2, "within": "5 d"}},
        "without alarms at random, 3 episodes never come within the time given",
    ),
    (
        {"episodes": {"count": 2, "within": "5 d", "notice": "8 d"}},
        {"episodes": {"count": 2, "within": "5 d", "notice": "3 d"}}, "it would not bring the handover forward",
    ),
    (
        {"date": {"on": "2023-01-05", "chance": "0 %"}}, {"date": {"on": "2023-01-05"}},
        "the order on a date has no chance",
    ),
    (
        {"date": {"on": "2023-01-08", "notice": "3 d"}}, {"date": {"on": "2023-01-08", "notice": "2 d"}},
        "it would not bring the handover forward",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "good", "why"), ORDERS, ids=[case[2] + str(case[0])[:30] for case in ORDERS])
def test_an_order_that_nothing_can_trigger_is_reported_and_one_that_comes_is_not(bad, good, why):
    def loaded(plan: dict) -> Loaded:
        return load_data(world({"camp": camp(**LOTS, **QUIET, escalation=plan, under_order={})}, BOX, routes=ROAD))

    never, may = loaded(bad), loaded(good)
    assert reported(never)["places.camp.escalation"] == f"no order to leave will ever come to camp: {why}"
    assert "places.camp.escalation" not in reported(may)
    assert Simulator(never.scenario).history(1, 1).tape.orders == {}
    assert list(Simulator(may.scenario).history(1, 1).tape.orders) == ["camp"]


def test_an_order_that_follows_one_that_never_comes_never_comes():
    def reports(chance: str) -> set[str]:
        places = {
            "a": camp(escalation={"date": {"on": "2023-01-05", "chance": chance}}, under_order={}),
            "b": camp(escalation={"follows": {"place": "a", "after": "1 d"}}, under_order={}),
        }
        for place in places.values():
            place["evacuate"] = {}
        return set(reported(load_data(world(places))))

    assert reports("0 %") == {"places.a.escalation", "places.b.escalation"}
    assert reports("1 %") == set()


def test_the_warning_has_the_line_of_the_file_and_a_remedy_and_strict_refuses_it(tmp_path):
    file = tmp_path / "camp.yaml"
    file.write_text(
        "schema: 1\nname: little\ncalendar: {start: 2023-07-01, deadline: 2023-07-20}\nplaces:\n"
        "  camp:\n    role: camp\n    handover: 2023-07-15\n    crews:\n    evacuate: {hub: [road]}\n"
        "    lots: {box: {coe: 10}}\n  hub: {role: hub, keeps_custody: true}\n"
        "classes: {box: {mass: 1 t, moves: [truck], prepare: 4 h}}\n"
        "lift: {trucks: {t: {count: 2, base: hub, payload: 5 t}}}\n"
        "routes: {north: {through: [hub, camp], km: [100], a_day: 200 km}}\n"
    )
    loaded = load(file)
    assert loaded.warnings == loaded.never
    assert [str(warning).removeprefix(f"{tmp_path}/") for warning in loaded.never] == [
        "camp.yaml:8: places.camp.crews: no crew will ever work at camp: it has no crews; allowed: `crews:` that the "
        "people there can staff, such as `crews: {count: 2}`"
    ]
    with pytest.raises(InputError, match="no crew will ever work at camp"):
        load(file, strict=True)


@pytest.mark.parametrize(
    "sets",
    [
        ("classes.box.prepare=0 s", "places.camp.crews=null"),
        ("places.camp.lots=null", "places.camp.crews=null"),
        ("places.camp.lots=null", "places.camp.yard=0", "places.camp.loaders=0"),
        ("classes.box.transfer={coe: agreed}", "places.camp.crews=null"),
        ("places.camp.release={start: 2023-01-15}", "places.camp.escalation={date: {on: 2023-01-03, notice: 2 d}}"),
         ("lift.trucks.t.base=camp", "lift.convoys={vehicles: {least: 5}}"),
    ],
)  # fmt: skip
def test_what_no_lot_needs_is_not_reported(sets):
    assert reported(load_data(BY_ROAD, sets)) == {}


def test_a_longer_road_that_is_closed_and_a_contract_without_trucks_are_not_reported():
    shut = {"a": {"from": "2023-01-01", "until": "2023-02-01"}}
    spare = {"through": ["camp", "out"], "km": [300], "a_day": "600 km", "closures": shut}
    trucks = {**BY_ROAD["lift"]["trucks"], "none": {**TRUCK, "count": 0, "from": "2024-01-01"}}
    data = {**BY_ROAD, "routes": {**ROAD, "spare": spare}, "lift": {"trucks": trucks}}
    assert reported(load_data(data)) == {}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_no_shipped_scenario_is_reported_as_impossible(file):
    assert load(file).never == ()
