from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario.changes import changed, group_of, grouped, mixed
from sim.scenario.door import load, load_data

A = {
    "schema": 1, "name": "one", "calendar": {"start": "2023-07-01", "deadline": "2023-07-04"},
    "places": {"camp": {"role": "camp", "handover": "2023-07-04", "crews": {"count": 2}}, "port": {"role": "exit"}},
    "sources": {"places.camp.crews.count": {"kind": "assumed"}},
}  # fmt: skip


def changed_a(**camp):
    return A | {"name": "two", "places": {**A["places"], "camp": {**A["places"]["camp"], **camp}}}


def test_only_what_means_something_counts_as_changed():
    assert changed(A, A | {"name": "other", "note": "x", "sources": {}}) == []
    assert changed(A, changed_a(crews={"count": 3})) == [("places", "camp", "crews", "count")]


def test_a_change_is_the_highest_path_that_one_side_lacks():
    b = changed_a(threat={"alarms": {"rate": "1 /day"}})
    assert changed(A, b) == changed(b, A) == [("places", "camp", "threat")]
    assert changed(A, A | {"places": {"camp": A["places"]["camp"]}}) == [("places", "port")]


@pytest.mark.parametrize(
    ("path", "group"),
    [
        (("lift", "aircraft", "c130", "count"), "lift.aircraft.c130"),
        (("routes", "gao-tessalit", "attacks", "rate"), "routes.gao-tessalit"),
        (("clearance", "road", "gao-tessalit", "trucks", "windows"), "clearance.road.gao-tessalit"),
        (("clearance", "air", "windows", "crisis", "refused"), "clearance.air"),
        (("places", "tessalit", "threat", "alarms", "rate"), "places.tessalit.threat"),
        (("places", "new"), "places.new"),
        (("calendar", "deadline"), "calendar"),
        (("places", "St. Louis", "crews"), 'places."St. Louis".crews'),
    ],
)
def test_changes_are_grouped_by_section_and_name(path, group):
    assert group_of(path) == group


def test_groups_hold_all_changes_once():
    paths = [("calendar", "deadline"), ("places", "camp", "crews", "count"), ("calendar", "horizon")]
    assert grouped(paths) == {"calendar": (paths[0], paths[2]), "places.camp.crews": (paths[1],)}


def test_a_world_with_every_change_means_what_the_other_scenario_means_and_with_none_the_first():
    b = changed_a(crews={"count": 3}, loaders=2) | {"calendar": A["calendar"] | {"deadline": "2023-07-05"}}
    everything = load_data(mixed(A, b, changed(A, b))).scenario.hash()
    assert everything == load_data(b).scenario.hash()
    assert load_data(mixed(A, b, [])).scenario.hash() == load_data(A).scenario.hash()
    assert A["calendar"]["deadline"] == "2023-07-04"


def test_what_the_other_side_lacks_is_taken_away():
    b = changed_a(loaders=2, threat={"alarms": {"rate": "1 /day"}})
    gone = [("places", "camp", "threat")]
    assert mixed(b, A, gone)["places"]["camp"] == A["places"]["camp"] | {"loaders": 2}
    assert load_data(mixed(b, A, changed(b, A))).scenario.hash() == load_data(A).scenario.hash()


def test_a_world_between_is_validated_like_any_other():
    b = changed_a(handover="2023-07-06") | {"calendar": A["calendar"] | {"deadline": "2023-07-08"}}
    with pytest.raises(InputError, match="after the deadline"):
        load_data(mixed(A, b, [("places", "camp", "handover")]))


def test_the_day_on_which_a_scenario_was_written_changes_neither_its_hash_nor_what_differs(tmp_path):
    text = (Path(__file__).parents[1] / "data" / "whole-form.yaml").read_text(encoding="utf-8")
    (tmp_path / "later.yaml").write_text(text.replace("as_of: 2026-03-01", "as_of: 2026-04-01"), encoding="utf-8")
    (tmp_path / "never.yaml").write_text(text.replace("as_of: 2026-03-01\n", ""), encoding="utf-8")
    (tmp_path / "first.yaml").write_text(text, encoding="utf-8")
    one, *others = (load(tmp_path / f"{name}.yaml") for name in ("first", "later", "never"))
    assert str(one.scenario.as_of) == "2026-03-01"
    assert [(changed(one.data, other.data), other.scenario.hash()) for other in others] == [
        ([], one.scenario.hash())
    ] * 2
