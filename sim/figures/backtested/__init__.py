"""The picture of a backtest: its tables in, PNG and SVG out; nothing is simulated again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.figures.backtested.record import PICTURES, draw, draw_all
    from sim.results.backtest_folder import BacktestResults as Tables

NAMES = ("record",)
"""Names of the pictures."""

__all__ = ["NAMES", "PICTURES", "Tables", "draw", "draw_all"]


def __getattr__(name: str) -> Any:
    if name in ("PICTURES", "draw", "draw_all"):
        from sim.figures.backtested import record  # noqa: PLC0415 - matplotlib only when a picture is wanted

        return getattr(record, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
