import random

from sim.scenario.calendar import HOUR_S, parse_calendar, parse_hours
from sim.scenario.openings import Openings, daily

H = HOUR_S


def always_but(*shelter: tuple[float, float]) -> Openings:
    return Openings.always(0, 100 * H).minus(Openings.from_pairs((int(a * H), int(b * H)) for a, b in shelter))


def test_five_hours_of_work_wait_for_the_union_of_shelters_not_their_sum() -> None:
    assert always_but((1, 2), (3, 3.5)).finish(0, 5 * H) == 6.5 * H
    assert always_but((1, 2), (1.5, 3)).finish(0, 5 * H) == 7 * H


def test_three_tenths_of_an_hour_are_done_with_three_jobs_of_a_tenth() -> None:
    hours = Openings.always(0, round(0.3 * H))
    now: int | None = 0
    for _ in range(3):
        assert now is not None
        now = hours.finish(now, round(0.1 * H))
    assert now == round(0.3 * H)


def test_work_that_ends_at_an_end_is_done_there_and_one_second_more_is_not() -> None:
    hours = Openings.from_pairs([(10, 20), (30, 40)])
    done = [
        hours.finish(0, 10),
        hours.finish(0, 11),
        hours.finish(12, 8),
        hours.finish(25, 10),
        hours.finish(25, 11),
    ]
    assert done == [20, 31, 20, 40, None]


def test_no_work_is_done_at_the_first_open_instant() -> None:
    hours = Openings.from_pairs([(10, 20), (30, 40)])
    assert [hours.finish(t, 0) for t in (0, 10, 19, 20, 40)] == [10, 10, 19, 30, None]


def test_pairs_are_sorted_merged_where_they_touch_and_dropped_where_empty() -> None:
    assert Openings.from_pairs([(5, 9), (1, 3), (3, 4), (7, 12), (20, 20), (30, 25)]).pairs() == [
        (1, 4),
        (5, 12),
    ]


def test_every_question_agrees_with_counting_seconds() -> None:
    rng = random.Random(7)
    for _ in range(150):
        hours = Openings.from_pairs((a, a + rng.randint(0, 9)) for a in rng.choices(range(60), k=rng.randint(0, 6)))
        seconds = {s for a, b in hours.pairs() for s in range(a, b)}
        t, u, work = rng.randint(-3, 75), rng.randint(-3, 75), rng.randint(1, 12)
        later = sorted(s for s in seconds if s >= t)
        fits = [x for x in range(-5, u + 1) if len([s for s in seconds if x <= s < u]) >= work]
        ends = [s for s in seconds if s <= t] + [b for _, b in hours.pairs() if b <= t]
        assert hours.is_open(t) == (t in seconds)
        assert hours.next_open(t) == (later[0] if later else None)
        assert hours.open_between(t, u) == len([s for s in seconds if t <= s < u])
        assert hours.finish(t, work) == (later[work - 1] + 1 if len(later) >= work else None)
        assert hours.latest_start(u, work) == (max(fits) if fits else None)
        assert hours.last_end_by(t) == (max(ends) if ends else None)
        assert hours.closes_after(t) == next((b for a, b in hours.pairs() if a <= t < b), t)


def test_set_operations_agree_with_sets_of_seconds() -> None:
    rng = random.Random(11)
    for _ in range(300):
        one, two = (
            Openings.from_pairs((a, a + rng.randint(0, 12)) for a in rng.choices(range(60), k=rng.randint(0, 7)))
            for _ in range(2)
        )
        a, b = ({s for x, y in each.pairs() for s in range(x, y)} for each in (one, two))
        for made, wanted in ((one.minus(two), a - b), (one.both(two), a & b), (one.either(two), a | b)):
            assert {s for x, y in made.pairs() for s in range(x, y)} == wanted
            assert made.pairs() == Openings.from_pairs(made.pairs()).pairs()
            assert made.before == [len([s for s in wanted if s < start]) for start in made.starts]


def test_a_window_past_midnight_that_began_before_the_start_is_cut_at_the_start() -> None:
    calendar = parse_calendar({"start": "2023-07-01", "deadline": "2023-07-02"})
    hours = daily(calendar, parse_hours("18:00-06:00"), 2 * 24 * H)
    assert hours.pairs() == [(0, 6 * H), (18 * H, 30 * H), (42 * H, 48 * H)]


def test_a_calendar_that_starts_at_noon_keeps_local_hours() -> None:
    calendar = parse_calendar({"start": "2023-07-01T12:00", "deadline": "2023-07-02"})
    assert daily(calendar, parse_hours("06:00-18:00"), 36 * H).pairs() == [(0, 6 * H), (18 * H, 30 * H)]


def test_working_hours_stay_at_six_in_the_morning_when_the_clocks_change() -> None:
    calendar = parse_calendar({"start": "2023-10-28", "deadline": "2023-10-30", "zone": "Europe/Paris"})
    hours = daily(calendar, parse_hours("06:00-18:00"), 4 * 24 * H)
    assert [calendar.local(start).hour for start in hours.starts] == [6] * len(hours.starts)
    assert hours.pairs()[1] == (31 * H, 43 * H)


def test_all_day_is_one_stretch() -> None:
    calendar = parse_calendar({"start": "2023-07-01", "deadline": "2023-07-09"})
    assert daily(calendar, parse_hours("00:00-24:00"), 9 * 24 * H).pairs() == [(0, 9 * 24 * H)]
