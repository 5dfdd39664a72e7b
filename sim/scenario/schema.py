"""JSON Schema (draft 2020-12) of a scenario file, for editors that validate and complete."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from textwrap import dedent
from typing import Any

from sim.scenario.parts import Part
from sim.scenario.quantities import DISTRIBUTION_FORMS
from sim.scenario.scenario import Scenario
from sim.scenario.shape import CALENDAR, EXTENDS, fields, sections

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_CHANGE = "Change"
_WHOLE = "Whole"
_DATE = {"type": "string", "examples": ["2023-07-01", "2023-12-31T18:00"]}


_TEXTS_BY_NAME = {"type": "object", "additionalProperties": {"type": "string"}}
_FROM_A_FILE = {
    "type": "object", "required": ["from"], "additionalProperties": False,
    "properties": {
        "from": {"type": "string", "description": "An inventory in CSV or XLSX, in the scenario folder.",
                 "examples": ["stock.csv"]},
        **{name: {"type": "string"} for name in ("place", "sheet", "encoding", "separator")},
        "owner": {"enum": ["coe", "unoe"]}, "decimal": {"enum": ["comma", "point"]},
        "header": {"type": "integer", "minimum": 1}, "match": _TEXTS_BY_NAME, "map": _TEXTS_BY_NAME,
    },
}  # fmt: skip
"""`lots: {from: stock.csv, ...}` of a place."""


def json_schema() -> dict[str, Any]:
    """The schema: a file that extends another may have any part; any other must have the required parts."""
    whole = _described(Scenario)
    definitions = {name: _tidy(part) for name, part in whole.pop("$defs").items()} | DISTRIBUTION_FORMS
    lots = definitions["Place"]["properties"]["lots"]
    described = {"description": lots.pop("description")}
    definitions["Place"]["properties"]["lots"] = {**described, "anyOf": [lots, _FROM_A_FILE]}
    top = _tidy(whole)
    top["properties"]["calendar"] = _calendar()
    top["properties"]["extends"] = {"type": "string", "description": EXTENDS, "examples": ["base/sahel.yaml"]}
    changes = {f"{name}{_CHANGE}": _change(part) for name, part in {**definitions, _WHOLE: top}.items()}
    return {
        "$schema": _DRAFT,
        "title": "A drawdown scenario",
        "description": top["description"].partition(" Build it with")[0],
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"#/$defs/{_WHOLE}{_CHANGE}"},
        "else": {"$ref": f"#/$defs/{_WHOLE}"},
        "$defs": {**definitions, _WHOLE: top, **changes},
    }


def sweep_schema() -> dict[str, Any]:
    """The schema of a sweep file."""
    from sim.scenario.sweep import SweepForm

    whole = _described(SweepForm)
    definitions = {name: _tidy(part) for name, part in whole.pop("$defs").items()}
    return {"$schema": _DRAFT, **_tidy(whole), "title": "A drawdown sweep", "$defs": definitions}


def meanings(section: type[Part]) -> dict[str, str]:
    """The docstring of each field of a section, from the source, by its key in a file.

    The models do not carry docstrings: reading the source of every section takes longer than reading a scenario.
    """
    below: dict[str, str] = {}
    for kind in reversed(section.__mro__[: section.__mro__.index(Part)]):
        lines = ast.parse(dedent(inspect.getsource(kind))).body[0]
        for field, text in pairwise(lines.body if isinstance(lines, ast.ClassDef) else ()):
            match field, text:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                    below[name] = inspect.cleandoc(said)
    named = {key: below.get(name) for key, name in zip(fields(section), section.model_fields, strict=True)}
    return {key: text for key, text in named.items() if text is not None}


def _described(top: type[Part]) -> dict[str, Any]:
    """The schema of a section and all below it as pydantic gives it, each field with its meaning."""
    whole = top.model_json_schema(by_alias=True)
    for _, section in sections(top):
        part = whole if section is top else whole["$defs"][section.__name__]
        for key, text in meanings(section).items():
            part["properties"][key] = dict(sorted({**part["properties"][key], "description": text}.items()))
    return whole


def _calendar() -> dict[str, Any]:
    properties = {
        key: {"description": text, **(_DATE if key != "zone" else {"type": "string", "examples": ["UTC"]})}
        for key, text in CALENDAR.items()
    }
    return {
        "type": "object",
        "description": "Start, deadline and horizon of the scenario.",
        "properties": properties,
        "required": ["start", "deadline"],
        "additionalProperties": False,
    }


def _tidy(part: Any) -> Any:
    """A part of pydantic's schema without defaults in base units and without titles of single fields."""
    if isinstance(part, list):
        return [_tidy(held) for held in part]
    if not isinstance(part, dict):
        return part
    result = {key: _tidy(value) for key, value in part.items() if key not in ("default", "title")}
    if isinstance(part.get("title"), str) and "properties" in part:
        result["title"] = part["title"]
    if "form" in part:  # a distribution: its alternatives are given once, in the definitions
        result = {key: value for key, value in result.items() if key not in ("anyOf", "form")}
        result["$ref"] = f"#/$defs/{part['form']}"
    if isinstance(part.get("properties"), dict):
        result["properties"] = {key: _tidy(value) for key, value in part["properties"].items()}
    return result


def _change(part: Any) -> Any:
    """A part as an extending file may write it: nothing required, everything deletable by null."""
    if isinstance(part, list):
        return [_change(held) for held in part]
    if not isinstance(part, dict):
        return part
    result = {key: _change(value) for key, value in part.items() if key not in ("required", "minProperties")}
    if "$ref" in part:
        result["$ref"] = f"{part['$ref']}{_CHANGE}"
    if "properties" in part:
        result["properties"] = {key: _or_null(_change(value)) for key, value in part["properties"].items()}
    if isinstance(part.get("additionalProperties"), dict):
        result["additionalProperties"] = _or_null(_change(part["additionalProperties"]))
    return result


def _or_null(part: dict[str, Any]) -> dict[str, Any]:
    described = {key: part.pop(key) for key in ("description",) if key in part}
    return {**described, "anyOf": [part, {"type": "null"}]}
