"""Names written from right to left in answers: isolated on a terminal, left as they are in files."""

import os
import pty
import sys
import tty
from pathlib import Path

import pytest

from sim.cli.terminal import answer, answer_json, complain, note

NAME, OTHER = "تساليت", "غاو"


@pytest.fixture
def shown(monkeypatch):
    """What a terminal in UTF-8 is sent while a function runs: `shown(answer, "text")`."""
    monkeypatch.setenv("TERM", "xterm-256color")

    def show(say, value, encoding="utf-8"):
        reader, writer = pty.openpty()
        tty.setraw(writer)
        with os.fdopen(writer, "w", encoding=encoding, errors="backslashreplace") as stream:
            monkeypatch.setattr(sys, "stdout", stream)
            monkeypatch.setattr(sys, "stderr", stream)
            say(value)
            content = os.read(reader, 10_000)
        os.close(reader)
        return content.decode()

    return show


@pytest.mark.parametrize("say", [answer, note])
def test_on_a_terminal_a_name_is_isolated_from_the_numbers_next_to_it(shown, say):
    assert shown(say, f"  {NAME}   5 of 7") == f"  \u2068{NAME}\u2069   5 of 7\n"
    assert shown(say, f"{NAME}, {OTHER}: 3 d") == f"\u2068{NAME}\u2069, \u2068{OTHER}\u2069: 3 d\n"


def test_a_name_of_several_words_is_isolated_as_one_and_two_columns_as_two(shown):
    assert (
        shown(answer, f"{NAME} {OTHER}-2   {OTHER}   1") == f"\u2068{NAME} {OTHER}-2\u2069   \u2068{OTHER}\u2069   1\n"
    )


def test_each_part_of_a_path_of_a_lot_is_isolated(shown):
    assert shown(answer, f"lot {OTHER}/{NAME}/1") == f"lot \u2068{OTHER}\u2069/\u2068{NAME}\u2069/1\n"


def test_a_complaint_is_isolated_too(shown):
    assert shown(complain, f"{NAME} 5") == f"drawdown: \u2068{NAME}\u2069 5\n"


def test_what_readers_copy_and_what_programs_read_has_no_sign_that_is_not_seen(shown):
    command, path = f"next: drawdown run {NAME}.yaml --seed 2", f"results/{NAME}/fates.png"
    assert shown(answer, command) == f"{command}\n"
    assert shown(answer, path) == f"{path}\n"
    assert shown(answer_json, {"place": NAME}) == f'{{\n "place": "{NAME}"\n}}\n'


def test_a_text_without_such_names_is_sent_as_it_is(shown):
    assert shown(answer, "véhicule 北 · 5 of 7") == "véhicule 北 · 5 of 7\n"


@pytest.mark.parametrize("kind", ["dumb", "linux", ""])
def test_a_terminal_that_orders_nothing_gets_no_isolates(shown, monkeypatch, kind):
    monkeypatch.setenv("TERM", kind)
    assert shown(answer, f"{NAME} 5") == f"{NAME} 5\n"


def test_a_terminal_that_is_not_in_utf_8_gets_no_isolates(shown):
    assert "2068" not in shown(answer, f"{NAME} 5", "latin-1")


def test_a_file_gets_the_bytes_of_the_answer_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    with Path(tmp_path / "answer.txt").open("w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        answer(f"{NAME} 5 of 7")
    assert (tmp_path / "answer.txt").read_bytes() == f"{NAME} 5 of 7\n".encode()
