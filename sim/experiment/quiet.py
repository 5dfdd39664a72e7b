"""Around the start and the end of processes: what the standard library does there, and nobody should notice."""

from __future__ import annotations

import os
import signal
import sys
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def quiet_start() -> Iterator[None]:
    """Around the start of processes: they are born deaf to Ctrl-C, and do not run the user's script again.

    The mask is inherited, and a Ctrl-C of these milliseconds reaches the parent after them. The standard
    library has a spawned process import the script that began it all, for what was pickled by its names;
    nothing here is, and a script that calls `run` outside `if __name__ == "__main__":` would start processes
    without end.
    """
    masks = hasattr(signal, "pthread_sigmask")
    old = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set()
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, old)


@contextmanager
def mute_resource_tracker() -> Iterator[None]:
    """Around whatever makes or ends processes: the standard library's `resource_tracker` says nothing.

    That process forgets the names of a pool's locks if the pool's own process can't. Killed, it is started again
    with a warning, and the new one prints a traceback for each lock that it never heard of; and when the command is
    killed, it tells of what it clears away. None of that is the user's business: the locks are taken away by the
    pool as always, and results are none of its matters. Only where both are killed, names of some bytes each stay in
    the machine's memory until it is started again. It has no setting for silence, so that it inherits a
    standard error that leads nowhere.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "resource_tracker: process died", UserWarning)
        if os.name == "posix":
            with silent(2):
                resource_tracker.ensure_running()
        yield


@contextmanager
def silent(*streams: int) -> Iterator[None]:
    """For an instant, what is written to these streams (2: standard error) goes nowhere; closed ones stay closed."""
    kept = {stream: copy for stream in streams if (copy := _copy_of(stream)) is not None}
    nowhere = os.open(os.devnull, os.O_WRONLY) if kept else None
    try:
        if nowhere is not None:
            for stream in kept:
                os.dup2(nowhere, stream)
        yield
    finally:
        for stream, copy in kept.items():
            os.dup2(copy, stream)
            os.close(copy)
        if nowhere is not None:
            os.close(nowhere)


def _copy_of(stream: int) -> int | None:
    try:
        return None if (sys.__stdout__, sys.__stderr__)[stream - 1] is None else os.dup(stream)
    except OSError:
        return None
