"""Code of the started processes: a server that forks workers, and a worker that does jobs.

Loading modules takes a process as long as about ten replications. The server loads them once, while the caller still
reads its scenario, and each worker is a fork of it. The server has one thread, so that forking it is safe. Neither
runs the caller's script, holds a file of the caller open, or receives signals from its terminal.
"""

from __future__ import annotations

import errno
import gc
import os
import pickle  # nosec B403  # of this program only, over a pair of sockets that no other process can open
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from importlib import import_module
from queue import SimpleQueue
from struct import Struct
from typing import TYPE_CHECKING, Any, NoReturn

from sim.experiment.wire import Wire

if TYPE_CHECKING:
    from sim.experiment.worker import Recorders

LOADED = ("sim.experiment.worker", "sim.replication.simulator", "scipy.special")
FORK, KILL = b"f", b"k"
NUMBER = Struct("!q")
_LOOK_S = 5.0


def main(what: str, descriptor: str, caller: str) -> NoReturn:
    """Runs as server, or as a single worker, at the other end of a descriptor of the caller."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])  # the caller's was inherited
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is imported: a fork keeps one thread, and one is enough
    end = socket.socket(fileno=int(descriptor))
    if what == "work":
        _work_and_leave(end)
    for name in LOADED:
        import_module(name)
    gc.freeze()  # workers need not scan what they all share
    _serve(end, int(caller))
    os._exit(0)


def _serve(control: socket.socket, caller: int) -> None:
    """Forks and kills on request until the caller is gone; then kills the workers that are left."""
    living: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: _reap(living))
    while os.getppid() == caller:  # a process forked off the caller may hold its end of the control open
        if not select.select([control], [], [], _LOOK_S)[0]:
            continue
        try:
            order, ends, *_ = socket.recv_fds(control, 1 + NUMBER.size, 1)
        except OSError:
            break
        if not order:
            break
        if order[:1] == FORK:
            said = _fork(control, ends[0], living) if ends else -errno.EMFILE  # the descriptor could not be received
            with suppress(OSError):
                control.send(NUMBER.pack(said))
        elif (pid := NUMBER.unpack(order[1:])[0]) in living:  # the number of a reaped process may belong to another one
            os.kill(pid, signal.SIGKILL)
    for pid in living:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _fork(control: socket.socket, end: int, living: set[int]) -> int:
    """Returns the process number of a new worker at that end, or the negative number of the error."""
    try:
        pid = os.fork()
    except OSError as error:
        os.close(end)
        return -(error.errno or 1)
    if pid == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        _work_and_leave(socket.socket(fileno=end))
    os.close(end)
    living.add(pid)
    _reap(living)  # it may have died before its number was known
    return pid


def _reap(living: set[int]) -> None:
    for pid in list(living):
        try:
            gone = os.waitpid(pid, os.WNOHANG)[0] == pid
        except ChildProcessError:
            gone = True
        if gone:
            living.discard(pid)


def _work_and_leave(end: socket.socket) -> NoReturn:
    """Works to the end and ends the process, without exit handlers of libraries."""
    code = 1
    try:
        _work(Wire(end))
        code = 0
    finally:
        os._exit(code)


def _work(wire: Wire) -> None:
    """Does jobs until asked to stop; the first message has the module path, the second the model."""
    from sim.experiment.worker import Unfit

    _settle(wire)
    model = wire.receive()
    if model is None:
        return
    try:
        simulators = _simulators(model)
    except Exception as error:
        wire.send(pickle.dumps(Unfit(f"{type(error).__name__}: {error}")))
        return
    jobs: SimpleQueue[bytes] = SimpleQueue()
    stop = threading.Event()
    threading.Thread(target=_listen, args=(wire, jobs, stop), daemon=True).start()
    while (job := jobs.get()) and not stop.is_set():
        wire.send(pickle.dumps(simulators.run(_read(job), stop.is_set)))


def _settle(wire: Wire) -> None:
    """Takes over the caller's working folder and module path."""
    folder, path = _read(wire.receive() or pickle.dumps((None, sys.path)))
    sys.path[:] = path
    if folder is not None:
        with suppress(OSError):
            os.chdir(folder)


def _simulators(model: bytes) -> Recorders:
    from sim.experiment.worker import Recorders

    return Recorders(_read(model))


def _read(message: bytes) -> Any:
    return pickle.loads(message)  # nosec B301  # as said where it is imported


def _listen(wire: Wire, jobs: SimpleQueue[bytes], stop: threading.Event) -> None:
    """Queues jobs as they come. An empty message: stop after the replication under way. No caller: stop at once."""
    while (message := wire.receive()) is not None:
        if not message:
            stop.set()
        jobs.put(message)
    os._exit(1)
