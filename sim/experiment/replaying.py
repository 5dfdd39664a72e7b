"""Packs replays of a finished run: its worst, median and best replication, or any other, each run once more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from sim.errors import InputError, Problem, ReplicationError, ResultsError
from sim.experiment.loop import OnProgress, nothing
from sim.experiment.planning import model_of
from sim.experiment.worker import Model
from sim.results.files import sentences
from sim.results.finished import Results, read_results
from sim.results.replays import NAME, KeptReplay, Ranked, picked, succeeded, write_replays
from sim.results.untrusted import as_written
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.replication.history import History


@runtime_checkable
class KeepsHistory(Protocol):
    """Runs single replications and returns their histories."""

    def history(self, seed: int, replication: int) -> History:
        """Returns the history of one replication; raises `ReplicationError`."""


def add_replays(folder: Path, model: Model | None = None, on_progress: OnProgress = nothing) -> None:
    """Writes `replays.json` into a finished folder of a run, if it is not there.

    `model` simulates it again; the default is that of the scenario in the manifest. A model that keeps no history has
    no replays. Raises `ResultsError` where a replication differs from the tables, or the disk refuses.
    """
    if (folder / NAME).exists():
        return
    results = read_results(folder)
    runs = _runner(results, model)
    if not isinstance(runs, KeepsHistory):
        return
    chosen = picked(succeeded(results))
    on_progress(0, len(chosen), 0)
    kept = []
    for done, (roles, one) in enumerate(chosen, 1):
        kept.append(_replay(results, runs, roles, one))
        on_progress(done, len(chosen), 0)
    with sentences(f"{folder / NAME} can't be written"):
        write_replays(folder, results.manifest["run"], kept)


def replay_of_number(results: Results, replication: int) -> KeptReplay:
    """The replay of any replication of a run, simulated again from the scenario in the manifest.

    Raises `InputError` for a number that the run does not have, `ResultsError` where it differs from the tables.
    """
    with as_written(results.folder):
        found = {one.replication: one for one in succeeded(results)}
    if replication not in found:
        raise InputError([Problem("-k", "the run has no such replication, or it failed", got=str(replication),
                                  allowed=_numbers(sorted(found)))])  # fmt: skip
    runs = _runner(results, None)
    assert isinstance(runs, KeepsHistory)
    return _replay(results, runs, ("chosen",), found[replication])


def _numbers(known: list[int]) -> str:
    return f"{known[0]} to {known[-1]}" if known else "none"


def _runner(results: Results, model: Model | None) -> object:
    if model is None:
        with as_written(results.folder):
            scenario = Scenario.read(dict(results.manifest["scenario"]))
            model = model_of(scenario, frozenset(results.manifest["identity"]["without"]))
    return model.make(*model.arguments)


def _replay(results: Results, runs: KeepsHistory, roles: tuple[str, ...], one: Ranked) -> KeptReplay:
    """Runs a replication again and packs it; raises `ResultsError` where it is not the one of the tables."""
    from sim.replication.replay import replay_of
    from sim.replication.replay_bytes import packed
    from sim.replication.responses import responses

    try:
        history = runs.history(int(results.manifest["identity"]["seed"]), one.replication)
    except ReplicationError as error:
        raise _differs(results, one.replication) from error
    value = responses(history).get(one.response)
    if history.tape.hash() != one.tape_hash or value != one.value:
        raise _differs(results, one.replication)
    return KeptReplay(roles, one.replication, one.response, one.value, packed(replay_of(history)))


def _differs(results: Results, replication: int) -> ResultsError:
    made = str(results.manifest.get("versions", {}).get("drawdown", "another version"))[:40]
    return ResultsError(
        f"replication {replication} of {results.folder} is not the same when it is run again: the results are of "
        f"drawdown {made} or of another program; run the scenario again"
    )
