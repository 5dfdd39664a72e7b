"""Backends that run replications: processes of this machine, or a running Dask cluster."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sim.errors import InputError, Problem
from sim.experiment.blocks import all_cores, workers_for
from sim.experiment.interrupts import Notify, StopAsked, warn
from sim.experiment.worker import Job, Model, ModelAt, ThisProcess

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sim.results.rows import Block

_ADDRESS = re.compile(r"(?P<scheme>tcp|tls)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})")
_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Backend:
    """A number of processes here (default: all cores), or the cluster at a scheduler's address.

    `notify` receives sentences about deviations from the request that do not change the results.
    """

    workers: int | None = None
    scheduler: str | None = None
    notify: Notify = field(default=warn, compare=False)

    @property
    def width(self) -> int:
        """About how many replications run at once."""
        return self.workers or all_cores()

    def width_for(self, count: int | None) -> int:
        """The same for `count` replications (`None`: number not known)."""
        return workers_for(self.workers, count) if self.scheduler is None else self.width


def backend_at(workers: int | None, scheduler: str | None, notify: Notify = warn) -> Backend:
    """Returns the backend; raises `InputError` for an address that can't be used, or if both are given."""
    if scheduler is not None:
        if workers is not None:
            raise InputError([Problem("--workers", "a cluster has its own workers; leave this out with --scheduler")])
        check_address(scheduler)
    return Backend(workers, scheduler, notify)


def check_address(address: str) -> None:
    """Raises `InputError` for an invalid address, or one without encryption outside this machine.

    The form is narrow, so that no later parser can read another host or port from the address.
    """
    allowed = "tls://host:port, or tcp://127.0.0.1:port on this machine"
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found["port"]) <= _LAST_PORT:
        raise InputError([Problem("--scheduler", "not the address of a scheduler", repr(address)[:80], allowed)])
    if found["scheme"] == "tcp" and not _is_loopback(found["host"].strip("[]")):
        wrong = "a cluster without encryption must be on this machine"
        raise InputError([Problem("--scheduler", wrong, repr(address)[:80], allowed)])


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine; for a name, whether all its addresses are."""
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" and _stands_for_loopback(host)


def _stands_for_loopback(name: str) -> bool:
    import socket
    from ipaddress import ip_address

    try:
        found = {str(address[0]) for *_, address in socket.getaddrinfo(name, None)}
    except OSError:
        return False
    return bool(found) and all(ip_address(one.partition("%")[0]).is_loopback for one in found)


class RunsJobs(Protocol):
    """Runs jobs."""

    def run(self, jobs: Iterable[Job], /) -> Iterator[tuple[Job, Block]]:
        """Yields jobs with their blocks, in the order in which they finish."""


def pool_at(
    backend: Backend, model: Sequence[Model] | ModelAt, count: int | None, stop: StopAsked
) -> AbstractContextManager[RunsJobs]:
    """Returns the pool that runs `count` replications there (`None`: number not known); use it in a `with`.

    Raises `InputError` for an address that can't be used, or if no scheduler answers there.
    """
    if backend.scheduler is None:
        workers = workers_for(backend.workers, count)
        if workers == 1:
            return ThisProcess(model, stop)
        from sim.experiment.process_pool import ProcessPool

        return ProcessPool(model, workers, stop, notify=backend.notify)
    check_address(backend.scheduler)
    from sim.experiment.cluster import ClusterPool

    return ClusterPool(model, backend.scheduler, stop, backend.notify)
