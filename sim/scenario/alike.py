"""Names that look the same to a reader on a screen, in a table or in a picture."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sim.scenario.paths import Path

_GUARDED = re.compile(r"'(?=[=+@-])")


def folded(name: str) -> str:
    """A name as it looks: case, forms of one letter, blanks and invisible characters are ignored.

    So is the apostrophe that tables put before text that a spreadsheet would take for a formula.
    """
    text = name.casefold()
    if not name.isascii():
        import unicodedata

        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return _GUARDED.sub("", " ".join(text.split()), count=1)


def alike(data: Any, path: Path = ()) -> list[tuple[Path, Path]]:
    """Pairs of names in one map that read alike."""
    pairs: list[tuple[Path, Path]] = []
    if isinstance(data, dict):
        pairs += [((*path, one), (*path, other)) for one, other in _pairs(tuple(data))]
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(value, dict | list):
            pairs += alike(value, (*path, str(key)))
    return pairs


@lru_cache(maxsize=1 << 12)
def _pairs(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each name that reads like an earlier one, after the first of those; cached for the points of a sweep."""
    seen: dict[str, str] = {}
    found = [(seen.setdefault(folded(name), name), name) for name in names]
    return tuple((first, name) for first, name in found if first is not name)
