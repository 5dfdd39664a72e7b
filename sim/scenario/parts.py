"""The base of every section of a scenario: a frozen, strict model whose fields are described for users."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from sim.scenario.quantities import FromS, UntilS


class Part(BaseModel):
    """A section of a scenario file: unknown keys are refused, values never change.

    Nothing is built before it is needed: a section that is a field's default is made without validation
    (`model_construct`), and field docstrings are read only for the schema (`sim.scenario.schema.meanings`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


def not_given(value: object) -> bool:
    """Whether a field is not given.

    For `exclude_if` of fields that a later version adds: a file without them keeps its meaning and hash.
    """
    return value is None


def not_used(value: object) -> bool:
    """Whether a duration, count or switch has the value without effect: nought, or false; likewise."""
    return not value


class Window(Part):
    """A dated time window, both ends included."""

    from_s: FromS
    """First instant of the window."""
    until_s: UntilS
    """Last instant of the window."""

    model_config = ConfigDict(
        alias_generator=lambda name: name.removesuffix("_s") if name in ("from_s", "until_s") else name
    )

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.until_s <= self.from_s:
            raise ValueError("this ends before it begins; write `until` after `from`")
        return self

    def covers(self, at_s: int) -> bool:
        """Whether an instant is in the window (the instant `until_s` is not)."""
        return self.from_s <= at_s < self.until_s
