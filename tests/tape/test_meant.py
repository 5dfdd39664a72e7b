import pytest

from sim.tape.meant import meant

THREAT = ("places", "kidal", "threat", "alarms", "rate")


@pytest.mark.parametrize(
    ("source", "name", "change"),
    [
        ("alarms", "kidal", THREAT),
        ("fires", "kidal", THREAT),
        ("clearance", "gao-kidal", ("clearance", "road", "gao-kidal", "trucks")),
        ("availability", "c130", ("lift", "aircraft", "c130", "count")),
        ("attacks", "gao-kidal", ("routes", "gao-kidal", "attacks")),
        ("lots", "kidal", ("places", "kidal")),
        ("hits", "kidal", ("calendar", "horizon")),
    ],
)
def test_a_change_explains_the_sources_that_are_made_from_it(source, name, change):
    assert meant(source, name, [change], []) == [change]


@pytest.mark.parametrize(("source", "name"), [("alarms", "gao"), ("attacks", "kidal"), ("accidents", "gao")])
def test_a_change_elsewhere_explains_nothing(source, name):
    assert meant(source, name, [THREAT], []) == []


def test_a_cause_taken_off_explains_itself_and_what_follows_from_it():
    assert meant("alarms", "kidal", [], ["alarms"]) == [("without", "alarms")]
    assert meant("escalation", "kidal", [], ["alarms"]) == [("without", "alarms")]
    assert meant("clearance", "kidal", [], ["alarms"]) == []
    assert meant("clearance", "kidal", [], ["clearance_air"]) == [("without", "clearance_air")]
