"""The calendar of a scenario: dates at the edge, whole seconds since `calendar.start` inside."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

DAY_S = 86_400
HOUR_S = 3_600
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?\Z")
_WITH_OFFSET = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:?\d{2}(?::?\d{2}(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)\Z",
    re.IGNORECASE | re.ASCII,
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MOST_DAYS = 3_660
_KEYS = ("start", "deadline", "horizon", "zone")
_HOURS = re.compile(r"(\d{2}):(\d{2})\s*-\s*(\d{2}):(\d{2})\Z")


class CalendarError(ValueError):
    """A fault of the `calendar` section; `key` is the key at fault, empty for the section itself."""

    def __init__(self, key: str, wrong: str) -> None:
        super().__init__(wrong)
        self.key = key


@dataclass(frozen=True, slots=True)
class DailyHours:
    """A daily window in local time, in seconds after midnight; `until_s` beyond a day runs past midnight."""

    from_s: int
    until_s: int

    @property
    def whole_day(self) -> bool:
        """Whether the window never closes."""
        return self.until_s - self.from_s >= DAY_S

    @property
    def seconds(self) -> int:
        """Length of the window."""
        return self.until_s - self.from_s

    def __str__(self) -> str:
        """The window as a scenario writes it."""
        return "-".join(f"{s // HOUR_S:02d}:{s % HOUR_S // 60:02d}" for s in (self.from_s, self.until_s))


ALWAYS = DailyHours(0, DAY_S)


def parse_hours(text: object) -> DailyHours:
    """`06:00-18:00` as seconds after local midnight; an end at or before the beginning is the next day's."""
    match = _HOURS.match(text.strip()) if isinstance(text, str) else None
    if match is None:
        odd = isinstance(text, str) and re.search(r"(?i)\d\s*(Z|UTC|[+]\d\d)", text)
        local = ": they are local in calendar.zone, without Z or an offset" if odd else ""
        raise ValueError(f'not daily hours{local}; write hours such as "06:00-18:00"')
    first_h, first_m, last_h, last_m = (int(part) for part in match.groups())
    if first_h > 23 or last_h > 24 or first_m > 59 or last_m > 59 or (last_h == 24 and last_m):  # noqa: PLR2004
        raise ValueError("hours run from 00:00 to 24:00")
    start, end = first_h * HOUR_S + first_m * 60, last_h * HOUR_S + last_m * 60
    if start == end:
        raise ValueError("the hours begin and end at the same time; write 00:00-24:00 for the whole day")
    return DailyHours(start, end if end > start else end + DAY_S)


def moved_date(text: str, days: int) -> str:
    """A date or date-time in ISO form, moved by days; raises `ValueError` for another text."""
    moved = (date if _DATE.match(text) else datetime).fromisoformat(text) + timedelta(days=days)
    return moved.isoformat(timespec="minutes") if isinstance(moved, datetime) else moved.isoformat()


def parse_local(text: object, zone: str | None = None) -> datetime | date:
    """A date or date-time in ISO form; raises `ValueError` with a sentence.

    A time with an offset is refused; if the zone is known, the message gives the local time.
    """
    if isinstance(text, datetime | date):
        return text
    words = text.strip() if isinstance(text, str) else ""
    if found := _WITH_OFFSET.match(words):
        day, time, offset = found.groups()
        local = "" if zone is None else _local_time(day, time, offset, zone)
        raise ValueError(f"times are local in calendar.zone; write a local time without Z or an offset{local}")
    if not words.isascii() or not (_DATE.match(words) or _DATE_TIME.match(words)):
        raise ValueError("not a date; write a date such as 2023-12-31 or a date-time such as 2023-12-31T18:00")
    try:
        moment = date.fromisoformat(words) if _DATE.match(words) else datetime.fromisoformat(words)
    except ValueError:
        raise ValueError(f"no such date or time: {words}") from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"this is out of range; write a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return moment


def _local_time(day: str, time: str, offset: str, zone: str) -> str:
    """The end of a message, with the local time of a time with an offset; empty if it has none."""
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{'Z' if offset.upper() == 'UTC' else offset.upper()}")
        local = moment.astimezone(ZoneInfo(_zone(zone))).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return ""
    return f"; did you mean {local.isoformat(timespec='seconds').removesuffix(':00')}?"


@dataclass(frozen=True)
class Calendar:
    """From the first instant to the horizon: `deadline_s` and `horizon_s` in whole seconds since `start`.

    `start` is local time in `zone` (an IANA name). Days are local days: `day_starts_s[i]` is the instant of
    the i-th local midnight, the first at or before the start (so it may be negative), the last beyond the
    horizon.
    """

    start: datetime
    zone: str
    deadline_s: int
    horizon_s: int

    def seconds(self, local: datetime) -> int:
        """Whole seconds from the start to a local date-time."""
        return round(local.replace(tzinfo=ZoneInfo(self.zone)).timestamp() - self._start_stamp)

    def first_instant(self, value: object) -> int:
        """Seconds of a date's first instant, or of a date-time."""
        moment = parse_local(value, self.zone)
        if isinstance(moment, datetime):
            return self.seconds(moment)
        return self.seconds(datetime(moment.year, moment.month, moment.day))

    def last_instant(self, value: object) -> int:
        """Seconds of a date's last instant (the midnight that ends it), or of a date-time."""
        moment = parse_local(value, self.zone)
        if isinstance(moment, datetime):
            return self.seconds(moment)
        return self.seconds(datetime(moment.year, moment.month, moment.day) + timedelta(days=1))

    def local(self, at_s: float) -> datetime:
        """The local date-time of an instant."""
        return datetime.fromtimestamp(self._start_stamp + at_s, tz=ZoneInfo(self.zone)).replace(tzinfo=None)

    @cached_property
    def _start_stamp(self) -> float:
        return self.start.replace(tzinfo=ZoneInfo(self.zone)).timestamp()

    @cached_property
    def day_starts_s(self) -> tuple[int, ...]:
        """Local midnights from the start's own day until two days past the horizon."""
        midnight = datetime(self.start.year, self.start.month, self.start.day)
        days = [self.seconds(midnight)]
        while days[-1] <= self.horizon_s + DAY_S:
            midnight += timedelta(days=1)
            days.append(self.seconds(midnight))
        return tuple(days)

    def day_of(self, at_s: int) -> int:
        """Index of the local day that contains an instant (a midnight belongs to the day it begins)."""
        return bisect_right(self.day_starts_s, at_s, 1) - 1

    def span_of_day(self, day: int) -> tuple[int, int]:
        """Instants at which the local day with this index begins and ends: 23 to 25 hours where clocks change."""
        starts = self.day_starts_s
        return starts[day], starts[min(day + 1, len(starts) - 1)]

    def date_of_day(self, day: int) -> date:
        """The date of the local day with this index."""
        return (datetime(self.start.year, self.start.month, self.start.day) + timedelta(days=day)).date()


def parse_calendar(section: object) -> Calendar:
    """The `calendar` section of a file; raises the first `CalendarError` of `calendar_faults`."""
    for fault in calendar_faults(section):
        raise fault
    assert isinstance(section, dict), "a section without faults is a map"
    bare, moments = _bare(section), _moments(section)
    deadline = moments["deadline"]
    return Calendar(
        bare.start,
        bare.zone,
        bare.last_instant(deadline),
        bare.last_instant(moments.get("horizon", deadline)),
    )


def calendar_faults(section: object) -> list[CalendarError]:
    """All faults of the `calendar` section, each with the key at fault."""
    if not isinstance(section, dict):
        wrong = "this is missing" if section is None else "this should be a map"
        return [CalendarError("", f"{wrong}; write {{start: 2023-07-01, deadline: 2023-12-31}}")]
    allowed = ", ".join(_KEYS)
    faults = [
        CalendarError(str(key), f"this key is unknown; allowed: the keys {allowed}")
        for key in section
        if key not in _KEYS
    ]
    for key in ("zone", *_KEYS[:3]):
        if section.get(key) is None and key in ("zone", "horizon"):
            continue
        try:
            _zone(section["zone"]) if key == "zone" else _moment(section.get(key), section.get("zone") or "UTC")
        except ValueError as error:
            faults.append(CalendarError(key, str(error)))
    return faults or _order(section)


def _order(section: dict[str, object]) -> list[CalendarError]:
    moments, bare = _moments(section), _bare(section)
    deadline, horizon = moments["deadline"], moments.get("horizon")
    deadline_s = bare.last_instant(deadline)
    horizon_s = deadline_s if horizon is None else bare.last_instant(horizon)
    if deadline_s < 0 or (deadline_s == 0 and not isinstance(deadline, datetime)):  # a date that ends as it starts
        return [CalendarError("deadline", f"the deadline {deadline} is before the start {moments['start']}")]
    if horizon_s < deadline_s:
        return [CalendarError("horizon", f"the horizon {horizon} is before the deadline {deadline}")]
    if horizon_s > _MOST_DAYS * DAY_S:
        blame = "deadline" if horizon is None else "horizon"
        return [CalendarError(blame, "this is too far from the start; allowed: at most ten years")]
    return []


def _moments(section: dict[str, object]) -> dict[str, date | datetime]:
    return {key: _moment(section[key]) for key in _KEYS[:3] if section.get(key) is not None}


def _bare(section: dict[str, object]) -> Calendar:
    """A calendar with only its start and zone."""
    first = _moment(section["start"])
    start = first if isinstance(first, datetime) else datetime(first.year, first.month, first.day)
    return Calendar(start, _zone(section.get("zone") or "UTC"), 0, 0)


def _moment(value: object, zone: object = None) -> date | datetime:
    if value is None:
        raise ValueError("this is missing; write a date such as 2023-12-31")
    return parse_local(value, zone if isinstance(zone, str) else None)


def _zone(name: object) -> str:
    try:
        if not isinstance(name, str) or name in ("localtime", "posixrules", ""):
            raise ValueError
        ZoneInfo(name)
    except Exception:  # zoneinfo raises many kinds of exceptions for an unknown name
        raise ValueError("unknown time zone; write UTC or one such as Africa/Bamako") from None
    return name
