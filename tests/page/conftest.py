"""Folders of a small world under fire, run once for all tests of the page."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.experiment.replaying import add_replays

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "worldkit"))
TWO = ROOT / "scenarios" / "examples" / "two-camps.yaml"
TWELVE = ROOT / "scenarios" / "examples" / "twelve-trucks.yaml"


def command(*words: object) -> tuple[int, str]:
    """Exit code and output of a command."""
    done = CliRunner().invoke(main, [str(word) for word in words])
    return done.exit_code, done.output


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of two camps, four replications, with its replays."""
    to = tmp_path_factory.mktemp("page") / "two"
    command("run", TWO, "-n", 4, "-j", 1, "--quiet", "--no-plots", "--out", to)
    add_replays(to)
    return to


@pytest.fixture(scope="package")
def why(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The answer to why of the same camps."""
    to = tmp_path_factory.mktemp("page") / "why"
    command("why", TWO, "-n", 2, "-j", 1, "--quiet", "--no-plots", "--no-levers", "--out", to)
    return to


@pytest.fixture(scope="package")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Of the same camps: an answer to why with levers, a comparison, a sweep, a selection and a search, by noun."""
    top = tmp_path_factory.mktemp("studies")
    level, share = "lift.trucks.contract.count", "extracted_share"
    asked: dict[str, tuple[object, ...]] = {
        "why": ("why", TWO, "-n", 2, "--by", "class"),
        "comparison": ("compare", TWO, "--with", f"{level}=6", "-n", 2),
        "sweep": ("sweep", TWO, "--vary", f"{level}=6,12", "--shift", "calendar.deadline = 0 d..7 d by 7 d", "-n", 2),
        "selection": ("select", TWO, TWELVE, "--best", share, "--indifference", 0.01, "--first", 10,
                      "--max-replications", 10),
        "solve": ("solve", TWO, "--vary", f"{level}=11..13", "--until", f"{share} >= 20 %", "-n", 2),
    }  # fmt: skip
    for noun, words in asked.items():
        code, said = command(*words, "-j", 1, "--quiet", "--no-plots", "--out", top / noun)
        assert code == 0, said
    return {noun: top / noun for noun in asked}


@pytest.fixture(scope="package")
def ran() -> Callable[..., tuple[int, str]]:
    """Runs a command."""
    return command
