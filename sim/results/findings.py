"""What a run found beyond its responses: what limits, what was given up and why, people at risk, odd replications.

It is gathered from the lines of the tables, replication by replication, while they are written, and goes into
`summary.json` under `findings`. Only counts, sums and a few numbers a replication stay in memory.
"""

from __future__ import annotations

import csv
import io
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import fsum
from typing import Any

from sim.analysis.estimates import Estimate
from sim.analysis.groups import Running
from sim.analysis.intervals import exact_chance, mean_of, never_seen, rank_of
from sim.analysis.modes import member
from sim.results.files import unguarded

_SOME = 100
"""Replications from which the mass of all places is taken."""
_DAY_S = 86_400
_ENDS = (0.05, 0.5, 0.95)

Column = Callable[[str], Sequence[float | None]]


class Findings:
    """Adds up what replications found, in the order of their numbers."""

    def __init__(self) -> None:
        self.numbers = array("q")
        self._tonnes: list[float] = []
        self._use: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0])
        self._reasons: dict[str, Running] = {}
        self._condemned: Counter[str] = Counter()
        self._lots = [0, 0]
        self._orders: dict[str, _Orders] = defaultdict(_Orders)

    def add(self, number: int, lines: Mapping[str, str], tonnes: float | None) -> None:
        """Adds a replication: the lines of its tables, and the tonnes that its shares are of."""
        if len(self.numbers) < _SOME:
            self._tonnes.append(fsum(float(cells[6]) for cells in _cells(lines.get("fates", ""))))
        for _, means, name, *hours in _cells(lines.get("use", "")):
            sums = self._use[unguarded(means), unguarded(name)]
            used, available, clock = map(float, hours)
            self._use[unguarded(means), unguarded(name)] = [
                sums[0] + used, sums[1] + available, sums[2] + clock, sums[3] + (clock > 0)
            ]  # fmt: skip
        self._add_given_up(_cells(lines.get("given_up", "")), tonnes)
        for _, place, *_rest, order_s, by, episode in _cells(lines.get("places", "")):
            if order_s:
                self._orders[unguarded(place)].add(int(order_s), unguarded(by), episode)
        self.numbers.append(number)

    def _add_given_up(self, rows: Iterable[list[str]], tonnes: float | None) -> None:
        held: dict[str, float] = defaultdict(float)
        for _, _, day, reason, lots, _, lots_not_out, tonnes_not_out in rows:
            self._condemned[day] += int(lots)
            self._lots[0] += int(lots)
            self._lots[1] += int(lots_not_out)
            held[unguarded(reason)] += float(tonnes_not_out)
        for reason in held:
            if reason not in self._reasons:
                self._reasons[reason] = Running(1)
                if self.numbers:
                    self._reasons[reason].add([0.0], len(self.numbers))
        for reason, running in self._reasons.items():
            running.add([held.get(reason, 0.0) / tonnes if tonnes else None])

    # what was found

    def plain(self, estimates: Sequence[Estimate], column: Column, policy: Mapping[str, Any]) -> dict[str, Any]:
        """What was found, as `summary.json` holds it; `column` has the values of a response by its name."""
        names = {one.measure.name for one in estimates}
        count = len(self.numbers)
        return {
            "tonnes_of_all_places": mean_of(self._tonnes) if self._tonnes else None,
            "use": self._used(count),
            "given_up": self._given_up(count),
            "policy": dict(policy),
            "orders": {place: one.plain(count) for place, one in sorted(self._orders.items())},
            "people_at_risk": self._at_risk(column("people_late") if "people_late" in names else ()),
            "odd": self._odd(column("extracted_share") if "extracted_share" in names else ()),
            "examples": self._examples(estimates, column),
        }

    def _used(self, count: int) -> list[dict[str, Any]]:
        rows = [
            {"means": means, "name": name, "utilisation": used / available if available else None,
             "used_h": used / count, "available_h": available / count, "hours": clock / count, "replications": some}
            for (means, name), (used, available, clock, some) in self._use.items()
        ]  # fmt: skip
        return sorted(rows, key=_rank)

    def _given_up(self, count: int) -> dict[str, Any]:
        reasons: list[dict[str, Any]] = []
        for reason, running in self._reasons.items():
            said = running.estimate(0, "given_up_share", "reason", reason)
            reasons.append({"reason": reason, "mean": said.value, "low": said.low, "high": said.high,
                            "method": said.method, "flag": said.flag})  # fmt: skip
        reasons.sort(key=lambda row: (-(row["mean"] or 0.0), str(row["reason"])))
        most = max(sorted(self._condemned.items()), key=lambda item: item[1], default=None)
        return {
            "reasons": reasons, "lots_condemned": self._lots[0] / count if count else None,
            "lots_not_out": self._lots[1] / count if count else None,
            "largest_day": None if most is None else {"day": most[0], "lots": most[1] / count},
        }  # fmt: skip

    def _at_risk(self, late: Sequence[float | None]) -> dict[str, Any]:
        """The chance that people leave after the handover of their place, and how many then."""
        at = [place for place, value in enumerate(late) if value]
        many = [float(late[place] or 0) for place in at]
        if not late:
            return {}
        low, high = exact_chance(len(at), len(late)) if at else (0.0, never_seen(len(late)))
        said: dict[str, Any] = {"chance": len(at) / len(late), "low": low, "high": high, "replications": len(at)}
        if at:
            worst = max(range(len(at)), key=lambda place: many[place])
            said |= {"mean": mean_of(many), "most": many[worst], "replication": self.numbers[at[worst]]}
        return said

    def _odd(self, out: Sequence[float | None]) -> dict[str, Any] | None:
        """The replication whose share out is farthest from the median."""
        known = [(value, at) for at, value in enumerate(out) if value is not None]
        if len(known) < 3:  # noqa: PLR2004 - of two, none is odd
            return None
        ordered = sorted(value for value, _ in known)
        middle = ordered[rank_of(len(ordered), 0.5) - 1]
        value, at = max(known, key=lambda one: (abs(one[0] - middle), -one[1]))
        return {"replication": self.numbers[at], "extracted_share": value, "median": middle}

    def _examples(self, estimates: Sequence[Estimate], column: Column) -> dict[str, int]:
        """A replication of each rare mode, by response."""
        found = {}
        for one in estimates:
            at = None if one.rare is None else member(one.rare, column(one.measure.name))
            if at is not None:
                found[one.measure.name] = self.numbers[at]
        return found


class _Orders:
    """Orders to leave of one place."""

    def __init__(self) -> None:
        self._at_s = array("q")
        self._by: Counter[str] = Counter()
        self._episodes: Counter[int] = Counter()

    def add(self, at_s: int, by: str, episode: str) -> None:
        self._at_s.append(at_s)
        self._by[by] += 1
        if episode:
            self._episodes[int(episode)] += 1

    def plain(self, count: int) -> dict[str, Any]:
        """Chance of an order, the days since the start on which it came, and what brought it."""
        ordered, some = sorted(self._at_s), len(self._at_s)
        days = {f"{share:g}": ordered[rank_of(some, share) - 1] / _DAY_S for share in _ENDS}
        often = sorted(self._episodes.items(), key=lambda item: (-item[1], item[0]))
        return {"replications": some, "chance": some / count, "days": days,
                "by": dict(sorted(self._by.items(), key=lambda item: (-item[1], item[0]))),
                "episode": often[0][0] if often else None, "of_that_episode": often[0][1] if often else 0}  # fmt: skip


def _rank(row: Mapping[str, Any]) -> tuple[bool, float]:
    """What had nothing to do comes last, else the fullest first."""
    share = row["utilisation"]
    return share is None, -(share or 0.0)


def _cells(text: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""))
