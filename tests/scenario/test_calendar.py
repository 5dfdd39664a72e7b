"""Local days: where they begin and end."""

from __future__ import annotations

import pytest

from sim.scenario.calendar import HOUR_S, parse_calendar


@pytest.mark.parametrize(("start", "hours"), [("2023-03-26", 23), ("2023-10-29", 25), ("2023-07-01", 24)])
def test_a_local_day_lasts_to_the_next_midnight_of_the_wall_clock(start: str, hours: int) -> None:
    calendar = parse_calendar({"start": start, "deadline": start, "zone": "Europe/Paris"})
    assert calendar.span_of_day(0) == (0, hours * HOUR_S)
    assert calendar.span_of_day(1) == (hours * HOUR_S, (hours + 24) * HOUR_S)
