"""What a shell completes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from sim.cli import main


def completed(words: list[str], begun: str) -> list[str]:
    shell = ShellComplete(main, {}, "drawdown", "_DRAWDOWN_COMPLETE")
    return [item.value for item in shell.get_completions(words, begun)]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("mine.yaml", "notes.txt", "deep/other.yaml", ".hidden.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


def test_scenarios_are_files_below_folders_and_shipped_names() -> None:
    assert sorted(completed(["run"], "m")) == ["mine.yaml", "minusma", "minusma-forecast", "minusma-roads-open"]
    assert completed(["why"], "de") == ["deep/"]
    assert completed(["trace"], "deep/") == ["deep/other.yaml"]
    assert completed(["check"], "nowhere/") == []


def test_a_sweep_may_be_a_sweep_or_a_scenario() -> None:
    assert completed(["sweep"], "gat") == ["gated"]
    assert completed(["sweep"], "mine") == ["mine.yaml"]


def test_causes_and_responses_are_completed() -> None:
    assert completed(["run", "x", "--without"], "clearance_") == ["clearance_air", "clearance_road"]
    assert completed(["why", "x", "--of"], "destroyed_share_l") == ["destroyed_share_lots"]
    assert completed(["select", "a", "b", "--best"], "people_o") == ["people_out_share"]


def test_results_are_folders_with_a_manifest_and_pictures_those_of_a_run(desk: Path) -> None:
    (desk / "results" / "one").mkdir(parents=True)
    (desk / "results" / "one" / "manifest.json").write_text("{}")
    assert completed(["plot"], "results/o")[0] == "results/one"
    assert completed(["plot", "results/one"], "lots") == ["lots_over_time"]
