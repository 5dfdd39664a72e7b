"""The second milestone: which lots are out of the country, and which the plan keeps at a liquidation site."""

from __future__ import annotations

import numpy as np

from sim.ledger.states import State
from sim.replication.history import History

_UNLOADED = (State.EXTRACTED, State.LATE)


def milestones(history: History) -> tuple[np.ndarray, np.ndarray]:
    """By lot, whether it was unloaded at an exit by the deadline, and whether the plan keeps it where it is."""
    out, kept = np.zeros(history.stock.count, dtype=bool), history.fated == State.RETAINED
    last = {lot: (state, place) for _, lot, state, place, _ in history.ledger.onward}
    extracted = np.flatnonzero(history.fated == State.EXTRACTED)
    if len(extracted):
        columns, at = history.columns, np.zeros(len(out), dtype=np.int64)
        at[columns.lot] = np.arange(len(columns.lot))  # with several steps of a lot, the last write wins
        for lot in extracted.tolist():
            state, place = last.get(lot, (int(State.EXTRACTED), columns.place[at[lot]]))
            where = history.scenario.places.get(place)
            out[lot] = state == State.EXTRACTED and where is not None and where.role == "exit"
            kept[lot] = state in _UNLOADED and where is not None and where.keeps_custody
    return out, kept
