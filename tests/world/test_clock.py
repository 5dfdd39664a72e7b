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


def test_what_is_kept_for_last_comes_after_all_else_of_its_pass_and_before_what_that_causes():
    clock, reported = Clock(), []

    def first():
        reported.append("first")
        clock.last(lambda: reported.append("last"))
        clock.call(5, Kind.END, second)

    def second():
        reported.append("second")
        clock.soon(lambda: reported.append("at once"), Kind.CREW, 0)
        clock.call(5, Kind.END, lambda: reported.append("of the pass after"))

    clock.call(5, Kind.END, first)
    clock.call(6, Kind.END, lambda: reported.append("later"))
    clock.run_through(6)
    assert reported == ["first", "second", "at once", "last", "of the pass after", "later"]


def test_what_is_kept_for_last_is_no_event_and_comes_at_the_last_instant_too():
    clock, reported = Clock(), []
    clock.call(5, Kind.END, lambda: clock.last(lambda: reported.append(clock.now_s)))
    clock.run_through(5)
    assert (reported, clock.events) == ([5], 1)


def test_a_replication_that_never_leaves_an_instant_ends_as_failed():
    clock = Clock()
    clock.events = MOST_EVENTS - 100  # as if so many had been

    def again():
        clock.last(again)

    again()
    with pytest.raises(ReplicationError, match="more than 5,000,000 events"):
        clock.run_through(10)
