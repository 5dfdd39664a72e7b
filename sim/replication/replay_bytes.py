"""A replay as bytes and back: a small head in JSON, then columns of whole numbers, all of it packed by gzip.

The same replay gives the same bytes, whatever the clock. The bytes may come from anywhere: they are checked in full.
"""

from __future__ import annotations

import gzip
import json
import zlib
from itertools import pairwise
from typing import Any, Final

import numpy as np

from sim.replication.replay import FORM, SPANS, STEPS_S, Replay

MOST_BYTES: Final = 1 << 26
"""Bytes of an unpacked replay at most."""
_WIDTHS = (("u1", 1 << 8), ("u2", 1 << 16), ("u4", 1 << 32))
_SIZES = {"u1": 1, "u2": 2, "u4": 4}
_GZIP = 31  # window of 32 kB, with the head of gzip
_HEAD = 4
_MOST_STEPS = 1_000_000


def packed(replay: Replay) -> bytes:
    """Bytes of a replay: length of the head, head, columns. Columns of instants hold differences."""
    columns, content = [], b""
    for name, values in replay.arrays.items():
        held = np.diff(values, prepend=0) if name.endswith(".at") else values
        kind = next(kind for kind, above in _WIDTHS if int(held.max(initial=0)) < above)
        columns.append([name, kind, len(held)])
        content += held.astype(f"<{kind}").tobytes()
    head = json.dumps(replay.head | {"columns": columns}, ensure_ascii=False, separators=(",", ":")).encode()
    return gzip.compress(len(head).to_bytes(_HEAD, "little") + head + content, mtime=0)


def unpacked(content: bytes) -> Replay:
    """The replay in bytes; raises `ValueError` where they are none, or say what no replay can."""
    raw = _unzipped(content)
    long = _HEAD + int.from_bytes(raw[:_HEAD], "little")
    head = json.loads(raw[_HEAD:long].decode())
    arrays, at = {}, long
    for name, kind, many in head.pop("columns"):
        until = at + _SIZES[kind] * many
        if many < 0 or until > len(raw):
            raise ValueError("its columns are cut off")
        values = np.frombuffer(raw[at:until], dtype=f"<{kind}").astype(np.int64)
        arrays[name] = np.cumsum(values) if name.endswith(".at") else values
        at = until
    replay = Replay(head, arrays)
    _check(replay)
    return replay


def _unzipped(content: bytes) -> bytes:
    opened = zlib.decompressobj(_GZIP)
    try:
        raw = opened.decompress(content, MOST_BYTES)
    except zlib.error as error:
        raise ValueError("it is not packed as a replay is") from error
    if not opened.eof or opened.unused_data:
        raise ValueError(f"it is cut off, or unpacks to more than {MOST_BYTES:,} bytes")
    return raw


def _check(replay: Replay) -> None:
    """Raises `ValueError` where a number is of no place, cell, lift or instant, for a reader that trusts them."""
    head, arrays = replay.head, replay.arrays
    if head["form"] != FORM:
        raise ValueError(f"it is of form {str(head['form'])[:20]}; this version reads form {FORM}")
    places, routes, states = len(head["places"]), len(head["routes"]), len(head["states"])
    _check_lists(head, places)
    steps = head["horizon_s"] // head["step_s"] + len(head["ends_s"]) + 2
    if head["step_s"] not in STEPS_S or steps > _MOST_STEPS:
        raise ValueError("its steps of time are none of ours")
    if any(not (0 <= o < places and 0 <= p <= places and 0 <= s < states) for o, p, s in head["cells"]):
        raise ValueError("a cell is of no place or state")
    most = {
        "change.of": len(head["cells"]), "change.into": len(head["cells"]), "people.place": places,
        "leg.lift": len(head["lifts"]), "leg.start": places, "leg.end": places, "span.kind": len(SPANS),
        "span.which": max(places, routes), "span.start": places, "span.end": places,
        **{f"{table}.at": steps for table in ("change", "people", "leg", "span")},
        "leg.until": steps + 1, "span.until": steps + 1,
    }  # fmt: skip
    for name, above in most.items():
        if int(arrays[name].max(initial=-1)) >= above:
            raise ValueError(f"{name} holds a number that is of nothing")
    for table in ("change", "people", "leg", "span"):
        if len({len(values) for name, values in arrays.items() if name.startswith(f"{table}.")}) != 1:
            raise ValueError(f"the columns of {table} differ in length")


def _check_lists(head: dict[str, Any], places: int) -> None:
    if type(head["step_s"]) is not int or not head["step_s"]:
        raise ValueError("its steps of time are none of ours")
    whole = [head["horizon_s"], *head["ends_s"], *head["begin"], *head["people"], *head["in_scope"]]
    whole += [number for name in ("closed", "ordered") for pair in head[name] for number in pair]
    texts = [head["date"], *head["places"], *head["routes"], *(word for lift in head["lifts"] for word in lift)]
    if not all(type(number) is int and number >= 0 for number in whole):
        raise ValueError("a number of its head is not whole")
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a name of its head is no text")
    if len(head["begin"]) != len(head["cells"]) or len(head["people"]) != places or len(head["in_scope"]) != places:
        raise ValueError("lists of its head differ in length")
    if any(place >= places for name in ("closed", "ordered") for place, _ in head[name]):
        raise ValueError("a closing is of no place")
    if any(one >= other for one, other in pairwise(head["ends_s"])) or not head["ends_s"]:
        raise ValueError("its days are not in order")
