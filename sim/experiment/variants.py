"""Sides of a comparison that are changes of one scenario: `--with PATH=VALUE`, `--with-set "NAME: PATH=VALUE, ..."`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import InputError, Problem
from sim.experiment.sides import Opened
from sim.scenario.door import load, load_given
from sim.scenario.patch import ORIGIN
from sim.scenario.reading import STDIN, STDIN_SHOWN

WITH, WITH_SET = "--with", "--with-set"
_OPENS, _CLOSES, _QUOTES = "[{(", "]})", "\"'"


@dataclass(frozen=True, slots=True)
class Variant:
    """Changes of a scenario that make one side: its name, the changes, and the option that says them."""

    name: str
    sets: tuple[str, ...]
    option: tuple[str, str]


def variants_of(single: Iterable[str], named: Iterable[str] = ()) -> tuple[Variant, ...]:
    """Returns the variants in texts of both options; raises `InputError` with all their problems."""
    found: list[Variant] = []
    problems: list[Problem] = []
    for text in single:
        changes = split_changes(text)
        problems += _not_changes(WITH, text, changes)
        found.append(Variant(", ".join(changes), changes, (WITH, text)))
    for text in named:
        name, colon, rest = text.partition(":")
        changes = split_changes(rest)
        if not colon or not name.strip() or "=" in name:
            allowed = 'a name, a colon and changes, such as "more lift: a.b=3, c.d=4"'
            problems.append(Problem(WITH_SET, "this set has no name", text[:80], allowed))
            continue
        problems += _not_changes(WITH_SET, text, changes)
        found.append(Variant(name.strip(), changes, (WITH_SET, text)))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _not_changes(option: str, text: str, changes: Sequence[str]) -> list[Problem]:
    if changes and all("=" in one for one in changes):
        return []
    allowed = "PATH=VALUE, several with commas between, such as lift.trucks.contract.count=40"
    return [Problem(option, "this should be changes", text[:80], allowed)]


def split_changes(text: str) -> tuple[str, ...]:
    """Splits `a=1, b=[2, 3]` at the commas between changes: not those in brackets or quotation marks."""
    found, depth, quote = [""], 0, ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign in _OPENS:
            depth += 1
        elif sign in _CLOSES:
            depth -= 1
        if sign == "," and not depth and not quote:
            found.append("")
        else:
            found[-1] += sign
    return tuple(one.strip() for one in found if one.strip())


def open_variants(
    file: str, variants: Iterable[Variant], sets: Sequence[str] = (), strict: bool = False, content: bytes | None = None
) -> tuple[Opened, ...]:
    """Opens the variants of a scenario file, each with `sets` too; raises `InputError` with all problems of all."""
    opened, problems = [], []
    if Path(file).is_dir():
        raise InputError([Problem(WITH, f"{file} holds results, which can't be changed; give its scenario")])
    for one in variants:
        try:
            changes = (*sets, *one.sets)
            standard = file == STDIN and content is not None
            loaded = (
                load_given(content or b"", STDIN_SHOWN, changes, strict) if standard else load(file, changes, strict)
            )
        except InputError as error:
            problems += [replace(each, file=one.option[0]) if each.file == ORIGIN else each for each in error.problems]
            continue
        opened.append(Opened(file, loaded, variant=one.name, sets=one.sets, option=one.option))
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return tuple(opened)
