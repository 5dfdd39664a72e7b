"""The reference of scenario files, from the models: `python -m sim.scenario.reference > docs/scenario.md`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from pydantic.fields import FieldInfo

from sim.scenario.calendar import DailyHours
from sim.scenario.distributions import DISTRIBUTIONS, Distribution
from sim.scenario.guide import GUIDE
from sim.scenario.parts import Part
from sim.scenario.schema import json_schema, meanings
from sim.scenario.shape import CALENDAR, EXTENDS, fields, section_of, sections

_HEAD = "| key | meaning | value | default | example |\n| --- | --- | --- | --- | --- |"
_NO_LIMIT = 1_000_000  # default of fields that limit, if not given
_NOT_GIVEN = "not given"
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "map",
    "array": "list",
}
_EXAMPLES = {"count": 6, "times": 13, "distance": "350 km", "boolean": True}


def reference() -> str:
    """The whole page: guide, every field by section, distributions."""
    schema = json_schema()["$defs"]
    parts = [GUIDE.strip(), "", "## Every field", ""]
    for path, section in sections():
        parts += _section(path, section, schema)
        if not path:
            parts += ["### `calendar`", "", *_calendar(), ""]
    parts += [
        "## Distributions",
        "",
        "If a field takes a distribution, write one value for a constant, or a map that names the distribution. "
        "Values below zero do not occur.",
        "",
        "| name | form |",
        "| --- | --- |",
    ]
    parts += [f"| `{name}` | `{_cell(form)}` |" for name, form in DISTRIBUTIONS.items()]
    return "\n".join(parts) + "\n"


def _section(path: str, section: type[Part], schema: dict[str, Any]) -> Iterator[str]:
    title = f"`{path}`" if path else "The file"
    yield f"### {title}"
    yield ""
    yield (section.__doc__ or "").strip().partition(" Build it with")[0]
    yield ""
    yield _HEAD
    properties = schema["Whole" if not path else section.__name__]["properties"]
    said = meanings(section)
    for key, info in fields(section).items():
        yield _row(key, info, properties[key], said[key])
    if not path:
        yield f"| `extends` | {EXTENDS} | text | {_NOT_GIVEN} | `base/sahel.yaml` |"
    yield ""


def _calendar() -> list[str]:
    rows = ["| key | meaning | default | example |", "| --- | --- | --- | --- |"]
    defaults = {"start": "required", "deadline": "required", "horizon": "the deadline", "zone": "`UTC`"}
    examples = {
        "start": "2023-07-01",
        "deadline": "2023-12-31",
        "horizon": "2024-01-31T18:00",
        "zone": "Africa/Bamako",
    }
    rows += [f"| `{key}` | {_cell(text)} | {defaults[key]} | `{examples[key]}` |" for key, text in CALENDAR.items()]
    return rows


def _row(key: str, info: FieldInfo, part: dict[str, Any], meaning: str) -> str:
    said, example = _cell(" ".join(meaning.split())), _example(key, part)
    return f"| `{key}` | {said} | {_cell(_value(info, part))} | {_default(info, part)} | {example} |"


def _kinds(part: dict[str, Any]) -> list[dict[str, Any]]:
    """The alternatives of a field, without null."""
    return [kind for kind in part.get("anyOf", [part]) if kind.get("type") != "null"]


def _value(info: FieldInfo, part: dict[str, Any]) -> str:
    """The kind of value of a field, in words."""
    if section_of(info.annotation) is not None:
        return "section"
    words = [_kind(kind) for kind in _kinds(part)]
    return " or ".join(dict.fromkeys(word for word in words if word))


def _kind(part: dict[str, Any]) -> str:  # noqa: PLR0911 - one kind of schema a line
    if "unit" in part:
        return str(part["unit"])
    if "enum" in part:
        return ", ".join(f"`{word}`" for word in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    if "$ref" in part:
        return "section"
    if part.get("type") == "array":
        return f"list of {_plural(part.get('items', {}))}"
    if isinstance(part.get("additionalProperties"), dict):
        return f"map of names to {_plural(part['additionalProperties'])}"
    return _WORDS.get(str(part.get("type")), "anything")


def _plural(part: dict[str, Any]) -> str:
    if "$ref" in part:
        return "sections"
    if isinstance(part.get("additionalProperties"), dict):
        return "maps"
    kind = _kind(part)
    return {"text": "names", "number": "numbers", "anything": "anything"}.get(kind, kind)


def _default(info: FieldInfo, part: dict[str, Any]) -> str:
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True)
    unit = next((str(kind["unit"]) for kind in _kinds(part) if "unit" in kind), "")
    return _shown(value, unit)


def _shown(value: Any, unit: str) -> str:  # noqa: PLR0911 - one kind of default a line
    """A default as a file would write it."""
    if value is None or value == "":
        return _NOT_GIVEN
    if isinstance(value, Part):
        return "its own defaults"
    if isinstance(value, dict | tuple):
        return f"`{json.dumps(value)}`" if value else "none"
    if isinstance(value, DailyHours):
        return f"`{value}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Distribution):
        return "none"
    if not isinstance(value, str) and value >= _NO_LIMIT:
        return "not limited"
    return f"`{_number(value, unit)}`"


def _number(value: Any, unit: str) -> str:
    if unit == "time":
        return _duration(value)
    if unit.startswith("share"):
        return f"{value:.0%}".replace("%", " %")
    if unit == "pallet positions":
        return f"{value / 1000:g}"
    named = {
        "mass": "kg",
        "money": "USD",
        "distance": "km",
        "rate": "/day",
        "money per time": "USD/h",
        "money per distance": "USD/km",
        "number per distance": "/km",
    }
    text = str(value) if isinstance(value, str) else f"{value:,.15g}".replace(",", "_")
    return f"{text} {named[unit]}" if unit in named else text


def _duration(seconds: int) -> str:
    for length, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds and seconds % length == 0:
            return f"{seconds // length} {name}"
    return f"{seconds} s"


def _example(key: str, part: dict[str, Any]) -> str:
    if "sections" in _kind(part):
        return ""
    for kind in _kinds(part):
        if kind.get("examples"):
            return f"`{_yaml(kind['examples'][-1])}`"
        if "enum" in kind:
            return f"`{kind['enum'][0]}`"
        word = _EXAMPLES.get(str(kind.get("unit")), _EXAMPLES.get(str(kind.get("type"))))
        if word is not None:
            return f"`{_yaml(word)}`"
    return _BY_KEY.get(key, "")


_BY_KEY = {
    "schema": "`1`",
    "name": "`A camp under fire`",
    "note": "`Purpose and sources.`",
    "titles": "`{fr: 'Tessalit, automne 2023'}`",
    "phase": "`second`",
    "after": "`[first]`",
    "position": "`{lat: 20.24, lon: 0.98}`",
    "lat": "`20.24`",
    "lon": "`0.98`",
    "people": "`{military: 500, civilian: 60}`",
    "leave_by": "`[air, road]`",
    "surface": "`asphalt`",
    "takes": "`[c130, mi8]`",
    "lots": "`{container: {coe: 210, unoe: 40}}`",
    "place": "`tessalit`",
    "base": "`gao`",
    "stream": "`tessalit`",
    "mean": "`0.3`",
    "moves": "`[truck, aircraft]`",
    "class": "`pallet`",
    "transfer": "`{unoe: agreed}`",
    "through": "`[gao, kidal, tessalit]`",
    "km": "`[350, 240]`",
    "joins": "`[kidal]`",
    "pace": "`threat`",
    "places": "`[tessalit]`",
    "classes": "`[people, cargo]`",
    "crews": "`{count: 6, size: 8}`",
    "cite": "`airport register`",
    "range": "`[4 t, 16 t]`",
    "response": "`extracted_share`",
    "equals": "`0.5`",
    "distances": "`{gao: {tessalit: 455 km}}`",
    "measure": "`closed`",
    "at": "`tessalit`",
    "source": "`a communique of 22 October`",
}


def _yaml(value: Any) -> str:
    """A value as a flow of YAML in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(held) for held in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return (
        f'"{text}"'
        if (":" in text and not text[:4].isdecimal()) or ("-" in text and ":" in text and "T" not in text)
        else text
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.stdout.write(reference())
