"""What a comparison is given: scenario files and results folders, opened and named apart."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem, ResultsError
from sim.results.compared import check_side
from sim.results.comparison import comparison_in
from sim.results.pairing import Side
from sim.results.reading import Results, read_results
from sim.results.strangers import as_written
from sim.scenario.door import Loaded, load


@dataclass(frozen=True)
class Opened:
    """A scenario that was loaded or results that were read, and the path they were given by."""

    file: str
    loaded: Loaded | None = None
    results: Results | None = None

    @property
    def stem(self) -> str:
        """The name without folders and ending: of a folder, its name."""
        return Path(self.file).stem if self.results is None else self.results.folder.resolve().name

    @property
    def data(self) -> dict[str, Any]:
        """The scenario as resolved."""
        if self.loaded is not None:
            return self.loaded.data
        assert self.results is not None, "one of the two was opened"
        found: dict[str, Any] = self.results.manifest["scenario"]
        return found


def open_sides(given: Sequence[str], sets: Sequence[str] = (), strict: bool = False) -> tuple[Opened, ...]:
    """Files and folders opened, changes laid over the files; raises `InputError` with all problems of all."""
    opened, problems = [], []
    for file in given:
        try:
            opened.append(_opened(file, sets, strict))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(opened)


def _opened(file: str, sets: Sequence[str], strict: bool) -> Opened:
    if not os.path.isdir(file):  # not `Path.is_dir`, which raises for a name that no disk takes
        return Opened(file, load(file, sets, strict))
    try:
        if comparison_in(Path(file)) is not None:
            raise InputError([Problem(file, "this is a comparison; give the results or scenarios that it is of")])
        with as_written(file):
            found = read_results(file)
            check_side(Side(file, found))
    except ResultsError as error:
        raise InputError([Problem(file, str(error))]) from None
    return Opened(file, results=found)


def names_of(sides: Sequence[Opened]) -> list[tuple[str, Opened]]:
    """Sides with a name each: its stem, and a number where another has it already."""
    named: dict[str, Opened] = {}
    for side in sides:
        marks = ("", *(f"-{n}" for n in range(2, len(sides) + 2)))
        name = next(side.stem + mark for mark in marks if side.stem + mark not in named)
        named[name] = side
    return list(named.items())
