"""Dice for random scenarios: choices, dates, hours, laws and windows."""

from __future__ import annotations

from random import Random
from typing import Any

Data = dict[str, Any]
START = "2023-01-01"
DAYS = 9


class Dice:
    """What one random scenario is thrown with, and the names in it."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.camps = [f"camp{i}" for i in range(dice.randint(1, 3))]
        self.hub = dice.random() < 0.5
        self.fleets = [f"plane{i}" for i in range(dice.choice([0, 1, 1, 2]))]
        self.pools = [f"pool{i}" for i in range(dice.choice([0, 1, 1, 2]))]

    def maybe(self, chance: float = 0.5) -> bool:
        return self.dice.random() < chance

    def one(self, *of: Any) -> Any:
        return self.dice.choice(of)

    def day(self, least: int = 1, most: int = DAYS) -> str:
        return f"2023-01-{self.dice.randint(least, most):02d}"

    def moment(self, least: int = 1, most: int = DAYS) -> str:
        hour = self.one("00:00", "06:00", "07:30", "12:00", "18:00", "23:59:59")
        return str(self.one(self.day(least, most), f"{self.day(least, most)}T{hour}"))

    def distribution(self, *of: str) -> Any:
        kind = self.dice.random()
        if kind < 0.75:
            return self.one(*of)
        if kind < 0.9:
            return {"uniform": ["0 h", "5 h"]}
        return {"lognormal": {"mean": "2 h", "cv": 1.0}}

    def hours(self) -> str:
        return str(self.one("00:00-24:00", "06:00-18:00", "08:00-16:30", "20:00-04:00"))

    def window(self, **more: Any) -> Data:
        day = self.dice.randint(1, DAYS)
        end = self.dice.randint(day, DAYS)
        return {"from": f"2023-01-{day:02d}", "until": f"2023-01-{end:02d}", **more}
