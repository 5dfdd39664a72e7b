from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.scenario.scenario import Scenario
from sim.tape.streams import Streams
from sim.tape.tape import Tape, draw, frame

DAY = 86_400


def tapes(threat: dict[str, Any], many: int, days: str = "2023-10-28", **more: Any) -> list[Tape]:
    """Tapes of a camp with this threat; 120 days from 1 July unless another deadline is given."""
    place = {"role": "camp", "threat": threat, **more}
    calendar = {"start": "2023-07-01", "deadline": days}
    made = frame(Scenario.read({"schema": 1, "name": "x", "calendar": calendar, "places": {"camp": place}}))
    return [draw(made, 1, k) for k in range(many)]


FIRE = {
    "alarms": {"rate": "0.1 /day"},
    "shelter": "1 h",
    "periods": {"october": {"from": "2023-09-29", "until": "2023-10-28", "times": 5}},
}


def test_a_tenth_a_day_for_90_days_and_a_half_for_30_make_24_alarms() -> None:
    counts = np.array([len(tape.alarms["camp"]) for tape in tapes(FIRE, 800)])
    assert abs(counts.mean() - 24) < 4 * (24 / 800) ** 0.5
    assert counts.var() == pytest.approx(24, rel=0.2)


def test_gaps_are_exponential_once_time_is_changed_by_the_rate() -> None:
    gaps: list[float] = []
    for tape in tapes(FIRE, 200):
        at = np.array(tape.alarms["camp"]) / DAY
        changed = np.where(at < 90, 0.1 * at, 9 + 0.5 * (at - 90))
        # the first ten of some 24: taking all that fit before the horizon would favour short ones
        gaps += np.diff(np.concatenate([[0], changed]))[:10].tolist()
    assert stats.kstest(gaps, "expon").pvalue > 0.001


def test_where_periods_overlap_the_largest_multiplier_holds_even_below_one() -> None:
    window = {"from": "2023-07-01", "until": "2023-10-28"}
    two = {"a": {**window, "times": 0.25}, "b": {**window, "times": 0.5}}
    base, both, one = (
        tapes({"alarms": {"rate": "1 /day"}, "shelter": "1 h", "periods": periods}, 1)[0].alarms["camp"]
        for periods in ({}, two, {"b": two["b"]})
    )
    assert both == one
    assert both == [2 * at + odd for at, odd in zip(base, [at % 2 for at in both], strict=False) if 2 * at < 120 * DAY]


def test_alarms_in_shelter_prolong_the_stay_to_the_later_all_clear() -> None:
    tape = tapes({"alarms": {"rate": "2 /day"}, "shelter": "6 h"}, 1)[0]
    seconds = 0
    free = 0
    for at in tape.alarms["camp"]:
        seconds += at + 6 * 3600 - max(at, free)
        free = at + 6 * 3600
    assert sum(end - start for start, end in tape.shelter["camp"].pairs()) == seconds
    assert tape.working["camp"].open_between(0, 120 * DAY) == 120 * DAY - tape.shelter["camp"].open_between(
        0, 120 * DAY
    )


def test_the_open_share_of_twenty_days_is_that_of_the_closed_form() -> None:
    share = [
        tape.working["camp"].open_between(0, 20 * DAY) / (20 * DAY)
        for tape in tapes({"alarms": {"rate": "2 /day"}, "shelter": "6 h"}, 400, "2023-07-20")
    ]
    assert abs(np.mean(share) - 0.6087857) < 4 * np.std(share) / 20


def test_aftershocks_of_mean_m_make_one_over_one_less_m_alarms_of_one() -> None:
    threat = {
        "alarms": {"rate": "0.5 /day", "aftershocks": {"mean": 0.5, "delay": "1 h"}},
        "shelter": "1 min",
    }
    counts = np.array([len(tape.alarms["camp"]) for tape in tapes(threat, 400)])
    assert abs(counts.mean() - 60 * 2) < 4 * counts.std() / 20
    assert counts.var() > 2 * 120


def test_every_alarm_has_a_stay_of_its_own_aftershocks_too() -> None:
    alarms = {"rate": "0.1 /day", "aftershocks": {"mean": 0.8, "delay": {"exponential": {"mean": "2 d"}}}}
    tape = tapes({"alarms": alarms, "shelter": {"exponential": {"mean": "1 h"}}}, 1)[0]
    stays = [end - start for start, end in tape.shelter["camp"].pairs()]
    assert len(stays) > 20
    assert len(set(stays)) == len(stays)


def test_listed_alarms_come_as_they_are_and_set_off_nothing() -> None:
    listed = {"a": {"from": "2023-07-02T06:30", "until": "2023-07-02T07:20"}}
    threat = {"alarms": {"listed": listed, "aftershocks": {"mean": 0.9, "delay": "1 h"}}, "shelter": "9 h"}
    tape = tapes(threat, 1, working_hours="06:00-18:00")[0]
    start = DAY + 23_400
    assert tape.alarms["camp"] == [start]
    assert tape.shelter["camp"].pairs() == [(start, start + 3000)]
    assert tape.working["camp"].pairs()[1:3] == [(DAY + 21_600, start), (start + 3000, DAY + 64_800)]
    assert tape.hours["camp"].pairs()[1] == (DAY + 21_600, DAY + 64_800)


def test_more_shelter_leaves_the_alarms_as_they_were() -> None:
    short, long = (
        tapes({"alarms": {"rate": "0.3 /day"}, "shelter": distribution}, 1)[0]
        for distribution in ("1 h", {"exponential": {"mean": "9 h"}})
    )
    assert short.alarms == long.alarms
    assert short.shelter["camp"].starts[0] == long.shelter["camp"].starts[0] == short.alarms["camp"][0]


def test_many_alarms_are_all_drawn_and_begin_as_fewer_do() -> None:
    few, many = (tapes({"alarms": {"rate": f"{rate} /day"}, "shelter": "1 s"}, 1)[0] for rate in (1, 30))
    assert abs(len(many.alarms["camp"]) - 3600) < 4 * 60
    thirty_fold = [30 * at for at in many.alarms["camp"][: len(few.alarms["camp"])]]
    assert all(abs(a - b) <= 30 for a, b in zip(few.alarms["camp"], thirty_fold, strict=True))


def fire_world(fires: str, lots: int = 100) -> Scenario:
    lot_class = {"mass": "1 t", "moves": ["truck"]}
    burning = {"fires": fires, "periods": {"late": {"from": "2023-07-16", "until": "2023-07-30", "times": 3}}}
    return Scenario.read(
        {
            "schema": 1,
            "name": "x",
            "calendar": {"start": "2023-07-01", "deadline": "2023-07-30"},
            "places": {
                "camp": {"role": "camp", "lots": {"box": {"coe": lots}}, "threat": {"fires": fires}},
                "calm": {"role": "hub", "lots": {"box": {"coe": 1}}},
                "hub": {"role": "hub", "threat": burning},
            },
            "classes": {"box": lot_class},
        }
    )


def test_a_hundredth_a_day_for_thirty_days_burns_one_less_exp_of_minus_three_tenths() -> None:
    made = frame(fire_world("0.01 /day"))
    first, end = made.lots.spans["camp"]
    shares = np.array([np.mean([at is not None for at in draw(made, 1, k).fire_at[first:end]]) for k in range(400)])
    assert abs(shares.mean() - 0.2591818) < 4 * (0.00192 / 400) ** 0.5
    assert shares.var() == pytest.approx(0.00192, rel=0.3)


def test_a_lot_that_moves_burns_where_the_hazards_it_stood_in_reach_its_threshold() -> None:
    made = frame(fire_world("0.2 /day"))
    tape = draw(made, 1, 0)
    needed = -np.log1p(-Streams(1, 0).uniforms(100, "fires", "camp", "box"))
    lots = [(made.lots.index(f"camp/box/{n + 1}"), float(needed[n])) for n in range(100)]
    left, came = 5 * DAY, 7 * DAY
    for lot, threshold in lots:
        if threshold > 0.2 * 5:
            rest = threshold - 0.2 * 5
            days = 7 + rest / 0.2 if rest <= 0.2 * 8 else 15 + (rest - 0.2 * 8) / 0.6
            expected = None if days > 30 else int(days * DAY)
            got = tape.fire_after(lot, "hub", came, [("camp", 0, left)])
            assert (got is None) == (expected is None)
            assert got is None or abs(got - (expected or 0)) <= 1
            assert tape.fire_at[lot] is None or tape.fire_at[lot] == int(threshold / 0.2 * DAY)


def test_staying_on_at_the_first_place_is_what_fire_at_says() -> None:
    made = frame(fire_world("0.05 /day"))
    tape = draw(made, 1, 0)
    stays = [tape.fire_after(lot, "camp", 0, []) for lot in range(*made.lots.spans["camp"])]
    assert stays == tape.fire_at[slice(*made.lots.spans["camp"])]
    calm = made.lots.index("calm/box/1")
    assert [tape.fire_at[calm], tape.fire_after(calm, "calm", 0, [])] == [None, None]


def test_taking_fires_off_burns_nothing() -> None:
    tape = draw(frame(fire_world("5 /day")), 1, 0, frozenset({"fires"}))
    assert set(tape.fire_at) == {None}
    assert tape.fire_after(0, "hub", 0, []) is None
