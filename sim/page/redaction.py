"""Redaction: names of places by letters, dates by days from the start, classes by groups.

Names are replaced in the data before anything is made of them; dates, which are counted with, in the finished text.
What a file says in free words (its name, notes, sources, commands, paths of parameters) is left out of a redacted page,
since no program knows what it gives away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count, product
from typing import Any

from sim.page.words import N_, Words

KINDS = ("places", "dates", "inventory")
"""What can be redacted."""
GROUPS: Mapping[str, str] = {
    "sensitive": N_("sensitive materiel"), "vehicles": N_("vehicles"), "containers": N_("containers"),
    "other": N_("other equipment"),
}  # fmt: skip
_NAMED = frozenset({
    "places", "classes", "routes", "phases", "lots", "evacuate", "aircraft", "trucks", "vessels", "responses",
    "effects", "orders", "examples", "units", "road", "totals", "distances", "factors", "pareto",
})  # fmt: skip
"""Maps whose keys are names of the user, or hold them."""
_KEPT = frozenset({"kind", "role", "means", "method", "group", "unit", "side", "cause", "state", "fate", "owner"})
"""Fields whose values are words of the model."""
_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(?::\d\d)?)?")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is replaced by what; `dates` says whether dates are."""

    names: Mapping[str, str] = field(default_factory=dict)
    dates: bool = False
    places: bool = False
    inventory: bool = False

    @property
    def any(self) -> bool:
        """Whether anything is redacted."""
        return self.dates or self.places or self.inventory

    def text(self, said: str) -> str:
        """A text without the names that are replaced, in whatever case they are written."""
        if not self.names:
            return said
        return self._pattern.sub(lambda found: self.names[found.group().casefold()], said)

    @property
    def _pattern(self) -> re.Pattern[str]:
        longest = sorted(self.names, key=lambda name: (-len(name), name))
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest))})(?![^\W_])", re.IGNORECASE)

    def data(self, said: Any, below: str = "") -> Any:
        """Plain data without these names, in keys that are names and in all texts that are not words of the model."""
        if not self.names:
            return said
        if isinstance(said, Mapping):
            named = below in _NAMED
            return {(self.text(key) if named else key): self.data(value, str(key)) for key, value in said.items()}
        if isinstance(said, list):
            return [self.data(each, below) for each in said]
        return self.text(said) if isinstance(said, str) and below not in _KEPT else said

    def row(self, said: Mapping[str, str]) -> dict[str, str]:
        """A row of a table without these names."""
        return {key: value if key in _KEPT else self.text(value) for key, value in said.items()}


def redaction(
    kinds: Iterable[str], scenarios: Iterable[Mapping[str, Any]], words: Words, sides: Iterable[str] = ()
) -> Redaction:
    """What the names in some scenarios, and of the sides of comparisons, are replaced by."""
    asked, every = set(kinds), list(scenarios)
    names: dict[str, str] = {}
    if "places" in asked:
        letters = _letters()
        names |= {place: next(letters) for place in _keys(every, "places")}
        for part, word in (("routes", words("road")), ("phases", words("phase"))):
            keys = [key for key in _keys(every, part) if key not in names]
            names |= {key: f"{word} {number}" for number, key in enumerate(keys, 1)}
    if "inventory" in asked:
        for scenario in every:
            names |= {str(key): words(GROUPS[group_of(said)]) for key, said in (scenario.get("classes") or {}).items()}
    if asked:
        every_side = enumerate(dict.fromkeys(sides), 1)
        names |= {
            side: words("alternative {number}", number=str(number)) for number, side in every_side if side not in names
        }
    return Redaction(
        {name.casefold(): put for name, put in names.items()}, "dates" in asked, "places" in asked, "inventory" in asked
    )


def _keys(scenarios: Iterable[Mapping[str, Any]], part: str) -> list[str]:
    return sorted({str(key) for scenario in scenarios for key in scenario.get(part) or {}})


def _letters() -> Iterator[str]:
    for length in count(1):
        yield from ("".join(each) for each in product(_LETTERS, repeat=length))


def group_of(lot_class: Mapping[str, Any]) -> str:
    """The group of a class: by what it is to whom it is denied, and how it moves."""
    if lot_class.get("sensitive"):
        return "sensitive"
    if "self" in (lot_class.get("moves") or ()):
        return "vehicles"
    return "containers" if lot_class.get("container") else "other"


def without_dates(page: str, start: date, words: Words) -> str:
    """A finished page with each date as a day from the start, which is day 0."""

    def put(found: re.Match[str]) -> str:
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return ""
        return words("day {n}", n=str((day - start).days))

    return _DATE.sub(put, page)
