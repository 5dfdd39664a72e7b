"""What a run notices on the way and its caller should know, in a sentence: nothing failed by it."""

from __future__ import annotations

import warnings
from collections.abc import Callable

Tell = Callable[[str], None]
"""Takes a sentence."""


def warn(text: str) -> None:
    """Tells a notebook or a service as Python tells such things."""
    warnings.warn(text, RuntimeWarning, stacklevel=2)
