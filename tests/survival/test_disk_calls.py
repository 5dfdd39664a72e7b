"""Any one call of the disk fails, or is where the command is killed or stopped; the answer is always one sentence."""

import random

import pytest
from injected import HARMS, calls_of, harmed, why_not
from survivors import COMMANDS, LONG, SEED, keep, left_in, run, sentence, set_the_table, words

MOST = 40 if LONG else 1
"""Of each command: calls of the disk times ways to harm them."""
pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


def simulated(folder):
    """Names of files that hold replications."""
    return [name for name, content in left_in(folder).items() if content and "journal" in name]


def hold_to_its_word(said, harm, folder, whole):
    """What a command whose disk gave out must do: one sentence and a code that says so, and nothing half done."""
    results = {name: content for name, content in left_in(folder).items() if name.startswith("r/")}
    assert results in ({}, whole.left)
    if harm == "killed":
        assert said.returncode in (-9, 137)
        assert said.stderr == ""
    elif said.returncode == 0:
        assert results == whole.left
        assert said.stderr == ""
    elif harm == "ctrl-c":
        assert said.returncode == 130
        assert "stopped" in sentence(said)
    else:
        assert said.returncode in (2, 3)
        assert "can't be" in sentence(said) or "is in the way" in said.stderr
        assert said.returncode == 3 or not simulated(folder)


@pytest.mark.parametrize("command", COMMANDS if LONG else ["run", "sweep"])
def test_whatever_call_of_the_disk_fails_the_answer_is_a_sentence_and_the_same_command_finishes(
    command, tmp_path, unbroken
):
    whole = unbroken(command)
    calls = calls_of(set_the_table(tmp_path / "traced"), COMMANDS[command])
    tries = [(call, harm) for call in calls for harm in HARMS]
    random.Random(f"{SEED}/{command}").shuffle(tries)
    wrong = []
    for number, (call, harm) in enumerate(tries[:MOST]):
        folder = set_the_table(tmp_path / str(number))
        said, came = harmed(folder, COMMANDS[command], call, harm)
        tried = {"command": command, "harm": harm, "call": call.text, "code": said.returncode, "said": said.stderr}
        try:
            assert came
            hold_to_its_word(said, harm, folder, whole)
            again = run(folder, words(COMMANDS[command]))
            assert (again.returncode, again.stderr) == (0, "")
            assert left_in(folder).keys() == whole.left.keys()
            assert left_in(folder) == whole.left
        except AssertionError as error:
            wrong.append(tried | {"wrong": str(error).splitlines()[:1]})
        keep("disk-calls", tried | {"of": len(tries)})
    assert wrong == []
