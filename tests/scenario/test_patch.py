"""`--set`: changes by dotted path, laid over the file before it is validated."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sim.errors import InputError
from sim.scenario.document import Draft
from sim.scenario.door import load, tally
from sim.scenario.extending import read_chain
from sim.scenario.patch import patched
from sim.scenario.paths import Path as FieldPath
from sim.scenario.paths import children, dotted

SMALL = Path(__file__).parents[1] / "data" / "broken" / "base" / "small-camp.yaml"


def refusal(*sets: str) -> str:
    with pytest.raises(InputError) as caught:
        load(SMALL, sets)
    return str(caught.value).replace(f"{SMALL.parent}/", "")


def test_a_change_is_the_same_scenario_as_the_file_with_it(tmp_path: Path) -> None:
    (tmp_path / "eight.yaml").write_text(SMALL.read_text().replace("count: 2,", "count: 8,"))
    assert load(SMALL, ["places.camp.crews.count=8"]).scenario.hash() == load(tmp_path / "eight.yaml").scenario.hash()


def test_a_field_that_the_form_knows_may_be_set_though_the_file_does_not_say_it() -> None:
    scenario = load(
        SMALL, ["places.camp.yard=40", "places.camp.threat.fires=0.001 /day", "policy.disposal.kind=none"]
    ).scenario
    assert (scenario.places["camp"].yard, scenario.places["camp"].threat.fires) == (40, 0.001)
    assert scenario.policy.disposal.kind == "none"


def test_null_deletes_and_a_flow_of_yaml_is_a_value() -> None:
    scenario = load(SMALL, ["places.camp.threat=null", "places.camp.evacuate.hub=[road]"]).scenario
    assert scenario.places["camp"].threat.shelter is None
    assert scenario.places["camp"].evacuate == (("hub", ("road",)),)


def test_an_entry_of_a_list_goes_by_its_number() -> None:
    assert load(SMALL, ["routes.north.km.0=650"]).scenario.routes["north"].km == (650.0,)


def test_a_name_below_what_an_earlier_change_made_a_list_is_refused() -> None:
    said = refusal("places.camp=[1, 2]", "places.camp.evacuate=1")
    assert "places.camp.evacuate: unknown name 'evacuate'" in said


def test_later_changes_lie_on_earlier_ones() -> None:
    scenario = load(SMALL, ["places.camp.loaders=4", "places.camp.loaders=5"]).scenario
    assert scenario.places["camp"].loaders == 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "places.kamp.yard=3",
            "--set: places.kamp.yard: unknown name 'kamp'; allowed: camp, hub; did you mean places.camp.yard?",
        ),
        (
            "places.camp.crews.cuont=3",
            "--set: places.camp.crews.cuont: unknown name 'cuont'; allowed: count, labour_share, "
            "size; did you mean places.camp.crews.count?",
        ),
        (
            "places.camp.lots.crate.coe=3",
            "--set: places.camp.lots.crate.coe: unknown name 'crate'; allowed: box",
        ),
        ("routes.north.km.1=3", "--set: routes.north.km.1: unknown name '1'; allowed: 0"),
        ("places.camp.crews.count", "--set: places.camp.crews.count: this should be path.to.field=value"),
        (
            "places..camp=3",
            "--set: places..camp: not a field path, such as places.tessalit.crews.count",
        ),
        ("places.camp.yard=", "--set: no value given; allowed: a value, or null to delete the current one"),
        ("places.camp.yard=[1", "--set:1: not valid YAML: expected ',' or ']', but got '<stream end>'"),
        (
            "places.camp.yard=.inf",
            "--set: places.camp.yard: this is not a finite number; got .inf; allowed: a finite number",
        ),
        (
            "places.camp.yard=!!int 3",
            "--set: places.camp.yard: tags (!) are not supported; got tag:yaml.org,2002:int; allowed: the value "
            "without it",
        ),
        (
            "places.camp.crews.count=-3",
            "--set: places.camp.crews.count: this is out of range; got -3; allowed: 0 to 1,000,000",
        ),
        ("extends=x.yaml", "--set: extends: `extends` cannot be changed here; write it into a file"),
        (
            "places.camp.yard=\x1b",
            "--set:1: the file contains a control character; got U+001B; allowed: text without hidden characters",
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_the_nearest_path(change: str, message: str) -> None:
    assert refusal(change) == message


def test_all_changes_that_are_wrong_are_reported_at_once() -> None:
    assert len(refusal("places.kamp.yard=3", "places.camp.yard=some", "nothing=1").splitlines()) == 3


def test_a_changed_figure_counts_as_assumed(tmp_path: Path) -> None:
    file = tmp_path / "sourced.yaml"
    file.write_text(SMALL.read_text() + "sources: {places: {kind: document}}\n")
    before, after = tally(load(file)), tally(load(file, ["places.camp.crews.count=8"]))
    assert after["assumed"] == before["assumed"] + 1
    assert after["document"] == before["document"] - 1


def test_a_name_in_quotation_marks_may_hold_the_sign_of_a_change(tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(SMALL.read_text().replace("  camp:", '  "a=b":').replace(", camp]", ', "a=b"]'))
    changed = load(file, ['places."a=b".crews.count=8']).scenario
    assert changed.places["a=b"].crews.count == 8


_VALUES = ("null", "3", "2 h", "40 %", "[1 h, 2 h]", "{lognormal: {mean: 2 h, cv: 0.5}}", "{uniform: [1 h, 2 h]}", "{}")
_NEW = ("lognormal", "uniform", "mean", "cv", "count", "rate", "nothing", "0", "note")


def _paths_in(data: Any, path: FieldPath = ()) -> list[FieldPath]:
    return [path, *(deeper for key, part in children(data) for deeper in _paths_in(part, (*path, key)))]


def _some_change(paths: list[FieldPath], dice: Random) -> str:
    path = dice.choice(paths)
    if dice.random() < 0.3:
        path = (*path, dice.choice(_NEW))
    return f"{dotted(path)}={dice.choice(_VALUES)}"


def _all_of(draft: Draft) -> tuple[Any, ...]:
    return json.dumps(draft.data), draft.spots, [str(one) for one in draft.problems], draft.spoiled, draft.files


@pytest.mark.parametrize("name", ["tessalit", "kidal-region"])
def test_several_changes_give_what_they_give_one_after_the_other(name: str) -> None:
    below = read_chain(f"scenarios/{name}.yaml")
    paths = [path for path in _paths_in(below.data) if path and path[0] != "sources"]
    near = [path for path in paths if path[:2] in (("places", "tessalit"), ("classes", "container"))]
    dice = Random(7)
    for _ in range(150):
        some = dice.sample(near if dice.random() < 0.5 else paths, 40)
        changes = tuple(_some_change(some, dice) for _ in range(dice.randint(2, 25)))
        each = below
        for change in changes:
            each = patched(each, (change,))
        assert _all_of(patched(below, changes)) == _all_of(each)
