"""For any unusable path: a sentence and exit code 2 before anything runs; existing files are not changed."""

import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner
from standin import Staged

import sim
from sim.cli import main
from sim.errors import ResultsError

ENDLESS = "n" * 300
"""A name that no disk takes."""
OF_RUN = ("--no-plots", "--quiet", "-n", "2", "-j", "1")
OF_SELECT = ("--best", "extracted_share", "--indifference", "0.01", "--no-plots", "--quiet", "-j", "1")
OF_BACKTEST = ("--no-fit", "--no-plots", "--quiet", "-n", "2", "-j", "1")
MORE = "schema: 1\nname: More\nextends: little.yaml\nplaces: {camp: {crews: {count: 4}}}\n"
SWEEP = "schema: 1\nname: A sweep\nscenario: little.yaml\nreplications: 2\nfactors:\n" \
    "  crews: {path: places.camp.crews.count, levels: [1, 3]}\n"  # fmt: skip
INTO_FOLDERS = {
    "run": ("run", "little.yaml", *OF_RUN),
    "compare": ("compare", "little.yaml", "more.yaml", *OF_RUN),
    "sweep": ("sweep", "sweep.yaml", *OF_RUN),
    "select": ("select", "little.yaml", "more.yaml", *OF_SELECT),
    "backtest": ("backtest", *OF_BACKTEST),
}
INTO_FILES = {
    "--junit": ("run", "little.yaml", *OF_RUN),
    "--summary": ("run", "little.yaml", *OF_RUN),
    "--page": ("verify", "little.yaml", "-j", "1"),
}
READING = {
    "run": ("run", ENDLESS),
    "sweep": ("sweep", ENDLESS),
    "compare": ("compare", ENDLESS, "little.yaml"),
    "compare with": ("compare", "little.yaml", ENDLESS),
    "select": ("select", ENDLESS, "little.yaml", *OF_SELECT),
    "trace": ("trace", ENDLESS),
    "verify": ("verify", ENDLESS),
    "backtest": ("backtest", ENDLESS),
    "plot": ("plot", ENDLESS),
    "list scenarios": ("list", "--scenarios", ENDLESS),
    "list results": ("list", "--results", ENDLESS),
    "baseline of run": ("run", "little.yaml", *OF_RUN, "--baseline", ENDLESS),
    "baseline of sweep": ("sweep", "sweep.yaml", *OF_RUN, "--baseline", ENDLESS),
    "baseline of compare": ("compare", "little.yaml", "more.yaml", *OF_RUN, "--baseline", ENDLESS),
    "new": ("new", ENDLESS),
}


@pytest.fixture
def folder(here):
    (here / "more.yaml").write_text(MORE)
    (here / "sweep.yaml").write_text(SWEEP)
    return here


def drawdown(*arguments):
    return CliRunner().invoke(main, [str(one) for one in arguments], obj=Staged())


def refusal(*arguments):
    """What a command says that must refuse; nothing may have changed."""
    before = sorted(os.listdir())
    said = drawdown(*arguments)
    assert (said.exit_code, said.stdout) == (2, "")
    assert sorted(os.listdir()) == before
    return said.stderr


def longest(folder):
    return os.pathconf(folder, "PC_NAME_MAX")


@pytest.mark.parametrize("command", READING)
def test_a_name_that_no_disk_takes_is_not_there_to_be_read(command, folder):
    said = refusal(*READING[command])
    assert len(said.strip().splitlines()) == 1
    assert any(why in said for why in ("too long", "not a finished", "cannot be read"))


@pytest.mark.parametrize("command", INTO_FOLDERS)
@pytest.mark.parametrize("room", [-300, -1, 0, 1, 7])
def test_a_folder_is_refused_whose_name_leaves_no_room_for_work_next_to_it(command, room, folder):
    said = refusal(*INTO_FOLDERS[command], "--out", "n" * (longest(folder) - room))
    assert "can't be used: the name is too long" in said


def test_a_folder_with_room_for_work_next_to_it_is_written_and_replaced(folder):
    name = "n" * (longest(folder) - len(".replaced"))
    assert drawdown(*INTO_FOLDERS["run"], "--out", name).exit_code == 0
    assert drawdown(*INTO_FOLDERS["run"], "--out", name, "--seed", 2, "--force").exit_code == 0


@pytest.mark.parametrize("command", INTO_FOLDERS)
def test_no_command_writes_its_results_to_the_top_of_the_disk(command, folder):
    assert "name a folder in it" in refusal(*INTO_FOLDERS[command], "--out", "/")


@pytest.mark.parametrize("command", INTO_FOLDERS)
def test_a_folder_is_refused_that_only_links_in_a_circle_lead_to(command, folder):
    (folder / "circle").symlink_to("circle")
    assert "links lead in a circle" in refusal(*INTO_FOLDERS[command], "--out", "circle/r")


@pytest.mark.parametrize("option", INTO_FILES)
@pytest.mark.parametrize("room", [-300, -1, 0, len(".tmp") - 1])
def test_a_file_is_refused_whose_name_leaves_no_room_while_it_is_written(option, room, folder):
    said = refusal(*INTO_FILES[option], option, "n" * (longest(folder) - room))
    assert said.startswith(f"{option}: ")
    assert "the name is too long" in said


@pytest.mark.parametrize("option", INTO_FILES)
@pytest.mark.parametrize("kind", ["a link", "a pipe", "a socket", "a folder"])
def test_a_file_is_not_put_in_the_place_of_anything_but_a_plain_file(option, kind, folder):
    there = folder / "there"
    if kind == "a link":
        there.symlink_to("nowhere")
    elif kind == "a pipe":
        os.mkfifo(there)
    elif kind == "a folder":
        there.mkdir()
    else:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("there")
    before = there.lstat()
    assert refusal(*INTO_FILES[option], option, "there") == f"{option}: there is {kind}; name a file\n"
    assert (there.lstat().st_ino, there.lstat().st_mode) == (before.st_ino, before.st_mode)


@pytest.mark.parametrize("option", INTO_FILES)
def test_a_device_stays_a_device(option, folder):
    ours, theirs = os.openpty()
    device = os.ttyname(theirs)  # one that may be lost
    assert refusal(*INTO_FILES[option], option, device) == f"{option}: {device} is a device; name a file\n"
    os.close(ours)
    os.close(theirs)


def test_a_report_that_all_steps_of_a_job_append_to_may_be_a_link(folder, monkeypatch):
    (folder / "all.md").write_text("before\n")
    (folder / "link").symlink_to("all.md")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "link"))
    assert drawdown(*INTO_FILES["--summary"], "--summary", folder / "link").exit_code == 0
    assert (folder / "all.md").read_text().startswith("before\n#")


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_new_scenario_needs_a_name(name, folder):
    assert "not a possible name" in refusal("new", name)


@pytest.mark.parametrize("arguments", [("run", "/"), ("trace", "/"), ("check", "/"), ("backtest", "/")])
def test_the_top_of_the_disk_is_a_folder_and_no_scenario(arguments, folder):
    assert "this is a folder, not a scenario file" in refusal(*arguments)


def test_of_a_folder_that_is_not_there_the_nearest_name_is_said(folder):
    Path("results/kidal").mkdir(parents=True)
    assert refusal("plot", "results/kidla").endswith("; there is no such folder; did you mean results/kidal?\n")
    assert refusal("plot", "results/kidal") == "drawdown: results/kidal is not a finished results folder\n"


def test_what_a_folder_without_a_name_of_its_own_lacks_is_not_called_unfinished(folder):
    assert refusal("plot", ".") == "drawdown: . is not a finished results folder\n"


@pytest.mark.parametrize("path", ["a\0b", ENDLESS])
def test_a_path_that_no_disk_takes_is_an_error_of_ours_in_a_notebook_too(path, folder):
    with pytest.raises(ResultsError, match=r"can't be used"):
        sim.run("little.yaml", 2, workers=1, out=path, on=Staged())
