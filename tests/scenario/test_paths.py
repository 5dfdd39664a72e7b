"""Dotted paths: what is shown can be read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.paths import dotted, named, nearest, parsed, shown, value_at


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5).map(tuple))
def test_a_path_that_is_shown_is_read_back(path: tuple[str, ...]) -> None:
    assert parsed(dotted(path)) == path


def test_a_name_with_a_dot_stands_in_quotes() -> None:
    assert dotted(("places", "St. Louis", "crews")) == 'places."St. Louis".crews'


@pytest.mark.parametrize("text", ["", ".", "a..b", "a.", ".a", 'a."b', 'a"b', "x" * 30_000])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a field path"):
        parsed(text)


def test_the_nearest_name_is_found_whatever_its_case() -> None:
    assert nearest("TESALIT", ["tessalit", "gao"]) == "tessalit"
    assert nearest("bamako", ["tessalit", "gao"]) is None


def test_many_names_are_cut_and_counted() -> None:
    assert named(["b", "a", "c"], 2) == "a, b and 1 more"
    assert named([]) == "none"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        (15, "15"),
        ("15", "'15'"),
        ({"a": [1]}, "{a: [1]}"),
        ([], "an empty list"),
        ("x" * 100, f"'{'x' * 59}…'"),
    ],
)
def test_a_value_is_shown_in_one_short_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_path_leads_through_maps_and_lists() -> None:
    assert value_at({"a": [{"b": 3}]}, ("a", "0", "b")) == 3
    with pytest.raises(KeyError):
        value_at({"a": [1]}, ("a", "1"))
