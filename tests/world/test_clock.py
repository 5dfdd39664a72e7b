import pytest

from sim.errors import ReplicationError
from sim.world.clock import MOST_EVENTS, Clock, Kind


def ticking():
    """A clock on which something happens each second, for ever."""
    clock = Clock()

    def tick():
        clock.call(clock.now_s + 1, Kind.REVIEW, tick)

    tick()
    return clock


def test_a_replication_with_more_events_than_any_sense_ends_as_failed():
    clock = ticking()
    clock.events = MOST_EVENTS - 100  # as if so many had been
    with pytest.raises(ReplicationError, match="more than 5,000,000 events: a scenario out of all proportion"):
        clock.run_through(10**9)
    assert clock.now_s == 101


def test_what_lies_behind_the_last_instant_does_not_happen():
    clock = ticking()
    clock.run_through(50)
    assert (clock.events, clock.now_s) == (50, 50)


def test_nothing_happens_in_the_past():
    clock = ticking()
    clock.run_through(50)
    with pytest.raises(ReplicationError, match="something was to happen 1 s in the past"):
        clock.at(49, Kind.END)
