"""Which differences of two scenarios mean which source of chance to differ.

With one seed two tapes hold the same draws at the same place; values differ where a rate or law does, and the
number of draws where there are more days, tails or lots. What none of this explains is a fault.
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
_ALWAYS = (("calendar",),)
_FOLLOWS = {"shelter": ("alarms",), "escalation": ("alarms",)}
"""Sources whose values follow from another's: alarms taken off bring neither shelter nor an order."""


def meant(source: str, name: str, changes: Iterable[tuple[str, ...]], off: Iterable[str]) -> list[tuple[str, ...]]:
    """The changes that may make a source at a place, route or type differ, in order.

    `changes` are paths at which the scenarios differ; `off` causes taken off in one of them only, each given
    back as `("without", cause)`.
    """
    causes = (source, *_FOLLOWS.get(source, ()))
    found: list[tuple[str, ...]] = [("without", cause) for cause in sorted(off) if cause in causes]
    prefixes = (*_PREFIXES.get(source, ()), *_ALWAYS)
    return found + [path for path in sorted(changes) if any(_touches(path, prefix, name) for prefix in prefixes)]


def _touches(path: tuple[str, ...], prefix: tuple[str, ...], name: str) -> bool:
    """Whether a change lies at, below or above what a source is made from; `*` is the source's own name."""
    return all(part in (wanted, name if wanted == "*" else wanted) for part, wanted in zip(path, prefix, strict=False))
