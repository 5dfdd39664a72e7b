import os
import signal
import threading
import time
from pathlib import Path

import pytest
from standin import Models, model

import sim.experiment.process_pool
from sim.experiment.process_pool import ProcessPool
from sim.experiment.worker import Job


@pytest.mark.slow
def test_a_replication_that_never_ends_is_recorded_and_the_rest_is_run():
    began = time.monotonic()
    with ProcessPool([model(trouble={5: "never ends"})], 2, patience_s=6.0) as fleet:
        simulated = list(fleet.run(Job(1, tuple(range(first, first + 5))) for first in range(1, 31, 5)))
    rows = sorted(row.replication for _, block in simulated for row in block.records)
    failures = [(row.replication, row.kind, row.error) for _, block in simulated for row in block.failures]
    assert rows == [number for number in range(1, 31) if number != 5]
    assert failures == [(5, "failed", "it did not end within 6 s")]
    assert time.monotonic() - began > 6.0


@pytest.mark.parametrize("workers", [1, 2])
def test_casts_come_by_number_and_one_that_is_no_scenario_fails_for_itself(workers):
    with ProcessPool(Models(), workers) as fleet:
        simulated = {job.model: block for job, block in fleet.run(Job(1, (1, 2), at) for at in range(4))}
    assert [len(simulated[at].records) for at in range(4)] == [2, 0, 2, 0]
    assert {row.error for row in simulated[1].failures} == {"not a valid scenario: there is no such scenario"}
    assert simulated[0].records[0].lines == {}
    assert simulated[0].timeline is None


@pytest.mark.parametrize("workers", [1, 2])
def test_jobs_are_taken_as_there_is_room_for_them(workers):
    taken = []

    def jobs():
        for number in range(1, 200):
            taken.append(number)
            yield Job(1, (number,))

    with ProcessPool([model()], workers) as fleet:
        simulated = fleet.run(jobs())
        next(simulated)
        assert len(taken) < 20
        simulated.close()


def stopped(pid):
    """Whether a process is there and held."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except OSError:
        return False


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes can't be held here")
def test_a_process_that_does_not_end_when_asked_is_killed(monkeypatch):
    monkeypatch.setattr(sim.experiment.process_pool, "_LEAVE_S", 0.1)
    with ProcessPool([model()], 2) as fleet:
        assert len(list(fleet.run([Job(1, (1,)), Job(1, (2,)), Job(1, (3,))]))) == 3
        held, other = (worker.pid for worker in fleet.crew.workers)
        os.kill(held, signal.SIGSTOP)
    assert [stopped(held), stopped(other)] == [False, False]


def test_a_process_that_dies_with_nothing_to_do_is_replaced_when_there_is():
    with ProcessPool([model()], 2) as fleet:
        first = list(fleet.run([Job(1, (1,)), Job(1, (2,))]))
        killed = fleet.crew.workers[0]
        os.kill(killed.pid, signal.SIGKILL)
        while not killed.wire.ended:
            killed.wire.collect()
        second = list(fleet.run([Job(1, (3,)), Job(1, (4,)), Job(1, (5,))]))
    assert sorted(job.numbers for job, _ in first + second) == [(1,), (2,), (3,), (4,), (5,)]
    assert all(block.records for _, block in first + second)


def test_only_the_job_that_a_process_was_at_is_blamed_for_its_death():
    with ProcessPool([model(trouble={1: "dies"})], 2) as fleet:
        simulated = list(fleet.run(Job(1, (number,)) for number in range(1, 9)))
    failures = [(row.replication, row.kind) for _, block in simulated for row in block.failures]
    assert failures == [(1, "lost")]
    assert sorted(row.replication for _, block in simulated for row in block.records) == [2, 3, 4, 5, 6, 7, 8]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc on this system")
def test_ctrl_c_in_a_terminal_reaches_no_process_of_a_fleet_and_one_sent_by_hand_is_ignored():
    with ProcessPool([model()], 2) as fleet:
        for _ in fleet.run([Job(1, (1,)), Job(1, (2,))]):
            processes = [worker.pid for worker in fleet.crew.workers]
            groups = {os.getpgid(pid) for pid in processes}
            reported = [Path(f"/proc/{pid}/status").read_text() for pid in processes]
    ignored = [int(text.partition("SigIgn:")[2].split()[0], 16) for text in reported]
    assert os.getpgrp() not in groups
    assert [bool(mask >> (signal.SIGINT - 1) & 1) for mask in ignored] == [True] * len(processes)


def test_jobs_that_were_under_way_when_nobody_asked_for_more_are_not_taken_for_later_ones():
    with ProcessPool([model()], 2) as fleet:
        simulated = fleet.run(Job(1, (number,)) for number in range(1, 40))
        next(simulated)
        simulated.close()
        again = list(fleet.run(Job(1, (number,)) for number in range(101, 109)))
    assert all(job.numbers == tuple(row.replication for row in block.records) for job, block in again)
    assert sorted(job.numbers[0] for job, _ in again) == list(range(101, 109))


def test_no_thread_of_a_fleet_outlives_it():
    before = set(threading.enumerate())
    with ProcessPool([model()], 2) as fleet:
        assert len(list(fleet.run([Job(1, (1,)), Job(1, (2,))]))) == 2
    assert set(threading.enumerate()) == before
