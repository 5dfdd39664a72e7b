"""Makes extension modules of named modules, beside them; the build of a compiled wheel runs this in a copy.

    python extensions.py sim/world/site.py ...

Needs mypyc (part of mypy), setuptools and a C compiler. The types are those that `make types` checks.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mypyc.build import mypycify
from setuptools import setup


def main(files: list[str]) -> None:
    """Compiles them into one library that all of them share."""
    modules = mypycify(files, opt_level="2")
    Path("pyproject.toml").unlink()  # it is read for the types; its build is that of the wheel, not of these modules
    setup(name="drawdown", packages=[], ext_modules=modules, script_args=["build_ext", "--inplace"])


if __name__ == "__main__":
    main(sys.argv[1:])
