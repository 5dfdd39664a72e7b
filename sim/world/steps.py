"""Steps: things that take time, written as generators that yield the event that they wait for."""

from __future__ import annotations

from collections.abc import Generator

import simpy

Steps = Generator[simpy.Event, object, None]


def follow(steps: Steps) -> None:
    """Take the first step now, and each next one when the event that was waited for happens.

    As a process of SimPy, but nobody waits for its end or interrupts it, so that begin and end need no event.
    """

    def go_on(_: simpy.Event | None = None) -> None:
        for event in steps:
            if event.callbacks is not None:
                event.callbacks.append(go_on)
                return

    go_on()
