"""The grade of each input follows from what the file says of its source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.scenario.door import load, unsourced
from sim.scenario.parameters import parameters
from sim.scenario.pedigree import GRADES, UNGRADED, counted, grade_of, pedigree, worst
from sim.scenario.plan import Source

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = Path(__file__).parents[1] / "data" / "broken" / "base" / "small-camp.yaml"
UN = "https://peacekeeping.un.org/en/a"
PRESS, OTHER = "https://fr.news.example.org/1", "https://paper.example.com/2"


def grade(ranged: bool = False, **source: Any) -> str:
    return grade_of(Source(**source), ranged)


def grades(tmp_path: Path, sources: str) -> dict[str, str]:
    file = tmp_path / "graded.yaml"
    file.write_text(f"{SMALL.read_text()}sources: {sources}\n")
    return {".".join(one.path): one.grade for one in pedigree(load(file).data)}


@pytest.mark.parametrize("cite", [UN, "http://www.army.mil/x", "https://ministry.gov.ml/x", "https://www.nato.int"])
def test_what_a_government_an_army_or_an_organisation_of_states_publishes_is_official(cite: str) -> None:
    assert grade(kind="report", cite=cite) == "official"


@pytest.mark.parametrize("cite", ["https://un.org.example.com/x", "https://begun.org/x", "https://gov.org/x", "un.org"])
def test_an_address_that_only_looks_official_is_a_report(cite: str) -> None:
    assert grade(kind="report", cite=cite) == "reported"


def test_two_sites_corroborate_and_two_pages_of_one_site_do_not() -> None:
    assert grade(kind="report", cite=PRESS, note=f"and {OTHER}") == "corroborated"
    assert grade(kind="report", cite=PRESS, note="and https://news.example.org/9") == "reported"
    assert grade(kind="report", cite="a book", note=PRESS) == "corroborated"
    assert grade(kind="report", cite="https://a.news.co.uk/1", note="https://b.paper.co.uk/1") == "corroborated"


def test_a_document_without_an_address_is_one_source_unless_its_grade_is_given() -> None:
    assert grade(kind="document") == "reported"
    assert grade(kind="document", grade="official", cite="order no. 7") == "official"
    with pytest.raises(ValueError, match="only a document or a report can have a grade"):
        grade(kind="assumed", grade="official")


def test_an_assumption_is_a_judgement_only_with_a_range_that_holds_it_and_a_reason() -> None:
    assert grade(True, kind="assumed", note="why") == "judged"
    assert grade(True, kind="assumed") == "guess"
    assert grade(False, kind="assumed", note="why") == "guess"
    assert grade(True, kind="derived") == grade(False, kind="derived") == "derived"


@pytest.mark.parametrize(
    ("field", "ends", "held"),
    [
        ("crews.count", "[1, 4]", True),
        ("crews.count", "[3, 4]", False),
        ("crews.labour_share", "[20 %, 0.5]", True),
        ("crews.labour_share", "[1, 4]", False),
        ("handover", "[2023-09-01, 2023-10-01]", True),
        ("handover", "[2023-10-01, 2023-10-02]", False),
        ("threat.shelter", "[90 min, 0.5 d]", True),
        ("threat.shelter", "[1 t, 9 t]", False),
        ("threat.alarms.rate", "[0.001 /h, 1 /day]", True),
        ("threat.alarms.rate", "[quiet, a war]", True),
        ("handover", "[2023-13-45, 2023-10-01]", False),
        ("crews.count", "[1, many]", False),
    ],
)  # fmt: skip
def test_a_range_counts_for_the_figures_that_lie_in_it(tmp_path: Path, field: str, ends: str, held: bool) -> None:
    said = grades(tmp_path, f"{{places.camp.{field}: {{kind: assumed, note: why, range: {ends}}}}}")
    assert said[f"places.camp.{field}"] == ("judged" if held else "guess")


def test_the_longest_path_holds_and_a_figure_without_a_source_is_a_guess(tmp_path: Path) -> None:
    said = grades(tmp_path, "{places.camp: {kind: derived}, places.camp.crews.size: {kind: report, cite: a book}}")
    assert (said["places.camp.crews.count"], said["places.camp.crews.size"]) == ("derived", "reported")
    assert said["routes.north.km.0"] == "guess"


def test_a_figure_that_is_changed_without_a_source_becomes_a_guess() -> None:
    loaded = load(SCENARIOS / "tessalit.yaml", ["lift.trucks.contract.count=7"])
    found = {one.path: one.grade for one in pedigree(loaded.data)}
    assert found["lift", "trucks", "contract", "count"] == "guess"


def test_the_worst_grade_of_a_part_is_that_of_its_worst_figure(tmp_path: Path) -> None:
    file = tmp_path / "graded.yaml"
    sources = "sources: {places.camp.crews: {kind: derived}, places.camp.crews.size: {kind: document}}\n"
    file.write_text(SMALL.read_text() + sources)
    inputs = pedigree(load(file).data)
    assert worst(inputs, [("places", "camp", "crews", "size")]) == "reported"
    assert worst(inputs, [("places", "camp", "crews")]) == "derived"
    assert worst(inputs, [("places", "camp")]) == "guess"
    assert worst(inputs, [("policy", "dispatch")]) == UNGRADED


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_input_of_a_shipped_scenario_has_one_grade(file: Path) -> None:
    loaded = load(file)
    inputs = pedigree(loaded.data)
    assert [one.path for one in inputs] == parameters(loaded.data)
    assert sum(counted(inputs).values()) == len(inputs)
    assert list(counted(inputs)) == list(GRADES)
    assert unsourced(loaded) == []


def test_what_a_note_calls_assumed_in_a_report_has_an_entry_of_its_own() -> None:
    loaded = load(SCENARIOS / "minusma.yaml")
    grade_by_path = {".".join(one.path): one.grade for one in pedigree(loaded.data)}
    for strip in ("tessalit", "kidal", "mopti", "timbuktu", "bamako", "gao"):
        assert grade_by_path[f"places.{strip}.strip.mog"] == "guess"
