"""Writes the present message of each broken sweep next to its file: read every one of them before you keep it.

`python tests/experiment/sweep_messages.py`
"""

from __future__ import annotations

import os
from pathlib import Path

from sim.errors import InputError
from sim.experiment.sweep.sweep_plan import SweepRequest, gates_of, plan_sweep

BROKEN = Path(__file__).parents[1] / "data" / "broken-sweeps"


def message_of(name: str) -> str:
    """Returns all problems of a file in the folder of broken sweeps; empty if it is valid."""
    before = Path.cwd()
    os.chdir(BROKEN)
    try:
        gates_of(plan_sweep(SweepRequest(name)), ())
    except InputError as error:
        return str(error) + "\n"
    finally:
        os.chdir(before)
    return ""


if __name__ == "__main__":
    for file in sorted(BROKEN.glob("*.yaml")):
        file.with_suffix(".txt").write_text(message_of(file.name), encoding="utf-8")
