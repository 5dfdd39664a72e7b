"""Exit codes; of several, the first in the order 70, 130, 2, 3, 1 applies.

130 means stopped: by Ctrl-C, SIGTERM or SIGHUP.
"""

from __future__ import annotations

from collections.abc import Iterable

DONE, UNMET, WRONG, BROKEN, FAULT, STOPPED = 0, 1, 2, 3, 70, 130
_FIRST = (FAULT, STOPPED, WRONG, BROKEN, UNMET, DONE)


def first_that_applies(codes: Iterable[int]) -> int:
    """The code of several runs together; 0 where there is none."""
    return min(codes, key=_FIRST.index, default=DONE)
