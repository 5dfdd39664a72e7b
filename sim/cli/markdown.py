"""A summary in Markdown, as GitHub Actions shows it on the page of a job: what must hold first, then the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import visible

if TYPE_CHECKING:
    from sim.analysis.judging import Judged

MOST_BYTES = 1_000_000
"""GitHub drops a summary above 1,024 kB as a whole."""
_ROWS = 200
_SIGNS = {"holds": "✅ holds", "fails": "❌ does not hold", "open": "⚠️ open"}
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~@&-])")


@dataclass(frozen=True, slots=True)
class Section:
    """One scenario, comparison or sweep: its title, the command that repeats it, its answer, and what must hold."""

    title: str
    command: str
    text: str
    judged: tuple[Judged, ...] = ()


def markdown(sections: Sequence[Section]) -> bytes:
    """The sections as Markdown in UTF-8, cut below 1 MB with a note of what was cut."""
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
    return cut if len(cut) <= room else _section(section, "cut: there is no room for the answer", 5)[:room]


def _beginning(lines: Sequence[str], count: int) -> str:
    kept = [line[:1000] for line in lines[:count]]
    return "\n".join([*kept, f"… cut: {len(lines) - count:,} of {len(lines):,} lines"])


def _section(section: Section, text: str, rows: int) -> bytes:
    lines = [f"## {escaped(section.title)}", "", *_gates(section.judged, rows), *_fenced(text), "", "Repeat with:", "",
             *_fenced(section.command), ""]  # fmt: skip
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _gates(judged: Sequence[Judged], rows: int) -> Iterator[str]:
    """A table of what must hold, the worst first."""
    if not judged:
        return
    order = ("fails", "open", "holds")
    ranked = sorted(judged, key=lambda one: order.index(one.verdict))
    holding = sum(one.verdict == "holds" for one in judged)
    yield f"**{holding:,} of {len(judged):,} hold.**"
    yield ""
    yield "| | what must hold | figures |"
    yield "| --- | --- | --- |"
    for one in ranked[:rows]:
        yield f"| {_SIGNS[one.verdict]} | {escaped(one.text)} | {escaped(one.sentence)} |"
    yield ""
    if len(ranked) > rows:
        yield f"… cut: {len(ranked) - rows:,} more rows."
        yield ""


def escaped(text: str) -> str:
    """A text of a user's on one line, without meaning in Markdown or HTML."""
    flat = visible(" ".join(text.split()))[:2000]
    return _MARKUP.sub(lambda sign: f"&#{ord(sign.group())};", flat)


def _fenced(text: str) -> list[str]:
    """A text as it is, in a fence longer than any in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", visible(text, keep="\n"), fence]
