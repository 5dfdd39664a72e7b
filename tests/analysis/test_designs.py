import sys

import numpy as np
import pytest

from sim.analysis.designs import Grid, LatinHypercube, Morris, OneAtATime, Sobol
from sim.errors import InputError


def test_a_grid_beyond_all_memory_is_walked_by_number():
    grid = Grid([1000] * 10)
    assert grid.size == 10**30
    assert grid.point(0) == (0,) * 10
    assert grid.point(10**30 - 1) == (999,) * 10
    assert grid.point(123_456_789) == (0, 0, 0, 0, 0, 0, 0, 123, 456, 789)


def test_every_combination_of_a_grid_comes_once():
    grid = Grid([2, 3, 2])
    every = [(a, b, c) for a in (0, 1) for b in (0, 1, 2) for c in (0, 1)]
    assert [grid.point(at) for at in range(grid.size)] == every


def test_one_at_a_time_changes_one_factor_from_the_base():
    design = OneAtATime([3, 2], [1, 0])
    assert [design.point(at) for at in range(design.size)] == [(1, 0), (0, 0), (2, 0), (1, 1)]


def test_each_part_of_each_factor_is_hit_once():
    points = LatinHypercube(["a", "b"], 40, 1).coordinates
    assert points.shape == (40, 2)
    for column in points.T:
        assert sorted((column * 40).astype(int)) == list(range(40))


def test_a_factors_column_does_not_hang_on_the_others():
    one = LatinHypercube(["a", "b"], 16, 1).coordinates
    two = LatinHypercube(["z", "b", "a"], 16, 1).coordinates
    assert (one[:, 0] == two[:, 2]).all()
    assert (one[:, 1] == two[:, 1]).all()
    assert not (one == LatinHypercube(["a", "b"], 16, 2).coordinates).any()


@pytest.mark.parametrize("make", [lambda seed: Sobol(["a", "b"], 8, seed), lambda seed: Morris(["a", "b"], 4, 4, seed)])
def test_a_sampled_design_is_its_seed_and_leaves_the_draws_of_others_alone(make):
    np.random.seed(5)  # noqa: NPY002 - the luck of others
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - as above
    design = make(1)
    assert (design.coordinates == make(1).coordinates).all()
    assert (design.coordinates != make(2).coordinates).any()
    assert len(design.coordinates) == design.size
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002 - as above


def test_a_sobol_design_has_a_base_that_is_a_power_of_two():
    with pytest.raises(InputError, match="power of two"):
        Sobol(["a"], 100, 1)
    assert Sobol(["a", "b", "c"], 64, 1).size == 320


def test_without_salib_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    with pytest.raises(InputError, match=r"needs SALib: pip install 'drawdown\[sweep\]'"):
        _ = Sobol(["a"], 8, 1).coordinates
