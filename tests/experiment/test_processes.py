import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CAMP = ROOT / "tests" / "verification" / "oracles" / "one-truck-30-h.yaml"
COMMAND = "import sys; sys.path.pop(0); from sim.cli import main; main()"  # as the installed program: not the folder


def run(folder, **more):
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)} | more
    words = ["run", str(CAMP), "-n", "30", "-j", "2", "--no-plots", "--quiet", "--out", "r"]
    command = [sys.executable, "-c", COMMAND, *words]
    return subprocess.run(command, check=False, cwd=folder, env=env, capture_output=True, text=True)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    assert run(folder).returncode == 0
    return (folder / "r" / "replications.csv").read_bytes()


def test_no_process_takes_a_module_from_the_folder_in_which_a_command_is_given(tmp_path, whole):
    for name in ("numpy", "scipy", "sim", "simpy"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w')")
    said = run(tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
    assert not (tmp_path / "run").exists()
    assert (tmp_path / "r" / "replications.csv").read_bytes() == whole


def test_where_no_server_can_be_used_processes_are_started_one_by_one(tmp_path, whole):
    long = tmp_path / ("x" * 120)  # a socket has no name as long as this
    long.mkdir()
    said = run(tmp_path, TMPDIR=str(long))
    assert (said.returncode, said.stderr) == (0, "")
    assert (tmp_path / "r" / "replications.csv").read_bytes() == whole
