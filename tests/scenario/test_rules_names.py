"""Names that tables, pictures and ids are made of: what would be one is refused, and all else is taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.replication.catalogue import catalogue
from sim.scenario.alike import folded
from sim.scenario.door import load, load_data
from sim.scenario.lots import lot_table
from sim.scenario.rules_names import MISSION, OF_A_PLACE
from sim.scenario.scenario import Scenario

PLACES = ("camp", "hours_camp", "Hours_Camp", "hours_hours_camp", "mission", "MISSION", "mission 2", "a", "a/b",
          "a#b/c", "غاو", 'St. "Louis"')  # fmt: skip
CLASSES = ("b/c", "c", "b", "c/1", "صندوق")
ROUTES = ("c130/1", "c130/2", "c130/3", "c130/01", "c130", "r#1", "a b")


def camp(classes: dict[str, Any]) -> dict[str, Any]:
    crews, ways = {"count": 1}, {"port": ["road"]}
    return {"role": "camp", "handover": "2023-07-10", "crews": crews, "evacuate": ways, "lots": classes}


def world(held: dict[str, dict[str, int]], routes: tuple[str, ...] = ("road",), tails: int = 2) -> dict[str, Any]:
    """Camps with lots by class, a port, some tails, routes from the first camp, and a route from each camp."""
    places: dict[str, Any] = {name: camp({kind: {"coe": count} for kind, count in held[name].items()}) for name in held}
    ways = {name: next(iter(held)) for name in routes} | {f"way of {at}": name for at, name in enumerate(held)}
    kinds = {kind for classes in held.values() for kind in classes}
    return {
        "schema": 1, "name": "names", "calendar": {"start": "2023-07-01", "deadline": "2023-07-20"},
        "places": places | {"port": {"role": "exit"}},
        "classes": {kind: {"mass": "1 t", "moves": ["truck"], "prepare": "8 h"} for kind in kinds},
        "lift": {
            "trucks": {"lorry": {"count": 2, "base": "port", "payload": "5 t"}},
            "aircraft": {"c130": {"count": tails, "base": "port", "payload": "9 t", "block_speed": "400 km/h"}},
        },
        "routes": {name: {"through": ["port", way], "km": [100], "a_day": "200 km"} for name, way in ways.items()},
    }  # fmt: skip


def collides(data: dict[str, Any]) -> bool:
    """Whether two columns, two rows of the timeline, two lots, or a sortie and a convoy of a scenario have one name."""
    scenario = Scenario.read(data)
    columns = [folded(response.name) for response in catalogue(scenario)]
    timeline = [folded(name) for name in (MISSION, *scenario.places)]
    lots = lot_table(scenario).ids()
    moves = [f"{name}/{tail}#1" for name, fleet in scenario.lift.aircraft.items() for tail in range(1, fleet.count + 1)]
    moves += [f"{name}#1" for name in scenario.routes]
    return any(len(set(names)) < len(names) for names in (columns, timeline, lots, moves))


def refused(data: dict[str, Any]) -> list[str]:
    try:
        load_data(data)
    except InputError as error:
        return [str(problem) for problem in error.problems]
    return []


@settings(max_examples=120, deadline=None)
@given(
    st.dictionaries(st.sampled_from(PLACES), st.dictionaries(st.sampled_from(CLASSES), st.integers(0, 2), max_size=2),
                    min_size=1, max_size=4),
    st.sets(st.sampled_from(ROUTES), max_size=3),
)  # fmt: skip
@example({"camp": {}, "hours_camp": {}}, set())
@example({"a": {"b/c": 1}, "a/b": {"c": 1}}, set())
@example({"a": {"b/c": 1}, "a/b": {"c": 0}}, set())
@example({"a": {"b": 1}}, {"c130/2"})
@example({"a": {"b": 1}}, {"c130/3", "c130/01"})
def test_the_door_refuses_exactly_where_two_things_would_have_one_name(
    held: dict[str, dict[str, int]], routes: set[str]
) -> None:
    data = world(held, tuple(sorted(routes)))
    assert bool(refused(data)) == collides(data)


def test_the_rule_knows_every_response_that_is_made_of_a_place() -> None:
    scenario = load_data(world({"camp": {"c": 1}})).scenario
    renamed = json.loads(json.dumps(world({"elsewhere": {"c": 1}})).replace("port", "harbour"))
    named, other = ({one.name for one in catalogue(each)} for each in (scenario, load_data(renamed).scenario))
    made = {prefix + place for prefix in OF_A_PLACE for place in ("camp", "port")}
    assert named - other == made - {"closed_port"}  # which is not handed over


@pytest.mark.parametrize(("held", "path", "sentence"), [
    ({"camp": {"c": 1}, "hours_camp": {"c": 1}}, "places.camp",
     "the response closed_hours_camp would mean both the day on which 'hours_camp' closes and the hours for which the "
     "strip of 'camp' is closed; allowed: another name for one of them"),
    ({"Mission": {"c": 1}}, "places.Mission",
     "tables and pictures use this name for the sum over places; got 'Mission'; allowed: another name, such as "
     "mission-camp"),
    ({"a": {"b/c": 1}, "a/b": {"c": 1}}, "places.a/b.lots.c",
     "lots of 'b/c' at 'a' and of 'c' at 'a/b' would have the same id, such as a/b/c/1; allowed: another name for "
     "one of them"),
])  # fmt: skip
def test_what_collides_is_reported_with_the_reason_and_a_remedy(
    held: dict[str, dict[str, int]], path: str, sentence: str
) -> None:
    assert refused(world(held)) == [f"{path}: {sentence}"]


def test_a_route_called_as_a_tail_is_refused_while_there_is_such_a_tail() -> None:
    assert refused(world({"a": {"c": 1}}, ("c130/2",), tails=2)) == [
        "routes.c130/2: convoys on 'c130/2' and sorties of 'c130' would have the same id, such as c130/2#1; "
        "allowed: another name for one of them"
    ]
    assert refused(world({"a": {"c": 1}}, ("c130/2",), tails=1)) == []


def test_a_hub_that_is_not_handed_over_still_makes_the_name_of_a_response_doubtful() -> None:
    data = world({"camp": {"c": 1}})
    data["places"]["hours_camp"] = {"role": "hub", "keeps_custody": True}
    assert refused(data) == [
        "places.camp: the response closed_hours_camp would mean both the day on which 'hours_camp' closes and the "
        "hours for which the strip of 'camp' is closed; allowed: another name for one of them"
    ]


@pytest.mark.parametrize("pair", [
    ("camp", "ca\u200cmp"), ("camp one", "camp  one"), ("camp", "camp "), ("=camp", "'=camp"), ("camp", "CAMP"),
    ("camp one", "camp\u00a0one"),
])  # fmt: skip
def test_names_that_look_alike_in_tables_and_pictures_are_refused(pair: tuple[str, str]) -> None:
    found = refused(world({pair[0]: {"c": 1}, pair[1]: {"c": 1}}))
    assert len(found) == 1
    assert "two names that read alike" in found[0]


def test_a_name_that_shows_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(json.dumps(world({"\u200b\u2060": {"c": 1}})), encoding="utf-8")
    with pytest.raises(InputError, match="places: a name is empty or invisible"):
        load(tmp_path / "x.yaml")
