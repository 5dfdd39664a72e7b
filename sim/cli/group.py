"""The command `drawdown`: its subcommands, imported when called, and how their errors are reported."""

from __future__ import annotations

import atexit
import errno
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from sim.cli.terminal import (
    BROKEN,
    FAULT,
    STOPPED,
    WRONG,
    OutputError,
    close_output,
    complain,
    complain_of,
    complain_of_usage,
    first_that_applies,
    show_trace,
)
from sim.errors import DrawdownError, InputError, ResultsError

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("sim.cli.commands:run", "simulate replications, write results, print the answer"),
    "demo": ("sim.cli.commands:demo", "run the shipped scenario tessalit and name its first picture"),
    "compare": ("sim.cli.commands:compare", "compare scenarios or results with common random numbers"),
    "sweep": ("sim.cli.commands:sweep", "run a design over factors of a scenario; resumable; gates for CI"),
    "select": ("sim.cli.commands:select", "select the best of several scenarios with a given confidence"),
    "why": ("sim.cli.commands:why", "say what each cause cost, and which lever would change it"),
    "when": ("sim.cli.commands:when", "say by when people and equipment are out, from one run"),
    "solve": ("sim.cli.commands:solve", "find the least level of a field that meets a target"),
    "verify": ("sim.cli.verify:verify", "check the model against results known from theory"),
    "backtest": ("sim.cli.commands:backtest", "score a forecast against the historical record"),
    "trace": ("sim.cli.scenario_commands:trace", "print one replication event by event, or the life of one lot"),
    "plot": (
        "sim.cli.folder_commands:plot",
        "draw the pictures of a run, comparison, sweep or selection again",
    ),
    "report": ("sim.cli.report_command:report", "write the answer as one page that can be sent, read and printed"),
    "check": ("sim.cli.scenario_commands:check", "validate scenarios and sweeps; list numbers without a source"),
    "import": ("sim.cli.import_command:import_inventory", "read an inventory (CSV, XLSX) into lots of a scenario"),
    "new": ("sim.cli.scenario_commands:new", "write a commented scenario to start from"),
    "schema": ("sim.cli.scenario_commands:schema", "print the JSON Schema of a scenario or a sweep, for editors"),
    "list": ("sim.cli.folder_commands:list_all", "list scenarios and results, one line each"),
}
"""Name of a command -> its module and function, and its line in the help."""


_NO_THREAD = "can't start new thread"
"""The message of Python where a process may start no more threads."""
_OF_OUTPUT = frozenset({errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG})
"""Errors of a full or broken disk for a stream that has no name."""


class Commands(click.Group):
    """The group of all commands; `--help` imports none of them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.params.append(
            click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False,
                         callback=_print_version, help="Show the version and exit.")
        )  # fmt: skip

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        import logging

        # matplotlib would warn of a folder that it can't write, or of unknown settings, even with --quiet
        logging.getLogger("matplotlib").setLevel(logging.ERROR)
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolves as click does, but suggests the nearest command for a misspelt one."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, 1)
            more = f"; did you mean {near[0]}?" if near else f"; commands: {', '.join(COMMANDS)}"
            ctx.fail(f"no such command {name!r}{more}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes a line for each command, from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; then returns what `sim.cli.commands.loading` froze to garbage collection."""
        try:
            return super().invoke(ctx)
        finally:
            gc.unfreeze()

    def main(  # type: ignore[override] # click declares two forms; this is both
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        """Runs a command and exits with its code; no error ends in a traceback."""
        if not extra.pop("standalone_mode", True):
            return super().main(args, prog_name, standalone_mode=False, **extra)
        atexit.register(gc.freeze)  # objects left at exit go with the process: no need to scan them
        # threads of numpy spin while they wait; there is little work for them, and replications run in processes
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it searches every installed package
        os.environ["MPLBACKEND"] = "agg"  # pictures are files: no window is needed, even if the user has set one
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")  # characters that the terminal lacks are escaped
        code = self._code(args, prog_name or "drawdown", **extra)
        try:
            close_output()
        except OutputError as error:
            complain(str(error))
            code = first_that_applies((code, BROKEN))
        sys.exit(code)

    def _code(self, args: Sequence[str] | None, prog_name: str, **extra: Any) -> int:
        try:
            code = super().main(args, prog_name, standalone_mode=False, **extra)
            return code if isinstance(code, int) else 0
        except click.ClickException as error:
            complain_of_usage(error)
            return error.exit_code
        except (KeyboardInterrupt, click.Abort):
            complain("stopped")
            return STOPPED
        except DrawdownError as error:
            return _user_error(error)
        except Exception as error:  # the last resort: a sentence, never a traceback
            if _came_of_a_stop(error):
                complain("stopped")
                return STOPPED
            return _surroundings(error) or _fault(error)


def _came_of_a_stop(error: BaseException) -> bool:
    """Returns whether an error began with Ctrl-C: in a library that was loading, or in a stream after ^C."""
    before = error.__cause__ or error.__context__
    return before is not None and (isinstance(before, KeyboardInterrupt) or _came_of_a_stop(before))


def _user_error(error: DrawdownError) -> int:
    """Reports an error of the user or the disk; a command that failed half way has its own exit code."""
    if isinstance(error, InputError):
        complain_of(error)
    else:
        complain(str(error))
    if error.__cause__ is not None:
        _trace(error.__cause__)
    return WRONG if isinstance(error, InputError | ResultsError) else BROKEN


def _trace(error: BaseException) -> None:
    """Prints the traceback of an error if DRAWDOWN_DEBUG is set."""
    if os.environ.get("DRAWDOWN_DEBUG"):
        show_trace(error)


def _surroundings(error: Exception) -> int | None:
    """Reports what the machine refused, where no code closer to it has; `None` for other errors."""
    from sim.results.files import surroundings

    if isinstance(error, MemoryError):
        why = "not enough memory; finished replications are kept, and the same command resumes there"
    elif isinstance(error, RuntimeError) and str(error).startswith(_NO_THREAD):
        why = "this user may start no more threads or processes (`ulimit -u` shows the limit)"
    elif isinstance(error, OSError) and error.errno in _OF_OUTPUT and error.filename is None:
        why = f"output could not be written: {error.strerror}"
    elif isinstance(error, OSError) and (found := surroundings(error)) is not None:
        why = f"{os.fsdecode(error.filename)}: {found}" if isinstance(error.filename, str | bytes) else found
    else:
        return None
    _trace(error)
    complain(why)
    return BROKEN


def _fault(error: Exception) -> int:
    _trace(error)
    said = (str(error).splitlines() or [""])[0][:300]
    complain(
        f"a fault in drawdown, not in your input: {type(error).__name__}: {said}\n"
        "Please report it with the command and its scenario; DRAWDOWN_DEBUG=1 shows where it happened."
    )
    return FAULT


def _print_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version
        from importlib.util import find_spec

        clock = find_spec("sim.world.clock")
        compiled = clock is not None and not (clock.origin or "").endswith(".py")
        click.echo(f"drawdown {version('drawdown')}{' (compiled)' if compiled else ''}")
        ctx.exit()
