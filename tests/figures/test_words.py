import io

import numpy as np
import pytest
from matplotlib import ft2font
from matplotlib.figure import Figure

from sim.figures.style import styled
from sim.figures.words import balanced, legend_label, literal, plain, short, width, wrap


@pytest.mark.parametrize("text", ["a\x1b[31m", "a\x00b", "a\u202eb", "a\u200fb", "a\ud800b"])
def test_control_and_direction_marks_are_left_out(text):
    assert not any(mark in plain(text) for mark in "\x1b\x00\u202e\u200f\ud800")


def test_a_dollar_sign_is_no_mathematics():
    assert literal("$x^$") == r"\$x^\$"


def test_a_name_of_nothing_that_can_be_shown_is_said_to_have_none():
    assert literal("\x00 \u200f") == "(no name)"


def test_a_long_name_keeps_its_beginning_and_its_end():
    shown = short("beginning" + "x" * 300 + "end", 20)
    assert shown.startswith("beginning")
    assert shown.endswith("xend")
    assert width(shown) <= 20


def test_letters_of_east_asia_take_twice_the_room():
    assert width(short("营" * 50, 20)) <= 20


def test_a_dollar_is_not_torn_from_its_escape_when_a_name_is_cut():
    assert short("$" * 50, 11).replace(r"\$", "").strip("…") == ""


def test_a_legend_hides_no_name_that_begins_with_an_underscore():
    assert not legend_label("_north").startswith("_")
    assert legend_label("_north").endswith("_north")


def test_lines_are_broken_between_words_and_a_word_too_long_within():
    assert wrap("ab cd efghij", 5) == ["ab cd", "efghi", "j"]


def test_balanced_lines_are_as_few_and_no_longer():
    assert wrap("aa bb cc dd ee", 11) == ["aa bb cc dd", "ee"]
    assert balanced("aa bb cc dd ee", 11) == ["aa bb cc", "dd ee"]


@styled
def ink(text):
    """Columns of a sheet, from the left, that a line of text puts ink in."""
    fig, content = Figure(figsize=(8, 0.5)), io.BytesIO()
    fig.text(0, 0.3, text, size=12)
    fig.savefig(content, format="rgba", dpi=100)
    return (np.frombuffer(content.getvalue(), np.uint8).reshape(50, 800, 4)[..., 0] < 255).any(axis=0)


lays_out = pytest.mark.skipif(
    not hasattr(ft2font, "__libraqm_version__"), reason="matplotlib before 3.11 does not order letters by their script"
)


@lays_out
@pytest.mark.parametrize("name", ["انسحاب المعسكر الشمالي", "צפון 2", "تساليت (3)"])
def test_a_caption_that_begins_with_a_name_written_from_right_to_left_is_laid_out_from_left_to_right(name):
    alone, caption = ink(short(name)), ink(f"{short(name)} · 3 of 7 replications")
    wide = int(np.flatnonzero(alone)[-1]) + 1
    assert list(caption[:wide]) == list(alone[:wide])
    assert caption[wide:].any()


@lays_out
def test_a_number_beside_a_name_written_from_right_to_left_stays_on_its_side():
    name = short("تساليت")
    wide = int(np.flatnonzero(ink(name))[-1]) + 1
    assert list(ink(f"{name} 100 %, {name} 3")[:wide]) == list(ink(name)[:wide])


def test_isolates_take_no_room_and_draw_nothing():
    assert width(short("تساليت")) == len("تساليت")
    assert list(ink(short("تساليت"))) == list(ink("تساليت"))


def test_names_written_from_left_to_right_stay_as_they_are():
    assert [short(name) for name in ("gao", "véhicule 北", "(1)")] == ["gao", "véhicule 北", "(1)"]


@lays_out
def test_each_line_of_a_broken_name_is_isolated():
    lines = wrap(f"of {short('انسحاب المعسكر الشمالي')} and more", 12)
    assert lines == ["of \u2068انسحاب\u2069", "\u2068المعسكر\u2069", "\u2068الشمالي\u2069 and", "more"]


def test_a_legend_label_of_two_parts_shows_a_dollar_as_it_is():
    assert legend_label("$a", "3 $") == r"\$a 3 \$"
