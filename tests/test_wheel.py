"""The wheel, installed in an environment of its own and used from a folder that holds nothing but traps.

The environment takes all other packages from the one that runs the tests; nothing is fetched.
"""

import ast
import json
import os
import runpy
import subprocess
import sys
import tarfile
import venv
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[1]
TRAP = "raise SystemExit('a file of the working folder was imported')\n"
BUILD = "import sys; from hatchling import build; build.{}(sys.argv[1])"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the environment's folders have other names"),
]


def called(*command, cwd):
    """What a command prints, in an environment without settings of Python; it must succeed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    said = subprocess.run(
        [str(one) for one in command], cwd=cwd, env=clean, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, f"{command}: {said.stderr}"
    return said.stdout


def built(what, folder):
    """What the build backend makes of the checkout."""
    called(sys.executable, "-c", BUILD.format(f"build_{what}"), folder, cwd=ROOT)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """The `drawdown` of an environment in which the wheel is installed."""
    top = tmp_path_factory.mktemp("wheel")
    (top / "built").mkdir()
    wheel = built("wheel", top / "built")
    venv.create(top / "env", with_pip=False, symlinks=True)
    (packages,) = (top / "env").glob("lib/python*/site-packages")
    others = [place for place in sys.path if place.endswith("-packages")]
    (packages / "others.pth").write_text("\n".join(others) + "\n")
    called(sys.executable, "-m", "pip", "--python", top / "env" / "bin" / "python", "install", "--quiet", "--no-deps",
           "--no-index", "--disable-pip-version-check", wheel, cwd=top)  # fmt: skip
    return top / "env" / "bin" / "drawdown"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A working folder with files that no command may import."""
    made = tmp_path_factory.mktemp("work")
    for name in ("sim", "numpy", "yaml", "click", "pandas"):
        (made / f"{name}.py").write_text(TRAP)
    for name in ("sim", "simpy"):
        (made / name).mkdir()
        (made / name / "__init__.py").write_text(TRAP)
    return made


def test_the_installed_command_is_the_wheel_and_not_the_checkout(command, folder):
    python = command.with_name("python")
    where = called(python, "-P", "-c", "import sim.scenario.shipped as s; print(s.scenario_files())", cwd=folder)
    assert Path(where.strip()).is_relative_to(command.parents[1])


@pytest.mark.parametrize(("words", "shown"), [
    (["run", "tessalit", "-n", "4", "-j", "2", "--no-plots"], "Written: results/tessalit"),
    (["check", "tessalit", "gated"], "gated: OK; a sweep of 4 points"),
    (["sweep", "gated", "-j", "2", "--no-plots", "--baseline", "gated", "--tolerance", "extracted_share=0.5"],
     "within 0.5 of the baseline"),
    (["compare", "tessalit", "tessalit-roads-open", "-n", "4", "-j", "2", "--no-plots"], "Written: results/compare/"),
    (["backtest", "-n", "4", "-j", "2", "--no-fit"], "straight"),
    (["demo", "-j", "2"], "Start with results/tessalit/fates.png."),
])  # fmt: skip
def test_a_command_works_by_name_in_an_empty_folder(command, folder, words, shown):
    assert shown in called(command, *words, cwd=folder)


def test_no_manifest_names_a_folder_of_the_machine(command, folder):
    called(command, "run", "tessalit", "-n", "2", "-j", "2", "--no-plots", "--out", "results/two", cwd=folder)
    manifests = sorted((folder / "results").rglob("manifest.json"))
    assert manifests
    named = [file for file in manifests if str(command.parents[2]) in file.read_text(encoding="utf-8")]
    assert named == []


def test_the_wheel_lists_what_the_checkout_has(command, folder):
    rows = json.loads(called(command, "list", "--json", cwd=folder))["scenarios"]
    files = [file for part in ("", "examples", "sweeps") for file in (ROOT / "scenarios" / part).glob("*.yaml")]
    assert sorted(row["path"] for row in rows) == sorted(file.stem for file in files)
    assert {(row["shipped"], row["problems"]) for row in rows} == {(True, 0)}


def test_verify_finds_every_oracle(command, folder):
    count = "from sim.experiment.verification import oracles_in; print(len(oracles_in(())))"
    found = called(command.with_name("python"), "-P", "-c", count, cwd=folder)
    assert int(found) == len(list((ROOT / "tests" / "verification" / "oracles").glob("*.yaml")))


@pytest.mark.parametrize(("kind", "copied"), [("standard", True), ("editable", False)])
def test_an_editable_installation_copies_no_file_of_the_checkout(kind, copied):
    hook = runpy.run_path(str(ROOT / "scripts" / "wheel.py"))["ShippedFiles"]
    data = {"force_include": {}}
    hook(str(ROOT), {}, None, None, "", "wheel").initialize(kind, data)
    assert bool(data["force_include"]) is copied


def test_only_a_wheel_that_is_to_be_compiled_needs_a_compiler(monkeypatch):
    metadata = SimpleNamespace(core=SimpleNamespace(dependencies=["simpy>=4.1,<5"]))
    hook = runpy.run_path(str(ROOT / "scripts" / "wheel.py"))["ShippedFiles"]
    made = hook(str(ROOT), {}, None, metadata, "", "wheel")
    monkeypatch.delenv("DRAWDOWN_COMPILE", raising=False)
    assert made.dependencies() == []
    monkeypatch.setenv("DRAWDOWN_COMPILE", "1")
    assert {"mypy", "setuptools", "simpy"} == {each.split(">=")[0] for each in made.dependencies()}


def test_modules_that_can_be_compiled_extend_no_built_in_type_and_keep_no_attributes_of_others():
    """What mypyc refuses, or worse, takes and gets wrong: a cached property is reckoned again each time."""
    script = runpy.run_path(str(ROOT / "scripts" / "wheel.py"))
    files = [path for pattern in script["COMPILED"] for path in ROOT.glob(pattern)]
    odd = {path.name for path in files if refused(ast.parse(path.read_text(encoding="utf-8")))}
    assert odd | {"__init__.py"} == set(script["INTERPRETED"])


def refused(module):
    """Names of what can't be compiled."""
    built_in = {"list", "dict", "set", "frozenset", "tuple", "str", "int", "bytes"}
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            found |= {ast.unparse(base).partition("[")[0] for base in node.bases} & built_in
        elif isinstance(node, ast.Attribute | ast.Name):
            found |= {node.attr if isinstance(node, ast.Attribute) else node.id} & {"__dict__", "cached_property"}
    return found


def test_the_source_distribution_has_tests_docs_and_what_the_wheel_carries(tmp_path):
    with tarfile.open(built("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = (
        "tests/test_wheel.py",
        "tests/data/whole-form.yaml",
        "docs/model.md",
        "scenarios/base/sahel.yaml",
        "results/reference/sweep/gated/manifest.json",
        "scripts/wheel.py",
        "Makefile",
        "constraints.txt",
    )
    assert [name for name in wanted if name not in names] == []
    assert not [name for name in names if name.startswith((".venv", "build/", "results/tessalit"))]
