"""Workers as the process that wants them sees them: where they come from, and what is said to them.

On Linux a server forks them off (`sim.experiment.serving`); one is started for each process that wants workers, and
stays until that process ends. On other systems that have sockets as files each worker is started and loads for itself.
Where there is none of this, `NoWorkersError` says why.

Nothing of the process that calls is changed, not for an instant: what is started has its own streams, its own
environment and its own process group, so that Ctrl-C in a terminal does not reach it. It imports nothing of the
caller's script, so that a script needs no `if __name__ == "__main__":`, and a daemonic process may have workers too:
they end with whoever wanted them, in whatever way that ends.
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
    """No process can be started to work; the text says why."""


class Worker:
    """A process that does jobs, one after the other. What it says arrives at `fileno`."""

    __slots__ = ("_process", "pid", "wire")

    def __init__(self, on_progress: bytes, patience_s: float) -> None:
        """Starts one; `on_progress` is who plays, pickled. Raises `NoWorkersError`.

        One that takes nothing for `patience_s` is given up.
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
        with suppress(OSError):  # it is dead; whoever listens to it hears that
            self.wire.send(pickle.dumps((_folder(), _path())))
            self.wire.send(on_progress)

    def fileno(self) -> int:
        """The descriptor, for selectors."""
        return self.wire.fileno()

    def send(self, job: Job) -> None:
        """Gives it a job, behind those that it has; of one that is dead nothing is said here."""
        with suppress(OSError):
            self.wire.send(pickle.dumps(job))

    def collect(self) -> list[Any]:
        """What it says and has not been read; `wire.ended` where it is dead."""
        return [pickle.loads(message) for message in self.wire.collect()]  # nosec B301  # as said above

    def stop(self) -> None:
        """Tells it to go after the replication under way."""
        with suppress(OSError):
            self.wire.send(b"")

    def kill(self) -> None:
        """Ends it at once, whatever it does."""
        if self._process is not None:
            self._process.kill()
        elif not self.wire.ended:
            _server().kill(self.pid)

    def close(self) -> None:
        """Lets go of it, which ends one that is still there."""
        self.wire.close()
        if self._process is not None:
            self._process.wait()


class _Server:
    """The server of one process, started when it is first wanted and again where it died; threads share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._of = os.getpid()

    def get_ready(self) -> None:
        """Has it load from now on."""
        with self._lock:
            self._started()

    def fork(self, end: socket.socket) -> int:
        """Has a worker forked off at this end; gives its number. Raises `NoWorkersError`."""
        with self._lock:
            for _ in range(_TRIES):
                number = self._asked(end)
                if number > 0:
                    return number
                if number < 0:
                    raise NoWorkersError(_reason(OSError(-number, os.strerror(-number))))
        raise NoWorkersError("the process that starts them dies at once")

    def _asked(self, end: socket.socket) -> int:
        """What the server says to being asked for a worker; 0 where it dies of it."""
        control = self._started()
        try:
            socket.send_fds(control, [FORK + NUMBER.pack(0)], [end.fileno()], _NO_SIGNAL)
            said = control.recv(NUMBER.size)
        except OSError:
            said = b""
        except BaseException:  # what it answers after Ctrl-C must not be taken for the answer to another
            self._end()
            raise
        if said:
            return int(NUMBER.unpack(said)[0])
        self._end()
        return 0

    def kill(self, pid: int) -> None:
        """Has a worker killed; one whose server is dead ends when its caller lets go of it."""
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
        """Ends it with this process; what was forked off this process leaves it alone."""
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
"""By number of process: what is forked off this one neither uses nor ends its server, nor waits for its lock."""


def _server() -> _Server:
    return _SERVERS.setdefault(os.getpid(), _Server())


def get_ready() -> None:
    """Where workers will be wanted, what starts them loads from now on; raises nothing where it can't."""
    if _SERVES:
        with suppress(NoWorkersError):
            _server().get_ready()


def pickled(on_progress: object) -> bytes:
    """Who plays, as it is sent to workers; raises `InputError` where that can't be sent."""
    try:
        return pickle.dumps(on_progress)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise InputError([unfit(error)]) from error


def unfit(error: object) -> Problem:
    """What is said of a model that other processes can't have."""
    wrong = f"other processes can't play it: {error}"
    return Problem("on", wrong[:300], allowed="what is defined in a module that can be imported, or workers=1")


def _pair(kind: int) -> tuple[socket.socket, socket.socket]:
    """Two ends that wait, whatever the caller has said of sockets in general."""
    ends = socket.socketpair(type=kind)
    for end in ends:
        end.settimeout(None)
    return ends


def _start(what: str, end: socket.socket) -> subprocess.Popen[bytes]:
    """An interpreter like this one at the other end of a socket."""
    if not hasattr(socket, "send_fds"):
        raise NoWorkersError("this system gives no socket to another process")
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
    """The interpreter, also where this process is a program that holds one and has said so to `multiprocessing`."""
    spawn = sys.modules.get("multiprocessing.spawn")
    on_progress = spawn.get_executable() if spawn is not None else None
    return os.fsdecode(on_progress or sys.executable or "python3")


def _flags() -> list[str]:
    """The options this interpreter was started with, such as -O."""
    return subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined,no-any-return]


def _path() -> list[str]:
    """Where this process looks for modules; what is no text in that list is no place for Python."""
    here = _folder()
    placed = (place or here for place in sys.path if isinstance(place, str))
    return [place for place in placed if place is not None]


def _folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it was taken away
        return None


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]
