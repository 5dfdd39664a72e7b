from typing import Any

import pytest

from sim.scenario.lots import lot_table
from sim.scenario.scenario import Scenario


def scenario(places: dict[str, Any], classes: dict[str, Any]) -> Scenario:
    calendar = {"start": "2023-07-01", "deadline": "2023-07-02"}
    return Scenario.read({"schema": 1, "name": "x", "calendar": calendar, "places": places, "classes": classes})


def kind(**more: Any) -> dict[str, Any]:
    return {"mass": "1 t", "moves": ["truck"], **more}


def camp(**lots: dict[str, int]) -> dict[str, Any]:
    return {"role": "camp", "lots": lots}


def test_lots_are_ordered_by_stream_name_owner_and_number_whatever_the_order_of_the_file() -> None:
    lots = lot_table(
        scenario(
            {
                "b": camp(tent={"coe": 1}),
                "c": {**camp(tent={"unoe": 1}), "stream": "a"},
                "empty": {"role": "exit"},
            }
            | {"a": camp(truck={"unoe": 1, "coe": 2}, box={"unoe": 1})},
            {"truck": kind(), "tent": kind(), "box": kind(stream="zebra")},
        )
    )
    assert [(lots.id(i), lots.owner[i]) for i in range(len(lots))] == [
        ("a/truck/1", "coe"),
        ("a/truck/2", "coe"),
        ("a/truck/3", "unoe"),
        ("a/box/1", "unoe"),
        ("c/tent/1", "unoe"),
        ("b/tent/1", "coe"),
    ]
    assert lots.spans == {"a": (0, 4), "c": (4, 5), "b": (5, 6), "empty": (6, 6)}


def test_every_lot_is_found_by_its_id_and_nothing_else_is() -> None:
    lots = lot_table(scenario({"a": camp(truck={"coe": 12}), "b": camp(truck={"coe": 3})}, {"truck": kind()}))
    assert [lots.index(lots.id(i)) for i in range(len(lots))] == list(range(15))
    for wrong in (
        "a/truck/0",
        "a/truck/13",
        "a/truck/01",
        "a/truck/-1",
        "a/truck/",
        "a/tent/1",
        "c/truck/1",
        "a",
        "",
    ):
        with pytest.raises(KeyError):
            lots.index(wrong)
