"""Pieces: mass of and work on the shells and pieces of containers that are broken down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.distributions import Distribution
from sim.scenario.lots import Lots
from sim.scenario.materiel import LotClass, Pieces
from sim.scenario.scenario import Scenario
from sim.tape.inversion import Floats, Ints, whole
from sim.tape.records import Records
from sim.tape.streams import Streams, unit

_OF_A_PIECE = ("prepare", "load", "unload", "destroy", "disable")


@dataclass(frozen=True, slots=True)
class Broken:
    """The containers of one class at one place that are broken down, in order of number, and their pieces.

    `shells` are indices of lots, `pieces` those of the pieces of each as a row. `numbers` counts containers from 0.
    """

    place: str
    streams: tuple[str, str]
    into: Pieces
    piece: LotClass
    shells: NDArray[np.intp]
    numbers: NDArray[np.intp]
    pieces: NDArray[np.intp]

    def draw(self, values: dict[str, Ints], streams: Streams, records: Records) -> dict[int, int]:
        """Fill in mass and work of shells and pieces; returns the mass of each container in kilograms."""
        whole_kg = self._share_out(values["mass"])
        work = self._drawn(self.into.work, "prepare", int(self.numbers[-1]) + 1, streams, records, "lots")
        values["prepare"][self.shells] = work[self.numbers]
        each = self.into.pieces
        for measure in _OF_A_PIECE:
            distribution: Distribution = getattr(self.piece, measure)
            many = (int(self.numbers[-1]) + 1) * each
            drawn = self._drawn(distribution, measure, many, streams, records, "pieces")
            values[measure][self.pieces] = drawn.reshape(-1, each)[self.numbers]
        return dict(zip(self.shells.tolist(), whole_kg.tolist(), strict=True))

    def _share_out(self, mass_kg: Ints) -> Ints:
        """The mass of each container: the shell takes its own, the pieces take alike, the last one what is over."""
        whole_kg = mass_kg[self.shells].copy()
        shell_kg = np.minimum(whole_kg, self.into.shell)
        each_kg = (whole_kg - shell_kg) // self.into.pieces
        mass_kg[self.shells] = shell_kg
        mass_kg[self.pieces] = each_kg[:, None]
        mass_kg[self.pieces[:, -1]] = whole_kg - shell_kg - each_kg * (self.into.pieces - 1)
        return whole_kg

    def _drawn(
        self, distribution: Distribution, measure: str, many: int, streams: Streams, records: Records, source: str
    ) -> Ints:
        if distribution.fixed:
            return np.full(many, whole(distribution, np.zeros(1))[0])
        uniforms: Floats = unit(streams.raw(many, source, measure, *self.streams))
        drawn = whole(distribution, uniforms)
        record = records.of("lots", self.place)
        record.draws.append(uniforms)
        record.values.append(drawn)
        return drawn


def broken(scenario: Scenario, lots: Lots) -> tuple[Broken, ...]:
    """The containers that are broken down, by place and class, in the order of the lots."""
    found: list[Broken] = []
    for (place, name), (first, end) in lots.groups.items():
        shells = [lot for lot in range(first, end) if lot in lots.broken]
        into = scenario.classes[name].breaks_into
        if shells and into is not None:
            keys = scenario.stream_of("places", place), scenario.stream_of("classes", name)
            pieces = np.array([list(lots.broken[shell]) for shell in shells], dtype=np.intp)
            at = np.array(shells, dtype=np.intp)
            found.append(Broken(place, keys, into, scenario.classes[into.lot_class], at, at - first, pieces))
    return tuple(found)
