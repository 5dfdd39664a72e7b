"""The examples of the page on Python, and those in docstrings, are run; with few replications, the rest as it is."""

from __future__ import annotations

import doctest
import re
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = [
    test
    for name in sim.__all__
    if name != "__version__"
    for test in doctest.DocTestFinder(recurse=False).find(getattr(sim, name), name, extraglobs={"sim": sim})
    if test.examples
]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def shortened(block: str) -> str:
    """The same with fewer replications."""
    changes = {
        "backtest(replications=200": "backtest(replications=2, no_fit=True", "replications=200": "replications=2",
        "indifference=0.02": "indifference=0.2, first=10", ">= 20": ">= 3",
    }  # fmt: skip
    for long, short in changes.items():
        block = block.replace(long, short)
    return block


def masked(text: str) -> list[list[str]]:
    """Words of each line, every number as `0`."""
    return [line.split() for line in re.sub(r"-?\d[\d,.]*", "0", text).strip().splitlines()]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with the shipped scenarios in it, as the current one; the sweep has two points."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    sweep = tmp_path / "scenarios" / "sweeps" / "clearance-trucks.yaml"
    few = sweep.read_text(encoding="utf-8").replace("[50, 100, 200, 400]", "[50]")
    sweep.write_text(few.replace("[100 %, 90 %, 75 %, 50 %, 10 %]", "[100 %, 10 %]"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("desk")
def test_the_examples_of_the_page_run_one_after_the_other_and_print_what_it_shows() -> None:
    names: dict[str, object] = {}
    printed = []
    for block in blocks("python"):
        with redirect_stdout(StringIO()) as said:
            exec(shortened(block), names)
        printed.append(said.getvalue())
    head, error = blocks("text")
    assert masked(printed[0]) == masked(head)
    assert printed[-1] == error
    assert names["selection"].best == "tessalit-roads-open"  # type: ignore[attr-defined]


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_example_of_a_docstring_runs_and_shows_what_it_says(example: doctest.DocTest) -> None:
    said = StringIO()
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, out=said.write)
    assert said.getvalue() == ""


def test_each_call_and_each_kind_of_result_has_an_example() -> None:
    found = {example.name for example in EXAMPLES}
    assert found >= {"load", "check", "run", "compare", "select", "trace", "stream", "Result", "Comparison", "Sweep"}


def test_the_table_of_calls_is_that_of_the_package() -> None:
    shown = set(re.findall(r"^\| `sim\.(\w+)\(", PAGE, re.MULTILINE))
    assert shown == {name for name in sim.__all__ if name.islower() and name != "__version__"}


def test_the_table_of_errors_is_that_of_the_package() -> None:
    shown = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert shown | {"DrawdownError"} == {name for name in sim.__all__ if name.endswith(("Error", "Fault"))}
