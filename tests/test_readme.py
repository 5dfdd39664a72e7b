"""What the README shows is run: its commands, its Python, its files; with few replications, the rest as it stands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.cli.group import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FEW = ("--replications", "2", "--workers", "1", "--no-plots")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[list[str]]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    split = [shlex.split(line, comments=True) for line in lines]
    return [words for words in split if words and words[0] == program]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with the shipped scenarios in it, as the current one."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def simulated_fast(words: list[str]) -> list[str]:
    """A command with few replications, writing where it would write with all of them."""
    if words[1] in ("why", "solve"):
        return [*words[1:], "-n", "2", *FEW[2:]]
    if words[1] == "compare":
        return [*words[1:], *FEW]
    if words[1] == "sweep":  # its gates want the replications that it has
        return [*words[1:], *FEW[2:]]
    if words[1] == "select":
        return [*words[1:], "--first", "10", "--max-replications", "10", *FEW[2:]]
    if words[1] != "run":
        return words[1:]
    changed = {"--set", "--without"} & set(words)
    return [*words[1:], *FEW, *([] if changed else ["--out", f"results/{Path(words[2]).stem}"])]


def test_the_commands_of_the_readme_run_one_after_the_other(desk: Path) -> None:
    shown = commands("drawdown")
    assert {words[1] for words in shown} >= {"run", "new", "check", "plot", "trace", "list"}
    outcomes = [(words, CliRunner().invoke(main, simulated_fast(words))) for words in shown]
    assert [(words, said.output) for words, said in outcomes if said.exit_code != 0] == []
    assert (desk / "results" / "tessalit" / "fates.png").is_file()
    assert "tessalit" in outcomes[-1][1].stdout


def test_the_first_two_commands_are_make_demo_and_make_test() -> None:
    assert commands("make") == [["make", "demo"], ["make", "test"]]
    assert README.index("make demo") < README.index("make test") < README.index("##")


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize("target", ["demo", "test", "lint", "types", "docs", "reference", "check"])
def test_make_knows_the_target(target: str) -> None:
    said = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.usefixtures("desk")
def test_the_python_of_the_readme_runs() -> None:
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(block.replace("replications=200", "replications=2"), names)
    assert len(names["result"].replications) == 2  # type: ignore[attr-defined]


@pytest.mark.usefixtures("desk")
def test_the_scenario_of_the_readme_is_valid() -> None:
    for number, block in enumerate(blocks("yaml")):
        file = Path("scenarios") / f"shown-{number}.yaml"
        file.write_text(block, encoding="utf-8")
        said = CliRunner().invoke(main, ["check", str(file)])
        assert (said.exit_code, said.stderr) == (0, "")


def test_the_table_of_commands_is_that_of_the_program() -> None:
    shown = set(re.findall(r"^\| `drawdown (\w+)", README, re.MULTILINE))
    assert shown == set(COMMANDS)


def test_the_answer_shown_is_that_of_the_reference() -> None:
    file = ROOT / "results" / "reference" / "tessalit" / "answer.txt"
    shown = README.split("<!-- answer: begin; written by make reference -->\n")[1].split("<!-- answer: end -->")[0]
    assert shown == f"```text\n{file.read_text(encoding='utf-8')}```\n"


def test_what_the_first_screen_shows_of_why_and_solve_is_on_the_page_of_questions_whose_outputs_are_run() -> None:
    page = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    first = README.split("## What it prints")[0]
    lines = [line for line in re.findall(r"^```text\n(.*?)^```", first, re.M | re.S)[0].splitlines() if line]
    assert lines
    assert [line for line in lines if line not in page.splitlines()] == []
    asked = [" ".join(words) for words in commands("drawdown") if words[1] in ("why", "solve")]
    answered = [
        " ".join(shlex.split(sh.replace("\\\n", " "))) for sh in re.findall(r"^```sh\n(.*?)^```", page, re.M | re.S)
    ]
    assert [command for command in asked if command not in answered] == []


def test_the_picture_shown_is_there() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures
    assert [path for path in pictures if not (ROOT / path).is_file()] == []
