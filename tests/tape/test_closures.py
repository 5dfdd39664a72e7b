from typing import Any

import numpy as np
import pytest

from sim.scenario.scenario import Scenario
from sim.tape.tape import Tape, draw, frame

DAY, H = 86_400, 3600


def tape(strip: dict[str, Any], route: dict[str, Any], k: int = 0, without: frozenset[str] = frozenset()) -> Tape:
    places = {
        "camp": {"role": "camp", "strip": {"surface": "gravel", "flying_hours": "06:00-18:00", **strip}},
        "pad": {"role": "camp"},
    }
    road = {
        "through": ["camp", "pad"],
        "km": [500],
        "marching_hours": "06:00-18:00",
        "a_day": "60 km",
        **route,
    }
    calendar = {"start": "2023-07-01", "deadline": "2023-09-28"}
    data = {"schema": 1, "name": "x", "calendar": calendar, "places": places, "routes": {"road": road}}
    return draw(frame(Scenario.read(data)), 1, k, without)


WORKS = {"works": {"from": "2023-07-01T10:00", "until": "2023-07-02"}}
RAINS = {"rate": "0.1 /day", "lasts": {"exponential": {"mean": "2 d"}}}


def test_a_strip_flies_in_its_hours_but_for_its_closures_and_no_strip_is_never_shut() -> None:
    each = tape({"closures": WORKS}, {})
    assert each.strip_closed["camp"].pairs() == [(10 * H, 2 * DAY)]
    assert each.flying["camp"].pairs()[:2] == [(6 * H, 10 * H), (54 * H, 66 * H)]
    assert [each.strip_closed["pad"].pairs(), each.flying["pad"].is_open(3 * H)] == [[], True]


def test_a_road_is_marched_in_its_hours_but_for_its_closures() -> None:
    each = tape({}, {"closures": WORKS})
    assert each.road_closed["road"].pairs() == [(10 * H, 2 * DAY)]
    assert each.marching["road"].pairs()[:2] == [(6 * H, 10 * H), (54 * H, 66 * H)]
    assert each.march["road"].arrival(0, 20) == 10 * H
    assert each.march["road"].arrival(0, 25) == 55 * H


def test_the_slowest_pace_of_the_periods_that_cover_holds_and_the_routes_own_outside() -> None:
    paces = {"calm": "120 km", "threat": "60 km", "crawl": "12 km"}
    periods = {
        "a": {"from": "2023-07-02", "until": "2023-07-04", "pace": "threat"},
        "b": {"from": "2023-07-03", "until": "2023-07-03", "pace": "crawl"},
        "c": {"from": "2023-07-01", "until": "2023-09-28", "times": 4},
    }
    march = tape({}, {"a_day": paces, "periods": periods}).march["road"]
    days = [march.moving_between(day * DAY, (day + 1) * DAY) for day in range(5)]
    assert days == pytest.approx([120, 60, 12, 60, 120])


def test_washouts_come_at_their_rate_and_last_as_their_law_says() -> None:
    tapes = [tape({"washouts": RAINS}, {"washouts": RAINS}, k) for k in range(400)]
    for closed in (
        [each.strip_closed["camp"] for each in tapes],
        [each.road_closed["road"] for each in tapes],
    ):
        first = np.array([each.starts[0] if each.starts else 90 * DAY for each in closed]) / DAY
        # exponential of mean 10 days, cut off at the 90 days watched
        assert abs(first.mean() - 10 * (1 - np.exp(-9))) < 4 * 10 / 20
        shut = np.array([each.open_between(0, 90 * DAY) for each in closed]) / (90 * DAY)
        # M/G/infinity from empty: busy with 1 - exp(-rho (1 - exp(-t/2))), rho = 0.2
        t = np.linspace(0, 90, 90_001)
        assert abs(shut.mean() - np.mean(1 - np.exp(-0.2 * (1 - np.exp(-t / 2))))) < 4 * shut.std() / 20
    assert [each.strip_closed["camp"].pairs() for each in tapes[:9]] != [
        each.road_closed["road"].pairs() for each in tapes[:9]
    ]


def test_without_closures_hours_and_paces_stay_and_nothing_is_closed() -> None:
    each = tape({"closures": WORKS, "washouts": RAINS}, {"closures": WORKS}, 0, frozenset({"closures"}))
    assert [each.strip_closed["camp"].pairs(), each.road_closed["road"].pairs()] == [[], []]
    assert each.flying["camp"].pairs()[0] == each.marching["road"].pairs()[0] == (6 * H, 18 * H)
    assert each.march["road"].arrival(0, 120) == 42 * H


def test_a_road_and_a_strip_of_one_name_have_washouts_of_their_own() -> None:
    each = tape({"washouts": RAINS}, {"washouts": RAINS, "stream": "camp"})
    assert each.strip_closed["camp"].pairs() != each.road_closed["road"].pairs()
