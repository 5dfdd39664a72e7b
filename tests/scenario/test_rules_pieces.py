"""Rules about containers that are broken down, and warnings where that has no effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario.door import load

SMALL = Path(__file__).parents[1] / "data" / "broken" / "base" / "small-camp.yaml"

NO_LIFT = "no lift can carry the pieces of box from here to an exit or a custody hub"
NONE = "and its pieces have none"
PALLET = "classes={pallet: {mass: 1 t, floor: 1, truck_floor: 0.5, moves: [truck, aircraft]}}"
INTO = "classes.box.breaks_into={class: pallet, pieces: 4, work: 1 h, shell: 1 t}"
HALF = "places.camp.lots.box.broken_down=50 %"


def reported(*sets: str) -> list[str]:
    """Paths and faults of the small camp with changes."""
    try:
        load(SMALL, sets)
    except InputError as error:
        return [f"{problem.path}: {problem.wrong}" for problem in error.problems]
    return []


def warned(*sets: str) -> list[str]:
    """Paths and faults of the warnings about the small camp with changes."""
    return [f"{problem.path}: {problem.wrong}" for problem in load(SMALL, sets).warnings]


def test_containers_that_break_into_pieces_of_a_class_are_no_problem() -> None:
    assert (reported(PALLET, INTO, HALF), warned(PALLET, INTO, HALF)) == ([], [])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("classes.box.breaks_into.class=palet", "classes.box.breaks_into.class: unknown class"),
        ("classes.box.breaks_into.class=box", "classes.box.breaks_into.class: pieces are not broken down further"),
        ("classes.box.breaks_into=null", "places.camp.lots.box.broken_down: box has nothing to break into"),
        ("classes.box.breaks_into.pieces=0", "classes.box.breaks_into.pieces: this should be at least 1"),
        ("classes.pallet={mass: 1 t, moves: [self], crew: 1}", "classes.box.breaks_into.class: pieces do not drive"),
        (
            "classes.box={moves: [self, truck], crew: 1}",
            "classes.box.breaks_into: what drives is not broken down",
        ),
        (
            "classes.pallet.truck_floor=0.6",
            "classes.pallet: 4 pieces take more floor on a truck than the box that they come from",
        ),
        (
            "classes.pallet={floor: 7, moves: [aircraft]}",
            f"places.camp.lots.box.broken_down: {NO_LIFT}",
        ),
    ],
)
def test_a_piece_that_cannot_be_is_told_with_its_place(change: str, said: str) -> None:
    assert reported(PALLET, INTO, HALF, change) == [said]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "classes.box.breaks_into.shell=4 t",
            f"classes.box.breaks_into.shell: the shell has all the mass of a container of mean mass, {NONE}",
        ),
        (
            "classes.box.breaks_into.shell_value=1 kUSD",
            f"classes.box.breaks_into.shell_value: the shell has all the value of a container, {NONE}",
        ),
        (
            "places.camp.lots.box={coe: 1, unoe: 1, broken_down: 49 %}",
            "places.camp.lots.box.broken_down: this has no effect: it is less than half a lot of each owner",
        ),
    ],
)
def test_pieces_without_anything_in_them_are_a_warning(change: str, said: str) -> None:
    assert warned(PALLET, INTO, HALF, change) == [said]


def test_two_lots_never_have_the_id_of_a_piece() -> None:
    other = 'places.camp.lots={box: {coe: 2, broken_down: 100 %}, "box/2/piece": {coe: 1}}'
    wrong = "lots of 'box/2/piece' at 'camp' and pieces would have the same id, such as camp/box/2/piece/1"
    assert reported(PALLET, INTO, 'classes={"box/2/piece": {mass: 1 t, moves: [truck]}}', other) == [
        f"places.camp.lots.box: {wrong}"
    ]
