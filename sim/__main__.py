"""`drawdown`, also as `python -m sim`: a process of its own, and how it is told to stop.

Ctrl-C, SIGTERM and SIGHUP mean the same; what the caller has set to be ignored (`nohup`, `trap '' INT`) stays ignored.
While the program loads there is nothing to leave behind, and the process ends at once. Little is imported here: before
this is loaded Python itself hears Ctrl-C, and answers with a traceback.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time

TYPE_CHECKING = False  # as typing has it, which takes its time to load
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

_STOPPED = 130
"""As `sim.cli.terminal.STOPPED`, which is not loaded yet."""
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_SOON_S = 0.05


def drawdown(on: object = None) -> None:
    """Runs the command line and ends the process with its code; `on` is what simulates, where that is another."""
    stops = [number for name in _NAMES if hasattr(signal, name) and _is_received(number := getattr(signal, name))]
    _on(stops, _leave)
    _open_streams()
    from sim.cli import main

    _hush(stops)
    try:
        _on(stops, signal.default_int_handler)
        main(prog_name="drawdown", obj=on)
    except KeyboardInterrupt:  # another one, while the first was told, or one when all was done
        sys.exit(_STOPPED)
    finally:
        _on(stops, signal.SIG_IGN)  # what Python takes away when it ends is taken away whole


def _is_received(number: int) -> bool:
    """Whether nobody has said anything else of a signal than Python does by itself."""
    return signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)


def _on(stops: list[int], do: Callable[[int, FrameType | None], Any] | signal.Handlers) -> None:
    for number in stops:
        signal.signal(number, do)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Ends the process where it stands."""
    os._exit(_STOPPED)


def _open_streams() -> None:
    """Where standard streams are closed, they lead nowhere: the next file opened would have their numbers."""
    for stream in range(3):
        try:
            os.fstat(stream)
        except OSError:
            try:
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
            except OSError:
                return


def _hush(stops: list[int]) -> None:
    """Lets no thread or finaliser print a traceback, nor swallow a stop: where it can't be raised, it comes again."""
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
    """From a thread: Python gives a signal to the main one, which is elsewhere by then."""
    time.sleep(_SOON_S)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    drawdown()
