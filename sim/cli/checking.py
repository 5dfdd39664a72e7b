"""What must hold, told: on the terminal, in the exit code, and in the files that continuous integration shows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.codes import BROKEN, DONE, UNMET
from sim.cli.markdown import Section, markdown
from sim.cli.say import answer
from sim.cli.words import wrapped
from sim.errors import InputError, ResultsError
from sim.results.files import sentences, write_whole
from sim.results.targets import problem_of_target

if TYPE_CHECKING:
    from sim.analysis.judging import Judged

_VERDICTS = {"holds": "holds", "fails": "DOES NOT HOLD", "open": "OPEN"}
_CODES = {"holds": DONE, "fails": UNMET, "open": BROKEN}
_SHOWN = 20
_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Where GitHub Actions says which file it shows; every step of a job appends to it."""


@dataclass(frozen=True, slots=True)
class Reports:
    """Files that were asked for with --summary and --junit."""

    summary: Path | None
    junit: Path | None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Reports:
        """Those of a command; raises `InputError` where one can't be written, before anything is played."""
        found = cls(options["summary"], options["junit"])
        named = (("--summary", found.summary), ("--junit", found.junit))
        looked_at = [
            problem_of_target(name, path) for name, path in named
            if path is not None and not (_is_step_summary(path) and path.exists() and not path.is_dir())
        ]  # fmt: skip
        if problems := [problem for problem in looked_at if problem is not None]:
            raise InputError(problems)
        return found

    def write(self, sections: Sequence[Section]) -> None:
        """Writes what was asked for. Raises `ResultsError`."""
        if self.summary is not None:
            with sentences(f"{self.summary} can't be written"):
                self._summary(self.summary, markdown(sections))
        if self.junit is not None:
            from sim.cli.junit import junit_xml  # noqa: PLC0415 - only where it is asked for

            with sentences(f"{self.junit} can't be written"):
                write_whole(self.junit, junit_xml(sections))

    @staticmethod
    def _summary(path: Path, content: bytes) -> None:
        if _is_step_summary(path):
            with path.open("ab") as stream:
                stream.write(content)
        else:
            write_whole(path, content)


def _is_step_summary(path: Path) -> bool:
    """Whether a file is the one that all steps of a job append to."""
    told = os.environ.get(_STEP_SUMMARY)
    return bool(told) and Path(str(told)).absolute() == path.absolute()


def try_writing(reports: Reports, sections: Sequence[Section]) -> ResultsError | None:
    """Writes the files; what goes wrong is told after the answer."""
    try:
        reports.write(sections)
    except ResultsError as error:
        return error
    return None


def tell_judged(judged: Sequence[Judged]) -> None:
    """A line or two for each; of very many, those that hold are counted."""
    worst = worst_first(judged)
    for one in worst[:_SHOWN]:
        answer("\n".join(wrapped(f"{_VERDICTS[one.verdict]}: {one.text} ({one.sentence})")))
    if len(worst) > _SHOWN:
        left = worst[_SHOWN:]
        bad = sum(one.verdict != "holds" for one in left)
        answer(f"… and {len(left):,} more" + (f", of which {bad:,} do not hold" if bad else " that hold"))


def worst_first(judged: Iterable[Judged]) -> list[Judged]:
    """What does not hold first, in the order given else."""
    return sorted(judged, key=lambda one: ("fails", "open", "holds").index(one.verdict))


def plain_judged(judged: Iterable[Judged]) -> list[dict[str, str]]:
    """Verdicts as JSON holds them."""
    return [
        {"gate": one.text, "verdict": one.verdict, "figures": one.figures, "decides": one.decides} for one in judged
    ]


def codes_of(judged: Iterable[Judged]) -> Iterator[int]:
    """The exit code of each verdict."""
    return (_CODES[one.verdict] for one in judged)
