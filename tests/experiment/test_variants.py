"""Sides that are changes of one scenario: how their texts are read."""

import pytest

from sim.errors import InputError
from sim.experiment.variants import split_changes, variants_of


def test_commas_between_changes_split_and_those_within_values_do_not():
    assert split_changes("a.b=1, c.d=[2, 3],e={x: 1, y: 2}") == ("a.b=1", "c.d=[2, 3]", "e={x: 1, y: 2}")
    assert split_changes('"St. Louis, north".crews=4, b="x, y"') == ('"St. Louis, north".crews=4', 'b="x, y"')


def test_each_with_is_a_side_named_by_its_changes_and_a_set_has_a_name_of_its_own():
    found = variants_of(["a=1", "a=2, b=3"], ["more lift: a=4, b=5"])
    assert [(one.name, one.sets) for one in found] == [
        ("a=1", ("a=1",)), ("a=2, b=3", ("a=2", "b=3")), ("more lift", ("a=4", "b=5")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("single", "named", "said"),
    [
        (["5"], [], "--with: this should be changes; got 5"),
        ([""], [], "--with: this should be changes"),
        (["a=1, 5"], [], "--with: this should be changes; got a=1, 5"),
        ([], ["a=1"], "--with-set: this set has no name; got a=1"),
        ([], [": a=1"], "--with-set: this set has no name"),
        ([], ["lift: 5"], "--with-set: this should be changes; got lift: 5"),
    ],
)
def test_what_is_no_change_is_refused_in_a_sentence(single, named, said):
    with pytest.raises(InputError) as error:
        variants_of(single, named)
    assert str(error.value).startswith(said)
