"""The answer to by when on a terminal: dates and chances, from the tables of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.cli.run_rows import NARROW
from sim.cli.text import clipped, clipped_apart, padded, width_of, wrapped
from sim.figures.labels import counted
from sim.results.by_when import NAMED, SAFE, when
from sim.results.finished import Results
from sim.results.number_text import percent

_NAME, _ROWS, _PLACES, _DATE = 24, 12, 24, 12
Said = Mapping[str, Any]


def when_text(results: Results) -> str:
    """Returns all lines of the answer."""
    manifest = results.manifest
    title = clipped(str(manifest["name"]), NARROW)
    head = [title, "─" * width_of(title), f"{counted(manifest['succeeded'], 'replication')}, seed {manifest['seed']}"]
    if not manifest["succeeded"]:
        return "\n".join(head)
    said = when(results)
    parts = [
        head,
        _dates(said),
        _curve(said["curve"], said["deadline"]),
        _departures(said),
        _prices(said),
        _too_few(manifest["succeeded"]),
        _doubts(said),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _dates(said: Said) -> list[str]:
    head = padded("By when, with a chance of", _NAME + 4) + "".join(f"{share:.0%}".replace("%", " %").rjust(13)
                                                                     for share in NAMED)  # fmt: skip
    rows = [("all people are out", said["people"]), ("all places are closed", said["closed"])]
    lines = [head]
    for words, found in rows:
        if found is not None:
            days = (found[f"{share:g}"]["day"] or "not by then" for share in NAMED)
            lines.append(padded(f"  {words}", _NAME + 4) + "".join(day.rjust(13) for day in days))
    return lines if len(lines) > 1 else ["Neither people nor places must be out by a date."]


def _curve(rows: Sequence[Said], deadline: str) -> list[str]:
    """A dozen days of the curve; the whole of it is in the JSON."""
    if not rows:
        return []
    last = max((at for at in range(1, len(rows)) if _differ(rows[at - 1], rows[at])), default=0)
    some = {round(at * last / (_ROWS - 1)) for at in range(_ROWS)}
    some |= {at for at, row in enumerate(rows) if row["day"] == deadline}
    lines = [padded("By the end of", 16) + "people all out".rjust(16) + "all closed".rjust(13) + "share out".rjust(12)
             + "5 – 95 %".rjust(18)]  # fmt: skip
    for at in sorted(some):
        row = rows[at]
        mark = " d" if row["day"] == deadline else ""
        ends = f"{row['p05'] * 100:.1f} – {row['p95'] * 100:.1f} %"
        lines.append(padded(f"  {row['day']}{mark}", 16) + percent(row["all_people_out"]).rjust(16)
                     + percent(row["all_closed"]).rjust(13) + percent(row["share_out"]).rjust(12)
                     + ends.rjust(18))  # fmt: skip
    return [*lines, f"  d: the deadline; chances and mean share, {len(rows):,} days in --json"]


def _differ(one: Said, other: Said) -> bool:
    return any(one[name] != other[name] for name in one if name != "day")


def _departures(said: Said) -> list[str]:
    found = said["last_safe_departure"]
    if not found:
        return []
    head = padded("Last safe departure", _NAME) + "".join(f"{share:.0%}".replace("%", " %").rjust(18) for share in SAFE)
    names = clipped_apart(list(found)[:_PLACES], _NAME - 3)
    lines = [head]
    for name, one in zip(names, found.values(), strict=False):
        days = (one[f"{share:g}"] or "never" for share in SAFE)
        lines.append(padded(f"  {name}", _NAME) + "".join(day.rjust(18) for day in days))
    words = (
        "The rear party that leaves then is out by the deadline with this chance, if its journey is like those of the"
    )
    return [*lines, *wrapped(f"{words} replications.", "  ", NARROW)]


def _prices(said: Said) -> list[str]:
    found = said["hour_in_shelter"]
    if not any(one["hours"] for one in found.values()):
        return []
    head = padded("An hour in shelter costs", _NAME) + "tonnes".rjust(10) + "95 % interval".rjust(22) + "hours".rjust(9)
    names = clipped_apart(list(found)[:_PLACES], _NAME - 3)
    lines = [head]
    for name, one in zip(names, found.values(), strict=False):
        if one["tonnes"] is None:
            cells = "–".rjust(10) + ("no alarm" if not one["hours"] else "the same hours").rjust(22)
        else:
            shown = not one["low"] <= 0 <= one["high"]
            cells = (f"{one['tonnes']:.1f}".replace("-", "−") if shown else "not shown").rjust(10)
            cells += f"{one['low']:.1f} – {one['high']:.1f}".replace("-", "−").rjust(22)
        lines.append(padded(f"  {name}", _NAME) + cells + f"{one['hours']:.0f}".rjust(9))
    words = "Working hours lost to alarms until the planned handover, and what came out of that place: a straight "
    words += "line through the replications. What alarms bring with them, such as an order, is in it."
    return [*lines, *wrapped(words, "  ", NARROW)]  # fmt: skip


def _too_few(count: int) -> list[str]:
    """A chance is read from the replications: what fewer than one of them would miss can't be."""
    largest = max(*NAMED, *SAFE)
    if count * (1 - largest) >= 1:
        return []
    needed = round(1 / (1 - largest))
    words = f"! With {counted(count, 'replication')} the date for {100 * largest:.0f} % is the latest of them"
    return wrapped(f"{words}: take {needed} or more.", "", NARROW)


def _doubts(said: Said) -> list[str]:
    places = said["follows_deadline"]
    if not places:
        return []
    names = clipped(", ".join(places), 60)
    return wrapped(f"! People of {names} leave by the deadline: for other deadlines run them, with drawdown sweep "
                   "--vary calendar.deadline=...", "", NARROW)  # fmt: skip
