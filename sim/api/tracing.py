"""One replication event by event, and the life of one lot in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.replication.trace import Trace
    from sim.replication.trace_filter import Filter
    from sim.scenario.door import Loaded


def events_of(loaded: Loaded, seed: int, replication: int, without: Iterable[str] = ()) -> Trace:
    """Everything that happened in one replication, in the order of time.

    Raises `InputError` for an unknown cause, `ReplicationError` if the replication fails.
    """
    from sim.experiment.planning import check_causes
    from sim.replication.trace import trace

    return trace(loaded.scenario, seed, replication, frozenset(check_causes(without)))


def filter_of(
    loaded: Loaded, places: Sequence[str] = (), kinds: Sequence[str] = (), begin: str | None = None,
    end: str | None = None,
) -> Filter:  # fmt: skip
    """Which events are wanted, by names and dates. Raises `InputError` with every unknown name and date outside."""
    from sim.replication.trace_filter import KINDS, Filter

    problems = [_unknown("--place", name, list(loaded.scenario.places)) for name in places
                if name not in loaded.scenario.places]  # fmt: skip
    problems += [_unknown("--kind", kind, KINDS) for kind in kinds if kind not in KINDS]
    instants: list[int | None] = []
    for option, text, last in (("--from", begin, False), ("--until", end, True)):
        try:
            instants.append(_instant(loaded, text, last=last))
        except ValueError as error:
            problems.append(Problem(option, str(error), (text or "")[:60]))
    if problems:
        raise InputError(problems)
    return Filter(frozenset(places), tuple(kinds), *instants)


def _unknown(option: str, name: str, known: Sequence[str]) -> Problem:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    what = option.removeprefix("--")
    return Problem(option, f"there is no such {what}", name[:60], nearest=near[0] if near else None)


def _instant(loaded: Loaded, text: str | None, *, last: bool) -> int | None:
    """The instant of a date, from its begin or until its end; raises `ValueError` outside of what is simulated."""
    if text is None:
        return None
    time = loaded.scenario.time
    at_s = time.last_instant(text) if last else time.first_instant(text)
    if at_s < 0 or time.first_instant(text) > time.horizon_s:
        first, end = time.local(0).date().isoformat(), time.local(time.horizon_s - 1).date().isoformat()
        raise ValueError(f"this is outside of what is simulated, from {first} to {end}")
    return at_s


def story_of(loaded: Loaded, seed: int, replication: int, lot: str, without: Iterable[str] = ()) -> list[str]:
    """The life of one lot in one replication, a sentence each step; raises as `events_of`, and for no such lot."""
    from sim.experiment.planning import check_causes
    from sim.replication.trace import lot_story

    off = frozenset(check_causes(without))
    _check_lot(loaded, lot)
    return list(lot_story(loaded.scenario, seed, replication, lot, off))


def _check_lot(loaded: Loaded, lot: str) -> None:
    from sim.scenario.lots import lot_table

    lots = lot_table(loaded.scenario)
    try:
        lots.index(lot)
    except KeyError:
        known = lots.ids()
        near = difflib.get_close_matches(lot, known[:5000], 1)
        allowed = f"PLACE/CLASS/NUMBER, such as {known[0]}" if known else "there are no lots"
        problem = Problem("--lot", "no such lot", lot[:100], allowed, near[0] if near else None)
        raise InputError([problem]) from None
