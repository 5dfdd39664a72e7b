"""Drawdown: the open simulation of a phased peacekeeping withdrawal.

>>> from sim import load, run
>>> result = run(load("scenarios/tessalit.yaml"), replications=200, seed=1)
>>> result.summary
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from sim.api import (
        Backtest,
        Checked,
        Comparison,
        Replication,
        Result,
        Selection,
        Solution,
        Sweep,
        Why,
        backtest,
        check,
        compare,
        load,
        read,
        run,
        select,
        solve,
        stream,
        sweep,
        trace,
        why,
    )
    from sim.errors import DrawdownError, InputError, ModelFault, Problem, ReplicationError, ResultsError

    __version__: str

__all__ = [
    "Backtest", "Checked", "Comparison", "DrawdownError", "InputError", "ModelFault", "Problem", "Replication",
    "ReplicationError", "Result", "ResultsError", "Selection", "Solution", "Sweep", "Why", "__version__", "backtest",
    "check", "compare", "load", "read", "run", "select", "solve", "stream", "sweep", "trace", "why",
]  # fmt: skip
_ERRORS = ("DrawdownError", "InputError", "ModelFault", "Problem", "ReplicationError", "ResultsError")


def __getattr__(name: str) -> Any:
    """Loads a public name on first use, so that the command line starts at once."""
    if name == "__version__":
        from sim.results.manifest import installed_version

        return installed_version()
    if name in _ERRORS:
        from sim import errors

        return getattr(errors, name)
    if name in __all__:
        from sim import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Lists the public names only."""
    return list(__all__)
