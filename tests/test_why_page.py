"""The commands of the page on questions are run, and print what it shows."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.errors import InputError

PAGE = (Path(__file__).parents[1] / "docs" / "why.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(yaml|sh|text)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with the camp of the page in it, as the current one."""
    camp = next(text for kind, text in BLOCKS if kind == "yaml")
    (tmp_path / "camp.yaml").write_text(camp, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown() -> list[tuple[str, str]]:
    """Each command of the page, and the output below it."""
    pairs = pairwise(BLOCKS)
    return [(sh.strip(), text) for (kind, sh), (below, text) in pairs if (kind, below) == ("sh", "text")]


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(("command", "output"), shown(), ids=lambda text: text[:40])
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
    outputs = [output for command, output in shown() if command.split()[1] in ("why", "solve")]
    assert max(len(line) for output in outputs for line in output.splitlines()) <= 80
