"""Solvers of the linear programme: HiGHS by interior point, of which only the multipliers of the rows are taken."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy.sparse import csc_array

from sim.bound.programme import Floats, Programme

_METHODS = ("hipo", "ipm")
"""Interior points of HiGHS, the faster first; earlier versions lack it."""
SECONDS = 60.0
"""A solve that takes longer is stopped; its multipliers still prove a bound."""


def solve(programme: Programme, seconds: float = SECONDS) -> float:
    """A number that the gain of no plan exceeds, near the greatest gain where the solver ends well.

    With the package highspy (extra `bound`); without it by SciPy, some four times slower.
    """
    if not programme.limits or not any(programme.gain):
        return float(np.asarray(programme.most) @ np.maximum(np.asarray(programme.gain), 0.0))
    matrix = programme.matrix()
    fast = find_spec("highspy") is not None
    multipliers = _by_highspy(programme, matrix, seconds) if fast else _by_scipy(programme, matrix, seconds)
    return min(programme.proven(multipliers, matrix), programme.proven(np.zeros(len(programme.limits)), matrix))


def _by_highspy(programme: Programme, matrix: csc_array, seconds: float) -> Floats:
    import highspy

    rows, columns = matrix.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_ = -np.asarray(programme.gain)
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.asarray(programme.most)
    model.row_lower_, model.row_upper_ = np.full(rows, -highspy.kHighsInf), np.asarray(programme.limits)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    highs = highspy.Highs.__mro__[1]()  # the bindings themselves: to make the class above them prints a banner
    for name, value in (("output_flag", False), ("run_crossover", "off"), ("threads", 1), ("time_limit", seconds)):
        highs.setOptionValue(name, value)
    for method in _METHODS:
        if highs.setOptionValue("solver", method) != highspy.HighsStatus.kOk:
            continue  # of a later version
        highs.passModel(model)
        highs.run()
        found = np.asarray(highs.getSolution().row_dual, dtype=float)
        if len(found) == rows:
            return -found
    return np.zeros(rows)


def _by_scipy(programme: Programme, matrix: csc_array, seconds: float) -> Floats:
    from scipy import optimize

    linprog: Any = optimize.linprog  # its stubs know no sparse matrix
    limits = np.column_stack((np.zeros(len(programme.most)), np.asarray(programme.most)))
    found = linprog(
        -np.asarray(programme.gain), A_ub=matrix, b_ub=np.asarray(programme.limits), bounds=limits,
        method="highs-ipm", options={"time_limit": seconds},
    )  # fmt: skip
    marginals = getattr(getattr(found, "ineqlin", None), "marginals", None)
    return np.zeros(len(programme.limits)) if marginals is None else -np.asarray(marginals, dtype=float)
