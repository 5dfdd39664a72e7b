"""Memory: cached answers of a rule, kept with the rule as long as it would give the same answers.

A memory is a dictionary from the arguments of the rule to its answer, with what the answer depends on:

    found = self._rooms.get(asked)
    if found is None:
        found = self._rooms[asked] = self._room(*asked)

The rule itself is a function that works without its memory. If the setting of a replication does not remember
(`remembers`), its memories keep nothing; the result must be the same.
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
