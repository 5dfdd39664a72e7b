"""Moves the snippets of planted faults along with a change of the code: `python scripts/move_faults.py REV`.

A fault of `scripts/planted` names a snippet of a file and what is planted in its place. Where a change since the
revision REV has rewritten the lines of a snippet, or moved its file, this finds the snippet as it was at REV, follows
its lines and their tokens to where they are now, and merges the change into what is planted. What cannot be followed
without doubt is reported for a hand to mend; the exit code is then 1. With `--check` nothing is written.
"""

from __future__ import annotations

import re
import subprocess  # nosec B404  # git, asked without a shell
import sys
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from field import ROOT
from planting import TABLE, Fault, table

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


class NotFollowedError(Exception):
    """A snippet that cannot be followed, with the reason."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A fault as it is in the table, and as it should be."""

    fault: Fault
    file: str
    old: str
    new: str


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    command = ["git", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # nosec B603  # as above


def at_revision(revision: str, path: str) -> str:
    """The text of a file of the repository at a revision; raises `NotFollowedError` where it was not there."""
    said = _git("show", f"{revision}:{path}")
    if said.returncode:
        raise NotFollowedError(f"{path} is not in {revision}")
    return said.stdout


def renamed_since(revision: str) -> dict[str, str]:
    """Files below `sim` that were renamed since a revision, old name to new, as git sees it."""
    said = _git("diff", "-M50", "--diff-filter=R", "--name-status", revision, "--", "sim")
    if said.returncode:
        raise click.ClickException(said.stderr.strip())
    rows = [line.split("\t") for line in said.stdout.splitlines()]
    return {old.removeprefix("sim/"): new.removeprefix("sim/") for _, old, new in rows}


def follow(fault: Fault, before: str, after: str) -> tuple[str, str]:
    """Snippet and planted text as they should be in a file that was rewritten from `before` to `after`.

    Raises `NotFollowedError` where that is not certain.
    """
    if before.count(fault.old) != 1:
        raise NotFollowedError("the snippet was not there once before the change either")
    begin = before.index(fault.old)
    old_lines, new_lines = _around(before, after, begin, begin + len(fault.old))
    old = _within(*old_lines, new_lines)
    if not old.strip() or after.count(old) != 1:
        raise NotFollowedError(f"it would be {after.count(old)} times in the file: {old!r}")
    new = _merged(fault.old, fault.new, old)
    if new == old:
        raise NotFollowedError("the change has planted it, or taken away what is planted")
    return old, new


def _around(before: str, after: str, begin: int, end: int) -> tuple[tuple[str, int, int], str]:
    """The lines of a snippet before, with its ends in them, and the lines that they have become."""
    was, now = before.splitlines(keepends=True), after.splitlines(keepends=True)
    first, last = before.count("\n", 0, begin), before.count("\n", 0, end)
    matched = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    touched = [(i1, i2, j1, j2) for _, i1, i2, j1, j2 in matched if i1 <= last and i2 > first]
    from_line, to_line = min(each[0] for each in touched), max(each[1] for each in touched)
    changed = [each for each in touched if was[each[0] : each[1]] != now[each[2] : each[3]]] or touched
    # of lines that are the same, no more than those of the snippet
    from_line = max(from_line, min(first, changed[0][0]))
    to_line = min(to_line, max(last + 1, changed[-1][1]))
    start = sum(map(len, was[:from_line]))
    new_from = touched[0][2] + (from_line - touched[0][0] if touched[0] not in changed else 0)
    new_to = touched[-1][3] - (touched[-1][1] - to_line if touched[-1] not in changed else 0)
    return ("".join(was[from_line:to_line]), begin - start, end - start), "".join(now[new_from:new_to])


def _within(lines: str, begin: int, end: int, new_lines: str) -> str:
    """What a stretch of some lines has become in new lines, token by token."""
    was, now = _TOKEN.findall(lines), _TOKEN.findall(new_lines)
    ends = [0]
    for token in was:
        ends.append(ends[-1] + len(token))
    first = max(i for i, at in enumerate(ends) if at <= begin)
    last = min(i for i, at in enumerate(ends) if at >= end)
    matched = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    start = next(j1 + (first - i1 if tag == "equal" else 0) for tag, i1, i2, j1, _ in matched if i1 <= first < i2)
    stop = next(j1 + (last - i1) if tag == "equal" else j2 for tag, i1, i2, j1, j2 in matched if i1 < last <= i2)
    return "".join(now[start:stop])


def _merged(base: str, planted: str, moved: str) -> str:
    """What is planted, with the change from `base` to `moved` made in it too."""
    with TemporaryDirectory() as folder:
        files = []
        for name, text in (("planted", planted), ("base", base), ("moved", moved)):
            file = Path(folder) / name
            tokens = [ascii(token) for token in _TOKEN.findall(text)]
            file.write_text("".join(f"{token}\n" for token in tokens), encoding="utf-8")
            files.append(str(file))
        said = _git("merge-file", "-p", *files)
    if said.returncode:
        raise NotFollowedError(f"what is planted and the change meet in the same words; the snippet is now {moved!r}")
    return "".join(line[1:-1].encode().decode("unicode_escape") for line in said.stdout.splitlines())


def written(page: str, fault: Fault, file: str, old: str, new: str) -> str:
    """A page of the table with one fault moved."""
    head = re.escape(f'["{fault.name}"]')
    row = re.search(rf"^{head}\n.*?(?=^\[|\Z)", page, re.MULTILINE | re.DOTALL)
    assert row is not None, fault.name
    said = f'["{fault.name}"]\nfile = "{file}"\nold = {_quoted(old)}\nnew = {_quoted(new)}\n'
    return f"{page[: row.start()]}{said}{_gap(row[0])}{page[row.end() :]}"


def _gap(row: str) -> str:
    return "\n" * (len(row) - len(row.rstrip("\n")) - 1)


def _quoted(text: str) -> str:
    """A string of TOML that reads as it is, where that can be."""
    if "'" not in text and "\n" not in text:
        return f"'{text}'"
    if "'''" not in text and not text.startswith("\n") and not text.endswith("'"):
        return f"'''{text}'''"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def moved(revision: str) -> tuple[list[Moved], list[tuple[Fault, str]]]:
    """Faults that the change since a revision has moved, and those that cannot be followed, with the reason."""
    files, found, lost = renamed_since(revision), [], []
    for fault in table():
        file = files.get(fault.file, fault.file)
        path = ROOT / "sim" / file
        after = path.read_text(encoding="utf-8") if path.is_file() else ""
        if file == fault.file and after.count(fault.old) == 1:
            continue
        try:
            if after.count(fault.old) == 1:
                old, new = fault.old, fault.new
            else:
                old, new = follow(fault, at_revision(revision, f"sim/{fault.file}"), after)
            found.append(Moved(fault, file, old, new))
        except NotFollowedError as error:
            lost.append((fault, str(error)))
    return found, lost


@click.command()
@click.argument("revision")
@click.option("--check", is_flag=True, help="Only report; write nothing.")
def main(revision: str, check: bool) -> None:
    """Move the snippets of planted faults along with the change since REVISION."""
    found, lost = moved(revision)
    for one in found:
        click.echo(f"moved  {one.fault.part}: {one.fault.name}\n  {one.old!r}\n  {one.new!r}")
        if not check:
            page = TABLE / f"{one.fault.part}.toml"
            text = page.read_text(encoding="utf-8")
            page.write_text(written(text, one.fault, one.file, one.old, one.new), encoding="utf-8")
    for fault, why in lost:
        click.echo(f"BY HAND  {fault.part}: {fault.name} (sim/{fault.file}): {why}\n  {fault.old!r}\n  {fault.new!r}")
    click.echo(f"{len(found)} moved, {len(lost)} to be mended by hand")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
