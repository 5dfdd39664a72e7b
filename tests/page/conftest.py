"""Folders of a small world under fire, run once for all tests of the page."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.experiment.replaying import add_replays
from sim.results.files import Table
from sim.results.folder import FolderKind
from sim.results.identity import SCHEMA
from sim.results.manifest import file_hash
from sim.results.sweeps import SWEEP

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


@pytest.fixture(scope="package")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same camps with twice the trucks and more crews, with a waterfall."""
    to = tmp_path_factory.mktemp("page") / "compared"
    change = "more: lift.trucks.contract.count=24, places.charlie.crews.count=6"
    command("compare", TWO, "--with-set", change, "-n", 2, "-j", 1, "--waterfall", "--quiet", "--no-plots", "--out", to)
    return to


@pytest.fixture
def made_folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes a finished folder, of a sweep or another `kind`, from its summary and tables: by name, rows alike."""

    def make(summary: dict[str, Any], kind: FolderKind = SWEEP, **tables: list[dict[str, Any]]) -> Path:
        to, said = tmp_path / "made", {}
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir()
        for name, rows in tables.items():
            with Table(to / f"{name}.csv", rows[0]) as table:
                for row in rows:
                    table.row(*row.values())
            said[f"{name}.csv"] = table.described
        (to / "summary.json").write_text(json.dumps(summary))
        manifest = {
            "kind": kind.finished, "schema": SCHEMA, "name": "a study", "seed": 1, "replications": 8, "identity": {},
            "tables": said, "summary": {"sha256": file_hash(to / "summary.json")}, "command": "drawdown sweep",
            "versions": {"drawdown": "0"}, "clock": {},
        }  # fmt: skip
        (to / "manifest.json").write_text(json.dumps(manifest))
        return to

    return make
