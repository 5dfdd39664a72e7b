"""What results say about the machine that they were made on, and who may read what."""

import getpass
import json
import os
import socket
import stat
from pathlib import Path

from untrusted_kit import drawdown, snapshot


def test_results_name_neither_machine_nor_user_nor_a_folder_that_was_not_given(here):
    texts = {name: content.decode("utf-8", "replace") for name, content in snapshot(here / "results").items()}
    private = {socket.gethostname(), str(here), str(Path.home()), str(here.parent), f'"{getpass.getuser()}"'}
    found = {(name, word) for name, text in texts.items() for word in private if word in text}
    assert texts
    assert found == set()


def test_a_command_is_kept_as_it_was_given_and_with_it_a_path(here):
    assert drawdown("run", here / "little.yaml", "-n", 1, "--no-plots", "-j", 1, "--out", "r").exit_code == 0
    said = json.loads((here / "r" / "manifest.json").read_text())
    assert str(here) in said["command"]
    assert said["scenario_file"] == str(here / "little.yaml")
    del said["command"], said["scenario_file"]
    assert str(here) not in json.dumps(said)


def test_files_have_the_permissions_that_the_user_asks_for(here):
    before = os.umask(0o077)
    try:
        assert drawdown("run", "little.yaml", "-n", 1, "-j", 1, "--out", "r").exit_code == 0
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in [here / "r", *(here / "r").iterdir()]}
    assert modes == {0o700, 0o600}
