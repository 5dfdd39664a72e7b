"""Names of any shape: what a place, class, aircraft type, pool or route is called changes nothing of what happens."""

from __future__ import annotations

from collections import Counter

import pytest
from little import Data

from sim.replication.causes import causes
from sim.replication.simulator import Simulator, rows
from sim.replication.trace import events
from sim.scenario.door import load_data

TAME = {"camp": "camp", "far": "far", "plane": "plane", "truck": "truck", "road": "road", "box": "box", "car": "car"}
SHAPES = {
    "a slash": "{}/1",
    "a number sign": "{}#1",
    "both": "{}/1#2",
    "a blank": "{} 2",
    "quotes": '"{}" o\'',
    "Arabic": "{} \u062a\u0633\u0627\u0644\u064a\u062a",
    "a comma": "{}, 5 people",
    "a word of the ledger": "waiting for {}",
}


def _world(name: dict[str, str]) -> Data:
    """A camp that empties by air and by road; nothing is drawn by chance."""
    camp = {
        "role": "camp",
        "handover": "2023-01-06",
        "people": {"all": 30},
        "crews": {"count": 2},
        "drawdown": {"start": "2023-01-02", "rear_party": 5, "leave_by": ["road", "air"]},
        "evacuate": {name["far"]: ["air", "road"]},
        "lots": {name["box"]: {"coe": 7}, name["car"]: {"unoe": 2}},
        "strip": {"surface": "asphalt"},
    }
    return {
        "schema": 1,
        "name": "names",
        "calendar": {"start": "2023-01-01", "deadline": "2023-01-10"},
        "places": {name["camp"]: camp, name["far"]: {"role": "exit", "strip": {"surface": "asphalt"}}},
        "classes": {
            name["box"]: {"mass": "1 t", "moves": ["aircraft", "truck"], "prepare": "4 h", "load": "1 h"},
            name["car"]: {"mass": "1 t", "moves": ["self"], "crew": 1, "seats": 2, "prepare": "9 h"},
        },
        "lift": {
            "aircraft": {
                name["plane"]: {
                    "count": 1, "base": name["far"], "payload": "2 t", "seats": 3, "block_speed": "100 km/h",
                    "crew_day": "12 h", "hours_a_day": "8 h", "cost": "100 USD/h",
                }
            },
            "trucks": {name["truck"]: {"count": 2, "base": name["far"], "payload": "1 t", "seats": 1}},
            "convoys": {"cost": "2 USD/km"},
            "distances": {name["far"]: {name["camp"]: "200 km"}},
        },
        "routes": {name["road"]: {"through": [name["far"], name["camp"]], "km": [100], "a_day": "300 km"}},
        "policy": {"disposal": "none"},
    }  # fmt: skip


def _reported(name: dict[str, str]) -> tuple[object, ...]:
    """All that a replication says, with the names taken out."""
    history = Simulator(load_data(_world(name)).scenario).history(1, 1)
    tame = {given: plain for plain, given in name.items()}
    said = rows(history)
    responses = list(said.responses.values())
    fates = sorted((tame[place], tame[kind], *rest) for place, kind, *rest in said.fates)
    waits = sorted((tame[place], tame[kind], *rest) for place, kind, *rest in causes(history))
    steps = Counter((step.at_s, step.what, step.lift.of, tame[step.lift.name]) for step in history.ledger.lift)
    kinds = Counter(event.kind.replace(name["far"], "far") for event in events(history))
    return responses, fates, waits, steps, kinds


@pytest.mark.parametrize("shape", SHAPES)
def test_a_world_whose_names_have_any_shape_does_the_same(shape: str) -> None:
    wild = {plain: SHAPES[shape].format(plain) for plain in TAME}
    assert _reported(wild) == _reported(TAME)
