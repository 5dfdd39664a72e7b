"""Sentences that the terminal and the page both say: they have one source, and none is lost on either side."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from random_world import random_world

from sim.page import told
from sim.page.reading import Source, read
from sim.page.report import Wishes, report
from sim.page.words import Words
from sim.results.finished import read_results

ENGLISH = Words("en")


def sentences(run: Source) -> Iterator[str]:
    """All sentences of a run that are said in both places, without the first of a bound, which is a table there."""
    yield from told.quotable(run, ENGLISH)
    yield told.at_risk(run, ENGLISH)
    yield told.formula(run.summary.get("planner", []), ENGLISH)
    orders = run.summary.get("findings", {}).get("orders", {})
    yield from (told.moved(run.start, order, ENGLISH) for order in orders.values())
    yield from told.bound(run, ENGLISH)[1:]


def flat(text: str) -> str:
    """A text in one line, its blanks all alike."""
    return " ".join(text.replace("\u00a0", " ").replace("&#39;", "'").split())


@pytest.mark.parametrize("world", ["two", "tessalit", "minusma", 3, 11, 17])
def test_the_terminal_and_the_page_say_the_same_sentences(
    folder: Path, tmp_path: Path, ran: Callable[..., tuple[int, str]], world: str | int
) -> None:
    from sim.cli.run_answer import run_text

    to = folder
    if world != "two":
        file, number = (world, 2) if isinstance(world, str) else (written(random_world(Random(world)), tmp_path), 3)
        code, output = ran("run", file, "-n", number, "-j", 1, "--quiet", "--no-plots", "--out", tmp_path / "out")
        assert code == 0, output
        to = tmp_path / "out"
    page, terminal = flat(_without_spans(report([to], Wishes("en")))), flat(run_text(read_results(to)))
    said = [flat(sentence) for sentence in sentences(read([to], (), ENGLISH)[0]) if sentence]
    assert len(said) > 1
    assert [one for one in said if one not in terminal] == []
    assert [one for one in said if one not in page] == []


def _without_spans(page: str) -> str:
    """A page without what keeps dates in one piece."""
    return re.sub(r'<span class="day">(.*?)</span>', r"\1", page)


def written(data: dict[str, Any], to: Path) -> Path:
    """A world in a file."""
    file = to / "world.yaml"
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


class Answer:
    """A finished run of which only places and one response are known."""

    bound = None

    def __init__(self, places: dict[str, Any], **responses: float) -> None:
        self.manifest = {"scenario": {"places": places}}
        self.summary = {"responses": {name: {"mean": mean} for name, mean in responses.items()}}


KEEPS, PASSES, EXIT = {"role": "hub", "keeps_custody": True}, {"role": "hub"}, {"role": "exit"}


def test_what_stays_at_a_hub_is_not_taken_for_out_of_the_country() -> None:
    assert told.kept_at_hubs(Answer({"port": EXIT, "via": PASSES}), ENGLISH) == ""
    one = flat(told.kept_at_hubs(Answer({"gao": KEEPS, "via": PASSES}), ENGLISH))
    assert one == "What comes to gao counts as out, and stays there in the model."
    many = flat(told.kept_at_hubs(Answer({f"hub_{n}": KEEPS for n in range(5)}), ENGLISH))
    assert many == "What comes to 5 hubs counts as out, and stays there in the model."
    further = Answer({"gao": KEEPS, "port": EXIT}, out_of_country_share=0.25)
    assert "counts as out; 25.0 % of the equipment is at an exit by then" in flat(told.kept_at_hubs(further, ENGLISH))


@pytest.mark.parametrize(
    ("moves", "follows"),
    [
        ([900.0, 100.0], "are enough: what stays behind is due to what the formula leaves out"),
        ([850.0, 100.0], "are enough: what stays behind is due to what the formula leaves out"),
        ([849.0, 100.0], "are too few for some 51 t, without any threat."),
        ([0.0, 0.0], "are too few for some 1,000 t, without any threat."),
    ],
)
def test_the_planners_formula_says_what_follows_from_it(moves: list[float], follows: str) -> None:
    rows = [{"holds_t": holds, "moves_t": each} for holds, each in zip((900.0, 100.0), moves, strict=True)]
    assert follows in flat(told.formula(rows, ENGLISH))


def test_what_the_means_are_too_few_for_is_the_difference_of_the_numbers_said() -> None:
    said = flat(told.formula([{"holds_t": 15_560.0, "moves_t": 12_940.0}], ENGLISH))
    assert "12,900 t of the 15,600 t" in said
    assert "too few for some 2,700 t" in said
