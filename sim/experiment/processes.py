"""Worker processes from the caller's side: how they are started, and the messages to them.

On Linux a server forks them (`sim.experiment.serving`); each process that needs workers has one server, which stays
until that process ends. On other systems whose sockets are files, each worker is started by itself and loads its own
modules. Elsewhere `NoWorkersError` gives the reason.

The state of the calling process never changes: new processes have their own streams, environment and process group, so
that Ctrl-C in a terminal does not reach them. They import nothing of the caller's script, so a script needs no
`if __name__ == "__main__":`, and a daemonic process may have workers too: they end with their caller, however it ends.
"""

from __future__ import annotations

import atexit
import os
import pickle  # nosec B403  # written, and read from processes of this very program
import socket
import subprocess  # nosec B404  # this interpreter, with fixed words
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Problem
from sim.experiment.serving import FORK, KILL, NUMBER
from sim.experiment.wire import Wire

if TYPE_CHECKING:
    from sim.experiment.worker import Job

_BEGIN = "import sys; sys.path[:] = sys.argv[4:]; from sim.experiment.serving import main; main(*sys.argv[1:4])"
_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)
_SERVES = sys.platform == "linux"
_TRIES = 2


class NoWorkersError(OSError):
    """No worker process can be started; the text gives the reason."""


class Worker:
    """A process that does jobs, one after the other. Its messages arrive at `fileno`."""

    __slots__ = ("_process", "pid", "wire")

    def __init__(self, model: bytes, patience_s: float) -> None:
        """Starts a process; `model` is the pickled one. Raises `NoWorkersError`.

        A process that accepts no data for `patience_s` is given up.
        """
        try:
            mine, its = _pair(socket.SOCK_STREAM)
        except OSError as error:
            raise NoWorkersError(_reason(error)) from error
        try:
            self._process = None if _SERVES else _start("work", its)
            self.pid = _server().fork(its) if self._process is None else self._process.pid
        except BaseException:
            mine.close()
            raise
        finally:
            its.close()
        mine.settimeout(patience_s)
        self.wire = Wire(mine)
        with suppress(OSError):  # it is dead, as its wire will show
            self.wire.send(pickle.dumps((_folder(), _path())))
            self.wire.send(model)

    def fileno(self) -> int:
        """The descriptor, for selectors."""
        return self.wire.fileno()

    def send(self, job: Job) -> None:
        """Sends a job to its queue; a dead process raises nothing here."""
        with suppress(OSError):
            self.wire.send(pickle.dumps(job))

    def collect(self) -> list[Any]:
        """Returns unread messages; `wire.ended` is set if the process is dead."""
        return [pickle.loads(message) for message in self.wire.collect()]  # nosec B301  # as said above

    def stop(self) -> None:
        """Asks the process to end after the replication under way."""
        with suppress(OSError):
            self.wire.send(b"")

    def kill(self) -> None:
        """Kills the process at once."""
        if self._process is not None:
            self._process.kill()
        elif not self.wire.ended:
            _server().kill(self.pid)

    def close(self) -> None:
        """Closes the connection, which ends a process that is still running."""
        self.wire.close()
        if self._process is not None:
            self._process.wait()


class _Server:
    """The server of one process, started on first use and again if it died; threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._of = os.getpid()

    def get_ready(self) -> None:
        """Starts the server, which then loads its modules."""
        with self._lock:
            self._started()

    def fork(self, end: socket.socket) -> int:
        """Forks a worker at this end and returns its process number. Raises `NoWorkersError`."""
        with self._lock:
            for _ in range(_TRIES):
                number = self._asked(end)
                if number > 0:
                    return number
                if number < 0:
                    raise NoWorkersError(_reason(OSError(-number, os.strerror(-number))))
        raise NoWorkersError("the process that starts them dies at once")

    def _asked(self, end: socket.socket) -> int:
        """Asks the server for a worker and returns its answer; 0 if the server dies."""
        control = self._started()
        try:
            socket.send_fds(control, [FORK + NUMBER.pack(0)], [end.fileno()], _NO_SIGNAL)
            said = control.recv(NUMBER.size)
        except OSError:
            said = b""
        except BaseException:  # its answer after Ctrl-C must not be taken for the answer to a later request
            self._end()
            raise
        if said:
            return int(NUMBER.unpack(said)[0])
        self._end()
        return 0

    def kill(self, pid: int) -> None:
        """Has a worker killed; if the server is dead, the worker ends when its connection is closed."""
        with self._lock, suppress(OSError):
            if self._control is not None:
                self._control.send(KILL + NUMBER.pack(pid), _NO_SIGNAL)

    def _started(self) -> socket.socket:
        if self._control is None:
            try:
                mine, its = _pair(socket.SOCK_SEQPACKET)
            except OSError as error:
                raise NoWorkersError(_reason(error)) from error
            try:
                self._process = _start("serve", its)
            except BaseException:
                mine.close()
                raise
            finally:
                its.close()
            self._control = mine
            atexit.register(self.end)
        return self._control

    def end(self) -> None:
        """Ends the server with this process; forked copies of this process leave it alone."""
        if os.getpid() == self._of:
            with self._lock:
                self._end()

    def _end(self) -> None:
        control, process = self._control, self._process
        self._control = self._process = None
        if control is not None:
            Wire(control).close()
        if process is not None:
            process.kill()
            process.wait()
        atexit.unregister(self.end)


_SERVERS: dict[int, _Server] = {}
"""By process number: a fork of this process neither uses nor ends its server, nor waits for its lock."""


def _server() -> _Server:
    return _SERVERS.setdefault(os.getpid(), _Server())


def get_ready() -> None:
    """Starts the server ahead of the first worker; does not raise if that fails."""
    if _SERVES:
        with suppress(NoWorkersError):
            _server().get_ready()


def pickled(model: object) -> bytes:
    """Pickles the model for workers; raises `InputError` if that is impossible."""
    try:
        return pickle.dumps(model)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise InputError([unfit(error)]) from error


def unfit(error: object) -> Problem:
    """Returns the problem of a model that other processes can't load."""
    wrong = f"other processes can't run it: {error}"
    return Problem("on", wrong[:300], allowed="a definition in a module that can be imported, or workers=1")


def _pair(kind: int) -> tuple[socket.socket, socket.socket]:
    """Returns a blocking pair of sockets, whatever default timeout the caller has set."""
    ends = socket.socketpair(type=kind)
    for end in ends:
        end.settimeout(None)
    return ends


def _start(what: str, end: socket.socket) -> subprocess.Popen[bytes]:
    """Starts an interpreter like this one at the other end of a socket."""
    if not hasattr(socket, "send_fds"):
        raise NoWorkersError("this system can't pass a socket to another process")
    command = [_interpreter(), *_flags(), "-P", "-c", _BEGIN, what, str(end.fileno()), str(os.getpid()), *_path()]
    try:
        return subprocess.Popen(  # nosec B603  # fixed words
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[end.fileno()],
            process_group=0,
        )
    except (OSError, ValueError) as error:
        raise NoWorkersError(_reason(error)) from error


def _interpreter() -> str:
    """The interpreter; a program that embeds Python names it through `multiprocessing.set_executable`."""
    spawn = sys.modules.get("multiprocessing.spawn")
    set_there = spawn.get_executable() if spawn is not None else None
    return os.fsdecode(set_there or sys.executable or "python3")


def _flags() -> list[str]:
    """The options of this interpreter, such as -O."""
    return subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined,no-any-return]


def _path() -> list[str]:
    """The module path of this process; Python ignores entries that are not text."""
    here = _folder()
    placed = (place or here for place in sys.path if isinstance(place, str))
    return [place for place in placed if place is not None]


def _folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return None


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]
