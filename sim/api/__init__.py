"""What a notebook holds: load a scenario, run it, look at the result as frames and pictures.

`docs/api.md` has an example of each call.
"""

from __future__ import annotations

from sim.api.calls import backtest, check, compare, load, read, run, select, solve, stream, sweep, trace, why
from sim.api.checking import Checked
from sim.api.frames import Backtest, Comparison, Plots, Result, Selection, Solution, Sweep, Why
from sim.api.streaming import Replication

__all__ = [
    "Backtest", "Checked", "Comparison", "Plots", "Replication", "Result", "Selection", "Solution", "Sweep", "Why",
    "backtest", "check", "compare", "load", "read", "run", "select", "solve", "stream", "sweep", "trace", "why",
]  # fmt: skip
