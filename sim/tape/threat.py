"""Alarms and the resulting time in the shelter, by place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.scenario.distributions import Distribution
from sim.scenario.openings import Openings
from sim.scenario.places import Aftershocks
from sim.scenario.scenario import Scenario
from sim.tape.inversion import Ints, whole
from sim.tape.rates import Hazard, arrivals
from sim.tape.records import Records
from sim.tape.streams import FIRST, Streams

_NO_TIME = Distribution("fixed", (0.0,))


@dataclass(frozen=True, slots=True)
class ThreatDraws:
    """Parameters of a place's alarms; `listed` are (alarm, all-clear)."""

    place: str
    stream: str
    hazard: Hazard
    shelter: Distribution
    aftershocks: Aftershocks | None
    listed: tuple[tuple[int, int], ...]
    horizon_s: int


@dataclass(frozen=True, slots=True)
class AlarmDraws:
    """Instants of alarms, sorted, and the merged shelter episodes they cause."""

    at_s: list[int]
    shelter: Openings


CALM = AlarmDraws([], Openings([], []))


def threats(scenario: Scenario) -> tuple[ThreatDraws, ...]:
    """The threat of every place with random or listed alarms."""
    horizon_s = scenario.time.horizon_s
    found: list[ThreatDraws] = []
    for name, place in scenario.places.items():
        alarms = place.threat.alarms
        hazard = Hazard(alarms.rate, place.threat.periods.values(), horizon_s)
        listed = tuple(sorted((window.from_s, window.until_s) for window in alarms.listed.values()))
        after = alarms.aftershocks if alarms.aftershocks and alarms.aftershocks.mean > 0 else None
        if hazard.total > 0 or listed:
            stream = scenario.stream_of("places", name)
            found.append(ThreatDraws(name, stream, hazard, place.threat.shelter or _NO_TIME, after, listed, horizon_s))
    return tuple(found)


def draw_alarms(threat: ThreatDraws, streams: Streams, records: Records, off: bool) -> AlarmDraws:
    """The alarms of a place; `off` still draws them and discards the result."""
    pairs = [pair for generation in _by_chance(threat, streams, records) for pair in generation]
    pairs.extend(threat.listed)
    received = sorted(at for at, _ in pairs if 0 <= at <= threat.horizon_s)
    alarms = CALM if off else AlarmDraws(received, Openings.from_pairs((max(at, 0), clear) for at, clear in pairs))
    records.of("alarms", threat.place).value(alarms.at_s)
    records.of("shelter", threat.place).value(alarms.shelter.pairs())
    return alarms


def _by_chance(threat: ThreatDraws, streams: Streams, records: Records) -> Iterator[list[tuple[int, int]]]:
    """Alarms with their all-clears, generation by generation of aftershocks."""
    if threat.hazard.total <= 0:
        return
    uniforms, born = arrivals(streams, threat.hazard, "alarms", threat.stream)
    records.of("alarms", threat.place).draws.append(uniforms[:FIRST])
    generation = 0
    while len(born) or generation == 0:
        yield _sheltered(threat, streams, records, born, generation)
        generation += 1
        born = _aftershocks(threat, streams, born, generation)


def _sheltered(
    threat: ThreatDraws, streams: Streams, records: Records, born: Ints, generation: int
) -> list[tuple[int, int]]:
    # one stream per generation: the number of alarms does not change the stays of aftershocks
    uniforms = streams.endless(len(born), "shelter", threat.stream, generation)
    if generation == 0:
        records.of("shelter", threat.place).draws.append(uniforms[:FIRST])
    clear = born + whole(threat.shelter, uniforms[: len(born)])
    return list(zip(born.tolist(), clear.tolist(), strict=True))


def _aftershocks(threat: ThreatDraws, streams: Streams, born: Ints, generation: int) -> Ints:
    """Aftershocks of one generation of alarms, within the horizon, in the order of the alarms that caused them."""
    after = threat.aftershocks
    if after is None:
        return born[:0]
    uniforms = streams.uniforms(len(born), "alarms", threat.stream, "aftershocks", generation)
    many = whole(Distribution("poisson", (after.mean,)), uniforms)
    delays = streams.uniforms(int(many.sum()), "alarms", threat.stream, "delays", generation)
    children = np.repeat(born, many) + whole(after.delay, delays)
    return children[children <= threat.horizon_s]
