"""Two workers against one, a cluster against local processes, and the cost of a killed worker.

    python -m benchmarks.parallel

This measures wall-clock time, which is what workers save. First the tables of all backends are compared, byte for byte.
Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess  # nosec B404  # fixed commands, without a shell
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from benchmarks.paired import Row, fewer, row, table

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = str(ROOT / "scenarios" / "tessalit.yaml")


# programs are compiled where they are installed, and so is this one in its first run here
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _command(folder: Path, replications: int, *where: str) -> list[str]:
    return [
        sys.executable, "-m", "sim", "run", SCENARIO, "-n", str(replications), "--no-plots", "--quiet",
        "--out", str(folder), *where,
    ]  # fmt: skip


def run(folder: Path, replications: int, *where: str) -> float:
    """Returns the wall seconds of a run into a folder of its own."""
    begun = time.monotonic()
    subprocess.run(_command(folder, replications, *where), check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)  # nosec B603  # a fixed command
    return time.monotonic() - begun


def run_and_kill(folder: Path, replications: int, after_s: float) -> float:
    """Returns the wall seconds of a run with two workers, one of which is killed half-way."""
    begun = time.monotonic()
    command = _command(folder, replications, "-j", "2")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=ENVIRONMENT) as running:  # nosec B603  # a fixed command
        while time.monotonic() < begun + after_s:
            time.sleep(0.05)
        helpers = [child for child in _children(running.pid) if "sim.experiment.serving" in _words(child)]
        workers = [child for helper in helpers for child in _children(helper)]
        if workers:
            os.kill(workers[0], signal.SIGKILL)
        if running.wait() != 0:
            raise RuntimeError("the run with a killed worker did not end well")
    return time.monotonic() - begun


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def tables(folder: Path) -> dict[str, bytes]:
    """Every table of a results folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """A Dask scheduler and its workers on loopback: the address."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{one.getsockname()[1]}"
    dask = [sys.executable, "-m", "dask"]
    own = ["--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    words = [["scheduler", "--port", address.rpartition(":")[2]]] + [["worker", address, "--nthreads", "1"]] * workers
    running = [
        subprocess.Popen([*dask, *each, *own], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)  # nosec B603  # a fixed command
        for each in words
    ]
    try:
        from distributed import Client

        with Client(  # type: ignore[no-untyped-call]  # it has no types
            address, timeout=60, set_as_default=False
        ) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait()


def _folders(above: Path) -> Iterator[Path]:
    """A new folder each time."""
    return (above / str(number) for number in count())


def measure(quick: bool) -> list[Row]:
    """Returns the efficiency of two workers, the cost of a killed one, and a cluster against them."""
    replications, rounds = (100, 1) if quick else (200, 3)
    gains, costs, clusters = [], [], []
    with tempfile.TemporaryDirectory() as made:
        folders = _folders(Path(made))
        for _ in range(rounds):  # a cluster that waits is not quite idle, and so is not there yet
            one = run(next(folders), replications, "-j", "1")
            two = run(next(folders), replications, "-j", "2")
            gains.append(one / two)
            costs.append(run_and_kill(next(folders), replications, after_s=two / 2) - two)
        with cluster(2) as address:
            for _ in range(rounds):
                there = run(next(folders), replications, "--scheduler", address)
                clusters.append(there / run(next(folders), replications, "-j", "2"))
        simulated = [tables(folder) for folder in Path(made).iterdir()]
        if any(each != simulated[0] for each in simulated):
            raise RuntimeError("two backends gave different bytes")
    return [
        row("parallel", f"two workers against one, {replications} replications of tessalit", gains,
            {"must": 1.8, "reach": 1.95}),
        fewer(row("parallel", "a worker killed half-way, more than without", costs), "s"),
        fewer(row("parallel", "a Dask cluster of two against two workers", clusters, {"must": 1.25})),
    ]  # fmt: skip


if __name__ == "__main__":
    print(table(measure("--quick" in sys.argv[1:])))
