"""Names of factors become headers next to existing columns, so names of these are refused."""

from sim.experiment.sweep.factors import RESERVED
from sim.results import design_tables, sweep_folder


def test_every_column_of_figures_is_a_name_that_no_factor_may_have():
    tables = (design_tables.ESTIMATES, design_tables.BANDS, design_tables.PARTS, design_tables.SAMPLES)
    assert {*sweep_folder.FIGURES}.union(*tables) - RESERVED == set()
