"""Availability of tails by day, and their breakdowns by sortie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.scenario.lift import Breakdown
from sim.scenario.scenario import Scenario
from sim.tape.inversion import Floats, whole
from sim.tape.records import Records
from sim.tape.streams import Raw, Streams, unit

_BLOCK = 32  # sorties of a tail drawn at once


@dataclass(frozen=True, slots=True)
class FleetDraws:
    """Parameters of the tails of one type, for a number of days."""

    aircraft_type: str
    stream: str
    tails: int
    days: int
    available: float
    breakdown: Breakdown | None


def fleets(scenario: Scenario) -> dict[str, FleetDraws]:
    """The fleets by type, for types with tails."""
    return {
        name: FleetDraws(
            name,
            scenario.stream_of("aircraft", name),
            aircraft.count,
            len(scenario.time.day_starts_s),
            aircraft.available,
            aircraft.breakdown if aircraft.breakdown and aircraft.breakdown.per_sortie > 0 else None,
        )
        for name, aircraft in scenario.lift.aircraft.items()
        if aircraft.count
    }


def draw_fit(fleet: FleetDraws, streams: Streams, records: Records, off: bool) -> list[list[bool]] | None:
    """Whether a tail is fit, by tail and local day; `None` if all are always fit."""
    if fleet.available >= 1:
        return None
    raw: Raw = np.empty((fleet.tails, fleet.days), dtype=np.uint64)
    for tail in range(fleet.tails):
        raw[tail] = streams.raw(fleet.days, "availability", fleet.stream, tail)
    uniforms = unit(raw)
    record = records.of("availability", fleet.aircraft_type)
    record.draws.append(uniforms.ravel())
    if off:
        return None
    fit = uniforms < fleet.available
    record.values.append(fit.ravel())
    days: list[list[bool]] = fit.tolist()
    return days


class Breakdowns:
    """Breakdowns of tails by sortie, drawn in blocks as sorties are flown; the order does not matter."""

    __slots__ = ("_blocks", "_fleets", "_off", "_streams")

    def __init__(self, by_type: dict[str, FleetDraws], streams: Streams, off: bool) -> None:
        self._fleets = {name: fleet for name, fleet in by_type.items() if fleet.breakdown is not None}
        self._streams = streams
        self._off = off
        self._blocks: dict[tuple[str, int, int], list[int]] = {}

    def repair_s(self, aircraft_type: str, tail: int, n: int) -> int:
        """Seconds of repair after a tail's n-th sortie (from 0), 0 if it does not break down."""
        if self._off or aircraft_type not in self._fleets:
            return 0
        key = (aircraft_type, tail, n // _BLOCK)
        block = self._blocks.get(key)
        if block is None:
            fleet = self._fleets[aircraft_type]
            block = self._blocks[key] = _repairs(fleet, self._uniforms(fleet, tail, n // _BLOCK))
        return block[n % _BLOCK]

    def _uniforms(self, fleet: FleetDraws, tail: int, block: int) -> Floats:
        drawn = self._streams.uniforms(2 * _BLOCK, "breakdowns", fleet.stream, tail, block=block)
        return drawn.reshape(_BLOCK, 2)

    def record(self, records: Records) -> None:
        """Record the first block of each type's first tail, which represents an unlimited number of sorties."""
        for name, fleet in self._fleets.items():
            uniforms = self._uniforms(fleet, 0, 0)
            record = records.of("availability", name)
            record.draws.append(uniforms.ravel())
            if not self._off:
                record.value((fleet.breakdown and fleet.breakdown.per_sortie, _repairs(fleet, uniforms)))


def _repairs(fleet: FleetDraws, uniforms: Floats) -> list[int]:
    if fleet.breakdown is None:
        return [0] * len(uniforms)
    repairs = whole(fleet.breakdown.repair, uniforms[:, 1])
    seconds: list[int] = np.where(uniforms[:, 0] < fleet.breakdown.per_sortie, repairs, 0).tolist()
    return seconds
