"""A results folder made by hand, as a run would write it: the little world that pictures are drawn from."""

import csv
import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FATES = ("extracted", "retained", "transferred", "destroyed", "disabled", "lost", "abandoned", "late")
STATES = ("in_use", "released", "preparing", "ready", "loading", "moving", *FATES)
START, END = date(2023, 9, 1), date(2024, 1, 31)
CLASSES = {
    "container": (12.0, 60_000),
    "armoured": (14.0, 600_000),
    "generator": (4.0, 40_000),
    "ammunition": (1.2, 9_000),
}
CAUSES = (
    "route or strip closed",
    "clearance refused",
    "lift full",
    "no crew",
    "shelter",
    "not released or still needed",
    "work under way",
    "no driver",
)
CAMPS = {"tessalit": ("2023-11-10", 560), "aguelhok": ("2023-11-12", 310), "kidal": ("2023-11-15", 1250)}
HUB = "gao"


def scenario(name: str, camps: dict[str, tuple[str, int]]) -> dict[str, Any]:
    places: dict[str, Any] = {
        camp: {
            "role": "camp",
            "phase": "second",
            "handover": handover,
            "people": {"military": people},
            "drawdown": {"start": "2023-09-20", "rear_party": people // 5},
            "release": {"start": "2023-09-05", "over": "45 d"},
            "evacuate": {HUB: ["road", "air"]},
        }
        for camp, (handover, people) in camps.items()
    }
    places[HUB] = {"role": "hub", "keeps_custody": True, "people": {"military": 4000}}
    return {
        "schema": 1,
        "name": name,
        "places": places,
        "phases": {"second": {"start": "2023-09-01"}},
        "calendar": {"start": str(START), "deadline": "2023-12-31", "horizon": str(END)},
    }


def write_table(path: Path, header: list[str], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[guarded(value) for value in row] for row in rows])


def guarded(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def seal(path: Path, said: dict[str, Any]) -> None:
    """Writes the manifest, with the hashes of the tables as they are."""
    tables = {file.name: {"sha256": digest(file)} for file in sorted(path.glob("*.csv"))}
    summary = {"sha256": digest(path / "summary.json")}
    rest = {"kind": "drawdown results", "identity": {}, "timeline": {"replications": said["replications"]}}
    document = rest | said | {"tables": tables, "summary": summary}
    (path / "manifest.json").write_text(json.dumps(document), encoding="utf-8")


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


class Folder:
    """Invents a drawdown: a quarter or so of lots come out, less where the air bridge dies early."""

    def __init__(self, path: Path, name: str, camps: dict[str, tuple[str, int]], replications: int, lots: int) -> None:
        self.path, self.name, self.camps, self.n, self.lots = path, name, camps, replications, lots
        self.rng = np.random.default_rng(7)
        self.days = [START + timedelta(days=day) for day in range((END - START).days + 1)]
        good = self.rng.random(replications) < 0.8
        self.stream = np.where(good, self.rng.beta(14, 12, replications), self.rng.beta(3, 18, replications))

    def write(self, episodes: bool = True) -> Path:
        self.path.mkdir(parents=True)
        shares = self.fates()
        self.causes(shares)
        self.replications()
        self.timeline(shares)
        if episodes:
            self.episodes()
        seal(self.path, {"scenario": scenario(self.name, self.camps), "seed": 1, "replications": self.n})
        return self.path

    def fates(self) -> dict[str, np.ndarray]:
        """fates.csv; shares of the eight fates by camp, `[replication, fate]`."""
        rows: list[tuple[Any, ...]] = []
        shares: dict[str, np.ndarray] = {}
        for order, camp in enumerate(sorted(self.camps)):
            out = np.clip(self.stream * (0.7 + 0.25 * order % 0.8), 0, 1)
            parts = self.rng.dirichlet([0.4, 5, 3, 0.3, 0.7, 0.25], self.n) * (1 - out)[:, None]
            shares[camp] = np.column_stack([out, np.zeros(self.n), parts])
            for k in range(self.n):
                for number, (kind, (mass, usd)) in enumerate(CLASSES.items()):
                    counts = self.rng.multinomial(self.lots // (number + 1), shares[camp][k] / shares[camp][k].sum())
                    rows += [
                        (k + 1, camp, kind, "coe", fate, int(c), round(mass * c, 3), 3 * int(c), usd * int(c))
                        for fate, c in zip(FATES, counts, strict=True)
                        if c
                    ]
        tonnes = np.zeros((self.n, 2))
        for row in rows:
            tonnes[row[0] - 1] += (row[6] if row[4] == "extracted" else 0.0, row[6])
        self.out = tonnes[:, 0] / np.maximum(tonnes[:, 1], 1)
        rows += [(k + 1, HUB, "container", "unoe", "retained", 80, 960.0, 240, 4_800_000) for k in range(self.n)]
        header = ["replication", "place", "class", "owner", "fate", "lots", "tonnes", "floor", "usd"]
        write_table(self.path / "fates.csv", header, rows if self.lots else [])
        return shares

    def causes(self, shares: dict[str, np.ndarray]) -> None:
        rows: list[tuple[Any, ...]] = []
        for camp, table in shares.items():
            for k in range(self.n if self.lots else 0):
                weights = self.rng.dirichlet([6, 4, 3, 2, 1, 1, 0.5, 0.2])
                left = 12.0 * self.lots * (1 - table[k, 0])
                rows += [
                    (
                        k + 1,
                        camp,
                        "container",
                        cause,
                        int(left * w / 12),
                        round(left * w, 3),
                        int(5000 * left * w),
                        round(float(40 * left * w), 2),
                    )
                    for cause, w in zip(CAUSES, weights, strict=True)
                ]
        header = ["replication", "place", "class", "cause", "lots", "tonnes", "usd", "hours"]
        write_table(self.path / "causes.csv", header, rows)

    def replications(self) -> None:
        mean = self.out if self.lots else np.zeros(self.n)
        closed = {}
        for camp, (handover, _) in self.camps.items():
            planned = (date.fromisoformat(handover) - START).days + 1
            early = -np.where(self.rng.random(self.n) < 0.7, self.rng.integers(8, 21, self.n), 0)
            closed[camp] = planned + early + self.rng.exponential(1.5, self.n) * (self.rng.random(self.n) < 0.5)
        rows = [
            (
                k + 1,
                f"{k:016x}",
                repr(float(mean[k])) if self.lots else "",
                int(self.rng.poisson(14)),
                *(repr(float(days[k])) for days in closed.values()),
            )
            for k in range(self.n)
        ]
        header = [
            "replication",
            "tape_hash",
            "extracted_share",
            "alarms",
            *(f"closed_{camp}" for camp in self.camps),
        ]
        write_table(self.path / "replications.csv", header, rows)
        half = 1.96 * float(mean.std()) / max(self.n, 1) ** 0.5
        one = self.n == 1
        out = {
            "mean": float(mean.mean()),
            "low": None if one else float(mean.mean()) - half,
            "high": None if one else float(mean.mean()) + half,
            "unit": "1",
        }
        people = {"mean": 0.987, "low": None if one else 0.981, "high": None if one else 0.992, "unit": "1"}
        document = {"responses": {"extracted_share": out if self.lots else {"mean": None}, "people_out_share": people}}
        (self.path / "summary.json").write_text(json.dumps(document), encoding="utf-8")

    def timeline(self, shares: dict[str, np.ndarray]) -> None:
        rows: list[tuple[Any, ...]] = []
        total = {camp: sum(self.lots // (n + 1) for n in range(len(CLASSES))) for camp in self.camps}
        sums: dict[str, np.ndarray] = {}
        heads: dict[str, np.ndarray] = {}
        for camp, (handover, people) in self.camps.items():
            last = (date.fromisoformat(handover) - START).days
            day = np.arange(len(self.days))
            end = np.clip((day - last + 25) / 25, 0, 1)
            final = shares[camp].mean(axis=0)
            fates = final[None, :] * np.column_stack([np.clip((day - 12) / (last - 12), 0, 1)] + [end] * 7)
            begun = np.clip((day - 4) / 45, 0, 1) * (1 - end)
            open_share = 1 - fates.sum(axis=1)
            work = open_share[:, None] * np.array([0.45, 0.12, 0.33, 0.03, 0.07])[None, :] * begun[:, None]
            table = np.column_stack([open_share - work.sum(axis=1), work, fates]) * total[camp]
            sums[camp] = table
            heads[camp] = people * np.interp(day, [0, 19, last, last + 0.5], [1, 1, 0.2, 0])
        sums["mission"] = np.sum(list(sums.values()), axis=0) if sums else np.zeros((len(self.days), len(STATES)))
        heads["mission"] = np.sum(list(heads.values()), axis=0) if heads else np.zeros(len(self.days))
        spread = 0.35 if self.n > 1 else 0.0
        for d, when in enumerate(self.days):
            for place, table in sums.items():
                for state, mean in zip(STATES, table[d], strict=True):
                    low, high = mean * (1 - spread), mean * (1 + spread)
                    rows.append(
                        (
                            when,
                            place,
                            state,
                            round(mean, 3),
                            round(low),
                            round(mean),
                            round(high),
                            "",
                            "",
                            "",
                            "",
                        )
                    )
                n = float(heads[place][d])
                rows.append((when, place, "people", "", "", "", "", n, n * (1 - spread / 2), n, n * (1 + spread / 3)))
        names = [f"{what}_{value}" for what in ("lots", "people") for value in ("mean", "p05", "p50", "p95")]
        write_table(self.path / "timeline.csv", ["day", "place", "state", *names], rows)

    def episodes(self) -> None:
        rows: list[tuple[Any, ...]] = []
        for number, (camp, (handover, _)) in enumerate(self.camps.items()):
            last = ((date.fromisoformat(handover) - START).days + 1) * 86_400
            begins = sorted(int(at) for at in self.rng.integers(last // 3, last, 9))
            rows += [(camp, "shelter", at, at + int(self.rng.integers(3600, 30_000))) for at in begins]
            rows += [
                (camp, "work", day * 86_400 + 21_600, day * 86_400 + 64_800) for day in range(4, last // 86_400 - 6)
            ]
            rows += [(camp, "refused_air", day * 86_400, (day + 3) * 86_400) for day in (18, 47, 52)]
            rows.append((camp, "refused_road", 23 * 86_400, last))
            rows.append((camp, "closed_strip", 40 * 86_400, 43 * 86_400))
            if number != 1:
                rows.append((camp, "order", last - 24 * 86_400, last - 20 * 86_400))
            rows.append((camp, "convoy", last - 20 * 86_400, last - 12 * 86_400))
        write_table(self.path / "episodes.csv", ["place", "kind", "from_s", "until_s"], rows)


@pytest.fixture
def results(tmp_path):
    """Write a results folder: `results(name=..., camps=..., replications=..., lots=..., episodes=...)`."""

    def write(name="Tessalit under fire", camps=None, replications=60, lots=60, episodes=True):
        chosen = CAMPS if camps is None else camps
        return Folder(tmp_path / "results", name, chosen, replications, lots).write(episodes)

    return write


@pytest.fixture
def rewrite():
    """Change a results folder as a run would have written it: `rewrite(folder, file, text, **said)`."""

    def change(folder, file=None, text="", **said):
        if file is not None:
            (folder / file).write_text(text, encoding="utf-8")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        seal(folder, manifest | said)

    return change
