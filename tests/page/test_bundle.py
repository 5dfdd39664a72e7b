"""The script of the replay: small, built from `web/` byte for byte, and free of addresses."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
BUNDLE = ROOT / "sim" / "page" / "static" / "replay.js"
MOST_BYTES = 40_000


def test_the_script_is_small() -> None:
    assert 5_000 < len(BUNDLE.read_bytes()) < MOST_BYTES


def test_the_script_reaches_for_nothing_outside_the_page() -> None:
    text = BUNDLE.read_text(encoding="utf-8")
    reaching = (
        r"https?:|fetch\(|XMLHttpRequest|WebSocket|importScripts|eval\(|new Function|innerHTML|insertAdjacentHTML"
    )
    assert re.findall(reaching, text) == []


def test_the_script_has_no_words_of_its_own() -> None:
    """Its texts are names of keys, events and styles; a sentence would have a blank between two words."""
    texts = re.findall(r'"((?:[^"\\]|\\.)*)"', BUNDLE.read_text(encoding="utf-8"))
    known = {"at until lift start end lots people", "at until kind which start end", "at of into lots",
             "at place more fewer", "use strict", "#map svg.map", "(prefers-reduced-motion: reduce)"}  # fmt: skip
    assert {text for text in texts if re.search(r"\w \w", text)} <= known


def test_the_lock_file_names_no_address_and_every_package_by_its_hash() -> None:
    text = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = {name: one for name, one in json.loads(text)["packages"].items() if name}
    assert len(packages) > 2
    assert [name for name, one in packages.items() if not one.get("integrity", "").startswith("sha512-")] == []
    assert all(one["dev"] for one in packages.values())


def test_a_build_from_the_sources_gives_the_same_bytes(tmp_path: Path) -> None:
    esbuild, node = WEB / "node_modules" / ".bin" / "esbuild", shutil.which("node")
    if node is None or not esbuild.exists():
        what = "node is missing" if node is None else "`npm ci` was not run in web/"
        if os.environ.get("DRAWDOWN_BROWSER") == "required":
            pytest.fail(f"{what}: make web-check")
        pytest.skip(f"{what}, so the script was not built again: make web-check")
    words = json.loads((WEB / "package.json").read_text(encoding="utf-8"))["scripts"]["build"].split()
    made = tmp_path / "replay.js"
    subprocess.run([str(esbuild), *words[1:], f"--outfile={made}"], cwd=WEB, check=True, timeout=60)
    assert made.read_bytes() == BUNDLE.read_bytes()
