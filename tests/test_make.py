"""`make` makes its own environment, and makes it anew where an earlier try has left half of one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHELL = "#!/bin/sh\n"
BARE = f'{SHELL}[ "$2" = venv ] && exec {sys.executable} -m venv --without-pip "$3"\nexec {sys.executable} "$@"\n'
"""A Python whose environments have no pip yet."""
GOOD = BARE.replace("exec", "", 1).replace(
    '"$3"\n', '"$3" && set -- $(echo "$3"/lib/*/site-packages) && mkdir $1/pip && exec touch $1/pip/__init__.py\n', 1
)
"""One that makes whole ones, at once: its pip is empty."""
LACKING = BARE.replace("exec", "", 1).replace('"$3"\n', '"$3" && echo "ensurepip is not available" >&2 && exit 1\n', 1)
"""Debian's without the package python3-venv: it makes half of one, and says so."""

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


@pytest.fixture
def checkout(tmp_path):
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "scripts/venv.sh"):
        if (ROOT / name).exists():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    for name, text in (("good", GOOD), ("lacking", LACKING)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def make(checkout, python):
    """Makes the environment; what would be installed in it is not."""
    command = ["make", ".venv/.ready", f"PYTHON=./{python}", "INSTALL=.venv/bin/python -c 'import pip' #"]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)


def test_a_python_without_venv_is_reported_with_the_package_to_install_and_leaves_nothing(checkout):
    said = make(checkout, "lacking")
    assert said.returncode == 2
    assert "needs the package python3-venv (sudo apt install python3-venv)" in said.stderr
    assert not (checkout / ".venv").exists()


def test_after_a_python_without_venv_another_one_makes_the_environment(checkout):
    assert make(checkout, "lacking").returncode == 2
    assert make(checkout, "good").returncode == 0
    assert (checkout / ".venv/.ready").exists()


def test_half_an_environment_of_an_earlier_version_is_made_anew(checkout):
    subprocess.run(["./lacking", "-m", "venv", ".venv"], cwd=checkout, capture_output=True, check=False)
    assert (checkout / ".venv/bin/python").exists()
    assert make(checkout, "good").returncode == 0


def test_an_environment_that_was_interrupted_is_made_anew(checkout):
    assert make(checkout, "good").returncode == 0
    (checkout / ".venv/.made").rename(checkout / ".venv/.making")
    (checkout / ".venv/half").touch()
    assert make(checkout, "good").returncode == 0
    assert not (checkout / ".venv/half").exists()


def test_an_environment_whose_python_has_gone_is_made_anew(checkout):
    assert make(checkout, "good").returncode == 0
    for link in (checkout / ".venv/bin").glob("python*"):
        link.unlink()
        link.symlink_to("/nowhere/python")
    assert make(checkout, "good").returncode == 0


def test_an_environment_that_is_whole_stays_as_it_is(checkout):
    assert make(checkout, "good").returncode == 0
    (checkout / ".venv/mine").touch()
    said = make(checkout, "good")
    assert (said.returncode, said.stderr) == (0, "")
    assert (checkout / ".venv/mine").exists()


def test_what_somebody_else_has_installed_in_an_environment_that_does_not_work_is_not_thrown_away(checkout):
    packages = checkout / ".venv/lib/python3/site-packages"
    (packages / "theirs-1.dist-info").mkdir(parents=True)
    said = make(checkout, "good")
    assert said.returncode == 2
    assert "was not made by make" in said.stderr
    assert (packages / "theirs-1.dist-info").exists()
