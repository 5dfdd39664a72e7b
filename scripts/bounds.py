"""Tries the bounds of pyproject.toml: runs the tests with the lowest, or with the newest, versions that they allow.

    python scripts/bounds.py lowest                   # every test, with the lowest versions and this interpreter
    python scripts/bounds.py newest tests/cli -n 2    # the rest of the line goes to pytest

The environment is made anew in build/bounds, from wheels alone: where an interpreter has no wheel for a bound, the
bound is untrue there. The lowest versions are read from pyproject.toml, so no second list can contradict it.
"""

from __future__ import annotations

import re
import subprocess  # nosec B404  # fixed commands, without a shell
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "pyproject.toml"
FOLDER = ROOT / "build" / "bounds"
EXTRA = "test"
SETS = ("lowest", "newest")
_BOUNDED = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)>=(?P<least>\d[\w.]*)(?:,<\d[\w.]*)?(?P<marker>\s*;.+)?")


def lowest(requirements: Sequence[str]) -> list[str]:
    """Each requirement pinned to its lower bound, under its own marker. Raises `ValueError` where one has no bound."""
    pins = []
    for requirement in requirements:
        found = _BOUNDED.fullmatch(requirement)
        if found is None:
            raise ValueError(f"{requirement!r} has no lower bound: write NAME>=LEAST,<BELOW; MARKER")
        pins.append(f"{found['name']}=={found['least']}{found['marker'] or ''}")
    return pins


def requirements() -> list[str]:
    """What pyproject.toml asks for to run the tests, but for its references to its own extras."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    own = re.compile(rf"{re.escape(project['name'])}\[(.+)\]")
    found: list[str] = []
    left = [*project["dependencies"], *extras[EXTRA]]
    for requirement in left:
        inside = own.fullmatch(requirement)
        if inside is None:
            found.append(requirement)
        else:
            left.extend(each for extra in inside[1].split(",") for each in extras[extra])
    return sorted(set(found), key=str.lower)


def environment(which: str) -> Path:
    """Makes a fresh environment with this interpreter; its interpreter. Raises `CalledProcessError`."""
    folder = FOLDER / f"{which}-{sys.version_info.major}.{sys.version_info.minor}"
    pins = FOLDER / "lowest.txt"
    FOLDER.mkdir(parents=True, exist_ok=True)
    pins.write_text("\n".join(lowest(requirements())) + "\n", encoding="utf-8")
    _call(sys.executable, "-m", "venv", "--clear", str(folder))
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    constrained = ("-c", str(pins)) if which == "lowest" else ()
    _call(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:",
          *constrained, "--editable", f"{ROOT}[{EXTRA}]")  # fmt: skip
    return python


def _call(*command: str) -> None:
    subprocess.run(command, check=True, cwd=ROOT)  # nosec B603  # as above


def main(arguments: Sequence[str]) -> int:
    """Makes the environment, names its versions, runs the tests; the exit code of the step that failed, or 0."""
    if not arguments or arguments[0] not in SETS:
        sys.stderr.write(f"{__doc__}")
        return 2
    try:
        python = environment(arguments[0])
        _call(str(python), "-m", "pip", "freeze", "--disable-pip-version-check", "--exclude-editable")
        _call(str(python), "-m", "pytest", *arguments[1:])
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
