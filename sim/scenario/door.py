"""Loading of scenario files: returns a valid scenario, or raises one error with all problems of the file.

>>> loaded = load("scenarios/tessalit.yaml", sets=["places.tessalit.crews.count=8"])
>>> loaded.scenario.time.deadline_s
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from os import fspath
from pathlib import Path as FilePath
from typing import Any

from sim.errors import InputError, Problem, visible
from sim.scenario.document import MOST_DEPTH, MOST_VALUES, Draft, Spot
from sim.scenario.extending import read_chain
from sim.scenario.form import examine
from sim.scenario.look_alikes import look_alikes
from sim.scenario.merging import covering, merge
from sim.scenario.parameters import parameters
from sim.scenario.patch import patched
from sim.scenario.paths import Path, dotted, parsed
from sim.scenario.plan import Source
from sim.scenario.rules import never_of, problems_of_rules, warnings_of
from sim.scenario.scenario import Scenario
from sim.scenario.signs import name_problem, text_problem

_NO_SOURCE = "none"
_SHOWN = 80


@dataclass(frozen=True, repr=False)
class Loaded:
    """A valid scenario, and what it was read from.

    `data` is the plain data after `extends` and changes; `files` names each file of the chain relative to the
    scenario folder with the SHA-256 of its bytes, the lowest first;
    `spots` leads from paths to file and line; `never` are the warnings about plans that cannot work.
    """

    scenario: Scenario
    data: dict[str, Any]
    files: tuple[tuple[str, str], ...]
    warnings: tuple[Problem, ...]
    spots: Mapping[Path, Spot]
    never: tuple[Problem, ...] = ()

    @property
    def sources(self) -> dict[str, Source]:
        """Sources of values by dotted path; a value that was changed without a source is `assumed`."""
        return self.scenario.sources

    def __repr__(self) -> str:
        """One short line for a notebook: all of a scenario would be too long."""
        name = visible(" ".join(self.scenario.name.split()))
        reported = f"{len(self.scenario.places)} places" + f", {len(self.warnings)} warnings" * bool(self.warnings)
        return f"Loaded: {name if len(name) <= _SHOWN else name[: _SHOWN - 1] + '…'} ({reported})"


def load(path: str | FilePath, sets: Sequence[str] = (), strict: bool = False) -> Loaded:
    """The scenario of a file, with changes such as `places.tessalit.crews.count=8` applied.

    Raises `InputError` with every problem of the file and of the changes; with `strict`, also with warnings.
    """
    return load_draft(read_chain(fspath(path)), sets, strict)


def load_given(content: bytes, shown_as: str, sets: Sequence[str] = (), strict: bool = False) -> Loaded:
    """The scenario in bytes that were read already, as of a file in the current folder; raises `InputError`."""
    return load_draft(read_chain(shown_as, content), sets, strict)


def load_draft(draft: Draft, sets: Sequence[str] = (), strict: bool = False) -> Loaded:
    """The scenario of a draft (`read_chain`); the draft is not modified, so that it can serve many changes."""
    return _checked(_changed(draft, sets), strict)


def scenario_of(draft: Draft, sets: Sequence[str] = ()) -> Scenario:
    """The scenario of a draft with changes, without the search for warnings; raises `InputError`."""
    return _scenario(_changed(draft, sets))


def load_data(data: Mapping[str, Any], sets: Sequence[str] = (), strict: bool = False) -> Loaded:
    """The scenario of plain data, as a file would hold it; raises `InputError`."""
    draft = Draft({}, {})
    read = _plain(data, (), draft, [MOST_VALUES])
    if not isinstance(read, dict):
        raise InputError("a scenario is a map of sections")
    if "extends" in read:
        raise InputError([Problem("extends", "only a file can extend another")])
    draft.data = read
    return _checked(patched(merge(Draft({}, {}), draft, "data"), tuple(sets)), strict)


def unsourced(loaded: Loaded) -> list[Problem]:
    """Values of the file that no entry of `sources:` covers, in the order of the file."""
    entries = _entries(loaded)
    draft = Draft(loaded.data, dict(loaded.spots))
    return [
        draft.problem(path, "this value has no source")
        for path in parameters(loaded.data)
        if covering(path, entries) is None
    ]


def tally(loaded: Loaded) -> dict[str, int]:
    """The number of values from each kind of source; `none` for those without one."""
    entries = _entries(loaded)
    counts = Counter(_kind(covering(path, entries), entries) for path in parameters(loaded.data))
    return {kind: counts[kind] for kind in ("document", "report", "derived", "assumed", _NO_SOURCE)}


def _kind(entry: Path | None, entries: dict[Path, Source]) -> str:
    return _NO_SOURCE if entry is None else entries[entry].kind


def _entries(loaded: Loaded) -> dict[Path, Source]:
    return {parsed(key): source for key, source in loaded.sources.items()}


def _changed(draft: Draft, sets: Sequence[str]) -> Draft:
    return patched(Draft(draft.data, draft.spots, list(draft.problems), set(draft.spoiled), draft.files), tuple(sets))


def _scenario(draft: Draft) -> Scenario:
    """The scenario of a draft whose problems may grow; raises `InputError` with all of them."""
    draft.problems.extend(look_alikes(draft))
    scenario, _, left_out = examine(draft)
    draft.problems.extend(problems_of_rules(scenario, draft, left_out))
    if draft.problems or scenario is None:
        raise InputError(_in_order(draft.problems) or [Problem("", "not a scenario")])
    return scenario


def _checked(draft: Draft, strict: bool) -> Loaded:
    scenario = _scenario(draft)
    never = never_of(scenario, draft)
    warnings = _in_order([*warnings_of(scenario, draft), *never])
    if strict and warnings:
        raise InputError(warnings)
    return Loaded(scenario, draft.data, tuple(draft.files), tuple(warnings), draft.spots, tuple(never))


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Problems once each, by file and line."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.file or "", p.line or 0))


def _name(key: str, path: Path, draft: Draft) -> str:
    problem = name_problem(key)
    if problem is not None:
        draft.problems.append(draft.problem((*path, key), *problem))
    return visible(key, keep="\n\t")


def _plain(value: Any, path: Path, draft: Draft, left: list[int]) -> Any:
    """Python data as a file would hold it: text, numbers, truths, lists and maps; dates as text."""
    left[0] -= 1
    if len(path) > MOST_DEPTH or left[0] < 0:
        raise InputError(
            [Problem(dotted(path[:4]), "this data is nested too deeply, contains itself, or is too large")]
        )
    if isinstance(value, Mapping):
        return {
            _name(str(key), path, draft): _plain(held, (*path, str(key)), draft, left) for key, held in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(held, (*path, str(index)), draft, left) for index, held in enumerate(value)]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        draft.problems.append(draft.problem(path, "this is not a finite number", repr(value), "a finite number"))
        draft.spoiled.add(path)
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        problem = text_problem(value)
        if problem is not None:
            draft.problems.append(draft.problem(path, *problem))
        return visible(value, keep="\n\t")
    raise InputError([Problem(dotted(path), f"a scenario file cannot hold a {type(value).__name__}")])
