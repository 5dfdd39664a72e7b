"""What the record counts, read off the ledger of a little world with fixed times."""

import pytest

from sim.replication.observed import Observer, columns, last_column
from sim.replication.simulator import Simulator
from sim.scenario.scenario import Scenario

TARGETS = {
    "closed": {"measure": "closed", "at": "camp", "on": "2023-07-10", "value": "2023-07-10", "unit": "date"},
    "home_before": {"measure": "home", "on": "2023-07-09", "value": 1, "unit": "people"},
    "home_after": {"measure": "home", "on": "2023-07-14", "value": 1, "unit": "people"},
    "days": {"measure": "column_days", "at": "camp", "on": "2023-07-12", "value": 2, "unit": "days"},
    "attacks": {"measure": "column_attacks", "at": "camp", "on": "2023-07-12", "value": 2, "unit": "attacks"},
    "hurt": {"measure": "column_hurt", "at": "camp", "on": "2023-07-12", "value": 2, "unit": "people"},
    "early": {"measure": "trucks_through", "at": "road", "on": "2023-06-30", "value": 0, "unit": "trucks"},
    "through": {"measure": "trucks_through", "at": "road", "on": "2023-07-12", "value": 0, "unit": "trucks"},
    "rank": {"measure": "rank", "at": "camp", "on": "2023-07-10", "value": 1, "unit": "rank"},
    "emptied": {"measure": "emptied", "on": "2023-07-10", "value": "2023-07-10", "unit": "date"},
    "box_gone": {"measure": "emptied", "at": "camp", "of": "box", "on": "2023-07-10", "value": "2023-07-10",
                 "unit": "date"},
    "out_on_3": {"measure": "out_share", "on": "2023-07-03", "value": 0.3, "unit": "share"},
    "boxes_on_3": {"measure": "out_share", "at": "camp", "of": "box", "on": "2023-07-03", "value": 1, "unit": "share"},
    "out_on_12": {"measure": "out_share", "at": "camp", "on": "2023-07-12", "value": 1, "unit": "share"},
    "round": {"measure": "round_days", "at": "camp", "on": "2023-07-12", "value": 2, "unit": "days"},
}  # fmt: skip


PEOPLE = {"people": {"military": 8}, "drawdown": {"start": "2023-07-09", "rear_party": 8, "leave_by": ["road"]}}


def world(people=PEOPLE, **attacks):
    """A camp of eight people, two vehicles that drive and one load for a truck, 100 km and a day from the hub."""
    return Scenario.read({
        "schema": 1, "name": "A camp", "calendar": {"start": "2023-07-01", "deadline": "2023-07-20"},
        "places": {
            "camp": {
                "role": "camp", "handover": "2023-07-10", "evacuate": {"hub": ["road"]}, **people,
                "crews": {"count": 1, "size": 2}, "lots": {"car": {"coe": 2}, "box": {"coe": 1}},
            },
            "hub": {
                "role": "hub", "keeps_custody": True, "people": {"military": 20}, "evacuate": {"abroad": ["air"]},
                "drawdown": {"start": "2023-07-05", "leave_by": ["air"]},
                "strip": {"surface": "asphalt", "takes": ["plane"]},
            },
            "abroad": {"role": "exit", "strip": {"surface": "asphalt", "takes": ["plane"]}},
        },
        "classes": {
            "car": {"mass": "2 t", "floor": 2, "moves": ["self"], "crew": 1, "seats": 4, "prepare": "1 h"},
            "box": {"mass": "1 t", "floor": 1, "moves": ["truck"], "prepare": "1 h"},
        },
        "lift": {
            "aircraft": {"plane": {"count": 1, "base": "hub", "payload": "9 t", "positions": 2, "seats": 4,
                                   "block_speed": "400 km/h"}},
            "distances": {"hub": {"abroad": "400 km"}},
            "trucks": {"pool": {"count": 1, "base": "hub", "payload": "20 t", "floor": 6, "seats": 1}},
            "convoys": {"vehicles": {"least": 1, "most": 5}},
        },
        "routes": {"road": {"through": ["hub", "camp"], "km": [100], "a_day": {"calm": "100 km"}, **attacks}},
        "record": {"targets": {name: one | {"source": "a paper"} for name, one in TARGETS.items()}},
    })  # fmt: skip


def test_the_figures_of_the_record_are_read_off_the_ledger():
    said = Observer(world()).run(1, 1).responses
    assert said == {
        "closed": 9.0, "home_before": 5.0, "home_after": 19.0, "days": pytest.approx(1.0), "attacks": 0.0, "hurt": 0.0,
        "early": 0.0, "through": 1.0, "rank": 1.0, "emptied": 9.0, "box_gone": 0.0, "out_on_3": pytest.approx(1 / 3),
        "boxes_on_3": 1.0, "out_on_12": 1.0, "round": pytest.approx(2.0),
    }  # fmt: skip


def test_vehicles_that_leave_before_the_trucks_arrive_are_not_their_way_back():
    history = Simulator(world(people={})).history(1, 1)
    from_places = [column.place for column in columns(history)]
    assert from_places == ["hub", "camp", "camp", "camp"]  # two cars leave while the truck comes
    assert Observer(world(people={})).run(1, 1).responses["round"] == pytest.approx(2.0)


def test_attacks_and_hurt_are_those_of_the_last_column():
    attacks = {"rate": "0.05 /km", "delay": "2 h", "vehicles_lost": 0, "hurt": 3}
    history = Simulator(world(attacks=attacks)).history(1, 1)
    column = last_column(history, "camp")
    said = Observer(world(attacks=attacks)).run(1, 1).responses
    assert column is not None
    assert column.attacks > 0
    assert (said["attacks"], said["hurt"]) == (column.attacks, 3 * column.attacks)
    assert said["days"] == pytest.approx(1 + column.attacks / 12)
    assert len(columns(history)) >= 2
