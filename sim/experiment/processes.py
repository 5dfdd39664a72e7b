"""Where processes that play come from: on Linux a server that has loaded what they need, and forks them off itself.

What a process loads before it plays takes as long as some ten replications. The server loads it once, and while the
command still reads its scenario. It holds one thread, so that a fork of it is sound. Elsewhere, and where it can't be
used, each process is started and loads for itself.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import BaseContext

from sim.experiment.quiet import mute_resource_tracker, quiet_start, silent

_LOADED = ["sim.experiment.worker", "sim.replication.play", "scipy.special"]


def context() -> BaseContext:
    """What processes are made with; where it is a server, it is running."""
    if not _may_serve():
        return multiprocessing.get_context("spawn")
    from multiprocessing.forkserver import ensure_running  # noqa: PLC0415 - not on every system

    serving = multiprocessing.get_context("forkserver")
    serving.set_forkserver_preload(_LOADED)
    try:
        with mute_resource_tracker(), quiet_start(), silent(1, 2), own_modules():
            ensure_running()
    except OSError:  # no folder for its socket, or one whose name is too long for that
        return multiprocessing.get_context("spawn")
    return serving


def _may_serve() -> bool:
    """Whether a server would find the very modules that this process has found."""
    told = not sys.flags.ignore_environment and not any(os.pathsep in folder for folder in _folders())
    return sys.platform == "linux" and told


def _folders() -> list[str]:
    """Where this process looks for modules; what is no text in that list is no place for Python."""
    return [folder for folder in sys.path if isinstance(folder, str)]


@contextmanager
def own_modules() -> Iterator[None]:
    """Around whatever may start a server: it looks for modules where this process does, not in the folder it is in.

    Its arithmetic is in one thread, so that none is lost by a fork.
    """
    told = {"PYTHONPATH": os.pathsep.join(_folders()), "PYTHONSAFEPATH": "1", "OPENBLAS_NUM_THREADS": "1"}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
