"""The door: what is read right, what stays text, what makes two files one scenario."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.scenario.document import read_document
from sim.scenario.door import load, load_data, load_draft
from sim.scenario.extending import read_chain
from sim.scenario.paths import children, value_at
from sim.scenario.scalars import plain_scalar
from sim.scenario.scenario import Scenario

BROKEN = Path(__file__).parents[1] / "data" / "broken"
SMALL = (BROKEN / "base" / "small-camp.yaml").read_text()


def small(*changes: tuple[str, str]) -> str:
    """The small camp's file with words changed."""
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def loaded_hash(folder: Path, text: str) -> str:
    file = folder / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file).scenario.hash()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("010", 10),
        ("12:30", "12:30"),
        ("1e3", 1000.0),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("2023-07-01", "2023-07-01"),
        ("~", None),
        ("null", None),
        ("True", True),
        (".5", 0.5),
        ("+3", 3),
        ("0o17", 15),
        ("1.", 1.0),
        ("e3", "e3"),
        ("nan", "nan"),
        ("-", "-"),
    ],
)
def test_a_word_is_read_as_yaml_1_2_reads_it(said: str, meant: Any) -> None:
    assert plain_scalar(said) == meant
    assert type(plain_scalar(said)) is type(meant)


def test_a_place_called_no_and_one_called_010_keep_their_names(tmp_path: Path) -> None:
    text = small(
        ("camp:", "NO:"),
        ("camp]", "NO]"),
        ("  hub:", "  010:"),
        ("{hub:", "{010:"),
        ("base: hub", "base: '010'"),
        ("[hub,", "['010',"),
    )
    file = write(tmp_path, text)
    assert list(load(file).scenario.places) == ["NO", "010"]


def test_a_thousand_may_be_written_1e3(tmp_path: Path) -> None:
    assert loaded_hash(tmp_path, small(("military: 100", "military: 1e3"))) == loaded_hash(
        tmp_path, small(("military: 100", "military: 1000"))
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("prepare: 6 h", "prepare: 24 h"), ("prepare: 6 h", "prepare: 1 d")),
        (("payload: 6 t", "payload: 18 t"), ("payload: 6 t", "payload: 18000 kg")),
        (("40 %", "40 %"), ("40 %", "0.4")),
        (
            ("handover: 2023-09-15", "handover: 2023-09-15"),
            ("handover: 2023-09-15", "handover: 2023-09-16T00:00"),
        ),
        (
            ("name: A small camp", "name: Another name"),
            ("name: A small camp", "name: A third\nnote: of no meaning"),
        ),
        (("mass: 4 t", "mass: {fixed: 4 t}"), ("mass: 4 t", "mass: {uniform: [4 t, 4000 kg]}")),
    ],
)
def test_the_same_thing_said_twice_is_one_scenario(
    tmp_path: Path, one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert loaded_hash(tmp_path, small(one)) == loaded_hash(tmp_path, small(other))


def test_another_figure_is_another_scenario(tmp_path: Path) -> None:
    assert loaded_hash(tmp_path, SMALL) != loaded_hash(tmp_path, small(("prepare: 6 h", "prepare: 7 h")))


def test_the_record_and_the_sources_change_no_figure(tmp_path: Path) -> None:
    more = SMALL + "record: {places.camp.closed: 2023-10-21}\nsources: {places: {kind: assumed}}\n"
    assert loaded_hash(tmp_path, SMALL) == loaded_hash(tmp_path, more)


NAMES = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.org")',
    "_north",
    "$x^$",
    r"\x1b[31m",
    "m" * 300,
    "تيساليت",
    "加奥",
    "St. Louis",
    "a b",
    "'",
    '"',
    "-",
    "../camp",
    "NULL",
    "%s{0}",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_strange_name_is_text(tmp_path: Path, name: str) -> None:
    data = read_document(str(write(tmp_path, SMALL)), "small").data
    data["places"] = {name: data["places"]["camp"], "hub": data["places"]["hub"]}
    data["routes"]["north"]["through"] = ["hub", name]
    text = json.dumps(data, ensure_ascii=False)
    scenario = load(write(tmp_path, text)).scenario
    assert list(scenario.places) == [name, "hub"]
    assert scenario.routes["north"].through == ("hub", name)


def write(folder: Path, text: str) -> Path:
    file = folder / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_python_data_is_read_as_a_file_would_be(tmp_path: Path) -> None:
    file = write(tmp_path, SMALL)
    data = read_document(str(file), "small").data
    data["calendar"] = {"start": date(2023, 7, 1), "deadline": date(2023, 9, 30)}
    assert load_data(data).scenario.hash() == load(file).scenario.hash()


def test_what_was_read_can_be_sent_to_another_process_and_read_again() -> None:
    loaded = load(BROKEN / "base" / "small-camp.yaml", ["places.camp.yard=9"])
    assert Scenario.read(json.loads(json.dumps(loaded.data))).hash() == loaded.scenario.hash()
    assert pickle.loads(pickle.dumps(loaded)).scenario.time == loaded.scenario.time


def test_one_reading_serves_many_changes() -> None:
    draft = read_chain(str(BROKEN / "base" / "small-camp.yaml"))
    with pytest.raises(InputError):
        load_draft(draft, ["places.camp.yard=some"])
    yards = [load_draft(draft, [f"places.camp.yard={n}"]).scenario.places["camp"].yard for n in (3, 4)]
    assert (yards, load_draft(draft).scenario.places["camp"].yard) == ([3, 4], None)


def test_python_data_that_holds_itself_is_refused() -> None:
    data: dict[str, Any] = {"schema": 1}
    data["record"] = data
    with pytest.raises(InputError, match="nested too deep"):
        load_data(data)


def test_python_data_with_numbers_that_are_none_is_refused_at_the_key() -> None:
    with pytest.raises(InputError, match=r"places\.camp\.loaders: this is not a finite number; got inf"):
        load_data({"places": {"camp": {"loaders": float("inf")}}})


WHOLE = read_document(str(BROKEN.parent / "whole-form.yaml"), "whole").data
ODD: list[Any] = [
    None, True, 0, -1, 10**17, 1e300, "", "x", "0 d", "1e999 km", "-5 kg", "1e15 s", "0 km/h", "100 %",
    "9999-12-31", "00:00-24:00", [], [1], [[]],
    [{"a": 1}], {}, {"a": 1}, {"": 1}, {"mixture": {}}, {"fixed": None},
    "town", "a.b",
    {"lognormal": {"mean": "1 d", "cv": 1e200}}, {"gamma": {"mean": "1 d", "cv": 1e-200}}, {"empirical": []},
    {"weibull": {"shape": 1e-9, "scale": "1 d"}}, {"poisson": {"mean": 1e300}}, 'a"b.c', "\x00",
]  # fmt: skip


def paths_of(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    return [path, *(below for key, held in children(value) for below in paths_of(held, (*path, key)))]


@settings(max_examples=80, deadline=None)
@given(path=st.sampled_from(paths_of(WHOLE)[1:]), odd=st.sampled_from(ODD))
@example(path=("routes", "north", "joins", "0"), odd={"": 1})
@example(path=("lift", "aircraft", "heavy", "base"), odd="\x00")
def test_whatever_stands_in_a_field_the_file_is_right_or_refused(path: tuple[str, ...], odd: Any) -> None:
    data = copy.deepcopy(WHOLE)
    holder = value_at(data, path[:-1])
    holder[int(path[-1]) if isinstance(holder, list) else path[-1]] = odd
    try:
        load_data(data).scenario.hash()
    except InputError as error:
        assert error.problems  # noqa: PT017 - either end is right; any other exception is not


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.tuples(st.integers(0, len(SMALL)), st.integers(0, 30)),
    put=st.text(st.characters(codec="utf-8"), max_size=12)
    | st.sampled_from(["{", "[", "- ", ": ", "&a ", "*a", "!!", "|", "\t", "%"]),
)
@example(cut=(0, 0), put="%")
@example(cut=(20, 3), put="? ")
def test_whatever_is_done_to_a_file_it_is_right_or_refused(tmp_path: Path, cut: tuple[int, int], put: str) -> None:
    first, length = cut
    file = tmp_path / "scenario.yaml"
    file.write_bytes((SMALL[:first] + put + SMALL[first + length :]).encode("utf-8", "surrogatepass"))
    try:
        load(file)
    except InputError as error:
        assert error.problems  # noqa: PT017 - either end is right; any other exception is not
