"""A command makes the same tables in any environment, and never crashes, whatever reads its output."""

import subprocess
from itertools import product

import pytest
from survivors import (
    COMMANDS,
    LONG,
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

PLACES = {
    "a zone of half hours, the letters of C, a random hash, three workers":
        ({"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "1"}, 3, ()),
    "a zone of summer time, no assertions, two workers":
        ({"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "77"}, 2, ("-O",)),
    "no language at all, one worker": ({"TZ": "Pacific/Chatham", "LANG": "", "PYTHONHASHSEED": "0"}, 1, ("-OO",)),
    "a narrow terminal of Latin letters": ({"COLUMNS": "20", "PYTHONIOENCODING": "latin-1", "TERM": "dumb"}, 1, ()),
}  # fmt: skip
CLOSED = (">&-", "| head -1", "2>&-", ">&- 2>&-", "<&- >&- 2>&-")


@pytest.mark.parametrize(
    ("command", "place"),
    list(product(COMMANDS, PLACES)) if LONG else list(zip(COMMANDS, [*PLACES][:2] * 2, strict=False)),
)
def test_the_same_bytes_come_out_wherever_a_command_is_given(command, place, here, unbroken):
    more, workers, python = PLACES[place]
    said = run(here, words(COMMANDS[command], workers, python), surroundings(**more))
    assert (said.returncode, said.stderr) == (0, "")
    assert left_in(here) == unbroken(command).left


@pytest.mark.parametrize("closed", CLOSED if LONG else CLOSED[:2])
@pytest.mark.parametrize("command", COMMANDS if LONG else ["run"])
def test_where_nobody_listens_the_same_bytes_are_written(command, closed, here, unbroken):
    said = run(here, ["bash", "-c", f'set -o pipefail; "$@" {closed}', "bash", *words(COMMANDS[command], 2)])
    assert (said.returncode, said.stderr) == (0, "")
    assert left_in(here) == unbroken(command).left


def test_a_second_process_is_refused_by_name_and_the_first_is_not_disturbed(here, staged_unbroken):
    first = start(here, staged({"12": "waits for go"}, COMMANDS["sweep"]))
    wait_until((here / "go.waiting").exists, first)
    second = run(here, staged({}, COMMANDS["sweep"]))
    assert second.returncode == 2
    assert f"is being worked on by process {first.pid}" in sentence(second)
    (here / "go").touch()
    assert finish(first).returncode == 0
    (here / "go").unlink()
    (here / "go.waiting").unlink()
    assert left_in(here) == staged_unbroken("sweep").left


@pytest.mark.parametrize("command", COMMANDS if LONG else ["run"])
def test_of_two_processes_that_begin_at_once_one_at_least_finishes_and_nothing_is_mixed(command, here, unbroken):
    for _ in range(5 if LONG else 1):
        both = [start(here, words(COMMANDS[command])) for _ in range(2)]
        said = [finish(process) for process in both]
        codes = sorted(one.returncode for one in said)
        assert codes in ([0, 0], [0, 2])
        assert all("is being worked on by" in sentence(one) for one in said if one.returncode)
        assert left_in(here) == unbroken(command).left
        subprocess.run(["rm", "-r", "r"], check=True, cwd=here)
