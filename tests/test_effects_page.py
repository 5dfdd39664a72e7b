"""The page of effects says of each line what was expected and why it came out so, as its list has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.scenario.document import read_document

DOCS = Path(__file__).resolve().parents[1] / "docs"
LISTED: dict[str, Any] = read_document(str(DOCS / "effects.yaml"), "effects.yaml").data
PAGE = (DOCS / "effects.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", LISTED["cases"])
def test_each_line_of_the_list_is_on_the_page_with_its_reason(case: str) -> None:
    section = PAGE.partition(f"\n## {case}\n")[2].partition("\n## ")[0]
    cells = [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in section.splitlines()]
    rows = {row[0]: row for row in cells if len(row) > 1}
    wanted = {f"without {name}": said for name, said in LISTED["cases"][case]["causes"].items()}
    wanted |= LISTED["cases"][case]["levers"]
    for name, said in wanted.items():
        assert said["why"], name
        assert rows[name][-2:] == [said["expected"], said["why"]]
