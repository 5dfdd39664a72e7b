"""The command line: connects the layers below it, and is the only layer that prints."""

from __future__ import annotations

from sim.cli.group import Commands

__all__ = ["main"]

main = Commands(
    "drawdown",
    help="Simulate a phased peacekeeping withdrawal: what comes out, what must be destroyed, and why.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
