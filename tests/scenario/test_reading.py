"""Files that are no files of ours: refused at once, without hanging."""

from __future__ import annotations

import os
import socket
from hashlib import sha256
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.scenario.door import load


def refusal(path: Path | str) -> str:
    with pytest.raises(InputError) as caught:
        load(path)
    return str(caught.value)


def test_a_pipe_that_nobody_writes_to_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "this is a pipe, not a scenario file" in refusal(tmp_path / "pipe.yaml")


def test_a_device_without_end_is_refused() -> None:
    assert "this is a device, not a scenario file" in refusal("/dev/zero")


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.yaml")
        assert "this is a socket, not a scenario file" in refusal("socket.yaml")


def test_a_folder_is_refused_and_a_folder_of_results_is_called_so(tmp_path: Path) -> None:
    assert "this is a folder, not a scenario file" in refusal(tmp_path)
    (tmp_path / "summary.json").write_text("{}")
    assert "this is a folder of results, not a scenario file" in refusal(tmp_path)


def test_a_file_of_a_hundred_megabytes_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    with file.open("wb") as opened:
        opened.truncate(100 << 20)
    assert refusal(file) == f"{file}: this file is too large for a scenario; allowed: at most 1 MiB"


def test_a_file_that_says_it_is_empty_and_is_not_is_read_with_care() -> None:
    assert "/proc/self/status" in refusal("/proc/self/status")


@pytest.mark.parametrize("depth", [1_000, 100_000])
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_before_it_is_composed(tmp_path: Path, opening: str, depth: int) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text("schema: 1\nname:\n  " + opening * depth)
    assert "values are nested too deeply here; allowed: at most 32 levels" in refusal(file)


def test_deep_nesting_by_indentation_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text("\n".join(" " * depth + "a:" for depth in range(1_000)))
    assert "values are nested too deeply here" in refusal(file)


def test_more_values_than_any_scenario_has_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "wide.yaml"
    file.write_text("record: [" + "1," * 70_000 + "1]\n")
    assert "too many values in this file" in refusal(file)


def test_a_file_that_is_not_there_is_reported_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "tessalit.yaml").write_text("schema: 1\n")
    message = refusal(tmp_path / "tesalit.yaml")
    assert "no such file" in message
    assert f"did you mean {tmp_path / 'tessalit.yaml'}?" in message


def test_a_file_that_may_not_be_read_is_reported(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("everything may be read by root")
    file = tmp_path / "closed.yaml"
    file.write_text("schema: 1\n")
    file.chmod(0)
    assert "no permission to read this file" in refusal(file)


@pytest.mark.parametrize("name", ["nul\0.yaml", "x" * 5_000, ""])
def test_a_path_that_no_file_can_have_is_refused(name: str) -> None:
    assert refusal(name)


def test_nul_in_a_file_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "nul.yaml"
    file.write_bytes(b"schema: 1\nname: a\0b\n")
    assert refusal(file) == (
        f"{file}:2: the file contains a control character; got U+0000; allowed: text without hidden characters"
    )


def test_a_mark_of_utf_8_at_the_beginning_is_no_fault(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "data" / "broken" / "base" / "small-camp.yaml").read_bytes()
    (tmp_path / "marked.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert load(tmp_path / "marked.yaml").scenario.name == "A small camp"


def test_the_hash_of_a_file_is_that_of_the_bytes_read(tmp_path: Path) -> None:
    raw = (Path(__file__).parents[1] / "data" / "broken" / "base" / "small-camp.yaml").read_bytes()
    (tmp_path / "camp.yaml").write_bytes(raw)
    assert load(tmp_path / "camp.yaml").files == (("camp.yaml", sha256(raw).hexdigest()),)
