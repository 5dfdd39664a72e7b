"""Pictures of a selection: its tables in, PNG and SVG out; nothing is simulated again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.figures.chosen.differences import PICTURES, draw, draw_all
    from sim.results.selection_folder import SelectionResults as Tables

NAMES = ("differences",)
"""Names of the pictures."""

__all__ = ["NAMES", "PICTURES", "Tables", "draw", "draw_all"]


def __getattr__(name: str) -> Any:
    if name in ("PICTURES", "draw", "draw_all"):
        from sim.figures.chosen import differences  # noqa: PLC0415 - matplotlib only when a picture is wanted

        return getattr(differences, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
