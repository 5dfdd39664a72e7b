"""The commands of the page on questions are run, and print what it shows."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from shown import Page

from sim.cli import main
from sim.errors import InputError

PAGE = Page("why.md")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with the camp of the page in it, as the current one."""
    PAGE.write_camp(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(("command", "output"), PAGE.commands(), ids=lambda text: text[:40])
def test_a_command_of_the_page_prints_what_it_shows(command: str, output: str) -> None:
    assert command.startswith("drawdown ")
    words = shlex.split(command.replace("\\\n", " "))[1:]
    said = CliRunner().invoke(main, [*words, "--no-plots", "--quiet"], standalone_mode=False)
    if isinstance(said.exception, InputError):
        assert " ".join(str(said.exception).split()) == " ".join(output.split())
        return
    assert said.exception is None
    assert said.output.partition("\nWritten: ")[0].strip() == output.strip()


def test_answers_of_the_page_are_80_columns_wide() -> None:
    assert max(len(line) for _, output in PAGE.commands() for line in output.splitlines()) <= 80
