"""Some events of a trace: those of places, of kinds, and between two instants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sim.ledger.states import STATE_NAMES
from sim.replication.trace import Event
from sim.replication.wording import LIFT, MOMENTS, PASSAGES, TASKS, VERDICTS

KINDS: tuple[str, ...] = tuple(
    sorted(
        {
            *MOMENTS.values(), *PASSAGES.values(), *VERDICTS.values(), *LIFT.values(),
            *(name.replace("_", " ") for name in STATE_NAMES),
            *(f"{task} {end}" for task in TASKS.values() for end in ("begins", "done", "stopped")),
            "alarm", "all-clear", "strip closed", "road closed", "border closed", "ready to go on", "unloaded",
            "unloaded late",
        }
    )
)  # fmt: skip
"""All kinds of events; one goes on with a name: `border closed to weapons`."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events are wanted; an empty collection and `None` want all. Instants are included from, excluded until."""

    places: Collection[str] = ()
    kinds: Collection[str] = ()
    from_s: int | None = None
    until_s: int | None = None

    def chosen(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yields the events that are wanted, in their order."""
        for event in events:
            if self.places and event.place not in self.places:
                continue
            if self.kinds and not any(event.kind == kind or event.kind.startswith(f"{kind} ") for kind in self.kinds):
                continue
            if self.from_s is not None and event.at_s < self.from_s:
                continue
            if self.until_s is not None and event.at_s >= self.until_s:
                continue
            yield event
