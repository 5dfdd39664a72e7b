"""How numbers of results are said: where few replications differ, their number stands in place of a bound."""

from __future__ import annotations

from sim.analysis.paired import interval_of
from sim.results.number_text import few_differ


def said(gaps: list[float]) -> dict[str, object]:
    """The interval of some differences of a share, as a summary has it."""
    found = interval_of(gaps, 1.0, 0.95)
    return {"low": found.low, "high": found.high, "method": found.method}


def test_a_bound_of_what_was_not_seen_is_said_as_the_number_that_differ() -> None:
    assert few_differ(said([0.0] * 38 + [0.1, 0.2])) == 2
    assert few_differ(said([0.0] * 39 + [0.1])) == 1


def test_an_interval_from_many_differences_and_a_constant_are_said_as_they_are() -> None:
    assert few_differ(said([0.01 * number for number in range(40)])) is None
    assert few_differ(said([0.0] * 40)) is None
    assert few_differ(said([0.25] * 39 + [0.5])) is None
