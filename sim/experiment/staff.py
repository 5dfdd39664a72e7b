"""The workers of a cluster: those that run this very program, and those that do not and are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Program = tuple[str, ...]
"""Version, hash of the files, and minor version of Python; of an older program without the last."""
"""Version, and hash of the files that decide what comes out."""


def other_program(found: Program | None, mine: Program) -> str:
    """In what a worker's program differs from this one; `None`: it has none."""
    if found is None:
        return "has no drawdown; install the same version there"
    if found[:2] == mine[:2]:  # tables are the same under one minor version of Python; of others nothing is promised
        theirs = found[2] if len(found) > 2 else "unknown"  # noqa: PLR2004 - the third of three
        return f"runs under another Python ({theirs}, here {mine[2]}); use the same one there"
    differs = f"drawdown {found[0]}, here {mine[0]}" if found[0] != mine[0] else "the same version with other files"
    return f"runs another program ({differs}); install the same one there"


class Staff:
    """Who may be given jobs. Workers that join are asked which program they run before they get one.

    `program` says that of the process that calls it. Of those that run another, `tell` hears once a kind of difference.
    """

    def __init__(self, client: Any, program: Callable[[], Program], tell: Callable[[str], None]) -> None:
        self._client, self._program, self._tell = client, program, tell
        self._mine = program()
        self._told: set[str] = set()
        self._odd: set[str] = set()
        self.threads: dict[str, int] = {}
        """How many jobs each of those that are fit does at once, by address."""

    def ask(self) -> dict[str, Program | None]:
        """What all that are there run; `None`: nothing of ours. Raises what Dask raises."""
        return self._asked(list(self._there()))

    def look(self) -> frozenset[str]:
        """The addresses of those that are there and run this program."""
        there = self._there()
        self._odd &= there.keys()
        strangers = [each for each in there if each not in self._odd and each not in self.threads]
        found = self._asked(strangers) if strangers else {}
        for address, program in found.items():
            if program != self._mine:
                self.leave_out(address, program)
        fit = {address for address, program in found.items() if program == self._mine} | self.threads.keys()
        self.threads = {each: int(told["nthreads"]) for each, told in there.items() if each in fit}
        return frozenset(self.threads)

    def leave_out(self, address: str, program: Program | None) -> None:
        """One that gets no jobs from now on."""
        self._odd.add(address)
        self.threads.pop(address, None)
        said = other_program(program, self._mine)
        if said not in self._told:
            self._told.add(said)
            self._tell(f"the worker {address} that joined is left out: it {said}")

    def forget(self) -> None:
        """All are asked again: one has another program since it was asked."""
        self.threads.clear()

    def _there(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return found

    def _asked(self, addresses: list[str]) -> dict[str, Program | None]:
        """By address the answers of those that answer; who has just gone is asked again if it comes back.

        What a worker without drawdown answers is an exception, of whatever kind.
        """
        found = self._client.run(self._program, workers=addresses, on_error="return")
        answered = {each: said for each, said in found.items() if not isinstance(said, OSError)}
        return {each: said if isinstance(said, tuple) else None for each, said in answered.items()}
