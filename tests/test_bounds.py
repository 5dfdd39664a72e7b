"""The bounds of pyproject.toml: what can be said of them without an index of packages."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
import bounds

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13")
PINNED = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line)


def applying(requirements: list[str], python: str) -> list[Requirement]:
    found = [Requirement(line) for line in requirements]
    return [one for one in found if one.marker is None or one.marker.evaluate({"python_version": python})]


def test_the_lowest_version_is_the_bound_under_its_own_marker():
    asked = ["numpy>=2.0,<3; python_version < '3.13'", "distributed>=2024.8", "ruamel.yaml>=0.18,<0.20"]
    pins = ["numpy==2.0; python_version < '3.13'", "distributed==2024.8", "ruamel.yaml==0.18"]
    assert bounds.lowest(asked) == pins


@pytest.mark.parametrize("line", ["numpy", "numpy<3", "numpy==2.0", "numpy~=2.0", "numpy>=2.0,!=2.1"])
def test_a_requirement_without_a_plain_lower_bound_is_refused(line):
    with pytest.raises(ValueError, match="no lower bound"):
        bounds.lowest([line])


def test_the_tests_ask_for_every_package_that_the_program_can_use():
    extras = PROJECT["optional-dependencies"]
    optional = [each for name in ("parquet", "sweep", "cluster", "backtest") for each in extras[name]]
    assert {*PROJECT["dependencies"], *optional} <= set(bounds.requirements())


@pytest.mark.parametrize("python", PYTHONS)
def test_every_version_of_python_has_one_bound_a_package(python):
    pins = [canonicalize_name(one.name) for one in applying(bounds.lowest(bounds.requirements()), python)]
    assert len(pins) == len(set(pins)) == len({Requirement(line).name for line in bounds.requirements()})


def test_the_pinned_versions_lie_within_the_bounds():
    pinned = {canonicalize_name(name): version for name, version in PINNED.items()}
    asked = applying(bounds.requirements(), "3.11")
    assert [str(one) for one in asked if pinned[canonicalize_name(one.name)] not in one.specifier] == []


def test_every_version_of_python_that_is_promised_is_tried():
    reported = [line.rsplit(" ", 1)[1] for line in PROJECT["classifiers"] if ":: Python :: 3." in line]
    tried = (ROOT / ".github" / "workflows" / "bounds.yml").read_text(encoding="utf-8")
    assert reported == list(PYTHONS)
    assert f"python: {json.dumps(PYTHONS)}" in tried
