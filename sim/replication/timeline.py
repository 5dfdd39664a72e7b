"""The timeline: lots by state and people by place at the end of each local day."""

from __future__ import annotations

import numpy as np

from sim.ledger.kinds import Passage
from sim.ledger.states import STATE_NAMES, State
from sim.replication.history import History

TIMELINE_COLUMNS: tuple[str, ...] = (*STATE_NAMES, "people")
_PEOPLE = len(STATE_NAMES)


def day_ends(history: History) -> np.ndarray:
    """Last instant of each local day from the start to the horizon."""
    starts = history.scenario.time.day_starts_s
    return np.array([s for s in starts[1:] if s <= history.horizon_s] or [history.horizon_s], dtype=np.int64)


def timeline(history: History) -> np.ndarray:
    """Counts as int32 by [day, place of the frame's order, column]; a lot belongs to its place of origin."""
    ends = day_ends(history)
    names = list(history.frame.place_rank)
    index = {name: i for i, name in enumerate(sorted(names, key=history.frame.place_rank.__getitem__))}
    change = np.zeros((len(ends) + 1, len(index), len(TIMELINE_COLUMNS)), dtype=np.int32)
    stock = history.stock
    owned = np.array([index[stock.place[lot]] for lot in stock.first_owned], dtype=np.int64)
    origin = owned[stock.owned] if stock.count else owned
    if len(origin):
        change[0, :, State.IN_USE] = np.bincount(origin, stock.counted, minlength=len(index))
        steps = history.steps
        day = np.searchsorted(ends, steps.at_s, side="left")
        row = (day * len(index) + origin[steps.lot]) * len(TIMELINE_COLUMNS)
        counted = None if stock.counted is None else stock.counted[steps.lot]
        entered = np.bincount(row + steps.state, counted, minlength=change.size)
        left = np.bincount(row + steps.before, counted, minlength=change.size)
        change += (entered - left).astype(np.int32).reshape(change.shape)
    for name, place in history.scenario.places.items():
        change[0, index[name], _PEOPLE] += place.headcount
    for step in history.ledger.people:
        day_index = int(np.searchsorted(ends, step.at_s, side="left"))
        if step.what is Passage.LEFT:
            change[day_index, index[step.place], _PEOPLE] -= step.count
        elif step.what is not Passage.STILL:
            change[day_index, index[step.place], _PEOPLE] += step.count
    return np.cumsum(change[:-1], axis=0, dtype=np.int32)
