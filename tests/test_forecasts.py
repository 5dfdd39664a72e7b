"""Registered forecasts: never changed, and never read by the program."""

from __future__ import annotations

import hashlib
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "forecasts"
PINNED: dict[str, str] = {
    "2026-unifil.yaml": "d36ae3cfce7d58701f8f9864845bf1e89c8aec84741398236ba8f4a804b9936a",
    "2026-unifil-draws.csv": "1341bac28bbed79bb31ad9f3d7a96c2a00a089a4d6c86ed3ae9da81deaa69429",
    "2026-unifil.md": "4af4d8962f83e617ffa6b93c7c246a6f1bfb650fc055f9beedf5a6e44fa7c92f",
}  # fmt: skip
"""SHA-256 of each file; scripts/register_forecast.py adds them."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


def first_blob(name: str) -> bytes | None:
    """The file as it was when it was added; `None` where git is not there, or it is not committed."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return None
    path = f"docs/forecasts/{name}"
    added = git("log", "--format=%H", "--diff-filter=A", "--", path).split()
    return git("show", f"{added[-1].decode()}:{path}") if added else None


def test_every_file_of_a_forecast_is_pinned() -> None:
    there = {file.name for file in FOLDER.glob("*")} if FOLDER.is_dir() else set()
    assert there == set(PINNED)


@pytest.mark.parametrize("name", sorted(PINNED))
def test_a_registered_file_is_the_one_that_was_registered(name: str) -> None:
    assert sha256((FOLDER / name).read_bytes()) == PINNED[name]
    first = first_blob(name)
    assert first is None or sha256(first) == PINNED[name]


def test_no_part_of_the_program_reads_a_registered_forecast() -> None:
    assert [file for file in (ROOT / "sim").rglob("*.py") if "forecasts/" in file.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("name", sorted(name for name in PINNED if name.endswith(".yaml")))
def test_a_registered_input_names_the_hash_of_its_table(name: str) -> None:
    table = name.replace(".yaml", "-draws.csv")
    assert sha256((FOLDER / table).read_bytes()) in (FOLDER / name).read_text(encoding="utf-8")


def test_registering_adds_hashes_to_those_that_are_there() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "register_forecast.py"))
    none = "PINNED: dict[str, str] = {\n}  # fmt: skip\n"
    one = script["pinned"]({"a": b"x"}, none)
    assert one == f'PINNED: dict[str, str] = {{\n    "a": "{sha256(b"x")}",\n}}  # fmt: skip\n'
    both = script["pinned"]({"b": b"y"}, one)
    assert (
        both == f'{one.removesuffix(chr(125) + "  # fmt: skip" + chr(10))}    "b": "{sha256(b"y")}",\n}}  # fmt: skip\n'
    )


def test_the_registered_quantiles_are_values_of_draws() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "register_forecast.py"))
    rows = [dict.fromkeys("abcd", number / 10) for number in range(1, 11)]
    assert script["quantiles"](rows)["a"] == [0.1, 0.5, 0.9]
    said = script["table"](rows[:1], ("war",), [["20"]])
    assert said == b"draw,a,b,c,d,war\n1,0.100000,0.100000,0.100000,0.100000,20\n"
