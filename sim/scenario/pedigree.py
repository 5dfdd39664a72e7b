"""The pedigree of inputs: a grade for the evidence behind each value, from its entry under `sources:`.

The scale is ordinal: means of it have no meaning. It follows the idea of a pedigree matrix for the empirical basis
of numbers (Funtowicz and Ravetz 1990, NUSAP), with levels of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sim import units
from sim.scenario.merging import covering
from sim.scenario.parameters import parameters
from sim.scenario.paths import Path, parsed, under, value_at
from sim.scenario.plan import Source

GRADES: Mapping[str, str] = {
    "official": "published by the body that counted, did or decided it",
    "corroborated": "reported by two sources or more",
    "reported": "reported by one source",
    "derived": "computed from published numbers",
    "judged": "assumed, with a reason and a range that contains it",
    "guess": "assumed, without a reason or a range that contains it; or without a source",
}
"""All grades, best first, with their meanings."""
UNGRADED = "none"
"""The grade of a choice that is not a number, such as the name of a policy."""
_OFFICIAL = ("un.org", "unmissions.org", "int")
_GOVERNMENT = frozenset({"gov", "mil", "gouv", "gob", "govt"})
_ADDRESS = re.compile(r"https?://([^/\s\"'),;>]+)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_COUNTRY, _SHORT = 2, 3  # letters of a country, and at most of a label such as co, com, org before it


@dataclass(frozen=True, slots=True)
class Input:
    """One value of a file and its grade.

    `entry` is the path under `sources:` that covers it; `ranged` says whether the range of that entry contains it.
    """

    path: Path
    value: Any
    grade: str
    kind: str | None
    entry: Path | None
    ranged: bool
    cite: str | None


def pedigree(data: Mapping[str, Any]) -> list[Input]:
    """Every parameter of a scenario's plain data, once, in the order of the file; its sources must be valid."""
    said = data.get("sources") or {}
    entries = {parsed(key): Source.model_validate(entry) for key, entry in said.items()}
    return [_input(path, value_at(data, path), covering(path, entries), entries) for path in parameters(dict(data))]


def _input(path: Path, value: Any, entry: Path | None, entries: Mapping[Path, Source]) -> Input:
    if entry is None:
        return Input(path, value, "guess", None, None, False, None)
    source = entries[entry]
    ranged = source.range is not None and _holds(source.range, value)
    return Input(path, value, grade_of(source, ranged), source.kind, entry, ranged, source.cite)


def grade_of(source: Source, ranged: bool) -> str:
    """The grade of a value by its source; `ranged` says whether the source's range contains it."""
    if source.grade is not None:
        return source.grade
    if source.kind == "assumed":
        return "judged" if ranged and (source.note or source.cite) else "guess"
    if source.kind == "derived":
        return "derived"
    if _is_official(source.cite):
        return "official"
    return "corroborated" if len(_sites(source)) > 1 else "reported"


def _is_official(cite: str | None) -> bool:
    """Whether the host of a cited address is a government, an army or an intergovernmental organisation."""
    found = _ADDRESS.match(cite or "")
    if found is None:
        return False
    host = found.group(1).lower().partition(":")[0]
    second, last = ["", *host.split(".")][-2:]
    ministry = last in _GOVERNMENT or (len(last) == _COUNTRY and second in _GOVERNMENT)  # x.gov, x.gov.ml
    return ministry or any(host == end or host.endswith(f".{end}") for end in _OFFICIAL)


def _sites(source: Source) -> set[str]:
    """The sites that cite and note link to; a cite that is a title counts as one."""
    cite = source.cite or ""
    found = {_site(host) for host in _ADDRESS.findall(f"{cite} {source.note or ''}")}
    return found | ({cite} if cite and not _ADDRESS.search(cite) else set())


def _site(host: str) -> str:
    labels = host.lower().partition(":")[0].split(".")
    country = len(labels) > 1 and len(labels[-1]) == _COUNTRY and len(labels[-2]) <= _SHORT  # a.co.uk
    return ".".join(labels[-3:] if country else labels[-2:])


def _holds(ends: Sequence[Any], value: Any) -> bool:
    """Whether a value is in a range of its own kind. A range in words contains every value that it covers."""
    low, high = (_measured(end) for end in ends)
    if low is None and high is None:
        return all(isinstance(end, str) for end in ends)
    here = _measured(value)
    if low is None or high is None or here is None:
        return False
    return here[0] == low[0] == high[0] and low[1] <= here[1] <= high[1]


def _measured(value: Any) -> tuple[str, Decimal] | None:
    """The dimension and size of a value in base units; `None` if it is not a single quantity or date."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int | float):
        return "", Decimal(repr(value))
    return _day(value) if _DATE.match(value) else _quantity(value)


def _quantity(text: str) -> tuple[str, Decimal] | None:
    try:
        number, unit = units.split(text)
    except ValueError:
        return None
    if unit in ("", "%"):
        return "", number / 100 if unit else number
    for dimension in units.DIMENSIONS:
        try:
            return dimension, units.to_base(text, dimension)
        except ValueError:
            continue
    return None


def _day(text: str) -> tuple[str, Decimal] | None:
    try:
        return "date", Decimal(date.fromisoformat(text[:10]).toordinal())
    except ValueError:
        return None


def counted(inputs: Iterable[Input]) -> dict[str, int]:
    """The number of inputs of each grade, best first."""
    counts = Counter(one.grade for one in inputs)
    return {grade: counts[grade] for grade in GRADES}


def worst(inputs: Iterable[Input], paths: Iterable[Path]) -> str:
    """The worst grade of the values at, below or above some paths; `UNGRADED` if there are none."""
    tops = list(paths)
    order = list(GRADES)
    found = [order.index(one.grade) for one in inputs if any(_touches(one.path, top) for top in tops)]
    return order[max(found)] if found else UNGRADED


def _touches(parameter: Path, top: Path) -> bool:
    return under(parameter, top) or under(top, parameter)
