import io

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from sim.figures.labels import balanced, in_legend, labels, labels_by, legend_label, literal, plain, short, width, wrap
from sim.figures.style import styled


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


COMPOUNDS = [f"Temporary Operating Base {name} Company Compound" for name in ("Alpha", "Bravo")]


def test_long_names_with_one_beginning_and_end_show_where_they_differ():
    assert labels(COMPOUNDS) == ["Temporar…Alpha Comp…pound", "Temporar…Bravo Comp…pound"]


def test_names_that_stay_unlike_are_shortened_as_ever():
    names = ["beginning" + "x" * 300 + "end", "other", "$"]
    assert labels(names, 20) == [short(name, 20) for name in names]


def test_a_name_that_differs_from_others_only_in_what_is_not_shown_has_a_number():
    assert labels(["a\u200bb", "ab", "ab (2)"]) == ["ab", "ab (3)", "ab (2)"]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("ab -/é\u0301營غ$"), min_size=1, max_size=60), min_size=2, unique=True),
    st.integers(12, 40),
)
@example(["x" * 100 + "a" + "y" * 100, "x" * 100 + "b" + "y" * 100, "x" * 100 + "c" + "y" * 100], 14)
@example(["x" * 30 + str(number) for number in range(300)], 14)
@example([f"{'x' * 40}{'a' * number}{'y' * 40}" for number in range(1, 60)], 18)
def test_no_two_labels_are_alike_and_none_is_wider_than_there_is_room(names, room):
    shown = labels(names, room)
    assert len(set(shown)) == len(names)
    assert all(width(label.replace(r"\$", "$")) <= room for label in shown)
    assert list(labels_by(names, room).values()) == shown


@styled
def ink(text):
    """Columns of a sheet, from the left, that a line of text puts ink in."""
    fig, content = Figure(figsize=(8, 0.5)), io.BytesIO()
    fig.text(0, 0.3, text, size=12)
    fig.savefig(content, format="rgba", dpi=100)
    return (np.frombuffer(content.getvalue(), np.uint8).reshape(50, 800, 4)[..., 0] < 255).any(axis=0)


@pytest.mark.parametrize("name", ["انسحاب المعسكر الشمالي", "צפון 2", "تساليت (3)"])
def test_a_caption_that_begins_with_a_name_written_from_right_to_left_is_laid_out_from_left_to_right(name):
    alone, caption = ink(short(name)), ink(f"{short(name)} · 3 of 7 replications")
    wide = int(np.flatnonzero(alone)[-1]) + 1
    assert list(caption[:wide]) == list(alone[:wide])
    assert caption[wide:].any()


def test_a_number_next_to_a_name_written_from_right_to_left_stays_on_its_side():
    name = short("تساليت")
    wide = int(np.flatnonzero(ink(name))[-1]) + 1
    assert list(ink(f"{name} 100 %, {name} 3")[:wide]) == list(ink(name)[:wide])


def test_isolates_take_no_room_and_draw_nothing():
    assert width(short("تساليت")) == len("تساليت")
    assert list(ink(short("تساليت"))) == list(ink("تساليت"))


def test_names_written_from_left_to_right_stay_as_they_are():
    assert [short(name) for name in ("gao", "véhicule 北", "(1)")] == ["gao", "véhicule 北", "(1)"]


def test_each_line_of_a_broken_name_is_isolated():
    lines = wrap(f"of {short('انسحاب المعسكر الشمالي')} and more", 12)
    assert lines == ["of \u2068انسحاب\u2069", "\u2068المعسكر\u2069", "\u2068الشمالي\u2069 and", "more"]


def test_a_legend_label_of_two_parts_shows_a_dollar_as_it_is():
    assert in_legend(f"{short('$a')} {short('3 $')}") == r"\$a 3 \$"
