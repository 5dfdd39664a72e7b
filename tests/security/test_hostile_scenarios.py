"""Paths in files of strangers: nothing outside the scenario folder is read, whatever a file says."""

from pathlib import Path

import pytest
from untrusted_kit import LITTLE, MORE, SWEEP, drawdown

QUICKLY = ("--no-plots", "-j", 1)


@pytest.fixture
def inside(tmp_path, monkeypatch):
    """A scenario folder, and a scenario outside it that is none of its author's business."""
    home = tmp_path / "scenarios"
    home.mkdir()
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "little.yaml").write_text(LITTLE.replace("A little camp", "SECRET"))
    (home / "file.yaml").symlink_to(tmp_path / "private" / "little.yaml")
    (home / "folder").symlink_to(tmp_path / "private")
    monkeypatch.chdir(tmp_path)
    return home


AWAY = ("../private/little.yaml", "file.yaml", "folder/little.yaml", "folder/../file.yaml", "./../private/little.yaml",
        "/private/little.yaml", "~/little.yaml", "file:///private/little.yaml", "..\\private\\little.yaml",
        "C:/little.yaml", "http://evil.example/little.yaml", "a\\0b.yaml")  # fmt: skip


@pytest.mark.parametrize("path", AWAY)
def test_neither_extends_nor_a_sweep_reads_what_is_outside_the_scenario_folder(inside, path):
    Path("scenarios/more.yaml").write_text(MORE.replace("little.yaml", f'"{path}"' if "\\0" in path else f"'{path}'"))
    Path("scenarios/sweep.yaml").write_text(SWEEP.replace("little.yaml", f"'{path}'"))
    levels = SWEEP.replace("scenario: little.yaml\n", "").replace(
        "factors: {", f"factors: {{scenario: {{levels: {{a: '{path}', b: '{path}'}}}}, "
    )
    Path("scenarios/levels.yaml").write_text(levels)
    for command in (("check", "scenarios/more.yaml"), ("run", "scenarios/more.yaml", "-n", 1, *QUICKLY),
                    ("check", "scenarios/sweep.yaml"), ("sweep", "scenarios/sweep.yaml", *QUICKLY),
                    ("sweep", "scenarios/levels.yaml", *QUICKLY)):  # fmt: skip
        said = drawdown(*command)
        assert said.exit_code == 2, said.output
        assert "SECRET" not in said.output
        assert "symbolic link" in said.output or "folder" in said.output or "no YAML" in said.output, said.output
    assert not Path("results").exists()


def test_the_same_files_inside_the_folder_are_read(inside):
    Path("scenarios/little.yaml").write_text(LITTLE)
    Path("scenarios/sweep.yaml").write_text(SWEEP)
    assert drawdown("check", "scenarios/sweep.yaml").exit_code == 0
