"""Memory: what a rule has found, kept beside the rule as long as it would find the same again.

A memory is a dictionary from what the rule was asked to its answer, with what the answer depends on:

    found = self._rooms.get(asked)
    if found is None:
        found = self._rooms[asked] = self._room(*asked)

The rule itself is a function that can be read without its memory. A replication whose setting does not remember
(`remembers`) has memories that keep nothing, and must give the same result.
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
