"""Signs that nobody sees or that a terminal obeys: refused wherever a text stands, as themselves and as escapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.scenario.document import read_document
from sim.scenario.door import load, load_data
from sim.scenario.sweep import read_sweep
from sim.scenario.template import template

BROKEN = Path(__file__).parents[1] / "data" / "broken"
SMALL = (BROKEN / "base" / "small-camp.yaml").read_text(encoding="utf-8")
SIGNS = {
    r"\u202e": "U+202E", r"\e": "U+001B", r"\0": "U+0000", r"\ud800": "U+D800", r"\u2066": "U+2066", r"\N": "U+0085",
    r"\L": "U+2028", r"\ufeff": "U+FEFF", r"\r": "U+000D", r"\x7f": "U+007F", r"\uffff": "U+FFFF", r"\udcff": "U+DCFF",
}  # fmt: skip


def problems(folder: Path, text: str, *sets: str) -> list[str]:
    file = folder / "scenario.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(file, sets)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def small(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new)


def texts_of(value: Any) -> Iterator[str]:
    """All texts and names of plain data."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield key
            yield from texts_of(held)
    elif isinstance(value, list):
        for held in value:
            yield from texts_of(held)
    elif isinstance(value, str):
        yield value


def spoiled(value: Any, sign: str) -> Any:
    """Plain data in which every text and name ends in a sign."""
    if isinstance(value, dict):
        return {key + sign: spoiled(held, sign) for key, held in value.items()}
    if isinstance(value, list):
        return [spoiled(held, sign) for held in value]
    return value + sign if isinstance(value, str) else value


@pytest.mark.parametrize("escape", SIGNS)
def test_an_escape_of_a_sign_is_refused_like_the_sign(tmp_path: Path, escape: str) -> None:
    found = problems(tmp_path, small("name: A small camp", f'name: "A small{escape} camp"'))
    assert len(found) == 1
    assert found[0].startswith("scenario.yaml:")
    assert f"as an escape; got {SIGNS[escape]}; allowed: text without hidden" in found[0]


@pytest.mark.parametrize("sign", ["\u202e", "\x1b", "\ud800"])
def test_no_text_or_name_of_a_scenario_may_hold_such_a_sign(tmp_path: Path, sign: str) -> None:
    file = tmp_path / "new.yaml"
    file.write_text(template("new", "new.yaml"), encoding="utf-8")
    data = read_document(str(file), "new.yaml").data
    data |= {"note": "a\nb", "record": {"places.camp": ["seen", {"on": "x"}]}}
    found = problems(tmp_path, json.dumps(spoiled(data, sign)))
    assert sum(f"got U+{ord(sign):04X}" in problem for problem in found) == len(list(texts_of(data)))
    assert not any(sign in problem for problem in found)


@pytest.mark.parametrize("sign", ["\u202e", "\0", "\ud800"])
def test_no_text_of_a_sweep_may_hold_such_a_sign(tmp_path: Path, sign: str) -> None:
    data = {"schema": 1, "name": "x", "scenario": "x.yaml", "factors": {"a": {"path": "p.q", "levels": ["1 t", "2 t"]}}}
    (tmp_path / "sweep.yaml").write_text(json.dumps(spoiled(data, sign)))
    with pytest.raises(InputError) as caught:
        read_sweep(str(tmp_path / "sweep.yaml"))
    reported = [problem for problem in caught.value.problems if problem.got == f"U+{ord(sign):04X}"]
    assert len(reported) == len(list(texts_of(data)))


@pytest.mark.parametrize("written", ['name="a\\u202eb"', "name=a\u202eb", 'places.camp.lots={"a\\u202eb": {coe: 1}}'])
def test_a_change_on_the_command_line_may_not_hold_such_a_sign(tmp_path: Path, written: str) -> None:
    found = problems(tmp_path, SMALL, written)
    assert [problem for problem in found if problem.startswith("--set") and "got U+202E" in problem]


def test_bytes_of_a_command_line_that_are_no_text_are_refused(tmp_path: Path) -> None:
    assert "got U+DCFF" in problems(tmp_path, SMALL, "name=a\udcffb")[0]


def test_a_variant_file_may_not_hold_such_a_sign(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(SMALL, encoding="utf-8")
    assert problems(tmp_path, 'extends: base.yaml\nnote: "a\\eb"\n')[0].startswith("scenario.yaml:2: note: ")


def test_python_data_may_not_hold_such_a_sign() -> None:
    with pytest.raises(InputError) as caught:
        load_data({"schema": 1, "name": "a\u202eb", "places": {"a\u202eb": {"role": "exit"}, "a\nb": {"role": "exit"}}})
    reported = {(problem.path, problem.got) for problem in caught.value.problems if problem.got}
    assert {("name", "U+202E"), ("places.a\u202eb", "U+202E"), ("places.a\nb", "U+000A")} <= reported


def test_a_line_break_in_a_name_is_reported_once_a_name_with_what_is_allowed(tmp_path: Path) -> None:
    text = small("  camp:", '  "ca\\nmp":').replace("[hub, camp]", '[hub, "ca\\nmp"]')
    assert problems(tmp_path, text) == [
        r"scenario.yaml:7: places.ca\nmp: this name contains a line break; got U+000A; "
        "allowed: a name on one line, without line breaks and tabs"
    ]


def test_a_tab_in_a_name_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, small("  camp:", '  "ca\\tmp":').replace("[hub, camp]", '[hub, "ca\\tmp"]'))
    assert "this name contains a tab; got U+0009; allowed: a name on one line" in found[0]


def test_a_note_may_have_several_lines_and_tabs(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(SMALL + 'note: "one\\ntwo\\tthree"\n', encoding="utf-8")
    assert load(tmp_path / "scenario.yaml").data["note"] == "one\ntwo\tthree"


def test_a_pair_of_surrogates_is_the_one_sign_that_json_means_by_it(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(small("name: A small camp", r'name: "\ud83d\ude81"'), encoding="utf-8")
    assert load(tmp_path / "scenario.yaml").scenario.name == "\U0001f681"


def test_an_escape_beyond_all_signs_is_no_yaml(tmp_path: Path) -> None:
    found = problems(tmp_path, small("name: A small camp", r'name: "\UFFFFFFFF"'))
    assert found == ["scenario.yaml: this YAML cannot be read"]


@pytest.mark.parametrize(("blank", "called"), [
    ("\u00a0", "a no-break space (U+00A0)"), ("\u202f", "a narrow no-break space (U+202F)"),
    ("\u3000", "an ideographic space (U+3000)"), ("\u200b", "a zero width space (U+200B)"),
])  # fmt: skip
def test_a_line_indented_with_what_only_looks_like_a_space_is_named(tmp_path: Path, blank: str, called: str) -> None:
    line = SMALL[: SMALL.index("    role: camp")].count("\n") + 1
    assert problems(tmp_path, small("    role: camp", f"{blank} {blank} role: camp")) == [
        f"scenario.yaml:{line}: this line is indented with {called}, which only looks like a "
        "space; allowed: plain spaces; retype the beginning of the line"
    ]


def test_a_key_after_a_no_break_space_is_no_other_key(tmp_path: Path) -> None:
    assert "this line is indented with a no-break space" in problems(tmp_path, small("name: A", "\u00a0name: A"))[0]
