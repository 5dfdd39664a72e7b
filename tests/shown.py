"""The commands of a page of the documentation, and what the page shows that they print."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

_DOCS = Path(__file__).resolve().parents[1] / "docs"


class Page:
    """A page: its text, and its fenced blocks as pairs of language and content."""

    def __init__(self, name: str) -> None:
        self.text = (_DOCS / name).read_text(encoding="utf-8")
        self.blocks = re.findall(r"^```(yaml|sh|text)\n(.*?)^```", self.text, re.MULTILINE | re.DOTALL)

    def commands(self) -> list[tuple[str, str]]:
        """Each command, and the output below it."""
        pairs = pairwise(self.blocks)
        return [(sh.strip(), text) for (kind, sh), (below, text) in pairs if (kind, below) == ("sh", "text")]

    def write_camp(self, folder: Path) -> None:
        """Writes the scenario that the page shows first as `camp.yaml`."""
        camp = next(text for kind, text in self.blocks if kind == "yaml")
        (folder / "camp.yaml").write_text(camp, encoding="utf-8")
