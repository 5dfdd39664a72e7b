"""Options that several commands share, each with its limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

MOST_REPLICATIONS = 1_000_000
MOST_SEED = 2**63 - 1
_WHOLE = re.compile(r"\d{1,40}\Z", re.ASCII)
_LONGEST = 60
_Command = TypeVar("_Command", bound=Callable[..., Any])


class Whole(click.ParamType[int]):
    """A whole number written in digits, within limits."""

    name = "number"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; fails with the limits in words."""
        if isinstance(value, int):
            return value
        text = str(value).strip()
        if not _WHOLE.match(text) or not self.least <= int(text) <= self.most:
            limits = f"from {self.least:,} to {self.most:,}"
            self.fail(f"{text[:_LONGEST]!r} is not a whole number {limits}", param, ctx)
        return int(text)


class HalfWidth(click.ParamType[tuple[str, float]]):
    """A response and the half-width wanted of its interval, such as extracted_share=0.01."""

    name = "NAME=0.01"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        """Name and half-width; fails with what is wrong."""
        if isinstance(value, tuple):
            return value[0], value[1]
        name, equals, number = str(value).rpartition("=")
        try:
            width = float(number) if equals and len(number) <= _LONGEST else float("nan")
        except ValueError:
            width = float("nan")
        if not name or not 0 < width < float("inf"):
            example = "write a response and a number above 0, such as extracted_share=0.01"
            self.fail(f"{str(value)[:_LONGEST]!r}: {example}", param, ctx)
        return name, width


def changes(command: _Command) -> _Command:
    """--seed, --set, --without, --strict: of all commands that play."""
    for option in reversed((
        click.option("--seed", type=Whole(0, MOST_SEED), default=1, show_default=True, help="Whose luck."),
        click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change the scenario."),
        click.option("--without", multiple=True, metavar="CAUSE", help="Take a cause off the tape."),
        click.option("--strict", is_flag=True, help="Warnings are errors."),
    )):  # fmt: skip
        command = option(command)
    return command


def manners(command: _Command) -> _Command:
    """--quiet and --json: of all commands."""
    for option in reversed((
        click.option("--quiet", is_flag=True, help="No progress, no warnings."),
        click.option("--json", "as_json", is_flag=True, help="The answer as JSON."),
    )):  # fmt: skip
        command = option(command)
    return command
