"""kill -9 at random moments; the same command then ends with the bytes of an unbroken one."""

import os
import random
import signal
import time
from itertools import count
from pathlib import Path

import pytest
from survivors import (
    COMMANDS,
    LONG,
    SEED,
    finish,
    keep,
    left_in,
    run,
    set_the_table,
    staged,
    start,
    surroundings,
    wait_until,
    words,
)  # fmt: skip

KILLS = 67 if LONG else 2
"""Of each command."""


SERVING = "sim.experiment.serving"
"""In the words of the process that forks workers off, and so of workers."""
HELPERS = ("worker", "server")


def children_of(pid):
    """Servers and workers that a process has started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children if SERVING in Path(f"/proc/{child}/cmdline").read_text()]
    except OSError:
        return []


def started_by(pid, whom):
    """Processes of a kind that a command has started."""
    found = children_of(pid)
    return found if whom == "server" else [child for server in found for child in children_of(server)]


def kill(process, whom):
    """Kills the whole group, the command alone, or a process that it started; gives whom it was."""
    if process.poll() is not None:
        return "nobody"
    helpers = started_by(process.pid, whom) if whom in HELPERS else []
    if helpers:
        os.kill(helpers[-1], signal.SIGKILL)
        return whom
    if whom == "parent":
        process.kill()
        return "parent"
    os.killpg(process.pid, signal.SIGKILL)
    return "all"


def broken_off(folder, command, dice, seconds):
    """Starts a command and kills at a moment; gives what was done and the code of the command."""
    workers, whom = dice.choice((1, 2)), dice.choice(("all", "parent", "worker", "worker", "server"))
    moment = dice.uniform(0, seconds)
    process = start(folder, words(command, workers))
    time.sleep(moment)  # the moment is what is tried; the outcome must not depend on it
    whom = kill(process, whom)
    said = finish(process)
    return {"workers": workers, "moment_s": round(moment, 3), "whom": whom, "code": said.returncode}, said


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_killed_at_random_moments_ends_with_the_bytes_of_an_unbroken_one(command, tmp_path, unbroken):
    whole, kills = unbroken(command), 0
    for trial in count():
        if kills >= KILLS:
            break
        dice = random.Random(f"{SEED}/{command}/{trial}")
        folder = set_the_table(tmp_path / str(trial))
        for _ in range(dice.choice((1, 1, 2, 3)) if LONG else 1):
            done, said = broken_off(folder, COMMANDS[command], dice, 1.2 * whole.seconds)
            keep("kills", {"command": command, "trial": trial} | done)
            kills += done["whom"] != "nobody"
            assert "Traceback" not in said.stderr
            if done["whom"] in (*HELPERS, "nobody"):  # the lost work of a dead worker is repeated
                assert (done["code"], said.stderr) == (0, "")
                break
        again = run(folder, words(COMMANDS[command], dice.choice((1, 2))))
        assert (again.returncode, again.stderr) == (0, "")
        assert left_in(folder) == whole.left


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_whose_server_is_killed_ends_the_same_and_says_nothing(command, here, staged_unbroken):
    process = start(here, staged({"12": "waits for go"}, COMMANDS[command], workers=2))
    wait_until((here / "go.waiting").exists, process)
    os.kill(started_by(process.pid, "server")[0], signal.SIGKILL)
    (here / "go").touch()
    said = finish(process)
    assert (said.returncode, said.stderr) == (0, "")
    for name in ("go", "go.waiting"):
        (here / name).unlink()
    assert left_in(here) == staged_unbroken(command).left


def test_no_process_outlives_a_command_that_is_killed_while_a_replication_does_not_end(here, tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = staged({"12": "waits for go"}, COMMANDS["run"], workers=2)
    process = start(here, command, surroundings(TMPDIR=str(temporary)))
    wait_until((here / "go.waiting").exists, process)
    others = [*started_by(process.pid, "server"), *started_by(process.pid, "worker")]
    process.kill()
    said = finish(process)
    wait_until(lambda: not any(still_serves(pid) for pid in others))
    assert (said.returncode, said.stderr, len(others)) == (-signal.SIGKILL, "", 3)
    assert list(temporary.iterdir()) == []


def still_serves(pid):
    """Whether a process is there; one that has ended has no words any more."""
    try:
        return SERVING in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False
