"""Sentences about what can never happen are kept in English; the page recognises all of them and says them anew."""

from __future__ import annotations

import ast
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.page.blocks import Name
from sim.page.never import never_words
from sim.page.words import Words

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "sim" / "scenario").glob("never_*.py"))
HOLES = {
    "why": "it has no crews", "said": "heli cannot make every landing within flying hours", "ends": "its handover",
    "' or '.join(done)": "unloaded", "more": " and at 2 more places", "movement": "people", "what": "truck",
}  # fmt: skip
"""What may be inserted in the source of a sentence; where it is not here, a name."""
OF_FILES = {("never_at_places", "what"): "no boxes, tents"}


def told() -> list[str]:
    """The sentences that the tests of the warnings make a scenario give."""
    tests = runpy.run_path(str(ROOT / "tests" / "scenario" / "test_never.py"))
    found = [case[-1] for case in tests["CASES"]]
    found += [f"the people of camp can never leave: {case[-1]}" for case in tests["PEOPLE"]]
    return found + [f"no order to leave will ever come to camp: {case[-1]}" for case in tests["ORDERS"]]


def written() -> Iterator[str]:
    """A sentence for each place in the program that makes one."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "look.say":
                yield filled(source.stem, node.args[1])


def filled(stem: str, said: ast.expr) -> str:
    """The text of an f-string, with something in each of its holes."""
    if isinstance(said, ast.Constant):
        return str(said.value)
    assert isinstance(said, ast.JoinedStr)
    text = ""
    for part in said.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        else:
            assert isinstance(part, ast.FormattedValue)
            hole = ast.unparse(part.value)
            reason = HOLES["why"] if "why" in hole else "camp"
            text += OF_FILES.get((stem, hole), HOLES.get(hole, reason))
    return text.replace(f"{HOLES['why']} between", "it has no working hours between")


def test_each_sentence_of_the_program_is_recognised() -> None:
    found = list(written())
    assert len(found) > 20
    assert [one for one in found if isinstance(never_words(one, Words("fr")), Name)] == []


@pytest.mark.parametrize("sentence", [*told(), *written()])
def test_in_english_nothing_changes_and_in_another_language_nothing_stays(sentence: str) -> None:
    assert never_words(sentence, Words("en")) == sentence
    for language in ("fr", "ar"):
        said = never_words(sentence, Words(language))
        left = [word for word in ("ever", "never", "the", "its", "and", "which") if f" {word} " in f" {said} "]
        assert (isinstance(said, Name), left) == (False, [])


def test_a_sentence_of_another_version_is_shown_as_it_stands() -> None:
    said = "no crew will ever work at camp: the moon is full"
    assert never_words(said, Words("fr")) == said


def test_a_name_that_reads_like_a_sentence_does_not_hold_the_page_up() -> None:
    assert isinstance(never_words("no convoy from a will ever be at " * 50, Words("ar")), Name)
