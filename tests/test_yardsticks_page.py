"""The commands of the page on yardsticks are run, and print what it shows; its worked number is the formula's."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from shown import Page

from sim.cli import main

PAGE = Page("yardsticks.md")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with the camp of the page in it, as the current one."""
    PAGE.write_camp(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(("command", "output"), PAGE.commands(), ids=lambda text: text[:40])
def test_a_command_of_the_page_prints_what_it_shows(command: str, output: str) -> None:
    words = shlex.split(command)
    assert words[0] == "drawdown"
    more = ["--no-plots", "--quiet"] if words[1] == "run" else []
    said = CliRunner().invoke(main, [*words[1:], *more], standalone_mode=False)
    assert said.exception is None
    if words[1] == "run":  # the page shows a part of the answer
        assert output.strip() in said.output
    else:
        assert said.output.strip() == output.strip()


@pytest.mark.usefixtures("desk")
def test_the_number_worked_by_hand_is_that_of_the_formula() -> None:
    said = CliRunner().invoke(main, ["check", "camp.yaml", "--json"], standalone_mode=False)
    [camp] = json.loads(said.output)["scenarios"][0]["planner"]
    trucks = next(each for each in camp["lift"] if each["means"] == "trucks")
    assert (
        f"12 trucks × {trucks['rounds']:.0f} rounds × {trucks['load_t']:.0f} t are {trucks['moves_t']:,.0f} t"
        in PAGE.text
    )
    assert f"the camp holds 239 × 12 t, or {camp['holds_t']:,.0f} t" in PAGE.text
    assert trucks["cycle_h"] == 200


@pytest.mark.usefixtures("desk")
def test_a_run_writes_the_formula_to_its_summary_and_says_it_in_a_line(tmp_path: Path) -> None:
    words = ["run", "camp.yaml", "-n", "2", "--workers", "1", "--no-plots", "--quiet", "--out", "out"]
    said = CliRunner().invoke(main, words, standalone_mode=False)
    assert "Planner's formula: 1,580 t of the 2,870 t for lift" in said.output
    assert "they are too few for some 1,290 t" in " ".join(said.output.split())
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["planner"][0]["place"] == "camp"
