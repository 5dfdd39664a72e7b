"""Messages between this process and a worker: bytes over a pair of sockets, delivered only when complete."""

from __future__ import annotations

import socket
from collections import deque
from struct import Struct

_LENGTH = Struct("!Q")
_AT_ONCE = 1 << 18
_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)  # the caller may have set SIGPIPE to end its process


class Wire:
    """One end of a pair of sockets. An empty message is a message too."""

    __slots__ = ("_arrived", "_held", "_socket", "ended")

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._held = bytearray()
        self._arrived: deque[bytes] = deque()
        self.ended = False
        """Whether the other end is gone: earlier messages are complete, and nothing will follow."""

    def fileno(self) -> int:
        """The descriptor, for selectors."""
        return self._socket.fileno()

    def send(self, message: bytes) -> None:
        """Sends a message; raises `OSError` if the other end is gone."""
        self._socket.sendall(_LENGTH.pack(len(message)), _NO_SIGNAL)
        self._socket.sendall(message, _NO_SIGNAL)

    def receive(self) -> bytes | None:
        """Waits for the next message and returns it; `None` if the other end is gone."""
        while not self._arrived and not self.ended:
            self._read()
        return self._arrived.popleft() if self._arrived else None

    def collect(self) -> list[bytes]:
        """Reads once, and returns the messages that are complete by now."""
        self._read()
        received = list(self._arrived)
        self._arrived.clear()
        return received

    def _read(self) -> None:
        try:
            more = self._socket.recv(_AT_ONCE)
        except OSError:  # reset, since the other end died with something unread
            more = b""
        self.ended = not more
        self._held += more
        while len(self._held) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._held)[0]
            if len(self._held) < end:
                return
            self._arrived.append(bytes(self._held[_LENGTH.size : end]))
            del self._held[:end]

    def close(self) -> None:
        """Closes the connection for both ends, even if another process holds a copy of this one."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:  # the other end is gone already
            pass
        finally:
            self._socket.close()
