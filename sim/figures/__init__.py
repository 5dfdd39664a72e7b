"""Pictures of a results folder: tables in, PNG and SVG out; nothing is simulated again.

The names below are loaded when they are first used, since matplotlib takes its time to import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.figures.gallery import PICTURES, draw, draw_all
    from sim.figures.tables import Tables

NAMES = ("fates", "extracted", "lots_over_time", "places", "people", "causes")
"""Names of the pictures, in the order in which they are drawn."""

FORMATS = ("png", "svg")
"""Formats that a picture can be written in."""

__all__ = ["FORMATS", "NAMES", "PICTURES", "Tables", "draw", "draw_all"]


def __getattr__(name: str) -> Any:
    if name in ("PICTURES", "draw", "draw_all"):
        from sim.figures import gallery  # noqa: PLC0415 - matplotlib only when a picture is wanted

        return getattr(gallery, name)
    if name == "Tables":
        from sim.figures.tables import Tables  # noqa: PLC0415 - pandas only when tables are wanted

        return Tables
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
