"""What passes between a run and its caller on the way: a stop that is asked for, and sentences about odd things.

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
"""Takes a sentence about what goes otherwise than was asked for, where the outcome is the same."""


def warn(text: str) -> None:
    """Tells a notebook or a service as Python tells such things."""
    warnings.warn(text, RuntimeWarning, stacklevel=2)


class StopAsked:
    """Whether a stop was asked for; true once and for all."""

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
    """While inside, a first Ctrl-C only sets `asked`; outside the main thread nothing is changed.

    The same is true of SIGTERM and SIGHUP where they, too, would raise `KeyboardInterrupt`, as they do in a process of
    the command line. A signal that is ignored stays so, and one that means something else to the caller keeps its
    meaning.
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
    """Signals that stop this process by `KeyboardInterrupt`, or are Ctrl-C and do whatever else the caller wants."""
    known = {name: getattr(signal, name) for name in _NAMES if hasattr(signal, name)}
    received = {name: signal.getsignal(number) for name, number in known.items()}
    return [
        known[name] for name, handler in received.items()
        if handler is signal.default_int_handler or (name == "SIGINT" and callable(handler))
    ]  # fmt: skip
