"""What `import sim` gives: names, and nothing loaded before it is asked for."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).resolve().parents[2]


def test_dir_shows_what_is_public_and_no_more():
    assert dir(sim) == sorted(sim.__all__)
    assert {"run", "select", "trace", "check", "backtest", "stream", "InputError", "ResultsError"} <= set(dir(sim))


@pytest.mark.parametrize("name", sim.__all__)
def test_each_public_name_is_there_and_says_what_it_is(name):
    assert getattr(sim, name) is not None
    assert name == "__version__" or len(inspect.getdoc(getattr(sim, name))) > 30


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'rum'"):
        _ = sim.rum


@pytest.mark.parametrize("name", ["run", "compare", "sweep", "select", "backtest", "trace", "check", "load", "stream"])
def test_the_signature_of_a_call_is_its_own(name):
    assert next(iter(inspect.signature(getattr(sim, name)).parameters)) not in ("args", "self")


def test_importing_sim_loads_nothing_of_it_and_naming_a_call_loads_no_library():
    code = (
        "import sys; before = set(sys.modules); import sim; dir(sim)\n"
        "print(sorted(set(sys.modules) - before))\n"
        "sim.run, sim.stream, sim.InputError\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'matplotlib', 'pydantic', 'pint', 'simpy', 'ruamel', 'yaml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.splitlines() == ["['__future__', 'sim']", "[]"]
