import threading
import time
from dataclasses import replace

import pytest
from standin import StandIn, cast

from sim.errors import InputError
from sim.experiment.fleet import Fleet
from sim.experiment.worker import Job


class Endless(StandIn):
    """Never comes back from replication 5."""

    def play(self, seed, replication):
        if replication == 5:
            threading.Event().wait()
        return super().play(seed, replication)


class Casts:
    """The stand-in under even numbers; odd ones are no scenarios."""

    def __call__(self, number):
        if number % 2:
            raise InputError("there is no such scenario")
        return replace(cast(), keeps="responses")


@pytest.mark.slow
def test_a_replication_that_never_ends_is_recorded_and_the_rest_is_played():
    began = time.monotonic()
    with Fleet([replace(cast(), make=Endless)], 2, patience_s=6.0) as fleet:
        played = list(fleet.play(Job(1, tuple(range(first, first + 5))) for first in range(1, 31, 5)))
    rows = sorted(row.replication for _, block in played for row in block.records)
    failures = [(row.replication, row.kind, row.error) for _, block in played for row in block.failures]
    assert rows == [number for number in range(1, 31) if number != 5]
    assert failures == [(5, "failed", "it did not end within 6 s")]
    assert time.monotonic() - began > 6.0


@pytest.mark.parametrize("workers", [1, 2])
def test_casts_come_by_number_and_one_that_is_no_scenario_fails_for_itself(workers):
    with Fleet(Casts(), workers) as fleet:
        played = {job.cast: block for job, block in fleet.play(Job(1, (1, 2), at) for at in range(4))}
    assert [len(played[at].records) for at in range(4)] == [2, 0, 2, 0]
    assert {row.error for row in played[1].failures} == {"this is no scenario: there is no such scenario"}
    assert played[0].records[0].lines == {}
    assert played[0].timeline is None


@pytest.mark.parametrize("workers", [1, 2])
def test_jobs_are_taken_as_there_is_room_for_them(workers):
    taken = []

    def jobs():
        for number in range(1, 200):
            taken.append(number)
            yield Job(1, (number,))

    with Fleet([cast()], workers) as fleet:
        played = fleet.play(jobs())
        next(played)
        assert len(taken) < 20
        played.close()
