"""Nothing listens to the network: not the processes of this machine, nor a client of a cluster."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest
from standin import model, plan

from sim.errors import InputError
from sim.experiment.backend import Backend, check_address
from sim.experiment.cluster import ClusterPool
from sim.experiment.running import begin, carry_out
from sim.experiment.worker import Job

psutil = pytest.importorskip("psutil")
HERE = Path(__file__).resolve().parent
DASK = [sys.executable, "-m", "dask"]


def listening(*processes):
    """Addresses on which processes and all that they started listen."""
    family = [one for process in processes for one in (process, *process.children(recursive=True))]
    found = set()
    for one in family:
        for connection in one.net_connections("inet"):
            datagrams = connection.type == socket.SOCK_DGRAM and not connection.raddr
            if connection.status == psutil.CONN_LISTEN or datagrams:
                found.add(connection.laddr.ip)
    return found


def test_a_listener_is_seen_where_there_is_one():
    before = listening(psutil.Process())
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        assert listening(psutil.Process()) - before == {"127.0.0.1"} - before
        assert "127.0.0.1" in listening(psutil.Process())


def test_a_run_with_processes_of_this_machine_listens_nowhere(tmp_path):
    before, seen = listening(psutil.Process()), []

    def reported(*_):
        seen.append((listening(psutil.Process()), len(psutil.Process().children(recursive=True))))

    planned = plan(tmp_path / "r", 40, pause_s=0.002)
    carry_out(planned, begin(planned), Backend(2), reported)
    assert max(children for _, children in seen) >= 2
    assert set().union(*(found for found, _ in seen)) <= before


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def commands_of_the_page():
    """The commands that docs/cluster.md gives for one machine: of the scheduler and of a worker, as lists."""
    page = (HERE.parents[1] / "docs" / "cluster.md").read_text(encoding="utf-8")
    found = [line.split() for line in page.splitlines() if line.startswith("dask ") and "tls" not in line]
    return found[0], found[1]


@contextmanager
def scheduler_and_worker():
    """A cluster as docs/cluster.md says to start it by hand: its address and its processes."""
    port = str(free_port())
    address = f"tcp://127.0.0.1:{port}"
    scheduler, worker = ([part.replace("8786", port) for part in command[1:]] for command in commands_of_the_page())
    path = os.pathsep.join([str(HERE.parents[1]), str(HERE.parent / "standin")])
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": os.environ | {"PYTHONPATH": path}}
    started = [subprocess.Popen([*DASK, *scheduler], **quiet)]
    try:
        started.append(subprocess.Popen([*DASK, *worker], **quiet))
        distributed = pytest.importorskip("distributed")
        with distributed.Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
        yield address, [psutil.Process(one.pid) for one in started]
    finally:
        for one in reversed(started):
            below = psutil.Process(one.pid).children(recursive=True)
            one.send_signal(signal.SIGKILL)
            one.wait()
            for child in below:
                child.kill() if child.is_running() else None


def test_a_cluster_on_this_machine_listens_on_loopback_only_and_whoever_asks_it_nowhere():
    pytest.importorskip("distributed")
    before = listening(psutil.Process())
    with scheduler_and_worker() as (address, processes):
        with ClusterPool([model()], address) as fleet:
            assert [block.numbers for _, block in fleet.run([Job(1, (1, 2))])] == [(1, 2)]
            mine = {one.laddr.ip for one in psutil.Process().net_connections("tcp") if one.status == psutil.CONN_LISTEN}
        theirs = listening(*processes)
    assert mine <= before
    assert theirs
    assert all(ip_address(one).is_loopback for one in theirs), theirs


@pytest.mark.parametrize("address", [
    "tcp://127.0.0.1:8786", "tcp://127.8.9.1:8786", "tcp://[::1]:8786", "tcp://localhost:8786",
    "tls://10.0.0.1:8786", "tls://far.example.org:8786", "tls://[2001:db8::1]:8786",
])  # fmt: skip
def test_addresses_that_are_taken(address):
    check_address(address)


@pytest.mark.parametrize("address", [
    "tcp://127.0.0.1.evil.example:8786", "tcp://localhost.evil.example:8786", "tcp://0.0.0.0:8786", "tcp://0:8786",
    "tcp://[::]:8786", "tcp://[::ffff:10.0.0.1]:8786", "tcp://[::ffff:0:0]:8786", "tcp://[fe80::1]:8786",
    "tcp://[::1%eth0]:8786", "tcp://::1:8786", "tcp://2130706433:8786", "tcp://0x7f000001:8786", "tcp://0177.0.0.1:8786",
    "tcp://127.1:8786", "tcp://010.0.0.1:8786", "tcp://127.0.0.1 :8786", "tcp://１２７.0.0.1:8786", "tcp://LOCALHOST.:1",
    "tcp://127.0.0.1:8786@evil.example:80", "tcp://@evil.example:80", "tcp://127.0.0.1:80#@evil.example:80",
    "tcp://evil.example:80#@127.0.0.1:80", "tcp://evil.example:80\\@127.0.0.1:80", "tcp://127.0.0.1:80/x",
    "tcp://127.0.0.1:80?x", "tcp://127.0.0.1:80,tcp://evil.example:80", "tcp://127.0.0.1:80\n", "tcp://127.0.0.1\t:80",
    "tcp://127.0.0.1:0", "tcp://127.0.0.1:-1", "tcp://127.0.0.1:+80", "tcp://127.0.0.1:８０", "tcp://127.0.0.1:",
    "TCP://127.0.0.1:80", "TLS://evil.example:80", "tls://me:word@evil.example:80", "tcp:127.0.0.1:80",
    "ws://127.0.0.1:80", "wss://far.example.org:80", "ucx://10.0.0.1:80", "inproc://127.0.0.1/1/1", "unix:///run/s",
    "file:///etc/passwd", "http://127.0.0.1:80", "127.0.0.1:8786", "localhost:8786", "scheduler.json", "", "tcp://:80",
])  # fmt: skip
def test_addresses_that_are_refused(address):
    with pytest.raises(InputError, match="--scheduler"):
        check_address(address)


@pytest.mark.parametrize("stands_for", ["10.0.0.1", "::", "2001:db8::1"])
def test_localhost_is_refused_where_it_stands_for_another_machine(monkeypatch, stands_for):
    def looked_up(*_):
        return [(0, 0, 0, "", (one, 0)) for one in ("127.0.0.1", stands_for)]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    with pytest.raises(InputError, match="must be on this machine"):
        check_address("tcp://localhost:8786")


def test_a_name_that_nobody_knows_is_refused(monkeypatch):
    def looked_up(*_):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    with pytest.raises(InputError, match="must be on this machine"):
        check_address("tcp://localhost:8786")
