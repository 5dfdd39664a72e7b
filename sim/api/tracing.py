"""One replication event by event, and the life of one lot in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.replication.trace import Trace
    from sim.scenario.door import Loaded


def events_of(loaded: Loaded, seed: int, replication: int, without: Iterable[str] = ()) -> Trace:
    """Everything that happened in one replication, in the order of time.

    Raises `InputError` for an unknown cause, `ReplicationError` if the replication fails.
    """
    from sim.experiment.planning import check_causes
    from sim.replication.trace import trace

    return trace(loaded.scenario, seed, replication, frozenset(check_causes(without)))


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
