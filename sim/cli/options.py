"""Options that several commands share, each with its limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.experiment.limits import MOST_SEED, MOST_WORKERS

if TYPE_CHECKING:
    from sim.experiment.backend import Backend

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


class Number(click.ParamType[float]):
    """A number between two limits that it does not reach; no upper one where that is `None`."""

    name = "number"

    def __init__(self, above: float, below: float | None, example: str) -> None:
        self.above, self.below, self.example = above, below, example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; fails with the limits in words."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            number = float(text) if len(text) <= _LONGEST else float("nan")
        except ValueError:
            number = float("nan")
        if not self.above < number < (float("inf") if self.below is None else self.below):
            limits = f"above {self.above:g}" + ("" if self.below is None else f" and below {self.below:g}")
            self.fail(f"{text[:_LONGEST]!r} is not a number {limits}, such as {self.example}", param, ctx)
        return number


class HalfWidth(click.ParamType[tuple[str, float]]):
    """A response and a number above 0 (or 0 too), such as the half-width wanted of its interval."""

    name = "NAME=0.01"

    def __init__(self, zero: bool = False) -> None:
        self.zero = zero

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """Name and half-width; fails with what is wrong."""
        if isinstance(value, tuple):
            return value[0], value[1]
        name, equals, number = str(value).rpartition("=")
        try:
            width = float(number) if equals and len(number) <= _LONGEST else float("nan")
        except ValueError:
            width = float("nan")
        if not name or not (0 < width < float("inf") or (self.zero and width == 0)):
            least = "from 0" if self.zero else "above 0"
            example = f"write a response and a number {least}, such as extracted_share=0.01"
            self.fail(f"{str(value)[:_LONGEST]!r}: {example}", param, ctx)
        return name, width


def refused(option: str, why: str, flag: bool = False) -> Callable[[_Command], _Command]:
    """An option of another command, which this one refuses in words."""

    def refuse(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value:
            raise click.BadParameter(why, context, parameter)

    return click.option(option, hidden=True, expose_value=False, is_flag=flag, callback=refuse)


NO_SAMPLING = "draws of what is uncertain are sampled by `drawdown sweep` alone"
"""Why a command that plays one scenario, or chooses between several, takes no --sampling."""


def changes(command: _Command) -> _Command:
    """--seed, --set, --without, --strict: of all commands that play."""
    for option in reversed((
        click.option("--seed", type=Whole(0, MOST_SEED), default=1,
                     show_default="1, or as a sweep file or a folder has it", help="Whose luck."),
        click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change the scenario."),
        click.option("--without", multiple=True, metavar="CAUSE", help="Take a cause off the tape."),
        click.option("--strict", is_flag=True, help="Warnings are errors."),
    )):  # fmt: skip
        command = option(command)
    return command


def places(command: _Command) -> _Command:
    """--workers, --scheduler: of all commands that play."""
    for option in reversed((
        click.option("--workers", "-j", type=Whole(1, MOST_WORKERS),
                     help="Processes; 1 plays in this one.  [default: all cores]"),
        click.option("--scheduler", metavar="ADDRESS",
                     help="A running Dask cluster, tls://host:port, or tcp://127.0.0.1:port."),
    )):  # fmt: skip
        command = option(command)
    return command


def backend_of(options: Mapping[str, Any]) -> Backend:
    """Where a command runs replications; raises `InputError` for an address that can't be used."""
    from sim.experiment.backend import backend_at

    return backend_at(options["workers"], options["scheduler"], _report_nothing if options["quiet"] else _report_once)


def _report_nothing(_text: str) -> None:
    """What is noticed on the way is not said."""


def _report_once(text: str) -> None:
    """Prints what is noticed on the way, on a line of its own, once a command."""
    from sim.cli.terminal import note

    context = click.get_current_context(silent=True)
    reported = set() if context is None else context.meta.setdefault(f"{__name__}.told", set())
    if text not in reported:
        reported.add(text)
        note(f"drawdown: {text}")


def checks(command: _Command) -> _Command:
    """--require, --baseline, --tolerance, --summary, --junit: of all commands that can be held to something."""
    for option in reversed((
        click.option("--require", "gates", multiple=True, metavar="GATE",
                     help="What must hold: docs/ci.md has the forms."),
        click.option("--baseline", type=click.Path(path_type=Path), metavar="RESULTS",
                     help="Results of before, from which responses must not have moved; of the sweep gated, gated."),
        click.option("--tolerance", "tolerances", multiple=True, type=HalfWidth(zero=True),
                     help="How far a response may have moved.  [default: extracted_share=0.01]"),
        click.option("--summary", type=click.Path(path_type=Path), metavar="FILE",
                     help="Write a summary in Markdown."),
        click.option("--junit", type=click.Path(path_type=Path), metavar="FILE",
                     help="Write what must hold as JUnit XML."),
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
