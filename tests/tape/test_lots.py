from typing import Any

import pytest

from sim.scenario.lots import broken_down, in_turns, lot_table
from sim.scenario.places import Held
from sim.scenario.scenario import Scenario
from sim.tape.tape import draw, frame


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
        ("a/truck/2", "unoe"),
        ("a/truck/3", "coe"),
        ("a/box/1", "unoe"),
        ("c/tent/1", "unoe"),
        ("b/tent/1", "coe"),
    ]
    assert lots.spans == {"a": (0, 4), "c": (4, 5), "b": (5, 6), "empty": (6, 6)}


@pytest.mark.parametrize(
    ("held", "turns"),
    [
        ({"coe": 4, "unoe": 2}, "cuccuc"),
        ({"coe": 1, "unoe": 4}, "uucuu"),  # 1/4, 3/4, COE at 1, 5/4, 7/4
        ({"coe": 3, "unoe": 3}, "cucucu"),
        ({"unoe": 2}, "uu"),
        ({}, ""),
    ],
)
def test_owners_take_turns_in_proportion_to_their_lots(held: dict[Any, int], turns: str) -> None:
    assert "".join(owner[0] for owner in in_turns(held)) == turns


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


def test_pieces_stand_behind_the_lots_of_their_class_and_every_number_stays() -> None:
    held = {"box": kind(breaks_into={"class": "pallet", "pieces": 2, "work": "1 h", "shell": "0 t"}), "pallet": kind()}
    whole, broken = (
        lot_table(scenario({"a": camp(box={"coe": 3, "unoe": 1, **share}, pallet={"coe": 1})}, held))
        for share in ({}, {"broken_down": "50 %"})
    )
    assert whole.ids() == ["a/box/1", "a/box/2", "a/box/3", "a/box/4", "a/pallet/1"]
    assert [(broken.id(i), broken.owner[i], broken.kind[i]) for i in range(len(broken))] == [
        ("a/box/1", "coe", "box"),
        ("a/box/2", "coe", "box"),
        ("a/box/3", "unoe", "box"),
        ("a/box/4", "coe", "box"),
        ("a/box/1/piece/1", "coe", "pallet"),
        ("a/box/1/piece/2", "coe", "pallet"),
        ("a/box/2/piece/1", "coe", "pallet"),
        ("a/box/2/piece/2", "coe", "pallet"),
        ("a/box/3/piece/1", "unoe", "pallet"),
        ("a/box/3/piece/2", "unoe", "pallet"),
        ("a/pallet/1", "coe", "pallet"),
    ]
    assert broken.index("a/box/3/piece/2") == 9


@pytest.mark.parametrize(
    ("share", "count", "broken"), [("29 %", 50, 15), ("50 %", 1, 1), ("49 %", 1, 0), ("40 %", 212, 85)]
)
def test_a_share_of_lots_is_rounded_half_up_as_it_is_written(share: str, count: int, broken: int) -> None:
    assert broken_down(Held.model_validate({"coe": count, "broken_down": share}), count) == broken


def test_breaking_containers_down_moves_the_draws_of_no_other_lot() -> None:
    mass = {"uniform": ["6 t", "14 t"]}
    classes = {
        "box": kind(
            mass=mass,
            prepare={"uniform": ["1 h", "9 h"]},
            load={"uniform": ["1 h", "9 h"]},
            breaks_into={"class": "pallet", "pieces": 3, "work": {"uniform": ["2 h", "4 h"]}, "shell": "2 t"},
        ),
        "pallet": kind(load={"uniform": ["1 h", "9 h"]}),
    }
    drawn = []
    for share in ("0 %", "40 %", "80 %"):
        case = frame(scenario({"a": camp(box={"coe": 5, "broken_down": share}, pallet={"coe": 2})}, classes))
        tape = draw(case, 1, 1)
        drawn.append(
            {case.lots.id(i): (tape.mass_kg[i], tape.prepare_s[i], tape.load_s[i]) for i in range(len(case.lots))}
        )
    none, few, many = drawn
    assert {path: few[path] for path in none if path not in ("a/box/1", "a/box/2")} == {
        path: none[path] for path in none if path not in ("a/box/1", "a/box/2")
    }
    assert {path: many[path] for path in few if "/piece/" in path} == {
        path: few[path] for path in few if "/piece/" in path
    }
    for box in ("a/box/1", "a/box/2"):
        mass_kg, prepare_s, load_s = none[box]
        assert (few[box][0], few[box][2]) == (2000, load_s)
        assert abs(few[box][1] - (2 * 3600 + (prepare_s - 3600) / 4)) <= 1
        assert sum(few[path][0] for path in few if path.startswith(box)) == mass_kg
