import pytest

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
