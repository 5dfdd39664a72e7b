"""What each picture says of its origin: which version of a scenario, by which program, and that it is no record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.figures.labels import short
from sim.results.folder import RUN

NO_RECORD = "Simulation result, not a record of events; most inputs are assumptions."
_DIGITS = 8


def stamped(origin: str, manifest: Mapping[str, Any]) -> str:
    """An origin with a second line: the version and day of the scenario, the program, and that this is no record.

    The version is the beginning of the hash in the manifest: of the scenario for a run, of all that was asked for
    other folders. The day is the scenario's `as_of`; no clock is read.
    """
    run = manifest.get("kind") == RUN.finished
    identity = manifest.get("identity", {})
    noun = str(manifest.get("kind", "")).removeprefix("drawdown ")
    digest = identity.get("scenario") if run else manifest.get(noun)
    day = dict(manifest.get("scenario", {})).get("as_of") if run else manifest.get("as_of")
    program = dict(manifest.get("versions", {})).get("drawdown")
    said = [f"{'scenario version' if run else noun} {short(digest[:_DIGITS])}"] if isinstance(digest, str) else []
    said += [f"scenario of {short(day)}"] if day else []
    said += [f"drawdown {short(program)}"] if program else []
    return "\n".join([origin, " · ".join([*said, NO_RECORD])])
