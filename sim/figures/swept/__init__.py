"""Pictures of a sweep: its tables in, PNG and SVG out; nothing is simulated again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.figures.swept.gallery import PICTURES, draw, draw_all, draw_missing
    from sim.figures.swept.tables import SweptTables as Tables

NAMES = ("response", "heat", "tornado", "morris", "sobol", "correlations", "parallel", "pareto", "bands", "variance")
"""Names of the pictures, in the order in which they are drawn; each design has some of them."""

__all__ = ["NAMES", "PICTURES", "Tables", "draw", "draw_all", "draw_missing"]


def __getattr__(name: str) -> Any:
    if name in ("PICTURES", "draw", "draw_all", "draw_missing"):
        from sim.figures.swept import gallery  # noqa: PLC0415 - matplotlib only when a picture is wanted

        return getattr(gallery, name)
    if name == "Tables":
        from sim.figures.swept.tables import SweptTables  # noqa: PLC0415 - pandas only when wanted

        return SweptTables
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
