"""A player whose world obeys its scenario: what comes out follows crews, trucks, and the luck of the replication."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from standin import LOTS, Rows, StandIn, layout

from sim.experiment.worker import Model

LITTLE = """
schema: 1
name: A little camp
calendar: {start: 2023-07-01, deadline: 2023-07-04}
places:
  camp:
    role: camp
    handover: 2023-07-04
    evacuate: {port: [road]}
    crews: {count: 2}
    lots: {box: {unoe: 10}}
  port: {role: exit}
classes:
  box: {mass: 1.25 t, floor: 1.5, value: 40 kUSD, moves: [truck], prepare: {lognormal: {mean: 2 h, cv: 0.5}}}
lift:
  trucks: {pool: {count: 3, base: port, payload: 20 t, floor: 6}}
  convoys: {at_once: 1, vehicles: {least: 1, most: 3}}
routes:
  road: {through: [camp, port], km: [100], a_day: {calm: 100 km}}
"""
"""A camp that it can play, and so can the world."""


class Levers:
    """Extracts `crews + trucks - 2` lots more than luck gives, and one more where both are above 2."""

    def __init__(self, crews: int, trucks: int, off: frozenset[str], trouble: dict[int, str]) -> None:
        self.extra = crews + trucks - 2 + (crews > 2 and trucks > 3) + len(off)
        self.inner = StandIn("camp", trouble)

    def run(self, seed: int, replication: int) -> Rows:
        rows = self.inner.run(seed, replication)
        out = min(LOTS, random.Random(f"{seed}/{replication}").randrange(3) + self.extra)
        shares: dict[str, float | int | None] = {
            "extracted_share": out / LOTS,
            "destroyed_share": 1 - out / LOTS,
            "deadline_met": float(self.extra > 3),
        }
        return replace(rows, responses=rows.responses | shares)


class StagedLevers:
    """Sets `Levers` on the stage."""

    def __init__(self, trouble: dict[int, str] | None = None) -> None:
        self.trouble = trouble or {}

    def __call__(self, scenario: Any, without: frozenset[str]) -> Model:
        camp = scenario.places["camp"]
        trucks = scenario.lift.trucks["pool"].count if "pool" in scenario.lift.trucks else 0
        return Model(Levers, (camp.crews.count, trucks, without, self.trouble), layout())
