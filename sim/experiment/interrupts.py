"""Ctrl-C: the first asks for an orderly stop, the second stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopAsked:
    """Whether Ctrl-C was pressed; true once and for all."""

    __slots__ = ("asked",)

    def __init__(self) -> None:
        self.asked = False

    def hear(self, _signal: int, _frame: FrameType | None) -> None:
        """Handles the signal."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


@contextmanager
def stop_on_ctrl_c() -> Iterator[StopAsked]:
    """While inside, a first Ctrl-C only sets `asked`; outside the main thread nothing is changed."""
    stop = StopAsked()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGINT, stop.hear)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
