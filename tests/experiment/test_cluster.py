import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from levers import StagedLevers
from standin import model, plan

from sim.errors import InputError, ResultsError
from sim.experiment.backend import Backend, check_address
from sim.experiment.cluster import ClusterPool, other_program, this_program
from sim.experiment.interrupts import StopAsked
from sim.experiment.running import begin, carry_out
from sim.experiment.sweep.sweep_plan import SweepRequest, plan_sweep
from sim.experiment.sweep.sweep_study import begin_sweep, carry_out_sweep
from sim.experiment.worker import Job

ROOT = Path(__file__).resolve().parents[2]
STANDIN = ROOT / "tests" / "standin"


def dask(*arguments, **more):
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{STANDIN}"} | more
    command = [sys.executable, "-P", "-m", "dask", *arguments, "--host", "127.0.0.1", "--no-dashboard",
               "--dashboard-address", "127.0.0.1:0"]  # fmt: skip
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def cluster(workers=2):
    """A scheduler and workers of one thread on loopback: its address and the processes, the scheduler first."""
    address = f"tcp://127.0.0.1:{free_port()}"
    running = [dask("scheduler", "--port", address.rpartition(":")[2])]
    try:
        running += [dask("worker", address, "--nthreads", "1", "--no-nanny") for _ in range(workers)]
        wait_for(address, workers)
        yield address, running
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def wait_for(address, workers):
    distributed = pytest.importorskip("distributed")
    with distributed.Client(address, timeout=60, set_as_default=False) as client:
        if workers:
            client.wait_for_workers(workers, timeout=60)


@pytest.fixture(scope="module")
def shared():
    """A cluster that tests leave as it is."""
    with cluster() as (address, _):
        yield address


def tables(folder):
    return {path.name: path.read_bytes() for path in Path(folder).glob("*.csv")}


def run(planned, **where):
    return carry_out(planned, begin(planned), Backend(**where))


def test_a_cluster_runs_the_same_bytes_as_this_machine(shared, tmp_path):
    run(plan(tmp_path / "here"), workers=1)
    run(plan(tmp_path / "there"), scheduler=shared)
    assert tables(tmp_path / "here") == tables(tmp_path / "there")


def test_what_fails_there_is_recorded_as_here(shared, tmp_path):
    trouble = {3: "fails", 8: "bug"}
    run(plan(tmp_path / "here", trouble=trouble), workers=1)
    run(plan(tmp_path / "there", trouble=trouble), scheduler=shared)
    assert tables(tmp_path / "here") == tables(tmp_path / "there")


def test_jobs_are_taken_as_there_is_room_and_come_back_with_their_casts(shared):
    taken = []

    def jobs():
        for at in range(40):
            taken.append(at)
            yield Job(1, (1, 2), at % 2)

    with ClusterPool([model(), model()], shared) as fleet:
        simulated = fleet.run(jobs())
        first, _ = next(simulated)
        assert len(taken) < 40
        rest = [job for job, _ in simulated]
    assert sorted([first.model, *(job.model for job in rest)]) == [0] * 20 + [1] * 20


def test_a_stop_gives_back_what_is_done(shared):
    stop = StopAsked()
    with ClusterPool([model()], shared, stop) as fleet:
        simulated = fleet.run(Job(1, (at,)) for at in range(1, 30))
        assert next(simulated)[1].records
        stop.asked = True
        with pytest.raises(KeyboardInterrupt):
            list(simulated)


def test_a_worker_that_is_killed_on_the_way_costs_nothing(tmp_path):
    run(plan(tmp_path / "here", 60), workers=1)
    with cluster() as (address, processes):
        planned = plan(tmp_path / "there", 60)

        def reported(done, _wanted, _failed):
            if done and processes[1].poll() is None:
                processes[1].send_signal(signal.SIGKILL)

        carry_out(planned, begin(planned), Backend(scheduler=address), reported)
    assert tables(tmp_path / "here") == tables(tmp_path / "there")


def test_a_scheduler_that_goes_leaves_what_was_run(tmp_path):
    with cluster(1) as (address, processes):
        planned = plan(tmp_path / "r", 400, pause_s=0.005)

        def reported(done, _wanted, _failed):
            if done:
                for process in processes:
                    process.kill()

        with pytest.raises(ResultsError, match="is gone; finished replications are kept: the same command resumes"):
            carry_out(planned, begin(planned), Backend(scheduler=address), reported)
    run(plan(tmp_path / "r", 400), workers=2)
    run(plan(tmp_path / "whole", 400), workers=2)
    assert tables(tmp_path / "r") == tables(tmp_path / "whole")


def joins(address, processes, path=None):
    """A further worker, which has joined when this returns; `path` is where it finds another program."""
    more = {} if path is None else {"PYTHONPATH": f"{path}{os.pathsep}{STANDIN}"}
    count = len(processes)
    processes.append(dask("worker", address, "--nthreads", "1", "--no-nanny", **more))
    wait_for(address, count)


def test_workers_that_join_on_the_way_with_another_program_or_none_are_left_out_and_reported_once(tmp_path):
    shutil.copytree(ROOT / "sim", tmp_path / "other" / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "other" / "sim" / "units.py").open("a") as stream:
        stream.write("# another program\n")
    (tmp_path / "none" / "sim").mkdir(parents=True)
    (tmp_path / "none" / "sim" / "__init__.py").write_text("raise ImportError('there is none')\n")
    run(plan(tmp_path / "here", 200), workers=1)
    notes = []
    with cluster(1) as (address, processes):
        planned = plan(tmp_path / "there", 200, pause_s=0.002)

        def reported(done, _wanted, _failed):
            if done and len(processes) == 2:
                for path in ("other", "other", "none"):
                    joins(address, processes, tmp_path / path)

        carry_out(planned, begin(planned), Backend(scheduler=address, notify=notes.append), reported)
        assert [process.poll() for process in processes] == [None] * 5
    assert tables(tmp_path / "here") == tables(tmp_path / "there")
    said = sorted(re.sub(r"tcp://127.0.0.1:[0-9]+", "X", note) for note in notes)
    assert said == [
        "the worker X that joined is left out: it has no drawdown; install the same version there",
        "the worker X that joined is left out: it runs another program (the same version with other files); "
        "install the same one there",
    ]


def test_a_worker_that_joins_on_the_way_runs_and_takes_over_when_the_others_go(tmp_path):
    run(plan(tmp_path / "here", 200), workers=1)
    with cluster(1) as (address, processes):
        planned = plan(tmp_path / "there", 200, pause_s=0.002)

        def reported(done, _wanted, _failed):
            if done and len(processes) == 2:
                joins(address, processes)
                processes[1].kill()

        carry_out(planned, begin(planned), Backend(scheduler=address), reported)
        assert processes[1].wait() == -signal.SIGKILL
    assert tables(tmp_path / "here") == tables(tmp_path / "there")


def test_a_worker_under_another_python_is_distinguished_and_so_is_one_that_does_not_name_its_own():
    mine = ("0.2.0", "files", "3.11")
    assert other_program(("0.2.0", "files", "3.12"), mine) == (
        "runs under another Python (3.12, here 3.11); use the same one there"
    )
    assert "unknown, here 3.11" in other_program(("0.2.0", "files"), mine)
    assert "drawdown 0.1.0, here 0.2.0" in other_program(("0.1.0", "files", "3.12"), mine)


def test_nobody_there_no_workers_and_another_program_are_each_a_sentence(monkeypatch, shared):
    with pytest.raises(InputError, match="no scheduler answers there"):
        ClusterPool([model()], f"tcp://127.0.0.1:{free_port()}").__enter__()
    with cluster(0) as (address, _), pytest.raises(InputError, match="has no workers yet"):
        ClusterPool([model()], address).__enter__()
    monkeypatch.setattr("sim.experiment.cluster.program_hash", lambda: "other")
    assert this_program()[1] == "other"
    with pytest.raises(InputError, match=r"runs another program \(the same version with other files\)"):
        ClusterPool([model()], shared).__enter__()


@pytest.mark.parametrize(
    "address", ["tls://far.example.org:8786", "tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:5"]
)
def test_addresses_that_may_be_used(address):
    check_address(address)


@pytest.mark.parametrize(
    "address",
    ["tcp://10.0.0.1:8786", "tcp://example.org:8786", "tcp://127.0.0.1", "http://127.0.0.1:80", "tcp://0.0.0.0:8786",
     "127.0.0.1:8786", "tcp://127.0.0.1:99999", "tls://", "tcp://me@127.0.0.1:1", "tcp://127.0.0.1.example.org:1", ""],
)  # fmt: skip
def test_addresses_without_encryption_stay_on_this_machine(address):
    with pytest.raises(InputError, match="--scheduler"):
        check_address(address)


SWEEP = """
schema: 1
name: A sweep
scenario: little.yaml
replications: 20
factors:
  crews: {path: places.camp.crews.count, range: [1, 6], steps: 6}
  trucks: {path: lift.trucks.pool.count, range: [2, 6], steps: 5}
"""
LITTLE = """
schema: 1
name: A little camp
calendar: {start: 2023-07-01, deadline: 2023-07-04}
places:
  camp: {role: camp, handover: 2023-07-04, evacuate: {port: [road]}, crews: {count: 2}, lots: {box: {unoe: 10}}}
  port: {role: exit}
classes:
  box: {mass: 1.25 t, floor: 1.5, value: 40 kUSD, moves: [truck], prepare: 1 h}
lift:
  trucks: {pool: {count: 3, base: port, payload: 20 t, floor: 6}}
  convoys: {at_once: 1, vehicles: {least: 1, most: 3}}
routes:
  road: {through: [camp, port], km: [100], a_day: {calm: 100 km}}
"""


def test_a_sweep_through_a_cluster_of_which_a_worker_is_killed_has_the_bytes_of_one_run_here(tmp_path):
    (tmp_path / "little.yaml").write_text(LITTLE)
    (tmp_path / "sweep.yaml").write_text(SWEEP)

    def planned(name):
        return plan_sweep(SweepRequest(str(tmp_path / "sweep.yaml"), out=tmp_path / name), StagedLevers())

    here = planned("here")
    carry_out_sweep(here, begin_sweep(here), Backend(2), lambda *_: None)
    with cluster() as (address, processes):
        there = planned("there")

        def reported(done, _wanted, _failed):
            if done > 100 and processes[1].poll() is None:
                processes[1].kill()

        carry_out_sweep(there, begin_sweep(there), Backend(scheduler=address), reported)
        assert processes[1].wait() == -signal.SIGKILL
    assert tables(tmp_path / "here") == tables(tmp_path / "there")
