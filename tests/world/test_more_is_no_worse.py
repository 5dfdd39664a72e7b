"""More escorts, an open road, faster work, more crews and aircraft: cases by hand in which more is no worse."""

from __future__ import annotations

import pytest
from little import ROAD, TRUCK, Data, Simulated, by_air, camp, world

HOURS = "08:00-16:00"
TRUCKS: Data = {**TRUCK, "payload": "1 t"}
UNTIL_THE_THIRD: Data = {"working_hours": HOURS, "handover": "2023-01-03", "crews": {"count": 2}, "loaders": 1}
"""Three days of eight hours, two crews and a loader."""


def _in_columns(at_once: int, form_within: str) -> Simulated:
    """Twelve trucks, two loaders and 24 boxes; a column needs four vehicles."""
    convoys = {"vehicles": {"least": 4, "most": 12}, "at_once": at_once, "form_within": form_within}
    place = camp(lots={"box": {"unoe": 24}}, loaders=2, handover="2023-01-03")
    lift: Data = {"trucks": {"t": {**TRUCKS, "count": 12}}, "convoys": convoys}
    return Simulated(world({"camp": place}, {"box": {"load": "1 h"}}, routes=ROAD, lift=lift))


@pytest.mark.parametrize("at_once", [1, 2, 3, 4])
def test_columns_that_form_are_the_same_with_one_escort_or_four(at_once: int) -> None:
    simulated = _in_columns(at_once, "2 d")
    # two an hour: twelve in six; four hours each way; and again
    assert (simulated.departures(), simulated.when_all_out()) == ([(6, 12), (20, 12)], 24)


@pytest.mark.parametrize("at_once", [2, 3, 4])
def test_columns_that_leave_at_the_least_number_are_more_and_bring_the_last_box_no_later(at_once: int) -> None:
    simulated = _in_columns(at_once, "0 h")
    assert len(simulated.departures()) > 2
    assert simulated.when_all_out() <= 24


@pytest.mark.parametrize(
    ("refused", "fates"),
    [
        # The loader loads one an hour. To disable the other 18 takes two crews 2 h 15 min, until 16:00 on the third
        # day: at 13:45 that is the last moment, and the loader is at the 22nd.
        ({}, {"extracted": 22, "disabled": 18}),
        # Known from the first review to stay: 40 crew hours of 48.
        ({"held": {"from": "2023-01-01", "until": "2023-01-20", "refused": "100 %"}}, {"destroyed": 40}),
    ],
)
def test_an_opened_road_leaves_no_box_as_it_is_behind_the_loader(refused: Data, fates: dict[str, int]) -> None:
    clearance = {"clearance": {"road": {"r": {"trucks": {"windows": refused}}}}} if refused else {}
    simulated = Simulated(
        world(
            {"camp": camp(lots={"box": {"unoe": 40}}, **UNTIL_THE_THIRD)},
            {"box": {"load": "1 h", "destroy": "1 h", "disable": "15 min"}},
            routes=ROAD, lift={"trucks": {"t": {**TRUCKS, "count": 40}}}, policy={"disposal": "projected"}, **clearance,
        )
    )  # fmt: skip
    assert simulated.fates() == fates


@pytest.mark.parametrize(
    ("crews", "destroy", "fates"),
    [
        (2, "3 h", {"destroyed": 9, "disabled": 21}),  # 48 crew hours: nine of three, and 21 of one
        (2, "1 h", {"destroyed": 30}),  # three times faster
        (4, "3 h", {"destroyed": 30}),  # 96 crew hours: ninety are needed
        (6, "3 h", {"destroyed": 30}),
    ],
)
def test_faster_work_and_more_crews_destroy_no_less(crews: int, destroy: str, fates: dict[str, int]) -> None:
    place = camp(lots={"box": {"unoe": 30}}, **{**UNTIL_THE_THIRD, "crews": {"count": crews}, "evacuate": {}})
    classes = {"box": {"destroy": destroy, "disable": "1 h"}}
    assert Simulated(world({"camp": place}, classes, policy={"disposal": "projected"})).fates() == fates


def test_each_further_aircraft_brings_out_more_and_none_leaves_a_box_as_it_is() -> None:
    place = camp(lots={"box": {"unoe": 30}}, **{**UNTIL_THE_THIRD, "evacuate": {"out": ["air"]}})
    classes = {"box": {"load": "1 h", "destroy": "2 h", "disable": "30 min"}}
    fates = [
        Simulated(
            world({"camp": place}, classes, lift=by_air(count=count, payload="3 t"), policy={"disposal": "projected"})
        ).fates()
        for count in (0, 1, 2)
    ]
    out = [each.get("extracted", 0) for each in fates]
    assert out[0] < out[1] < out[2]
    assert [each.get("abandoned", 0) for each in fates] == [0, 0, 0]
