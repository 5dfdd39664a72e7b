"""Ways out: fates at the end, hubs, several destinations, fires."""

from __future__ import annotations

from typing import Any

from little import HELI, ROAD, TRUCK, Simulated, by_air, camp, world

from sim.ledger.states import State
from sim.replication.causes import causes

POOL = {"trucks": {"t": TRUCK}}


def test_what_arrives_after_the_deadline_is_late_and_what_arrives_at_it_is_out() -> None:
    def at(deadline: str) -> dict[str, int]:
        place = camp(lots={"box": {"unoe": 1}}, handover="2023-01-01T03:00")
        calendar = {"deadline": deadline, "horizon": "2023-01-03"}
        return Simulated(world({"camp": place}, {"box": {}}, lift=POOL, routes=ROAD, calendar=calendar)).fates()

    assert at("2023-01-01T04:00") == {"extracted": 1}
    assert at("2023-01-01T03:59:59") == {"late": 1}


def test_what_is_on_the_way_at_the_horizon_is_late() -> None:
    place = camp(lots={"box": {"unoe": 1}}, handover="2023-01-01T03:00")
    calendar = {"deadline": "2023-01-01T03:00", "horizon": "2023-01-01T03:30"}
    assert Simulated(world({"camp": place}, {"box": {}}, lift=POOL, routes=ROAD, calendar=calendar)).fates() == {
        "late": 1
    }


def test_what_is_left_at_closing_is_abandoned() -> None:
    assert Simulated(world({"camp": camp(lots={"box": {"unoe": 2}}, evacuate={})}, {"box": {}})).fates() == {
        "abandoned": 2
    }


def test_what_stands_at_a_place_that_keeps_custody_is_retained() -> None:
    hub = {"role": "hub", "keeps_custody": True, "lots": {"box": {"unoe": 3}}}
    assert Simulated(world({"hub": hub}, {"box": {}})).fates() == {"retained": 3}


def test_what_comes_from_elsewhere_to_a_custody_hub_is_out() -> None:
    hub = {"role": "hub", "keeps_custody": True}
    road = {"r": {"through": ["camp", "hub"], "km": [100], "a_day": "600 km"}}
    place = camp(lots={"box": {"unoe": 1}}, evacuate={"hub": ["road"]})
    simulated = Simulated(world({"camp": place, "hub": hub}, {"box": {}}, lift=POOL, routes=road))
    assert simulated.when(State.EXTRACTED) == [4]


def _hop(hub: dict[str, Any] | None = None, **sections: Any) -> Simulated:
    road = {"r": {"through": ["camp", "hub", "out"], "km": [100, 100], "a_day": "600 km"}}
    places = {
        "camp": camp(lots={"box": {"unoe": 1}}, evacuate={"hub": ["road"]}),
        "hub": {"role": "hub", "evacuate": {"out": ["road"]}, **(hub or {})},
    }
    lift = {"trucks": {"t": TRUCK, "u": {**TRUCK, "base": "hub"}}}
    return Simulated(world(places, {"box": {"load": "1 h", "unload": "1 h"}}, lift=lift, routes=road, **sections))


def test_a_lot_goes_from_camp_to_hub_to_exit_in_two_legs() -> None:
    steps = _hop().life("camp/box/1")[3:]
    assert steps == [
        (0, "loading"), (1, "moving"), (6, "ready"), (6, "loading"), (7, "moving"), (12, "extracted"),
    ]  # fmt: skip


def test_a_lot_that_comes_to_a_hub_that_has_closed_is_abandoned() -> None:
    assert _hop({"handover": "2023-01-01T03:00"}).life("camp/box/1")[-1] == (6, "abandoned")


def test_what_is_still_at_a_hub_at_the_horizon_is_late() -> None:
    road = {
        "r": {"through": ["camp", "hub"], "km": [100], "a_day": "600 km"},
        "s": {"through": ["hub", "out"], "km": [9], "a_day": "90 km"},
    }
    places = {
        "camp": camp(lots={"box": {"unoe": 1}}, evacuate={"hub": ["road"]}),
        "hub": {"role": "hub", "evacuate": {"out": ["road"]}},
    }
    simulated = Simulated(
        world(places, {"box": {}}, lift=POOL, routes=road, clearance={"road": {"s": {"trucks": {"refused": 1}}}})
    )
    assert simulated.life("camp/box/1")[-1] == (480, "late")


def _preferring(**sections: Any) -> Simulated:
    places = {
        "camp": camp(lots={"box": {"unoe": 1}}, evacuate={"north": ["road"], "out": ["road"]}),
        "north": {"role": "exit"},
    }
    roads = {
        "n": {"through": ["camp", "north"], "km": [100], "a_day": "600 km", **sections.pop("north", {})},
        "o": {"through": ["camp", "out"], "km": [50], "a_day": "600 km"},
    }
    return Simulated(world(places, {"box": {}}, lift=POOL, routes=roads, **sections))


def test_lots_go_to_the_first_destination_that_they_can_use_now() -> None:
    assert [step.place for step in _preferring().ledger.lots][-1] == "north"


def test_lots_go_to_the_next_destination_when_the_first_is_closed() -> None:
    shut = {"closures": {"shut": {"from": "2023-01-01", "until": "2023-01-20"}}}
    assert [step.place for step in _preferring(north=shut).ledger.lots][-1] == "out"


def test_lots_go_by_the_first_mode_of_a_destination_that_is_there() -> None:
    place = camp(lots={"box": {"unoe": 1}}, evacuate={"out": ["road", "air"]})
    both = Simulated(world({"camp": place}, {"box": {}}, lift={**POOL, **by_air()}, routes=ROAD))
    assert both.when(State.EXTRACTED) == [4]
    place["evacuate"] = {"out": ["air", "road"]}
    assert Simulated(world({"camp": place}, {"box": {}}, lift={**POOL, **by_air()}, routes=ROAD)).when(
        State.EXTRACTED
    ) == [2]


def test_an_earlier_way_holds_back_no_lots_that_the_trucks_of_today_do_not_take() -> None:
    place = camp(lots={"box": {"unoe": 1}, "press": {"unoe": 1}}, evacuate={"out": ["road", "air"]})
    big = {"count": 1, "base": "out", "payload": "20 t", "from": "2023-01-08"}
    lift = {"trucks": {"t": {**TRUCK, "count": 2, "floor": 1}, "later": big}, **by_air()}
    classes = {"box": {"floor": 1}, "press": {"mass": "1 t", "floor": 2}}
    simulated = Simulated(world({"camp": place}, classes, lift=lift, routes=ROAD))
    assert simulated.life("camp/press/1")[-1] == (2, "extracted")  # flown at once, and not driven a week later
    assert simulated.life("camp/box/1")[-1] == (4, "extracted")


def test_an_earlier_flight_holds_back_no_lots_that_only_an_aircraft_in_repair_takes() -> None:
    place = camp(lots={"box": {"unoe": 1}, "press": {"unoe": 1}}, evacuate={"out": ["air", "road"]})
    light = {**HELI, "positions": 1}
    fleets = {"light": light, "heavy": {**HELI, "from": "2023-01-08"}}
    lift = {"aircraft": fleets, "trucks": {"t": TRUCK}, "distances": {"out": {"camp": "100 km"}}}
    classes = {"box": {"floor": 1}, "press": {"floor": 2}}
    simulated = Simulated(world({"camp": place}, classes, lift=lift, routes=ROAD))
    assert [step.place for step in simulated.ledger.lots][-1] == "out"
    assert simulated.life("camp/press/1")[-1] == (4, "extracted")


def test_fire_destroys_lots_that_stand_there_and_none_that_have_left() -> None:
    threat = {"fires": "5 /day", "periods": {"before": {"from": "2023-01-01", "until": "2023-01-01", "times": 0}}}
    gone = camp(lots={"box": {"unoe": 5}}, threat=threat)
    assert Simulated(world({"camp": gone}, {"box": {}}, lift=POOL, routes=ROAD)).fates() == {"extracted": 5}
    stays = camp(lots={"box": {"unoe": 5}}, threat={"fires": "5 /day"}, evacuate={})
    assert Simulated(world({"camp": stays}, {"box": {}})).fates() == {"lost": 5}


def test_fire_at_a_hub_counts_only_the_time_that_a_lot_stood_in_fire() -> None:
    calm = _hop({"threat": {"fires": "0.01 /day"}})
    assert calm.fates() == {"extracted": 1}
    hot = _hop({"threat": {"fires": "99 /day"}})
    assert hot.fates() == {"lost": 1}


def test_time_on_the_road_does_not_count_as_time_in_fire() -> None:
    road = {"r": {"through": ["camp", "hub", "out"], "km": [1000, 1], "a_day": "100 km"}}
    fires = {"threat": {"fires": "5 /day"}}
    places = {
        "camp": camp(lots={"box": {"unoe": 20}}, evacuate={"hub": ["road"]}, **fires),
        "hub": {"role": "hub", "evacuate": {"out": ["road"]}, "threat": {"fires": "0.0001 /day"}},
    }
    lift = {"trucks": {"t": {**TRUCK, "payload": "20 t"}, "u": {**TRUCK, "base": "hub", "payload": "20 t"}}}
    assert Simulated(world(places, {"box": {}}, lift=lift, routes=road)).fates() == {"extracted": 20}


def test_fire_on_a_vehicle_that_stands_loaded_leaves_the_convoy_without_it() -> None:
    place = camp(lots={"car": {"coe": 4}}, threat={"fires": "0.2 /day"})
    refused = {"windows": {"no": {"from": "2023-01-01", "until": "2023-01-05", "refused": 1}}}
    cars = {"car": {"moves": ["self"], "crew": 1, "load": "1 h"}}
    simulated = Simulated(world({"camp": place}, cars, routes=ROAD, clearance={"road": {"r": refused}}))
    assert set(simulated.fates()) == {"lost", "extracted"}


def test_a_lot_too_heavy_for_every_lift_has_that_as_its_cause() -> None:
    place = camp(lots={"press": {"unoe": 1}}, evacuate={"out": ["air"]}, crews={"count": 1})
    data = world(
        {"camp": place}, {"press": {"mass": "50 t", "destroy": "1 h"}}, lift=by_air(), policy={"disposal": "projected"}
    )
    rows = [row for row in causes(Simulated(data).history) if row[3]]
    assert [(row[2], row[3]) for row in rows] == [("too large for any lift", 1)]
