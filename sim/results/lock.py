"""One process at a time in a folder under work."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import IO

from sim.errors import ResultsError
from sim.results.strangers import open_to_append


def take_lock(path: Path) -> IO[bytes]:
    """Opens and locks a file, held until it is closed or the process ends in whatever way.

    Raises `ResultsError` naming who holds it, or where it is no plain file; `OSError` where the disk refuses.
    """
    while True:
        stream = open_to_append(path)
        if not _locked(stream):
            stream.seek(0)
            holder = _holder(stream.read(500))
            stream.close()
            raise ResultsError(f"{path.parent} is being worked on by {holder}; wait for it, or stop it")
        if _still_there(stream, path):
            stream.truncate(0)
            stream.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())
            stream.flush()
            return stream
        stream.close()  # who held it before finished and took the file away: there is a new one to try


def _locked(stream: IO[bytes]) -> bool:
    try:
        import fcntl  # noqa: PLC0415 - there is none on Windows, where two processes are not told apart
    except ImportError:
        return True
    try:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_there(stream: IO[bytes], path: Path) -> bool:
    try:
        return os.fstat(stream.fileno()).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


def _holder(text: bytes) -> str:
    try:
        said = json.loads(text)
        return f"process {int(said['pid'])} on {str(said['host'])[:100]!r}"
    except (ValueError, KeyError, TypeError):
        return "another process"
