"""What only a process of its own can show: signals, closed streams, imports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

STAGED = Path(__file__).resolve().parent.parent / "standin" / "staged.py"
ROOT = STAGED.parents[2]
RUN = ("run", "little.yaml", "--no-plots", "-n", "60")


def staged(trouble, *arguments, **options):
    command = [sys.executable, str(STAGED), json.dumps(trouble), *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    reported = {"capture_output": True, "text": True, "timeout": 60, "env": environment} | options
    return subprocess.run(command, check=False, **reported)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_keeps_finished_replications_and_the_same_command_resumes(here, workers):
    said = staged({"31": "ctrl-c"}, *RUN, "-j", workers)
    assert said.returncode == 130
    assert "the same command resumes there" in said.stderr
    assert "Traceback" not in said.stderr
    again = staged({}, *RUN, "-j", workers)
    assert again.returncode == 0
    assert "replications were finished earlier; resuming" in again.stderr


def test_workers_end_with_a_parent_that_is_killed_and_the_same_command_goes_on(here):
    # the pipes are closed, and so `run` returns, only when the last of the workers is gone
    said = staged({"55": "kills the parent"}, *RUN, "-j", "2")
    assert said.returncode == -9
    assert staged({}, *RUN, "-j", "2").returncode == 0


def test_a_reader_that_went_away_is_no_reason_for_a_traceback(here):
    said = staged({}, *RUN, "-j", "1")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        reported = staged({}, *RUN, capture_output=False, stdout=closed, stderr=subprocess.PIPE)
    assert (said.returncode, reported.returncode, reported.stderr) == (0, 0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_answer_that_can_not_be_written_is_a_sentence(here, monkeypatch, unbuffered):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with Path("/dev/full").open("w") as full:
        said = staged({}, *RUN, "-j", "1", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert said.returncode == 3
    assert "output could not be written" in said.stderr
    assert "Traceback" not in said.stderr


def test_help_and_errors_of_usage_load_nothing_heavy():
    code = (
        "import sys\nfrom sim.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'matplotlib', 'pydantic', 'pint', 'simpy', 'ruamel'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    for arguments in (["--help"], ["run", "--help"], ["run"], ["--version"], ["rnu"]):
        said = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert said.stderr.splitlines()[-1] == "[]", arguments


def test_a_script_without_a_guard_can_run_with_workers(here):
    (here / "script.py").write_text(
        f"import sys\nsys.path.insert(0, {str(STAGED.parent)!r})\nfrom standin import Staged\n"
        "import sim\n"
        "result = sim.run('little.yaml', 30, workers=2, on=Staged())\n"
        "print(len(result.replications))\n"
    )
    said = subprocess.run(
        [sys.executable, "script.py"], capture_output=True, text=True, check=False, timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (said.stdout, said.stderr) == ("30\n", "")
