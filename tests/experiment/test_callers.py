"""Callers: threads, scripts, children of `multiprocessing`. The state of the calling process does not change."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from levers import LITTLE

ROOT = Path(__file__).resolve().parents[2]
MORE = "schema: 1\nname: More crews\nextends: little.yaml\nplaces: {camp: {crews: {count: 4}}}\n"
SWEEP = """
schema: 1
name: A sweep
scenario: little.yaml
replications: 20
factors: {crews: {path: places.camp.crews.count, levels: [1, 3]}}
"""
STATE = '''
import os, random, signal, sys, warnings
import numpy as np

def state():
    """All that a library could change of the process that calls it."""
    return {
        "streams": [os.readlink(f"/proc/self/fd/{n}") for n in (0, 1, 2)] + [sys.stdout, sys.stderr],
        "main": sys.modules["__main__"],
        "environment": dict(os.environ),
        "signals": [signal.getsignal(n) for n in signal.valid_signals()],
        "mask": signal.pthread_sigmask(signal.SIG_BLOCK, []),
        "warnings": list(warnings.filters),
        "folder": os.getcwd(),
        "path": list(sys.path),
        "arithmetic": np.geterr(),
        "dice": (random.getstate(), repr(np.random.get_state())),
    }
'''


@pytest.fixture
def here(tmp_path):
    """A folder with two scenarios and a sweep."""
    for name, text in {"little.yaml": LITTLE, "more.yaml": MORE, "sweep.yaml": SWEEP}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def script(folder, text):
    """Runs a script of a user; what it said. One that begets processes without end is given up."""
    (folder / "script.py").write_text(text)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [sys.executable, "script.py"],
        check=False,
        cwd=folder,
        env=env | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_threads_run_what_each_would_run_alone_and_leave_the_process_as_it_was(here):
    said = script(here, STATE + '''
import threading, sim
from pathlib import Path

sim.run("little.yaml", 1, workers=1)  # what libraries do to the process when they are loaded is theirs

WANTED = {"a": ("little.yaml", 1), "b": ("more.yaml", 2), "c": ("little.yaml", 2), "d": ("more.yaml", 1)}

def run(name, folder):
    file, workers = WANTED[name]
    sim.run(file, 6, seed=len(name), workers=workers, out=f"{folder}/{name}")

def sweep(folder):
    sim.sweep("sweep.yaml", workers=2, out=f"{folder}/sweep")
    sim.compare(["little.yaml", "more.yaml"], 6, workers=2, out=f"{folder}/compare")

def tables(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*.csv")}

before = state()
threads = [threading.Thread(target=run, args=(name, "together")) for name in WANTED]
threads.append(threading.Thread(target=sweep, args=("together",)))
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("changed:", [name for name, value in state().items() if value != before[name]], flush=True)
for name in WANTED:
    run(name, "alone")
sweep("alone")
print("the same:", tables("together") == tables("alone"), len(tables("alone")) > 20)
''')  # fmt: skip
    assert (said.stdout, said.stderr) == ("changed: []\nthe same: True True\n", "")


def test_not_for_an_instant_has_the_process_another_main_module_environment_or_standard_output(here):
    """What is started asks the process itself, at the moment at which it is started."""
    said = script(here, '''
import os, sys, sim
main, environment, out = sys.modules["__main__"], dict(os.environ), os.fstat(1)
seen = []

def look(event, arguments):
    if event in ("subprocess.Popen", "os.posix_spawn", "os.fork") or event.startswith("socket."):
        seen.append((sys.modules["__main__"] is main, dict(os.environ) == environment, os.fstat(1) == out))

sys.addaudithook(look)
sim.run("little.yaml", 6, workers=2)
print(len(seen) > 0, set(seen))
''')  # fmt: skip
    assert (said.stdout, said.stderr) == ("True {(True, True, True)}\n", "")


def test_a_script_that_calls_outside_of_a_guard_runs_once(here):
    said = script(here, '''
import sim
print("begun", flush=True)
print(len(sim.run("little.yaml", 6, workers=2).replications))
''')  # fmt: skip
    assert (said.returncode, said.stdout, said.stderr) == (0, "begun\n6\n", "")


@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_a_pool_of_multiprocessing_may_call_and_each_of_its_processes_has_workers(here, how):
    said = script(here, f'''
import multiprocessing, sim

def play(seed):
    return sim.run("little.yaml", 6, seed, workers=2).replications["extracted_share"].tolist()

if __name__ == "__main__":
    with multiprocessing.get_context("{how}").Pool(1) as pool:
        print(pool.map(play, [1]) == [play(1)])
''')  # fmt: skip
    assert (said.returncode, said.stdout, said.stderr) == (0, "True\n", "")


def test_what_is_forked_off_a_process_with_workers_has_its_own_and_the_process_keeps_its_own(here):
    said = script(here, '''
import os, sim

def run():
    return sim.run("little.yaml", 6, workers=2).replications["extracted_share"].tolist()

first = run()
child = os.fork()
if not child:
    os._exit(0 if run() == first else 1)
print(os.waitpid(child, 0)[1], run() == first)
''')  # fmt: skip
    assert (said.returncode, said.stdout, said.stderr) == (0, "0 True\n", "")


def test_nothing_that_is_started_holds_a_pipe_of_the_caller_open(here):
    """Otherwise a reader would wait for its end as long as the caller lives."""
    said = script(here, '''
import os, sim
read, write = os.pipe()
os.set_inheritable(write, True)
sim.run("little.yaml", 6, workers=2)
os.close(write)
print(os.read(read, 1))
''')  # fmt: skip
    assert (said.stdout, said.stderr) == ("b''\n", "")


def test_a_caller_that_dies_of_broken_pipes_and_gives_its_sockets_a_timeout_is_served_as_any_other(here):
    said = script(here, '''
import os, signal, socket, sim
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
socket.setdefaulttimeout(1e-6)
print(len(sim.run("little.yaml", 40, workers=2).replications))
''')  # fmt: skip
    assert (said.returncode, said.stdout, said.stderr) == (0, "40\n", "")


def test_a_model_that_other_processes_cannot_import_is_refused_in_a_sentence(here):
    said = script(here, '''
import sim
from sim.errors import InputError
from sim.experiment.planning import model_of
from dataclasses import replace

class Mine:
    def __init__(self, *arguments): pass

def lambdas(*given): return replace(model_of(*given), make=lambda *_: None)
def classes(*given): return replace(model_of(*given), make=Mine)

for on in (lambdas, classes):
    try:
        sim.run("little.yaml", 6, workers=2, on=on)
    except InputError as error:
        print(error)
''')  # fmt: skip
    assert said.stderr == ""
    begins, ends = "on: other processes can't run it: ", "a module that can be imported, or workers=1"
    assert [line.startswith(begins) and line.endswith(ends) for line in said.stdout.splitlines()] == [True, True]


def test_where_no_process_can_be_started_the_calling_one_runs_and_says_why(here):
    said = script(here, '''
import sys, warnings, sim
alone = sim.run("little.yaml", 6, workers=1).replications
sys.executable = "/there/is/no/python"
with warnings.catch_warnings(record=True) as reported:
    print(sim.run("little.yaml", 6, workers=2).replications.equals(alone))
print(*(one.message for one in reported), sep="\\n")
''')  # fmt: skip
    note = "no worker process can be started (No such file or directory); this process runs all replications"
    assert (said.returncode, said.stdout, said.stderr) == (0, f"True\n{note}\n", "")
