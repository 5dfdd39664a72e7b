"""A backtest as plain data: what its folder, its JSON, its table and its picture are made of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sim.analysis.backtest import Judged, Scored
from sim.analysis.scores import Order
from sim.experiment.backtesting import Backtest, Held

_WORDS = {
    "closed": "{at} closed", "home": "home by {on}", "column_days": "{at} column, days",
    "column_attacks": "{at} column, attacks", "column_hurt": "{at} column, hurt",
    "trucks_through": "trucks through by {on}",
}  # fmt: skip


def summary_of(plan: Backtest, held: tuple[Held, ...]) -> dict[str, Any]:
    """All figures of a backtest; dates as ISO text, days of CRPS and skill as numbers, nothing as `None`."""
    return {
        "cut": plan.cut.isoformat(), "seed": plan.seed, "replications": plan.replications,
        "hindsight": [{"input": path, "from": day.isoformat()} for path, day in plan.hindsight],
        "replaced": list(plan.replaced),
        "sides": [_side(one) for one in held],
    }  # fmt: skip


def _side(held: Held) -> dict[str, Any]:
    judged = held.judged
    return {
        "name": held.side.name, "scenario": held.side.loaded.scenario.name,
        "note": held.side.loaded.scenario.note, "file": held.side.file,
        "played": held.played, "failed": len(held.failures), "targets": [_target(held, one) for one in judged.scored],
        "hits": judged.hits(), "not_excluded": {name: list(ends) for name, ends in judged.power().items()},
        "misses": [one.name for one in judged.misses()], "order": _orders(judged),
        "groups": [
            {"group": name, "targets": len(rows), "crps": mean, "skills": skills}
            for name, (rows, mean, skills) in judged.groups().items()
        ],
    }  # fmt: skip


def _orders(judged: Judged) -> dict[str, Any]:
    said = {"of the medians": judged.median_order, "mean over replications": judged.mean_order}
    return {name: _order(one) for name, one in (said | dict(judged.yardstick_orders)).items()}


def _order(one: Order) -> dict[str, float | None]:
    return {"spearman": one.spearman, "kendall": one.kendall}


def _target(held: Held, one: Scored) -> dict[str, Any]:
    target, score = one.target, one.score
    on = f"{target.on.day} {target.on:%b}"
    said: dict[str, Any] = {
        "name": one.name, "words": _WORDS[target.measure].format(at=target.at, on=on), "measure": target.measure,
        "at": target.at, "on": target.on.isoformat(), "unit": target.unit, "record": _value(held, one, one.figure),
        "low": _value(held, one, one.ends[0]), "high": _value(held, one, one.ends[1]), "source": target.source,
        "note": target.note, "members": len(one.members), "in_doubt": one.in_doubt,
    }  # fmt: skip
    said |= {
        "median": None, "half_low": None, "half_high": None, "most_low": None, "most_high": None, "in_half": False,
        "in_most": False, "crps": None, "pit": None,
    }  # fmt: skip
    if score is not None:
        ends = {"median": score.median, "half_low": score.half[0], "half_high": score.half[1],
                "most_low": score.most[0], "most_high": score.most[1]}  # fmt: skip
        said |= {name: _value(held, one, end) for name, end in ends.items()}
        said |= {"in_half": score.in_half, "in_most": score.in_most, "crps": score.crps, "pit": score.pit}
    said["yardsticks"] = {
        name: None if day is None else _value(held, one, day) for name, day in one.yardsticks.items()
    }
    return said | {"skills": one.skills()}


def _value(held: Held, one: Scored, figure: float) -> float | str:
    """A figure in its unit: a day counted from the start as a date."""
    if one.target.unit != "date":
        return figure
    return (held.side.loaded.scenario.time.date_of_day(0) + timedelta(days=round(figure))).isoformat()
