"""The search for the least level that meets targets: its path, its interval, and how targets are read."""

from datetime import date
from random import Random

import pytest

from sim.analysis.estimates import Measure
from sim.analysis.solving import Shown, least_level, parse_targets, possible, shown, turns_at
from sim.errors import InputError

MEASURES = {
    "extracted_share": Measure("extracted_share", "share", "", bounded=True),
    "people_late": Measure("people_late", "people", "", bounded=False),
    "closed_camp": Measure("closed_camp", "days", "", bounded=False),
}
START = date(2026, 3, 1)


def searched(size, meets):
    """The answer, and the levels that were run."""
    run = set()

    def asked(level):
        run.add(level)
        return meets(level)

    return least_level(size, asked), run


@pytest.mark.parametrize("size", [2, 3, 5, 56, 1000])
def test_the_least_level_is_found_by_bisection_with_both_ends_and_its_neighbours(size):
    for least in {0, 1, size // 3, size // 2, size - 1}:
        found, run = searched(size, lambda level, least=least: level >= least)
        assert found == least
        assert run >= {0, size - 1, max(least - 1, 0), min(least + 1, size - 1)}
        assert len(run) <= 4 + size.bit_length()


def test_where_no_level_meets_the_quarters_are_tried_and_none_is_the_answer():
    assert searched(57, lambda _: False) == (None, {0, 14, 28, 42, 56})
    assert searched(57, lambda level: 20 <= level <= 40)[0] == 20


@pytest.mark.parametrize(
    ("text", "compare", "number", "inside"),
    [
        ("extracted_share >= 60 %", ">=", 0.6, None),
        ("extracted_share>=.6", ">=", 0.6, None),
        ("people_late < 10", "<", 10.0, None),
        ("chance(people_late == 0) >= 95 %", ">=", 0.95, ("==", 0.0)),
        ("closed_camp <= 2026-03-31", "<=", 31.0, None),
        ("chance(closed_camp <= 2026-03-31) >= 0.9", ">=", 0.9, ("<=", 31.0)),
    ],
)
def test_targets_are_on_means_and_chances_shares_and_dates(text, compare, number, inside):
    (target,) = parse_targets([text], MEASURES, START)
    assert (target.compare, target.number, target.inside) == (compare, pytest.approx(number), inside)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extracted_share", "this is not a target; got extracted_share"),
        ("extracted_shar >= 1", "there is no such response; got extracted_shar; did you mean extracted_share?"),
        ("extracted_share == 0.6", "a mean is never met exactly"),
        (
            "extracted_share >= 60",
            "a share is from 0 to 100 %; got extracted_share >= 60; did you mean extracted_share >= 60 %",
        ),
        ("chance(extracted_share >= 60) >= 90 %", "a share is from 0 to 100 %"),
        ("extracted_share >= 101 %", "a share is from 0 to 100 %; got extracted_share >= 101 %"),
        ("chance(people_late == 0) >= 95", "a chance is from 0 to 100 %"),
        ("people_late <= 2026-03-31", "people_late is not a date; got 2026-03-31"),
        ("closed_camp <= 2026-02-31", "there is no such date; got 2026-02-31"),
    ],
)
def test_what_is_no_target_is_said_in_a_sentence(text, said):
    with pytest.raises(InputError) as error:
        parse_targets([text], MEASURES, START)
    assert str(error.value).startswith(f"--until: {said}")


def test_a_chance_counts_replications_and_has_an_exact_interval():
    (target,) = parse_targets(["chance(people_late == 0) >= 50 %"], MEASURES, START)
    found = shown(target, [0, 0, 0, 5, None], 1)
    assert (found.mean, found.count, found.meets, found.sure) == (0.75, 4, True, None)
    assert shown(target, [0] * 40, 20).sure is True


def one(sure):
    return [Shown(0.5, 0.4, 0.6, "", 9, bool(sure), sure)]


def test_levels_that_are_not_excluded_lie_between_the_sure_ones():
    assert possible(10, {0: one(False), 4: one(None), 7: one(True), 9: one(True)}) == (1, 7)
    assert possible(10, {0: one(False), 4: one(False), 5: one(True), 9: one(True)}) == (5, 5)
    assert possible(10, {0: one(False), 4: one(None), 9: one(None)}) == (1, None)
    assert possible(10, {0: one(None), 9: one(True)}) == (0, 9)


def test_the_interval_covers_the_true_level_in_at_least_95_of_100_searches():
    size, least, dice = 21, 8, Random(1)
    (target,) = parse_targets(["people_late >= 8"], MEASURES, START)
    covered = 0
    for _ in range(200):
        noise = [dice.gauss(0, 3) for _ in range(30)]
        found = {}

        def meets(level, noise=noise, found=found):
            values = [level + 0.2 + one + dice.gauss(0, 0.5) for one in noise]
            found[level] = [shown(target, values, size)]
            return found[level][0].meets

        least_level(size, meets)
        first, last = possible(size, found)
        covered += first <= least and (last is None or least <= last)
    assert covered >= 190


def test_a_response_that_rises_and_falls_again_is_found():
    noise = [0.01 * (number % 5) for number in range(20)]
    columns = {level: [value + one * (1 + level / 100) for one in noise] for level, value in ((0, 1), (5, 3), (9, 2))}
    assert turns_at(columns, MEASURES["people_late"]) == ((0, 5), (5, 9))
    assert turns_at({0: columns[0], 5: columns[5]}, MEASURES["people_late"]) is None
