"""When places close, against the plan: days of the calendar as dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sim.cli.words import clipped_apart, padded
from sim.results.finished import Results
from sim.results.number_text import percent

_PREFIX = "closed_"
_MOST = 24
_NAME = 24


def closing_lines(results: Results) -> list[str]:
    """A line a place that must close: planned handover, median and spread of the day on which it closed."""
    scenario = results.manifest["scenario"]
    places: Mapping[str, Any] = scenario.get("places", {})
    responses = results.summary["responses"]
    rows = [(name, place, responses[_PREFIX + name]) for name, place in places.items()
            if _PREFIX + name in responses]  # fmt: skip
    if not rows:
        return []
    start = datetime.fromisoformat(str(scenario["calendar"]["start"]))
    rows.sort(key=lambda row: (str(row[1].get("handover", "~")), row[0]))
    head = padded("Closing", _NAME) + "  planned         median          5 – 95 % of replications"
    names = clipped_apart((name for name, _, _ in rows), _NAME - 3)
    lines = [head, *(_line(start, name, *row[1:]) for name, row in zip(names[:_MOST], rows, strict=False))]
    if len(rows) > _MOST:
        lines.append(f"  … and {len(rows) - _MOST} more places in summary.json")
    return lines


def _line(start: datetime, name: str, place: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    planned = str(place.get("handover", "–"))[:10]
    line = padded(f"  {name}", _NAME) + f"  {planned:<16}"
    if said["mean"] is None:
        return line + "never closes"
    low, middle, high = (_date(start, said["quantiles"][share]["value"]) for share in ("0.05", "0.5", "0.95"))
    line += f"{middle:<16}" + (f"{low} – {high}" if low != high else "the same")
    never = said.get("null", {}).get("replications", 0)
    total = said["replications"] + never
    return line + (f"; never in {percent(never / total)}" if never else "")


def _date(start: datetime, days: float) -> str:
    # a place that closes at the midnight that ends a day closed on that day
    return (start + timedelta(days=days) - timedelta(seconds=1)).date().isoformat()
