"""The tables of a results folder for its pictures: the only module here that knows the format of the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.errors import ResultsError
from sim.figures.timetable import Timetable, plan_of
from sim.results.finished import TEXT, Results, read_results


@dataclass(frozen=True)
class RunTables:
    """Frames of one results folder with the plan of its scenario; columns as the files name them.

    `responses` is that part of summary.json, by name of response. `episodes` are of replication 1, `None`
    where the folder does not hold them. `impossible` are fates that no lot can meet.
    Timelines are kept of the first `followed` replications.
    """

    seed: int
    asked: int
    followed: int
    plan: Timetable
    responses: dict[str, dict[str, Any]]
    replications: pd.DataFrame
    fates: pd.DataFrame
    causes: pd.DataFrame
    timeline: pd.DataFrame
    episodes: pd.DataFrame | None
    impossible: frozenset[str] = frozenset()
    manifest: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: str | Path) -> RunTables:
        """The tables of a finished results folder; raises `ResultsError` if it is not one, or was changed."""
        results = read_results(folder)
        manifest = results.manifest
        try:
            plan = plan_of(dict(manifest["scenario"]))
            seed, asked = int(manifest["seed"]), int(manifest["replications"])
            followed, responses = (
                int(manifest["timeline"]["replications"]),
                dict(results.summary["responses"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            sentence = f"{folder}: manifest.json or summary.json is not one that this version writes"
            raise ResultsError(sentence) from error
        return cls(
            seed=seed,
            asked=asked,
            followed=followed,
            plan=plan,
            responses=responses,
            replications=_frame(results, "replications"),
            fates=_frame(results, "fates"),
            causes=_frame(results, "causes"),
            timeline=_frame(results, "timeline"),
            episodes=_episodes(results),
            impossible=frozenset(map(str, manifest.get("impossible", ()))),
            manifest=manifest,
        )

    @property
    def simulated(self) -> list[int]:
        """Numbers of the replications that succeeded."""
        return [int(number) for number in self.replications["replication"]]

    def of_mission(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of places that must close."""
        return frame[frame["place"].isin(self.plan.mission)]

    def episodes_of(self, place: str, kind: str) -> pd.DataFrame:
        """Rows `from_s, until_s` of one kind at a place or on a route through it; may be empty."""
        if self.episodes is None:
            return pd.DataFrame({"from_s": [], "until_s": []})
        names = {place} | {name for name, through in self.plan.routes.items() if place in through}
        rows = self.episodes
        return rows[rows["place"].isin(names) & (rows["kind"] == kind)]

    def timeline_of(self, place: str, state: str) -> pd.DataFrame:
        """Rows of one place and state, in the order of days."""
        rows = self.timeline
        return rows[(rows["place"] == place) & (rows["state"] == state)].sort_values("day")


def _frame(results: Results, name: str) -> pd.DataFrame:
    """Returns one table with categorical text columns: fates have a row for every class in every replication."""
    frame = results.table(name)
    words = [column for column in frame.columns if column in TEXT and column != "tape_hash"]
    return frame.astype(dict.fromkeys(words, "category"))


def _episodes(results: Results) -> pd.DataFrame | None:
    if "episodes.csv" not in results.manifest["tables"]:
        return None
    episodes = _frame(results, "episodes")
    return None if episodes.empty else episodes
