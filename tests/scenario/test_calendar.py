"""Times of a file are local: one with an offset is refused. Local days: where they begin and end."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario.calendar import HOUR_S, calendar_faults, parse_calendar, parse_hours, parse_local
from sim.scenario.door import load

SMALL = (Path(__file__).parents[1] / "data" / "broken" / "base" / "small-camp.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("said", "local"), [
    ("2023-08-01T18:00Z", "2023-08-01T20:00"), ("2023-08-01 18:00:30Z", "2023-08-01T20:00:30"),
    ("2023-08-01T18:00:00.000Z", "2023-08-01T20:00"), ("2023-08-01T18:00+05:30", "2023-08-01T14:30"),
    ("2023-12-31T23:30 UTC", "2024-01-01T00:30"), ("2023-08-01T1800Z", "2023-08-01T20:00"),
    ("2023-08-01T18:00-0300", "2023-08-01T23:00"),
])  # fmt: skip
def test_a_time_with_an_offset_is_refused_with_its_local_time(said: str, local: str) -> None:
    with pytest.raises(ValueError, match="a local time without Z or an offset") as caught:
        parse_local(said, "Europe/Berlin")
    assert str(caught.value).endswith(f"; did you mean {local}?")


def test_the_local_time_is_that_of_the_zone_of_the_file(tmp_path: Path) -> None:
    text = SMALL.replace("calendar: {", "calendar: {zone: Asia/Kolkata, ", 1)
    assert text != SMALL
    begin = text.index("handover: ") + len("handover: ")
    text = f"{text[:begin]}2023-08-01T18:00Z{text[text.index(chr(10), begin) :]}"
    (tmp_path / "camp.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(tmp_path / "camp.yaml")
    assert str(caught.value.problems[0]).endswith(
        "places.camp.handover: times are local in calendar.zone; got '2023-08-01T18:00Z'; "
        "allowed: a local time without Z or an offset; did you mean 2023-08-01T23:30?"
    )


def test_the_calendar_itself_refuses_offsets_too() -> None:
    section = {"start": "2023-07-01T00:00+02:00", "deadline": "2023-09-30T12:00Z", "zone": "Africa/Bamako"}
    assert [(fault.key, str(fault).partition("did you mean ")[2]) for fault in calendar_faults(section)] == [
        ("start", "2023-06-30T22:00?"), ("deadline", "2023-09-30T12:00?"),
    ]  # fmt: skip


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc", "localtime"])
def test_a_zone_that_is_none_gives_no_local_time(zone: str) -> None:
    with pytest.raises(ValueError, match=r"without Z or an offset\Z"):
        parse_local("2023-08-01T18:00Z", zone)


@pytest.mark.parametrize("said", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "2023-02-30T18:00Z"])
def test_a_time_beyond_all_calendars_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="without Z or an offset"):
        parse_local(said, "UTC")


def test_daily_hours_with_an_offset_are_refused_as_local() -> None:
    with pytest.raises(ValueError, match=r"local in calendar.zone, without Z or an offset; write hours such as"):
        parse_hours("06:00Z-18:00Z")


@pytest.mark.parametrize(("start", "hours"), [("2023-03-26", 23), ("2023-10-29", 25), ("2023-07-01", 24)])
def test_a_local_day_lasts_to_the_next_midnight_of_the_wall_clock(start: str, hours: int) -> None:
    calendar = parse_calendar({"start": start, "deadline": start, "zone": "Europe/Paris"})
    assert calendar.span_of_day(0) == (0, hours * HOUR_S)
    assert calendar.span_of_day(1) == (hours * HOUR_S, (hours + 24) * HOUR_S)
