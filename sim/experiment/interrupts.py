"""Requests to stop a run, and notices from the run to its caller.

The first Ctrl-C asks for an orderly stop, the second stops at once.
"""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
Notify = Callable[[str], None]
"""Receives a sentence about a deviation from the request that does not change the results."""


def warn(text: str) -> None:
    """Issues a `RuntimeWarning`, for notebooks and services."""
    warnings.warn(text, RuntimeWarning, stacklevel=2)


class StopAsked:
    """Whether a stop was asked for; once true, it stays true."""

    __slots__ = ("asked",)

    def __init__(self) -> None:
        self.asked = False

    def on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        """Handles the signal."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


@contextmanager
def stop_on_ctrl_c() -> Iterator[StopAsked]:
    """Inside, a first Ctrl-C only sets `asked`; outside the main thread nothing changes.

    The same holds for SIGTERM and SIGHUP if they, too, would raise `KeyboardInterrupt`, as they do on the command
    line. A signal that is ignored stays ignored, and one with another handler keeps it.
    """
    stop = StopAsked()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, stop.on_signal) for number in _stops()}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stops() -> list[int]:
    """Signals that stop this process by `KeyboardInterrupt`, and Ctrl-C with any handler of the caller."""
    known = {name: getattr(signal, name) for name in _NAMES if hasattr(signal, name)}
    received = {name: signal.getsignal(number) for name, number in known.items()}
    return [
        known[name] for name, handler in received.items()
        if handler is signal.default_int_handler or (name == "SIGINT" and callable(handler))
    ]  # fmt: skip
