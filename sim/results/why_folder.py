"""A finished answer to why: what makes two the same, its tables written, and read back as frames."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.estimates import Measure, estimate
from sim.analysis.intervals import mean_of
from sim.analysis.ladders import Effect, effect, ranks
from sim.results.files import Table, to_json, write_whole
from sim.results.finished import Results, frame_of
from sim.results.folder import FolderKind, finished_in
from sim.results.identity import OF_ALL, PYTHON, SCHEMA, Identity
from sim.results.manifest import NAME, commit, file_hash
from sim.results.rows import Failure, ResultRow

if TYPE_CHECKING:
    import pandas as pd

ON, OFF, TOGETHER = "as filed", "without all causes", "together"
COST = "cost_usd"
MORE_IS_BETTER = ("extracted_share", "people_out_share", "deadline_met")
"""Beginnings of responses of which more is better: a lever that lowers one of them is flagged."""
_NUMBERS = frozenset({"value", "low", "high", "replications", "replication", "rank"})
_WHOLE = frozenset({"replications", "replication", "rank"})
_BESIDE = {
    "convoys": ("convoys", 1.0, ""), "sorties_flown": ("sorties", 1.0, ""),
    "fill": ("fill of sorties", 100.0, " points"),
    "destroyed_share": ("destroyed", 100.0, " points"), "people_late": ("people late", 1.0, ""),
}  # fmt: skip
"""Responses that tell what a lever has changed: their words, the scale of their numbers, and the unit."""
_LEAST_SAID, _MOST_SAID = 0.05, 3


@dataclass(frozen=True, slots=True)
class WhyIdentity(Identity):
    """All that decides an answer to why. `levers` are moves, each with the hash of its scenario."""

    name: str
    scenario: str
    of: str
    by: str | None
    exact: bool
    causes: tuple[str, ...]
    levers: tuple[tuple[str, str], ...]
    seed: int
    replications: int
    without: tuple[str, ...]
    version: str
    program: str
    schema: int = SCHEMA
    python: str = PYTHON
    precision: float | None = None
    """The half-width asked for; then `replications` is the most."""

    def plain(self) -> dict[str, Any]:
        """The identity as JSON holds it."""
        said = Identity.plain(self)
        return said if self.precision is not None else {key: said[key] for key in said if key != "precision"}


WHY = FolderKind(
    "why", "drawdown why", "drawdown why in progress", ("waterfall", "ladder"),
    {"name": "the scenario's name", "scenario": "the scenario", "of": "the response looked at",
     "by": "the groups", "exact": "whether all coalitions are simulated", "causes": "the causes",
     "levers": "the levers", "precision": "the precision asked for", **OF_ALL},
)  # fmt: skip
"""An answer to why as a kind of folder."""


@dataclass(frozen=True)
class WhyResults(Results):
    """A finished answer to why. Every table is checked against the hash in the manifest when it is read."""

    def _frame(self, content: bytes) -> pd.DataFrame:
        """A table of its own as a frame."""
        return frame_of(content, _NUMBERS, _WHOLE)


def read_why(folder: str | Path) -> WhyResults:
    """The answer in a folder; raises `ResultsError` where it holds none."""
    return WhyResults(Path(folder), finished_in(Path(folder), WHY))


@dataclass(frozen=True, slots=True)
class LeverLayout:
    """What tables need to know of a move of a lever; `side` is more, fewer or other.

    `step` is what its words are made of: `kind`, `of`, `amount`, `unit`, and `at`, the places.
    """

    lever: str
    words: str
    side: str
    sets: tuple[str, ...]
    step: Mapping[str, Any]


@dataclass(frozen=True)
class WhyLayout:
    """What tables need to know: the numbers kept of each world, the causes and the levers.

    `key` gives the name under which a row keeps a number of a world, cause or lever. `groups` are by the name of their
    number. `left_out` are moves that can't be made, with the reason; `worlds` is the most that a replication needs.
    """

    measure: Measure
    names: tuple[str, ...]
    units: Mapping[str, str]
    groups: Mapping[str, str]
    causes: tuple[str, ...]
    levers: tuple[LeverLayout, ...]
    left_out: tuple[tuple[str, str], ...]
    worlds: int
    ends: tuple[str, str]
    key: Any

    @property
    def of(self) -> str:
        """The response looked at."""
        return self.measure.name

    def reach(self, name: str) -> float | None:
        """The largest difference that a number can have: 1 for a share."""
        return 1.0 if self.units[name] == "share" or (name == self.of and self.measure.bounded) else None


class _Columns:
    """The numbers of all replications that did not fail, by world, cause or lever and by name."""

    def __init__(self, layout: WhyLayout, rows: Sequence[ResultRow]) -> None:
        self._layout, self.rows = layout, rows

    def of(self, world: str, name: str) -> list[float | None]:
        key = self._layout.key(world, name)
        return [row.responses[key] for row in self.rows]

    def on(self, name: str) -> list[float | None]:
        return self.of(self._layout.ends[0], name)

    def off(self, name: str) -> list[float | None]:
        return self.of(self._layout.ends[1], name)

    def gaps(self, lever: str, name: str) -> list[float | None]:
        """What a lever changes in each replication."""
        return less(self.of(lever, name), self.on(name))


def less(more: Sequence[float | None], other: Sequence[float | None]) -> list[float | None]:
    """Differences, where both have a value."""
    return [None if a is None or b is None else a - b for a, b in zip(more, other, strict=True)]


_BOUND = "exact bound"


def widest(effects: Sequence[Mapping[str, Any]]) -> float | None:
    """The largest half-width of some effects; `None` without any.

    Bounds for what never or hardly ever differed are left out: they depend on the number of replications alone.
    """
    wide = [(one["high"] - one["low"]) / 2 for one in effects if one["low"] is not None and _BOUND not in one["method"]]
    return max(wide, default=None)


def reached(layout: WhyLayout, rows: Sequence[ResultRow]) -> float | None:
    """The half-width that every cause and lever keeps within, as `widest`; `None` where nothing can be said."""
    columns, of = _Columns(layout, rows), layout.of
    return widest([_effect(one, of) for one in (*_causes(columns, layout), *_levers(columns, layout))])


def write_why(
    folder: Path, identity: WhyIdentity, layout: WhyLayout, found: tuple[Sequence[ResultRow], Sequence[Failure]],
    about: Mapping[str, Any], clock: Mapping[str, Any],
) -> None:  # fmt: skip
    """Writes all tables, summary.json and manifest.json, the last last. Raises `OSError`."""
    rows, failures = found
    columns = _Columns(layout, rows)
    causes, levers = _causes(columns, layout), _levers(columns, layout)
    tables = {
        "causes.csv": _write_causes(folder, columns, layout, causes),
        "levers.csv": _write_levers(folder, layout, levers),
        "replications.csv": _write_replications(folder, columns, layout),
    }
    summary = {
        "name": identity.name, "response": layout.of, "unit": layout.measure.unit, "seed": identity.seed,
        "replications": len(rows), "failed": len(failures), "exact": identity.exact, "by": identity.by,
        "worlds": layout.worlds, "without": list(identity.without), "units": dict(layout.units),
        **_ends(columns, layout), "causes": causes, "levers": levers,
        "left_out": [{"move": words, "why": why} for words, why in layout.left_out],
        "groups": [_group(columns, layout, name, group) for name, group in layout.groups.items()],
    }  # fmt: skip
    if identity.precision is not None:
        half = widest([_effect(one, layout.of) for one in (*causes, *levers)])
        said_of = {"asked": identity.precision, "reached": half, "most": identity.replications}
        summary["precision"] = said_of
    write_whole(folder / "summary.json", to_json(summary))
    kinds = [row.kind for row in failures]
    said = {
        "kind": WHY.finished, "schema": identity.schema, "why": identity.hash, "seed": identity.seed,
        "name": identity.name, "replications": identity.replications, "succeeded": len(rows), **about,
        "failed": len(kinds), "lost": kinds.count("lost"), "faults": kinds.count("fault"),
        "failures": [{"replication": row.replication, "kind": row.kind, "error": row.error} for row in failures],
        "identity": identity.plain(),
        "versions": {"drawdown": identity.version, "python": platform.python_version()}, "commit": commit(),
        "summary": {"sha256": file_hash(folder / "summary.json")}, "tables": tables, "clock": dict(clock),
    }  # fmt: skip
    write_whole(folder / NAME, to_json(said))


def _ends(columns: _Columns, layout: WhyLayout) -> dict[str, Any]:
    """The response as filed and without all causes, and what all causes do together."""
    of = layout.of
    together = {name: _of_all(columns, layout, name).plain() for name in layout.names}
    return {
        "on": estimate(layout.measure, columns.on(of)).plain(),
        "off": estimate(layout.measure, columns.off(of)).plain(),
        "together": together,
    }  # fmt: skip


def _of_all(columns: _Columns, layout: WhyLayout, name: str) -> Effect:
    return effect(less(columns.on(name), columns.off(name)), layout.reach(name), 1, _scale(columns, name))


def _scale(columns: _Columns, name: str) -> float:
    return max((abs(value) for value in (*columns.on(name), *columns.off(name)) if value is not None), default=0.0)


def _causes(columns: _Columns, layout: WhyLayout) -> list[dict[str, Any]]:
    """What each cause did to each number, the largest first."""
    found = [
        {"cause": cause, "effects": {
            name: effect(columns.of(cause, name), layout.reach(name), 1, _scale(columns, name)).plain()
            for name in layout.names
        }}
        for cause in layout.causes
    ]  # fmt: skip
    return sorted(found, key=lambda one: -abs(_effect(one, layout.of)["mean"]))


def _effect(one: Mapping[str, Any], name: str) -> dict[str, Any]:
    said: dict[str, Any] = one["effects"][name]
    return said


def _levers(columns: _Columns, layout: WhyLayout) -> list[dict[str, Any]]:
    """What each move of a lever does to each number, by rank."""
    count, of = len(layout.levers), layout.of
    if not columns.rows or not count:
        return []
    gaps = [[value or 0.0 for value in columns.gaps(one.words, of)] for one in layout.levers]
    found = []
    for lever, (rank, tied) in zip(layout.levers, ranks(gaps, layout.reach(of)), strict=True):
        effects = {
            name: effect(columns.gaps(lever.words, name), layout.reach(name), count, _scale(columns, name))
            for name in layout.names
        }  # fmt: skip
        found.append({
            "rank": rank, "tied": tied, "lever": lever.lever, "move": lever.words, "side": lever.side,
            "step": {key: list(said) if key == "at" else said for key, said in lever.step.items()},
            "sets": list(lever.sets), "effects": {name: one.plain() for name, one in effects.items()},
            "usd": _price(effects, layout), "flag": _flag(lever, effects, layout),
        })  # fmt: skip
    return sorted(found, key=lambda one: (one["rank"], -one["effects"][of]["mean"]))


def _price(effects: Mapping[str, Effect], layout: WhyLayout) -> float | None:
    """Dollars for a point of a share, or for one of another response, of a move that raises it."""
    more, cost = effects[layout.of], effects.get(COST)
    if cost is None or not more.raises or cost.mean == 0:
        return None
    return cost.mean / (more.mean * (100 if layout.reach(layout.of) else 1))


def _flag(lever: LeverLayout, effects: Mapping[str, Effect], layout: WhyLayout) -> str:
    """What more of a lever has changed, where it lowers a response of which more is better; else empty."""
    if lever.side != "more" or not layout.of.startswith(MORE_IS_BETTER) or not effects[layout.of].lowers:
        return ""
    return flag_of({name: one.mean for name, one in effects.items()}, layout.of)


def flag_of(means: Mapping[str, float], of: str) -> str:
    """The flag of a lever that lowers `of`, with what it has changed beside it, from mean differences."""
    changed = [f"{_BESIDE[name][0]} {text}{_BESIDE[name][2]}" for name, text in changed_beside(means, of)]
    return "more of it lowers the response" + (f": {', '.join(changed)}" if changed else "")


def changed_beside(means: Mapping[str, float], of: str) -> list[tuple[str, str]]:
    """The responses that tell what a lever that lowers `of` has changed, each with its mean difference as text.

    Differences of shares are in points.
    """
    found = [(name, means[name] * scale) for name, (_, scale, _) in _BESIDE.items() if name in means and name != of]
    said = [(name, gap) for name, gap in found if abs(gap) >= _LEAST_SAID]
    return [(name, f"{'+' if gap > 0 else '-'}{abs(gap):.3g}") for name, gap in said[:_MOST_SAID]]


def _group(columns: _Columns, layout: WhyLayout, name: str, group: str) -> dict[str, Any]:
    """The share of one group, and what causes and levers do to it, the largest first."""
    count = len(layout.levers)
    scale = _scale(columns, name)
    causes = [
        {"cause": cause, **effect(columns.of(cause, name), 1.0, 1, scale).plain()} for cause in layout.causes
    ]  # fmt: skip
    levers = [
        {"move": one.words, **effect(columns.gaps(one.words, name), 1.0, count, scale).plain()} for one in layout.levers
    ]
    return {
        "group": group, "on": _mean(columns.on(name)), "off": _mean(columns.off(name)),
        "causes": sorted(causes, key=lambda one: -abs(float(str(one["mean"])))),
        "levers": sorted(levers, key=lambda one: -float(str(one["mean"]))),
    }  # fmt: skip


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return mean_of(known) if known else None


# tables


_CAUSES = ("kind", "cause", "response", "value", "low", "high", "method", "replications")
_LEVERS = ("rank", "tied", "move", "side", "response", "value", "low", "high", "method", "replications", "flag", "sets")


def _write_causes(
    folder: Path, columns: _Columns, layout: WhyLayout, causes: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    with Table(folder / "causes.csv", _CAUSES) as table:
        for name in layout.names:
            for kind, values in (("on", columns.on(name)), ("off", columns.off(name))):
                known = [value for value in values if value is not None]
                found = estimate(
                    layout.measure if name == layout.of else Measure(name, layout.units[name], "", False), known
                )
                words = ON if kind == "on" else OFF
                table.row(kind, words, name, found.mean, found.low, found.high, found.method, found.count)
            for one in causes:
                _row(table, ("cause", one["cause"], name), _effect(one, name))
            _row(table, ("all", TOGETHER, name), _of_all(columns, layout, name).plain())
    return table.described


def _row(table: Table, head: Sequence[object], said: Mapping[str, Any]) -> None:
    table.row(*head, *(said[column] for column in ("mean", "low", "high", "method", "replications")))


def _write_levers(folder: Path, layout: WhyLayout, levers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    with Table(folder / "levers.csv", _LEVERS) as table:
        for one in levers:
            for name in layout.names:
                said = _effect(one, name)
                numbers = (said[column] for column in ("mean", "low", "high", "method", "replications"))
                tied = "tied" if one["tied"] else ""
                head = (one["rank"], tied, one["move"], one["side"], name)
                table.row(*head, *numbers, one["flag"] if name == layout.of else "", " ".join(one["sets"]))
    return table.described


def _write_replications(folder: Path, columns: _Columns, layout: WhyLayout) -> dict[str, Any]:
    with Table(folder / "replications.csv", ("replication", "kind", "name", "response", "value")) as table:
        for row in columns.rows:
            for kind, world, words in _worlds(layout):
                for name in layout.names:
                    table.row(row.replication, kind, words, name, row.responses[layout.key(world, name)])
    return table.described


def _worlds(layout: WhyLayout) -> Iterator[tuple[str, str, str]]:
    """The kinds, worlds and words of the rows of a replication."""
    yield "on", layout.ends[0], ON
    yield "off", layout.ends[1], OFF
    yield from (("cause", cause, cause) for cause in layout.causes)
    yield from (("lever", one.words, one.words) for one in layout.levers)
