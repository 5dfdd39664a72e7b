"""The split of a variance: what is not known, random events, and both."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.page.blocks import Table
from sim.page.reading import read
from sim.page.sweep_sections import sweep_sections
from sim.page.words import Words

Made = Callable[..., Path]


def part(point: int, source: str, share: float | None, response: str = "extracted_share") -> dict[str, Any]:
    """A row of variance.csv."""
    low, high = (None, None) if share is None else (max(share - 0.2, 0), min(share + 0.2, 1))
    return {"lever_point": point, "crews": f"{point + 3} crews", "response": response, "source": source,
            "variance": 1, "share": share, "low": low, "high": high}  # fmt: skip


def tables(made: Made, *parts: dict[str, Any]) -> list[Table]:
    """The tables of a split on the page of a sweep."""
    mean = {"lever_point": 0, "crews": 3, "response": "extracted_share", "mean": 0.5, "low": 0.4, "high": 0.6}
    summary = {"design": {"kind": "grid"}, "levers": ["crews"], "factors": {},
               "responses": {"extracted_share": {"unit": "share"}}}  # fmt: skip
    words = Words("en")
    [source] = read([made(summary, estimates=[mean], bands=[mean], variance=list(parts))], [], words)
    [section] = sweep_sections(source, words)
    return [one for one in section.blocks if isinstance(one, Table) and one.caption.startswith("Parts of the variance")]


THREE = (part(0, "ignorance", 0.6), part(0, "chance", 0.3), part(0, "both", 0.1))


def test_each_point_of_the_levers_has_three_parts_with_intervals(made_folder: Made) -> None:
    [table] = tables(made_folder, *THREE, part(0, "chance", 0.9, "cost_usd"))
    [row] = table.rows
    assert [str(cell) for cell in row.cells if "svg" not in str(cell)] == [
        "crews 3 crews", "60.0\u00a0% (40.0 – 80.0\u00a0%)", "30.0\u00a0% (10.0 – 50.0\u00a0%)",
        "10.0\u00a0% (0 – 30.0\u00a0%)"]  # fmt: skip


def test_the_parts_are_one_after_the_other(made_folder: Made) -> None:
    [table] = tables(made_folder, *THREE)
    bars = re.findall(r'<rect x="([\d.]+)" [^>]*width="([\d.]+)" [^>]*class="([\w-]+)"', str(table.rows[0].cells[1]))
    assert bars[1:] == [("0", "228", "bar"), ("228", "114", "f-disabled"), ("342", "38", "soft")]
    assert [look for look, _ in table.keys] == ["bar", "f-disabled", "soft"]
    assert "cannot remove the part of random events" in table.notes[0]


def test_a_response_without_variance_is_not_split(made_folder: Made) -> None:
    assert tables(made_folder, *(part(0, source, None) for source in ("ignorance", "chance", "both"))) == []
