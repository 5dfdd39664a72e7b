"""Loading what a command plays with: without looking for garbage meanwhile, and in other processes at the same time."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sim.experiment.blocks import workers_for
from sim.experiment.interrupts import stop_on_ctrl_c


@contextmanager
def loading() -> Iterator[None]:
    """While inside, no garbage is looked for; what was loaded is not looked at again until the command ends.

    Modules, classes and forms are hardly ever garbage, and each look goes through all of them. A first Ctrl-C is heard
    when all is loaded: libraries do not expect it while they load.
    """
    looking = gc.isenabled()
    gc.disable()
    try:
        with stop_on_ctrl_c() as stop:
            yield
        if stop.asked:
            raise KeyboardInterrupt
    finally:
        gc.freeze()
        if looking:
            gc.enable()


def get_processes_ready(options: Mapping[str, Any], count: int | None = None) -> None:
    """Where processes will play `count` replications (`None`: many), they load from now on, while input is read."""
    if options["scheduler"] is None and workers_for(options["workers"], count) > 1:
        from sim.experiment.processes import get_ready  # noqa: PLC0415 - not where none is started

        get_ready()
