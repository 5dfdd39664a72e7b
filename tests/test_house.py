"""What keeps the house in order: short files, one version, and pages that speak of the project alone."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_LINES = 450  # a smell and no law; ruff holds each function to a complexity of 10
PARTS = ("*", ".ci/*", ".github/**/*", "docs/**/*", "scenarios/**/*", "scripts/*", "sim/**/*", "tests/**/*.py",
         "web/*", "web/src/*")  # fmt: skip
PAGES = [
    path
    for pattern in PARTS
    for path in sorted(ROOT.glob(pattern))
    if path.is_file() and path.suffix in ("", ".py", ".md", ".yaml", ".yml", ".toml", ".cff", ".txt", ".ts", ".json")
    and path.name not in ("LICENSE", ".git", Path(__file__).name)
]  # fmt: skip
UNWANTED = {
    "a note to ourselves": r"\b(TODO|FIXME|XXX)\b",
    "a number of an issue": r"(?i)\b(issue|ticket|pull request|PR) ?#?\d+\b",
    "a path of one machine": r"(?<![\w.])/(home|root|work|Users|tmp)/\w",
    "an index of packages": r"(?i)\b(pypi\.org|pythonhosted|--index-url|index-url)",
    "a word of how it was made": r"(?i)\b(sessions?|trackers?|co-authored-by)\b",
}


def test_there_are_pages_to_look_at() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in PAGES}
    assert {"README.md", "Makefile", "pyproject.toml", ".ci/run", "docs/model.md", "scenarios/tessalit.yaml"} <= names


@pytest.mark.parametrize("what", UNWANTED)
def test_no_page_holds(what: str) -> None:
    pattern = re.compile(UNWANTED[what])
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match.group()}"
        for path in PAGES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := pattern.search(line))
    ]
    assert found == []


def test_a_long_file_is_named_by_a_decision() -> None:
    decisions = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "decisions").glob("*.md"))
    long = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "sim").rglob("*.py"))
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    ]
    assert [name for name in long if f"`{name}`" not in decisions] == []


def test_all_that_names_a_version_names_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    changed = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited
    assert changed
    assert [cited[1], changed[1], version("drawdown")] == [project["version"]] * 3


def test_the_licence_is_the_one_that_is_named() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    reported = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license"]
    assert (reported, "license: Apache-2.0" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")) == (
        "Apache-2.0",
        True,
    )


def test_constraints_hold_names_and_versions_only_and_every_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert [line for line in pinned if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.+]*", line)] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(each for name, extra in extras.items() if name != "rivals" for each in extra)]
    names = {plain(line.split("==")[0]) for line in pinned} | {project["name"]}  # an extra may name others
    assert {plain(re.split(r"[<>=\[]", each)[0]) for each in wanted} - names == set()


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "results" / "README.md"]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            made_later = "results/reference/" in target  # by make reference
            if "://" not in target and not made_later and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []
