"""Stopped by any signal at any moment: the command prints at most a sentence, and the same command resumes.

Nothing is left in the folder for temporary files, and no process outlives the command.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from survivors import (
    COMMANDS,
    LONG,
    ROOT,
    finish,
    left_in,
    run,
    sentence,
    staged,
    start,
    surroundings,
    wait_until,
    words,
)

STOPS = ("SIGINT", "SIGTERM", "SIGHUP")
STOPPED = (130, -signal.SIGINT)
"""A shell reports both as 130; the second if Python itself was about to run text as a program."""
WAITING, GO = "go.waiting", "go"
TROUBLE = {"12": f"waits for {GO}"}
LOADED = ("click", "sim.cli.commands", "numpy", "scipy.special", "sim.results.journal", "pandas", "matplotlib")
"""Before there is a command line, and with all that comes after it, up to pictures."""
TRIED = (
    ("SIGTERM", "sweep", 2, os.killpg), ("SIGHUP", "run", 1, os.kill), ("SIGTERM", "run", 2, os.kill),
    ("SIGHUP", "compare", 2, os.killpg), ("SIGTERM", "compare", 1, os.kill), ("SIGINT", "run", 2, os.killpg),
)  # fmt: skip
SENT_WHILE_LOADING = """
import os, runpy, signal, sys

class Sender:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            sys.meta_path.remove(self)
            {how}

module = sys.argv.pop(1)
sys.meta_path.insert(0, Sender())
runpy.run_module("sim", run_name="__main__", alter_sys=True)
"""
SEND = "os.kill(os.getpid(), signal.SIGINT)"
IN_A_FINALISER = f"type('Last', (), {{'__del__': lambda self: {SEND}}})()"
AT_THE_END = f"""
import atexit, os, runpy, signal
atexit.register(lambda: {SEND})
runpy.run_module("sim", run_name="__main__", alter_sys=True)
"""


@pytest.fixture(autouse=True)
def _received():
    """Tests that run in the background may ignore Ctrl-C, and so would all processes that they start."""
    before = {name: signal.getsignal(getattr(signal, name)) for name in STOPS}
    for name in STOPS:
        signal.signal(getattr(signal, name), signal.default_int_handler)
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)


def begun(here, command, workers, **options):
    """A command in its twelfth replication, with a folder of its own for temporary files."""
    (here / "tmp").mkdir()
    env = surroundings(TMPDIR=str(here / "tmp"))
    process = start(here, staged(TROUBLE, COMMANDS[command], workers), env, **options)
    wait_until((here / WAITING).exists, process)
    return process


def went_on(here, command):
    for name in (GO, WAITING):
        (here / name).unlink(missing_ok=True)
    (here / "tmp").rmdir()
    assert run(here, staged({}, COMMANDS[command])).returncode == 0
    return left_in(here)


def living_of(number):
    """Processes that have not ended, of a command and of all that it started."""
    stats = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stats.append((folder / "stat").read_text().rpartition(")")[2].split())
        except OSError:  # it has ended a moment ago
            continue
    return [stat for stat in stats if stat[3] == str(number) and stat[0] != "Z"]


@pytest.mark.parametrize(("stop", "command", "workers", "to"), TRIED if LONG else TRIED[:2])
def test_any_of_the_signals_that_stop_is_a_sentence_and_the_same_command_goes_on(
    stop, command, workers, to, here, staged_unbroken
):
    process = begun(here, command, workers)
    to(process.pid, getattr(signal, stop))
    (here / GO).touch()
    said = finish(process)
    assert said.returncode == 130
    assert "the same command resumes there" in sentence(said)
    assert os.listdir(here / "tmp") == []
    wait_until(lambda: living_of(process.pid) == [])
    assert went_on(here, command) == staged_unbroken(command).left


@pytest.mark.parametrize("stop", STOPS)
def test_a_signal_that_the_caller_ignores_is_ignored(stop, here, staged_unbroken):
    number = getattr(signal, stop)
    process = begun(here, "run", 2, preexec_fn=lambda: signal.signal(number, signal.SIG_IGN))
    os.kill(process.pid, number)
    (here / GO).touch()
    said = finish(process)
    assert (said.returncode, said.stderr) == (0, "")
    for name in (GO, WAITING):
        (here / name).unlink()
    assert left_in(here) == staged_unbroken("run").left


def test_another_signal_still_stops_where_ctrl_c_is_ignored(here, staged_unbroken):
    process = begun(here, "run", 1, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    os.kill(process.pid, signal.SIGTERM)
    (here / GO).touch()
    assert finish(process).returncode == 130
    assert went_on(here, "run") == staged_unbroken("run").left


@pytest.mark.parametrize("module", LOADED if LONG else ["click", "numpy", "matplotlib"])
def test_ctrl_c_while_anything_loads_is_no_traceback(module, here):
    code = SENT_WHILE_LOADING.format(how=SEND)
    command = [sys.executable, "-c", code, module, "run", "little.yaml", "-n", "3", "--quiet", "--out", "r", "-j", "1"]
    said = run(here, command)
    assert said.returncode in STOPPED
    assert said.stderr == "" or sentence(said).startswith("drawdown: stopped")
    assert run(here, [sys.executable, "-m", "sim", *command[4:], "--no-plots"]).returncode == 0


def test_ctrl_c_that_meets_a_finaliser_comes_again(here):
    code = SENT_WHILE_LOADING.format(how=IN_A_FINALISER)
    endless = ("run", "little.yaml", "-n", "1000000", "--no-plots", "--quiet", "-j", "1")
    said = run(here, [sys.executable, "-c", code, "sim.cli.commands", *endless])
    assert said.returncode in STOPPED
    assert "drawdown: stopped" in sentence(said)


def test_ctrl_c_when_all_is_done_changes_nothing(here, unbroken):
    said = run(here, [sys.executable, "-c", AT_THE_END, *words(COMMANDS["run"])[3:]])
    assert (said.returncode, said.stderr) == (0, "")
    assert left_in(here) == unbroken("run").left


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("command", [("run", "little.yaml", "-n", "3", "--no-plots"), ("list",), ("rnu",), ("run",)])
def test_where_standard_error_is_full_a_command_ends_as_if_it_were_heard(command, here):
    received = run(here, [sys.executable, "-m", "sim", *command])
    subprocess.run(["rm", "-rf", "results"], check=True, cwd=here)
    with Path("/dev/full").open("w") as full:
        unheard = run(here, [sys.executable, "-m", "sim", *command], stderr=full)
    assert received.stderr != ""
    assert (unheard.returncode, unheard.stdout) == (received.returncode, received.stdout)


def test_no_file_takes_the_number_of_a_standard_stream_that_is_closed(here):
    code = (
        "import os, runpy\n"
        "for stream in range(3): os.close(stream)\n"
        "try:\n    runpy.run_module('sim', run_name='__main__', alter_sys=True)\n"
        "finally:\n    os.symlink(os.readlink('/proc/self/fd/2'), 'two'), os.symlink(str(os.dup(0)), 'next')\n"
    )
    run(here, [sys.executable, "-c", code, "list"])
    assert os.readlink(here / "two") == os.devnull
    assert int(os.readlink(here / "next")) > 2


def test_the_installed_command_and_the_module_are_the_same(here):
    wanted = (ROOT / "pyproject.toml").read_text()
    assert 'drawdown = "sim.__main__:drawdown"' in wanted
