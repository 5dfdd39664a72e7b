"""The commands about folders: `list` prints a line for each file or folder, `plot` draws its pictures again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli import completion
from sim.cli.terminal import DONE, answer, answer_json, note

if TYPE_CHECKING:
    from sim.errors import InputError
    from sim.results.folder import FolderKind

_MOST = 2000
_NAME = 44


@click.command("list")
@click.option("--scenarios", "scenario_folder", type=click.Path(path_type=Path), default=Path("scenarios"),
              show_default=True, help="Folder of scenarios.")  # fmt: skip
@click.option("--results", "results_folder", type=click.Path(path_type=Path), default=Path("results"),
              show_default=True, help="Folder of results.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="Paths only.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_all(scenario_folder: Path, results_folder: Path, quiet: bool, as_json: bool) -> int:
    """List scenarios and results in the working folder, then the scenarios and sweeps that come with drawdown.

    Those are marked "shipped"; run them by name: drawdown run tessalit.
    """
    from sim.results.files import sentences

    with sentences(f"{scenario_folder} can't be read"):
        _ask(scenario_folder)
        scenarios = list(_scenarios(scenario_folder))
    with sentences(f"{results_folder} can't be read"):
        _ask(results_folder)
        results = [*_results(results_folder), *_several(results_folder)]
    named = _shipped(scenario_folder)
    if as_json:
        answer_json({"scenarios": [*scenarios, *named], "results": results})
        return 0
    for row in (*scenarios, *results, *named):
        answer(_line(row, quiet))
    if not scenarios and not results:
        note(f"no scenarios in {scenario_folder}/ and no results in {results_folder}/")
    return 0


def _ask(folder: Path) -> None:
    """Raises `OSError` where the disk refuses a name; since Python 3.13 `glob` would find nothing there, silently."""
    with suppress(FileNotFoundError, NotADirectoryError):
        os.stat(folder)


def _line(row: dict[str, Any], quiet: bool) -> str:
    from sim.cli.text import clipped, padded

    path = clipped(row["path"], 200)
    return path if quiet else f"{padded(path, _NAME)}  {clipped(row['said'], 160)}"


def _shipped(listed: Path) -> list[dict[str, Any]]:
    """Returns shipped scenarios and sweeps by name, unless the folder listed is the one that holds them."""
    from sim.scenario.shipped import scenario_files, shipped

    top = scenario_files()
    if os.path.realpath(listed) == str(top):
        return []
    rows = [
        (name, _sweep(file) if file.parent.name == "sweeps" else _scenario(file)) for name, file in shipped().items()
    ]
    return [row | {"path": name, "said": f"shipped; {row['said']}", "shipped": True} for name, row in rows]


def _scenarios(folder: Path) -> Iterator[dict[str, Any]]:
    """Yields each scenario and sweep file with its name, or its number of problems."""
    kinds = (f"{part}*.{end}" for part in ("", "examples/", "sweeps/") for end in ("yaml", "yml"))
    files = sorted(path for kind in kinds for path in folder.glob(kind))
    for file in files[:_MOST]:
        yield _sweep(file) if file.parent != folder and file.parent.name == "sweeps" else _scenario(file)


def _scenario(file: Path) -> dict[str, Any]:
    """Returns a scenario file with its name, or its number of problems."""
    from sim.errors import InputError
    from sim.scenario.door import load

    try:
        return {"path": str(file), "said": load(file).scenario.name, "problems": 0}
    except InputError as error:
        return _not_valid(file, error)


def _not_valid(file: Path, error: InputError) -> dict[str, Any]:
    count = len(error.problems)
    said = f"not valid: {count} problem{'s' if count > 1 else ''}; drawdown check lists them"
    return {"path": str(file), "said": said, "problems": count}


def _sweep(file: Path) -> dict[str, Any]:
    """Returns a sweep file with its name and design, or its number of problems."""
    from sim.errors import InputError
    from sim.scenario.sweep import read_sweep

    try:
        sweep = read_sweep(str(file)).sweep
        said = f"sweep, {sweep.design.kind.replace('_', ' ')}: {sweep.name}"
        return {"path": str(file), "said": said, "problems": 0}
    except InputError as error:
        return _not_valid(file, error)


def _several(folder: Path) -> Iterator[dict[str, Any]]:
    """Yields comparisons, sweeps, selections and backtests, finished and unfinished."""
    from sim.results.backtest_folder import BACKTEST
    from sim.results.comparison_folder import COMPARISON
    from sim.results.selection_folder import SELECTION
    from sim.results.solve_folder import SOLVE
    from sim.results.sweeps import SWEEP
    from sim.results.why_folder import WHY

    kinds = {
        "compare": COMPARISON,
        "sweep": SWEEP,
        "select": SELECTION,
        "why": WHY,
        "solve": SOLVE,
        "backtest": BACKTEST,
    }
    for name, kind in kinds.items():
        paths = sorted(path for path in (folder / name).glob("*") if path.is_dir() and not path.is_symlink())
        for path in paths[:_MOST]:
            yield from _reported(path, partial(_one_of_several, kind=kind))


def _reported(path: Path, say: Callable[[Path], tuple[str, bool] | None]) -> Iterator[dict[str, Any]]:
    """Yields the description of a folder and whether it is finished, or why it can't be read."""
    from sim.errors import ResultsError
    from sim.results.labels import read_label
    from sim.results.untrusted import as_written

    try:
        with as_written(path):
            found = say(path)
    except ResultsError as error:
        found = str(error), True
    if found is not None:
        label = read_label(path)
        said = found[0] if label is None else f"[{label}] {found[0]}"
        yield {"path": str(path), "said": said, "finished": found[1]} | ({"label": label} if label else {})


def _one_of_several(path: Path, kind: FolderKind) -> tuple[str, bool] | None:
    from sim.results.folder import manifest_in
    from sim.results.unfinished import identity_under_way

    said = manifest_in(path, kind)
    if said is not None:
        count = f"{int(said['replications']):,} replications, seed {int(said['seed'])}"
        changes = _changes(said.get("sets"), said.get("identity", {}).get("without"))
        return f"{kind.noun}: {said.get('name') or path.name}{changes}; {count}", True
    if identity_under_way(path, kind) is not None:
        return f"unfinished {kind.noun}; the same command resumes it", False
    return None


def _changes(sets: object, without: object) -> str:
    """Returns what the command changed in the file, so that runs of one scenario are told apart."""
    said = [str(text) for text in sets] if isinstance(sets, list) else []
    said += [f"without {cause}" for cause in without] if isinstance(without, list) else []
    return f" ({', '.join(said)})" if said else ""


def _results(folder: Path) -> Iterator[dict[str, Any]]:
    """Yields each results folder with its headline, and each unfinished one."""
    paths = sorted(path for path in folder.glob("*") if path.is_dir() and not path.is_symlink())
    for path in paths[:_MOST]:
        yield from _reported(path, _run)


def _run(path: Path) -> tuple[str, bool] | None:
    from sim.results.folder import RUN
    from sim.results.journal import Journal
    from sim.results.unfinished import identity_under_way

    identity = identity_under_way(path, RUN)
    if identity is not None:
        wanted = identity.get("replications") or identity.get("max_replications")
        return f"unfinished: {Journal(path).count()} of {wanted} replications; the same command resumes it", False
    return (_headline(path), True) if os.path.lexists(path / "manifest.json") else None


def _headline(path: Path) -> str:
    from sim.results.finished import read_results
    from sim.results.number_text import percent, shown_interval

    results = read_results(path)
    said = results.summary["responses"].get("extracted_share")
    manifest = results.manifest
    changes = _changes(manifest.get("sets"), manifest.get("identity", {}).get("without"))
    text = f"{manifest['name']}{changes}: {manifest['succeeded']} replications, seed {manifest['seed']}"
    if said is None or said["mean"] is None:
        return text
    return f"{text}, extracted {percent(said['mean'])} of tonnes ({shown_interval(said)})"


@click.command("plot")
@click.argument("results", type=click.Path(path_type=Path), shell_complete=completion.results)
@click.argument("name", required=False, shell_complete=completion.pictures)
@click.option("--format", "form", type=click.Choice(["png", "svg"]), help="Write only this format.  [default: both]")
@click.option("--quiet", is_flag=True, help="Do not list what was written.")
@click.option("--json", "as_json", is_flag=True, help="What was written, as JSON.")
def plot(results: Path, name: str | None, form: str | None, quiet: bool, as_json: bool) -> int:
    """Draw the pictures of a results folder into it, or only the one with this NAME."""
    from sim.figures.gallery import FORMATS, draw, draw_all
    from sim.results.untrusted import as_written

    formats = (form,) if form else FORMATS
    with as_written(results):
        paths = draw(results, name, formats) if name else draw_all(results, formats)
    if as_json:
        answer_json({"pictures": [str(path) for path in paths]}, None)
    elif not quiet:
        answer("\n".join(str(path) for path in paths))
    return DONE
