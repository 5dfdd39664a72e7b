"""Loading what a command plays with, without looking for garbage meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """While inside, no garbage is looked for; what was loaded is not looked at again (`gc.unfreeze` ends that).

    Modules, classes and forms are hardly ever garbage, and each look goes through all of them.
    """
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if looking:
            gc.enable()
