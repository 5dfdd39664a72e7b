"""What a wheel holds in addition to the package: files that commands find by name, and compiled modules if asked for.

The build calls this; `sim/scenario/shipped.py` finds the files. An editable installation uses those of the checkout.
With `DRAWDOWN_COMPILE=1` in the environment, the world and the ledger are compiled too, for this Python and machine.
The same numbers come out in less time: docs/decisions/0027.
"""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404  # one fixed command, without a shell
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = {
    "scenarios": "sim/shipped/scenarios",
    "tests/verification/oracles": "sim/shipped/oracles",
    "results/reference/sweep/gated": "sim/shipped/baselines/gated",
}
"""Folder of the checkout -> folder of the wheel."""
COMPILED = ("sim/world/*.py", "sim/ledger/*.py", "sim/scenario/openings.py")
"""Modules in which a replication spends its time."""
INTERPRETED = ("__init__.py", "memory.py", "stock.py")
"""Those that stay as they are: packages, a class that extends `dict`, one that takes over another's attributes."""
COMPILER = ["mypy>=2.4,<3", "setuptools>=65.5,<90"]
"""What compiling needs beside the requirements of the package, with which types are checked."""


class ShippedFiles(BuildHookInterface):
    """Adds them to the wheel."""

    _work: TemporaryDirectory[str] | None = None

    def dependencies(self) -> list[str]:
        """What the build has to install first."""
        return [*COMPILER, *self.metadata.core.dependencies] if _compiles() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before a wheel is made; `version` is the kind of wheel."""
        if version == "editable":
            return
        build_data["force_include"] |= SHIPPED
        if _compiles():
            self._work = TemporaryDirectory()
            build_data["force_include"] |= compiled(Path(self.root), Path(self._work.name))
            build_data["pure_python"], build_data["infer_tag"] = False, True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """After it."""
        if self._work is not None:
            self._work.cleanup()


def _compiles() -> bool:
    return os.environ.get("DRAWDOWN_COMPILE") == "1"


def compiled(root: Path, work: Path) -> dict[str, str]:
    """Compiles a copy of the package in an empty folder; returns extension module -> its place in the wheel."""
    shutil.copytree(root / "sim", work / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "scripts" / "extensions.py", work)
    files = sorted(path for pattern in COMPILED for path in work.glob(pattern) if path.name not in INTERPRETED)
    names = [path.relative_to(work).as_posix() for path in files]
    command = [sys.executable, "extensions.py", *names]
    made = subprocess.run(  # nosec B603  # names of files of this checkout
        command, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if made.returncode:
        raise RuntimeError(f"the modules could not be compiled:\n{made.stdout[-4000:]}")
    return {str(path): path.relative_to(work).as_posix() for kind in ("so", "pyd") for path in work.rglob(f"*.{kind}")
            if "build" not in path.relative_to(work).parts}  # fmt: skip
