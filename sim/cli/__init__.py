"""The command line: strings the floors together, and is the only one that prints."""

from __future__ import annotations

from sim.cli.group import Commands

__all__ = ["main"]

main = Commands(
    "drawdown",
    help="Simulates a phased peacekeeping withdrawal: what comes out, what must be destroyed, and why.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
