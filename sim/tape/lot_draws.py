"""Mass and work of every lot, drawn if its class gives a distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.distributions import Distribution
from sim.scenario.lots import Lots
from sim.scenario.materiel import LotClass
from sim.scenario.scenario import Scenario
from sim.tape.inversion import Ints, whole
from sim.tape.pieces import broken
from sim.tape.records import Records
from sim.tape.streams import Raw, Streams, unit

MEASURES = ("mass", "prepare", "load", "unload", "destroy", "disable")


@dataclass(frozen=True, slots=True)
class Group:
    """The lots [first, end) of one class at one place."""

    place: str
    place_stream: str
    class_stream: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure of one class with a distribution that is not fixed: its lots at all places."""

    measure: str
    distribution: Distribution
    groups: tuple[Group, ...]
    lots: NDArray[np.intp]


class Materiel:
    """The fixed and the random measures of the lots of a scenario."""

    __slots__ = ("_broken", "_fixed", "_plain", "_spreads")

    def __init__(self, scenario: Scenario, lots: Lots) -> None:
        by_class = _groups(scenario, lots)
        self._broken = broken(scenario, lots)
        self._fixed: dict[str, Ints] = {}
        self._spreads: list[Spread] = []
        for measure in MEASURES:
            values = np.zeros(len(lots), dtype=np.int64)
            for name, groups in by_class.items():
                distribution = _distribution(scenario.classes[name], measure)
                if distribution.fixed:
                    for group in groups:
                        values[group.first : group.end] = whole(distribution, np.zeros(1))[0]
                else:
                    indices = np.concatenate([np.arange(group.first, group.end) for group in groups])
                    self._spreads.append(Spread(measure, distribution, groups, indices))
            self._fixed[measure] = values
        self._plain: dict[str, list[int]] = {name: values.tolist() for name, values in self._fixed.items()}

    def draw(self, streams: Streams, records: Records) -> tuple[dict[str, list[int]], dict[int, int]]:
        """Per measure one whole number per lot (kg or s); the lists are shared if nothing is drawn.

        Then, by lot, the mass of each container that is broken down.
        """
        drawn = {spread.measure: self._fixed[spread.measure].copy() for spread in self._spreads}
        if self._broken:
            drawn = {measure: values.copy() for measure, values in self._fixed.items()}
        for spread in self._spreads:
            values = drawn[spread.measure]
            uniforms = unit(_raw(spread, streams))
            values[spread.lots] = whole(spread.distribution, uniforms)
            begin = 0
            for group in spread.groups:
                end = begin + group.end - group.first
                record = records.of("lots", group.place)
                record.draws.append(uniforms[begin:end])
                record.values.append(values[group.first : group.end])
                begin = end
        whole_kg = [each.draw(drawn, streams, records) for each in self._broken]
        measures = self._plain | {measure: values.tolist() for measure, values in drawn.items()}
        return measures, {shell: kg for each in whole_kg for shell, kg in each.items()}


def _raw(spread: Spread, streams: Streams) -> Raw:
    raw: Raw = np.empty(len(spread.lots), dtype=np.uint64)
    begin = 0
    for group in spread.groups:
        many = group.end - group.first
        key = ("lots", spread.measure, group.place_stream, group.class_stream)
        raw[begin : begin + many] = streams.raw(many, *key)
        begin += many
    return raw


def _groups(scenario: Scenario, lots: Lots) -> dict[str, tuple[Group, ...]]:
    """Groups by class, in order of stream and name; those of a class in the order of the lots."""
    found: dict[str, list[Group]] = {}
    for (place, name), (first, end) in lots.groups.items():
        group = Group(place, scenario.stream_of("places", place), scenario.stream_of("classes", name), first, end)
        found.setdefault(name, []).append(group)
    ordered = sorted(found, key=lambda name: (scenario.stream_of("classes", name), name))
    return {name: tuple(found[name]) for name in ordered}


def _distribution(lot_class: LotClass, measure: str) -> Distribution:
    return {
        "mass": lot_class.mass,
        "prepare": lot_class.prepare,
        "load": lot_class.load,
        "unload": lot_class.unload,
        "destroy": lot_class.destroy,
        "disable": lot_class.disable,
    }[measure]
