"""Takes docs/pictures/page.png, which the README opens with: the first screen of the page of `tessalit`.

`python scripts/page_picture.py` runs the scenario, writes the page and has Chromium draw it: a minute on two cores.
Look at the picture before it is committed.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from sim.api import run
from sim.page.report import Wishes, write_report

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "pictures" / "page.png"
SCENARIO = ROOT / "scenarios" / "tessalit.yaml"
WIDE, HIGH = 1000, 1180


def main() -> None:
    """Makes the results, the page and the picture."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is missing; as root on Debian, scripts/browser.sh installs it")
    with tempfile.TemporaryDirectory() as work, sync_playwright() as started:
        ran = Path(work) / "tessalit"
        run(SCENARIO, out=ran)
        page = write_report([ran], Path(work) / "page.html", Wishes("en"))
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        seen = browser.new_page(viewport={"width": WIDE, "height": HIGH}, locale="en-GB", timezone_id="UTC")
        seen.goto(page.as_uri())
        seen.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
