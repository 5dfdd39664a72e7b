"""The fields, free names and values that a scenario may have at each dotted path."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.parts import Part
from sim.scenario.paths import Path
from sim.scenario.quantities import Unit
from sim.scenario.scenario import Scenario

CALENDAR = {
    "start": "First day (its first instant) or instant; simulated time counts from it.",
    "deadline": "Last day (its last instant) or instant by which lots and people must be out.",
    "horizon": "Last day or instant that is simulated, to follow late lots and people. Default: the deadline.",
    "zone": "Time zone of all dates and hours of the file, such as Africa/Bamako. Default: UTC.",
}
EXTENDS = (
    "Another file of the scenario folder, or the name of a shipped scenario, that this one changes: "
    "maps merge, null deletes, other values replace."
)


RENAMED = {"luck": ("stream", "0.2")}
"""Keys of earlier versions: the present name of each, and the version since which it applies."""


def key_of(name: str, info: FieldInfo) -> str:
    """The key that a field has in a file."""
    return info.alias or name


def fields(section: type[Part]) -> dict[str, FieldInfo]:
    """The fields of a section by their keys in a file, in order."""
    return {key_of(name, info): info for name, info in section.model_fields.items()}


def bare(annotation: Any) -> Any:
    """An annotation without `Annotated` and `| None`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return bare(get_args(annotation)[0])
    if origin in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        return bare(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def section_of(annotation: Any) -> type[Part] | None:
    """The section in a field of this annotation, if any."""
    kind = bare(annotation)
    return kind if isinstance(kind, type) and issubclass(kind, Part) else None


def _step(annotation: Any, part: str) -> Any:
    kind = bare(annotation)
    if isinstance(kind, type) and issubclass(kind, Part):
        info = fields(kind).get(part)
        return None if info is None else info.annotation
    origin = get_origin(kind)
    if origin is dict:
        return get_args(kind)[1]
    if origin is tuple and part.isdecimal():
        return get_args(kind)[0]
    return None


def annotation_at(path: Path) -> Any:
    """The annotation of the field at a path, `None` if the form knows none."""
    here: Any = Scenario
    for part in path:
        here = _step(here, part)
        if here is None:
            return None
    return here


def unit_of_bounds(path: Path) -> str:
    """The unit of the bounds of the field at a path; empty for a plain count."""
    above = section_of(annotation_at(path[:-1]))
    info = None if above is None else fields(above).get(path[-1])
    held = _metadata(annotation_at(path)) if info is None else (*info.metadata, *_metadata(info.annotation))
    return next((one.name for one in held if isinstance(one, Unit)), "")


def _metadata(annotation: Any) -> tuple[Any, ...]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return get_args(annotation)[1:]
    kinds = get_args(annotation) if origin in (Union, UnionType) else ()
    return tuple(one for kind in kinds for one in _metadata(kind))


def known_keys(path: Path) -> tuple[str, ...] | None:
    """The keys that the form knows below a path; `None` if names are free or there are no keys."""
    if path == ("calendar",):
        return tuple(CALENDAR)
    kind = bare(annotation_at(path))
    section = section_of(kind)
    if section is not None:
        return (*fields(section), *(("extends",) if section is Scenario else ()))
    if get_origin(kind) is dict:
        keys = bare(get_args(kind)[0])
        return tuple(get_args(keys)) if get_origin(keys) is Literal else None
    return None


def knows(path: Path) -> bool:
    """Whether the last part of a path is a field that the form knows (not a free name)."""
    keys = known_keys(path[:-1]) if path else None
    return keys is not None and path[-1] in keys


def sections(top: type[Part] = Scenario) -> Iterator[tuple[str, type[Part]]]:
    """Every section of the form with its path, free names as `NAME`, each once, top first."""
    seen: set[type[Part]] = set()
    waiting: list[tuple[str, type[Part]]] = [("", top)]
    while waiting:
        path, section = waiting.pop(0)
        if section in seen:
            continue
        seen.add(section)
        yield path, section
        waiting[:0] = list(_held(path, section))


def _held(path: str, section: type[Part]) -> Iterator[tuple[str, type[Part]]]:
    for key, info in fields(section).items():
        here, kind = (f"{path}.{key}" if path else key), bare(info.annotation)
        while section_of(kind) is None and get_origin(kind) in (dict, tuple):
            here += ".NAME" if get_origin(kind) is dict else ".0"
            kind = bare(get_args(kind)[-1 if get_origin(kind) is dict else 0])
        held = section_of(kind)
        if held is not None:
            yield here, held
