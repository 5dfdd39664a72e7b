"""Little memory, disk or shared memory, few files and processes, a disk that is read-only, a folder that vanishes."""

import resource
import shutil
import subprocess

import pytest
from injected import why_not
from survivors import COMMANDS, FILES, LONG, left_in, run, sentence, staged, words

SIZES = (60, 400, 6_000, 20_000, 50_000) if LONG else (20_000,)
"""Bytes that a file may have: too few for the mark of a run, for a block, for a table."""
ROOM = (20, 32, 48, 96, 160, 240) if LONG else (48,)
"""Kilobytes of a disk."""


def a_disk_of_ones_own():
    tried = subprocess.run(
        ["unshare", "-rm", "sh", "-c", "mount -t tmpfs none /mnt"], check=False, capture_output=True
    ) if shutil.which("unshare") else None  # fmt: skip
    return tried is not None and tried.returncode == 0


def shell(here, script, command):
    """Runs a script in which `$@` is the command, with private mounts."""
    return run(here, ["unshare", "-rm", "sh", "-c", script, "sh", *words(COMMANDS[command])])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("command", COMMANDS if LONG else ["compare"])
def test_a_limit_on_the_size_of_files_is_a_sentence_and_the_same_command_finishes(command, size, here, unbroken):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    said = run(here, words(COMMANDS[command]), preexec_fn=limit)
    if said.returncode:
        assert said.returncode == 3 or (said.returncode == 2 and left_in(here) == {})
        assert "too large" in sentence(said)
    assert (here / "r").exists() == (said.returncode == 0)
    assert run(here, words(COMMANDS[command])).returncode == 0
    assert left_in(here) == unbroken(command).left


@pytest.mark.skipif(not a_disk_of_ones_own(), reason="no disk of one's own can be mounted here")
@pytest.mark.parametrize("room", ROOM)
@pytest.mark.parametrize("command", COMMANDS if LONG else ["run"])
def test_a_disk_that_fills_up_is_a_sentence_and_with_room_the_same_command_finishes(command, room, here, unbroken):
    (here / "disk").mkdir()
    full = f'mount -t tmpfs -o size={room}k none disk && cp *.yaml disk && cd disk && "$@"; code=$?; '
    there = "[ -e r ] && [ $code != 0 ] && echo half; "
    again = f'mount -o remount,size=90m . && "$@" || code=9; cp -r . {here}/kept; exit $code'
    said = shell(here, full + there + again, command)
    assert said.returncode in (0, 2, 3), said.stderr
    assert "half" not in said.stdout
    if said.returncode:
        assert "the disk is full" in sentence(said)
    kept = {name.removeprefix("kept/"): content for name, content in left_in(here).items()}
    assert {name: content for name, content in kept.items() if name not in FILES} == unbroken(command).left


@pytest.mark.skipif(not a_disk_of_ones_own(), reason="no disk of one's own can be mounted here")
@pytest.mark.parametrize("command", COMMANDS if LONG else ["run"])
def test_a_disk_that_is_read_only_is_a_sentence_before_anything_is_run(command, here):
    said = shell(here, 'mount --bind . . && mount -o remount,ro,bind . && cd "$PWD" && exec "$@"', command)
    assert said.returncode == 2
    assert "the disk is read-only" in sentence(said)
    assert left_in(here) == {}


@pytest.mark.parametrize("command", COMMANDS if LONG else ["sweep"])
def test_a_folder_that_vanishes_is_a_sentence_and_the_same_command_begins_anew(command, here, staged_unbroken):
    said = run(here, staged({"12": "removes r.partial"}, COMMANDS[command]))
    assert said.returncode == 3
    assert "the folder has vanished" in sentence(said)
    assert left_in(here) == {}
    assert run(here, staged({}, COMMANDS[command])).returncode == 0
    assert left_in(here) == staged_unbroken(command).left


@pytest.mark.parametrize("workers", [1, 2] if LONG else [2])
def test_a_replication_without_enough_memory_is_lost_alone_and_run_by_the_same_command(workers, here, staged_unbroken):
    said = run(here, staged({"12": "eats memory"}, COMMANDS["run"], workers))
    assert said.returncode == 3
    assert "there was not enough memory" in (here / "r" / "manifest.json").read_text()
    assert run(here, staged({}, COMMANDS["run"], workers)).returncode == 0
    assert left_in(here) == staged_unbroken("run").left


@pytest.mark.skipif(not a_disk_of_ones_own(), reason="no disk of one's own can be mounted here")
@pytest.mark.parametrize("how", ["ro", "size=4k"])
def test_shared_memory_that_takes_nothing_costs_nothing(how, here, unbroken):
    mounted = f"mount -t tmpfs -o {how} none /dev/shm; head -c 4096 /dev/zero 2>/dev/null > /dev/shm/full; "
    command = ["unshare", "-rm", "sh", "-c", mounted + 'exec "$@"', "sh", *words(COMMANDS["run"], 2)]
    said = run(here, command)
    assert (said.returncode, [line for line in said.stderr.splitlines() if "/dev/shm/full" not in line]) == (0, [])
    assert left_in(here) == unbroken("run").left


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_where_no_process_can_be_started_this_one_runs_all_and_says_so(here, unbroken):
    calls = "clone,clone3,fork,vfork"
    aloud = [word for word in words(COMMANDS["run"], 2) if word != "--quiet"]
    command = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:error=EAGAIN", *aloud]
    said = run(here, command)
    assert said.returncode == 0
    assert "no worker process can be started" in said.stderr
    assert "Traceback" not in said.stderr
    assert left_in(here) == unbroken("run").left


@pytest.mark.parametrize("most", [8, 12, 16, 20] if LONG else [12])
def test_too_few_open_files_are_reported_as_what_they_are_and_the_same_command_finishes(most, here, unbroken):
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    said = run(here, words(COMMANDS["run"], 2), preexec_fn=limit)
    assert said.returncode == 3
    assert "too few files may be open at once" in sentence(said)
    assert run(here, words(COMMANDS["run"])).returncode == 0
    assert left_in(here) == unbroken("run").left
