"""What a notebook holds: load a scenario, run it, look at the result as frames and pictures.

>>> result = run(load("scenarios/tessalit.yaml"), replications=200, seed=1)
>>> result.summary
>>> result.plot.fates()
"""

from __future__ import annotations

from sim.api.calls import compare, load, read, run, sweep
from sim.api.frames import Comparison, Plots, Result, Sweep

__all__ = ["Comparison", "Plots", "Result", "Sweep", "compare", "load", "read", "run", "sweep"]
