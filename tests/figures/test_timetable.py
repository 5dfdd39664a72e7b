import pytest

from sim.figures.timetable import plan_of

DAY = 86_400


def world(**changes):
    camp = {
        "role": "camp", "handover": "2023-09-20", "people": {"military": 100}, "phase": "first",
        "drawdown": {"start": "2023-09-11", "rear_party": 20},
    } | changes  # fmt: skip
    return {
        "schema": 1, "name": "x", "calendar": {"start": "2023-09-01", "deadline": "2023-10-01"},
        "phases": {"first": {"start": "2023-09-05"}, "second": {"start": "2023-09-06", "after": ["first"]}},
        "places": {
            "camp": camp,
            "later": {"role": "camp", "handover": "2023-09-30", "phase": "second"},
            "hub": {"role": "hub", "keeps_custody": True, "people": {"military": 7}},
            "home": {"role": "exit"},
        },
    }  # fmt: skip


@pytest.mark.parametrize(("day", "people"), [(0, 100), (10, 100), (15, 60), (19.999, 20), (20, 0), (25, 0)])
def test_people_leave_evenly_down_to_the_rear_party_and_none_is_left_at_handover(day, people):
    camp = plan_of(world()).places["camp"]
    assert camp.people_at(day * DAY) == pytest.approx(people, abs=0.01)


def test_people_without_a_drawdown_leave_in_the_last_day():
    camp = plan_of(world(drawdown=None)).places["camp"]
    assert [camp.people_at(day * DAY) for day in (19, 19.5, 20)] == [100, 50, 0]


def test_people_do_not_leave_before_their_phase():
    camp = plan_of(world(drawdown={"start": "2023-09-02"})).places["camp"]
    assert camp.drawdown_s == 4 * DAY


def test_a_phase_that_waits_begins_at_the_last_handover_of_the_one_before():
    assert plan_of(world()).places["later"].begins_s == 20 * DAY


def test_places_that_keep_custody_and_exits_need_not_close_and_come_last():
    plan = plan_of(world())
    assert plan.mission == {"camp", "later"}
    assert [place.name for place in plan.in_order()] == ["camp", "later", "home", "hub"]


def test_those_who_stay_are_in_the_plan_to_the_end():
    assert plan_of(world()).places["hub"].people_at(30 * DAY) == 7
