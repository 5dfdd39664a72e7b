"""Real processes of the command, each in a folder of its own, and what they leave behind.

With SURVIVE=long in the environment the tests here try much more; SURVIVE_SEED says which moments are tried.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from levers import LITTLE

ROOT = Path(__file__).resolve().parents[2]
STAGED = ROOT / "tests" / "standin" / "staged.py"
LONG = os.environ.get("SURVIVE") == "long"
SEED = os.environ.get("SURVIVE_SEED", "1")
PATIENCE_S = 120
"""Only what hangs takes so long."""

MORE = "schema: 1\nname: More crews\nextends: little.yaml\nplaces: {camp: {crews: {count: 4}}}\n"
SWEEP = """
schema: 1
name: A sweep
scenario: little.yaml
replications: 20
factors:
  crews: {path: places.camp.crews.count, levels: [1, 3]}
  trucks: {path: lift.trucks.pool.count, levels: [2, 4]}
"""
FILES = {"little.yaml": LITTLE, "more.yaml": MORE, "sweep.yaml": SWEEP}
COMMANDS = {
    "run": ("run", "little.yaml", "-n", "50"),
    "compare": ("compare", "little.yaml", "more.yaml", "-n", "20"),
    "sweep": ("sweep", "sweep.yaml"),
}
_ALIKE = ("--no-plots", "--quiet", "--out", "r")


def set_the_table(folder):
    """Puts the input files into a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def words(arguments, workers=1, python=()):
    """The command line of the real program."""
    return [sys.executable, *python, "-m", "sim", *arguments, *_ALIKE, "-j", str(workers)]


def staged(trouble, arguments, workers=1):
    """The command line of the program with the stand-in on the stage."""
    return [sys.executable, str(STAGED), json.dumps(trouble), *arguments, *_ALIKE, "-j", str(workers)]


def surroundings(**more):
    """The environment of a command: no files of compiled Python, so that calls of the disk are always the same."""
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"} | more


def start(folder, command, env=None, **options):
    """A process of its own group in a folder."""
    reported = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    return subprocess.Popen(command, cwd=folder, env=env or surroundings(), start_new_session=True, **reported)


def finish(process):
    """Waits for a process; gives it with what it said."""
    said, complaint = process.communicate(timeout=PATIENCE_S)
    return subprocess.CompletedProcess(process.args, process.returncode, said, complaint)


def run(folder, command, env=None, **options):
    """Starts and waits."""
    return finish(start(folder, command, env, **options))


def wait_until(holds, process=None):
    """Waits for a condition."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        assert process is None or process.poll() is None, "the process ended before it came to that"
        time.sleep(0.01)


def left_in(folder):
    """All files of a folder but the input, by name; of a manifest and of what it counts, all but the clock."""
    return {
        path.relative_to(folder).as_posix(): _content(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() not in FILES
    }


def _content(path):
    if path.name != "manifest.json":
        return path.read_bytes()
    return json.dumps({key: said for key, said in json.loads(path.read_bytes()).items() if key != "clock"}).encode()


@dataclass(frozen=True)
class Unbroken:
    """What a command leaves that nothing disturbs, and how long it takes here."""

    left: dict[str, bytes]
    seconds: float

    @classmethod
    def of(cls, folder, command):
        """Runs it now."""
        set_the_table(folder)
        began = time.monotonic()
        said = run(folder, command)
        assert said.returncode == 0, said.stderr
        return cls(left_in(folder), time.monotonic() - began)


def sentence(said):
    """Holds what was said on standard error to be one sentence of the program's, and gives it."""
    assert "Traceback" not in said.stderr, said.stderr
    assert "fault in drawdown" not in said.stderr, said.stderr
    lines = said.stderr.strip().splitlines()  # after ^C the terminal is given a line of its own
    assert len(lines) == 1, said.stderr
    assert lines[0].startswith("drawdown: "), said.stderr
    return lines[0]


def keep(name, said):
    """Prints a line of what was tried, and in the long run keeps it in a file."""
    line = json.dumps(said)
    print(name, line)  # noqa: T201 - shown where the test fails
    if LONG:
        kept = ROOT / "build" / "survival"
        kept.mkdir(parents=True, exist_ok=True)
        with (kept / f"{name}-{SEED}.jsonl").open("a") as stream:
            stream.write(line + "\n")
