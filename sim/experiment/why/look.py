"""What of each simulated world is looked at: a response, what it means in tonnes and dollars, and by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.groups import FateRow
from sim.replication.simulator import Outcome

BY = ("place", "class", "owner")
"""Groups of lots by which shares are told apart, as columns of the rows of fates."""
BESIDE = ("cost_usd", "people_late", "destroyed_share", "convoys", "sorties_flown", "fill")
"""Responses kept beside the one asked for: they tell what a lever that lowers it has changed."""
_AMOUNTS = {"_share": 5, "_share_lots": 4, "_share_floor": 6, "_share_value": 7}
_TONNES = "_share"


@dataclass(frozen=True, slots=True)
class Look:
    """The numbers kept of a world: responses by name, tonnes of a share of them, and shares by group."""

    of: str
    responses: tuple[str, ...]
    by: str | None = None
    groups: tuple[str, ...] = ()
    closing: frozenset[str] = frozenset()

    @property
    def tonnes(self) -> str | None:
        """Name of the tonnes that the response is a share of; `None` for other responses."""
        return f"{self.of.removesuffix(_TONNES)}_tonnes" if self.of.endswith(_TONNES) else None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all numbers, in order."""
        return (*self.responses, *((self.tonnes,) if self.tonnes else ()), *map(self.of_group, self.groups))

    def of_group(self, group: str) -> str:
        """Name of the share of one group."""
        return f"{self.of} at {group}"

    def numbers(self, outcome: Outcome) -> tuple[float | None, ...]:
        """Returns the numbers of a world; `None` where a denominator is zero."""
        found = [outcome.responses[name] for name in self.responses]
        if self.tonnes:
            share, tonnes = outcome.responses[self.of], outcome.responses["tonnes"]
            found.append(None if share is None or tonnes is None else share * tonnes)
        return (*found, *self._by_group(outcome.fates))

    def _by_group(self, rows: Sequence[FateRow]) -> list[float | None]:
        if self.by is None:
            return []
        fate, _, kind = self.of.partition("_share")
        column, amount = BY.index(self.by), _AMOUNTS[f"_share{kind}"]
        whole, part = dict.fromkeys(self.groups, 0), dict.fromkeys(self.groups, 0)
        for row in rows:
            group = str(row[column])
            if row[0] in self.closing and group in whole:
                whole[group] += int(row[amount])
                part[group] += int(row[amount]) if row[3] == fate else 0
        return [part[group] / whole[group] if whole[group] else None for group in self.groups]


def is_by_lots(response: str) -> bool:
    """Whether a response is a share of lots by fate, which can be told by place, class and owner."""
    fate, share, kind = response.partition("_share")
    return bool(share) and f"_share{kind}" in _AMOUNTS and fate != "people_out"
