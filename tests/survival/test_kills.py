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
    play,
    set_the_table,
    staged,
    start,
    wait_until,
    words,
)  # fmt: skip

KILLS = 67 if LONG else 2
"""Of each command."""


def children(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def kill(process, whom):
    """Kills the whole group, the command alone, or a process that it started; gives whom it was."""
    if process.poll() is not None:
        return "nobody"
    workers = children(process.pid) if whom == "worker" else []
    if workers:
        os.kill(workers[-1], signal.SIGKILL)
        return "worker"
    if whom == "parent":
        process.kill()
        return "parent"
    os.killpg(process.pid, signal.SIGKILL)
    return "all"


def broken_off(folder, command, dice, seconds):
    """Starts a command and kills at a moment; gives what was done and the code of the command."""
    workers, whom, moment = dice.choice((1, 2)), dice.choice(("all", "parent", "worker")), dice.uniform(0, seconds)
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
            if done["whom"] in ("worker", "nobody"):  # what the death of a worker costs is played again by itself
                assert (done["code"], said.stderr) == (0, "")
                break
        again = play(folder, words(COMMANDS[command], dice.choice((1, 2))))
        assert (again.returncode, again.stderr) == (0, "")
        assert left_in(folder) == whole.left


def tracker_of(process):
    """The `resource_tracker` of the standard library, which clears away what processes share."""
    told = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children(process.pid)}
    return next(child for child, line in told.items() if b"resource_tracker" in line)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_whose_resource_tracker_is_killed_ends_the_same_and_says_nothing(command, here, staged_unbroken):
    process = start(here, staged({"12": "waits for go"}, COMMANDS[command], workers=2))
    wait_until((here / "go.waiting").exists, process)
    os.kill(tracker_of(process), signal.SIGKILL)
    (here / "go").touch()
    said = finish(process)
    assert (said.returncode, said.stderr) == (0, "")
    for name in ("go", "go.waiting"):
        (here / name).unlink()
    assert left_in(here) == staged_unbroken(command).left


def test_the_resource_tracker_of_a_command_that_is_killed_says_nothing_of_what_it_clears_away(here):
    process = start(here, staged({"12": "waits for go"}, COMMANDS["run"], workers=2))
    wait_until((here / "go.waiting").exists, process)
    process.kill()
    (here / "go").touch()
    said = finish(process)  # not before that process has let go of standard error
    assert (said.returncode, said.stderr) == (-signal.SIGKILL, "")
