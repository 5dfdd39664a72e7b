"""A sweep of one line: `--vary PATH=12,18,24`, `--vary PATH=5..60 by 5`, `--shift "a, b = -14 d..+14 d"`.

What they say is written as a sweep file would say it, and read as one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from sim.errors import InputError, Problem
from sim.experiment.sweep.factors import RESERVED
from sim.experiment.sweep.scale import Scale, scale_of, text_of
from sim.experiment.variants import split_changes
from sim.scenario.alike import folded
from sim.scenario.calendar import moved_date
from sim.scenario.document import Draft, document_of, read_value
from sim.scenario.extending import chain_of
from sim.scenario.patch import patched, text_of_change
from sim.scenario.paths import dotted, parsed, value_at
from sim.scenario.reading import STDIN, as_text
from sim.scenario.shipped import Located, look_up
from sim.scenario.sweep import SweepFile, SweepForm

VARY, SHIFT = "--vary", "--shift"
MOST_LEVELS = 1000
_CHANGE = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^"=])*)=(.*)', re.DOTALL)
_RANGE = re.compile(r"(.+?)\s*\.\.\s*(.+?)(?:\s+by\s+(.+))?\s*", re.DOTALL)
_SECTIONS = ("lift", "places", "policy")
_VALUES = "values with commas between (12,18,24), or two ends and a step (5..60 by 5)"
_DAYS = "days with their sign and, if need be, a step: -14 d..+14 d by 7 d"
_DATE = "date"


def swept_scenario(path: str, vary: Sequence[str], shift: Sequence[str] = ()) -> SweepFile:
    """Returns the sweep of a scenario file that the options stand for; raises `InputError` with all problems."""
    if path == STDIN:
        raise InputError([Problem(VARY, "a scenario from standard input can't be varied; give a file")])
    found = look_up(path)
    draft = chain_of(found)
    data = draft.data
    problems: list[Problem] = []
    factors: dict[str, dict[str, Any]] = {}
    for text in vary:
        try:
            field, levels = levels_of(text, VARY)
            check_field(draft, field, levels[0], VARY)
            factors[_name(field, factors)] = {"path": field, "levels": levels}
        except InputError as error:
            problems += error.problems
    for text in shift:
        try:
            factors[f"shift-{len(factors) + 1}" if "shift" in factors else "shift"] = {"levels": _shifts(text, data)}
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    stem = FilePath(path).stem
    said = {"schema": 1, "name": f"{stem} by {', '.join(factors)}"[:300], "scenario": os.path.basename(found.path),
            "factors": factors}  # fmt: skip
    return _as_file(path, found, said, f"{stem}-by-{'-'.join(factors)}.yaml")


def check_field(draft: Draft, field: str, value: Any, option: str) -> None:
    """Raises `InputError` if neither the file nor the form of a scenario knows a field."""
    known = len(draft.problems)
    found = patched(draft, (text_of_change(field, value),)).problems[known:]
    if found:
        raise InputError([replace(one, file=option) for one in found])


def _as_file(path: str, found: Located, said: dict[str, Any], name: str) -> SweepFile:
    draft = document_of(as_text(json.dumps(said).encode(), VARY), VARY)
    beside = [os.path.join(os.path.dirname(one), name) for one in (found.path, found.shown_as)]
    form = SweepForm.model_validate(draft.data)
    own = os.path.join(os.path.dirname(path), name)
    return SweepFile(own, Located(beside[0], beside[1], found.shipped), form, draft)


def plainly(error: InputError, file: SweepFile) -> InputError:
    """The same error with the option and the field instead of the place in a file that nobody wrote."""
    paths = {name: (factor.path or SHIFT) for name, factor in file.sweep.factors.items()}

    def reworded(one: Problem) -> Problem:
        if one.file != VARY:
            return one
        name = next((name for name in paths if dotted(("factors", name)) in one.path), "")
        option = SHIFT if paths.get(name) == SHIFT else VARY
        return replace(one, file=option, line=None, path="" if paths.get(name) in (None, SHIFT) else paths[name])

    return InputError([reworded(one) for one in error.problems])


def written_sweep(file: SweepFile, to: FilePath, replications: int | None, seed: int | None) -> str:
    """Returns the sweep as the text of a file at a path; raises `InputError` if it can't name the scenario there."""
    if file.file.shipped:
        wrong = "a sweep file names a scenario of its own folder, and this one is shipped: copy it, or extend it"
        raise InputError([Problem("--write-sweep", wrong, str(file.sweep.scenario))])
    scenario = os.path.join(os.path.dirname(os.path.abspath(file.file.path)), str(file.sweep.scenario))
    said = {"schema": 1, "name": file.sweep.name, "scenario": os.path.relpath(scenario, os.path.abspath(to.parent))}
    more = {"replications": replications, "seed": seed}
    lines = [f"{key}: {_yaml(value)}" for key, value in (said | more).items() if value is not None]
    lines.append("factors:")
    for name, factor in file.draft.data["factors"].items():
        lines.append(f"  {_yaml(name)}:")
        levels = factor["levels"]
        lines += [f"    path: {_yaml(factor['path'])}"] if "path" in factor else []
        if isinstance(levels, dict):
            lines += ["    levels:", *(f"      {_yaml(level)}: {_yaml(held)}" for level, held in levels.items())]
        else:
            lines.append(f"    levels: {_yaml(levels)}")
    return "\n".join(lines) + "\n"


def _yaml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _name(field: str, taken: Iterable[str]) -> str:
    """A short name of a field that no other factor and no column has: `trucks.contract` of its count."""
    parts = parsed(field)
    short = parts[1:] if parts[0] in _SECTIONS and len(parts) > 1 else parts
    short = short[:-1] if short[-1] == "count" and len(short) > 1 else short
    name = ".".join(short)
    if name in taken or folded(name) in RESERVED:
        name = field
    if name in taken:
        raise InputError([Problem(VARY, "this field is varied twice", field)])
    return name


# levels


def levels_of(text: str, option: str) -> tuple[str, list[Any]]:
    """Returns a field, and its values as a file would hold them; raises `InputError` for a text of another form."""
    found = _CHANGE.fullmatch(text)
    if found is None or not found[2].strip():
        raise InputError([Problem(option, "this should be PATH=VALUES", text[:80], _VALUES)])
    try:
        field = dotted(parsed(found[1].strip()))
    except ValueError as error:
        raise InputError([Problem(option, str(error), found[1].strip()[:80])]) from None
    between = _RANGE.fullmatch(found[2].strip())
    if between is not None:
        return field, _stepped(field, between, option)
    levels = [_value(one, option, field) for one in split_changes(found[2])]
    if len(levels) > MOST_LEVELS:
        raise InputError(
            [Problem(option, f"{field}: too many values: {len(levels):,}", None, f"at most {MOST_LEVELS:,}")]
        )
    return field, levels


def _value(text: str, option: str, field: str) -> Any:
    read = read_value(text.strip(), option)
    if read.problems:
        raise InputError([Problem(field, p.wrong, p.got, p.allowed, p.nearest, option) for p in read.problems])
    return read.data["value"]


def _stepped(field: str, between: re.Match[str], option: str) -> list[Any]:
    """The values from one end to the other by a step, both ends included."""
    ends = [_value(one, option, field) for one in (between[1], between[2])]
    whole = all(isinstance(end, int) for end in ends)
    scale = scale_of(ends, whole)
    if scale is None:
        wrong = f"{field}: both ends should be numbers in one unit, or two dates"
        raise InputError([Problem(option, wrong, f"{text_of(ends[0])}..{text_of(ends[1])}"[:80])])
    low, high = (scale.number(end) for end in ends)
    step = _step(field, between[3], scale, option)
    count = int((high - low) / step + 1e-9) if high > low else -1
    if count < 0:
        raise InputError([Problem(option, f"{field}: the second end should be above the first", between[0][:80])])
    if count >= MOST_LEVELS:
        raise InputError(
            [Problem(option, f"{field}: too many values: {count + 1:,}", None, f"at most {MOST_LEVELS:,}")]
        )
    scale = replace(scale, whole=scale.whole and step == int(step))
    values = [scale.said(low + step * at) for at in range(count + 1)]
    return values if abs(low + step * count - high) < step * 1e-6 else [*values, scale.said(high)]


def _step(field: str, given: str | None, scale: Scale, option: str) -> float:
    """The step in the unit of the scale; where none is given, 1 for whole numbers and days for dates."""
    if given is None:
        if scale.whole or scale.kind == _DATE:
            return 1.0
        raise InputError(
            [Problem(option, f"{field}: the step is missing", None, "two ends and a step, such as 2 h..6 h by 1 h")]
        )
    value = _value(given, option, field)
    step = scale_of([value])
    wanted = ("number", "d") if scale.kind == _DATE else (scale.kind, scale.unit)
    if step is None or (step.kind, step.unit) != wanted or step.number(value) <= 0:
        unit = (
            "days, such as 7 d"
            if scale.kind == _DATE
            else f"a number above 0{f' in {scale.unit}' if scale.unit else ''}"
        )
        raise InputError([Problem(option, f"{field}: the step should be {unit}", given[:80])])
    return step.number(value)


def _shifts(text: str, data: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The levels of a shift: by the days, the dates of all its fields moved together."""
    names, equals, days = text.rpartition("=")
    fields = [dotted(parsed(one.strip())) for one in split_changes(names)] if equals else []
    between = _RANGE.fullmatch(days.strip())
    if not fields:
        allowed = f'"phases.one.start, places.kidal.release.start = -14 d..+14 d"; {_DAYS}'
        raise InputError([Problem(SHIFT, "this should be fields, an equals sign and days", text[:80], allowed)])
    dates = {field: _date(field, data) for field in fields}
    if between is not None:
        ends = [f"{one.strip().lstrip('+')}" for one in between.groups()[:2]]
        step = between[3] or f"{max((_in_days(ends[1]) - _in_days(ends[0])) // 2, 1):g} d"
        found = _RANGE.fullmatch(f"{ends[0]}..{ends[1]} by {step}")
        assert found is not None, "it is made of two ends and a step"
        moves = [_in_days(str(one)) for one in _stepped("days", found, SHIFT)]
    else:
        moves = [_in_days(one.lstrip("+")) for one in split_changes(days)]
    if any(move != int(move) for move in moves):
        raise InputError([Problem(SHIFT, "dates move by whole days", days.strip()[:80], _DAYS)])
    return {
        f"{int(move):+d} d" if move else "0 d": {field: moved_date(day, int(move)) for field, day in dates.items()}
        for move in moves
    }


def _in_days(text: str) -> float:
    scale = scale_of([text.strip()])
    if scale is None or scale.unit != "d":
        raise InputError([Problem(SHIFT, "this should be days", text.strip()[:80], _DAYS)])
    return scale.number(text.strip())


def _date(field: str, data: dict[str, Any]) -> str:
    """The date at a field of a file; raises `InputError` where there is none."""
    try:
        day = str(value_at(data, parsed(field)))
        moved_date(day, 0)
    except KeyError:
        raise InputError([Problem(field, "the file gives no date here", file=SHIFT)]) from None
    except ValueError:
        raise InputError([Problem(field, "this is not a date", day[:80], file=SHIFT)]) from None
    return day
