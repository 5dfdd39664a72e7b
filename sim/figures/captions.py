"""Sentences that pictures share: their origin, and the meaning of their bands."""

from __future__ import annotations

from sim.figures.labels import counted, short
from sim.figures.means import percent
from sim.figures.run_tables import RunTables
from sim.figures.stamp import stamped

MOST_PLACES = 30
CAVEAT = "a share in the model, conditional on its inputs"
INTERVAL_WORDS = "95 % interval of the mean"
LEAST_FOR_TAILS = 20


def origin(tables: RunTables, caveat: str = CAVEAT) -> str:
    """Scenario, replications, seed and the caveat."""
    simulated = len(tables.simulated)
    number = counted(simulated, "replication")
    if simulated < tables.asked:
        number = f"{simulated:,} of {number.replace(f'{simulated:,}', f'{tables.asked:,}')}, the others failed"
    return stamped(f"{short(tables.plan.name, 60)} · {number}, seed {tables.seed} · {caveat}", tables.manifest)


def spread_words(simulated: int) -> str:
    """Describes a band over replications: the middle 90 %, if there are enough of them."""
    if simulated < LEAST_FOR_TAILS:
        return f"spread of replications (lowest to highest of {simulated})"
    return "spread of replications (5th to 95th percentile)"


def mean_words(simulated: int) -> str:
    """Describes a line over replications."""
    return "mean over replications" if simulated > 1 else "the only replication"


def middle_words(simulated: int) -> str:
    """Describes a date reported for replications."""
    return "median of replications" if simulated > 1 else "in the only replication"


def tail(simulated: int) -> float:
    """The lower quantile at which `spread_words` begins."""
    return 0.05 if simulated >= LEAST_FOR_TAILS else 0.0


def largest_words(shown: int, of: int, what: str = "places") -> list[str]:
    """Returns a note if not all can be shown."""
    return [f"The {shown} largest of {of:,} {what} are shown."] if shown < of else []


def followed_words(tables: RunTables) -> list[str]:
    """Returns a note if timelines do not cover all replications."""
    if tables.followed >= len(tables.simulated):
        return []
    return [f"Days are followed in the first {tables.followed:,} replications."]


def scope_words(tables: RunTables) -> str:
    """Describes the lots that the shares count."""
    rest = tables.fates[~tables.fates["place"].isin(tables.plan.mission)]
    places = "all places" if tables.plan.counts_all else "places that must close"
    counts = f"Counted: lots that at the start were at {places}; a lot belongs to its place of origin."
    if rest.empty or not len(tables.simulated):
        return counts
    kept, total = rest["tonnes"].sum(), tables.fates["tonnes"].sum()
    share = percent(kept / total if total else 0)
    return f"{counts} Not counted: {kept / len(tables.simulated):,.0f} t of places that stay ({share} of all)."
