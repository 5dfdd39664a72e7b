"""Wording: each kind that the ledger can write reads as something, and no two that differ in a trace read alike."""

from __future__ import annotations

from enum import IntEnum

import pytest

from sim.ledger.kinds import ACCIDENTS, HITS, Bound, Crew, Did, Hold, LiftId, Moment, Of, Passage, Task, Verdict, Why
from sim.replication import wording
from sim.replication.waits import _HELD


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (Did, wording.LIFT),
        (Moment, wording.MOMENTS),
        (Hold, wording.HOLDS),
        (Passage, wording.PASSAGES),
        (Verdict, wording.VERDICTS),
        (Task, wording.TASKS),
        (Why, wording._WHY),
    ],
)
def test_every_kind_has_a_word_of_its_own(kinds: type[IntEnum], words: dict[IntEnum, str]) -> None:
    assert set(words) == set(kinds)
    alike = {frozenset(ACCIDENTS), frozenset(HITS)}
    by_word: dict[str, set[IntEnum]] = {}
    for kind, word in words.items():
        by_word.setdefault(word, set()).add(kind)
    assert {frozenset(same) for same in by_word.values() if len(same) > 1} <= alike


def test_every_reason_to_hold_says_which_cause_it_is_or_that_it_is_none() -> None:
    assert set(_HELD) == set(Hold) - {Hold.NONE}


def test_lift_reads_as_people_write_it() -> None:
    sortie, convoy, pool = (
        LiftId(Of.AIRCRAFT, "c130/J", 2, 5),
        LiftId(Of.ROUTE, "gao/kidal", 3),
        LiftId(Of.POOL, "long"),
    )
    assert [str(lift) for lift in (sortie, convoy, pool)] == ["c130/J/2#5", "gao/kidal#3", "long"]


def test_who_brings_a_lot_into_a_state_reads_by_kind_and_not_by_value() -> None:
    by = [None, Crew(1), Crew(1, half_destroyed=True), Bound("gao"), Why.FIRE]
    assert [wording.by_words(each) for each in by] == ["", "crew 2", "crew 2, half destroyed", "gao", "fire"]
