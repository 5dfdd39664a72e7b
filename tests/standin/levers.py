"""A player whose world obeys its scenario: what comes out follows crews, trucks, and the luck of the replication."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from standin import LOTS, Rows, StandIn, layout

from sim.experiment.worker import Cast


class Levers:
    """Extracts `crews + trucks - 2` lots more than luck gives, and one more where both are above 2."""

    def __init__(self, crews: int, trucks: int, off: frozenset[str], trouble: dict[int, str]) -> None:
        self.extra = crews + trucks - 2 + (crews > 2 and trucks > 3) + len(off)
        self.inner = StandIn("camp", trouble)

    def play(self, seed: int, replication: int) -> Rows:
        rows = self.inner.play(seed, replication)
        out = min(LOTS, random.Random(f"{seed}/{replication}").randrange(3) + self.extra)
        shares: dict[str, float | int | None] = {
            "extracted_share": out / LOTS, "destroyed_share": 1 - out / LOTS, "deadline_met": float(self.extra > 3),
        }
        return replace(rows, responses=rows.responses | shares)


class StagedLevers:
    """Sets `Levers` on the stage."""

    def __init__(self, trouble: dict[int, str] | None = None) -> None:
        self.trouble = trouble or {}

    def __call__(self, scenario: Any, without: frozenset[str]) -> Cast:
        camp = scenario.places["camp"]
        trucks = scenario.lift.trucks["pool"].count if "pool" in scenario.lift.trucks else 0
        return Cast(Levers, (camp.crews.count, trucks, without, self.trouble), layout())
