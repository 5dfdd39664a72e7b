"""The log of Dask while a fleet uses it: what it would say is said in a sentence instead."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_MUTING = threading.Lock()
_LEVELS: list[int] = []
"""A level of Dask's log for each fleet there is: the first is the one from before."""


@contextmanager
def muted() -> Iterator[None]:
    """While any fleet is inside, Dask logs nothing; afterwards as before, in whatever order threads leave."""
    logger = logging.getLogger("distributed")
    with _MUTING:
        _LEVELS.append(_LEVELS[0] if _LEVELS else logger.level)
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        with _MUTING:
            before = _LEVELS.pop()
            if not _LEVELS:
                logger.setLevel(before)
