"""The product beside the twin: a world of full size as SimPy's documentation would write it, on the same tapes.

    python -m benchmarks.twin_speed

Both must give the same figures before a second is counted; `python -m benchmarks.twin.compare` says where they differ.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.paired import Row, ratios, row, table
from benchmarks.twin.compare import difference
from benchmarks.twin.world import Twin
from sim.replication.play import Player
from sim.scenario.door import load
from sim.tape.tape import draw

ROOT = Path(__file__).resolve().parents[1]
SEED = 1
