"""One scenario under several versions of Python: the same bytes, and none takes the results of another for its own.

Other interpreters are those that DRAWDOWN_PYTHONS lists, as PATH lists folders; else python3.11 to python3.14 on PATH
and the environments that `make lowest` and `make newest` left. One that lacks the packages is left out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from sim.results.identity import PYTHON
from sim.scenario.template import template

ROOT = Path(__file__).resolve().parents[1]
ASKED = "DRAWDOWN_PYTHONS"
REPLICATIONS = 60  # of the template's; in 25 of them `fill` differed between 3.11 and 3.12
SAID = """import importlib, importlib.metadata as known, json, sys
for name in ("click", "matplotlib", "pandas", "pydantic", "ruamel.yaml", "simpy"): importlib.import_module(name)
print(json.dumps(["%d.%d" % sys.version_info[:2], known.version("numpy"), known.version("scipy")]))"""


class Interpreter(NamedTuple):
    path: str
    version: str
    numpy: str
    scipy: str


def asked(path: str) -> Interpreter | None:
    """What an interpreter says of itself; `None` where there is none that has the packages."""
    try:
        said = subprocess.run([path, "-c", SAID], capture_output=True, text=True, check=True, timeout=120)
    except (OSError, subprocess.SubprocessError):
        return None
    return Interpreter(path, *json.loads(said.stdout))


@pytest.fixture(scope="module")
def others() -> list[Interpreter]:
    """An interpreter of each other version."""
    named = os.environ.get(ASKED, "").split(os.pathsep)
    if named == [""]:
        on_path = [shutil.which(f"python3.{minor}") for minor in range(11, 15)]
        made = sorted((ROOT / "build" / "bounds").glob("*/bin/python"))
        named = [*(path for path in on_path if path is not None), *map(str, made)]
    found = {one.version: one for path in named if (one := asked(path)) is not None}
    found.pop(PYTHON, None)
    if not found:
        pytest.skip(f"no other Python has the packages, of {', '.join(named) or 'none'}; list some in {ASKED}")
    return list(found.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a scenario, and its results by this interpreter."""
    folder = tmp_path_factory.mktemp("pythons")
    (folder / "mine.yaml").write_text(template("mine", "mine.yaml"))
    assert run(sys.executable, folder, "here").returncode == 0
    return folder


def run(python: str, folder: Path, out: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [python, "-m", "sim", "run", "mine.yaml", "-n", str(REPLICATIONS), "-j", "1", "--no-plots", "--quiet"]
    return subprocess.run([*command, "--out", out, *more], cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, check=False, timeout=600)  # fmt: skip


def written(folder: Path, scipy_too: bool) -> dict[str, bytes]:
    """Content of the tables by name; of those that hold intervals, only where they come from one SciPy."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())
            if path.suffix == ".csv" and (scipy_too or path.name != "summary.csv")}  # fmt: skip


def test_every_version_of_python_writes_the_same_bytes(others, folder):
    mine = asked(sys.executable)
    assert mine is not None
    for other in others:
        said = run(other.path, folder, other.version)
        assert said.returncode == 0, said.stderr
        same_scipy = other.scipy == mine.scipy
        assert written(folder / other.version, same_scipy) == written(folder / "here", same_scipy), other


def test_no_version_of_python_takes_the_results_of_another_for_its_own(others, folder):
    before = written(folder / "here", scipy_too=True)
    for other in others:
        said = run(other.path, folder, "here")
        assert said.returncode == 2
        assert f'the version of Python ("{PYTHON}", now "{other.version}")' in said.stderr
    assert written(folder / "here", scipy_too=True) == before
