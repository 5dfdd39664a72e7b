from itertools import combinations, pairwise

import pytest
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from sim.errors import ResultsError
from sim.figures.style import FATE_LOOKS, FATES, STATE_LOOKS, Heading, lay_out, sheet


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_there_is_a_look_for_each_of_the_eight_fates():
    assert (
        *("extracted", "retained", "transferred", "destroyed"),
        *("disabled", "lost", "abandoned", "late"),
    ) == FATES


def test_any_two_fates_differ_in_colour_and_in_hatch():
    looks = FATE_LOOKS.values()
    assert all(a.colour != b.colour and a.hatch != b.hatch for a, b in combinations(looks, 2))


def test_hatches_stand_out_from_their_colour_in_grey_print():
    assert all(contrast(look.colour, look.lines) > 1.8 for look in FATE_LOOKS.values() if look.hatch)


def test_states_darken_in_the_order_in_which_a_lot_passes_them():
    shades = [luminance(look.colour) for look in STATE_LOOKS.values()]
    assert shades == sorted(shades, reverse=True)
    assert all(before - after > 0.05 for before, after in pairwise(shades))


def test_a_key_that_is_too_wide_gets_fewer_columns():
    keys = [(Line2D([], []), "a long label " * 4)] * 6
    wide, narrow = (sheet(2, Heading("title", "origin", keys, columns)) for columns in (6, 2))
    assert wide.get_figheight() == narrow.get_figheight()


def test_panels_lie_on_edges_that_do_not_depend_on_the_last_digits_of_a_solver():
    fig = sheet(2, Heading("title", "origin"))
    first, second = fig.subplots(1, 2)
    lay_out(fig)
    edges = [*first.get_position().bounds, *second.get_position().bounds]
    assert edges == [pytest.approx(round(edge, 5), abs=1e-15) for edge in edges]


def test_texts_that_leave_no_room_for_the_axes_are_an_error_and_not_a_picture_that_nobody_can_read():
    fig = sheet(1, Heading("title", "origin"))
    fig.subplots().set_ylabel("9" * 400, rotation=0)
    with pytest.raises(ResultsError, match="leave no room"):
        lay_out(fig)
