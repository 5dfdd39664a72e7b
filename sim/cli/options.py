"""Options that several commands share, with their limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.cli import completion
from sim.experiment.limits import MOST_SEED, MOST_WORKERS

if TYPE_CHECKING:
    from sim.experiment.backend import Backend

_WHOLE = re.compile(r"\d{1,40}\Z", re.ASCII)
_LONGEST = 60
_Command = TypeVar("_Command", bound=Callable[..., Any])


class Whole(click.ParamType[int]):
    """A whole number in digits, within limits."""

    name = "number"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Returns the number; fails with the limits in words."""
        if isinstance(value, int):
            return value
        text = str(value).strip()
        if not _WHOLE.match(text) or not self.least <= int(text) <= self.most:
            limits = f"from {self.least:,} to {self.most:,}"
            self.fail(f"{text[:_LONGEST]!r} is not a whole number {limits}", param, ctx)
        return int(text)


class Number(click.ParamType[float]):
    """A number between two limits, both exclusive; no upper limit where that is `None`."""

    name = "number"

    def __init__(self, above: float, below: float | None, example: str) -> None:
        self.above, self.below, self.example = above, below, example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Returns the number; fails with the limits in words."""
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
    """A response and a number above 0 (or from 0), such as the target half-width of its interval."""

    name = "NAME=0.01"

    def __init__(self, zero: bool = False) -> None:
        self.zero = zero

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """Returns name and half-width; fails with the form in words."""
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
    """Adds an option of another command, which this command refuses with an explanation."""

    def refuse(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value:
            raise click.BadParameter(why, context, parameter)

    return click.option(option, hidden=True, expose_value=False, is_flag=flag, callback=refuse)


NO_SAMPLING = "only `drawdown sweep` samples uncertain inputs"
"""Why a command that runs given scenarios takes no --sampling."""


def changes(command: _Command) -> _Command:
    """Adds --seed, --set, --without and --strict, which all commands that simulate have."""
    for option in reversed((
        click.option("--seed", type=Whole(0, MOST_SEED), default=1,
                     help="Random seed.  [default: 1, or that of the sweep file or folder]"),
        click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Change the scenario."),
        click.option("--without", multiple=True, metavar="CAUSE", shell_complete=completion.causes,
                     help="Remove a cause of random events."),
        click.option("--strict", is_flag=True, help="Treat warnings as errors."),
    )):  # fmt: skip
        command = option(command)
    return command


def places(command: _Command) -> _Command:
    """Adds --workers and --scheduler, which all commands that simulate have."""
    for option in reversed((
        click.option("--workers", "-j", type=Whole(1, MOST_WORKERS),
                     help="Worker processes; 1 runs everything in this process.  [default: all cores]"),
        click.option("--scheduler", metavar="ADDRESS",
                     help="Address of a running Dask cluster: tls://host:port, or tcp://127.0.0.1:port."),
    )):  # fmt: skip
        command = option(command)
    return command


def label(command: _Command) -> _Command:
    """Adds --label, a name of the user's own for a results folder."""
    return click.option("--label", metavar="TEXT", help="A name of your own, which drawdown list shows.")(command)


def backend_of(options: Mapping[str, Any]) -> Backend:
    """Returns the backend that runs the replications; raises `InputError` for an unusable address."""
    from sim.experiment.backend import backend_at

    return backend_at(options["workers"], options["scheduler"], _report_nothing if options["quiet"] else _report_once)


def _report_nothing(_text: str) -> None:
    """Drops a notice."""


def _report_once(text: str) -> None:
    """Prints a notice on its own line, once per command."""
    from sim.cli.terminal import note

    context = click.get_current_context(silent=True)
    reported = set() if context is None else context.meta.setdefault(f"{__name__}.told", set())
    if text not in reported:
        reported.add(text)
        note(f"drawdown: {text}")


def checks(command: _Command) -> _Command:
    """Adds --require, --baseline, --tolerance, --summary and --junit, which all commands with gates have."""
    for option in reversed((
        click.option("--require", "gates", multiple=True, metavar="GATE",
                     help="Condition on a result; docs/ci.md lists the forms."),
        click.option("--baseline", type=click.Path(path_type=Path), metavar="RESULTS",
                     help="Earlier results with which responses are compared; for the sweep gated: gated."),
        click.option("--tolerance", "tolerances", multiple=True, type=HalfWidth(zero=True),
                     help="How much a response may change.  [default: extracted_share=0.01]"),
        click.option("--summary", type=click.Path(path_type=Path), metavar="FILE",
                     help="Write a summary in Markdown."),
        click.option("--junit", type=click.Path(path_type=Path), metavar="FILE",
                     help="Write gates and verdicts as JUnit XML."),
    )):  # fmt: skip
        command = option(command)
    return command


def judges(command: _Command) -> _Command:
    """Adds --require, --summary and --junit, for commands without earlier results to compare with."""
    for option in reversed((
        click.option("--require", "gates", multiple=True, metavar="GATE",
                     help="Condition on a result; docs/ci.md lists the forms."),
        click.option("--summary", type=click.Path(path_type=Path), metavar="FILE",
                     help="Write a summary in Markdown."),
        click.option("--junit", type=click.Path(path_type=Path), metavar="FILE",
                     help="Write gates and verdicts as JUnit XML."),
    )):  # fmt: skip
        command = option(command)
    return command


def pages(command: _Command) -> _Command:
    """Adds --page, --marking and --lang, for commands whose results a page can show."""
    for option in reversed((
        click.option("--page", is_flag=True, help="Also write report.html: the answer as one file to send."),
        *_of_pages(),
    )):  # fmt: skip
        command = option(command)
    return command


def _of_pages() -> tuple[Callable[[_Command], _Command], ...]:
    return (
        click.option("--marking", metavar="TEXT", help="Handling caveat on every screen and sheet of the page."),
        click.option("--lang", metavar="CODE", help="Language of the page: en, fr or ar.  [default: the locale]"),
    )  # fmt: skip


def sheets(command: _Command) -> _Command:
    """Adds --marking, --lang and --redact, of a page that is made for sure."""
    for option in reversed((*_of_pages(), redacts)):
        command = option(command)
    return command


redacts = click.option(
    "--redact", multiple=True, type=click.Choice(["places", "dates", "inventory"]),
    help="Letters for names of places, days for dates, groups for classes, in the page.",
)  # fmt: skip
"""The option --redact."""


def manners(command: _Command) -> _Command:
    """Adds --quiet and --json, which all commands have."""
    for option in reversed((
        click.option("--quiet", is_flag=True, help="No progress, no warnings."),
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
    )):  # fmt: skip
        command = option(command)
    return command
