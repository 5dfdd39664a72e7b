"""Which differences between two scenarios may change which source of random events.

With one seed, two tapes have the same draws at the same place. Values differ if a rate or distribution differs,
and the number of draws differs with the number of days, tails or lots. Any other difference is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable

_PREFIXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "alarms": (("places", "*", "threat"), ("places", "*", "stream")),
    "shelter": (("places", "*", "threat"), ("places", "*", "stream")),
    "fires": (("places", "*"), ("classes",)),
    "escalation": (("places", "*"),),
    "clearance": (("clearance",), ("places", "*"), ("routes", "*"), ("lift", "aircraft")),
    "closures": (("places", "*"), ("routes", "*")),
    "availability": (("lift",), ("routes", "*"), ("classes",)),
    "accidents": (("accidents",), ("places", "*"), ("lift", "aircraft")),
    "hits": (("hits",), ("places", "*"), ("lift", "aircraft")),
    "attacks": (("routes", "*"), ("lift",), ("classes",)),
    "lots": (("places", "*"), ("classes",)),
}
_PARTS = {"clearance": ("clearance_air", "clearance_road")}
_ALWAYS = (("calendar",),)
_FOLLOWS = {"shelter": ("alarms",), "escalation": ("alarms",)}
"""Sources whose values follow from another's: removed alarms cause neither shelter nor an order."""


def meant(source: str, name: str, changes: Iterable[tuple[str, ...]], off: Iterable[str]) -> list[tuple[str, ...]]:
    """The changes that may make a source at a place, route or type differ, in order.

    `changes` are paths at which the scenarios differ; `off` are causes removed in only one of them, each returned
    as `("without", cause)`.
    """
    causes = (source, *_PARTS.get(source, ()), *_FOLLOWS.get(source, ()))
    found: list[tuple[str, ...]] = [("without", cause) for cause in sorted(off) if cause in causes]
    prefixes = (*_PREFIXES.get(source, ()), *_ALWAYS)
    return found + [path for path in sorted(changes) if any(_touches(path, prefix, name) for prefix in prefixes)]


def _touches(path: tuple[str, ...], prefix: tuple[str, ...], name: str) -> bool:
    """Whether a change is at, below or above an input of a source; `*` is the source's own name."""
    return all(part in (wanted, name if wanted == "*" else wanted) for part, wanted in zip(path, prefix, strict=False))
