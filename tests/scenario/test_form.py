"""The form of a scenario: what it knows, its schema, its reference, the file to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.errors import InputError
from sim.scenario.document import read_document
from sim.scenario.door import load, unsourced
from sim.scenario.parts import Part
from sim.scenario.reference import reference
from sim.scenario.schema import json_schema, meanings
from sim.scenario.shape import fields, known_keys, knows, sections
from sim.scenario.template import template

DATA = Path(__file__).parents[1] / "data"
ROOT = Path(__file__).parents[2]


def test_every_key_that_a_scenario_can_have_is_read() -> None:
    scenario = load(DATA / "whole-form.yaml", strict=True).scenario
    said: dict[type[Part], set[str]] = {}
    waiting: list[Any] = [scenario]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Part):
            said.setdefault(type(part), set()).update(part.model_fields_set & set(type(part).model_fields))
            waiting.extend(getattr(part, name) for name in part.model_fields_set)
        elif isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, tuple):
            waiting.extend(part)
    for _, section in sections():
        assert said[section] == set(section.model_fields), section.__name__


def test_the_schema_is_one_and_takes_what_the_door_takes() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for file in (DATA / "whole-form.yaml", DATA / "broken" / "base" / "small-camp.yaml"):
        assert [error.message for error in validator.iter_errors(read_document(str(file), "file").data)] == []


@pytest.mark.parametrize(
    "name",
    [
        "unknown-key",
        "unknown-word",
        "bare-number",
        "missing-sections",
        "map-for-a-number",
        "unknown-section",
        "schema-of-another-version",
        "yes-for-true",
    ],
)
def test_the_schema_refuses_what_is_wrong_in_form(name: str) -> None:
    data = read_document(str(DATA / "broken" / f"{name}.yaml"), name).data
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(data)


def test_the_schema_lets_an_extending_file_say_any_part_alone_and_delete_it() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    part: dict[str, Any] = {"places": {"camp": {"crews": {"size": 3}, "threat": None}, "old": None}}
    assert validator.is_valid({"extends": "base.yaml", **part})
    assert not validator.is_valid(part)
    assert not validator.is_valid({"extends": "base.yaml", "places": {"camp": {"crew": {"size": 3}}}})


def test_every_field_of_the_schema_is_described() -> None:
    for _, section in sections():
        assert (section.__doc__ or "").strip()
        assert list(meanings(section)) == list(fields(section)), section.__name__


def test_the_reference_in_the_docs_is_the_one_that_the_program_writes() -> None:
    assert (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8") == reference()


def test_the_reference_names_every_key_and_every_distribution() -> None:
    text = reference()
    for path, section in sections():
        assert not path or f"### `{path}`" in text
        for key in fields(section):
            assert f"| `{key}` |" in text
    assert "{weibull: {shape: 1.5, scale: ...}}" in text


def test_a_file_to_start_from_is_right_without_a_warning_and_every_figure_has_a_source(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(template('my "own" camp', "mine.yaml"))
    loaded = load(file, strict=True)
    assert loaded.scenario.name == 'my "own" camp'
    assert unsourced(loaded) == []


def test_the_form_distinguishes_names_of_things_from_names_of_fields() -> None:
    assert knows(("places", "anything", "threat", "alarms"))
    assert not knows(("places", "anything"))
    assert known_keys(("places",)) is None
    assert known_keys(("places", "x", "lots", "box")) == ("coe", "unoe", "broken_down")
    assert known_keys(("calendar",)) == ("start", "deadline", "horizon", "zone")
    assert known_keys(("nothing", "here")) is None


def test_figures_without_a_source_are_reported_in_the_order_of_the_file() -> None:
    loaded = load(DATA / "whole-form.yaml")
    reported = [problem.path for problem in unsourced(loaded)]
    assert reported[:3] == ["calendar.start", "calendar.horizon", "phases.first.start"]
    assert "places.ridge.people.military" not in reported
    assert not any(path.endswith((".stream", ".lights", ".base", ".surface")) for path in reported)
    assert not any(path.startswith(("record", "expect", "sources", "schema")) for path in reported)
    assert all(problem.line is not None for problem in unsourced(loaded))


def test_a_scenario_that_is_too_little_to_be_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "little.yaml"
    file.write_text("places: 3\ncalendar: [1]\nlift: none\n")
    with pytest.raises(InputError) as caught:
        load(file)
    assert {problem.path for problem in caught.value.problems} == {
        "schema",
        "name",
        "places",
        "calendar",
        "lift",
    }


@pytest.mark.parametrize(("change", "sentence"), [
    ("policy.disposal={review: 30 s}", "this should be at least 60 s; got '30 s'"),
    ("places.camp.position={lat: 91, lon: 0.5}", "this should be at most 90 degrees; got 91"),
    ("places.camp.position={lat: 1, lon: -181}", "this should be at least -180 degrees; got -181"),
    ("routes.north.km=[20001]", "this should be at most 20,000 km; got 20001"),
    ("routes.north.km=[0]", "this should be above 0 km; got 0"),
    ("routes.north.through=[camp]", "this should have at least 2 entries; got [camp]"),
    ("places.camp.crews={count: 3, size: 0}", "this should be at least 1; got 0"),
    ("lift.trucks.contract.floor=2e6", "this is out of range; got 2000000.0; allowed: 0 to 1,000,000 pallet positions"),
])  # fmt: skip
def test_a_bound_is_reported_in_its_unit(change: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        load(DATA / "broken" / "base" / "small-camp.yaml", [change])
    assert [str(problem) for problem in caught.value.problems if sentence in str(problem)]


@pytest.mark.parametrize(("owner", "near"), [("contractor", None), ("coee", "coe"), ("un", "unoe"), ("host", None)])
def test_an_owner_that_is_not_known_is_refused_with_those_that_are(owner: str, near: str | None) -> None:
    with pytest.raises(InputError) as caught:
        load(DATA / "broken" / "base" / "small-camp.yaml", [f"places.camp.lots={{box: {{{owner}: 1}}}}"])
    [problem] = caught.value.problems
    assert (problem.path, problem.wrong) == (f"places.camp.lots.box.{owner}", "unknown owner")
    assert problem.got == f"'{owner}'"
    assert str(problem.allowed).startswith("coe (contingent-owned) or unoe (United Nations-owned); what belongs")
    assert problem.nearest == near


def test_the_schema_knows_lots_that_are_read_from_an_inventory() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    given = {"from": "stock.csv", "owner": "coe", "match": {"conteneur*": "container"}}
    camp = {"role": "camp", "handover": "2023-07-04", "lots": given}
    data = {
        "schema": 1, "name": "x", "calendar": {"start": "2023-07-01", "deadline": "2023-07-04"},
        "places": {"camp": camp, "port": {"role": "exit"}},
    }  # fmt: skip
    assert validator.is_valid(data)
    camp["lots"] = {**given, "owners": "coe"}
    assert not validator.is_valid(data)
