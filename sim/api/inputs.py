"""What a call is given: a scenario as a file or as it was loaded, and the folder it writes."""

from __future__ import annotations

import tempfile
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.scenario.door import Loaded

File = str | PathLike[str]
UNLIMITED = float("inf")


def scenario_of(scenario: Loaded | File, sets: tuple[str, ...]) -> tuple[str, Loaded]:
    """The file of a scenario as it is named in tables, and the scenario."""
    from sim.scenario import door  # noqa: PLC0415 - loads pydantic

    if isinstance(scenario, str | PathLike):
        return fspath(scenario), door.load(fspath(scenario), sets)
    if not isinstance(scenario, door.Loaded):
        allowed = "a file, or what sim.load gave"
        raise InputError([Problem("scenario", "this is no scenario", f"a {type(scenario).__name__}", allowed)])
    if sets:
        raise InputError([Problem("sets", "a loaded scenario has its changes; give them to load")])
    return (scenario.files[-1][0] if scenario.files else scenario.scenario.name), scenario


def folder_for(out: File | None, name: str) -> tuple[tempfile.TemporaryDirectory[str] | None, Path]:
    """The folder to write; where none was asked for, one that goes with the result."""
    if out is not None:
        return None, Path(out)
    own = tempfile.TemporaryDirectory(prefix="drawdown-")
    return own, Path(own.name) / name
