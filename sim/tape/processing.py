"""Processing of every lot at the receiving end, drawn if a place gives a distribution for its class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.scenario.distributions import Distribution
from sim.scenario.lots import Lots
from sim.scenario.scenario import Scenario
from sim.tape.inversion import whole
from sim.tape.records import Records
from sim.tape.streams import Streams


@dataclass(frozen=True, slots=True)
class Processing:
    """What the lots of one class from one place take at a receiving place; `key` is that of their stream."""

    place: str
    origin: str
    distribution: Distribution
    key: tuple[str, ...]
    lots: tuple[int, ...]


def processing(scenario: Scenario, lots: Lots) -> tuple[Processing, ...]:
    """By receiving place, class and place of origin, the lots that would be processed there."""
    groups: dict[tuple[str, str], list[int]] = {}
    for lot, whose in enumerate(zip(lots.place, lots.kind, strict=True)):
        groups.setdefault(whose, []).append(lot)
    found: list[Processing] = []
    for name, place in scenario.places.items():
        given = place.receiving.processing if place.receiving is not None else {}
        for (origin, kind), some in groups.items() if given else ():
            if kind in given and origin != name:
                here, there = scenario.stream_of("places", name), scenario.stream_of("places", origin)
                key = ("processing", here, there, scenario.stream_of("classes", kind))
                found.append(Processing(name, origin, given[kind], key, tuple(some)))
    return tuple(found)


def draw_processing(each: Processing, streams: Streams, records: Records) -> list[tuple[int, int]]:
    """Lots and the seconds that their processing takes."""
    many = len(each.lots)
    if each.distribution.fixed:
        return list(zip(each.lots, [int(whole(each.distribution, np.zeros(1))[0])] * many, strict=True))
    uniforms = streams.uniforms(many, *each.key)
    taken = whole(each.distribution, uniforms)
    record = records.of("lots", each.origin)
    record.draws.append(uniforms)
    record.values.append(taken)
    return list(zip(each.lots, taken.tolist(), strict=True))
