"""Commands on tampered results, wrong gates, changes and sweep files: a few of what `scripts/fuzz.py` tries at length.

`FUZZ=2000 pytest tests/security/test_fuzzed_commands.py` tries more of each kind.
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from field import Case
from hostile import TARGETS, Bench, command

TRIED = int(os.environ.get("FUZZ", "0"))
FEW = {"plots": 12, "baselines": 25, "gates": 200, "sets": 40, "sweeps": 40}
"""How many of each kind a test run tries: what some seconds allow."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """Little results of every kind, made once; the current folder is theirs as long as they are used."""
    before = Path.cwd()
    yield Bench.of(str(tmp_path_factory.mktemp("bench")))
    os.chdir(before)


@pytest.mark.slow
@pytest.mark.parametrize("kind", TARGETS)
def test_whatever_is_given_ends_in_words_and_touches_nothing_else(bench, kind):
    os.chdir(bench.folder)
    said = set()
    for number in range(TRIED or FEW[kind]):
        what, _ = TARGETS[kind](bench, Case(kind, number, seed=7))
        bench.check()
        said.add(what)
    assert len(said) > 1, "all of one kind: the mutations are too weak or too strong"


def test_a_file_left_beside_the_results_is_noticed(bench):
    os.chdir(bench.folder)
    Path("left.txt").write_text("mine")
    with pytest.raises(AssertionError, match="files that came, went or changed"):
        bench.check()
    Path("left.txt").unlink()
    with pytest.raises(AssertionError, match="files that came, went or changed"):
        bench.check()


def test_a_command_that_breaks_the_contract_is_noticed(bench, monkeypatch):
    os.chdir(bench.folder)
    assert command("check", "little.yaml").code == 0
    monkeypatch.setattr("sim.scenario.door.load", None)  # a fault of the program
    with pytest.raises(AssertionError, match="TypeError"):
        command("check", "little.yaml")
