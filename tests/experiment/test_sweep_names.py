"""Names of factors go into headers beside columns that are there already: all of those are refused."""

from sim.experiment.sweep.factors import RESERVED
from sim.results import sampled, sweep_analysis, sweep_tables, swept


def test_every_column_of_figures_is_a_name_that_no_factor_may_have():
    columns = {*swept.FIGURES, *sweep_tables.ESTIMATES, *sweep_analysis.BANDS, *sweep_analysis.PARTS, *sampled.COLUMNS}
    assert columns - RESERVED == set()
