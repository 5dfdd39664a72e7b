"""Ctrl-C: the first lets the replication under way end, the second does not wait for it."""

import contextlib
import os
import signal
import time

import pytest
from survivors import COMMANDS, LONG, PATIENCE_S, finish, left_in, run, sentence, staged, start, wait_until

WAITING, GO = "go.waiting", "go"
TROUBLE = {"12": f"waits for {GO}"}


def begun(here, command, workers):
    process = start(here, staged(TROUBLE, COMMANDS[command], workers))
    wait_until((here / WAITING).exists, process)
    return process


def went_on(here, command):
    (here / GO).unlink(missing_ok=True)
    (here / WAITING).unlink(missing_ok=True)
    assert run(here, staged({}, COMMANDS[command])).returncode == 0
    return left_in(here)


@pytest.mark.parametrize(("command", "workers"), [("compare", 1), ("sweep", 2)] if LONG else [("sweep", 2)])
def test_ctrl_c_ends_after_the_replication_under_way_and_the_same_command_goes_on(
    command, workers, here, staged_unbroken
):
    process = begun(here, command, workers)
    os.killpg(process.pid, signal.SIGINT)
    (here / GO).touch()
    said = finish(process)
    assert said.returncode == 130
    assert "the same command resumes there" in sentence(said)
    assert went_on(here, command) == staged_unbroken(command).left


@pytest.mark.parametrize(("command", "workers"), [("run", 1), ("sweep", 2)] if LONG else [("run", 1)])
def test_ctrl_c_twice_waits_for_no_replication_and_the_same_command_goes_on(command, workers, here, staged_unbroken):
    process = begun(here, command, workers)
    until = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < until:  # two that come in one instant are heard as one
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.2)
    said = finish(process)
    assert said.returncode in (
        130,
        -signal.SIGINT,
    )  # a third one can meet Python as it ends; a shell reports both as 130
    assert "Traceback" not in said.stderr
    assert went_on(here, command) == staged_unbroken(command).left
