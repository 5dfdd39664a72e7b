"""Pictures of a comparison: its tables in, PNG and SVG out; nothing is simulated again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.figures.compared.gallery import PICTURES, draw, draw_all
    from sim.figures.compared.tables import ComparedTables as Tables

NAMES = ("fates", "differences", "replications", "timelines", "waterfall")
"""Names of the pictures, in the order in which they are drawn."""

__all__ = ["NAMES", "PICTURES", "Tables", "draw", "draw_all"]


def __getattr__(name: str) -> Any:
    if name in ("PICTURES", "draw", "draw_all"):
        from sim.figures.compared import gallery  # noqa: PLC0415 - matplotlib only when a picture is wanted

        return getattr(gallery, name)
    if name == "Tables":
        from sim.figures.compared.tables import ComparedTables  # noqa: PLC0415 - pandas only when wanted

        return ComparedTables
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
