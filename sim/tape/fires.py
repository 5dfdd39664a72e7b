"""Indirect fire: every lot has one threshold, and is destroyed when its accumulated hazard reaches it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.scenario.lots import Lots
from sim.scenario.scenario import Scenario
from sim.sums import sum_in_order
from sim.tape.inversion import Floats
from sim.tape.rates import Hazard
from sim.tape.records import Records
from sim.tape.streams import Raw, Streams, unit


class FireRates:
    """Hazards of fire by place (only if above 0), and the lots exposed to them."""

    __slots__ = ("groups", "hazards", "lots", "pieces")

    def __init__(self, scenario: Scenario, lots: Lots) -> None:
        self.lots = lots
        self.hazards: dict[str, Hazard] = {}
        for name, place in scenario.places.items():
            hazard = Hazard(place.threat.fires, place.threat.periods.values(), scenario.time.horizon_s)
            if hazard.total > 0:
                self.hazards[name] = hazard
        self.groups = [
            (first, end, scenario.stream_of("places", place), scenario.stream_of("classes", lot_class))
            for (place, lot_class), (first, end) in lots.groups.items()
        ]
        self.pieces = list(lots.broken.items())


class Fires:
    """Fires of one replication. `at` is, per lot, when fire destroys it if it stays at its place of origin."""

    __slots__ = ("_needed", "_rates", "at")

    def __init__(self, rates: FireRates, streams: Streams, records: Records, off: bool) -> None:
        many = len(rates.lots)
        self.at: list[int | None] = [None] * many
        self._rates = rates
        self._needed: Floats | None = None
        if not rates.hazards or not many:
            return
        uniforms = self._uniforms(streams)
        needed = -np.log1p(-uniforms)
        if not off:
            self._needed = needed
        for place, (first, end) in rates.lots.spans.items():
            if end > first:
                record = records.of("fires", place)
                record.draws.append(uniforms[first:end])
                if not off:
                    record.value(self._burn(place, first, needed[first:end]))

    def _uniforms(self, streams: Streams) -> Floats:
        raw: Raw = np.empty(len(self._rates.lots), dtype=np.uint64)
        for first, end, place_stream, class_stream in self._rates.groups:
            raw[first:end] = streams.raw(end - first, "fires", place_stream, class_stream)
        for shell, pieces in self._rates.pieces:  # what burns a container burns what has come out of it
            raw[pieces.start : pieces.stop] = raw[shell]
        return unit(raw)

    def _burn(self, place: str, first: int, needed: Floats) -> list[tuple[int, int]]:
        """Lots of a place, counted from its first, that fire destroys if they stay there, and when."""
        hazard = self._rates.hazards.get(place)
        if hazard is None:
            return []
        hit = np.flatnonzero(needed <= hazard.total)
        burnt = list(zip(hit.tolist(), hazard.instants(needed[hit]).tolist(), strict=True))
        for i, at in burnt:
            self.at[first + i] = at
        return burnt

    def after(self, lot: int, place: str, arrived_s: int, stood: Sequence[tuple[str, int, int]]) -> int | None:
        """When fire destroys a lot at a place where it arrived, given earlier stays (place, from, until).

        The hazards of all stays accumulate against the lot's one threshold; `None` if it is not reached by the
        horizon.
        """
        hazard = self._rates.hazards.get(place)
        if self._needed is None or hazard is None:
            return None
        hazards = self._rates.hazards
        stays = (hazards[name].between(a, b) for name, a, b in stood if name in hazards)
        left = float(self._needed[lot]) - sum_in_order(stays)
        if left <= 0:
            return arrived_s
        at = hazard.when(hazard.sum_at(arrived_s) + left)
        return None if at is None else max(at, arrived_s)
