from typing import Any

from sim.scenario.scenario import Scenario
from sim.tape.tape import Order, draw, frame

DAY = 86_400


def orders(
    places: dict[str, dict[str, Any]],
    k: int = 0,
    without: frozenset[str] = frozenset(),
    planned: str = "2023-08-29",
) -> dict[str, Order]:
    """Orders at camps handed over 60 days after the start unless they say otherwise."""
    calendar = {"start": "2023-07-01", "deadline": "2023-10-28"}
    camps = {name: {"role": "camp", "handover": planned, **place} for name, place in places.items()}
    return draw(
        frame(Scenario.read({"schema": 1, "name": "x", "calendar": calendar, "places": camps})), 1, k, without
    ).orders


def alarms_on(*days: int) -> dict[str, Any]:
    dated = {f"d{day}": {"from": f"2023-07-{day:02d}T12:00", "until": f"2023-07-{day:02d}T13:00"} for day in days}
    return {"alarms": {"listed": dated}}


RULE = {"episodes": {"count": 3, "within": "7 d", "notice": "4 d"}}


def test_the_third_episode_within_seven_days_brings_the_order_and_four_days_of_notice() -> None:
    at = 20 * DAY + DAY // 2
    assert orders({"a": {"threat": alarms_on(2, 12, 16, 20, 28), "escalation": RULE}}) == {}
    found = orders({"a": {"threat": alarms_on(2, 14, 16, 21, 22), "escalation": RULE}})
    assert found == {"a": Order(at, at + 4 * DAY)}


def test_alarms_of_one_stay_are_one_episode() -> None:
    threat = alarms_on(2, 3)
    threat["alarms"]["listed"]["again"] = {"from": "2023-07-03T12:30", "until": "2023-07-03T14:00"}
    assert orders({"a": {"threat": threat, "escalation": RULE}}) == {}


def test_a_dated_order_comes_with_its_chance() -> None:
    def share(chance: float) -> float:
        escalation = {"date": {"on": "2023-07-11", "chance": chance, "notice": "2 d"}}
        return sum("a" in orders({"a": {"escalation": escalation}}, k) for k in range(200)) / 200

    assert [share(0.0), share(1.0)] == [0, 1]
    assert abs(share(0.3) - 0.3) < 0.13


def test_an_order_that_follows_comes_after_the_other_and_takes_its_notice_unless_it_has_its_own() -> None:
    date = {"date": {"on": "2023-07-11", "notice": "6 d"}}
    found = orders(
        {
            "c": {"escalation": {"follows": {"place": "b", "after": "1 d", "notice": "3 d"}}},
            "b": {"escalation": {"follows": {"place": "a", "after": "2 d"}}},
            "a": {"escalation": date},
        }
    )
    assert found == {
        "a": Order(10 * DAY, 16 * DAY),
        "b": Order(12 * DAY, 18 * DAY),
        "c": Order(13 * DAY, 16 * DAY),
    }


def test_of_several_triggers_the_earliest_new_handover_holds() -> None:
    both = {
        "date": {"on": "2023-07-05", "notice": "30 d"},
        "follows": {"place": "a", "after": "2 d", "notice": "1 d"},
    }
    found = orders({"a": {"escalation": {"date": {"on": "2023-07-11"}}}, "b": {"escalation": both}})
    assert found["b"] == Order(12 * DAY, 13 * DAY)


def test_an_order_that_does_not_bring_the_handover_forward_is_none_and_nobody_follows_it() -> None:
    after = {"follows": {"place": "a", "after": "0 d"}}
    for on, notice, stands in (
        ("2023-08-20", "10 d", False),
        ("2023-08-20", "9 d", True),
        ("2023-09-20", "0 d", False),
    ):
        found = orders({"a": {"escalation": {"date": {"on": on, "notice": notice}}}, "b": {"escalation": after}})
        assert (list(found) == ["a", "b"]) is stands


def test_a_place_without_a_planned_handover_has_no_order() -> None:
    assert orders({"a": {"handover": None, "role": "hub", "escalation": {"date": {"on": "2023-07-11"}}}}) == {}


def test_without_alarms_no_count_of_episodes_brings_an_order_but_a_date_still_does() -> None:
    dated = {"date": {"on": "2023-07-25", "notice": "9 d"}}
    places = {"a": {"threat": alarms_on(14, 16, 21), "escalation": RULE | dated}}
    assert orders(places)["a"].at_s == 20 * DAY + DAY // 2
    assert orders(places, without=frozenset({"alarms"}))["a"].at_s == 24 * DAY
    assert orders(places, without=frozenset({"escalation"})) == {}
