"""What tests of pages in a browser share: a page that was opened, and what they do without a browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from sim.page.words import LANGUAGES, Words

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
REQUIRED = os.environ.get("DRAWDOWN_BROWSER") == "required"

MakesPage = Callable[..., Path]


def lacking(what: str) -> NoReturn:
    """Skips a test that lacks something, or fails it where browsers are required."""
    said = f"{what}; `make browser` installs it and runs the pages in a browser"
    if REQUIRED:
        pytest.fail(said)
    pytest.skip(said)


def languages() -> list[str]:
    """The languages whose catalogues are there."""
    found = []
    for language in LANGUAGES:
        try:
            Words(language)
        except FileNotFoundError:
            continue
        found.append(language)
    return found


class Looked:
    """A page that was opened: what it asked for beyond itself, and what its console said."""

    def __init__(self, chromium: Any, file: Path, wide: int = 1440, **context: Any) -> None:
        self.context = chromium.new_context(
            viewport={"width": wide, "height": 900}, offline=True, locale="en-GB", timezone_id="UTC", **context
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(file.as_uri())
        self.asked.remove(file.as_uri())

    def replay(self) -> Any:
        """The slider of the replay, once it shows a day."""
        self.page.wait_for_selector("#replay-day[aria-valuetext]")
        return self.page.locator("#replay-day")
