"""Moving the snippets of planted faults along with a change of the code."""

from __future__ import annotations

import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
BEFORE = """def go(step):
    if step.what == "out" and step.count:
        total += step.count * 2
    return total
"""


@pytest.fixture(scope="module")
def moving():
    sys.path.insert(0, str(SCRIPTS))
    try:
        yield import_module("move_faults")
    finally:
        sys.path.remove(str(SCRIPTS))


def _fault(moving, old: str, new: str):
    return moving.Fault("some fault", "air", "world/go.py", old, new)


def test_a_snippet_follows_a_word_that_was_renamed_and_so_does_what_is_planted(moving):
    after = BEFORE.replace("total += step.count * 2", "total += step.people * 2")
    fault = _fault(moving, "total += step.count * 2", "total += step.count * 3")
    assert moving.follow(fault, BEFORE, after) == ("total += step.people * 2", "total += step.people * 3")


def test_a_snippet_within_a_line_takes_in_no_more_of_the_line_than_it_did(moving):
    after = BEFORE.replace('if step.what == "out" and step.count:', "if step.what is OUT and step.people > 1:")
    fault = _fault(moving, "and step.count", "and not step.count")
    assert moving.follow(fault, BEFORE, after) == ("and step.people > 1", "and not step.people > 1")


def test_where_change_and_fault_meet_in_the_same_words_the_script_names_the_line_to_mend_by_hand(moving):
    after = BEFORE.replace('what == "out"', "what is OUT")
    fault = _fault(moving, 'what == "out"', 'what == "left"')
    with pytest.raises(moving.NotFollowedError, match="the snippet is now 'what is OUT'"):
        moving.follow(fault, BEFORE, after)


def test_a_snippet_that_was_taken_out_is_not_followed(moving):
    after = BEFORE.replace("        total += step.count * 2\n", "        pass\n")
    with pytest.raises(moving.NotFollowedError):
        moving.follow(_fault(moving, "total += step.count * 2", "pass"), BEFORE, after)


@pytest.mark.parametrize("text", ["plain", "two\n    lines", "a 'quoted' one", "'''", "\nleading", "it's'"])
def test_a_fault_that_is_moved_reads_back_as_it_was_written(moving, text):
    row = "file = '{}.py'\nold = 'x'\nnew = 'y'\n"
    page = f'["first"]\n{row.format("a")}\n["some fault"]\n{row.format("b")}'
    again = moving.written(page, _fault(moving, "x", "y"), "world/c.py", text, text + ".")
    read = tomllib.loads(again)
    assert read["some fault"] == {"file": "world/c.py", "old": text, "new": text + "."}
    assert read["first"] == {"file": "a.py", "old": "x", "new": "y"}
