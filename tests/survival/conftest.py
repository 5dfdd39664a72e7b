import sys
from pathlib import Path

import pytest

# worker processes inherit the path and must find the stand-in by its name
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "standin"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from survivors import COMMANDS, Unbroken, set_the_table, staged, words


def _once(tmp_path_factory, words_of):
    known = {}

    def of(command):
        if command not in known:
            known[command] = Unbroken.of(tmp_path_factory.mktemp(command), words_of(COMMANDS[command]))
        return known[command]

    return of


@pytest.fixture(scope="package")
def unbroken(tmp_path_factory):
    """Output of each undisturbed command, run once on first use."""
    return _once(tmp_path_factory, words)


@pytest.fixture(scope="package")
def staged_unbroken(tmp_path_factory):
    """The same with the stand-in on the stage."""
    return _once(tmp_path_factory, lambda arguments: staged({}, arguments))


@pytest.fixture
def here(tmp_path):
    """A folder of its own with little scenarios and a sweep."""
    return set_the_table(tmp_path)
