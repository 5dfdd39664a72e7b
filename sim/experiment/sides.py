"""Sides of a comparison: scenario files and results folders, opened and given distinct names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem, ResultsError
from sim.results.comparison_folder import COMPARISON, check_side
from sim.results.finished import Results, read_results
from sim.results.folder import manifest_in
from sim.results.pairing import Side
from sim.results.untrusted import as_written
from sim.scenario.door import Loaded, load, load_given
from sim.scenario.reading import STDIN, STDIN_SHOWN, stem_of
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Opened:
    """A loaded scenario or results that were read, with the path that was given.

    `variant` is the name of a side that is changes of a scenario, `sets` are the changes, `option` says them.
    """

    file: str
    loaded: Loaded | None = None
    results: Results | None = None
    variant: str | None = None
    sets: tuple[str, ...] = ()
    option: tuple[str, str] | None = None

    @property
    def stem(self) -> str:
        """The name of the file without folders and suffix, or the name of the folder."""
        if self.variant is not None:
            return self.variant
        return stem_of(self.file) if self.results is None else self.results.folder.resolve().name

    @property
    def data(self) -> dict[str, Any]:
        """The scenario as resolved."""
        if self.loaded is not None:
            return self.loaded.data
        assert self.results is not None, "one of the two was opened"
        found: dict[str, Any] = self.results.manifest["scenario"]
        return found


def open_sides(
    given: Sequence[str], sets: Sequence[str] = (), strict: bool = False, content: bytes | None = None
) -> tuple[Opened, ...]:
    """Opens files and folders and applies changes to the files; raises `InputError` with all problems of all.

    `content` is the content of standard input, if one of those given is `-`.
    """
    opened, problems = [], []
    for file in given:
        try:
            if file == STDIN and content is not None:
                opened.append(Opened(file, load_given(content, STDIN_SHOWN, sets, strict)))
            else:
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
        if manifest_in(Path(file), COMPARISON) is not None:
            raise InputError([Problem(file, "this is a comparison; give the results or scenarios that it compares")])
        with as_written(file):
            found = read_results(file)
            check_side(Side(file, found))
            Scenario.read(found.manifest["scenario"])
    except ResultsError as error:
        raise InputError([Problem(file, str(error))]) from None
    return Opened(file, results=found)


def names_of(sides: Sequence[Opened]) -> list[tuple[str, Opened]]:
    """Returns sides with distinct names: the stem, with as many parent folders as make it distinct.

    If the same file or folder is given again, its name ends with a number.
    """
    ways = [_way(side) for side in sides]
    names = [way[-1] for way in ways]
    for length in range(2, max(map(len, ways), default=0) + 1):
        twice = {name for name in names if names.count(name) > 1}
        names = ["/".join(way[-length:]) if name in twice else name for way, name in zip(ways, names, strict=True)]
    named: dict[str, Opened] = {}
    for name, side in zip(names, sides, strict=True):
        numbered = (f"{name}-{number}" for number in range(2, 2 * len(sides) + 2))
        named[next(one for one in numbered if one not in {*names, *named}) if name in named else name] = side
    return list(named.items())


def _way(side: Opened) -> tuple[str, ...]:
    """Folders in the given path of a side, and its stem last."""
    if side.variant is not None:
        return (side.variant,)
    path = Path(side.file) if side.results is None else side.results.folder
    if side.results is not None and path.name != side.stem:
        path = path.resolve()
    return (*(part.strip("/") for part in path.parts[:-1]), side.stem)
