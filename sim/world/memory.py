"""Memory: what a rule has said, kept beside the rule for as long as it would say the same again.

A memory is a dictionary from what the rule was asked (and what its answer hangs on) to what it said:

    found = self._rooms.get(asked)
    if found is None:
        found = self._rooms[asked] = self._room(*asked)

Whoever doubts a memory reads the rule alone, and plays with memories that keep nothing (`remembers` of the setting of
a replication): every figure must be the same.
"""

from __future__ import annotations

from typing import TypeVar

Asked = TypeVar("Asked")
Said = TypeVar("Said")


class Forgetful(dict[Asked, Said]):
    """A memory that keeps nothing."""

    def __setitem__(self, asked: Asked, said: Said) -> None:
        """Forget at once."""


def memory(*, remembers: bool) -> dict[Asked, Said]:
    """An empty memory, or one that stays empty."""
    return {} if remembers else Forgetful()
