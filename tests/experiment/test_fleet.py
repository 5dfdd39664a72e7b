import os
import signal
import threading
import time
from pathlib import Path

import pytest
from standin import Casts, cast

import sim.experiment.fleet
from sim.experiment.fleet import Fleet
from sim.experiment.worker import Job


@pytest.mark.slow
def test_a_replication_that_never_ends_is_recorded_and_the_rest_is_played():
    began = time.monotonic()
    with Fleet([cast(trouble={5: "never ends"})], 2, patience_s=6.0) as fleet:
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


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes can't be held here")
@pytest.mark.parametrize("killed", [0, 1])
def test_a_process_that_is_killed_while_the_fleet_ends_keeps_no_other_waiting(killed, monkeypatch):
    """Idle processes wait in line for the queue; who is killed at the head of it never gives way."""
    monkeypatch.setattr(sim.experiment.fleet, "_LEAVE_S", 1.0)
    fleet = Fleet([cast()], 2)
    for _ in fleet.play([Job(1, (1,)), Job(1, (2,)), Job(1, (3,))]):
        pass
    processes = [process.pid for process in fleet._pool._processes.values()]
    queue = fleet._pool._executor_manager_thread.call_queue
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    ending = threading.Thread(target=fleet._end_pool, daemon=True)
    ending.start()
    while not queue._closed:  # the library has told them to go
        ending.join(0.01)
    os.kill(processes[killed], signal.SIGKILL)
    os.kill(processes[1 - killed], signal.SIGCONT)
    ending.join(60)
    assert not ending.is_alive()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nothing tells of processes here")
def test_processes_are_deaf_to_ctrl_c_from_their_first_instant_on():
    with Fleet([cast()], 2) as fleet:
        for _ in fleet.play([Job(1, (1,)), Job(1, (2,))]):
            processes = [process.pid for process in fleet._pool._processes.values()]
            told = [Path(f"/proc/{pid}/status").read_text() for pid in processes]
    blocked = [int(text.partition("SigBlk:")[2].split()[0], 16) for text in told]
    assert [bool(mask >> (signal.SIGINT - 1) & 1) for mask in blocked] == [True, True]


def test_no_thread_of_a_fleet_outlives_it():
    before = set(threading.enumerate())
    with Fleet([cast()], 2) as fleet:
        assert len(list(fleet.play([Job(1, (1,)), Job(1, (2,))]))) == 2
    assert set(threading.enumerate()) == before
