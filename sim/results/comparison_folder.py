"""A comparison as a folder: what makes two the same, its tables written in one go, and read back as frames."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.analysis.estimates import CONFIDENCE
from sim.analysis.paired import Difference
from sim.results.files import Table, to_json, unguarded, write_whole
from sim.results.finished import Results, frame_of, rows_of
from sim.results.folder import FolderKind, finished_in
from sim.results.identity import OF_ALL, OF_THE_PROGRAM, PYTHON, SCHEMA, Identity, hash_of, slug
from sim.results.manifest import NAME, file_hash
from sim.results.pairing import SAME, Pairing, Side, TapeAgreement
from sim.results.timeline_table import MISSION, PEOPLE
from sim.results.waterfalls import Waterfall, write_waterfalls

if TYPE_CHECKING:
    import pandas as pd

RUNS = "runs"
"""Folder of the runs that belong to a comparison."""


@dataclass(frozen=True, slots=True)
class ComparisonIdentity(Identity):
    """All that decides a comparison. `sides` are names, each with the identity of its run in plain data."""

    sides: tuple[tuple[str, dict[str, Any]], ...]
    seed: int
    replications: int
    of: str
    version: str
    program: str
    schema: int = SCHEMA
    python: str = PYTHON

    def plain(self) -> dict[str, Any]:
        """The identity as JSON holds it."""
        said = Identity.plain(self)
        return {**said, "sides": [{"name": name, "run": run} for name, run in said["sides"]]}

    @property
    def hash(self) -> str:
        """SHA-256 of the request; the state of the program is recorded separately."""
        asked = self.plain()
        for side in asked["sides"]:
            side["run"] = {key: value for key, value in side["run"].items() if key not in OF_THE_PROGRAM}
        return hash_of(asked)


def _sides(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Describes how two comparisons differ that compare different things."""
    if [side["name"] for side in ours["sides"]] != [side.get("name") for side in theirs.get("sides", [])]:
        return ["what is compared"]
    pairs = zip(ours["sides"], theirs["sides"], strict=True)
    return [f"the run of {mine['name']}" for mine, other in pairs if mine["run"] != other.get("run")]


COMPARISON = FolderKind(
    "comparison", "drawdown comparison", "drawdown comparison in progress",
    ("fates", "differences", "replications", "timelines", "waterfall"), {"of": "the response looked at", **OF_ALL},
    RUNS, _sides,
)  # fmt: skip
"""A comparison as a kind of folder."""


def folder_name(name: str) -> str:
    """The name of a side as that of a folder, which an `@` in it survives."""
    return "@".join(slug(part) for part in name.split("@") if part) or slug(name)


HEADLINE = "extracted_share"
FEW = (
    "extracted_share", "extracted_share_lots", "extracted_share_value", "destroyed_share", "disabled_share",
    "abandoned_share", "people_out_share", "people_late", "deadline_met", "cost_usd",
)  # fmt: skip
"""Responses that pairs.csv has, if both sides have them, in addition to the response of the headline."""
FIGURES = frozenset({
    "mean_a", "mean_b", "difference", "low", "high", "chance_b_beats_a", "chance_low", "chance_high", "ties",
    "variance_factor", "pairs", "replication", "value_a", "value_b", "replications", "draws_equal", "values_equal",
    "mean", "p05", "p50", "p95", "value",
})  # fmt: skip
"""Columns of numbers; all others hold text."""
_WHOLE = frozenset({"ties", "pairs", "replication", "replications", "draws_equal", "values_equal"})
_EXTRACTED = "extracted"
_KINDS = ("mean", "p05", "p50", "p95")
_CLOSED = "closed_"


@dataclass(frozen=True)
class ComparisonResults(Results):
    """A finished comparison. Every table is checked against the hash in the manifest when it is read."""

    def _frame(self, content: bytes) -> pd.DataFrame:
        """A table of its own as a frame."""
        return frame_of(content, FIGURES, _WHOLE)


def read_comparison(folder: str | Path) -> ComparisonResults:
    """The comparison in a folder; raises `ResultsError` where it holds none."""
    return ComparisonResults(Path(folder), finished_in(Path(folder), COMPARISON))


def write_comparison(
    folder: Path,
    identity: ComparisonIdentity,
    pairing: Pairing,
    waterfalls: Mapping[str, Waterfall],
    about: Mapping[str, Any],
    clock: Mapping[str, Any],
) -> None:
    """Writes all tables, summary.json and manifest.json, the last last. Raises `OSError`.

    `waterfalls` are by the name of their second side. `about` has further entries of the manifest: the command,
    and of each side its file and folder.
    """
    others = pairing.sides[1:]
    found = {side.name: pairing.differences(side) for side in others}
    tapes = {side.name: pairing.tapes(side) for side in others}
    tables = {
        "differences.csv": _write_differences(folder, pairing.first.name, found),
        "pairs.csv": _write_pairs(folder, pairing, identity.of),
        "tapes.csv": _write_tapes(folder, pairing.first.name, tapes),
        "timelines.csv": _write_timelines(folder, pairing.sides),
    }
    tables |= write_waterfalls(folder, waterfalls.values()) if waterfalls else {}
    content = to_json(_summary(identity, pairing, found, tapes, waterfalls))
    write_whole(folder / "summary.json", content)
    said = {
        "kind": COMPARISON.finished, "schema": identity.schema, "comparison": identity.hash, "seed": pairing.seed,
        "replications": len(pairing.numbers), "of": identity.of, "waterfalls": sorted(waterfalls), **about,
        "identity": identity.plain(),
        "versions": {"drawdown": identity.version, "python": platform.python_version()},
        "summary": {"sha256": file_hash(folder / "summary.json")}, "tables": dict(sorted(tables.items())),
        "clock": dict(clock),
    }  # fmt: skip
    write_whole(folder / NAME, to_json(said))


def _write_differences(folder: Path, a: str, found: Mapping[str, Mapping[str, Difference]]) -> dict[str, Any]:
    columns = (
        "response", "unit", "a", "b", "mean_a", "mean_b", "difference", "low", "high", "chance_b_beats_a",
        "chance_low", "chance_high", "ties", "variance_factor", "words", "method", "pairs",
    )  # fmt: skip
    with Table(folder / "differences.csv", columns) as table:
        for b, responses in found.items():
            for name, one in responses.items():
                chance = one.chance
                reported = (chance.chance, chance.low, chance.high, chance.ties) if chance else (None,) * 4
                table.row(
                    name, one.measure.unit, a, b, one.mean_a, one.mean_b, one.mean, one.low, one.high, *reported,
                    one.factor, one.words, one.method, one.count,
                )  # fmt: skip
    return table.described


def _write_pairs(folder: Path, pairing: Pairing, of: str) -> dict[str, Any]:
    columns = ("replication", "response", "a", "b", "value_a", "value_b", "difference")
    names = [of, *(name for name in FEW if name != of)]
    with Table(folder / "pairs.csv", columns) as table:
        for side in pairing.sides[1:]:
            known = [name for name in names if name in pairing.first.measures and name in side.measures]
            for number in pairing.numbers:
                mine, theirs = pairing.first.rows.get(number), side.rows.get(number)
                for name in known if mine and theirs else ():
                    two = (mine or {}).get(name), (theirs or {}).get(name)
                    gap = None if two[0] is None or two[1] is None else two[1] - two[0]
                    table.row(number, name, pairing.first.name, side.name, *two, gap)
    return table.described


def _write_tapes(folder: Path, a: str, found: Mapping[str, Sequence[TapeAgreement]]) -> dict[str, Any]:
    columns = ("a", "b", "source", "place", "replications", "draws_equal", "values_equal", "meant", "words")
    with Table(folder / "tapes.csv", columns) as table:
        for b, rows in found.items():
            for row in rows:
                counts = row.replications, row.draws_equal, row.values_equal
                table.row(a, b, row.source, row.place, *counts, "yes" if row.explained else "NO", row.words)
    return table.described


def _write_timelines(folder: Path, sides: Sequence[Side]) -> dict[str, Any]:
    """Lots extracted and people of the mission by day, of each side over all of its own replications."""
    with Table(folder / "timelines.csv", ("side", "day", "state", *_KINDS)) as table:
        for side in sides:
            for day, state, values in _of_mission(side):
                table.row(side.name, day, state, *values)
    return table.described


def _of_mission(side: Side) -> Iterator[tuple[str, str, list[float]]]:
    """Yields day, state and numbers of lots extracted and of people, of the whole mission."""
    for row in rows_of(side.results, "timeline"):
        state = unguarded(row["state"])
        if unguarded(row["place"]) == MISSION and state in (_EXTRACTED, PEOPLE):
            what = "people" if state == PEOPLE else "lots"
            yield row["day"], state, [float(row[f"{what}_{kind}"]) for kind in _KINDS]


def _summary(
    identity: ComparisonIdentity,
    pairing: Pairing,
    found: Mapping[str, Mapping[str, Difference]],
    tapes: Mapping[str, Sequence[TapeAgreement]],
    waterfalls: Mapping[str, Waterfall],
) -> dict[str, Any]:
    comparisons = []
    for side in pairing.sides[1:]:
        differ = [row for row in tapes[side.name] if row.words != SAME]
        one_sided = sorted(pairing.first.measures.keys() ^ side.measures.keys())
        waterfall = waterfalls.get(side.name)
        comparisons.append({
            "b": side.name, "responses": {name: one.plain() for name, one in found[side.name].items()},
            "of_one_side_only": one_sided, "same_scenario": pairing.first.is_scenario_of(side),
            "tapes": {"sources": len(tapes[side.name]), "differ": [
                {"source": row.source, "place": row.place, "meant": row.explained, "words": row.words} for row in differ
            ]},
            "waterfall": waterfall and waterfall.plain(),
        })  # fmt: skip
    return {
        "of": identity.of, "seed": pairing.seed, "replications": len(pairing.numbers), "confidence": CONFIDENCE,
        "together": len(comparisons), "sides": [_side(side) for side in pairing.sides], "comparisons": comparisons,
    }  # fmt: skip


def check_side(side: Side) -> None:
    """Looks at all that a comparison takes from a side, but for its scenario; raises whatever is odd in it."""
    int(side.results.manifest["seed"])
    _side(side)
    side.tape(side.asked)
    for _ in _of_mission(side):
        pass
    if side.asked != len(side.rows) + len(side.results.manifest["failures"]) or min(side.rows, default=1) < 1:
        raise ValueError("it has other replications than it was asked for")


def _side(side: Side) -> dict[str, Any]:
    manifest = side.results.manifest
    return {
        "name": side.name, "scenario": manifest["name"], "replications": side.asked,
        "followed": manifest["timeline"]["replications"], "failed": len(manifest["failures"]),
        "without": sorted(side.without), "sets": list(manifest["sets"]), "deadline": _deadline(side),
        "closings": _closings(side),
    }  # fmt: skip


def _deadline(side: Side) -> str:
    return str(side.data["calendar"]["deadline"])


def _closings(side: Side) -> dict[str, dict[str, Any]]:
    """By place that must close: its planned day, and days of closing over all replications of the side."""
    start = datetime.fromisoformat(str(side.data["calendar"]["start"]))
    found = {}
    for name, place in side.data.get("places", {}).items():
        said = side.results.summary["responses"].get(_CLOSED + name)
        if said is None:
            continue
        days = {share: said["quantiles"].get(share, {}).get("value") for share in ("0.05", "0.5", "0.95")}
        never = said.get("null", {}).get("replications", 0)
        found[name] = {"planned": str(place.get("handover", ""))[:10] or None, "never": never} | {
            f"p{int(float(share) * 100):02d}": None if day is None else _date(start, day) for share, day in days.items()
        }
    return found


def _date(start: datetime, days: float) -> str:
    # a place that closes at the midnight that ends a day closed on that day
    return (start + timedelta(days=days) - timedelta(seconds=1)).date().isoformat()
