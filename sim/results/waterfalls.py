"""Which changed keys account for how much of a difference: bars, and the worlds they were worked out from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.intervals import mean_of
from sim.analysis.shapley import Bar, Subset, Worlds
from sim.results.files import Table
from sim.scenario.paths import Path as FieldPath
from sim.scenario.paths import dotted

COLUMNS = ("a", "b", "response", "kind", "change", "value", "low", "high", "method", "keys", "why")
WORLD_COLUMNS = ("a", "b", "changed", "replication", "value")
_JOIN = " + "


@dataclass(frozen=True, slots=True)
class Lever:
    """Changes made together: paths of the scenario, causes removed, and why they are joined."""

    name: str
    paths: tuple[FieldPath, ...]
    off: frozenset[str] = frozenset()
    why: str | None = None

    @property
    def keys(self) -> list[str]:
        """The paths and causes as text."""
        return [dotted(path) for path in self.paths] + [f"without {cause}" for cause in sorted(self.off)]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The bars of one pair of sides; `worlds` are values by subset of levers, over the same `numbers`.

    `dropped` replications have no value in one of the worlds. `orders` is `None` where all were counted.
    """

    a: str
    b: str
    response: str
    levers: tuple[Lever, ...]
    bars: tuple[Bar, ...]
    worlds: Worlds
    numbers: tuple[int, ...]
    dropped: int
    orders: int | None

    @property
    def ends(self) -> tuple[float, float]:
        """Means of the first side and of the other, over the replications that the bars are of."""
        return mean_of(self.worlds[frozenset()]), mean_of(self.worlds[frozenset(range(len(self.levers)))])

    def plain(self) -> dict[str, Any]:
        """The waterfall as `summary.json` holds it."""
        start, end = self.ends
        return {
            "response": self.response, "from": start, "to": end, "replications": len(self.numbers),
            "dropped": self.dropped, "worlds": len(self.worlds), "orders": self.orders,
            "bars": [
                {"change": lever.name, "mean": bar.mean, "low": bar.low, "high": bar.high, "method": bar.method,
                 "keys": lever.keys, "why": lever.why}
                for lever, bar in zip(self.levers, self.bars, strict=True)
            ],
        }  # fmt: skip


def write_waterfalls(folder: Path, found: Iterable[Waterfall]) -> dict[str, dict[str, Any]]:
    """Writes waterfall.csv and worlds.csv; gives rows and hashes for the manifest. Raises `OSError`."""
    with Table(folder / "waterfall.csv", COLUMNS) as bars, Table(folder / "worlds.csv", WORLD_COLUMNS) as worlds:
        for one in found:
            _write_bars(bars, one)
            for subset, values in one.worlds.items():
                for number, value in zip(one.numbers, values, strict=True):
                    worlds.row(one.a, one.b, changed_words(one, subset), number, value)
    return {"waterfall.csv": bars.described, "worlds.csv": worlds.described}


def _write_bars(table: Table, one: Waterfall) -> None:
    start, end = one.ends
    head = (one.a, one.b, one.response)
    table.row(*head, "from", one.a, start, None, None, "mean", None, None)
    for lever, bar in zip(one.levers, one.bars, strict=True):
        keys = " ".join(lever.keys)
        table.row(*head, "change", lever.name, bar.mean, bar.low, bar.high, bar.method, keys, lever.why)
    table.row(*head, "to", one.b, end, None, None, "mean", None, None)


def changed_words(one: Waterfall, subset: Subset) -> str:
    """A world by the changes made in it; nothing for the first side itself."""
    return _JOIN.join(one.levers[at].name for at in sorted(subset))


def by_subset(values: Mapping[Subset, Mapping[int, float | None]], numbers: Iterable[int]) -> tuple[
    dict[Subset, list[float]], tuple[int, ...]
]:  # fmt: skip
    """Values of worlds over the replications that have one in every world, and the numbers of these."""
    kept = tuple(number for number in numbers if all(world.get(number) is not None for world in values.values()))
    return {subset: [float(world[number] or 0.0) for number in kept] for subset, world in values.items()}, kept
