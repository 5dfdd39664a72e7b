"""The commands of the page on planners' questions are run in one folder, and print what the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from shown import Page

from sim.cli import main
from sim.cli.group import COMMANDS
from sim.errors import InputError

PAGE = Page("questions.md")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the whole page, in which `when` finds the results of `run`."""
    return tmp_path_factory.mktemp("questions")


@pytest.mark.slow
@pytest.mark.parametrize(("command", "output"), PAGE.commands(), ids=lambda text: text[:40])
def test_a_command_of_the_page_prints_what_it_shows(
    command: str, output: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    words = shlex.split(command.replace("\\\n", " "))[1:]
    options = ["--quiet"] if words[0] == "trace" else ["--quiet", "--no-plots"]
    said = CliRunner().invoke(main, [*words, *options], standalone_mode=False)
    if isinstance(said.exception, InputError):
        assert " ".join(str(said.exception).split()) == " ".join(output.split())
        return
    assert said.exception is None
    whole = re.split("\n(?:Written|Already there): ", said.output)[0].strip()
    parts = [part.strip("\n") for part in re.split(r"^…\n", output, flags=re.MULTILINE)]
    if len(parts) == 1:
        assert whole == output.strip()
    for part in parts:
        before, found, whole = whole.partition(part)
        assert found, f"not in the answer, or not in this order:\n{part}\nbut\n{before}"


def test_every_question_has_a_command_and_every_command_that_is_named_exists() -> None:
    questions = re.findall(r"^\| \[(.*?)\]\(.*?\) \| `drawdown (\w+)", PAGE.text, re.MULTILINE)
    assert [question for question, _ in questions] == re.findall(r"^## (.*)$", PAGE.text, re.MULTILINE)
    assert {command for _, command in questions} <= set(COMMANDS)
    assert {command.split()[1] for command, _ in PAGE.commands()} >= {"run", "why", "solve", "compare", "when", "trace"}


def test_in_the_example_the_trucks_are_named_first() -> None:
    texts = {command.split()[1]: output for command, output in reversed(PAGE.commands()) if "twelve-trucks" in command}
    assert texts["run"].split("Busiest means")[1].splitlines()[1].startswith("  trucks contract")
    assert re.search(r"What we had too little of.*\n  1 +trucks contract \+1 ", texts["why"])
