"""Work in progress that a stranger left: what is under way is gone on with only where nothing leads elsewhere."""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from standin import plan
from untrusted_kit import snapshot

from sim.errors import ResultsError
from sim.experiment.backend import Backend
from sim.experiment.running import begin, carry_out
from sim.results.journal import NAME, Journal
from sim.results.rows import Block, ResultRow
from sim.results.untrusted import MOST_LINE


def stop(done, *_):
    if done:
        raise KeyboardInterrupt


@pytest.fixture
def under_way(tmp_path):
    """A run that was stopped, and a file of the user's elsewhere."""
    with pytest.raises(KeyboardInterrupt):
        carry_out(plan(tmp_path / "r"), begin(plan(tmp_path / "r")), Backend(1), stop)
    (tmp_path / "mine.txt").write_text("precious\n")
    return tmp_path


def goes_on(folder):
    return carry_out(plan(folder / "r"), begin(plan(folder / "r")), Backend(1))


@pytest.mark.parametrize("name", ["lock", "run.json"])
@pytest.mark.parametrize("put", ["a link", "a pipe", "a folder"])
def test_nothing_is_written_through_what_stands_in_place_of_the_lock_or_the_mark(under_way, name, put):
    path = under_way / "r.partial" / name
    path.unlink()
    {"a link": lambda: path.symlink_to(under_way / "mine.txt"), "a pipe": lambda: os.mkfifo(path),
     "a folder": path.mkdir}[put]()  # fmt: skip
    before = snapshot(under_way)
    with pytest.raises(ResultsError, match=f"{name} is {put}; only plain files are taken for results"):
        goes_on(under_way)
    assert snapshot(under_way) == before


def test_a_lock_that_is_another_name_of_a_file_is_refused(under_way):
    path = under_way / "r.partial" / "lock"
    path.unlink()
    path.hardlink_to(under_way / "mine.txt")
    with pytest.raises(ResultsError, match="lock has another name elsewhere"):
        goes_on(under_way)
    assert (under_way / "mine.txt").read_text() == "precious\n"


@pytest.mark.parametrize("name", ["run.json.tmp", "whole"])
def test_a_link_at_a_name_that_is_written_is_replaced_or_refused_and_not_followed(under_way, name):
    (under_way / "elsewhere").mkdir()
    (under_way / "elsewhere" / "mine.txt").write_text("precious\n")
    target = under_way / "elsewhere" if name == "whole" else under_way / "mine.txt"
    (under_way / "r.partial" / name).symlink_to(target)
    with suppress(ResultsError):
        goes_on(under_way)
    assert (under_way / "mine.txt").read_text() == "precious\n"
    assert [path.name for path in (under_way / "elsewhere").iterdir()] == ["mine.txt"]


def test_timelines_that_are_links_or_pipes_do_not_count_and_are_run_again(under_way):
    partial = under_way / "r.partial"
    timelines = sorted(partial.glob("*.npy"))
    shutil.move(timelines[0], under_way / "timeline.npy")
    timelines[0].symlink_to(under_way / "timeline.npy")
    assert Journal(partial).count() == 0
    timelines[0].unlink()
    os.mkfifo(timelines[0])
    assert Journal(partial).count() == 0
    goes_on(under_way)
    carry_out(plan(under_way / "w"), begin(plan(under_way / "w")), Backend(1))
    assert (under_way / "r" / "fates.csv").read_bytes() == (under_way / "w" / "fates.csv").read_bytes()


def test_a_journal_that_is_a_link_is_neither_read_nor_written(tmp_path):
    (tmp_path / "mine.txt").write_text("precious\n")
    (tmp_path / NAME).symlink_to(tmp_path / "mine.txt")
    with pytest.raises(ResultsError, match="is a link"):
        Journal(tmp_path)
    (tmp_path / NAME).unlink()
    journal = Journal(tmp_path)
    (tmp_path / NAME).symlink_to(tmp_path / "mine.txt")  # between reading and writing
    with pytest.raises(ResultsError, match="is a link"):
        journal.add(0, Block((ResultRow(1, "t", {"a": 1.0}, {}, {}, {}, {}),)))
    assert (tmp_path / "mine.txt").read_text() == "precious\n"


@pytest.mark.parametrize("body", [
    "[0, 1]", "{}", '[0, [[1, "t", {"a": "x"}]], [], null]', '[0, [["x", "t", {}]], [], null]', "[" * 100_000,
    '[0, [], [[1]], null]', '[0, [[1, "t", {"a": NaN}]], [], null]', '[[0], [[1, "t", {}]], [], null]',
    '[0, [[1, "t", [1]]], [], null]', '[0, [[1, "t", {}, {}, {"fates": 1}, {}, {}]], [], null]',
    '[0, [[0, "t", {}]], [], null]', '[0, [[-1, "t", {}]], [], null]', '[0, [[1000000000000, "t", {}]], [], null]',
    '[0, [[1, "t", {}]], [], "00"]', '[0, [[1, "t", {}]], [], 5]',
])  # fmt: skip
def test_a_line_of_a_journal_with_a_right_checksum_and_something_else_in_it_does_not_count(tmp_path, body):
    line = f"{hashlib.sha256(body.encode()).hexdigest()} {body}\n"
    (tmp_path / NAME).write_text(line)
    assert Journal(tmp_path).count() == 0


def test_a_line_without_end_is_refused_before_it_is_in_memory(tmp_path):
    with (tmp_path / NAME).open("wb") as stream:
        stream.truncate(MOST_LINE * 100)
    with pytest.raises(ResultsError, match="has a line of more than"):
        Journal(tmp_path)


def test_work_in_progress_holds_plain_text_and_arrays_only(under_way):
    kinds = {Path(path.name).suffix for path in (under_way / "r.partial").iterdir()}
    assert kinds == {".json", ".jsonl", ".npy", ""}
