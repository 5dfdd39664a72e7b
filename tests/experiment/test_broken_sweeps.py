"""Every broken sweep file, with the exact message that it must give."""

import pytest
from sweep_messages import BROKEN, message_of

FILES = sorted(BROKEN.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_wrong_sweep_gives_its_exact_message_and_leaves_everything_as_it_was(file):
    before = sorted(BROKEN.rglob("*"))
    assert message_of(file.name) == file.with_suffix(".txt").read_text(encoding="utf-8") != ""
    assert sorted(BROKEN.rglob("*")) == before


def test_each_wrong_sweep_stands_beside_a_message():
    assert {file.stem for file in FILES} == {file.stem for file in BROKEN.glob("*.txt")}
    assert len(FILES) >= 40
