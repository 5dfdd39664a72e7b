"""What a forecast must not know, and the form of the record that it is held against."""

from datetime import date
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario.door import load, load_data
from sim.scenario.hindsight import dated_after

FOLDER = Path(__file__).parents[2] / "scenarios"
CUT = date(2023, 8, 31)


def test_nothing_dated_after_the_cut_is_in_the_shipped_forecast():
    forecast = load(FOLDER / "minusma-forecast.yaml")
    assert forecast.scenario.record.known_until == CUT
    assert dated_after(forecast.data, CUT) == []


def days_below(data, *path):
    """Every date written anywhere below a path, found without knowing the form."""
    if isinstance(data, dict):
        return [day for key, held in data.items() for day in days_below(held, *path, key)]
    if isinstance(data, str) and data[:4] == "2023" and path[-1] in ("from", "on"):
        return [(".".join(path), date.fromisoformat(data[:10]))]
    return []


def test_all_that_begins_after_the_cut_in_the_forecast_is_a_plan_or_a_season():
    data = load(FOLDER / "minusma-forecast.yaml").data
    sections = {key: held for key, held in data.items() if key not in ("record", "sources")}
    late = {path for path, day in days_below(sections) if day > CUT}
    assert {path for path in late if "washouts.periods.dry" not in path} == {"lift.trucks.contract.from"}


def test_the_scenario_with_hindsight_knows_much_and_it_is_found():
    known = dict(dated_after(load(FOLDER / "minusma.yaml").data, CUT))
    assert known["clearance.road.gao-tessalit.trucks.windows.held"] == date(2023, 9, 24)
    assert known["places.tessalit.threat.alarms.listed.october_16"] == date(2023, 10, 16)
    assert known["clearance.air.windows.crisis"] == date(2023, 10, 20)
    assert len(known) == 16


def test_no_camp_of_the_second_phase_keeps_the_day_on_which_it_was_left_as_its_plan():
    forecast, fit = (load(FOLDER / name).scenario for name in ("minusma-forecast.yaml", "minusma.yaml"))
    left = {str(one.at): one.value for one in fit.record.targets.values() if one.measure == "closed" and one.on > CUT}
    assert len(left) == 6
    for camp, day in left.items():
        assert forecast.time.date_of_day(forecast.time.day_of(forecast.places[camp].handover_s - 1)) != day


def test_no_order_of_the_forecast_is_the_one_that_came():
    places = load(FOLDER / "minusma-forecast.yaml").scenario.places
    reported = {name: place.escalation for name, place in places.items() if place.escalation is not None}
    assert [name for name, one in reported.items() if one.follows is not None] == []
    assert [name for name, one in reported.items() if one.date is not None] == ["ber"]


WORLD = {
    "schema": 1, "name": "A camp", "calendar": {"start": "2023-07-01", "deadline": "2023-12-31"},
    "places": {"camp": {"role": "camp", "handover": "2023-12-01"}},
    "classes": {"crate": {"mass": "1 t", "moves": ["truck"]}},
}  # fmt: skip
TARGET = {
    "measure": "column_hurt", "at": "camp", "on": "2023-11-07", "value": 37, "unit": "people", "source": "a paper",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": "days"}, "this is counted in people; got {measure: column_hurt"),
        ({"value": "2023-11-07"}, "`closed` and `emptied` are dates, every other measure a plain number"),
        ({"low": 40}, "`low` should be at most the value, and `high` at least"),
        ({"at": None}, "`home` is for the mission, every other measure for one place or route"),
        ({"value": -1}, "this is out of range; got -1; allowed: 0 to 1,000,000,000"),
        ({"on": "2023-11-07T10:00"}, "this should be a date without an hour"),
        ({"on": "soon"}, "not a date"),
        ({"source": ""}, "this text is empty"),
        ({"surce": "x"}, "this key is unknown"),
        ({"at": "cmp"}, "unknown place; got 'cmp'; allowed: names in places"),
        ({"measure": "trucks_through", "unit": "trucks"}, "unknown route; got 'camp'"),
        ({"of": "crate"}, "only `emptied` and `out_share` count lots, by their class `of`"),
        ({"measure": "out_share", "unit": "share", "value": 31}, "a share is at most 1; got {measure: out_share"),
        ({"measure": "out_share", "unit": "share", "value": 0.3, "of": "box"}, "unknown class; got 'box'"),
    ],
)
def test_a_wrong_target_is_reported(change, said):
    target = {key: value for key, value in (TARGET | change).items() if value is not None}
    with pytest.raises(InputError) as error:
        load_data(WORLD | {"record": {"targets": {"hurt": target}}})
    assert said in str(error.value)
    assert len(error.value.problems) == 1


def test_a_record_may_hold_anything_beside_its_targets_and_changes_no_hash():
    reported = load_data(WORLD | {"record": {"targets": {"hurt": TARGET}, "places": {"camp": {"closed": "2023-10"}}}})
    assert reported.scenario.record.targets["hurt"].value == 37
    assert reported.scenario.hash() == load_data(WORLD).scenario.hash()
