"""The front of a sweep: what no other point beats, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sim.page.blocks import Block, Picture, Said, Section, Table
from sim.page.page import Sheet, rendered
from sim.page.reading import read
from sim.page.sweep_sections import sweep_sections
from sim.page.words import Words

Made = Callable[..., Path]
ENGLISH = Words("en")
DOT = re.compile(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="4" class="(\w+)"><title>(.*?)</title>')


def point(number: int, share: float, cost: float, on: bool, chance: float, **more: object) -> dict[str, Any]:
    """A row of pareto.csv."""
    ends = {"low": max(chance - 0.1, 0), "high": min(chance + 0.1, 1)}
    levers = {"point": number, "crews": f"{number} crews"}
    means = {"extracted_share": share, "cost_usd": cost}
    return {**levers, "on_front": int(on), "chance": chance, **ends, **means, **more}


FOUR = (
    point(0, 0.3, 1e6, True, 0.65), point(1, 0.5, 3e6, False, 0.04), point(2, 0.5, 2e6, True, 0.99),
    point(3, 0.4, 2e6, False, 0.3),
)  # fmt: skip


def swept(made: Made, *rows: dict[str, Any], **more: str) -> Path:
    """A sweep that asks for the front of its share and its cost."""
    ways = {"extracted_share": "more", "cost_usd": "less", **more}
    units = {"extracted_share": "share", "cost_usd": "USD", "hurt": "people"}
    summary = {"design": {"kind": "grid"}, "levers": ["crews"], "factors": {}, "pareto": ways,
               "responses": {response: {"unit": units[response]} for response in ways}}  # fmt: skip
    mean = {"point": 0, "crews": 1, "response": "extracted_share", "mean": 0.5, "low": 0.5, "high": 0.5, "method": "t"}
    return made(summary, estimates=[mean], pareto=list(rows))


def blocks(folder: Path, words: Words = ENGLISH) -> list[Block]:
    """The sentence, the picture and the table of the front."""
    [source] = read([folder], [], words)
    [section] = sweep_sections(source, words)
    return list(section.blocks)[:3]


def shown(folder: Path) -> tuple[str, Picture, Table]:
    """The same, the sentence as text."""
    said, picture, table = blocks(folder)
    assert isinstance(said, Said)
    assert isinstance(picture, Picture)
    assert isinstance(table, Table)
    return said.sentences[0], picture, table


def labels(picture: Picture) -> list[str]:
    """Numbers of points that are written beside them."""
    return re.findall(r'class="halo d">(\d+)</text>', str(picture.svg))


def test_a_sentence_says_which_way_is_better(made_folder: Made) -> None:
    assert shown(swept(made_folder, *FOUR))[0] == (
        "2 points are on the front: no other is at least as good in all of these, and better in one: "
        "share of tonnes extracted (more is better), cost of lift (less is better)."
    )


def test_the_table_has_the_front_and_what_may_belong_to_it_the_likeliest_first(made_folder: Made) -> None:
    rows = [[str(cell) for cell in row.cells] for row in shown(swept(made_folder, *FOUR))[2].rows]
    assert rows == [
        ["2", "2 crews", "50.0\u00a0%", "2,000,000", "yes", "99.0\u00a0%", "89.0 – 100\u00a0%"],
        ["0", "0 crews", "30.0\u00a0%", "1,000,000", "yes", "65.0\u00a0%", "55.0 – 75.0\u00a0%"],
        ["3", "3 crews", "40.0\u00a0%", "2,000,000", "no", "30.0\u00a0%", "20.0 – 40.0\u00a0%"],
    ]


def test_each_point_is_a_dot_at_its_means_and_those_of_the_front_are_dark_and_numbered(made_folder: Made) -> None:
    _, picture, _ = shown(swept(made_folder, *FOUR))
    dots = {said.split(":")[0]: (float(x), float(y), look) for x, y, look, said in DOT.findall(str(picture.svg))}
    assert {name: look for name, (_, _, look) in dots.items()} == {
        "point 0": "bar", "point 1": "plan", "point 2": "bar", "point 3": "plan"}  # fmt: skip
    assert dots["point 0"][0] < dots["point 3"][0] < dots["point 1"][0] == dots["point 2"][0]
    assert dots["point 0"][1] > dots["point 2"][1] == dots["point 3"][1] > dots["point 1"][1]
    assert sorted(labels(picture)) == ["0", "2"]
    assert "point 2: 50.0\u00a0%, 2,000,000" in str(picture.svg)


def test_axes_have_plain_numbers_and_no_zero_that_is_not_theirs(made_folder: Made) -> None:
    _, picture, _ = shown(swept(made_folder, *FOUR))
    marks = re.findall(r'class="faint d"[^>]*>([^<>]+)</text>', str(picture.svg))
    assert [mark for mark in marks if "000" in mark] == ["1,000,000", "2,000,000", "3,000,000"]
    assert not {"0", "0\u00a0%"} & set(marks)
    assert "Axes do not begin at zero" in picture.caption


def test_numbers_that_would_cover_one_another_are_left_out(made_folder: Made) -> None:
    near = [point(at, 0.5 + at / 1e4, 1e6 + at, True, 0.9) for at in range(3)]
    _, picture, table = shown(swept(made_folder, *near, point(9, 0.9, 2e6, True, 0.9)))
    assert len(labels(picture)) == 2
    assert len(table.rows) == len(DOT.findall(str(picture.svg))) == 4


def test_with_three_responses_the_page_says_that_two_are_drawn(made_folder: Made) -> None:
    three = [{**one, "hurt": at} for at, one in enumerate(FOUR)]
    assert "a point of the front may look beaten" in shown(swept(made_folder, *three, hurt="less"))[1].caption
    assert "may look beaten" not in shown(swept(made_folder, *FOUR))[1].caption


def test_a_front_of_one_point_is_drawn(made_folder: Made) -> None:
    said, picture, _ = shown(swept(made_folder, FOUR[0]))
    assert said.startswith("1 point is on the front")
    [(_, y, *_)] = DOT.findall(str(picture.svg))
    assert float(y) == 100.0  # in the middle


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_hostile_levels_of_a_front_stay_text(made_folder: Made, language: str) -> None:
    odd: Mapping[str, Any] = {**FOUR[0], "crews": "<script>x</script>"}
    words = Words(language)
    found = blocks(swept(made_folder, dict(odd)), words)
    page = rendered(Sheet("t", "", "", "", [Section("a", "b", found)], []), words)
    assert "<script" not in page
    assert "&lt;script&gt;x" in page


def test_a_sweep_that_asks_for_no_front_has_none(made_folder: Made) -> None:
    mean = {"point": 0, "crews": 1, "response": "extracted_share", "mean": 0.5, "low": 0.5, "high": 0.5, "method": "t"}
    folder = made_folder({"design": {"kind": "grid"}, "levers": ["crews"], "factors": {}, "pareto": {},
                          "responses": {"extracted_share": {"unit": "share"}}}, estimates=[mean])  # fmt: skip
    assert [one for one in blocks(folder) if isinstance(one, Said)] == []
