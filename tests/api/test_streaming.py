"""Replications one by one, as a loop asks for them."""

from itertools import count, islice
from math import isnan

import numpy as np
import pytest
from standin import Staged

import sim
from sim.errors import InputError


def numbers(replications):
    return [one.number for one in replications]


@pytest.mark.parametrize("workers", [1, 2])
def test_replications_come_in_the_order_asked_for_whatever_the_workers(here, workers):
    asked = [*range(40, 1, -1), 77, 1]
    assert numbers(sim.stream("little.yaml", 1, asked, workers=workers, on=Staged())) == asked


def test_two_workers_give_what_one_gives(here):
    one, two = (list(sim.stream("little.yaml", 5, range(1, 61), workers=workers)) for workers in (1, 2))
    assert one == two


def test_a_replication_has_the_responses_of_the_run(here):
    rows = sim.run("little.yaml", 5, seed=3, workers=1).replications.set_index("replication")
    for one in sim.stream("little.yaml", 3, rows.index, workers=1):
        assert one.tape_hash == rows.loc[one.number, "tape_hash"]
        assert set(one.responses) == set(rows.columns) - {"tape_hash"}
        for name, value in one.responses.items():
            assert value == rows.loc[one.number, name] or (value is None and isnan(rows.loc[one.number, name]))


@pytest.mark.parametrize("workers", [1, 2])
def test_numbers_without_end_stop_where_the_loop_stops_and_another_loop_begins(here, workers):
    for _ in range(2):
        found = islice(sim.stream("little.yaml", 1, count(10), workers=workers, on=Staged()), 30)
        assert numbers(found) == list(range(10, 40))


def test_numbers_are_taken_as_they_are_wanted(here):
    taken = []
    asked = (taken.append(number) or number for number in count(1))
    stream = sim.stream("little.yaml", 1, asked, workers=1, on=Staged())
    assert taken == []
    assert numbers(islice(stream, 3)) == taken == [1, 2, 3]


def test_two_loops_go_side_by_side(here):
    loops = [sim.stream("little.yaml", seed, range(1, 9), workers=2, on=Staged()) for seed in (1, 2)]
    pairs = list(zip(*loops, strict=True))
    assert [one.number for one, _ in pairs] == [other.number for _, other in pairs] == list(range(1, 9))
    assert [one.tape_hash for one, _ in pairs] != [other.tape_hash for _, other in pairs]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_replication_that_fails_comes_in_its_place_with_its_error(here, workers):
    found = list(sim.stream("little.yaml", 1, [3, 1, 2], workers=workers, on=Staged({1: "fails", 2: "bug"})))
    assert [(one.number, one.kind) for one in found] == [(3, None), (1, "failed"), (2, "fault")]
    assert found[1].error == "too many events"
    assert found[1].responses == {}


def test_a_replication_that_ends_its_process_comes_in_its_place_as_lost(here):
    found = list(sim.stream("little.yaml", 1, [1, 2, 3], workers=2, on=Staged({2: "dies"})))
    assert [(one.number, one.kind) for one in found] == [(1, None), (2, "lost"), (3, None)]


def test_an_error_of_the_loop_is_its_own(here):
    stream = sim.stream("little.yaml", 1, range(1, 30), workers=2, on=Staged())
    with pytest.raises(ZeroDivisionError):
        [1 / (one.number - 5) for one in stream]
    assert next(stream).number == 6


def test_wrong_numbers_of_a_list_are_reported_at_once_and_of_a_generator_where_they_are_taken(here):
    with pytest.raises(InputError, match=r"^numbers: out of range; got 0"):
        sim.stream("little.yaml", 1, [1, 0])
    stream = sim.stream("little.yaml", 1, iter([1, 1]), workers=1, on=Staged())
    assert next(stream).number == 1
    with pytest.raises(InputError, match=r"^numbers: this number occurs twice; got 1"):
        next(stream)


def test_numbers_of_numpy_are_numbers(here):
    assert numbers(sim.stream("little.yaml", 1, np.arange(1, 4), workers=1, on=Staged())) == [1, 2, 3]


def test_nothing_is_written(here):
    before = sorted(here.iterdir())
    list(sim.stream("little.yaml", 1, range(1, 5), workers=1, on=Staged()))
    assert sorted(here.iterdir()) == before
