"""Makes extension modules of named modules, beside them; the build of a compiled wheel runs this in a copy.

    python extensions.py sim/world/site.py ...

Needs mypyc (part of mypy), setuptools and a C compiler.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mypyc.build import mypycify
from setuptools import setup

SETTINGS = """\
[mypy]
plugins = pydantic.mypy
follow_imports = silent
ignore_missing_imports = true
"""
"""Of the type checker. Types of all modules are checked by `make types`, which needs stubs that a build has not."""


def main(files: list[str]) -> None:
    """Compiles them into one library that all of them share."""
    Path("mypy.ini").write_text(SETTINGS, encoding="utf-8")
    modules = mypycify(["--config-file=mypy.ini", *files], opt_level="2")
    setup(name="drawdown", packages=[], ext_modules=modules, script_args=["build_ext", "--inplace"])


if __name__ == "__main__":
    main(sys.argv[1:])
