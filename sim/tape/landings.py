"""The n-th landing at a place: the draws for an accident or a hit, and their consequences."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.distributions import Distribution
from sim.scenario.scenario import Scenario
from sim.tape.inversion import Floats, whole
from sim.tape.records import Records
from sim.tape.streams import Streams

_BLOCK = 32  # landings drawn at once
_NEVER = 1.0  # a uniform that is below no probability


@dataclass(frozen=True, slots=True)
class Landing:
    """Random events of one landing: an accident or a hit if its uniform is below the probability."""

    accident_u: float
    hull_u: float
    repair_s: int
    hit_u: float
    out_s: int


@dataclass(frozen=True, slots=True)
class LandingChances:
    """Distributions of landings; `None` if the kind of event does not exist."""

    streams: dict[str, str]
    repair: Distribution | None
    out: Distribution | None


def landing_chances(scenario: Scenario) -> LandingChances:
    """The distributions of landings at all places; a kind with probability 0 everywhere does not exist."""
    accidents, hits = scenario.accidents.landing, scenario.hits.landing
    accidents = accidents if accidents and any(accidents.chance.values()) else None
    hits = hits if hits and (hits.quiet or hits.under_fire) else None
    nothing = Distribution("fixed", (0.0,))
    return LandingChances(
        streams={name: scenario.stream_of("places", name) for name in scenario.places},
        repair=(accidents.repair or nothing) if accidents else None,
        out=(hits.out or nothing) if hits else None,
    )


class Landings:
    """Landings of one replication, drawn in blocks as they happen; the order of calls never matters."""

    __slots__ = ("_blocks", "_distributions", "_no_accidents", "_no_hits", "_streams")

    def __init__(self, distributions: LandingChances, streams: Streams, no_accidents: bool, no_hits: bool) -> None:
        self._distributions = distributions
        self._streams = streams
        self._no_accidents = no_accidents
        self._no_hits = no_hits
        self._blocks: dict[tuple[str, int], list[Landing]] = {}

    def at(self, place: str, n: int) -> Landing:
        """The n-th landing at a place (from 0), of any type."""
        key = (place, n // _BLOCK)
        block = self._blocks.get(key)
        if block is None:
            block = self._blocks[key] = self._draw(*key)
        return block[n % _BLOCK]

    def _draw(self, place: str, block: int) -> list[Landing]:
        never, nothing = [_NEVER] * _BLOCK, [0] * _BLOCK
        accident, hull, repair = never, never, nothing
        hit, out = never, nothing
        if self._distributions.repair is not None and not self._no_accidents:
            drawn = self._accidents(place, block)
            accident, hull = drawn[:, 0].tolist(), drawn[:, 1].tolist()
            repair = whole(self._distributions.repair, drawn[:, 2]).tolist()
        if self._distributions.out is not None and not self._no_hits:
            drawn = self._hits(place, block)
            hit, out = drawn[:, 0].tolist(), whole(self._distributions.out, drawn[:, 1]).tolist()
        return [Landing(*each) for each in zip(accident, hull, repair, hit, out, strict=True)]

    def _accidents(self, place: str, block: int) -> Floats:
        stream = self._distributions.streams[place]
        return self._streams.uniforms(3 * _BLOCK, "accidents", stream, block=block).reshape(-1, 3)

    def _hits(self, place: str, block: int) -> Floats:
        stream = self._distributions.streams[place]
        return self._streams.uniforms(2 * _BLOCK, "hits", stream, block=block).reshape(-1, 2)

    def record(self, records: Records) -> None:
        """Record the first block of each place, which represents an unlimited number of landings."""
        for place in self._distributions.streams:
            for source, distribution, drawn, off in (
                ("accidents", self._distributions.repair, self._accidents, self._no_accidents),
                ("hits", self._distributions.out, self._hits, self._no_hits),
            ):
                if distribution is not None:
                    uniforms = drawn(place, 0)
                    record = records.of(source, place)
                    record.draws.append(uniforms.ravel())
                    if not off:
                        record.values += [uniforms[:, :-1].ravel(), whole(distribution, uniforms[:, -1])]
