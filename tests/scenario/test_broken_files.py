"""Every wrong file beside the exact message that it must give."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario.door import load

BROKEN = Path(__file__).parents[1] / "data" / "broken"
FILES = sorted(BROKEN.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_broken_file_gives_its_exact_message(file: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(file)
    assert str(caught.value).replace(f"{BROKEN}/", "") + "\n" == file.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_problem_of_a_broken_file_names_the_file_and_a_remedy_or_a_fault(file: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(file)
    for problem in caught.value.problems:
        assert problem.file is not None
        assert len(problem.wrong) >= 10
        assert "Traceback" not in str(problem)


def test_a_broken_file_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = {file: file.stat().st_mtime_ns for file in BROKEN.rglob("*")}
    for file in FILES:
        with pytest.raises(InputError):
            load(file)
    assert list(tmp_path.iterdir()) == []
    assert {file: file.stat().st_mtime_ns for file in BROKEN.rglob("*")} == before


def test_each_wrong_file_stands_beside_a_message_and_no_message_stands_alone() -> None:
    assert {file.stem for file in FILES} == {file.stem for file in BROKEN.glob("*.txt")}
    assert len(FILES) >= 40


def test_the_file_that_broken_files_extend_is_right() -> None:
    assert load(BROKEN / "base" / "small-camp.yaml", strict=True).scenario.name == "A small camp"
