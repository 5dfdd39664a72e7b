"""Sums whose bits depend on no version of Python, and that commands add up no fraction in another way."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parent / "worldkit"))
from random_world import random_world

from sim.cli import main
from sim.replication.simulator import Simulator
from sim.scenario.door import load_data
from sim.scenario.template import template
from sim.sums import sum_in_order

SIM = Path(__file__).resolve().parents[1] / "sim"
SWEEP = """
schema: 1
name: What is not known
replications: 3
design: {kind: grid, seed: 1}
responses: [extracted_share, fill]
factors: {trucks: {path: lift.trucks.contract.count, levels: [20, 40]}}
uncertain: {draws: 3, factors: {crews: {path: places.camp.crews.count, prior: {uniform: [2, 6]}, note: a guess}}}
"""
COMMANDS = {
    "run": "run mine.yaml -n 4",
    "compare": "compare mine.yaml fewer.yaml -n 3",
    "sweep": "sweep sweep.yaml",
    "select": "select mine.yaml fewer.yaml --best fill --indifference 0.5 --first 10 --max-replications 12",
}
added_by_python: Callable[..., Any] = builtins.sum


def sum_of_whole_numbers(numbers: Iterable[Any], /, start: Any = 0) -> Any:
    """The built-in sum, which gives modules of `sim` no sum of fractions."""
    listed = list(numbers)
    caller = sys._getframe(1)
    if Path(caller.f_code.co_filename).is_relative_to(SIM):
        fractions = [one for one in listed if isinstance(one, float) and not one.is_integer()]
        assert fractions == [], f"{caller.f_code.co_filename}:{caller.f_lineno} adds up fractions by sum()"
    return added_by_python(listed, start)


def test_a_sum_is_rounded_at_each_step_from_left_to_right():
    assert sum_in_order([0.1] * 10) == 0.9999999999999999  # the built-in sum of Python 3.12 says 1.0
    assert sum_in_order([1e16, 1.0, -1e16]) == 0.0
    assert repr(sum_in_order([])) == "0"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_no_command_adds_up_fractions_by_the_sum_that_changed(command, tmp_path, monkeypatch):
    text = template("mine", "mine.yaml")
    (tmp_path / "mine.yaml").write_text(text)
    (tmp_path / "fewer.yaml").write_text(text.replace("contract: {count: 40", "contract: {count: 12"))
    (tmp_path / "sweep.yaml").write_text(SWEEP.replace("name:", "scenario: mine.yaml\nname:", 1))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(builtins, "sum", sum_of_whole_numbers)
    said = CliRunner().invoke(main, [*command.split(), "-j", "1", "--out", "out"])
    assert (said.exit_code, said.exception) == (0, None), said.output


def test_no_random_world_adds_up_fractions_by_the_sum_that_changed(monkeypatch):
    scenarios = [load_data(random_world(Random(number))).scenario for number in range(12)]
    monkeypatch.setattr(builtins, "sum", sum_of_whole_numbers)
    for scenario in scenarios:
        Simulator(scenario).run(1, 1)
