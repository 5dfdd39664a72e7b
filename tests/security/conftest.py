import shutil
import sys
from pathlib import Path

import pytest

# worker processes inherit the path and must find the stand-in by its name
sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent / "standin")]

from untrusted_kit import LITTLE, MORE, SWEEP, drawdown  # noqa: E402 - as above


@pytest.fixture(scope="package")
def _whole(tmp_path_factory):
    """Two runs, a comparison and a sweep, played once."""
    top = tmp_path_factory.mktemp("whole")
    for name, text in (("little", LITTLE), ("more", MORE), ("sweep", SWEEP)):
        (top / f"{name}.yaml").write_text(text)
    few = ("--no-plots", "-j", 1)
    with pytest.MonkeyPatch.context() as moved:
        moved.chdir(top)
        for name in ("little", "more"):
            assert drawdown("run", f"{name}.yaml", "-n", 3, "--out", f"results/{name}", *few).exit_code == 0
        both = ("results/little", "results/more", "--no-waterfall", "--out", "results/compare/two")
        assert drawdown("compare", *both, *few).exit_code == 0
        assert drawdown("sweep", "sweep.yaml", "--out", "results/sweep/sweep", *few).exit_code == 0
    return top


@pytest.fixture
def here(_whole, tmp_path, monkeypatch):
    """A folder of its own with scenarios and results, as the current one."""
    shutil.copytree(_whole, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
