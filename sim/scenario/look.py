"""What a rule checks: a scenario valid in form, the draft with its lines, and the paths left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sim.errors import Problem
from sim.scenario.document import Draft
from sim.scenario.paths import Path, is_there, shown, under, value_at
from sim.scenario.reach import Reach
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Look:
    """A scenario under examination. `left_out` are paths that were refused and are not in the scenario."""

    scenario: Scenario
    draft: Draft
    left_out: frozenset[Path]

    @cached_property
    def reach(self) -> Reach:
        """Legs by air and road."""
        return Reach(self.scenario)

    def whole(self, *path: str) -> bool:
        """Whether nothing at or below a path was left out."""
        return not any(under(gone, path) or under(path, gone) for gone in self.left_out)

    def say(
        self,
        path: Path,
        wrong: str,
        got: str | None = None,
        allowed: str | None = None,
        near: str | None = None,
    ) -> Problem:
        """A problem at a path."""
        return self.draft.problem(path, wrong, got, allowed, near)

    def said(self, *path: str) -> str | None:
        """The value in the file at a path, as a message quotes it."""
        return shown(value_at(self.draft.data, path)) if is_there(self.draft.data, path) else None


Rule = Callable[[Look], Iterator[Problem]]
