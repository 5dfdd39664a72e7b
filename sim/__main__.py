"""`drawdown`, also as `python -m sim`: the process of the command line, and how signals stop it.

Ctrl-C, SIGTERM and SIGHUP mean the same; a signal that the caller ignores (`nohup`, `trap '' INT`) stays ignored.
While the program loads there is nothing to clean up, and a signal ends the process at once. Little is imported here:
until this module is loaded, Python itself handles Ctrl-C, and prints a traceback.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

_STOPPED = 130
"""The same as `sim.cli.terminal.STOPPED`, which is not loaded yet."""
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_SOON_S = 0.05


def drawdown(on: object = None) -> None:
    """Runs the command line and ends the process with its code; `on` replaces the model that simulates."""
    stops = [number for name in _NAMES if hasattr(signal, name) and _is_received(number := getattr(signal, name))]
    _on(stops, _leave)
    _open_streams()
    from sim.cli import main

    _hush(stops)
    try:
        _on(stops, signal.default_int_handler)
        main(prog_name="drawdown", obj=on)
    except KeyboardInterrupt:  # a second one while the first was reported, or one after all was done
        sys.exit(_STOPPED)
    finally:
        _on(stops, signal.SIG_IGN)  # nothing may interrupt Python while it cleans up


def _is_received(number: int) -> bool:
    """Whether a signal still has Python's default handler."""
    return signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)


def _on(stops: list[int], do: Callable[[int, FrameType | None], Any] | signal.Handlers) -> None:
    for number in stops:
        signal.signal(number, do)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Ends the process at once."""
    os._exit(_STOPPED)


def _open_streams() -> None:
    """Opens closed standard streams on the null device: otherwise the next file opened would get their numbers."""
    for stream in range(3):
        try:
            os.fstat(stream)
        except OSError:
            try:
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
            except OSError:
                return


def _hush(stops: list[int]) -> None:
    """Keeps threads and finalisers from printing tracebacks; a stop that they swallow is sent again."""
    import threading

    def unraisable(what: sys.UnraisableHookArgs) -> None:
        if isinstance(what.exc_value, KeyboardInterrupt) and stops:
            _thread.start_new_thread(_once_more, (stops[0],))
        elif os.environ.get("DRAWDOWN_DEBUG"):
            sys.__unraisablehook__(what)

    def in_thread(what: threading.ExceptHookArgs) -> None:
        if os.environ.get("DRAWDOWN_DEBUG"):
            threading.__excepthook__(what)

    sys.unraisablehook, threading.excepthook = unraisable, in_thread


def _once_more(number: int) -> None:
    """Sends the signal again from a thread: Python delivers it to the main thread, which has moved on by then."""
    time.sleep(_SOON_S)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    drawdown()
