"""`drawdown check`, `new` and `schema`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli.scenario_commands import check, new, schema
from sim.scenario.door import load
from sim.scenario.parameters import parameters
from sim.scenario.paths import dotted
from sim.scenario.pedigree import GRADES

BROKEN = Path(__file__).parents[1] / "data" / "broken"
SMALL = str(BROKEN / "base" / "small-camp.yaml")
TESSALIT = Path(__file__).parents[2] / "scenarios" / "tessalit.yaml"


def simulated(command: object, *words: str) -> Result:
    return CliRunner().invoke(command, list(words))  # type: ignore[arg-type] - a click command


def test_a_valid_file_is_one_line_on_standard_output() -> None:
    result = simulated(check, SMALL)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{SMALL}: OK; 2 places, 10 lots, 100 people; ")
    assert result.stderr == ""


def test_a_wrong_file_ends_with_2_and_its_problems_on_standard_error() -> None:
    result = simulated(check, str(BROKEN / "everything-at-once.yaml"), SMALL)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == "7 problems"
    assert result.stderr.replace(f"{BROKEN}/", "").startswith((BROKEN / "everything-at-once.txt").read_text())
    assert ": OK; " in result.stdout


def test_of_many_problems_twenty_are_printed_all_are_counted_and_json_has_them_all(tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text("schema: 1\n" + "".join(f"key{n}: 1\n" for n in range(50)))
    result = simulated(check, str(file))
    assert len(result.stderr.splitlines()) == 22
    assert result.stderr.splitlines()[-2:] == ["… and 33 more; --json lists all", "53 problems"]
    [finding] = json.loads(simulated(check, str(file), "--json").stdout)["scenarios"]
    assert (finding["right"], len(finding["problems"])) == (False, 53)
    assert set(finding["problems"][0]) == {
        "file",
        "line",
        "path",
        "wrong",
        "got",
        "allowed",
        "nearest",
        "text",
    }


def test_the_pedigree_lists_every_input_once_the_worst_last() -> None:
    said = simulated(check, str(TESSALIT), "--pedigree", "--json")
    [finding] = json.loads(said.stdout)["scenarios"]
    inputs = finding["pedigree"]["inputs"]
    assert sorted(one["path"] for one in inputs) == sorted(dotted(path) for path in parameters(load(TESSALIT).data))
    order = list(GRADES)
    assert [order.index(one["grade"]) for one in inputs] == sorted(order.index(one["grade"]) for one in inputs)
    assert sum(finding["pedigree"]["grades"].values()) == len(inputs)
    bare = [one for one in inputs if one["grade"] == "guess" and not one["range"]]
    assert finding["pedigree"]["guesses_without_range"] == len(bare) > 100


def test_the_pedigree_in_words_names_every_input_and_the_guesses_without_a_range_at_the_end() -> None:
    lines = simulated(check, str(TESSALIT), "--pedigree").stdout.splitlines()
    assert max(len(line) for line in lines[1:]) <= 100
    named: list[str] = []
    for line in lines[2:-2]:
        if line.startswith("    "):
            named[-1] += line.strip()
        elif line.startswith("  "):
            named.append(line.strip())
    below = [(entry.partition(":")[0], entry.partition(":")[2].split(",")) for entry in named]
    paths = [".".join(filter(None, (top, one.strip()))) for top, those in below for one in those]
    assert sorted(paths) == sorted(dotted(path) for path in parameters(load(TESSALIT).data))
    heads = [line for line in lines[1:] if not line.startswith(" ")]
    assert heads[-3].startswith("guess: assumed; no range (")
    assert heads[-1].startswith("guesses without a range: ")


def test_an_input_without_a_stated_source_is_reported_as_such() -> None:
    lines = simulated(check, SMALL, "--pedigree").stdout
    assert "guess: assumed; no range (" in lines
    assert "  no source: calendar.start, calendar.deadline, " in lines


def test_numbers_without_a_source_are_listed_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "sourced.yaml"
    file.write_text(Path(SMALL).read_text() + "sources: {places: {kind: assumed}, calendar: {kind: document}}\n")
    result = simulated(check, str(file), "--sources")
    assert result.exit_code == 0
    assert f"{file}:5: phases.first.start: this value has no source" in result.stdout
    assert "numbers by source: 2 document, 0 report, 0 derived, 12 assumed, 15 none" in result.stdout
    assert simulated(check, str(file), "--sources", "--strict").exit_code == 2


def test_a_warning_is_printed_and_strict_refuses_it() -> None:
    fast = ("--set", "lift.aircraft.c130.block_speed=1200 km/h")
    result = simulated(check, SMALL, *fast)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, "1 warning")
    assert result.stderr.startswith("warning: --set: lift.aircraft.c130.block_speed: this is implausibly large")
    assert simulated(check, SMALL, *fast, "--strict").exit_code == 2


def test_quiet_prints_nothing_for_valid_files() -> None:
    assert simulated(check, SMALL, "--quiet").output == ""


def test_a_message_never_holds_what_a_terminal_would_obey(tmp_path: Path) -> None:
    file = tmp_path / "evil\x1b[31m.yaml"
    file.write_text('schema: 1\nname: "\\e]0;owned\\a"\nplaces: {"\\e[2J": {role: "\\e[31m"}}\n')
    for words in ((), ("--json",), ("--set", "places.\x1b[2J.role=camp")):
        output = simulated(check, str(file), *words).output
        assert not set(output) & {"\x1b", "\x07"}
    assert r"\x1b[2J" in simulated(check, str(file)).output


def test_a_new_scenario_is_written_once_and_passes_every_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert simulated(new, "mine").output == "mine.yaml: written; next: drawdown check mine.yaml --sources\n"
    text = Path("mine.yaml").read_text()
    again = simulated(new, "mine.yaml")
    assert again.exit_code == 2
    assert again.stderr == "mine.yaml: already exists, and was not changed; choose another name\n"
    assert Path("mine.yaml").read_text() == text
    result = simulated(check, "mine.yaml", "--strict", "--sources")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "0 none" in result.stdout


@pytest.mark.parametrize("name", ["nowhere/mine", "nul\0", "x" * 400])
def test_a_new_scenario_that_cannot_be_written_is_reported_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = simulated(new, name)
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_schema_is_json_on_standard_output() -> None:
    assert json.loads(simulated(schema).stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_help_of_check_loads_nothing_heavy() -> None:
    code = (
        "import sys; from sim.cli.scenario_commands import check\n"
        "try: check(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'pydantic', 'pint', 'ruamel', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
