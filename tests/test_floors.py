"""The picture of the floors: imports point down only, and each outside library stays where it belongs."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SIM = Path(__file__).parents[1] / "sim"
FLOORS = {
    "errors": 0, "sums": 0, "units": 0, "scenario": 1, "tape": 2, "ledger": 2, "world": 3, "replication": 4,
    "analysis": 5, "results": 5, "bound": 5, "experiment": 6, "figures": 7, "page": 7, "api": 8, "cli": 9,
    "__init__": 9, "__main__": 9,
}  # fmt: skip
LIBRARIES = {
    "click": {9}, "matplotlib": {7}, "multiprocessing": {6}, "concurrent": {6}, "distributed": {6}, "dask": {6},
    "pandas": {5, 7}, "duckdb": {5}, "scipy": {2, 5}, "numpy": {2, 3, 4, 5, 6, 7}, "simpy": {3},
    "ruamel": {1}, "yaml": {1}, "pydantic": {1}, "pydantic_core": {1}, "SALib": {5}, "scoringrules": {5},
    "highspy": {5}, "python_calamine": {1}, "jinja2": {7}, "markupsafe": {7},
}  # fmt: skip
FILES = sorted(SIM.rglob("*.py"))
PACKAGES = sorted({file.relative_to(SIM).parts[0] for file in FILES if file.parent != SIM})


def package_of(file: Path) -> str:
    return file.relative_to(SIM).parts[0].removesuffix(".py")


def for_types_only(tree: ast.Module) -> set[ast.AST]:
    """Nodes below `if TYPE_CHECKING:`, which load no library."""
    guards = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    return {below for guard in guards for below in ast.walk(guard)}


def imports(file: Path) -> Iterator[tuple[str, bool]]:
    """Full names that a file imports, at the top or inside functions, and whether for types only."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    unloaded = for_types_only(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in unloaded) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relative to itself"
            yield from ((f"{node.module}.{alias.name}", node in unloaded) for alias in node.names)


def own_packages(file: Path) -> set[str]:
    return {name.split(".")[1] for name, _ in imports(file) if name.startswith("sim.")} & set(FLOORS)


def test_every_package_has_its_floor() -> None:
    assert {package_of(file) for file in FILES} - set(FLOORS) == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SIM)))
def test_imports_point_down_only(file: Path) -> None:
    mine = package_of(file)
    others = own_packages(file) - {mine}
    assert {other for other in others if FLOORS[other] > FLOORS[mine]} == set()


def test_siblings_on_one_floor_form_no_circle() -> None:
    beside = {(package_of(file), other) for file in FILES for other in own_packages(file) - {package_of(file)}}
    level = {(one, other) for one, other in beside if FLOORS[one] == FLOORS[other]}
    assert {pair for pair in level if pair[::-1] in level} == set()


def module_of(file: Path) -> str:
    return ".".join(("sim", *file.relative_to(SIM).with_suffix("").parts)).removesuffix(".__init__")


MODULES = {module_of(file) for file in FILES}


def circle_in(files: list[Path]) -> list[str]:
    """Modules that import one another in a circle, be it for types only; empty where there is none."""
    graph = {
        module_of(file): {
            module for name, _ in imports(file) if (module := name if name in MODULES else name.rpartition(".")[0])
        }
        - {module_of(file)}
        for file in files
    }
    inside = {module: {other for other in others if other in graph} for module, others in graph.items()}
    try:
        TopologicalSorter(inside).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("package", PACKAGES)
def test_files_of_a_package_form_no_circle_types_included(package: str) -> None:
    found = circle_in([file for file in FILES if package_of(file) == package])
    assert not found, found


def test_the_world_lists_all_its_files_from_the_bottom_up() -> None:
    head = ast.get_docstring(ast.parse((SIM / "world" / "__init__.py").read_text(encoding="utf-8"))) or ""
    listed = re.findall(r"`([a-z]+)`", head.partition("Layers,")[2])
    files = {file.stem: file for file in FILES if package_of(file) == "world" and file.stem != "__init__"}
    assert sorted(listed) == sorted(files)
    for at, name in enumerate(listed):
        mine = {module.split(".")[2] for module, _ in imports(files[name]) if module.startswith("sim.world.")}
        assert mine <= set(listed[:at]), name


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SIM)))
def test_each_library_stays_on_its_floors(file: Path) -> None:
    floor = FLOORS[package_of(file)]
    loaded = {name.split(".")[0] for name, types_only in imports(file) if not types_only}
    assert {name for name in loaded & set(LIBRARIES) if floor not in LIBRARIES[name]} == set()


def test_no_library_is_used_that_the_picture_does_not_name() -> None:
    used = {name.split(".")[0] for file in FILES for name, _ in imports(file)}
    assert used - set(sys.stdlib_module_names) - {"sim"} <= set(LIBRARIES)


def test_the_tape_takes_of_scipy_the_special_functions_alone() -> None:
    names = {name for file in FILES if package_of(file) == "tape" for name, _ in imports(file)}
    assert {name for name in names if name.startswith("scipy")} == {"scipy.special"}


def test_only_the_command_line_prints() -> None:
    printing = set()
    for file in FILES:
        calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        if {"print", "sys.stdout.write", "click.echo"} & {ast.unparse(call.func) for call in calls}:
            printing.add(file.relative_to(SIM).as_posix())
    # the page about scenario files is written by `python -m sim.scenario.reference`
    assert {name for name in printing if not name.startswith("cli/")} == {"scenario/reference.py"}
