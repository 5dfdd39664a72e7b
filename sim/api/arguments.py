"""Arguments of the calls: their limits and forms, and messages that name them as Python does.

Messages of the layers below name options of the command line (`--max-replications`). A caller from Python reads the
name of the argument instead (`max_replications`).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem, ResultsError
from sim.experiment.limits import MOST_REPLICATIONS, MOST_SEED, MOST_WORKERS

if TYPE_CHECKING:
    from sim.experiment.backend import Backend
    from sim.scenario.door import Loaded

File = str | PathLike[str]
UNLIMITED = float("inf")

Sets = Sequence[str] | Mapping[str, Any]
"""Changes of a scenario: texts such as `places.tessalit.crews.count=8`, or values by dotted path."""

_ARGUMENTS = {
    "--set": "sets", "--without": "without", "--strict": "strict", "--seed": "seed", "--of": "of", "--best": "best",
    "--replications": "replications", "--replication": "replication", "--precision": "precision", "--lot": "lot",
    "--max-replications": "max_replications", "--guarantee": "guarantee", "--workers": "workers", "--cut": "cut",
    "--scheduler": "scheduler", "--out": "out", "--force": "force=True", "--waterfall": "waterfall=True",
    "--no-waterfall": "waterfall=False", "--sampling": "sampling", "--smallest": "smallest", "--fit": "fit",
    "--no-fit": "no_fit", "--indifference": "indifference", "--confidence": "confidence", "--first": "first",
    "--sources": "unsourced", "--by": "by", "--exact": "exact=True", "--vary": "vary", "--shift": "shift",
    "--with": "variants", "--with-set": "variants",
}  # fmt: skip
"""Options as messages name them, and the argument of each in Python."""
_OPTION = re.compile(rf"(?<![\w`-])({'|'.join(sorted(_ARGUMENTS, key=len, reverse=True))})(?: (\d+))?(?![\w`-])")
_COMMAND = re.compile(r"`drawdown (run|compare|sweep|select|why|backtest|trace|check)`")
_SEVERAL = "A B"
_FORMS = 'a list such as ["a.b=3"], or a mapping such as {"a.b": 3}'


@contextmanager
def in_python(several: str = "") -> Iterator[None]:
    """Around a call: errors name arguments and calls, not options and commands. Use it as a decorator.

    `several` is the argument that takes what the command line writes as `A B`.
    """
    try:
        yield
    except InputError as error:
        error.problems = [reworded(one, several) for one in error.problems]
        error.args = ("\n".join(map(str, error.problems)),)
        raise
    except ResultsError as error:
        error.args = (_prose(str(error)),)
        raise


def reworded(problem: Problem, several: str = "") -> Problem:
    """Rewords a problem with arguments instead of options; the user's own text is unchanged."""
    path = several if several and problem.path == _SEVERAL else _ARGUMENTS.get(problem.path, problem.path)
    return replace(
        problem,
        path=path.partition("=")[0] if problem.path in _ARGUMENTS else path,
        file=None if problem.file is None else _ARGUMENTS.get(problem.file, problem.file),
        wrong=_prose(problem.wrong),
        allowed=None if problem.allowed is None else _prose(problem.allowed),
    )


def _prose(text: str) -> str:
    text = _OPTION.sub(lambda found: f"`{_ARGUMENTS[found[1]]}{f'={found[2]}' if found[2] else ''}`", text)
    return _COMMAND.sub(r"`sim.\1`", text).replace("the same command", "the same call")


def texts_of(sets: Sets) -> tuple[str, ...]:
    """Returns changes as texts such as `places.tessalit.crews.count=8`; raises `InputError` for any other form."""
    from sim.scenario.patch import text_of_change

    if isinstance(sets, Mapping):
        return tuple(text_of_change(path, value) for path, value in sets.items())
    return texts("sets", sets, _FORMS)


def texts(name: str, given: Sequence[str], forms: str = "a list of texts") -> tuple[str, ...]:
    """Returns several texts of an argument; raises `InputError` for a single text, and for other types."""
    if isinstance(given, str) or not all(isinstance(one, str) for one in given):
        raise InputError([Problem(name, "this is not a list of texts", repr(given)[:80], forms)])
    return tuple(given)


def check_numbers(replications: int | None = None, seed: int | None = None, workers: int | None = None) -> None:
    """Raises `InputError` if one of them is not a whole number within its limits."""
    check_within(
        replications=(replications, 1, MOST_REPLICATIONS), seed=(seed, 0, MOST_SEED),
        workers=(workers, 1, MOST_WORKERS),
    )  # fmt: skip


def check_within(**limits: tuple[int | None, int, int]) -> None:
    """Raises `InputError` for each argument that is not a whole number within its limits; `None` is allowed."""
    problems = [
        Problem(name, "out of range", repr(value)[:80], f"a whole number from {least:,} to {most:,}")
        for name, (value, least, most) in limits.items()
        if value is not None and not (isinstance(value, int) and least <= value <= most)
    ]
    if problems:
        raise InputError(problems)


def check_between(**limits: tuple[float, float, float]) -> None:
    """Raises `InputError` for each argument that is not a number between its limits, both exclusive."""
    problems = [
        Problem(name, "out of range", repr(value)[:80], f"above {above:g}" + ("" if below == float("inf") else
                f" and below {below:g}"))
        for name, (value, above, below) in limits.items()
        if not (isinstance(value, int | float) and above < value < below)
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def scenario_of(scenario: Loaded | File, sets: tuple[str, ...]) -> tuple[str, Loaded]:
    """Returns the file of a scenario as named in tables, and the scenario."""
    from sim.scenario import door

    if isinstance(scenario, str | PathLike):
        return fspath(scenario), door.load(fspath(scenario), sets)
    if not isinstance(scenario, door.Loaded):
        allowed = "a file, or the result of sim.load"
        raise InputError([Problem("scenario", "not a scenario", f"a {type(scenario).__name__}", allowed)])
    if sets:
        raise InputError([Problem("sets", "a loaded scenario has its changes; give them to load")])
    return (scenario.files[-1][0] if scenario.files else scenario.scenario.name), scenario


@dataclass(frozen=True)
class Common:
    """Arguments of all calls that run a study: changes, causes removed, backend and folder.

    `own` is a temporary folder that is removed with the result, if no folder was given.
    """

    changes: tuple[str, ...]
    without: tuple[str, ...]
    backend: Backend
    folder: Path
    own: tempfile.TemporaryDirectory[str] | None


def common(
    noun: str, replications: int | None, seed: int | None, sets: Sets, without: Sequence[str], workers: int | None,
    scheduler: str | None, out: File | None,
) -> Common:  # fmt: skip
    """Checks and returns the arguments that all calls take; raises `InputError`."""
    from sim.experiment.backend import backend_at

    check_numbers(replications, seed, workers)
    backend, changes, off = backend_at(workers, scheduler), texts_of(sets), texts("without", without)
    own = None if out is not None else tempfile.TemporaryDirectory(prefix="drawdown-")
    return Common(changes, off, backend, Path(own.name) / noun if own is not None else Path(out or ""), own)
