"""Levers on the page: what a folder keeps of each is enough to say it in every language, as the terminal says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from sim.experiment.why.levers import Move, moves_of
from sim.page.blocks import Name
from sim.page.levers import flag_words, lever_words
from sim.page.redaction import Redaction
from sim.page.words import Words
from sim.results.why_folder import flag_of
from sim.scenario.door import load

SCENARIOS = ("minusma", "tessalit", "kandahar-2011", "unifil-2027", "niger-2023", "barkhane-2021")
DISPOSALS = ("projected", "last_moment", "none")


def moves() -> Iterator[Move]:
    """All moves of the shipped scenarios."""
    for file in SCENARIOS:
        loaded = load(file)
        yield from moves_of(loaded.scenario, loaded.data)


def row(move: Move) -> dict[str, Any]:
    """A move as the summary of a folder has it."""
    return {"move": move.words, "lever": move.lever, "step": asdict(move.step)}


def test_in_english_a_lever_reads_as_in_the_tables() -> None:
    found = [(lever_words(row(move), Words("en")), move.words) for move in moves()]
    assert [pair for pair in found if pair[0] != pair[1]] == []
    kinds = {move.step.kind for move in moves()}
    assert {"trucks", "aircraft", "convoys at once", "crews", "loaders", "working MOG", "working day", "start"} < kinds
    assert {"deadline", "notice of an order", "least fill", "broken down", "disposal"} < kinds


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_lever_is_in_english_in_another_language(language: str) -> None:
    english = {move.step.kind: move for move in moves()}
    said = {kind: lever_words(row(move), Words(language)) for kind, move in english.items()}
    assert [kind for kind in said if isinstance(said[kind], Name) or said[kind] == english[kind].words] == []
    alike = {amount: lever_words({"step": {"kind": "disposal", "of": "", "amount": amount, "unit": "", "at": []}},
                                 Words(language)) for amount in DISPOSALS}  # fmt: skip
    assert not any(amount in text for amount, text in alike.items())


def test_a_lever_of_a_folder_without_its_parts_is_shown_as_its_table_has_it() -> None:
    assert lever_words({"move": "trucks contract +1"}, Words("fr")) == "trucks contract +1"


def test_the_flag_of_a_lever_says_what_its_table_says() -> None:
    means = {"extracted_share": -0.02, "convoys": 3.0, "destroyed_share": 0.012, "fill": -0.1, "people_late": 0.0}
    move = next(iter(moves()))
    effects = {"effects": {key: {"mean": mean} for key, mean in means.items()}}
    flag = flag_of(means, "extracted_share")
    assert flag == "more of it lowers the response: convoys +3, fill of sorties -10 points, destroyed +1.2 points"
    assert flag_words(row(move) | effects, "extracted_share", Words("en")) == f"{move.words}: {flag}"
    assert "lowers" not in flag_words(row(move) | effects, "extracted_share", Words("fr"))


def test_names_in_a_lever_are_redacted_and_its_kind_is_not() -> None:
    move = {
        "step": {"kind": "crews", "of": "", "amount": "+1", "unit": "", "at": ["crews"]},
        "move": "crews +1 at crews",
    }
    hidden = Redaction({"crews": "A"}, places=True).data({"levers": [move]})["levers"][0]
    assert lever_words(hidden, Words("en")) == "crews +1 at A"
