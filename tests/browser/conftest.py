"""Pages in a real browser. Tests that lack one are skipped and say so, or fail where DRAWDOWN_BROWSER=required."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser_kit import NAMES, ROOT, Looked, MakesPage, lacking

from sim.experiment.replaying import add_replays
from sim.page.report import Wishes, write_report


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """A running Chromium."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        lacking("Chromium is missing, so no page was looked at")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("playwright is missing, so no page was looked at")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def results(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Path]:
    """Returns the results of a scenario by its file, with so many replications and their replays; each is made once."""
    from sim.api import run

    made: dict[str, Path] = {}

    def of(file: str, replications: int) -> Path:
        if file not in made:
            made[file] = tmp_path_factory.mktemp("results") / Path(file).stem
            run(file, replications, workers=1, out=made[file])
            add_replays(made[file])
        return made[file]

    return of


@pytest.fixture(scope="package")
def page_of(chromium: Any, results: Callable[[str, int], Path], tmp_path_factory: pytest.TempPathFactory) -> MakesPage:
    """Returns the page of a scenario in a language; each is made once."""
    made: dict[tuple[str, str], Path] = {}
    scenarios = {"tessalit": 10, "minusma": 2}

    def of(scenario: str, language: str = "en") -> Path:
        key = scenario, language
        if key not in made:
            folder = results(str(ROOT / "scenarios" / f"{scenario}.yaml"), scenarios[scenario])
            file = tmp_path_factory.mktemp("page") / f"{scenario}-{language}.html"
            made[key] = write_report([folder], file, Wishes(language))
        return made[key]

    return of


@pytest.fixture
def look(chromium: Any) -> Iterator[Callable[..., Looked]]:
    """Opens pages, and closes them after the test."""
    opened: list[Looked] = []

    def at(file: Path, wide: int = 1440, **context: Any) -> Looked:
        opened.append(Looked(chromium, file, wide, **context))
        return opened[-1]

    yield at
    for one in opened:
        one.context.close()
