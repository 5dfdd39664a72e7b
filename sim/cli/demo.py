"""`drawdown demo`: the shipped scenario of Tessalit, and where to look first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sim.cli.codes import DONE
from sim.cli.options import manners, places
from sim.cli.run import run
from sim.cli.say import answer
from sim.errors import InputError, Problem

_SCENARIO = "tessalit"


@click.command("demo")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Results folder.  [default: results/tessalit]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace the results of another run.")
@places
@manners
@click.pass_context
def demo(context: click.Context, /, **options: Any) -> int:
    """Run the shipped scenario of Tessalit: the last weeks of one camp under fire.

    The same as `drawdown run tessalit`. Results go to results/tessalit/.
    """
    _refuse_another()
    code: int = context.invoke(run, scenarios=(_SCENARIO,), **options)
    if code == DONE and not (options["quiet"] or options["as_json"]):
        answer(f"Look first at {options['out'] or Path('results', _SCENARIO)}/fates.png.")
    return code


def _refuse_another() -> None:
    """Raises `InputError` where a file in the working folder has the name of the shipped scenario."""
    from sim.scenario.shipped import look_up  # noqa: PLC0415 - help must not wait for it

    found = look_up(_SCENARIO)
    if not found.shipped:
        wrong = "this file has the name of the scenario that the demo runs"
        allowed = f"`drawdown demo` in another folder, or `drawdown run {found.path}`"
        raise InputError([Problem(found.path, wrong, allowed=allowed)])
