from itertools import groupby
from typing import Any

import numpy as np
import pytest

from sim.experiment.planning import check_causes
from sim.scenario.scenario import Scenario
from sim.tape.tape import Tape, draw, frame

DAY = 86_400


def tape(clearance: dict[str, Any], without: frozenset[str] = frozenset()) -> Tape:
    return draw(frame(world(clearance)), 1, 0, without)


def world(clearance: dict[str, Any], until: str = "2023-12-31") -> Scenario:
    return Scenario.read(
        {
            "schema": 1,
            "name": "x",
            "calendar": {"start": "2023-07-01", "deadline": until},
            "places": {
                "camp": {"role": "camp"},
                "other": {"role": "camp"},
                "hub": {"role": "hub"},
                "base": {"role": "hub"},
                "site": {"role": "hub", "keeps_custody": True},
                "exit": {"role": "exit"},
            },
            "lift": {"aircraft": {"plane": {"count": 1, "base": "base", "payload": "9 t", "block_speed": "400 km/h"}}},
            "routes": {"road": {"through": ["camp", "site"], "km": [100], "a_day": "50 km"}},
            "clearance": clearance,
        }
    )


def refused(each: Tape, place: str, movement: Any = "cargo", days: int = 184) -> list[bool]:
    return [not each.air_cleared(place, movement, day) for day in range(days)]


@pytest.mark.parametrize(("share", "lasting"), [(0.1, None), (0.5, 4), (0.9, 12), (0.3, 1), (0.75, 3)])
def test_spells_have_the_share_and_the_mean_length_that_the_file_says(share: float, lasting: int | None) -> None:
    spells: dict[str, Any] = {"refused": share} | ({"lasting": f"{lasting} d"} if lasting else {})
    long, short = (frame(world({"air": {"cargo": spells}}, until)) for until in ("2026-06-30", "2023-07-02"))
    drawn = [refused(draw(long, 1, k), "camp", days=1000) for k in range(40)]
    lengths = [len(list(run)) for days in drawn for spell, run in groupby(days[1:-1]) if spell]
    mean = lasting or 1 / (1 - share)
    by_tape = np.array([np.mean(days) for days in drawn])
    assert abs(by_tape.mean() - share) < 4.5 * by_tape.std() / 40**0.5
    assert np.mean(lengths) == pytest.approx(mean, rel=0.12)
    on_day = np.mean([refused(draw(short, 1, k), "camp", days=2) for k in range(300)], axis=0)
    assert np.abs(on_day - share).max() < 4.5 * (share * (1 - share) / 300) ** 0.5


def test_a_window_begins_in_its_own_law_whatever_the_day_before_was() -> None:
    calm = {"from": "2023-07-02", "until": "2023-07-09", "refused": 0.1, "lasting": "5 d"}
    spells = {"refused": 0.9, "lasting": "20 d", "windows": {"calm": calm}}
    made = frame(world({"air": {"cargo": spells}}, "2023-07-02"))
    first = np.mean([refused(draw(made, 1, k), "camp", days=2)[1] for k in range(400)])
    assert abs(first - 0.1) < 4 * (0.09 / 400) ** 0.5


def test_camps_and_hubs_obey_the_base_and_custody_exits_and_bases_grant_unless_named() -> None:
    closed = {"refused": 1.0}
    plain = tape({"air": {"cargo": closed}})
    assert [any(refused(plain, name)) for name in ("camp", "hub", "base", "site", "exit")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    named = tape({"air": {"cargo": closed, "places": {"site": {"cargo": closed}, "camp": {"cargo": {"refused": 0}}}}})
    assert [all(refused(named, name)) for name in ("camp", "other", "site", "exit")] == [
        False,
        True,
        True,
        False,
    ]
    assert not any(refused(plain, "camp", "people"))


def test_a_window_holds_for_the_places_and_movements_it_names_and_no_others() -> None:
    window = {"from": "2023-07-11", "until": "2023-07-20", "refused": 1.0}
    each = tape({"air": {"windows": {"a": {**window, "places": ["camp", "site"], "classes": ["cargo"]}}}})
    shut = [[day for day, no in enumerate(refused(each, name)) if no] for name in ("camp", "site", "other")]
    assert shut == [list(range(10, 20)), list(range(10, 20)), []]
    assert not any(refused(each, "camp", "medical"))
    everywhere = tape({"air": {"windows": {"a": window}}})
    assert [any(refused(everywhere, name, "medical")) for name in ("camp", "hub", "base", "exit")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_window_replaces_the_base_and_the_one_that_refuses_most_holds() -> None:
    windows = {
        "open": {"from": "2023-07-11", "until": "2023-07-30", "refused": 0},
        "shut": {"from": "2023-07-16", "until": "2023-07-20", "refused": 1.0},
    }
    days = refused(tape({"air": {"cargo": {"refused": 1.0, "windows": windows}}}), "camp", days=31)
    assert days == [True] * 10 + [False] * 5 + [True] * 5 + [False] * 10 + [True]


def test_a_window_governs_the_days_whose_noon_lies_in_it() -> None:
    window = {"from": "2023-07-11T12:00", "until": "2023-07-13T12:00", "refused": 1.0}
    days = refused(tape({"air": {"windows": {"a": window}}}), "camp", days=20)
    assert [day for day, no in enumerate(days) if no] == [10, 11]


def test_roads_are_refused_only_where_they_are_named() -> None:
    held = {"windows": {"held": {"from": "2023-09-24", "until": "2023-12-31", "refused": 1.0}}}
    each = tape({"road": {"road": {"trucks": held}}})
    assert [each.road_cleared("road", "trucks", day) for day in (0, 84, 85, 183)] == [
        True,
        True,
        False,
        False,
    ]
    assert each.road_cleared("road", "people", 100)
    assert tape({}).road_cleared("road", "trucks", 100)


def test_what_is_refused_outright_is_known_and_what_chance_refuses_is_not() -> None:
    windows = {"a": {"from": "2023-07-11", "until": "2023-07-20", "refused": 1.0}}
    each = tape(
        {
            "air": {"cargo": {"refused": 0.9, "windows": windows}},
            "road": {"road": {"trucks": {"windows": windows}}},
        }
    )
    asked = [each.refused_outright("camp", "air", "cargo", at * DAY) for at in (9, 10, 19, 20)]
    assert asked == [False, True, True, False]
    assert each.refused_outright("road", "road", "trucks", 12 * DAY)
    assert not each.refused_outright("road", "road", "people", 12 * DAY)
    assert not each.refused_outright("site", "air", "cargo", 12 * DAY)


def test_without_clearance_everything_is_granted_and_nothing_is_known_to_be_refused() -> None:
    each = tape(
        {"air": {"cargo": {"refused": 1.0}}, "road": {"road": {"trucks": {"refused": 1.0}}}},
        frozenset({"clearance"}),
    )
    assert not any(refused(each, "camp"))
    assert each.road_cleared("road", "trucks", 3)
    assert not each.refused_outright("camp", "air", "cargo", 0)


def test_a_part_of_clearance_is_removed_alone_and_both_parts_are_the_whole() -> None:
    closed = {"air": {"cargo": {"refused": 1.0}}, "road": {"road": {"trucks": {"refused": 1.0}}}}

    def granted(*without: str) -> tuple[bool, bool, bool, bool]:
        drawn = tape(closed, frozenset(without))
        air = drawn.air_cleared("camp", "cargo", 3), not drawn.refused_outright("camp", "air", "cargo", 0)
        return (*air, drawn.road_cleared("road", "trucks", 3), not drawn.refused_outright("road", "road", "trucks", 0))

    assert granted() == (False, False, False, False)
    assert granted("clearance_air") == (True, True, False, False)
    assert granted("clearance_road") == (False, False, True, True)
    both = frozenset({"clearance_air", "clearance_road"})
    assert granted(*both) == granted("clearance") == (True, True, True, True)
    assert tape(closed, both).hash() == tape(closed, frozenset({"clearance"})).hash()


def test_a_cause_takes_the_place_of_its_parts() -> None:
    assert check_causes(["clearance_air", "alarms"]) == ("alarms", "clearance_air")
    assert check_causes(["clearance", "clearance_air"]) == ("clearance",)
    assert check_causes(["clearance_road", "clearance_air", "hits"]) == ("clearance", "hits")
