"""What a sweep says of its factors: bars in order, with levels and intervals, and a sentence on what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.page.blocks import Block, Folded, Said, Section, Table
from sim.page.page import Sheet, rendered
from sim.page.reading import read
from sim.page.sweep_sections import sweep_sections
from sim.page.words import Words

ENGLISH = Words("en")
Made = Callable[..., Path]
BOUND = "95 % exact bound: 0 in every replication, together for 5 comparisons (Bonferroni)"


def summary(kind: str, *factors: str, **design: object) -> dict[str, Any]:
    """The summary of a sweep of a share over some factors."""
    return {
        "design": {"kind": kind, **design}, "levers": list(factors),
        "responses": {"extracted_share": {"unit": "share"}, "cost_usd": {"unit": "USD"}},
        "factors": {factor: {"role": "lever", "paths": [f"a.{factor}"], "levels": []} for factor in factors},
    }  # fmt: skip


def estimate(response: str = "extracted_share", mean: float = 0.5) -> dict[str, object]:
    """A row of estimates.csv."""
    return {"point": 0, "crews": 6, "response": response, "mean": mean, "low": mean, "high": mean, "method": "t"}


def effect(factor: str, value: str, difference: float | None, reach: float = 0.01, **more: str) -> dict[str, object]:
    """A row of effects.csv."""
    low, high = (None, None) if difference is None else (difference - reach, difference + reach)
    return {
        "response": "extracted_share", "factor": factor, "role": "lever", "value": value, "base": "6",
        "difference": difference, "low": low, "high": high, "method": more.get("method", "95 % paired t"),
        "words": more.get("words", "more"),
    }  # fmt: skip


def index(factor: str, of: str, value: float, reach: float, response: str = "extracted_share") -> dict[str, object]:
    """A row of sensitivity.csv."""
    return {"response": response, "factor": factor, "role": "uncertainty", "index": of, "value": value,
            "low": value - reach, "high": value + reach, "method": "95 % bootstrap"}  # fmt: skip


def setting(factor: str, value: str, number: float) -> dict[str, object]:
    """A row of settings.csv."""
    return {"point": 0, "factor": factor, "role": "lever", "value": value, "number": number, "unit": "t"}


def blocks(folder: Path, words: Words = ENGLISH) -> list[Block]:
    """All blocks of the section of a sweep."""
    [source] = read([folder], [], words)
    [section] = sweep_sections(source, words)
    return list(section.blocks)


def titled(folder: Path, begins: str) -> Table:
    """The only open table whose caption begins so."""
    [found] = [one for one in blocks(folder) if isinstance(one, Table) and one.caption.startswith(begins)]
    return found


def shown(table: Table) -> list[list[str]]:
    """Texts of the rows but for drawings."""
    return [[str(cell) for cell in row.cells if not str(cell).startswith("<svg")] for row in table.rows]


def bars(table: Table) -> Iterator[tuple[str, float, float]]:
    """Look, start and length of each bar, in parts of the frame."""
    for row in table.rows:
        svg = next(str(cell) for cell in row.cells if str(cell).startswith("<svg"))
        for x, wide, look in re.findall(r'<rect x="([\d.]+)" [^>]*width="([\d.]+)" [^>]*class="(\w+)"', svg):
            yield look, round((float(x) - 2) / 236, 2), round(float(wide) / 236, 2)


# one at a time


@pytest.fixture
def alone(made_folder: Made) -> Path:
    """Crews do little, trucks much at one level and nothing at the other, and one level has no value."""
    rarely = "more; differs from 0 in only 2 replications: the interval may be too narrow"
    rows = [
        effect("crews", "4", -0.05), effect("crews", "9", 0.02, words=rarely),
        effect("trucks", "20", 0.0, 0.4, method=BOUND), effect("trucks", "40", 0.29),
        effect("mog", "1", None), effect("mog", "2", 0.0, 0.5, method=BOUND.replace("in every", "in all but 1")),
    ]  # fmt: skip
    return made_folder(summary("one_at_a_time", "crews"), estimates=[estimate()], effects=rows)


def test_the_factor_that_moves_most_is_first_and_each_level_has_its_number_and_interval(alone: Path) -> None:
    assert shown(titled(alone, "One factor")) == [
        ["trucks", "40", "6", "+29.0 points", "+28.0 – +30.0"],
        ["crews", "4", "6", "−5.0 points", "−6.0 – −4.0"],
        ["crews", "9", "6", "+2.0 points", "+1.0 – +3.0"],
        ["mog", "2", "6", "0 points", "differs in 1 replication"],
    ]


def test_bars_begin_at_zero_and_share_one_scale_that_mere_bounds_do_not_stretch(alone: Path) -> None:
    # the frame goes from -0.06 to 0.30, the ends of the intervals of crews and of trucks
    assert list(bars(titled(alone, "One factor"))) == [
        ("up", 0.17, 0.81), ("down", 0.03, 0.14), ("up", 0.17, 0.06), ("up", 0.17, 0.0)]  # fmt: skip
    reaches = [re.findall(r'x1="([\d.]+)" y1="10" x2="([\d.]+)" y2="10" class="(\w+)"', str(row.cells[3]))
               for row in titled(alone, "One factor").rows]  # fmt: skip
    assert [one[0][2] for one in reaches] == ["whisker", "whisker", "whisker", "reach"]
    assert reaches[-1] == [("2", "238", "reach")]


def test_the_page_says_what_one_at_a_time_does_not_show(alone: Path) -> None:
    says, dotted, idle, lacking = titled(alone, "One factor").notes
    assert "the differences do not add up" in says
    assert dotted.startswith("A dotted interval is a bound")
    assert idle == "No difference in any replication: trucks 20."
    assert lacking == "1 level has no value and is left out."
    assert [row.extra for row in titled(alone, "One factor").rows][1:3] == [
        "lever", "lever; differs in few replications, so the interval may be too narrow"]  # fmt: skip


def test_a_sentence_names_the_largest_difference(alone: Path) -> None:
    said = next(one for one in blocks(alone) if isinstance(one, Said))
    assert said.sentences == [
        "share of tonnes extracted: trucks at 40 differs most from the base, by +29.0 points (+28.0 – +30.0)."
    ]


def test_factors_that_change_nothing_get_a_sentence_and_no_bars(made_folder: Made) -> None:
    still = [effect("crews", "4", 0.0, 0.4, method=BOUND)]
    folder = made_folder(summary("one_at_a_time", "crews"), estimates=[estimate()], effects=still)
    said = [one for one in blocks(folder) if isinstance(one, Said)]
    assert [one.sentences[0][:60] for one in said] == ["No level of any factor changed anything in any replication: "]
    assert not [one for one in blocks(folder) if isinstance(one, Table) and one.caption]


# indices


def test_morris_ranks_by_size_with_the_levels_that_were_run(made_folder: Made) -> None:
    rows = [index(factor, of, value, reach) for factor, size in (("mass", 0.1), ("payload", 0.4))
            for of, value, reach in (("mu", -size, 0), ("mu_star", size, 0.05), ("sigma", size / 2, 0))]  # fmt: skip
    levels = [setting("mass", "2.12345 t", 2.12345), setting("mass", "10 t", 10), setting("mass", "9 t", 9)]
    folder = made_folder(summary("morris", "mass"), estimates=[estimate()], sensitivity=rows, settings=levels)
    table = titled(folder, "Screening of factors (Morris), in points")
    assert shown(table) == [["payload", "40.0", "35.0 – 45.0", "−40.0", "20.0"],
                            ["mass", "10.0", "5.0 – 15.0", "−10.0", "5.0"]]  # fmt: skip
    assert [row.extra for row in table.rows] == ["uncertainty", "uncertainty, 2.12 t – 10 t"]
    assert list(bars(table)) == [("bar", 0.0, 0.89), ("bar", 0.0, 0.22)]
    assert "It is no forecast" in table.notes[1]


def test_sobol_has_two_bars_a_factor_and_a_share_that_may_be_zero_is_hollow(made_folder: Made) -> None:
    rows = [index("crews", "S1", 0.1, 0.2), index("crews", "ST", 0.3, 0.1), index("mass", "S1", 0.5, 0.1),
            index("mass", "ST", 0.7, 0.1)]  # fmt: skip
    grades = [{"response": "extracted_share", "grade": grade, "factors": 1, "index": of, "value": 0.5, "low": 0.4,
               "high": 0.6, "method": "t"} for grade in ("judged", "none") for of in ("S1", "ST")]  # fmt: skip
    folder = made_folder(summary("sobol", "crews"), estimates=[estimate()], sensitivity=rows, pedigree=grades)
    table = titled(folder, "Share of the variance (Sobol)")
    assert shown(table) == [["mass", "0.50", "0.40 – 0.60", "0.70", "0.60 – 0.80"],
                            ["crews", "0.10", "−0.10 – 0.30", "0.30", "0.20 – 0.40"]]  # fmt: skip
    assert [look for look, _, _ in bars(table)] == ["soft", "bar", "hollow", "bar"]
    assert "not which way a factor works" in table.notes[1]
    assert [row[0] for row in shown(titled(folder, "Share of the variance by grade"))] == ["judged", "no grade"]


def test_groups_of_grades_are_called_grades_and_are_shown_once(made_folder: Made) -> None:
    rows = [index("guess", "S1", 0.5, 0.1), index("guess", "ST", 0.7, 0.1)]
    grades = [{"response": "extracted_share", "grade": "guess", "factors": 3, "index": of, "value": 0.5, "low": 0.4,
               "high": 0.6, "method": "t"} for of in ("S1", "ST")]  # fmt: skip
    made = summary("sobol", "crews", groups="grade")
    folder = made_folder(made, estimates=[estimate()], sensitivity=rows, pedigree=grades)
    assert titled(folder, "Share of the variance").heads[0] == "grade"


def test_rank_correlations_lie_between_minus_one_and_one(made_folder: Made) -> None:
    rows = [index("crews", "rank_correlation", 0.1, 0.2), index("mass", "rank_correlation", -0.8, 0.1)]
    folder = made_folder(summary("latin_hypercube", "crews"), estimates=[estimate()], sensitivity=rows)
    table = titled(folder, "Rank correlation")
    assert shown(table) == [["mass", "−0.80", "−0.90 – −0.70"], ["crews", "0.10", "−0.10 – 0.30"]]
    assert list(bars(table)) == [("down", 0.1, 0.4), ("hollow", 0.5, 0.05)]
    assert "how regular an effect is, not how large" in table.notes[0]


@pytest.mark.parametrize(
    ("why", "says"),
    [("the response is the same at all points", "is the same at all points: no factor has an effect."),
     ("no value at 2 of 8 points", "no indices. sensitivity.csv says why.")],
)  # fmt: skip
def test_a_response_without_indices_says_so(made_folder: Made, why: str, says: str) -> None:
    rows = [{**index("crews", "S1", 0.0, 0.0), "value": None, "low": None, "high": None, "method": why}]
    folder = made_folder(summary("sobol", "crews"), estimates=[estimate()], sensitivity=rows)
    [said] = [one for one in blocks(folder) if isinstance(one, Said)]
    assert said.sentences[0].endswith(says)


# the section


def test_other_responses_and_the_points_are_folded_but_for_a_grid(alone: Path, made_folder: Made) -> None:
    both = [estimate(), estimate("cost_usd", 1e6)]
    heads = ["The response at each point", "cost of lift"]
    folder = made_folder(summary("morris", "crews"), estimates=both)
    assert [one.head for one in blocks(folder) if isinstance(one, Folded)] == heads
    assert [
        one for one in blocks(made_folder(summary("grid", "crews"), estimates=both)) if isinstance(one, Folded)
    ] == []


def test_where_inputs_are_drawn_a_row_is_over_all_draws(made_folder: Made) -> None:
    over = {"lever_point": 0, "crews": 6, "response": "extracted_share", "mean": 0.4, "low": 0.3, "high": 0.5}
    folder = made_folder(summary("grid", "crews"), estimates=[estimate(), estimate()], bands=[over])
    [factors, points] = [one for one in blocks(folder) if isinstance(one, Table)]
    assert [factors.rows[0].cells[0], shown(points)] == ["crews", [["0", "6", "40.0\u00a0%", "30.0 – 50.0\u00a0%"]]]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_hostile_factors_stay_text(made_folder: Made, language: str) -> None:
    odd = "<script>x</script>"
    rows = [effect(odd, "</svg><img src=x>", 0.3), effect("b", odd, 0.0, 0.4, method=BOUND)]
    folder = made_folder(summary("one_at_a_time", "crews"), estimates=[estimate()], effects=rows)
    words = Words(language)
    page = rendered(Sheet("t", "", "", "", [Section("a", "b", blocks(folder, words))], []), words)
    assert [tag for tag in ("<script", "<img") if tag in page] == []
    assert "&lt;script&gt;x" in page
