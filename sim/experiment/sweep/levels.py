"""Levels of factors: what a point of a sweep changes in its scenario, and what it takes off the tape."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sim.errors import InputError, Problem
from sim.experiment.sweep.scale import multiplied
from sim.scenario.document import Draft
from sim.scenario.paths import parsed, value_at
from sim.scenario.shipped import Located


@dataclass(frozen=True, slots=True)
class Change:
    """A field and what it becomes; with `times`, what it is multiplied by."""

    path: str
    value: Any
    times: bool = False

    def patch(self, draft: Draft) -> str:
        """The change as `--set` takes it; raises `InputError` where there is nothing to multiply."""
        value = self.value
        if self.times:
            try:
                value = multiplied(value_at(draft.data, parsed(self.path)), self.value)
            except KeyError:
                raise InputError([Problem(self.path, "there is nothing to multiply")]) from None
            except ValueError as error:
                raise InputError([Problem(self.path, str(error))]) from None
        return f"{self.path}={json.dumps(value, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class Level:
    """One value of a factor: its text, its number where it is on a scale, and its changes.

    `file` is the scenario that it stands for, in the factor `scenario`; `without` are causes that it takes off.
    """

    text: str
    number: float | None = None
    changes: tuple[Change, ...] = ()
    file: Located | None = None
    without: frozenset[str] = frozenset()
