"""The ledger refuses an impossible history."""

from __future__ import annotations

from itertools import product

import pytest

from sim.errors import ModelFault
from sim.ledger.kinds import Why
from sim.ledger.ledger import Ledger, LotStep
from sim.ledger.states import FATES, LEGAL, State


def _at(state: State) -> Ledger:
    ledger = Ledger(("camp",))
    ledger.state[0] = state
    return ledger


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_a_step_is_taken_when_the_table_knows_it_and_refused_otherwise(before: State, after: State) -> None:
    ledger = _at(before)
    if after in LEGAL.get(before, ()):
        ledger.lot(5, 0, after, "camp")
        assert ledger.state[0] == after
    else:
        with pytest.raises(ModelFault, match="went from"):
            ledger.lot(5, 0, after, "camp")
        assert ledger.state[0] == before


def test_nothing_follows_a_fate_but_destroying_what_is_disabled() -> None:
    followed = {fate for fate in FATES if LEGAL.get(fate)}
    assert followed == {State.DISABLED}
    assert LEGAL[State.DISABLED] == {State.DESTROYED}


def test_every_state_can_be_reached_from_in_use() -> None:
    reached, front = {State.IN_USE}, [State.IN_USE]
    while front:
        for state in LEGAL.get(front.pop(), ()):
            if state not in reached:
                reached.add(State(state))
                front.append(State(state))
    assert reached == set(State)


def test_a_refused_step_leaves_no_trace() -> None:
    ledger = Ledger(("camp",))
    with pytest.raises(ModelFault):
        ledger.lot(1, 0, State.EXTRACTED, "camp")
    assert ledger.lots == []


def test_steps_are_reported_as_they_were_taken() -> None:
    ledger = Ledger(("camp", "hub"))
    ledger.lot(10, 1, State.RELEASED, "hub")
    ledger.lot(12, 0, State.LOST, "camp", Why.FIRE)
    assert ledger.lots == [LotStep(10, 1, State.RELEASED, "hub", None), LotStep(12, 0, State.LOST, "camp", Why.FIRE)]
    assert ledger.columns() == ([10, 12], [1, 0], [State.RELEASED, State.LOST], ["hub", "camp"], [None, Why.FIRE])
