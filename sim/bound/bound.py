"""The bound of a tape: no plan brings out more, even one that knows all that will happen."""

from __future__ import annotations

from dataclasses import dataclass

from sim.bound.flow import FlowOverTime, T
from sim.bound.periods import periods
from sim.bound.solver import SECONDS, solve
from sim.bound.supply import bins_of, dates_of
from sim.bound.ways import ways_of
from sim.scenario.calendar import DAY_S
from sim.tape.tape import Frame, Tape, draw

_ROUNDING = 1e-7
"""What the sums of the bound may lack, as a share of it: far above the rounding of some million terms."""
_WANTED = 60
"""Periods of a long scenario, about."""
TOLERANCE = 1e-6
"""How much a share may exceed its bound before this is a fault: rounding of shares."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that any plan could have extracted on the tape of a replication, of a whole, in kilograms."""

    replication: int
    kg: float
    whole_kg: int

    @property
    def share(self) -> float | None:
        """The same as a share from 0 to 1, to be compared with `extracted_share`; `None` of nothing."""
        return min(self.kg / self.whole_kg, 1.0) if self.whole_kg else None


def length_of(frame: Frame, wanted: int = _WANTED) -> int:
    """The length of periods in seconds: whole days, so that there are about so many."""
    days = max(1, round(frame.scenario.time.deadline_s / DAY_S / wanted))
    return days * DAY_S


def bound(frame: Frame, tape: Tape, length_s: int | None = None, seconds: float = SECONDS) -> Bound:
    """The bound of a tape, with periods of `length_s` (default: `length_of`).

    The programme allows all that the rules of docs/model.md could allow, and leaves out accidents, hits, attacks,
    fires and breakdowns. Its value is that of a feasible dual, so it holds even where the solver is stopped.
    """
    scope = frame.scenario.in_scope
    whole_kg = sum(tape.mass_kg[i] for name in scope for i in range(*frame.lots.spans[name]))
    dates = dates_of(frame, tape)
    carriers = any(kind.carries is not None for kind in frame.scenario.classes.values())
    bins = bins_of(frame, tape, dates, frozenset(frame.scenario.places) if carriers else scope)
    ends = [each.handover_s for each in dates.values() if each.handover_s is not None]
    cuts = [at_s for handover_s in ends for at_s in (handover_s, handover_s + 1)]
    spans = periods(frame.scenario.time, length_of(frame) if length_s is None else length_s, cuts)
    programme = FlowOverTime(frame, tape, dates, bins, spans, scope).build(ways_of(frame.scenario))
    kg = solve(programme, seconds) * T
    if kg > 0:
        kg += (kg + T) * _ROUNDING
    return Bound(tape.replication, min(kg, float(whole_kg)), whole_kg)


def bound_of(frame: Frame, seed: int, replication: int, without: frozenset[str] = frozenset()) -> Bound:
    """The bound of the tape of one replication."""
    return bound(frame, draw(frame, seed, replication, without))
