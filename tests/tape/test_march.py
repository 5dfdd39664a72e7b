import random

import pytest

from sim.scenario.openings import Openings
from sim.tape.march import March, paced

H = 3600
DAYS = Openings.from_pairs((d * 24 * H + 6 * H, d * 24 * H + 18 * H) for d in range(30))


def test_two_days_of_march_end_in_the_second_evening_not_the_third_morning() -> None:
    for a_day in (45.0, 65.0, 85.0, 130 / 3):
        march = paced(DAYS, [(0, 30 * 24 * H, a_day / (12 * H))])
        assert [march.arrival(6 * H, k * a_day) for k in (1, 2, 7)] == [18 * H, 42 * H, 162 * H]


def test_a_convoy_covers_350_km_at_65_a_day_in_its_marching_hours_only() -> None:
    march = paced(DAYS, [(0, 30 * 24 * H, 65 / (12 * H))])
    assert march.arrival(0, 350) == round((5 * 24 + 6) * H + 25 / 65 * 12 * H)


def test_a_slower_period_holds_from_its_first_instant() -> None:
    road = Openings.always(0, 100 * H)
    march = paced(road, [(0, 10 * H, 10 / H), (10 * H, 100 * H, 5 / H)])
    assert march.arrival(8 * H, 30) == 12 * H
    assert march.moving_between(9 * H, 12 * H) == pytest.approx(20)


def test_no_distance_is_done_now_and_a_road_that_ends_is_never_done() -> None:
    march = March([100], [200], [0.5])
    assert [
        march.arrival(0, 0.0),
        march.arrival(0, 50.0),
        march.arrival(0, 50.1),
        march.arrival(300, 1.0),
    ] == [
        0,
        200,
        None,
        None,
    ]
    assert March([], [], []).arrival(0, 1.0) is None


def test_it_is_open_and_opens_as_its_stretches_say() -> None:
    march = March([10, 20, 40], [20, 30, 50], [1.0, 2.0, 1.0])
    assert [march.is_open(t) for t in (9, 10, 20, 29, 30, 49, 50)] == [
        False,
        True,
        True,
        True,
        False,
        True,
        False,
    ]
    assert [march.next_open(t) for t in (0, 20, 30, 49, 50)] == [10, 20, 40, 49, None]


def test_legs_marched_one_after_another_arrive_when_the_whole_does() -> None:
    rng = random.Random(3)
    march = paced(DAYS, [(0, 7 * 24 * H, 65 / (12 * H)), (7 * 24 * H, 30 * 24 * H, 150 / (12 * H))])
    for _ in range(200):
        now, legs = rng.randint(0, 9 * 24 * H), [rng.uniform(1, 200) for _ in range(3)]
        at: int | None = now
        for leg in legs:
            assert at is not None
            at = march.arrival(at, leg)
        whole = march.arrival(now, sum(legs))
        assert at is not None
        assert whole is not None
        assert abs(march.moving_between(whole, at)) < 0.02
