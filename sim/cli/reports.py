"""Reports of gates: on the terminal, in the exit code, and in files that continuous integration shows.

`--summary` is Markdown, as GitHub Actions shows it on the page of a job; `--junit` is read as tests, one case per gate.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.terminal import BROKEN, DONE, UNMET, answer
from sim.cli.text import wrapped
from sim.errors import InputError, visible
from sim.results.files import sentences, write_whole
from sim.results.targets import problem_of_target

if TYPE_CHECKING:
    from sim.analysis.judging import Judged

_VERDICTS = {"holds": "holds", "fails": "DOES NOT HOLD", "open": "OPEN"}
_CODES = {"holds": DONE, "fails": UNMET, "open": BROKEN}
_REPORTED = 20
_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Variable with the file that GitHub Actions shows; every step of a job appends to it."""
MOST_BYTES = 1_000_000
"""GitHub drops a summary above 1,024 kB as a whole."""
_ROWS = 200
_SIGNS = {"holds": "✅ holds", "fails": "❌ does not hold", "open": "⚠️ open"}
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~@&-])")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Section:
    """One scenario, comparison or sweep: its title, the command that repeats it, its answer, and its gates."""

    title: str
    command: str
    text: str
    judged: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True)
class Reports:
    """The files requested with --summary and --junit."""

    summary: Path | None
    junit: Path | None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Reports:
        """Returns those of a command; raises `InputError` before anything runs if one can't be written."""
        found = cls(options.get("summary"), options.get("junit"))
        named = (("--summary", found.summary), ("--junit", found.junit))
        looked_at = [
            problem_of_target(name, path) for name, path in named
            if path is not None and not (_is_step_summary(path) and path.exists() and not path.is_dir())
        ]  # fmt: skip
        if problems := [problem for problem in looked_at if problem is not None]:
            raise InputError(problems)
        return found

    @property
    def wanted(self) -> bool:
        """Whether any file was requested."""
        return self.summary is not None or self.junit is not None

    def write(self, sections: Sequence[Section]) -> None:
        """Writes the files requested. Raises `ResultsError`."""
        if self.summary is not None:
            with sentences(f"{self.summary} can't be written"):
                self._summary(self.summary, markdown(sections))
        if self.junit is not None:
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
    """Returns whether a file is the one that all steps of a job append to."""
    reported = os.environ.get(_STEP_SUMMARY)
    return bool(reported) and Path(str(reported)).absolute() == path.absolute()


def report_judged(judged: Sequence[Judged]) -> None:
    """Prints a line or two for each gate; beyond 20, counts the rest."""
    worst = worst_first(judged)
    for one in worst[:_REPORTED]:
        answer("\n".join(wrapped(f"{_VERDICTS[one.verdict]}: {one.text} ({one.sentence})")))
    if len(worst) > _REPORTED:
        left = worst[_REPORTED:]
        bad = sum(one.verdict != "holds" for one in left)
        answer(f"… and {len(left):,} more" + (f", of which {bad:,} do not hold" if bad else " that hold"))


def worst_first(judged: Iterable[Judged]) -> list[Judged]:
    """Returns the gates that do not hold first, otherwise in the given order."""
    return sorted(judged, key=lambda one: ("fails", "open", "holds").index(one.verdict))


def plain_judged(judged: Iterable[Judged]) -> list[dict[str, str]]:
    """Returns verdicts as plain data for JSON."""
    return [{"gate": one.text, "verdict": one.verdict, "values": one.values, "decides": one.decides} for one in judged]


def codes_of(judged: Iterable[Judged]) -> Iterator[int]:
    """Returns the exit code of each verdict."""
    return (_CODES[one.verdict] for one in judged)


# Markdown


def markdown(sections: Sequence[Section]) -> bytes:
    """Returns the sections as Markdown in UTF-8, cut below 1 MB with a note of what was cut."""
    room = MOST_BYTES // max(len(sections), 1)
    return b"".join(_cut(section, room) for section in sections)


def _cut(section: Section, room: int) -> bytes:
    whole = _section(section, section.text, _ROWS)
    if len(whole) <= room:
        return whole
    lines = section.text.splitlines()
    least, most = 0, len(lines)
    while least < most:  # the longest beginning that fits
        middle = (least + most + 1) // 2
        if len(_section(section, _beginning(lines, middle), _ROWS)) <= room:
            least = middle
        else:
            most = middle - 1
    cut = _section(section, _beginning(lines, least), _ROWS)
    return cut if len(cut) <= room else _section(section, "cut: the answer is too long", 5)[:room]


def _beginning(lines: Sequence[str], count: int) -> str:
    kept = [line[:1000] for line in lines[:count]]
    return "\n".join([*kept, f"… cut: {len(lines) - count:,} of {len(lines):,} lines"])


def _section(section: Section, text: str, rows: int) -> bytes:
    lines = [f"## {escaped(section.title)}", "", *_gates(section.judged, rows), *_fenced(text), "", "Repeat with:", "",
             *_fenced(section.command), ""]  # fmt: skip
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _gates(judged: Sequence[Judged], rows: int) -> Iterator[str]:
    """Yields a table of the gates, the worst first."""
    if not judged:
        return
    order = ("fails", "open", "holds")
    ranked = sorted(judged, key=lambda one: order.index(one.verdict))
    holding = sum(one.verdict == "holds" for one in judged)
    yield f"**{holding:,} of {len(judged):,} hold.**"
    yield ""
    yield "| | gate | values |"
    yield "| --- | --- | --- |"
    for one in ranked[:rows]:
        yield f"| {_SIGNS[one.verdict]} | {escaped(one.text)} | {escaped(one.sentence)} |"
    yield ""
    if len(ranked) > rows:
        yield f"… cut: {len(ranked) - rows:,} more rows."
        yield ""


def escaped(text: str) -> str:
    """Returns a user's text on one line, with the markup of Markdown and HTML escaped."""
    flat = visible(" ".join(text.split()))[:2000]
    return _MARKUP.sub(lambda sign: f"&#{ord(sign.group())};", flat)


def _fenced(text: str) -> list[str]:
    """Returns a text unchanged, in a fence longer than any in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", visible(text, keep="\n"), fence]


# JUnit XML


def junit_xml(sections: Sequence[Section]) -> bytes:
    """Returns one suite per section and one case per gate: `failure` if it does not hold, `error` if it is open."""
    from xml.etree import ElementTree as Xml  # nosec B405 - imported on demand; written, never read

    top = Xml.Element("testsuites", name="drawdown")
    for section in sections:
        bad, unsure = (sum(one.verdict == kind for one in section.judged) for kind in ("fails", "open"))
        suite = Xml.SubElement(
            top, "testsuite", name=_clean(section.title), tests=str(len(section.judged)), failures=str(bad),
            errors=str(unsure), skipped="0",
        )  # fmt: skip
        for one in section.judged:
            case = Xml.SubElement(suite, "testcase", classname=_clean(section.title), name=_clean(one.text))
            said = _clean(one.sentence)
            if one.verdict == "holds":
                Xml.SubElement(case, "system-out").text = said
            else:
                kind = "failure" if one.verdict == "fails" else "error"
                Xml.SubElement(case, kind, message=said, type=one.verdict).text = f"{_clean(one.text)}: {said}"
    Xml.indent(top)
    found: bytes = Xml.tostring(top, encoding="utf-8", xml_declaration=True)
    return found + b"\n"


def _clean(text: str) -> str:
    """Replaces characters that XML forbids."""
    return _FORBIDDEN.sub("\ufffd", visible(text, keep="\n"))
