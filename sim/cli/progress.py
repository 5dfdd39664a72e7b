"""How far it is: one line that moves on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time

from sim.cli.isolates import isolated
from sim.cli.say import note

_BAR = 30
_EVERY_S = 10.0
_REDRAW_S = 0.1


class Progress:
    """Tells standard error of the replications of one scenario; with `quiet`, nothing."""

    def __init__(self, name: str, quiet: bool) -> None:
        self._name, self._quiet = name, quiet
        self._moving = sys.stderr is not None and sys.stderr.isatty()
        self._began = self._last = time.monotonic()
        self._first: int | None = None
        self._drawn = False

    def __call__(self, done: int, wanted: int, failed: int) -> None:
        """Hears of progress."""
        now = time.monotonic()
        if self._first is None:
            self._first = done
            if done and not self._quiet:
                note(f"{self._name}: {done} of {wanted} replications were played before; going on")
        if self._quiet or (now - self._last < self._pause() and done < wanted):
            return
        self._last = now
        line = f"{self._name}: {done} of {wanted} replications{self._left(done, wanted, now)}"
        line += f", {failed} failed" if failed else ""
        if self._moving:
            self._draw(f"{_bar(done, wanted)} {line}")
        elif done > self._first:
            note(line)

    def _pause(self) -> float:
        return _REDRAW_S if self._moving else _EVERY_S

    def _left(self, done: int, wanted: int, now: float) -> str:
        played = done - (self._first or 0)
        if not played or done >= wanted:
            return ""
        seconds = (now - self._began) / played * (wanted - done)
        return f", about {seconds:.0f} s left" if seconds < 100 else f", about {seconds / 60:.0f} min left"  # noqa: PLR2004

    def _draw(self, line: str) -> None:
        sys.stderr.write(f"\r\x1b[2K{isolated(line[:100], sys.stderr)}")
        sys.stderr.flush()
        self._drawn = True

    def end(self) -> None:
        """Clears the line that moves."""
        if self._drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


def _bar(done: int, wanted: int) -> str:
    full = _BAR * done // max(wanted, 1)
    return "█" * full + "░" * (_BAR - full)
