"""How long some jobs take."""

from __future__ import annotations

from random import Random

from sim.world.jobs import even_s, makespan
from sim.world.waiting import Works

THROWS = 500


def _one_by_one(work_s: list[int], crews: int) -> int:
    """Each job goes to the crew that is free first, of those the first."""
    ends = [0] * crews
    for work in work_s:
        first = min(range(crews), key=lambda crew: (ends[crew], crew))
        ends[first] += work
    return max(ends)


def _works(dice: Random) -> list[int]:
    """Jobs, many of them alike and next to each other."""
    kinds = [dice.choice([0, 1, 7, 900, 3600, 86_399]) for _ in range(3)]
    return [work for _ in range(dice.randrange(9)) for work in [dice.choice(kinds)] * dice.randrange(60)]


def test_the_last_of_some_jobs_ends_when_giving_them_out_one_by_one_says() -> None:
    dice = Random(11)
    for _ in range(THROWS):
        works, crews = _works(dice), dice.randrange(1, 40)
        assert makespan(works, crews) == _one_by_one(works, crews), (works, crews)


def test_no_order_of_jobs_takes_longer_than_an_even_share_and_the_longest() -> None:
    dice = Random(12)
    for _ in range(THROWS):
        works, crews = _works(dice), dice.randrange(1, 40)
        dice.shuffle(works)
        assert makespan(works, crews) <= even_s(works, crews), (works, crews)
        assert bool(even_s(works, crews)) == any(works)


def test_works_that_come_and_go_add_up() -> None:
    dice = Random(13)
    works, each = Works([5, 9, 9]), [5, 9, 9]
    for _ in range(THROWS):
        if each and dice.random() < 0.5:
            at = dice.choice([0, dice.randrange(len(each))])
            assert works.pop(at) == each.pop(at)
        else:
            at, work_s = dice.randrange(len(each) + 1), dice.randrange(12)
            works.insert(at, work_s)
            each.insert(at, work_s)
        crews = dice.randrange(1, 9)
        assert works.makespan(crews) == makespan(each, crews)
        assert (works.each_s, works.all_s, works.longest_s) == (each, sum(each), max(each, default=0))
