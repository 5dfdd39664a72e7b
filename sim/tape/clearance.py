"""Clearance: by place or route, day and class of movement, granted or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.scenario.calendar import DAY_S
from sim.scenario.plan import AirClearance, ClearanceWindow, Spells
from sim.scenario.refusals import governing, noons, of_convoys, of_flights
from sim.scenario.scenario import Scenario
from sim.tape.inversion import Floats
from sim.tape.records import Records
from sim.tape.streams import Streams

AIR_MOVEMENTS = ("people", "cargo", "medical")
ROAD_MOVEMENTS = ("people", "trucks")
Key = tuple[str, str, str]  # mode, name of the place or route, movement


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules for one class of movement at one place or route, day by day.

    Per local day: `refused` is the share p, `stays` the probability that a refused day follows a refused one,
    `enters` that one follows a granted one, `begins` whether another rule begins on the day. `chained` is
    whether any day depends on the one before. `outright` are the days on which refusal is certain.
    """

    key: Key
    stream: str
    refused: Floats
    stays: list[float]
    enters: list[float]
    begins: list[bool]
    chained: bool
    outright: list[bool]


def clearance_rules(scenario: Scenario) -> tuple[Rules, ...]:
    """The rules of all places and routes where a movement may ever be refused."""
    days = noons(scenario.time)
    found: list[Rules] = []
    air, roads = scenario.clearance.air, scenario.clearance.road
    for name in scenario.places if air is not None else ():
        for movement in AIR_MOVEMENTS:
            base, windows = of_flights(scenario, air or AirClearance(), name, movement)
            stream = scenario.stream_of("places", name)
            found.append(_rules(("air", name, movement), stream, base, windows, days))
    for name, road in roads.items():
        for movement in ROAD_MOVEMENTS:
            base, windows = of_convoys(road, movement)
            stream = scenario.stream_of("routes", name)
            found.append(_rules(("road", name, movement), stream, base, windows, days))
    return tuple(rules for rules in found if rules.refused.any())


def _rules(key: Key, stream: str, base: Spells, windows: Iterable[ClearanceWindow], at: list[int]) -> Rules:
    days: list[Spells] = [governing(base, windows, noon) for noon in at]
    chances = [_chances(spells) for spells in days]
    begins = [day == 0 or spells is not days[day - 1] for day, spells in enumerate(days)]
    return Rules(
        key=key,
        stream=stream,
        refused=np.array([spells.refused for spells in days]),
        stays=[stays for stays, _ in chances],
        enters=[enters for _, enters in chances],
        begins=begins,
        chained=any(stays != enters for stays, enters in chances),
        outright=[spells.refused >= 1 for spells in days],
    )


def _chances(spells: Spells) -> tuple[float, float]:
    """Probabilities of a refused day after a refused and after a granted one, for share p and mean length L.

    A spell ends with probability b = 1/L, so that lengths are geometric with mean L; with a = p b / (1 - p) from
    granted to refused the share p is stationary. L = 1/(1 - p) makes days independent.
    """
    p = spells.refused
    if p in (0.0, 1.0) or spells.lasting_s is None:
        return p, p
    leaves = min(1.0, DAY_S / spells.lasting_s) if spells.lasting_s else 1.0
    return 1 - leaves, min(1.0, p * leaves / (1 - p))


def draw_clearance(rules: Rules, streams: Streams, records: Records, off: bool) -> list[bool] | None:
    """Whether the movement is refused, by local day; `None` if refusals are removed."""
    mode, name, movement = rules.key
    uniforms = streams.uniforms(len(rules.refused), "clearance", mode, rules.stream, movement)
    record = records.of("clearance", name)
    record.draws.append(uniforms)
    if off:
        return None
    refused: list[bool] = (uniforms < rules.refused).tolist()
    if rules.chained:
        _chain(rules, uniforms.tolist(), refused)
    record.values += [f"{mode} {movement}".encode(), bytes(refused)]
    return refused


def _chain(rules: Rules, uniforms: list[float], refused: list[bool]) -> None:
    """Make each day but the first of a rule depend on the day before; `refused` has the stationary distribution."""
    for day, begins in enumerate(rules.begins):
        if not begins:
            chance = rules.stays[day] if refused[day - 1] else rules.enters[day]
            refused[day] = uniforms[day] < chance
